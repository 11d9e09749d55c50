//! An organization with people of every role, a stranger from another one, their clients, and the service they call.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta};
use contracts::{
    events::ORGANIZATION_CREATED,
    permissions::{self, DEALS_BULK, DEALS_DELETE, DEALS_READ, DEALS_WRITE, PIPELINES_READ},
    ports::{Client, ClientWords, Clients, Directory, KnownPerson, NewClient, Person, PortError, Roles},
};
use db::{Db, Migration};
use events::NewEvent;
use fields::{CustomField, Definitions, FieldKind, FieldOption, OptionColor, RecordSource, RecordType};
use http_body_util::BodyExt;
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use pipeline::Pipeline;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, TestDatabase};
use tower::ServiceExt;
use uuid::Uuid;

pub struct World {
    pub database: TestDatabase,
    pub pipeline: Arc<Pipeline>,
    pub people: Arc<People>,
    pub definitions: Arc<Definitions>,
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

/// A contact or a company of the test.
#[derive(Clone)]
struct Known {
    org: OrgId,
    client: Client,
}

/// Who is in which organization, and whom they know.
#[derive(Default)]
pub struct People {
    members: HashMap<(OrgId, Uuid), (&'static str, &'static str)>,
    contacts: Mutex<HashMap<Uuid, Known>>,
    companies: Mutex<HashMap<Uuid, Known>>,
    questions: Mutex<u64>,
}

impl People {
    /// How often names were asked for.
    pub fn asked(&self) -> u64 {
        *self.questions.lock().unwrap()
    }

    pub fn forget_contact(&self, id: &str) {
        self.contacts.lock().unwrap().remove(&id.parse().unwrap());
    }

    fn names(&self, scope: &Scope, of: &Mutex<HashMap<Uuid, Known>>, ids: &[Uuid]) -> HashMap<Uuid, String> {
        *self.questions.lock().unwrap() += 1;
        let known = of.lock().unwrap();
        let name =
            |id: &Uuid| known.get(id).filter(|known| known.org == scope.org_id).map(|k| (*id, k.client.name.clone()));
        ids.iter().filter_map(name).collect()
    }

    fn find(scope: &Scope, of: &Mutex<HashMap<Uuid, Known>>, id: Uuid) -> Option<Client> {
        let known = of.lock().unwrap().get(&id).filter(|known| known.org == scope.org_id)?.client.clone();
        let mine = known.owner_id.is_none() || known.owner_id == scope.user_id().map(Uuid::from);
        (mine || scope.reach == Reach::ORGANIZATION).then_some(known)
    }
}

#[async_trait::async_trait]
impl Directory for People {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        *self.questions.lock().unwrap() += 1;
        let name = |id: &Uuid| Some((*id, self.members.get(&(scope.org_id, *id))?.0.to_owned()));
        Ok(ids.iter().filter_map(name).collect())
    }

    async fn people(&self, scope: &Scope) -> Result<Vec<Person>, PortError> {
        let of_org = self.members.iter().filter(|((org, _), _)| *org == scope.org_id);
        Ok(of_org
            .map(|((_, id), name)| Person { id: *id, name: name.0.to_owned(), email: format!("{id}@example.com") })
            .collect())
    }

    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(self.members.contains_key(&(scope.org_id, user.0)))
    }
}

#[async_trait::async_trait]
impl Roles for People {
    async fn role_of(&self, scope: &Scope, user: UserId) -> Result<Option<&'static str>, PortError> {
        Ok(self.members.get(&(scope.org_id, user.0)).map(|(_, role)| *role))
    }
}

