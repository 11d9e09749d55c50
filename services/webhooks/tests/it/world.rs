//! Two organizations, their people, and the service they call. What may be told is judged by the table of events alone.

use std::{collections::HashMap, sync::Arc};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    events::{Audience, audience_of},
    permissions::{self, DEALS_READ},
    ports::{Directory, Person, PortError},
};
use db::{Db, Migration};
use events::{Dispatcher, Event, NewEvent};
use http_body_util::BodyExt;
use jobs::Runner;
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use outbound::Outbound;
use realtime::{Judge, JudgeError, Judged, Sight, Who};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use settings::AllowedTarget;
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;
use vault::Vault;
use webhooks::Webhooks;

pub const PATH: &str = "/api/v1/webhooks";

pub struct World {
    pub database: TestDatabase,
    pub clock: Clock,
    pub webhooks: Arc<Webhooks>,
    pub owner: Scope,
    /// May not even read webhooks.
    pub agent: Scope,
    /// The owner of another organization.
    pub stranger: Scope,
    router: Router,
    dispatcher: Dispatcher,
}

struct People;

#[async_trait::async_trait]
impl Directory for People {
    async fn names(&self, _: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(ids.iter().map(|id| (*id, "Olga Owner".to_owned())).collect())
    }

    async fn people(&self, _: &Scope) -> Result<Vec<Person>, PortError> {
        Ok(Vec::new())
    }

    async fn is_member(&self, _: &Scope, _: UserId) -> Result<bool, PortError> {
        Ok(true)
    }
}

struct ByTable;

#[async_trait::async_trait]
impl Judge for ByTable {
    async fn judge(&self, events: Vec<Event>) -> Result<Vec<Judged>, JudgeError> {
        let who = |event: &Event| match audience_of(&event.kind) {
            Some(Audience::Reach(permission)) => {
                Who::Owners(Sight { permission, resource: kernel::Resource::Clients }, HashMap::new())
            }
            Some(Audience::Holders(permission)) => Who::Holders(permission),
            Some(Audience::View) if event.data["visibility"] == "private" => {
                Who::People(event.actor_id.into_iter().collect(), None)
            }
            _ => Who::Everybody,
        };
        Ok(events
            .into_iter()
            .map(|event| {
                let who = who(&event);
                Judged::new(event, who, Vec::new())
            })
            .collect())
    }

    async fn may_join(&self, _: &Scope, _: &str) -> Result<bool, JudgeError> {
        Ok(false)
    }

    async fn may_be_at(&self, _scope: &Scope, _room: &str) -> Result<Option<String>, JudgeError> {
        Ok(None)
    }
}

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, webhooks::MIGRATIONS].concat()
}

/// The service of a process that may send to these.
pub fn service(db: &Db, allowed: &[&str]) -> Arc<Webhooks> {
    with_keys(db, &["a key of the vault, long enough to be one"], allowed)
}

/// The service of a process that has lost the keys of the vault.
pub fn without_keys(db: &Db) -> Arc<Webhooks> {
    with_keys(db, &[], &["127.0.0.1"])
}

