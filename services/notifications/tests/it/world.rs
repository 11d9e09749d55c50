//! An organization with people of every role, a stranger from another one, their records, and the service they call.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use api::{Principal, SessionKind, auth::Credentials};
use axum::{Extension, Router, body::Body, http::Request};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    channels::{AccountName, AccountStatus, Accounts, Usable, Waiting},
    deals::DealStanding,
    mails::Group,
    permissions,
    ports::{
        CampaignNames, Chats, Client, ClientWords, Clients, DealFigures, DealQuestion, Deals, DealsOf, Directory,
        FoundDeal, Held, Holding, KnownPerson, Message, MoveCause, NamedDeal, NewClient, Owned, Person, PortError,
        Recipient, Recipients, SendError, Sender, StageName,
    },
};
use db::{Db, Migration, Tx};
use events::{Dispatcher, NewEvent};
use http_body_util::BodyExt;
use jobs::Runner;
use kernel::{Clock, Grants, Locale, OrgId, Permission, Reach, Scope, UserId};
use mailing::{Mail, MailError, Mailer};
use notifications::{Asked, Notifications, kinds::Channel, push::Vapid};
use outbound::Outbound;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, TestDatabase};
use tokio::sync::Notify;
use tower::ServiceExt;
use uuid::Uuid;

pub const ROOT: &str = "/api/v1/notifications";

pub struct World {
    pub database: TestDatabase,
    pub service: Arc<Notifications>,
    pub house: Arc<House>,
    pub mail: Arc<Recorder>,
    pub manager: Scope,
    pub agent: Scope,
    /// Another agent, who reads Russian and lives in Moscow.
    pub colleague: Scope,
    /// May sign in, and read nothing.
    pub guest: Scope,
    /// A manager of another organization.
    pub stranger: Scope,
    router: Router,
    pub clock: Clock,
}

/// A record: whose, of what kind, its name, and who holds it.
type Kept = (OrgId, &'static str, String, Holding);

/// Who is in which organization, and what they keep.
#[derive(Default)]
pub struct House {
    members: Mutex<HashMap<(OrgId, Uuid), Recipient>>,
    records: Mutex<HashMap<Uuid, Kept>>,
    gate: Mutex<Option<Arc<Gate>>>,
    /// How often the names of campaigns were asked for.
    pub asked_for_campaigns: AtomicUsize,
}

/// Where one who has gathered a digest waits before they send it.
#[derive(Default)]
pub struct Gate {
    pub reached: Notify,
    pub open: Notify,
}

/// A way to a person that keeps what it carried.
#[derive(Default)]
pub struct Recorder {
    pub sent: Mutex<Vec<(Uuid, Message)>>,
    /// Digests that were queued; each only once, as the service `mail` does it.
    pub letters: Mutex<Vec<Mail>>,
    /// Digests that cannot be queued, before one can.
    pub broken: Mutex<u32>,
    /// What it answers next instead of carrying.
    pub refuse: Mutex<Vec<SendError>>,
}

#[async_trait::async_trait]
impl Sender for Recorder {
    async fn address(&self, _: &Scope, person: &Recipient) -> Result<Option<String>, PortError> {
        Ok(Some(person.email.clone()).filter(|_| person.email_verified))
    }

    async fn send(&self, _: &Scope, person: &Recipient, message: &Message) -> Result<String, SendError> {
        if let Some(error) = self.refuse.lock().unwrap().pop() {
            return Err(error);
        }
        self.sent.lock().unwrap().push((person.id, message.clone()));
        Ok(message.key.to_string())
    }
}

#[async_trait::async_trait]
impl Mailer for Recorder {
    fn sends(&self) -> bool {
        true
    }

    async fn queue(&self, _: &Tx, mail: Mail) -> Result<(), MailError> {
        let mut broken = self.broken.lock().unwrap();
        if *broken > 0 {
            *broken -= 1;
            return Err("the process died".into());
        }
        let mut letters = self.letters.lock().unwrap();
        if letters.iter().all(|known| known.dedup != mail.dedup) {
            letters.push(mail);
        }
        Ok(())
    }

    async fn forgive(&self, _: &Tx, _: &str) -> Result<(), MailError> {
        Ok(())
    }

    fn link(&self, path: &str) -> String {
        format!("https://crm.example.com{path}")
    }
}

/// A digest as it was queued.
#[derive(Debug)]
pub struct Digest {
    pub to: String,
    pub subject: String,
    pub groups: Vec<Group>,
    pub more: String,
    pub unsubscribe: String,
    pub stop: String,
}

impl House {
    /// Holds the next one who asks for names of people.
    pub fn hold(&self) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        *self.gate.lock().unwrap() = Some(Arc::clone(&gate));
        gate
    }

    fn member(&self, org: OrgId, id: Uuid) -> Option<Recipient> {
        self.members.lock().unwrap().get(&(org, id)).cloned()
    }

    fn names(&self, scope: &Scope, kind: &str, ids: &[Uuid], within: bool) -> HashMap<Uuid, String> {
        let records = self.records.lock().unwrap();
        let name = |id: &Uuid| {
            let (org, of, name, held) = records.get(id)?;
            let mine = kernel::Resource::of(kind).is_some_and(|resource| held.is_within(&scope.owners(resource)));
            (*org == scope.org_id && *of == kind && (mine || !within)).then(|| (*id, name.clone()))
        };
        ids.iter().filter_map(name).collect()
    }

    /// Somebody is told nothing any more, as who is suspended; gives what was known of them.
    pub fn leave(&self, who: &Scope) -> Recipient {
        self.members.lock().unwrap().remove(&(who.org_id, me(who))).unwrap()
    }

    /// Ends [`Self::leave`].
    pub fn take_back(&self, who: &Scope, person: Recipient) {
        self.members.lock().unwrap().insert((who.org_id, me(who)), person);
    }

    /// Changes what is known of somebody.
    pub fn alter(&self, who: &Scope, change: impl FnOnce(&mut Recipient)) {
        change(self.members.lock().unwrap().get_mut(&(who.org_id, me(who))).unwrap());
    }

    pub fn give(&self, record: Uuid, owner: Option<Uuid>) {
        self.records.lock().unwrap().get_mut(&record).unwrap().3.owner_id = owner;
    }
}

