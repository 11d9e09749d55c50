//! Several processes over PostgreSQL, RabbitMQ and Redis: nothing is lost and nothing is done twice when one of them, or what
//! is between them, goes and comes back.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use kernel::Clock;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use settings::test_variable;
use testkit::{Backend, PrivateServer, TestDatabase, rabbitmq_vhost, redis_url};
use uuid::Uuid;

use crate::{process::Process, processes::follow};

/// Deals that are made through each of two processes.
const DEALS: usize = 5000;
const PATIENCE: Duration = Duration::from_mins(2);

/// Everything that listens, with the settings of all processes.
struct Installation {
    database: TestDatabase,
    rabbitmq: PrivateServer,
    redis: PrivateServer,
}

impl Installation {
    async fn open() -> Option<Self> {
        let database = TestDatabase::open(Backend::Postgres, &[], Clock::system()).await?;
        Some(Self { database, rabbitmq: PrivateServer::rabbitmq().await?, redis: PrivateServer::redis().await? })
    }

    async fn start(&self, arguments: &[&str]) -> Process {
        let settings = [
            ("RAPPORT_RABBITMQ_URL", format!("amqp://rapport:rapport@127.0.0.1:{}/%2f", self.rabbitmq.port())),
            ("RAPPORT_REDIS_URL", format!("redis://127.0.0.1:{}", self.redis.port())),
            ("RAPPORT_RATE_LIMIT_WRITE_PER_MINUTE", "1000000".to_owned()),
        ];
        Process::start_with(self.database.folder.path(), self.database.url(), arguments, &settings).await
    }

    async fn count(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.database.db.backend(), sql);
        let row = self.database.db.system_reader().query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }
}