fn with_keys(db: &Db, keys: &[&str], allowed: &[&str]) -> Arc<Webhooks> {
    let vault = Vault::new(keys.iter().copied(), db.clock().clone());
    let allowed = allowed.iter().map(|text| AllowedTarget::parse_text(text).unwrap()).collect();
    let (directory, judge) = (Arc::new(People), Arc::new(ByTable));
    Arc::new(Webhooks::new(db.clone(), directory, judge, Arc::new(vault), Outbound::new(allowed)))
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        api::messages::install(&[webhooks::MESSAGES, outbound::MESSAGES]);
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0)?, 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let person = |org: OrgId, grants: Grants| {
            Scope::of_member(org, UserId(clock.new_id()), grants, Reach::ORGANIZATION, Locale::En, "test".into())
        };
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let all = || Grants::of(permissions::ALL.iter().copied());
        let (owner, agent, stranger) =
            (person(here, all()), person(here, Grants::of([DEALS_READ])), person(there, all()));
        let webhooks = service(&database.db, &["127.0.0.1"]);
        let dispatcher = Dispatcher::new(database.db.clone(), webhooks.handlers());
        let router = Arc::clone(&webhooks).routes().split_for_parts().0;
        Some(Self { database, clock, webhooks, owner, agent, stranger, router, dispatcher })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
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

    /// A request of the owner that must get this status.
    #[track_caller]
    pub fn ok(&self, method: &str, path: &str, body: Value, expected: u16) -> impl Future<Output = Value> {
        let (method, path) = (method.to_owned(), path.to_owned());
        async move {
            let (status, answer) = self.call(&self.owner, &method, &path, body).await;
            assert_eq!(status, expected, "{method} {path}: {answer}");
            answer
        }
    }

    pub async fn get(&self, path: &str) -> Value {
        self.ok("GET", path, Value::Null, 200).await
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

    /// A webhook of somebody's; its id and its secret.
    pub async fn hook_of(&self, who: &Scope, url: &str, types: &[&str]) -> (String, String) {
        let (status, made) = self.call(who, "POST", "/", json!({ "url": url, "types": types })).await;
        assert_eq!(status, 201, "{made}");
        (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
    }

    pub async fn hook(&self, url: &str, types: &[&str]) -> (String, String) {
        self.hook_of(&self.owner, url, types).await
    }

    /// Tells an event in somebody's organization; its id.
    pub async fn tell(&self, who: &Scope, kind: &'static str, data: Value) -> Uuid {
        let tx = self.db().begin(who).await.unwrap();
        let subject = kind.split('.').next().unwrap();
        events::append(&tx, [NewEvent::of(kind, subject, self.clock.new_id(), data)]).await.unwrap();
        tx.commit().await.unwrap();
        let select = "select id from events where seq = (select max(seq) from events)";
        let row = self.db().system_reader().query_one_raw(Statement::from_string(self.db().backend(), select)).await;
        row.unwrap().unwrap().try_get("", "id").unwrap()
    }

    /// Hands the events on; what there is to send waits.
    pub async fn dispatch(&self) {
        self.dispatcher.run_until_idle().await.unwrap();
        assert_eq!(self.system_count("event_dead_letters", "true").await, 0);
    }

    /// A runner as a process has one.
    pub fn runner(&self, of: &Arc<Webhooks>) -> Runner {
        Runner::new(self.db().clone(), [of.works(), of.sending()].concat())
    }

    /// Hands the events on and sends what is due.
    pub async fn settle(&self) {
        loop {
            self.dispatch().await;
            if self.runner(&self.webhooks).run_until_idle().await.unwrap() == 0 {
                break;
            }
        }
        assert_eq!(self.system_count("jobs", "state = 3 or (state = 0 and attempts > 0)").await, 0, "jobs failed");
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Lets time pass until an instant.
    pub fn pass_until(&self, at: &Value) {
        let at: DateTime<Utc> = at.as_str().unwrap().parse().unwrap();
        self.clock.advance(at - self.clock.now());
    }

    /// The newest delivery to a webhook.
    pub async fn newest(&self, webhook: &str) -> Value {
        self.get(&format!("/{webhook}/deliveries?limit=1")).await["items"][0].clone()
    }

    /// How many rows of the owner's organization meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where org_id = $1 and ({condition})");
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.owner.org_id.0.into()]);
        let row = self.db().reader(&self.owner).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }

    /// How many rows of a table of the platform meet a condition.
    pub async fn system_count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where {condition}");
        let row = self.db().system_reader().query_one_raw(Statement::from_string(self.db().backend(), sql)).await;
        row.unwrap().unwrap().try_get("", "n").unwrap()
    }
}

pub fn items(answer: &Value) -> &[Value] {
    answer["items"].as_array().unwrap()
}
