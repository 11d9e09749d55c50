//! An organization with people of every role, a stranger from another one, accounts that carry messages, and the service.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    channels::{
        AccountName, AccountStatus, Accounts, Action, ChatKind, Ended, Errand, Inbox, Origin, Peer, Seen, SeenBatch,
        SeenChat, SeenMessage, Usable, Waiting,
    },
    deals::DealStanding,
    permissions::{self, CHATS_READ, CHATS_WRITE, CONTACTS_WRITE, MESSAGES_SEND},
    ports::{
        Client, ClientWords, Clients, DealFigures, DealQuestion, Deals, DealsOf, Directory, FoundDeal, KnownPerson,
        MoveCause, NamedDeal, NewClient, Person, PortError, StageName,
    },
};
use db::{Db, Migration};
use events::Dispatcher;
use http_body_util::BodyExt;
use jobs::{NewJob, Runner};
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use messaging::{Asked, Messaging};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;
use vault::Vault;

use crate::media::Shelf;

pub const ROOT: &str = "/api/messaging";

pub struct World {
    pub database: TestDatabase,
    pub service: Arc<Messaging>,
    pub house: Arc<House>,
    pub shelf: Arc<Shelf>,
    pub manager: Scope,
    pub agent: Scope,
    /// Another agent, whose account the agent does not reach.
    pub colleague: Scope,
    pub viewer: Scope,
    /// A manager of another organization.
    pub stranger: Scope,
    /// Everybody's.
    pub account: Uuid,
    /// The colleague's own.
    pub private: Uuid,
    router: Router,
    pub clock: Clock,
}

/// Who is in which organization, whom they know, and what carries their messages.
#[derive(Default)]
pub struct House {
    pub members: Mutex<HashMap<(OrgId, Uuid), &'static str>>,
    pub contacts: Mutex<HashMap<Uuid, (OrgId, NewClient)>>,
    /// Account, its organization, its readers (nobody: everybody).
    pub accounts: Mutex<HashMap<Uuid, (OrgId, Vec<Uuid>)>>,
    pub waiting: Mutex<Option<Waiting>>,
    pub woken: Mutex<Vec<Uuid>>,
    pub deals: Mutex<HashMap<Uuid, String>>,
    /// Contacts that only who reaches the organization sees.
    pub secret: Mutex<HashSet<Uuid>>,
    /// What contacts became by merging.
    pub merged: Mutex<HashMap<Uuid, Uuid>>,
    clock: Mutex<Option<Clock>>,
}

pub fn me(scope: &Scope) -> Uuid {
    scope.user_id().unwrap().0
}

#[async_trait::async_trait]
impl Directory for House {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let members = self.members.lock().unwrap();
        Ok(ids.iter().filter_map(|id| Some((*id, (*members.get(&(scope.org_id, *id))?).to_owned()))).collect())
    }

    async fn people(&self, scope: &Scope) -> Result<Vec<Person>, PortError> {
        let members = self.members.lock().unwrap();
        let of_org = members.iter().filter(|((org, _), _)| *org == scope.org_id);
        let person = |((_, id), name): (&(OrgId, Uuid), &&str)| Person {
            id: *id,
            name: (*name).to_owned(),
            email: String::new(),
        };
        Ok(of_org.map(person).collect())
    }

    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(self.members.lock().unwrap().contains_key(&(scope.org_id, user.0)))
    }
}

