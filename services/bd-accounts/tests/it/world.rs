//! Two organizations, their people, and the service they call.

use std::{collections::HashMap, sync::Arc};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use bd_accounts::{App, BdAccounts, Options};
use chrono::DateTime;
use contracts::{
    permissions::{ACCOUNTS_READ, ACCOUNTS_WRITE, ALL},
    ports::{Directory, Person, PortError},
};
use db::{Db, Migration};
use http_body_util::BodyExt;
use jobs::Runner;
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use outbound::Outbound;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use settings::AllowedTarget;
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;
use vault::Vault;

use crate::network::{CODE, Played};

pub const PATH: &str = "/api/bd-accounts";
pub const PHONE: &str = "+48601234567";
pub const HASH: &str = "0123456789abcdef0123456789abcdef";

pub struct World {
    pub database: TestDatabase,
    pub clock: Clock,
    pub network: Arc<Played>,
    pub accounts: Arc<BdAccounts>,
    pub manager: Scope,
    pub agent: Scope,
    pub colleague: Scope,
    /// May read only.
    pub viewer: Scope,
    /// The owner of another organization.
    pub stranger: Scope,
    router: Router,
}

/// Everybody but one id is a member.
struct People;

pub const NOBODY: Uuid = Uuid::max();

#[async_trait::async_trait]
impl Directory for People {
    async fn names(&self, _: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(ids.iter().filter(|id| **id != NOBODY).map(|id| (*id, "Olga Owner".to_owned())).collect())
    }

    async fn people(&self, _: &Scope) -> Result<Vec<Person>, PortError> {
        Ok(Vec::new())
    }

    async fn is_member(&self, _: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(user.0 != NOBODY)
    }
}

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, bd_accounts::MIGRATIONS].concat()
}

pub fn vault(db: &Db) -> Vault {
    Vault::new(["a key of the vault, long enough to be one"], db.clock().clone())
}

fn service(db: &Db, network: Arc<Played>) -> Arc<BdAccounts> {
    let allowed = vec![AllowedTarget::parse_text("127.0.0.1").unwrap()];
    let options = Options { app: Some(App { id: 17, hash: HASH.into() }), sandbox: true, orders: false };
    let (directory, vault) = (Arc::new(People), Arc::new(vault(db)));
    Arc::new(BdAccounts::new(db.clone(), directory, vault, Outbound::new(allowed), network, options))
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        api::messages::install(&[bd_accounts::MESSAGES, outbound::MESSAGES]);
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0)?, 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let person = |org: OrgId, grants: Grants, reach: Reach| {
            Scope::of_member(org, UserId(clock.new_id()), grants, reach, Locale::En, "test".into())
        };
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let all = || Grants::of(ALL.iter().copied());
        let work = || Grants::of([ACCOUNTS_READ, ACCOUNTS_WRITE]);
        let manager = person(here, all(), Reach::ORGANIZATION);
        let agent = person(here, work(), Reach::OWN);
        let colleague = person(here, work(), Reach::OWN);
        let viewer = person(here, Grants::of([ACCOUNTS_READ]), Reach::OWN);
        let stranger = person(there, all(), Reach::ORGANIZATION);
        let network = Arc::new(Played::default());
        let accounts = service(&database.db, network.clone());
        let router = Arc::clone(&accounts).routes().split_for_parts().0;
        Some(Self { database, clock, network, accounts, manager, agent, colleague, viewer, stranger, router })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// The scope of what keeps accounts.
    pub fn system(&self) -> Scope {
        Scope::system(self.manager.org_id, "test")
    }

    /// Goes on with the service as another process has it, over the same database.
    pub fn restart(&mut self) {
        self.accounts = service(self.db(), self.network.clone());
        self.router = Arc::clone(&self.accounts).routes().split_for_parts().0;
    }

    /// Sends a request as somebody; gives status and body.
    pub async fn call(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(format!("{PATH}{}", path.trim_end_matches('/')));
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        let (session_id, kind) = (Uuid::nil(), SessionKind::Bearer);
        let principal = Principal { scope: who.clone(), session_id, kind, confirmed: true, needs_factor: false };
        let router = self.router.clone().layer(Extension(Credentials::Accepted(Arc::new(principal))));
        let response = router.oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() })
    }

    /// A request that must get this status.
    pub async fn ok(&self, who: &Scope, method: &str, path: &str, body: Value, expected: u16) -> Value {
        let (status, answer) = self.call(who, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ok(&self.manager, "GET", path, Value::Null, 200).await
    }

    /// A request that must be refused: its status and code, or the fields at fault.
    pub async fn refused(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.call(who, method, path, body).await;
        assert!(status >= 400, "{method} {path} was not refused: {answer}");
        let fields = answer["details"].as_array().into_iter().flatten();
        let fields = fields.map(|d| format!("{} {}", d["field"].as_str().unwrap(), d["code"].as_str().unwrap()));
        let fields: Vec<String> = fields.collect();
        let code = answer["code"].as_str().unwrap_or_default().to_owned();
        (status, if fields.is_empty() { code } else { fields.join(", ") })
    }

    /// An account of somebody's that waits for its code; its id.
    pub async fn begun(&self, who: &Scope, phone: &str) -> String {
        let body = json!({ "network": "telegram", "phone": phone });
        let made = self.ok(who, "POST", "/connect", body, 201).await;
        made["account"]["id"].as_str().unwrap().to_owned()
    }

    /// An account of somebody's that is signed in; its id.
    pub async fn connected(&self, who: &Scope, phone: &str) -> String {
        let id = self.begun(who, phone).await;
        self.ok(who, "POST", &format!("/{id}/code"), json!({ "code": CODE }), 200).await;
        id
    }

    /// Runs the jobs that are due.
    pub async fn work(&self) {
        let runner = Runner::new(self.db().clone(), self.accounts.works());
        runner.run_until_idle().await.unwrap();
    }

    /// How many rows of the organization meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where org_id = $1 and ({condition})");
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let row = self.db().reader(&self.manager).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }

    /// Names of the events that were told, in order.
    pub async fn told(&self) -> Vec<String> {
        let sql = "select kind from events where org_id = $1 order by seq";
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let rows = self.db().system_reader().query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get("", "kind").unwrap()).collect()
    }
}

pub fn items(answer: &Value) -> &[Value] {
    answer["items"].as_array().unwrap()
}

pub fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}