#[async_trait::async_trait]
impl Clients for People {
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(People::names(self, scope, &self.contacts, ids))
    }

    async fn company_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(People::names(self, scope, &self.companies, ids))
    }

    async fn find_contact(&self, scope: &Scope, id: Uuid) -> Result<Option<Client>, PortError> {
        Ok(Self::find(scope, &self.contacts, id))
    }

    async fn contacts_within(&self, _: &Scope, _: &[Uuid]) -> Result<HashSet<Uuid>, PortError> {
        Ok(HashSet::new())
    }

    async fn merged_into(&self, _: &Scope, _: Uuid) -> Result<Vec<Uuid>, PortError> {
        Ok(Vec::new())
    }

    async fn same_people(&self, _: &Scope, contacts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        Ok(contacts.iter().map(|id| (*id, vec![*id])).collect())
    }

    async fn find_company(&self, scope: &Scope, id: Uuid) -> Result<Option<String>, PortError> {
        Ok(Self::find(scope, &self.companies, id).map(|client| client.name))
    }

    async fn match_people(&self, _: &Scope, people: &[KnownPerson]) -> Result<Vec<Option<Uuid>>, PortError> {
        Ok(vec![None; people.len()])
    }

    async fn create_contact(&self, scope: &Scope, _: NewClient) -> Result<Uuid, PortError> {
        Ok(scope.org_id.0)
    }

    async fn words_of(&self, _: &Scope, _: Uuid) -> Result<Option<ClientWords>, PortError> {
        Ok(None)
    }

    async fn words_of_many(&self, _: &Scope, _: &[Uuid]) -> Result<HashMap<Uuid, ClientWords>, PortError> {
        Ok(HashMap::new())
    }
}

fn migrations() -> Vec<Migration> {
    [
        db::MIGRATIONS,
        events::MIGRATIONS,
        jobs::MIGRATIONS,
        fields::MIGRATIONS,
        batches::MIGRATIONS,
        pipeline::MIGRATIONS,
    ]
    .concat()
}

impl World {
    /// With the pipeline that every organization begins with.
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        api::messages::install(&[pipeline::MESSAGES]);
        let clock = Clock::manual(DateTime::from_timestamp(1_790_000_000, 0)?, 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let mut people = People::default();
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let mut person = |org: OrgId, name: &'static str, role: &'static str, grants: Grants, reach: Reach| {
            let user = UserId(clock.new_id());
            people.members.insert((org, user.0), (name, role));
            Scope::of_member(org, user, grants, reach, Locale::En, "test".into())
        };
        let all = Grants::of(permissions::ALL.iter().copied());
        let reads = Grants::of([DEALS_READ, PIPELINES_READ]);
        let works = Grants::of([DEALS_READ, DEALS_WRITE, DEALS_DELETE, DEALS_BULK, PIPELINES_READ]);
        let manager = person(here, "Mary Manager", "manager", all, Reach::ORGANIZATION);
        let agent = person(here, "Andy Agent", "agent", works, Reach::OWN);
        let colleague = person(here, "Cole League", "agent", works, Reach::OWN);
        let viewer = person(here, "Vera Viewer", "viewer", reads, Reach::OWN);
        let stranger = person(there, "Sam Stranger", "owner", all, Reach::ORGANIZATION);
        let people = Arc::new(people);
        let definitions = Arc::new(Definitions::new(database.db.clone(), None));
        let (directory, db) = (people.clone(), database.db.clone());
        let pipeline = Arc::new(Pipeline::new(db, directory, people.clone(), people.clone(), definitions.clone()));
        let source: Arc<dyn RecordSource> = pipeline.clone();
        definitions.ask_about(&[RecordType::Deal], &source);
        let (router, document) = Arc::clone(&pipeline).routes().split_for_parts();
        let world = Self {
            database,
            pipeline,
            people,
            definitions,
            manager,
            agent,
            colleague,
            viewer,
            stranger,
            router,
            document,
            clock,
        };
        for scope in [&world.manager, &world.stranger] {
            world.found(scope, "en").await;
        }
        Some(world)
    }