#[async_trait::async_trait]
impl Clients for House {
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let contacts = self.contacts.lock().unwrap();
        let name =
            |id: &Uuid| contacts.get(id).filter(|(org, _)| *org == scope.org_id).map(|(_, c)| (*id, c.name.clone()));
        Ok(ids.iter().filter_map(name).collect())
    }

    async fn company_names(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(HashMap::new())
    }

    async fn find_contact(&self, scope: &Scope, id: Uuid) -> Result<Option<Client>, PortError> {
        let name = self.contact_names(scope, &[id]).await?.remove(&id);
        Ok(name.map(|name| Client { name, company_id: None, owner_id: None }))
    }

    async fn contacts_within(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        let names = self.contact_names(scope, ids).await?;
        let secret = self.secret.lock().unwrap();
        let within = |id: &Uuid| scope.reach == Reach::ORGANIZATION || !secret.contains(id);
        Ok(names.into_keys().filter(within).collect())
    }

    async fn merged_into(&self, _: &Scope, _: Uuid) -> Result<Vec<Uuid>, PortError> {
        Ok(Vec::new())
    }

    async fn same_people(&self, _: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        let merged = self.merged.lock().unwrap();
        let survivor = |id: &Uuid| merged.get(id).copied().unwrap_or(*id);
        let same = |id: &Uuid| {
            let survivor = survivor(id);
            let others = merged.iter().filter(|(_, into)| **into == survivor).map(|(from, _)| *from);
            (*id, others.chain([survivor]).collect())
        };
        Ok(contacts.iter().map(same).collect())
    }

    async fn find_company(&self, _: &Scope, _: Uuid) -> Result<Option<String>, PortError> {
        Ok(None)
    }

    async fn match_people(&self, scope: &Scope, people: &[KnownPerson]) -> Result<Vec<Option<Uuid>>, PortError> {
        let contacts = self.contacts.lock().unwrap();
        let of = |person: &KnownPerson| {
            let is = |client: &NewClient| {
                (person.username.is_some() && client.telegram_username == person.username)
                    || (person.phone.is_some() && client.phone == person.phone)
            };
            contacts.iter().find(|(_, (org, client))| *org == scope.org_id && is(client)).map(|(id, _)| *id)
        };
        Ok(people.iter().map(of).collect())
    }

    async fn create_contact(&self, scope: &Scope, new: NewClient) -> Result<Uuid, PortError> {
        let id = self.clock.lock().unwrap().as_ref().unwrap().new_id();
        self.contacts.lock().unwrap().insert(id, (scope.org_id, new));
        Ok(id)
    }

    async fn words_of(&self, scope: &Scope, contact: Uuid) -> Result<Option<ClientWords>, PortError> {
        Ok(self.words_of_many(scope, &[contact]).await?.remove(&contact))
    }

    async fn words_of_many(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, ClientWords>, PortError> {
        let contacts = self.contacts.lock().unwrap();
        let words = |id: &Uuid| {
            let (_, client) = contacts.get(id).filter(|(org, _)| *org == scope.org_id)?.clone();
            let words = ClientWords {
                name: client.name,
                first_name: None,
                company: None,
                telegram_username: client.telegram_username,
                phone: client.phone,
            };
            Some((*id, words))
        };
        Ok(ids.iter().filter_map(words).collect())
    }
}

#[async_trait::async_trait]
impl Deals for House {
    async fn titles(&self, _: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let deals = self.deals.lock().unwrap();
        Ok(ids.iter().filter_map(|id| Some((*id, deals.get(id)?.clone()))).collect())
    }

    async fn of_client(&self, _: &Scope, _: DealsOf) -> Result<Vec<NamedDeal>, PortError> {
        Ok(Vec::new())
    }

    async fn search(&self, _: &Scope, _: DealQuestion<'_>) -> Result<Vec<FoundDeal>, PortError> {
        Ok(Vec::new())
    }

    async fn words(&self, _: &Scope, _: u64) -> Result<Vec<String>, PortError> {
        Ok(Vec::new())
    }

    async fn tags(&self, _: &Scope) -> Result<Vec<(String, i64)>, PortError> {
        Ok(Vec::new())
    }

    async fn figures(&self, _: &Scope, _: DateTime<Utc>) -> Result<DealFigures, PortError> {
        Ok(DealFigures::default())
    }

