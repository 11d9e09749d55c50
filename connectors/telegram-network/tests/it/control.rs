//! The network as a process, through its lines.

use std::process::Stdio;

use serde_json::{Value, json};
use telegram_network::{
    Network, Options, Peer,
    control::{Command, ask},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::client::{Connected, session_at};

struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Process {
    async fn start(folder: &std::path::Path, options: &[&str]) -> Self {
        let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_telegram-network"))
            .arg("--folder")
            .arg(folder)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&output.next_line().await.unwrap().unwrap()).unwrap();
        let address = first["address"].as_str().unwrap().to_owned();
        Self { child, input, output, address }
    }

    async fn ask(&mut self, command: Value) -> Value {
        self.input.write_all(format!("{command}\n").as_bytes()).await.unwrap();
        serde_json::from_str(&self.output.next_line().await.unwrap().unwrap()).unwrap()
    }
}

#[tokio::test]
async fn commands_are_answered_and_their_effects_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path(), &[]).await;
    let add = |phone: &str| json!({ "id": 1, "do": "add_person", "phone": phone, "first_name": "A" });
    let a = process.ask(add("15550001")).await["ok"].as_i64().unwrap();
    let b = process.ask(add("15550002")).await["ok"].as_i64().unwrap();
    let key = process.ask(json!({ "id": 2, "do": "new_key" })).await;
    assert_eq!((key["id"].as_u64(), key["ok"].as_str().unwrap().len()), (Some(2), 512));
    let burst = json!({ "do": "burst", "from": a, "to": format!("user:{b}"), "text": "m", "count": 500 });
    assert_eq!(process.ask(burst).await["ok"], 500);
    let address = process.address.clone();
    process.child.kill().await.unwrap();
    let mut process = Process::start(folder.path(), &[]).await;
    assert_eq!(process.address, address, "it listens where it did");
    let messages = process.ask(json!({ "do": "messages", "account": b })).await;
    assert_eq!(messages["ok"].as_array().unwrap().len(), 500);
    let fault = json!({ "do": "inject", "method": "a.b", "fault": "error", "code": 420, "text": "FLOOD_WAIT_9" });
    assert_eq!(process.ask(fault).await, json!({ "id": 0, "ok": null }));
}

#[tokio::test]
async fn what_is_no_command_is_answered_with_an_error() {
    let network = Network::in_memory(1).await.unwrap();
    for line in ["", "{}", r#"{"do":"fly"}"#, r#"{"do":"send","from":1,"to":"x","post":{}}"#] {
        let answer: Value = serde_json::from_str(&network.obey_line(line)).unwrap();
        assert!(answer["error"].is_string(), "{line}");
    }
    let answer: Value =
        serde_json::from_str(&network.obey_line(r#"{"id":4,"do":"send","from":1,"to":"user:2","post":{"text":"a"}}"#))
            .unwrap();
    assert_eq!(answer["id"], 4);
}

#[tokio::test]
async fn a_sandbox_that_is_killed_again_and_again_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut known: Vec<Value> = Vec::new();
    for round in 0..6 {
        let mut process = Process::start(folder.path(), &["--sandbox"]).await;
        let phone = json!({ "do": "sandbox_account", "phone": "79990000001" });
        let account = process.ask(phone).await["ok"].as_i64().unwrap();
        let messages = process.ask(json!({ "do": "messages", "account": account })).await;
        let messages = messages["ok"].as_array().unwrap().clone();
        assert!(known.iter().all(|message| messages.contains(message)), "round {round}");
        let burst =
            json!({ "do": "burst", "from": 100_001, "to": format!("user:{account}"), "text": "m", "count": 40 });
        assert!(process.ask(burst).await["ok"].is_i64());
        let sent = process.ask(json!({ "do": "messages", "account": account })).await;
        known = sent["ok"].as_array().unwrap().clone();
        // Killed while it writes: what was not answered for may be missing, what was must not be.
        let more =
            json!({ "do": "burst", "from": 100_002, "to": format!("user:{account}"), "text": "m", "count": 400 });
        process.input.write_all(format!("{more}\n").as_bytes()).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(round * 3)).await;
        process.child.kill().await.unwrap();
    }
    assert!(known.len() > 240);
}

/// Resident memory of a process, in bytes.
#[cfg(target_os = "linux")]
fn memory_bytes(process: &Process) -> u64 {
    let statm = std::fs::read_to_string(format!("/proc/{}/statm", process.child.id().unwrap())).unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hundred_connected_accounts_weigh_little() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path(), &[]).await;
    let before = memory_bytes(&process);
    let mut connected = Vec::new();
    for number in 0..100 {
        let phone = format!("1777{number:04}");
        process.ask(json!({ "do": "add_person", "phone": phone, "first_name": "P" })).await;
        let key = process.ask(json!({ "do": "new_key" })).await["ok"].as_str().unwrap().to_owned();
        let key = grammers_crypto::hex::from_hex(&key).try_into().unwrap();
        let client = Connected::with_session(session_at(process.address.parse().unwrap(), key));
        client.sign_in(&phone).await;
        connected.push(client);
    }
    let each = memory_bytes(&process).saturating_sub(before) / 100;
    println!("{} KiB for each connected account", each >> 10);
    assert!(each < 256 << 10, "{each} bytes");
    assert_eq!(process.ask(json!({ "do": "connections", "account": null })).await["ok"], 100);
}

#[tokio::test]
async fn commands_are_taken_over_tcp_too() {
    let control = Some(std::net::SocketAddr::from(([127, 0, 0, 1], 0)));
    let network = Network::start(Options { control, ..Options::new(1) }).await.unwrap();
    let control = network.control().unwrap();
    let address = ask(control, Command::Address).await.unwrap();
    assert_eq!(address, json!(network.address()));
    let refused = ask(control, Command::Burst { from: 1, to: Peer::User(2), text: "m".to_owned(), count: 1 }).await;
    assert!(refused.unwrap_err().to_string().contains("user:2"));
    drop(network);
    let gone = async {
        while ask(control, Command::Address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone).await.unwrap();
}
