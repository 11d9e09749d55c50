//! The real binary, killed without warning in the middle of its work and started again.

use std::time::Duration;

use kernel::{Clock, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use testkit::{Backend, TestDatabase};

use crate::process::Process;

const ROWS: i64 = 24_000;

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
    let (token, org) = process.sign_up("a@example.com");
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