    async fn stages(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, StageName>, PortError> {
        Ok(HashMap::new())
    }

    async fn moves(
        &self,
        _: &Scope,
        _: &[(Uuid, DateTime<Utc>)],
    ) -> Result<HashMap<(Uuid, DateTime<Utc>), MoveCause>, PortError> {
        Ok(HashMap::new())
    }

    async fn stages_of_contacts(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, Vec<DealStanding>>, PortError> {
        Ok(HashMap::new())
    }
}

impl House {
    fn usable(&self, scope: &Scope) -> Usable {
        let accounts = self.accounts.lock().unwrap();
        let user = scope.user_id().map(|user| user.0);
        let reaches = |readers: &Vec<Uuid>| {
            scope.reach == Reach::ORGANIZATION || readers.is_empty() || user.is_some_and(|user| readers.contains(&user))
        };
        let of_org = accounts.iter().filter(|(_, (org, readers))| *org == scope.org_id && reaches(readers));
        Usable::These(of_org.map(|(id, _)| *id).collect())
    }
}

#[async_trait::async_trait]
impl Accounts for House {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, AccountName>, PortError> {
        let accounts = self.accounts.lock().unwrap();
        let name = |id: &Uuid| {
            let (org, readers) = accounts.get(id)?;
            let name = AccountName {
                id: *id,
                name: "Sales".to_owned(),
                username: None,
                status: AccountStatus::Connected,
                owner_id: readers.first().copied(),
            };
            (*org == scope.org_id).then_some((*id, name))
        };
        Ok(ids.iter().filter_map(name).collect())
    }

    async fn readable(&self, scope: &Scope) -> Result<Usable, PortError> {
        Ok(self.usable(scope))
    }

    async fn writable(&self, scope: &Scope) -> Result<Usable, PortError> {
        Ok(self.usable(scope))
    }

    async fn readers(&self, _: OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        let accounts = self.accounts.lock().unwrap();
        Ok(ids.iter().filter_map(|id| Some((*id, accounts.get(id)?.1.clone()))).collect())
    }

    async fn why_waiting(&self, _: &Scope, _: Uuid, _: bool) -> Result<Option<Waiting>, PortError> {
        Ok(self.waiting.lock().unwrap().clone())
    }

    fn wake(&self, account: Uuid) {
        self.woken.lock().unwrap().push(account);
    }
}

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, messaging::MIGRATIONS].concat()
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        api::messages::install(&[messaging::MESSAGES]);
        let clock = Clock::manual("2026-09-21T10:00:00Z".parse().unwrap(), 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let house = Arc::new(House::default());
        *house.clock.lock().unwrap() = Some(clock.clone());
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let person = |org: OrgId, name: &'static str, grants: Grants, reach: Reach| {
            let user = UserId(clock.new_id());
            house.members.lock().unwrap().insert((org, user.0), name);
            Scope::of_member(org, user, grants, reach, Locale::En, "test".into())
        };
        let all = Grants::of(permissions::ALL.iter().copied());
        let work = Grants::of([CHATS_READ, CHATS_WRITE, MESSAGES_SEND, CONTACTS_WRITE]);
        let manager = person(here, "Mary", all, Reach::ORGANIZATION);
        let agent = person(here, "Andy", work, Reach::OWN);
        let colleague = person(here, "Colin", work, Reach::OWN);
        let viewer = person(here, "Vera", Grants::of([CHATS_READ]), Reach::ORGANIZATION);
        let stranger = person(there, "Sam", all, Reach::ORGANIZATION);
        let (account, private) = (clock.new_id(), clock.new_id());
        house.accounts.lock().unwrap().insert(account, (here, Vec::new()));
        house.accounts.lock().unwrap().insert(private, (here, vec![me(&colleague)]));
        let asked = Asked {
            directory: house.clone(),
            clients: house.clone(),
            deals: house.clone(),
            accounts: house.clone(),
            vault: Arc::new(Vault::new(["the key of the test"], clock.clone())),
        };
        let shelf = Arc::new(Shelf::default());
        let service = Messaging::new(database.db.clone(), asked).keeping(shelf.clone());
        let service = Arc::new(service);
        let (router, _) = Arc::clone(&service).routes().split_for_parts();
        Some(Self {
            database,
            service,
            house,
            shelf,
            manager,
            agent,
            colleague,
            viewer,
            stranger,
            account,
            private,
            router,
            clock,
        })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// The scope that an account works in.
    pub fn system(&self) -> Scope {
        Scope::system(self.manager.org_id, "sync")
    }

    pub fn contact(&self, name: &str, username: Option<&str>, phone: Option<&str>) -> Uuid {
        let id = self.clock.new_id();
        let client = NewClient {
            name: name.to_owned(),
            telegram_username: username.map(str::to_owned),
            phone: phone.map(str::to_owned),
            ..NewClient::default()
        };
        self.house.contacts.lock().unwrap().insert(id, (self.manager.org_id, client));
        id
    }

    /// Hands the service what an account saw; gives how many messages were new.
    pub async fn see(&self, account: Uuid, origin: Origin, chats: &[SeenChat], news: Vec<Seen>) -> u64 {
        let batch = SeenBatch { origin, chats: chats.to_vec(), news, position: None };
        self.service.receive(&self.system(), account, batch).await.unwrap()
    }

    /// A live message of theirs in a private chat; gives the id of the chat.
    pub async fn hear(&self, chat: i64, id: i64, text: &str) -> String {
        let news = vec![Seen::Message(message(chat, id, text))];
        self.see(self.account, Origin::Live, &[private(chat, "Boris Client")], news).await;
        self.chat_of(chat).await
    }