    /// Tells that the scope's organization was founded, and lets the service react.
    pub async fn found(&self, scope: &Scope, locale: &str) {
        let tx = self.db().begin(scope).await.unwrap();
        let data = json!({"ownerId": scope.user_id(), "locale": locale});
        let founded = NewEvent::of(ORGANIZATION_CREATED, "organization", scope.org_id.0, data);
        events::append(&tx, [founded]).await.unwrap();
        tx.commit().await.unwrap();
        self.settle().await;
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    /// Lets time pass, so that what comes next is newer.
    pub fn tick(&self) {
        self.clock.advance(TimeDelta::seconds(1));
    }

    pub fn pass_days(&self, days: i64) {
        self.clock.advance(TimeDelta::days(days));
    }

    /// A contact of the scope's organization.
    pub fn contact(&self, scope: &Scope, name: &str, owner: Option<&Scope>, company: Option<&str>) -> String {
        let owner_id = owner.and_then(Scope::user_id).map(Uuid::from);
        let client = Client { name: name.to_owned(), company_id: company.map(|id| id.parse().unwrap()), owner_id };
        let id = self.clock.new_id();
        self.people.contacts.lock().unwrap().insert(id, Known { org: scope.org_id, client });
        id.to_string()
    }

    /// A company of the scope's organization.
    pub fn company(&self, scope: &Scope, name: &str) -> String {
        let client = Client { name: name.to_owned(), company_id: None, owner_id: None };
        let id = self.clock.new_id();
        self.people.companies.lock().unwrap().insert(id, Known { org: scope.org_id, client });
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

    /// How many events of a kind were told in the manager's organization.
    pub async fn events(&self, kind: &str) -> i64 {
        self.count("events", &format!("kind = '{kind}'")).await
    }

    /// How many rows of the manager's organization meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where org_id = $1 and ({condition})");
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let row = self.db().reader(&self.manager).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
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
        let text = || Value::from(String::from_utf8(bytes.to_vec()).expect("UTF-8"));
        let body =
            if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap_or_else(|_| text()) };
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

    /// Runs events and jobs until nothing is left to do.
    pub async fn settle(&self) {
        let dispatcher = events::Dispatcher::new(self.db().clone(), self.pipeline.handlers());
        let runner = jobs::Runner::new(self.db().clone(), Arc::clone(&self.pipeline).works());
        while dispatcher.run_until_idle().await.expect("events") + runner.run_until_idle().await.expect("jobs") > 0 {}
    }

    /// Defines a field of deals in the manager's organization; choices are `a`, `b` and so on by their labels.
    pub async fn define(&self, key: &str, kind: FieldKind, labels: &[&str]) -> CustomField {
        let now = self.clock.now();
        let option = |(index, label): (usize, &&str)| FieldOption {
            id: char::from(b'a' + u8::try_from(index).unwrap()).to_string(),
            label: (*label).to_owned(),
            color: OptionColor::Gray,
            archived: false,
        };
        let field = CustomField {
            id: self.clock.new_id(),
            record_type: RecordType::Deal,
            key: key.to_owned(),
            name: key.to_uppercase(),
            kind,
            options: labels.iter().enumerate().map(option).collect(),
            relation: (kind == FieldKind::Relation).then_some(RecordType::Deal),
            currency: (kind == FieldKind::Money).then(|| "EUR".to_owned()),
            position: 0,
            archived: false,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let tx = self.db().begin(&self.manager).await.unwrap();
        fields::insert(&tx, &field).await.unwrap();
        tx.commit().await.unwrap();
        self.definitions.changed(&self.manager);
        field
    }

    /// The default pipeline of somebody's organization.
    pub async fn sales(&self, who: &Scope) -> Sales {
        let pipelines = self.get(who, "/api/pipeline").await;
        let pipeline = &pipelines["items"][0];
        let stages = pipeline["stages"].as_array().expect("stages").iter();
        Sales { id: id_of(pipeline), stages: stages.map(id_of).collect() }
    }

    /// A deal of the manager's in a stage, with this title.
    pub async fn deal(&self, stage: &str, title: &str) -> String {
        id_of(&self.post(&self.manager, DEALS, json!({"title": title, "stageId": stage})).await)
    }

    /// Moves a deal as the manager.
    pub async fn move_to(&self, deal: &str, stage: &str) -> Value {
        let body = json!({"stageId": stage, "lostReason": "No budget"});
        self.ok(&self.manager, "PATCH", &format!("{DEALS}/{deal}/stage"), body, 200).await
    }

    /// The titles in a column, in order.
    pub async fn column(&self, pipeline: &str, stage: &str) -> Vec<String> {
        texts(&self.get(&self.manager, &format!("/api/pipeline/{pipeline}/board/{stage}")).await, "/title")
    }
}

pub const DEALS: &str = "/api/crm/deals";

/// A pipeline and its stages, by their place.
pub struct Sales {
    pub id: String,
    pub stages: Vec<String>,
}

pub const LEAD: usize = 0;
pub const QUALIFIED: usize = 1;
pub const MEETING: usize = 2;
pub const WON: usize = 5;
pub const LOST: usize = 6;

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