pub fn me(scope: &Scope) -> Uuid {
    scope.user_id().unwrap().0
}

#[async_trait::async_trait]
impl Directory for House {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        let gate = self.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            gate.reached.notify_one();
            gate.open.notified().await;
        }
        Ok(ids.iter().filter_map(|id| Some((*id, self.member(scope.org_id, *id)?.name))).collect())
    }

    async fn people(&self, _: &Scope) -> Result<Vec<Person>, PortError> {
        Ok(Vec::new())
    }

    async fn is_member(&self, scope: &Scope, user: UserId) -> Result<bool, PortError> {
        Ok(self.member(scope.org_id, user.0).is_some())
    }
}

#[async_trait::async_trait]
impl Recipients for House {
    async fn recipients(&self, org: OrgId, ids: &[Uuid]) -> Result<Vec<Recipient>, PortError> {
        let mut people: Vec<_> = ids.iter().filter_map(|id| self.member(org, *id)).collect();
        people.sort_by_key(|person| person.id);
        people.dedup_by_key(|person| person.id);
        Ok(people)
    }

    async fn holders(&self, org: OrgId, permission: Permission) -> Result<Vec<Recipient>, PortError> {
        let members = self.members.lock().unwrap();
        let of_org = members.iter().filter(|((of, _), _)| *of == org).map(|(_, person)| person);
        Ok(of_org.filter(|person| person.grants.allows(permission)).cloned().collect())
    }
}

#[async_trait::async_trait]
impl Owned for House {
    fn keeps(&self, _: &str) -> bool {
        true
    }

    async fn holdings(&self, org: OrgId, kind: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Holding>, PortError> {
        let records = self.records.lock().unwrap();
        let held =
            |id: &Uuid| records.get(id).filter(|(of, k, ..)| *of == org && *k == kind).map(|r| (*id, r.3.clone()));
        Ok(ids.iter().filter_map(held).collect())
    }

    async fn held_by(&self, _: OrgId, _: &[Uuid]) -> Result<Vec<Held>, PortError> {
        Ok(Vec::new())
    }
}

#[async_trait::async_trait]
impl Clients for House {
    async fn contact_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(House::names(self, scope, "contact", ids, false))
    }

    async fn company_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(House::names(self, scope, "company", ids, false))
    }

    async fn find_contact(&self, _: &Scope, _: Uuid) -> Result<Option<Client>, PortError> {
        Ok(None)
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

    async fn find_company(&self, _: &Scope, _: Uuid) -> Result<Option<String>, PortError> {
        Ok(None)
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

#[async_trait::async_trait]
impl Chats for House {
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(House::names(self, scope, "chat", ids, true))
    }
}

#[async_trait::async_trait]
impl CampaignNames for House {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        self.asked_for_campaigns.fetch_add(1, Ordering::Relaxed);
        Ok(House::names(self, scope, "campaign", ids, true))
    }
}

#[async_trait::async_trait]
impl Deals for House {
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        Ok(House::names(self, scope, "deal", ids, true))
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

#[async_trait::async_trait]
impl Accounts for House {
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, AccountName>, PortError> {
        let name = |id: Uuid| AccountName {
            id,
            name: "Sales".to_owned(),
            username: None,
            status: AccountStatus::Connected,
            owner_id: None,
        };
        let known = House::names(self, scope, "bd_account", ids, false);
        Ok(known.into_keys().map(|id| (id, name(id))).collect())
    }

