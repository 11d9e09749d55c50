//! An organization with five people, a stranger from another one, and the service they call.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use chrono::{DateTime, Utc};
use contracts::{
    conversations::{ConversationDay, Conversations, WantedDays},
    deals::DealStanding,
    permissions::{
        self, COMPANIES_BULK, COMPANIES_DELETE, COMPANIES_READ, COMPANIES_WRITE, CONTACTS_BULK, CONTACTS_DELETE,
        CONTACTS_READ, CONTACTS_WRITE, DEALS_READ, NOTES_READ, NOTES_WRITE,
    },
    ports::{
        DealFigures, DealQuestion, DealSum, Deals, DealsOf, Directory, FoundDeal, MoveCause, NamedDeal, Person,
        PortError, Recipient, Recipients, StageName,
    },
};
use crm::Crm;
use db::{Db, Migration};
use fields::{Definitions, RecordSource, RecordType};
use http_body_util::BodyExt;
use kernel::{Clock, Grants, Locale, OrgId, Permission, Reach, Scope, UserId};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;

pub struct World {
    pub database: TestDatabase,
    pub crm: Arc<Crm>,
    pub directory: Arc<People>,
    pub deals: Arc<KnownDeals>,
    pub talks: Arc<Talks>,
    pub manager: Scope,
    pub agent: Scope,
    /// Another agent of the same organization.
    pub colleague: Scope,
    pub viewer: Scope,
    /// A manager of another organization.
    pub stranger: Scope,
    router: Router,
    document: utoipa::openapi::OpenApi,
    clock: Clock,
}

/// Who is in which organization.
#[derive(Default)]
pub struct People {
    names: HashMap<(OrgId, Uuid), String>,
    questions: AtomicU64,
}

impl People {
    /// How often names were asked for.
    pub fn asked(&self) -> u64 {
        self.questions.load(Ordering::Relaxed)
    }
}

#[async_trait::async_trait]
impl Directory for People {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let name = |id: &Uuid| Some((*id, self.names.get(&(scope.org_id, *id))?.clone()));
        Ok(ids.iter().filter_map(name).collect())
    }

    async fn people(&self, scope: &Scope) -> Result<Vec<Person>, PortError> {
        let of_org = self.names.iter().filter(|((org, _), _)| *org == scope.org_id);
        Ok(of_org
            .map(|((_, id), name)| Person { id: *id, name: name.clone(), email: format!("{id}@example.com") })
            .collect())
    }

    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(self.names.contains_key(&(scope.org_id, user.0)))
    }
}

/// Everybody is in Warsaw.
#[async_trait::async_trait]
impl Recipients for People {
    async fn recipients(&self, org: OrgId, ids: &[Uuid]) -> Result<Vec<Recipient>, PortError> {
        let person = |id: &Uuid| {
            Some(Recipient {
                id: *id,
                name: self.names.get(&(org, *id))?.clone(),
                email: String::new(),
                email_verified: false,
                locale: Locale::En,
                time_zone: "Europe/Warsaw".to_owned(),
                grants: Grants::of([]),
                reach: Reach::ORGANIZATION,
            })
        };
        Ok(ids.iter().filter_map(person).collect())
    }

    async fn holders(&self, _: OrgId, _: Permission) -> Result<Vec<Recipient>, PortError> {
        Ok(Vec::new())
    }
}

