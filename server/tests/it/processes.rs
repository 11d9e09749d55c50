//! Several processes over one PostgreSQL share the work, and lose nothing when one of them goes.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    process::Command,
    time::Duration,
};

use kernel::{Clock, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, TestDatabase};
use tokio::sync::mpsc;

use crate::process::Process;

const DEALS: usize = 300;
/// When, in deals, the leader is killed, a new worker comes, and the second one is told to stop.
const KILLED: usize = 80;
const JOINED: usize = 120;
const STOPPED: usize = 200;

/// Deals as a stream tells them, by their titles' numbers, each as it comes.
pub fn follow(port: u16, token: &str) -> mpsc::UnboundedReceiver<Value> {
    let (told, events) = mpsc::unbounded_channel();
    let head =
        format!("GET /api/v1/streams/deals HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    std::thread::spawn(move || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(data) = line.strip_prefix("data: ")
                && told.send(serde_json::from_str(data).unwrap()).is_err()
            {
                return;
            }
        }
    });
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_come_and_go_and_every_event_is_told_once() {
    let Some(database) = TestDatabase::open(Backend::Postgres, &[], Clock::system()).await else { return };
    let (folder, url) = (database.folder.path(), database.url());
    let first = Process::start(folder, url).await;
    let (token, _) = first.sign_up("a@example.com");
    first.stop();

    let api = Process::start_as(folder, url, &["--roles", "api"]).await;
    let realtime = Process::start_as(folder, url, &["--roles", "realtime"]).await;
    let mut workers = vec![
        Process::start_as(folder, url, &["--roles", "worker"]).await,
        Process::start_as(folder, url, &["--roles", "worker"]).await,
    ];
    assert_eq!(workers[0].try_call("GET", "/api/pipeline", &token, b"").unwrap().0, 404, "workers answer nobody");
    assert_eq!(api.try_call("GET", "/api/v1/streams/deals", &token, b"").unwrap().0, 404, "nor does the API stream");
    while api.call("GET", "/api/pipeline", &token, b"")["items"].as_array().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut events = follow(realtime.port(), &token);
    tokio::time::sleep(Duration::from_millis(500)).await;

    let mut made = Vec::new();
    let mut organizations = Vec::new();
    for n in 0..DEALS {
        match n {
            KILLED => workers.remove(0).kill(),
            JOINED => workers.push(Process::start_as(folder, url, &["--roles", "worker"]).await),
            STOPPED => workers.remove(0).stop(),
            _ => {}
        }
        let deal =
            api.call("POST", "/api/crm/deals", &token, json!({"title": format!("Deal {n}")}).to_string().as_bytes());
        made.push(deal["id"].clone());
        if n % 30 == 0 {
            organizations.push(api.sign_up(&format!("a{n}@example.com")).1);
        }
    }
    let mut told = Vec::new();
    while told.len() < DEALS {
        let event = tokio::time::timeout(Duration::from_mins(1), events.recv()).await.expect("in time").unwrap();
        if event["type"] == "deal.created" {
            told.push(event["subject"]["id"].clone());
        }
    }
    assert_eq!(told, made, "each once, in the order it was made");
    // A handler reacts to every sign-up once, whoever leads at that moment.
    let db = &database.db;
    for org in organizations {
        let scope = Scope::system(org, "test");
        let count = Statement::from_string(db.backend(), "select count(*) as n from pipelines");
        let pipelines = async || {
            let row = db.reader(&scope).query_one_raw(count.clone()).await.unwrap().unwrap();
            row.try_get::<i64>("", "n").unwrap()
        };
        for _ in 0..400 {
            if pipelines().await > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(pipelines().await, 1);
    }
}

#[test]
fn an_embedded_database_is_not_shared() {
    let folder = tempfile::tempdir().unwrap();
    let refused = Command::new(env!("CARGO_BIN_EXE_rapport"))
        .args(["serve", "--roles", "api"])
        .env("RAPPORT_DATA_DIR", folder.path())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("leave --roles"), "{refused:?}");
}
