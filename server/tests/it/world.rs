//! A whole application over a fresh database, with clients of every kind: nobody, each role, a stranger of another
//! organization. `settle` runs what waits in the background and fails on what went wrong there.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode},
};
use chrono::DateTime;
use contracts::events::Fact;
use db::Db;
use http_body_util::BodyExt;
use identity::Role;
use kernel::Clock;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use server::compose::{App, migrations};
use settings::{Settings, Sources};
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;

use crate::played::Played;

pub const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub app: App,
    pub router: Router,
    pub clock: Clock,
    pub database: TestDatabase,
}

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Client {
    router: Router,
    pub headers: HashMap<String, String>,
    pub user_id: Uuid,
    pub org_id: Uuid,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        Self::open_with(backend, &[]).await
    }

    /// With settings as `RAPPORT_*` variables would set them.
    pub async fn open_with(backend: Backend, environment: &[(&str, &str)]) -> Option<Self> {
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0).unwrap(), 42);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let mut variables = vec![
            ("RAPPORT_DATA_DIR".to_owned(), database.folder.path().display().to_string()),
            ("RAPPORT_DATABASE_URL".to_owned(), database.url().to_owned()),
        ];
        variables.push(("RAPPORT_TELEGRAM_LOGIN_TOKEN".to_owned(), crate::federated::BOT.to_owned()));
        variables.extend(environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        let loaded = Settings::from_sources(Sources { file: None, environment: variables }).unwrap();
        let app = App::over(database.db.clone(), loaded.settings, Arc::new(Played)).unwrap();
        let router = app.router();
        Some(Self { app, router, clock, database })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// Nobody.
    pub fn anon(&self) -> Client {
        Client { router: self.router.clone(), headers: HashMap::new(), user_id: Uuid::nil(), org_id: Uuid::nil() }
    }

    /// A new person with an organization of their own.
    pub async fn sign_up(&self, email: &str) -> Client {
        let answer = self.anon().post("/api/auth/signup", sign_up_body(email)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        self.anon().signed_in(&answer.json())
    }

    /// The owner of the organization the test is about.
    pub async fn owner(&self) -> Client {
        self.sign_up("owner@example.com").await
    }

    /// Somebody with this role in the owner's organization.
    pub async fn colleague(&self, owner: &Client, role: Role) -> Client {
        self.joined(owner, &format!("{}@example.com", role.as_str()), role).await
    }

    /// Somebody of this address with this role in the owner's organization.
    pub async fn joined(&self, owner: &Client, email: &str, role: Role) -> Client {
        let client = self.sign_up(email).await;
        let sql = "insert into memberships (org_id, user_id, roles, created_at) values ($1, $2, $3, $4)";
        let values =
            [owner.org_id.into(), client.user_id.into(), json!([role]).to_string().into(), self.clock.now().into()];
        let tx = self.db().begin_system().await.unwrap();
        tx.execute_raw(Statement::from_sql_and_values(self.db().backend(), sql, values)).await.unwrap();
        tx.commit().await.unwrap();
        let answer = client.post(&format!("/api/auth/organizations/{}/switch", owner.org_id), json!({})).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        client.signed_in(&answer.json())
    }

    /// Runs events and jobs until there are none, and fails on any that was set aside.
    pub async fn settle(&self) {
        loop {
            let reactions = self.app.dispatcher.run_until_idle().await.unwrap();
            let jobs = self.app.runner.run_until_idle().await.unwrap();
            let jobs = jobs + self.app.couriers.run_until_idle().await.unwrap();
            if reactions == 0 && jobs == 0 {
                break;
            }
        }
        for (what, sql) in [
            ("events set aside", "select count(*) as n from event_dead_letters"),
            ("jobs set aside", "select count(*) as n from jobs where state = 3"),
            ("jobs that failed and wait", "select count(*) as n from jobs where state = 0 and attempts > 0"),
        ] {
            assert_eq!(self.count(sql).await, 0, "{what}: {:?}", self.job_errors().await);
        }
        self.events_follow_their_schema().await;
    }

    async fn job_errors(&self) -> Vec<String> {
        let sql = "select last_error from jobs where last_error is not null";
        let statement = Statement::from_string(self.db().backend(), sql);
        let rows = self.db().system_reader().query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get("", "last_error").unwrap()).collect()
    }

    /// Reads every event back through its schema.
    async fn events_follow_their_schema(&self) {
        let statement = Statement::from_string(self.db().backend(), "select kind, data from events");
        for row in self.db().system_reader().query_all_raw(statement).await.unwrap() {
            let (kind, data): (String, Value) = (row.try_get("", "kind").unwrap(), row.try_get("", "data").unwrap());
            let fact = serde_json::from_value::<Fact>(json!({ "type": kind, "data": data }));
            assert!(fact.is_ok(), "{kind} with {data}: {}", fact.unwrap_err());
        }
    }

    /// The number `n` of a statement over tables of no organization.
    pub async fn count(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.db().backend(), sql);
        let row = self.db().system_reader().query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }
}

pub fn sign_up_body(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD, "name": "Anna Kowalska", "organizationName": "Acme"})
}

impl Client {
    /// The same client with the tokens of a sign-in answer.
    pub fn signed_in(&self, answer: &Value) -> Self {
        let mut client = self.clone();
        let token = answer["accessToken"].as_str().expect("a token");
        client.headers.insert("authorization".to_owned(), format!("Bearer {token}"));
        client.user_id = answer["user"]["id"].as_str().unwrap().parse().unwrap();
        client.org_id = answer["organization"]["id"].as_str().unwrap().parse().unwrap();
        client
    }

    /// The same client before another process.
    pub fn at(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    /// The same client with one more header.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.insert(name.to_owned(), value.to_owned());
        client
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty(), None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, &body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, &body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, &body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, Body::empty(), None).await
    }

    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, Body::from(body.to_string()), Some("application/json")).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Body, content_type: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(kind) = content_type {
            request = request.header("content-type", kind);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(body).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|e| panic!("{e}: {} {}", self.status, String::from_utf8_lossy(&self.bytes)))
    }

    /// The JSON of an answer with this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// `field code` of every refused field.
    #[track_caller]
    pub fn refused(&self, status: u16) -> Vec<String> {
        let body = self.expect(status);
        let details = body["details"].as_array().expect("details").clone();
        let text = |d: &Value| format!("{} {}", d["field"].as_str().unwrap(), d["code"].as_str().unwrap());
        details.iter().map(text).collect()
    }

    /// The stable code of an error.
    #[track_caller]
    pub fn code(&self, status: u16) -> String {
        self.expect(status)["code"].as_str().expect("a code").to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }

    /// The cookies that were set, as a `Cookie` header would send them back.
    pub fn cookies(&self) -> String {
        let pairs = self.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().split(';').next().unwrap());
        pairs.collect::<Vec<_>>().join("; ")
    }
}