    /// The id of a chat of the account.
    pub async fn chat_of(&self, external: i64) -> String {
        let list = self.get(&self.manager, "/inbox?limit=100").await;
        let known = json!(external.to_string());
        let found = list["items"].as_array().unwrap().iter().find(|c| c["chatId"] == known);
        found.unwrap_or_else(|| panic!("no chat {external}: {list}"))["id"].as_str().unwrap().to_owned()
    }

    /// Sends a text into a chat as the manager, without a time to call it back; gives the message.
    pub async fn send(&self, chat: &str, text: &str) -> Value {
        let body = json!({"chatId": chat, "text": text, "undoSeconds": 0, "clientId": self.clock.new_id()});
        self.ok(&self.manager, "POST", "/send", body, 201).await
    }

    /// What the account is to do now.
    pub async fn errands(&self) -> Vec<Errand> {
        self.service.errands(&self.system(), self.account, 100).await.unwrap()
    }

    /// The messages of a chat: text and status, oldest first.
    pub async fn thread(&self, chat: &str) -> Vec<(String, String)> {
        let list = self.get(&self.manager, &format!("/messages?chatId={chat}&limit=100")).await;
        let line = |m: &Value| (m["text"].as_str().unwrap().to_owned(), m["status"].as_str().unwrap().to_owned());
        list["items"].as_array().unwrap().iter().map(line).collect()
    }