/// What was said with contacts, latest first.
#[derive(Default)]
pub struct Talks {
    pub days: Mutex<HashMap<Uuid, Vec<ConversationDay>>>,
    /// For whose days was asked.
    pub zones: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Conversations for Talks {
    async fn days_with(&self, _: &Scope, wanted: WantedDays<'_>) -> Result<Vec<ConversationDay>, PortError> {
        self.zones.lock().unwrap().push(wanted.time_zone.to_owned());
        let days = self.days.lock().unwrap().get(&wanted.contact).cloned().unwrap_or_default();
        let older = days.into_iter().filter(|day| wanted.before.is_none_or(|before| day.place < before));
        Ok(older.take(usize::try_from(wanted.limit).unwrap()).collect())
    }
}

/// A deal of the test.
#[derive(Clone)]
struct KnownDeal {
    org: OrgId,
    owner: Option<UserId>,
    contact: Option<Uuid>,
    title: String,
}

/// When a deal came into a stage.
type Entered = (Uuid, DateTime<Utc>);

/// The deals that there are.
#[derive(Default)]
pub struct KnownDeals {
    deals: Mutex<HashMap<Uuid, KnownDeal>>,
    pub stages: Mutex<HashMap<Uuid, StageName>>,
    pub moves: Mutex<HashMap<Entered, MoveCause>>,
    questions: AtomicU64,
}

impl KnownDeals {
    pub fn forget(&self, id: &str) {
        self.deals.lock().unwrap().remove(&id.parse().unwrap());
    }

    /// How often deals were asked for.
    pub fn asked(&self) -> u64 {
        self.questions.load(Ordering::Relaxed)
    }

    fn reached(&self, scope: &Scope) -> Vec<(Uuid, KnownDeal)> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let within = |deal: &KnownDeal| {
            let mine = deal.owner.is_none() || deal.owner == scope.user_id();
            deal.org == scope.org_id && (mine || scope.reach == Reach::ORGANIZATION)
        };
        let deals = self.deals.lock().unwrap();
        deals.iter().filter(|(_, deal)| within(deal)).map(|(id, deal)| (*id, deal.clone())).collect()
    }
}

#[async_trait::async_trait]
impl Deals for KnownDeals {
    async fn words(&self, _: &Scope, _: u64) -> Result<Vec<String>, PortError> {
        Ok(Vec::new())
    }

    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let reached = self.reached(scope).into_iter().filter(|(id, _)| ids.contains(id));
        Ok(reached.map(|(id, deal)| (id, deal.title)).collect())
    }

    async fn of_client(&self, scope: &Scope, of: DealsOf) -> Result<Vec<NamedDeal>, PortError> {
        if !scope.grants.allows(DEALS_READ) {
            return Ok(Vec::new());
        }
        let theirs = self.reached(scope).into_iter().filter(|(_, deal)| match of {
            DealsOf::Contact(id) => deal.contact == Some(id),
            DealsOf::Company(_) => false,
        });
        Ok(theirs.map(|(id, deal)| NamedDeal { id, title: deal.title, currency: None }).collect())
    }

    async fn search(&self, scope: &Scope, question: DealQuestion<'_>) -> Result<Vec<FoundDeal>, PortError> {
        let words = question.words.to_lowercase();
        let reached = self.reached(scope).into_iter().filter(|(_, deal)| {
            let theirs = deal.contact.is_some_and(|id| question.contacts.contains(&id));
            theirs || deal.title.to_lowercase().contains(&words)
        });
        let found = |(id, deal): (Uuid, KnownDeal)| FoundDeal {
            id,
            title: deal.title,
            contact_id: deal.contact,
            company_id: None,
        };
        Ok(reached.map(found).collect())
    }

    async fn tags(&self, scope: &Scope) -> Result<Vec<(String, i64)>, PortError> {
        let count = i64::try_from(self.reached(scope).len())?;
        Ok(if count > 0 { vec![("deal".to_owned(), count), ("vip".to_owned(), count)] } else { Vec::new() })
    }

    async fn figures(&self, scope: &Scope, _: DateTime<Utc>) -> Result<DealFigures, PortError> {
        let count = u64::try_from(self.reached(scope).len())?;
        let sum = |currency: Option<&str>| DealSum { currency: currency.map(str::to_owned), count, amount_minor: 500 };
        Ok(DealFigures { open: vec![sum(Some("EUR")), sum(None)], won: Vec::new() })
    }

    async fn stages(&self, _: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, StageName>, PortError> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let stages = self.stages.lock().unwrap();
        Ok(ids.iter().filter_map(|id| Some((*id, stages.get(id)?.clone()))).collect())
    }

    async fn moves(&self, _: &Scope, entered: &[Entered]) -> Result<HashMap<Entered, MoveCause>, PortError> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        let moves = self.moves.lock().unwrap();
        Ok(entered.iter().filter_map(|key| Some((*key, moves.get(key)?.clone()))).collect())
    }

    async fn stages_of_contacts(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, Vec<DealStanding>>, PortError> {
        Ok(HashMap::new())
    }
}

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, fields::MIGRATIONS, crm::MIGRATIONS].concat()
}

