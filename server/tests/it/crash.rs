//! The real binary, killed without warning in the middle of its work and started again.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use kernel::{Clock, OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, TestDatabase};

use crate::world::PASSWORD;

const ROWS: i64 = 24_000;

struct Process {
    child: Child,
    port: u16,
}

impl Process {
    async fn start(data: &Path, database: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_rapport"))
            .arg("serve")
            .env("RAPPORT_LISTEN", format!("127.0.0.1:{port}"))
            .env("RAPPORT_DATA_DIR", data)
            .env("RAPPORT_DATABASE_URL", database)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self { child, port };
        for _ in 0..3000 {
            if process.try_call("GET", "/health/ready", "", b"").is_some_and(|(status, _)| status == 200) {
                return process;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server does not answer");
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn call(&self, method: &str, path: &str, token: &str, body: &[u8]) -> Value {
        let (status, answer) = self.try_call(method, path, token, body).expect("an answer");
        assert!((200..300).contains(&status), "{method} {path}: {status} {}", String::from_utf8_lossy(&answer));
        serde_json::from_slice(&answer).unwrap()
    }

    fn try_call(&self, method: &str, path: &str, token: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        let kind = if path.contains("fileName") { "application/octet-stream" } else { "application/json" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(body).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let split = answer.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
        let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        Some((status, answer.split_off(split)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is imported: the word for it, its table and the column that tells rows apart, and what its two columns become.
struct Kind {
    word: &'static str,
    table: &'static str,
    name: &'static str,
    targets: [&'static str; 2],
    row: fn(i64) -> String,
}

/// Bad rows are refused as they are read.
const CONTACTS: Kind = Kind {
    word: "contact",
    table: "contacts",
    name: "name",
    targets: ["name", "email"],
    row: |n| if n % 100 == 7 { format!("Bad {n},not-an-address\n") } else { format!("Person {n},p{n}@example.com\n") },
};

/// Bad rows are refused as they are stored.
const DEALS: Kind = Kind {
    word: "deal",
    table: "deals",
    name: "title",
    targets: ["title", "amount"],
    row: |n| if n % 100 == 7 { format!("Bad {n},much\n") } else { format!("Deal {n},{n}\n") },
};

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_killed_goes_on_and_doubles_nothing() {
    import_and_kill(Backend::Sqlite, &CONTACTS, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_deals_that_was_killed_goes_on_and_doubles_nothing() {
    import_and_kill(Backend::Sqlite, &DEALS, 3).await;
}

/// Where several processes share a database, a dead one's lease of half a minute has to run out first: one kill will do.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_killed_goes_on_and_doubles_nothing_on_postgres() {
    import_and_kill(Backend::Postgres, &CONTACTS, 1).await;
}

async fn import_and_kill(backend: Backend, kind: &Kind, wanted_kills: i64) {
    let Some(database) = TestDatabase::open(backend, &[], Clock::system()).await else { return };
    let folder = database.folder.path();
    let mut process = Process::start(folder, database.url()).await;
    let account = json!({"email": "a@example.com", "password": PASSWORD, "name": "Anna", "organizationName": "Acme"});
    let signed = process.call("POST", "/api/auth/signup", "", account.to_string().as_bytes());
    let token = signed["accessToken"].as_str().unwrap().to_owned();
    let org = OrgId(signed["organization"]["id"].as_str().unwrap().parse().unwrap());
    if kind.word == "deal" {
        // The pipeline of a new organization is made by an event.
        while process.call("GET", "/api/pipeline", &token, b"")["items"].as_array().unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let path = format!("/api/crm/imports?recordType={}&fileName=a.csv", kind.word);
    let file: String = std::iter::once("First,Second\n".to_owned()).chain((0..ROWS).map(kind.row)).collect();
    let id = process.call("POST", &path, &token, file.as_bytes())["id"].as_str().unwrap().to_owned();
    let [first, second] = kind.targets;
    let start = json!({"mapping": [{"column": 0, "target": first}, {"column": 1, "target": second}], "duplicatePolicy": "create"});
    let path = format!("/api/crm/imports/{id}");
    process.call("POST", &format!("{path}/start"), &token, start.to_string().as_bytes());

    let mut kills = 0;
    let done = loop {
        let import = process.call("GET", &path, &token, b"");
        let rows = import["counts"]["rows"].as_i64().unwrap();
        match import["status"].as_str().unwrap() {
            // With "create" a row that was stored and read again would become a second record.
            "running" if rows >= (kills + 1) * ROWS / 4 && kills < wanted_kills => {
                process.kill();
                kills += 1;
                process = Process::start(folder, database.url()).await;
            }
            "running" => tokio::time::sleep(Duration::from_millis(5)).await,
            _ => break import,
        }
    };
    assert_eq!(kills, wanted_kills, "the import ended before it could be killed: {done}");
    assert_eq!(done["status"], "completed", "{done}");
    let bad = ROWS / 100;
    let expected =
        json!({"rows": ROWS, "created": ROWS - bad, "updated": 0, "skipped": 0, "failed": bad, "companiesCreated": 0});
    assert_eq!(done["counts"], expected);
    let (_, errors) = process.try_call("GET", &format!("{path}/errors.csv"), &token, b"").unwrap();
    let errors = String::from_utf8(errors).unwrap();
    assert_eq!(errors.lines().count(), usize::try_from(bad).unwrap() + 1, "{errors}");
    process.kill();

    let db = &database.db;
    let scope = Scope::system(org, "test");
    let reader = db.reader(&scope);
    let Kind { word, table, name, .. } = kind;
    for (what, sql) in [
        ("records", format!("select count(*) as n from {table}")),
        ("different names", format!("select count(distinct {name}) as n from {table}")),
        ("changes", format!("select count(*) as n from change_log where subject_kind = '{word}'")),
    ] {
        let row = reader.query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
        assert_eq!(row.try_get::<i64>("", "n").unwrap(), ROWS - bad, "{what}");
    }
}