    async fn readable(&self, _: &Scope) -> Result<Usable, PortError> {
        Ok(Usable::All)
    }

    async fn writable(&self, _: &Scope) -> Result<Usable, PortError> {
        Ok(Usable::All)
    }

    async fn readers(&self, _: OrgId, _: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError> {
        Ok(HashMap::new())
    }

    async fn why_waiting(&self, _: &Scope, _: Uuid, _: bool) -> Result<Option<Waiting>, PortError> {
        Ok(None)
    }

    fn wake(&self, _: Uuid) {}
}

fn migrations() -> Vec<Migration> {
    [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, notifications::MIGRATIONS].concat()
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        // The reason of an internal error is in the log only.
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        api::messages::install(&[notifications::MESSAGES]);
        // A Monday, 10:00 in UTC.
        let clock = Clock::manual("2026-09-21T10:00:00Z".parse().unwrap(), 7);
        let database = TestDatabase::open(backend, &migrations(), clock.clone()).await?;
        let (house, mail) = (House::default(), Arc::new(Recorder::default()));
        let (here, there) = (OrgId(clock.new_id()), OrgId(clock.new_id()));
        let person = |org: OrgId, name: &str, grants: Grants, reach: Reach, (locale, zone): (Locale, &str)| {
            let user = UserId(clock.new_id());
            let (name, time_zone) = (name.to_owned(), zone.to_owned());
            let email = format!("{}@example.com", user.0);
            let recipient = Recipient {
                id: user.0,
                name,
                email,
                email_verified: true,
                locale,
                time_zone,
                grants,
                reach: reach.clone(),
            };
            house.members.lock().unwrap().insert((org, user.0), recipient);
            Scope::of_member(org, user, grants, reach, locale, "test".into())
        };
        let all = Grants::of(permissions::ALL.iter().copied());
        let (en, ru) = ((Locale::En, "UTC"), (Locale::Ru, "Europe/Moscow"));
        let manager = person(here, "Mary", all, Reach::ORGANIZATION, en);
        let agent = person(here, "Andy", all, Reach::OWN, en);
        let colleague = person(here, "Коля", all, Reach::OWN, ru);
        let guest = person(here, "Gus", Grants::default(), Reach::ORGANIZATION, en);
        let stranger = person(there, "Sam", all, Reach::ORGANIZATION, en);
        let house = Arc::new(house);
        let asked = Asked {
            directory: house.clone(),
            recipients: house.clone(),
            clients: house.clone(),
            deals: house.clone(),
            chats: house.clone(),
            campaigns: house.clone(),
            keepers: vec![house.clone()],
        };
        let service = Notifications::new(database.db.clone(), asked)
            .naming(house.clone())
            .mailing(mail.clone(), b"the secret of the test")
            .carried_by(Channel::Email, mail.clone());
        let allowed = vec![settings::AllowedTarget::parse_text("127.0.0.1")?];
        let vapid = Vapid::derive(b"the secret of the test", "https://crm.example.com")?;
        let service = service.pushing(vapid, Outbound::new(allowed));
        let service = Arc::new(service);
        let (router, _) = Arc::clone(&service).routes().split_for_parts();
        Some(Self { database, service, house, mail, manager, agent, colleague, guest, stranger, router, clock })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// A record of the manager's organization.
    pub fn record(&self, kind: &'static str, owner: Option<&Scope>) -> Uuid {
        let id = self.clock.new_id();
        let held = Holding { owner_id: owner.map(me), ..Holding::default() };
        let name = format!("The {kind}");
        self.house.records.lock().unwrap().insert(id, (self.manager.org_id, kind, name, held));
        id
    }

    /// A deal with who created it.
    pub fn deal(&self, owner: Option<&Scope>, created_by: Option<&Scope>) -> Uuid {
        let id = self.record("deal", owner);
        self.house.records.lock().unwrap().get_mut(&id).unwrap().3.created_by = created_by.map(me);
        id
    }

    /// A campaign with who created and who launched it.
    pub fn campaign(&self, owner: Option<&Scope>, created_by: &Scope, launched_by: &Scope) -> Uuid {
        let id = self.record("campaign", owner);
        let mut records = self.house.records.lock().unwrap();
        let held = &mut records.get_mut(&id).unwrap().3;
        (held.created_by, held.launched_by) = (Some(me(created_by)), Some(me(launched_by)));
        id
    }

    /// Tells an event that somebody caused.
    pub async fn tell(&self, who: &Scope, kind: &'static str, subject: (&'static str, &[Uuid]), data: Value) {
        let tx = self.db().begin(who).await.unwrap();
        let event = NewEvent { kind, subject_kind: subject.0, subject_ids: subject.1.to_vec(), data };
        events::append(&tx, [event]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A note of somebody's on a record that mentions people.
    pub async fn mention(&self, who: &Scope, record: (&str, Uuid), people: &[&Scope]) {
        let people: Vec<Uuid> = people.iter().map(|scope| me(scope)).collect();
        let data = json!({ "recordType": record.0, "recordId": record.1, "kind": "note", "mentions": people });
        self.tell(who, contracts::events::NOTE_CREATED, ("note", &[self.clock.new_id()]), data).await;
    }

    /// Runs events and jobs until there is nothing to do now.
    pub async fn settle(&self) {
        let dispatcher = Dispatcher::new(self.db().clone(), self.service.handlers());
        let runner = Runner::new(self.db().clone(), self.service.works());
        while dispatcher.run_until_idle().await.unwrap() + runner.run_until_idle().await.unwrap() > 0 {}
        assert_eq!(self.system_count("select count(*) as n from event_dead_letters").await, 0, "events set aside");
    }

    pub async fn system_count(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.db().backend(), sql);
        self.db().system_reader().query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    /// How many rows of the manager's organization meet a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("select count(*) as n from {table} where org_id = $1 and ({condition})");
        let statement = Statement::from_sql_and_values(self.db().backend(), sql, [self.manager.org_id.0.into()]);
        let row = self.db().reader(&self.manager).query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }

    /// What somebody's inbox says.
    pub async fn texts(&self, who: &Scope) -> Vec<String> {
        let list = self.get(who, "?limit=100").await;
        list["items"].as_array().unwrap().iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect()
    }

    /// What was mailed, the subjects in order.
    pub fn mailed(&self) -> Vec<String> {
        self.mail.sent.lock().unwrap().iter().map(|(_, message)| message.subject.clone()).collect()
    }

    /// The digests that were mailed: the address, the subject and what was listed.
    pub fn digests(&self) -> Vec<Digest> {
        let letters = self.mail.letters.lock().unwrap();
        let digest = |mail: &Mail| {
            let value = |name: &str| mail.values.iter().find(|(of, _)| *of == name).map(|(_, value)| value.clone());
            Digest {
                to: mail.to.clone(),
                subject: value("subject").unwrap(),
                groups: Group::read(&value("groups").unwrap()),
                more: value("more").unwrap(),
                unsubscribe: value("unsubscribe").unwrap(),
                stop: value("stop").unwrap(),
            }
        };
        letters.iter().map(digest).collect()
    }

    /// Says when somebody's digests come, and that mentions are in them.
    pub async fn digest_at(&self, who: &Scope, times: &[&str], days: &[&str]) {
        let body = json!({
            "kinds": [{ "kind": "mention", "inApp": true, "email": "digest", "telegram": "off", "push": true }],
            "quietHours": { "enabled": false, "from": "22:00", "to": "08:00", "weekends": false },
            "digestTimes": times,
            "digestDays": days,
        });
        self.ok(who, "PUT", "/preferences", body, 200).await;
    }

    /// The first notification of somebody's.
    pub async fn first(&self, who: &Scope) -> Value {
        self.get(who, "").await["items"][0].clone()
    }

    /// Says how somebody wants to be mailed of a kind, and when it is quiet.
    pub async fn prefer(&self, who: &Scope, kind: &str, email: &str, quiet: bool) {
        let body = json!({
            "kinds": [{ "kind": kind, "inApp": true, "email": email, "telegram": "off", "push": true }],
            "quietHours": { "enabled": quiet, "from": "22:00", "to": "08:00", "weekends": false },
            "digestTimes": ["18:00", "09:00"],
        });
        self.ok(who, "PUT", "/preferences", body, 200).await;
    }

    /// Sends a request as nobody, as programs of mail do; gives the status and where it leads.
    pub async fn as_nobody(&self, method: &str, path: &str) -> (u16, Option<String>) {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let router = self.router.clone().layer(Extension(Credentials::Absent));
        let context = api::context::RequestContext::new("test".into(), None);
        let body = Body::from("List-Unsubscribe=One-Click");
        let response = context.run(router.oneshot(request.body(body).unwrap())).await.unwrap();
        let leads = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        (response.status().as_u16(), leads)
    }

    /// Sends a request as somebody; gives status and body. Language goes by the person.
    pub async fn call(&self, who: &Scope, method: &str, path: &str, body: Value) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(format!("{ROOT}{path}"));
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        let (session_id, kind) = (Uuid::nil(), SessionKind::Bearer);
        let principal = Principal { scope: who.clone(), session_id, kind, confirmed: true, needs_factor: false };
        let router = self.router.clone().layer(Extension(Credentials::Accepted(Arc::new(principal))));
        let context = api::context::RequestContext::new("test".into(), Some(who.locale));
        let response = context.run(router.oneshot(request.body(body).unwrap())).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() })
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