/// What a dependency is said to be.
fn status_of(process: &Process, name: &str) -> Value {
    let health = process.call("GET", "/health", "", b"");
    let dependency = health["dependencies"].as_array().unwrap().iter().find(|one| one["name"] == name).cloned();
    dependency.unwrap()["status"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_done_twice_whatever_goes_and_comes_back() {
    let Some(mut all) = Installation::open().await else { return };
    // Everything in one process first: it makes the tables.
    let first = all.start(&[]).await;
    let (token, _) = first.sign_up("a@example.com");
    first.stop();

    let one = all.start(&["--roles", "api,realtime"]).await;
    let other = Arc::new(all.start(&["--roles", "api,realtime"]).await);
    let mut workers = vec![
        all.start(&["--roles", "worker"]).await,
        all.start(&["--roles", "worker", "--services", "identity,crm"]).await,
        all.start(&["--roles", "worker", "--services", "pipeline"]).await,
    ];
    assert_eq!(status_of(&one, "broker"), "ok");
    assert_eq!(status_of(&one, "redis"), "ok");
    while one.call("GET", "/api/pipeline", &token, b"")["items"].as_array().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut listeners = [follow(one.port(), &token), follow(other.port(), &token)];
    tokio::time::sleep(Duration::from_millis(500)).await;

    let make = |api: &Process, token: &str, name: String| {
        api.call("POST", "/api/crm/deals", token, json!({ "title": name }).to_string().as_bytes())["id"].clone()
    };
    let beside = {
        let (other, token) = (Arc::clone(&other), token.clone());
        let all = move || (0..DEALS).map(|n| make(&other, &token, format!("Other {n}"))).collect::<Vec<_>>();
        tokio::task::spawn_blocking(all)
    };
    let mut made = Vec::new();
    let mut founded = 1;
    for n in 0..DEALS {
        match n {
            600 | 4200 => workers.remove(0).kill(),
            1200 => workers.push(all.start(&["--roles", "worker"]).await),
            1800 => all.rabbitmq.stop().await,
            2000 => {
                assert_eq!(status_of(&one, "broker"), "down");
                assert_eq!(one.call("GET", "/health", "", b"")["status"], "degraded");
            }
            2400 => all.rabbitmq.start().await,
            3000 => all.redis.stop().await,
            3200 => assert_eq!(status_of(&other, "redis"), "down"),
            3600 => all.redis.start().await,
            _ => {}
        }
        made.push(make(&one, &token, format!("Deal {n}")));
        if n % 100 == 0 {
            one.sign_up(&format!("a{founded}@example.com"));
            founded += 1;
        }
    }
    let made = [made, beside.await.unwrap()];
    for listener in &mut listeners {
        let mut told = Vec::new();
        while told.len() < 2 * DEALS {
            let event = tokio::time::timeout(PATIENCE, listener.recv()).await.expect("in time").unwrap();
            if event["type"] == "deal.created" {
                told.push(event["subject"]["id"].clone());
            }
        }
        for made in &made {
            let ours: HashSet<_> = made.iter().collect();
            let ours: Vec<_> = told.iter().filter(|id| ours.contains(id)).collect();
            assert!(ours == made.iter().collect::<Vec<_>>(), "each once, in the order it was made");
        }
    }
    // A handler reacts to every sign-up once, whoever had it at that moment.
    let expected = i64::from(founded);
    let settled = async {
        while all.count("select count(*) as n from event_inbox where handler = 'pipeline.open_default'").await
            < expected
        {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let settled = tokio::time::timeout(PATIENCE, settled).await;
    assert!(settled.is_ok(), "every event reaches its handler");
    assert_eq!(all.count("select count(*) as n from event_dead_letters").await, 0);
    let pipelines = "select count(*) as n from events where kind = 'pipeline.created'";
    assert_eq!(all.count(pipelines).await, expected, "each organization has one pipeline");
    assert_eq!(status_of(&one, "broker"), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_hold_over_all_processes_and_without_redis_for_each() {
    let Some(mut all) = Installation::open().await else { return };
    let settings = [
        ("RAPPORT_REDIS_URL", format!("redis://127.0.0.1:{}", all.redis.port())),
        ("RAPPORT_RATE_LIMIT_READ_PER_MINUTE", "20".to_owned()),
    ];
    let (folder, url) = (all.database.folder.path().to_owned(), all.database.url().to_owned());
    let one = Process::start_with(&folder, &url, &[], &settings).await;
    let (token, _) = one.sign_up("a@example.com");
    let other = Process::start_with(&folder, &url, &[], &settings).await;
    let ask = |process: &Process, times: usize| {
        let mut answers = HashMap::<u16, usize>::new();
        for _ in 0..times {
            *answers.entry(process.try_call("GET", "/api/pipeline", &token, b"").unwrap().0).or_default() += 1;
        }
        answers
    };
    let (here, there) = (ask(&one, 15), ask(&other, 15));
    let (passed, refused) = (here[&200] + there[&200], there.get(&429).copied().unwrap_or_default());
    assert!((20..=23).contains(&passed) && passed + refused == 30, "{here:?} {there:?}");
    all.redis.stop().await;
    assert_eq!(ask(&one, 15).get(&200), Some(&15), "it counts for itself now");
}

#[tokio::test(flavor = "multi_thread")]
async fn bootstrap_prepares_everything_and_can_be_repeated() {
    let (Some(vhost), Some(redis)) = (rabbitmq_vhost().await, redis_url()) else { return };
    let Some(database) = TestDatabase::open(Backend::Postgres, &[], Clock::system()).await else { return };
    // A vhost that is not there yet, beside the one that the test was given.
    let broker = format!("{vhost}-new");
    let run = || {
        let command = std::process::Command::new(env!("CARGO_BIN_EXE_rapport"))
            .arg("bootstrap")
            .env("RAPPORT_DATA_DIR", database.folder.path())
            .env("RAPPORT_DATABASE_URL", database.url())
            .env("RAPPORT_RABBITMQ_URL", &broker)
            .env("RAPPORT_RABBITMQ_MANAGEMENT_URL", test_variable("RABBITMQ_MANAGEMENT_URL").unwrap())
            .env("RAPPORT_REDIS_URL", &redis)
            .output();
        command.unwrap()
    };
    for _ in 0..2 {
        let done = run();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success() && said.contains("queues are there"), "{done:?}");
        assert!(!said.contains("rapport:rapport@"), "no password is shown");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn services_of_their_own_take_a_broker() {
    let folder = tempfile::tempdir().unwrap();
    let refused = std::process::Command::new(env!("CARGO_BIN_EXE_rapport"))
        .args(["serve", "--services", "crm"])
        .env("RAPPORT_DATA_DIR", folder.path())
        .env("RAPPORT_DATABASE_URL", format!("postgres://nobody@127.0.0.1:1/{}", Uuid::nil()))
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("RAPPORT_RABBITMQ_URL"), "{refused:?}");
}
