//! An organization with people of every role, a stranger from another one, contacts, accounts, and the service they call.

use std::sync::Arc;

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use campaigns::{Asked, Campaigns};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    audience::Addressee,
    events::{MESSAGE_FAILED, MESSAGE_RECEIVED, MESSAGE_SENT},
    outreach::SenderState,
    permissions::{self, CAMPAIGNS_READ, CAMPAIGNS_WRITE, CONTACTS_READ},
};
use db::{Db, Migration};
use events::NewEvent;
use http_body_util::BodyExt;
use jobs::NewJob;
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;

use crate::outside::{Outside, Stand};

pub struct World {
    pub database: TestDatabase,
    pub service: Arc<Campaigns>,
    pub outside: Arc<Outside>,
    pub manager: Scope,
    pub agent: Scope,
    pub viewer: Scope,
    /// A manager of another organization.
    pub stranger: Scope,
    router: Router,
    pub clock: Clock,
}

pub const CAMPAIGNS: &str = "/api/campaigns";

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, campaigns::MIGRATIONS].concat()
}

impl World {
    /// On a Monday at noon, UTC.
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        api::messages::install(&[campaigns::MESSAGES, campaigns::SERVICE_MESSAGES]);
        let clock = Clock::manual("2027-03-01T12:00:00Z".parse().unwrap(), 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let outside = Arc::new(Outside::default());
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let person = |org: OrgId, name: &'static str, grants: Grants, reach: Reach| {
            let user = UserId(clock.new_id());
            outside.things().members.insert(user.0, (org, name));
            Scope::of_member(org, user, grants, reach, Locale::En, "test".into())
        };
        let all = Grants::of(permissions::ALL.iter().copied());
        let works = Grants::of([CAMPAIGNS_READ, CAMPAIGNS_WRITE, CONTACTS_READ]);
        let manager = person(here, "Mary Manager", all, Reach::ORGANIZATION);
        let agent = person(here, "Andy Agent", works, Reach::OWN);
        let viewer = person(here, "Vera Viewer", Grants::of([CAMPAIGNS_READ, CONTACTS_READ]), Reach::ORGANIZATION);
        let stranger = person(there, "Sam Stranger", all, Reach::ORGANIZATION);
        let asked = Asked {
            directory: outside.clone(),
            clients: outside.clone(),
            audience: outside.clone(),
            deals: outside.clone(),
            moves: outside.clone(),
            outbox: outside.clone(),
            senders: outside.clone(),
            answers: outside.clone(),
        };
        let service = Arc::new(Campaigns::new(database.db.clone(), asked));
        let (router, _) = Arc::clone(&service).routes().split_for_parts();
        Some(Self { database, service, outside, manager, agent, viewer, stranger, router, clock })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn pass(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// The same organization as the system sees it.
    pub fn system(&self) -> Scope {
        Scope::system(self.manager.org_id, "test")
    }

    /// A contact of the manager's organization whom Telegram reaches.
    pub fn contact(&self, name: &str, owner: Option<&Scope>) -> Uuid {
        let id = self.clock.new_id();
        let contact = Addressee {
            id,
            name: name.to_owned(),
            first_name: name.split(' ').next().map(str::to_owned),
            telegram_username: Some(format!("u{}", &id.simple().to_string()[12..])),
            owner_id: owner.and_then(Scope::user_id).map(Uuid::from),
            time_zone: Some("UTC".to_owned()),
            created_at: self.now(),
            ..Addressee::default()
        };
        self.outside.things().contacts.insert(id, (self.manager.org_id, contact));
        id
    }

    pub fn contacts(&self, count: usize) -> Vec<Uuid> {
        (0..count).map(|index| self.contact(&format!("Person {index}"), None)).collect()
    }

    /// An account that sends as much as anybody wants.
    pub fn account(&self, name: &str) -> Uuid {
        self.account_of(name, 10_000)
    }

    pub fn account_of(&self, name: &str, per_day: u32) -> Uuid {
        let id = self.clock.new_id();
        let state = SenderState {
            account_id: id,
            name: name.to_owned(),
            ready: true,
            why_not: None,
            not_ready_until: None,
            health: 100,
            first_contacts_left_today: per_day,
            first_contacts_per_day: per_day,
            messages_left_today: per_day * 2,
            messages_per_day: per_day * 2,
            time_zone: "UTC".to_owned(),
            working_hours: None,
            quiet_hours: None,
        };
        self.outside.things().accounts.insert(id, state);
        id
    }

    /// Every hour of every day, on these clocks.
    pub fn always() -> Value {
        json!({ "inContactZone": false, "timeZone": "UTC",
            "windows": [{ "days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00" }] })
    }

    pub fn message(&self, text: &str) -> Value {
        let variant = json!({ "id": self.clock.new_id(), "name": "A", "weight": 1, "text": text });
        json!({ "id": self.clock.new_id(), "action": { "kind": "message", "variants": [variant] } })
    }

    pub fn wait_hours(&self, count: u32) -> Value {
        json!({ "id": self.clock.new_id(), "action": { "kind": "wait", "wait": { "until": "hours", "count": count } } })
    }

    /// A draft of the manager's for these contacts, through these accounts.
    pub async fn draft(&self, contacts: &[Uuid], accounts: &[Uuid], steps: Vec<Value>) -> Uuid {
        let body = json!({
            "name": "Spring", "channel": "telegram", "accountIds": accounts, "schedule": Self::always(), "steps": steps,
            "audience": { "source": { "kind": "contacts", "contactIds": contacts } },
        });
        id_of(&self.post(&self.manager, CAMPAIGNS, body).await)
    }

    /// The same, started, its audience read and what is due handed over.
    pub async fn started(&self, contacts: &[Uuid], accounts: &[Uuid], steps: Vec<Value>) -> Uuid {
        let id = self.draft(contacts, accounts, steps).await;
        self.ok(&self.manager, "POST", &format!("{CAMPAIGNS}/{id}/start"), json!({}), 200).await;
        self.go().await;
        id
    }

    /// What the policy of the organization is to be, where it differs from none at all.
    pub async fn policy(&self, change: Value) {
        let mut policy = json!({ "timeZone": "UTC", "quiet": null, "coolDownDays": 0, "optOutEverywhere": true,
            "allowParallel": true });
        policy.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        self.ok(&self.manager, "PUT", &format!("{CAMPAIGNS}/policy"), json!({ "policy": policy }), 200).await;
    }

    /// Has the scheduler look, and lets everybody react.
    pub async fn go(&self) {
        let tx = self.db().begin(&self.system()).await.unwrap();
        let job = NewJob { kind: "campaigns.tick", payload: json!({}), max_attempts: 3 };
        jobs::enqueue(&tx, job).await.unwrap();
        tx.commit().await.unwrap();
        self.settle().await;
    }

    /// Runs events and jobs until nothing is left to do.
    pub async fn settle(&self) {
        let dispatcher = events::Dispatcher::new(self.db().clone(), self.service.handlers());
        let runner = jobs::Runner::new(self.db().clone(), Arc::clone(&self.service).works());
        while dispatcher.run_until_idle().await.expect("events") + runner.run_until_idle().await.expect("jobs") > 0 {}
    }

    pub async fn tell(&self, kind: &'static str, subject: (&'static str, Uuid), data: Value) {
        let tx = self.db().begin(&self.system()).await.unwrap();
        events::append(&tx, [NewEvent::of(kind, subject.0, subject.1, data)]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Keys of messages that stand so, in the order in which they were queued.
    pub fn keys(&self, stand: Stand) -> Vec<Uuid> {
        let things = self.outside.things();
        things.queue.iter().filter(|(_, message)| message.stand == stand).map(|(key, _)| *key).collect()
    }

    /// Sends a message that waits, unless the contact has answered: as the queue does. Nobody reacts yet.
    pub async fn send(&self, key: Uuid) -> bool {
        let (outgoing, chat, answered) = {
            let mut things = self.outside.things();
            let wrote = things.wrote.clone();
            let message = things.queue.get_mut(&key).unwrap();
            if message.stand != Stand::Waiting {
                return false;
            }
            let gate = message.outgoing.unless_answered_since;
            let answered = gate.zip(wrote.get(&message.outgoing.contact_id)).is_some_and(|(gate, at)| *at > gate);
            message.stand = if answered { Stand::Canceled } else { Stand::Sent };
            (message.outgoing.clone(), message.chat, answered)
        };
        if answered {
            let program =
                json!({ "kind": "campaign", "id": outgoing.source.id, "enrolmentId": outgoing.source.enrolment_id });
            let data = json!({ "messageId": key, "chatId": chat, "cause": "campaign.answered", "program": program });
            self.tell(contracts::events::MESSAGE_CANCELED, ("message", key), data).await;
        } else {
            let number = key.as_u128() % 1_000_000;
            let data = json!({ "messageId": key, "chatId": chat, "externalId": number.to_string() });
            self.tell(MESSAGE_SENT, ("message", key), data).await;
        }
        !answered
    }

    /// Sends all that waits, and lets everybody react.
    pub async fn send_all(&self) -> usize {
        let mut sent = 0;
        for key in self.keys(Stand::Waiting) {
            sent += usize::from(self.send(key).await);
        }
        self.settle().await;
        sent
    }

    pub async fn fail(&self, key: Uuid) {
        let chat = {
            let mut things = self.outside.things();
            let message = things.queue.get_mut(&key).unwrap();
            message.stand = Stand::Failed;
            message.chat
        };
        let data = json!({ "messageId": key, "chatId": chat, "code": "peer.blocked_us", "authorId": null });
        self.tell(MESSAGE_FAILED, ("message", key), data).await;
    }

    /// A contact writes; nobody reacts yet.
    pub async fn reply(&self, contact: Uuid, text: &str) {
        self.pass(TimeDelta::milliseconds(1));
        let message = self.clock.new_id();
        {
            let mut things = self.outside.things();
            things.wrote.insert(contact, self.clock.now());
            things.texts.insert(message, text.to_owned());
        }
        let data = json!({
            "messageId": message, "chatId": contact, "contactId": contact, "channel": "telegram", "accountId": null,
            "isFirstResponse": true, "assigneeId": null, "isLate": false, "isAutomatic": false,
        });
        self.tell(MESSAGE_RECEIVED, ("message", message), data).await;
    }

    /// How many rows of the manager's organization meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where org_id = $1 and ({condition})");
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let row = self.db().reader(&self.manager).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }

    /// Has something written behind the service's back.
    pub async fn write(&self, sql: &str) {
        let tx = self.db().begin(&self.system()).await.unwrap();
        tx.execute_unprepared(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// State and cause of a contact's enrolment in a campaign.
    pub async fn enrolment(&self, campaign: Uuid, contact: Uuid) -> (String, Option<String>) {
        let page = self.get(&self.manager, &format!("{CAMPAIGNS}/{campaign}/enrolments?limit=100")).await;
        let items = page["items"].as_array().unwrap();
        let own = items.iter().find(|item| item["contactId"] == json!(contact)).expect("an enrolment");
        (own["state"].as_str().unwrap().to_owned(), own["cause"].as_str().map(str::to_owned))
    }

    /// Sends a request as somebody; gives status and body.
    pub async fn call(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        let (session_id, kind) = (Uuid::nil(), SessionKind::Bearer);
        let principal = Principal { scope: who.clone(), session_id, kind, confirmed: true, needs_factor: false };
        let router = self.router.clone().layer(Extension(Credentials::Accepted(Arc::new(principal))));
        let response = router.oneshot(request.body(body).expect("a request")).await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_default() };
        (status, body)
    }

    pub async fn get(&self, who: &Scope, path: &str) -> Value {
        self.ok(who, "GET", path, Value::Null, 200).await
    }

    pub async fn post(&self, who: &Scope, path: &str, body: Value) -> Value {
        self.ok(who, "POST", path, body, 201).await
    }

    /// Sends a request that must get this status.
    pub async fn ok(&self, who: &Scope, method: &str, path: &str, body: Value, expected: u16) -> Value {
        let (status, answer) = self.call(who, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    /// Sends a request that must be refused: gives its status and code, and the fields at fault behind it.
    pub async fn refused(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.call(who, method, path, body).await;
        assert!(status >= 400, "{method} {path} was not refused: {answer}");
        let code = answer["code"].as_str().unwrap_or_default().to_owned();
        let fields = answer["details"].as_array().into_iter().flatten();
        let fields = fields.map(|d| format!("{} {}", d["field"].as_str().unwrap(), d["code"].as_str().unwrap()));
        match fields.collect::<Vec<_>>() {
            none if none.is_empty() => (status, code),
            fields => (status, fields.join(", ")),
        }
    }
}

pub fn id_of(answer: &Value) -> Uuid {
    answer["id"].as_str().expect("an id").parse().expect("a uuid")
}