    /// Events of the outbox, by name.
    pub async fn told(&self) -> Vec<(String, Value)> {
        let sql = "select kind, data from events where org_id = $1 order by seq";
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let rows = self.db().reader(&self.manager).query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| (row.try_get("", "kind").unwrap(), row.try_get("", "data").unwrap())).collect()
    }

    /// Names of the events since the last look.
    pub async fn told_names(&self) -> Vec<String> {
        self.told().await.into_iter().map(|(kind, _)| kind).collect()
    }

    /// Every event has the form of its schema.
    pub async fn check_events(&self) {
        for (kind, data) in self.told().await {
            let fact = json!({ "type": kind, "data": data });
            serde_json::from_value::<contracts::events::Fact>(fact).unwrap_or_else(|e| panic!("{kind}: {e}: {data}"));
        }
    }

    /// Runs events and jobs until there is nothing to do now.
    pub async fn settle(&self) {
        let dispatcher = Dispatcher::new(self.db().clone(), Messaging::handlers());
        let runner = Runner::new(self.db().clone(), self.service.works());
        while dispatcher.run_until_idle().await.unwrap() + runner.run_until_idle().await.unwrap() > 0 {}
    }

    /// Runs a job that comes round.
    pub async fn work(&self, kind: &'static str) {
        let tx = self.db().begin(&self.system()).await.unwrap();
        jobs::enqueue(&tx, NewJob { kind, payload: json!({}), max_attempts: 1 }).await.unwrap();
        tx.commit().await.unwrap();
        self.settle().await;
        let sql = format!("select count(*) as n from jobs where kind = '{kind}' and state <> 2");
        let row = self.db().system_reader().query_one_raw(Statement::from_string(self.db().backend(), sql)).await;
        assert_eq!(row.unwrap().unwrap().try_get::<i64>("", "n").unwrap(), 0, "{kind}");
    }

    /// Runs a statement in the organization.
    pub async fn run(&self, sql: &str) {
        let tx = self.db().begin(&self.system()).await.unwrap();
        tx.execute_raw(Statement::from_string(self.db().backend(), sql)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The column `text` of the first row of a statement.
    pub async fn text(&self, sql: &str) -> String {
        let statement = Statement::from_string(self.db().backend(), sql);
        let row = self.db().reader(&self.manager).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "text").unwrap()
    }

    /// How the database would read this, with the organization as its value; without regard to how little there is.
    pub async fn plan(&self, sql: &str) -> String {
        let backend = self.db().backend();
        let org = [self.manager.org_id.0.into()];
        if backend == DbBackend::Postgres {
            let tx = self.db().begin(&self.system()).await.unwrap();
            for off in ["enable_seqscan", "enable_sort", "enable_bitmapscan"] {
                tx.execute_raw(Statement::from_string(backend, format!("set local {off} = off"))).await.unwrap();
            }
            let plan = Statement::from_sql_and_values(backend, format!("explain {sql}"), org);
            let rows = tx.query_all_raw(plan).await.unwrap();
            return rows
                .iter()
                .map(|row| row.try_get::<String>("", "QUERY PLAN").unwrap())
                .collect::<Vec<_>>()
                .join("\n");
        }
        let plan = Statement::from_sql_and_values(backend, format!("explain query plan {sql}"), org);
        let rows = self.db().reader(&self.manager).query_all_raw(plan).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap()).collect::<Vec<_>>().join("\n")
    }

    /// Sends what waits, and deletes these messages here.
    pub async fn send_and_forget(&self, ids: &[String]) {
        for id in 100.. {
            let Some(errand) = self.errands().await.into_iter().next() else { break };
            let Action::Send { files, .. } = &errand.action else { panic!("{errand:?}") };
            let sent = SeenMessage { random_id: Some(files[0].random_id), ..ours(errand.chat_id, id, "") };
            assert!(self.service.start_errand(&self.system(), errand.id).await.unwrap());
            self.service.end_errand(&self.system(), errand.id, Ended::Done { sent: vec![sent] }).await.unwrap();
        }
        for id in ids {
            self.ok(&self.manager, "DELETE", &format!("/messages/{id}?forEveryone=false"), Value::Null, 204).await;
        }
    }

    /// How many rows of the manager's organization meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where org_id = $1 and ({condition})");
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let row = self.db().reader(&self.manager).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// Sends a request as somebody; gives status and body.
    pub async fn call(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, Value) {
        let request = Request::builder().method(method).uri(format!("{ROOT}{path}"));
        let (request, body) = match body {
            Value::Null => (request, Body::empty()),
            body => (request.header("content-type", "application/json"), Body::from(body.to_string())),
        };
        self.send_request(who, request.body(body).unwrap()).await
    }

    /// Sends any request.
    pub async fn send_request(&self, who: &Scope, request: Request<Body>) -> (u16, Value) {
        let (status, bytes) = self.raw(who, request).await;
        (status, if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() })
    }

    /// Sends any request; gives the bytes of the answer.
    pub async fn raw(&self, who: &Scope, request: Request<Body>) -> (u16, Vec<u8>) {
        let (session_id, kind) = (Uuid::nil(), SessionKind::Bearer);
        let principal = Principal { scope: who.clone(), session_id, kind, confirmed: true, needs_factor: false };
        let router = self.router.clone().layer(Extension(Credentials::Accepted(Arc::new(principal))));
        let context = api::context::RequestContext::new("test".into(), Some(who.locale));
        let response = context.run(router.oneshot(request)).await.unwrap();
        let status = response.status().as_u16();
        (status, response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    pub async fn get(&self, who: &Scope, path: &str) -> Value {
        self.ok(who, "GET", path, Value::Null, 200).await
    }

    /// Sends a request that must get this status.
    pub async fn ok(&self, who: &Scope, method: &str, path: &str, body: Value, expected: u16) -> Value {
        let (status, answer) = self.call(who, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    /// The refused fields with their codes.
    pub async fn refused(&self, who: &Scope, method: &str, path: &str, body: Value) -> Vec<String> {
        let answer = self.ok(who, method, path, body, 422).await;
        let details = answer["details"].as_array().unwrap();
        details.iter().map(|d| format!("{} {}", d["field"].as_str().unwrap(), d["code"].as_str().unwrap())).collect()
    }
}

pub fn id_of(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

/// A private chat.
pub fn private(id: i64, title: &str) -> SeenChat {
    SeenChat {
        id,
        kind: ChatKind::Private,
        title: title.to_owned(),
        username: None,
        phone: None,
        read_inbox_until: None,
        read_outbox_until: None,
    }
}

/// A message of theirs; its instant grows with its id.
pub fn message(chat: i64, id: i64, text: &str) -> SeenMessage {
    let at = "2026-09-21T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::seconds(id);
    let sender = Peer { id: chat, name: "Boris Client".to_owned(), username: None, phone: None };
    SeenMessage {
        chat_id: chat,
        id,
        outgoing: false,
        sender: Some(sender),
        at,
        edited_at: None,
        text: text.to_owned(),
        entities: Vec::new(),
        reply_to: None,
        topic_id: None,
        forwarded_from: None,
        album_id: None,
        media: None,
        reactions: Vec::new(),
        service: None,
        random_id: None,
        automatic: false,
    }
}

/// A message of ours, as the account sees it.
pub fn ours(chat: i64, id: i64, text: &str) -> SeenMessage {
    SeenMessage { outgoing: true, sender: None, ..message(chat, id, text) }
}