fn agent_rights() -> Grants {
    Grants::of([
        CONTACTS_READ,
        CONTACTS_WRITE,
        CONTACTS_DELETE,
        CONTACTS_BULK,
        COMPANIES_READ,
        COMPANIES_WRITE,
        COMPANIES_DELETE,
        COMPANIES_BULK,
        DEALS_READ,
        NOTES_READ,
        NOTES_WRITE,
    ])
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0)?, 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let mut people = People::default();
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let mut person = |org: OrgId, name: &str, grants: Grants, reach: Reach| {
            let user = UserId(clock.new_id());
            people.names.insert((org, user.0), name.to_owned());
            Scope::of_member(org, user, grants, reach, Locale::En, "test".into())
        };
        let all = Grants::of(permissions::ALL.iter().copied());
        let reads = Grants::of([CONTACTS_READ, COMPANIES_READ, DEALS_READ, NOTES_READ]);
        let manager = person(here, "Mary Manager", all, Reach::ORGANIZATION);
        let agent = person(here, "Andy Agent", agent_rights(), Reach::OWN);
        let colleague = person(here, "Cole League", agent_rights(), Reach::OWN);
        let viewer = person(here, "Vera Viewer", reads, Reach::OWN);
        let stranger = person(there, "Sam Stranger", all, Reach::ORGANIZATION);
        let directory = Arc::new(people);
        let files = crm::imports::Files { folder: database.folder.path().join("imports"), max_bytes: 1 << 30 };
        let definitions = Arc::new(Definitions::new(database.db.clone(), None));
        let (db, deals) = (database.db.clone(), Arc::new(KnownDeals::default()));
        let talks = Arc::new(Talks::default());
        let crm = Crm::new(db, directory.clone(), deals.clone(), None, files, definitions.clone());
        let crm = Arc::new(crm.telling(talks.clone(), directory.clone()));
        let source: Arc<dyn RecordSource> = crm.clone();
        definitions.ask_about(&[RecordType::Contact, RecordType::Company], &source);
        let (router, document) = Arc::clone(&crm).routes().split_for_parts();
        Some(Self {
            database,
            crm,
            directory,
            deals,
            talks,
            manager,
            agent,
            colleague,
            viewer,
            stranger,
            router,
            document,
            clock,
        })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// Lets time pass, so that what comes next is newer.
    pub fn tick(&self) {
        self.clock.advance(chrono::TimeDelta::seconds(1));
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn pass_days(&self, days: i64) {
        self.clock.advance(chrono::TimeDelta::days(days));
    }

    /// Makes a contact that of a deal.
    pub fn sell_to(&self, deal: &str, contact: &str) {
        let mut deals = self.deals.deals.lock().unwrap();
        deals.get_mut(&deal.parse().unwrap()).unwrap().contact = Some(contact.parse().unwrap());
    }

    /// A deal of the scope's organization.
    pub fn deal(&self, scope: &Scope, title: &str, owner: Option<&Scope>) -> String {
        let id = self.clock.new_id();
        let owner = owner.and_then(Scope::user_id);
        let deal = KnownDeal { org: scope.org_id, owner, contact: None, title: title.to_owned() };
        self.deals.deals.lock().unwrap().insert(id, deal);
        id.to_string()
    }

    /// `METHOD path operationId` of everything documented.
    pub fn operations(&self) -> Vec<String> {
        let document = serde_json::to_value(&self.document).expect("the document is JSON");
        let paths = document["paths"].as_object().expect("paths").clone();
        let of_path = |(path, methods): (String, Value)| {
            let methods = methods.as_object().cloned().unwrap_or_default().into_iter();
            methods.map(move |(method, operation)| {
                format!("{} {path} {}", method.to_uppercase(), operation["operationId"].as_str().unwrap_or_default())
            })
        };
        paths.into_iter().flat_map(of_path).collect()
    }

    /// Columns of every row of a table that belongs to somebody's organization, as one text each.
    pub async fn raw(&self, who: &Scope, table: &str, columns: &str) -> Vec<String> {
        let count = columns.split(", ").count();
        let names: Vec<_> = columns.split(", ").enumerate().map(|(n, column)| format!("{column} as c{n}")).collect();
        let sql = format!("select {} from {table} where org_id = $1", names.join(", "));
        let reader = self.db().reader(who);
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [who.org_id.0.into()]);
        let rows = reader.query_all_raw(statement).await.expect("rows");
        let text = |row: &sea_orm::QueryResult, n: usize| -> String {
            row.try_get::<Option<String>>("", &format!("c{n}")).expect("a text").unwrap_or_default()
        };
        rows.iter().map(|row| (0..count).map(|n| text(row, n)).collect::<Vec<_>>().join(" ")).collect()
    }

    /// How many events of a kind were told in the manager's organization.
    pub async fn events(&self, kind: &str) -> usize {
        self.raw(&self.manager, "events", "kind").await.iter().filter(|told| *told == kind).count()
    }

    /// Sends a request as somebody; gives status and body (JSON, or text as a JSON string).
    pub async fn call(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        self.send(who, request.body(body).expect("a request")).await
    }

    /// Sends a request as somebody.
    pub async fn send(&self, who: &Scope, request: Request<Body>) -> (u16, Value) {
        let (session_id, kind) = (Uuid::nil(), SessionKind::Bearer);
        let principal = Principal { scope: who.clone(), session_id, kind, confirmed: true, needs_factor: false };
        let router = self.router.clone().layer(Extension(Credentials::Accepted(Arc::new(principal))));
        let response = router.oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        let body =
            if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
        (status, body)
    }

    pub async fn get(&self, who: &Scope, path: &str) -> Value {
        self.ok(who, "GET", path, Value::Null, 200).await
    }

    pub async fn post(&self, who: &Scope, path: &str, body: Value) -> Value {
        self.ok(who, "POST", path, body, 201).await
    }

    pub async fn patch(&self, who: &Scope, path: &str, body: Value) -> Value {
        self.ok(who, "PATCH", path, body, 200).await
    }

    /// Sends a request that must get this status.
    pub async fn ok(&self, who: &Scope, method: &str, path: &str, body: Value, expected: u16) -> Value {
        let (status, answer) = self.call(who, method, path, body).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
        answer
    }

    /// Sends a request that must be refused: gives its status and code.
    pub async fn refused(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.call(who, method, path, body).await;
        assert!(status >= 400, "{method} {path} was not refused: {answer}");
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    }

    /// Runs events and jobs until nothing is left to do.
    pub async fn settle(&self) {
        let dispatcher = events::Dispatcher::new(self.db().clone(), self.crm.handlers());
        let runner = jobs::Runner::new(self.db().clone(), Arc::clone(&self.crm).works());
        while dispatcher.run_until_idle().await.expect("events") + runner.run_until_idle().await.expect("jobs") > 0 {}
    }
}

/// The texts at a pointer of every item of a list answer.
pub fn texts(answer: &Value, pointer: &str) -> Vec<String> {
    let items = answer["items"].as_array().expect("items");
    items.iter().map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

pub fn id_of(answer: &Value) -> String {
    answer["id"].as_str().expect("an id").to_owned()
}

/// A text as it stands in a query string.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").expect("a string takes everything");
        out
    })
}
