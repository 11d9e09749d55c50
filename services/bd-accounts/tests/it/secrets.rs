//! Nothing that signs in is anywhere to be read: not in the database unless sealed, not in an answer, not in a log line.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, on_both};

use crate::{
    network::{CODE, CODE_HASH, PASSWORD, SESSION, WITH_PASSWORD},
    world::{HASH, PATH, World},
};

const PROXY_PASSWORD: &str = "opensesame";

/// What must not be seen anywhere.
const WORDS: [&str; 5] = [SESSION, CODE_HASH, PASSWORD, HASH, PROXY_PASSWORD];

/// Signs in, with everything that is secret; the answers.
async fn everything(world: &World) -> Vec<Value> {
    let body = json!({ "network": "telegram", "phone": WITH_PASSWORD, "apiId": 9, "apiHash": HASH });
    let asked = world.ok(&world.manager, "POST", "/connect", body, 201).await;
    let path = format!("/{}", asked["account"]["id"].as_str().unwrap());
    let who = &world.manager;
    let mut answers = vec![asked];
    for (method, rest, body) in [
        ("POST", "/code", json!({ "code": "13579" })),
        ("POST", "/code", json!({ "code": CODE })),
        ("POST", "/password", json!({ "password": format!("{PASSWORD}!") })),
        ("POST", "/password", json!({ "password": PASSWORD })),
        ("PUT", "/config", json!({ "proxy": format!("socks5://anna:{PROXY_PASSWORD}@93.184.215.14:1080") })),
        ("GET", "", Value::Null),
        ("GET", "/status", Value::Null),
        ("GET", "/health", Value::Null),
        ("POST", "/disconnect", json!({ "logOut": false })),
    ] {
        answers.push(world.call(who, method, &format!("{path}{rest}"), body).await.1);
    }
    answers
}

/// All that is in the database, as text.
async fn dumped(world: &World) -> Vec<(String, String)> {
    let tables = match world.db().backend() {
        sea_orm::DbBackend::Postgres => "select tablename as name from pg_tables where schemaname = current_schema()",
        _ => "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
    };
    let reader = world.db().reader(&world.manager);
    let names = reader.query_all_raw(Statement::from_string(world.db().backend(), tables)).await.unwrap();
    let mut found = Vec::new();
    for name in names {
        let name: String = name.try_get("", "name").unwrap();
        let columns = match world.db().backend() {
            sea_orm::DbBackend::Postgres => {
                format!("select column_name as name from information_schema.columns where table_name = '{name}'")
            }
            _ => format!("select name from pragma_table_info('{name}')"),
        };
        let columns = reader.query_all_raw(Statement::from_string(world.db().backend(), columns)).await.unwrap();
        for column in columns {
            let column: String = column.try_get("", "name").unwrap();
            let select = format!("select cast(\"{column}\" as text) as t from \"{name}\"");
            let rows = reader.query_all_raw(Statement::from_string(world.db().backend(), select)).await.unwrap();
            for row in rows {
                if let Ok(Some(text)) = row.try_get::<Option<String>>("", "t") {
                    found.push((format!("{name}.{column}"), text));
                }
            }
        }
    }
    found
}

on_both! {
    async fn no_answer_and_no_row_holds_what_signs_in(world: World) {
        for answer in everything(&world).await {
            let text = answer.to_string();
            assert!(WORDS.iter().all(|word| !text.contains(word)), "{text}");
        }
        let rows = dumped(&world).await;
        for table in ["bd_accounts.", "bd_account_sessions.", "change_log.", "events.", "bd_account_health."] {
            assert!(rows.iter().any(|(place, _)| place.starts_with(table)), "{table} was not looked at");
        }
        for (place, text) in &rows {
            assert!(WORDS.iter().all(|word| !text.contains(word)), "{place}: {text}");
        }
        // Codes are short: looked for where texts about accounts are.
        for (place, text) in rows.iter().filter(|(place, _)| place.contains("change_log") || place.contains("events")) {
            assert!(!text.contains("13579") && !text.contains("+48601000002"), "{place}: {text}");
        }
        assert_eq!(world.count("bd_account_sessions", "session like 'v1.%' and api_hash like 'v1.%'").await, 1);
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn no_log_line_holds_what_signs_in() {
    let world = World::open(Backend::Sqlite).await.unwrap();
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    tracing::info!("looked at");
    everything(&world).await;
    drop(guard);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("looked at"), "{PATH} logged nothing at all");
    assert!(WORDS.iter().all(|word| !text.contains(word)), "{text}");
}
