//! A server as a process of its own, with accounts of a network in this one.

use std::{fs::File, net::SocketAddr, path::PathBuf, process::Stdio, time::Duration};

use kernel::{Clock, OrgId};
use serde_json::{Value, json};
use telegram_network::{Network, NewPerson, NewPost, Options, Peer};
use testkit::{Backend, TestDatabase};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{compare::external, play::Dice};
use crate::process::Process;

/// What signs in, and must be in no log.
pub const CODE: &str = "7395104826";
pub const SECOND: &str = "pferd-batterie-heftklammer";
/// In every message of a chat that was not chosen.
pub const UNCHOSEN: &str = "zwiebelfisch";
/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_mins(3);

pub struct Account {
    pub person: i64,
    pub id: Uuid,
    pub chats: Vec<Peer>,
}

/// What we have asked the server to send.
pub struct Out {
    pub chat: Uuid,
    pub text: String,
    pub client_id: Uuid,
    /// Once the server has taken it.
    pub id: Option<String>,
    /// Where nobody was told whether it was changed, anything goes.
    pub unsure: bool,
    pub deleted: bool,
    /// Called back before it went.
    pub canceled: bool,
}

pub struct World {
    pub database: TestDatabase,
    pub network: Network,
    pub process: Option<Process>,
    pub settings: Vec<(&'static str, String)>,
    pub log: PathBuf,
    pub token: String,
    pub org: OrgId,
    /// Ann and Eve.
    ours: [i64; 2],
    pub people: Vec<i64>,
    pub mallory: i64,
    pub group: i64,
    pub supergroup: i64,
    pub closed: i64,
    pub accounts: Vec<Account>,
    pub dice: Dice,
    pub said: u64,
    /// Messages of theirs that may be edited or deleted.
    pub theirs: Vec<(i64, Peer, i32)>,
    pub outs: Vec<Out>,
    pub began: Instant,
}

impl World {
    /// Two accounts with a past.
    pub async fn open(backend: Backend, seed: u64) -> Option<Self> {
        let mut world = Self::empty(backend, seed).await?;
        let [ann, eve] = world.ours;
        world.fill(&[ann, eve], 150);
        world.connect(ann, "15550001", None).await;
        world.connect(eve, "15550002", Some(SECOND)).await;
        Some(world)
    }

    /// One account with hardly any past, which is read in.
    pub async fn small(seed: u64) -> Self {
        let mut world = Self::empty(Backend::Sqlite, seed).await.unwrap();
        let [ann, _] = world.ours;
        world.fill(&[ann], 4);
        world.connect(ann, "15550001", None).await;
        world.until_same().await;
        world
    }

    async fn empty(backend: Backend, seed: u64) -> Option<Self> {
        let database = TestDatabase::open(backend, &[], Clock::system()).await?;
        let folder = database.folder.path().join("data");
        std::fs::create_dir_all(&folder).unwrap();
        let options = Options {
            folder: Some(database.folder.path().join("network")),
            code: CODE.to_owned(),
            control: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            ..Options::new(seed)
        };
        let network = Network::start(options).await.unwrap();
        let person = |phone: &str, name: &str| network.add_person(NewPerson::new(phone, name));
        let ann = person("15550001", "Ann");
        let eve = network.add_person(NewPerson::new("15550002", "Eve").password(SECOND));
        let people: Vec<i64> = (0..4).map(|n| person(&format!("1666000{n}"), &format!("Bob{n}"))).collect();
        let mallory = person("17770000", "Mallory");
        let group = network.add_group("Chosen", people[0], &[ann, people[1]]);
        let closed = network.add_group("Not chosen", mallory, &[ann, eve]);
        let supergroup = network.add_channel("Chosen, too", None, false, people[0], &[ann, eve, people[2]]);
        let settings = vec![
            ("RAPPORT_SANDBOX_SERVER", network.control().unwrap().to_string()),
            ("RAPPORT_ACCESS_TOKEN_TTL_SECONDS", "86400".to_owned()),
            ("RAPPORT_LOG_LEVEL", "debug".to_owned()),
        ];
        let log = database.folder.path().join("server.log");
        let mut world = Self {
            database,
            network,
            process: None,
            settings,
            log,
            token: String::new(),
            org: OrgId(Uuid::nil()),
            ours: [ann, eve],
            people,
            mallory,
            group,
            supergroup,
            closed,
            accounts: Vec::new(),
            dice: Dice(seed),
            said: 0,
            theirs: Vec::new(),
            outs: Vec::new(),
            began: Instant::now(),
        };
        world.start();
        world.process.as_ref().unwrap().ready().await;
        (world.token, world.org) = world.process.as_ref().unwrap().sign_up("a@example.com");
        Some(world)
    }

    /// What lies in the past of these accounts.
    fn fill(&self, accounts: &[i64], many: usize) {
        for n in 0..many {
            let from = self.people[n % self.people.len()];
            for to in accounts.iter().copied() {
                self.network.send(from, Peer::User(to), NewPost::text(format!("old {n}"))).unwrap();
                self.network.send(to, Peer::User(from), NewPost::text(format!("answer {n}"))).unwrap();
                self.whisper(to);
            }
            self.network.send(self.people[0], Peer::Group(self.group), NewPost::text(format!("old {n}"))).unwrap();
            let to = Peer::Channel(self.supergroup);
            self.network.send(self.people[0], to, NewPost::text(format!("old {n}"))).unwrap();
        }
    }

    /// Says something that must not be stored.
    pub fn whisper(&self, to: i64) {
        self.network.send(self.mallory, Peer::User(to), NewPost::text(format!("a {UNCHOSEN}"))).unwrap();
        let closed = Peer::Group(self.closed);
        self.network.send(self.mallory, closed, NewPost::text(format!("{UNCHOSEN} again"))).unwrap();
    }

    pub fn start(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let folder = self.database.folder.path().join("data");
        self.process = Some(Process::spawn(&folder, self.database.url(), &[], &self.settings, Stdio::from(log)));
    }

    pub fn kill(&mut self) {
        self.process.take().unwrap().kill();
        self.start();
    }

    pub fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.process.as_ref().unwrap().call(method, path, &self.token, body.as_bytes())
    }

    /// What it answered, if it did.
    pub fn try_call(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = self.process.as_ref().unwrap().try_call(method, path, &self.token, body.as_bytes())?;
        Some((status, serde_json::from_slice(&answer).unwrap_or_default()))
    }

    /// Connects an account and has its chats stored, two apart.
    async fn connect(&mut self, person: i64, phone: &str, password: Option<&str>) {
        let asked = self.call("POST", "/api/bd-accounts/connect", &json!({"network": "sandbox", "phone": phone}));
        let id: Uuid = asked["account"]["id"].as_str().unwrap().parse().unwrap();
        let base = format!("/api/bd-accounts/{id}");
        self.call("POST", &format!("{base}/code"), &json!({ "code": CODE }));
        if let Some(password) = password {
            self.call("POST", &format!("{base}/password"), &json!({ "password": password }));
        }
        let limits =
            json!({"preset": "custom", "messagesPerMinute": 60, "messagesPerDay": 1000, "firstContactsPerDay": 100});
        self.call("PUT", &format!("{base}/config"), &json!({ "limits": limits }));
        let people = self.people.iter().map(|id| Peer::User(*id));
        let mut chats: Vec<Peer> = people.chain([Peer::Channel(self.supergroup)]).collect();
        if self.accounts.is_empty() {
            chats.push(Peer::Group(self.group));
        }
        let listed = |answer: &Value| answer["items"].as_array().unwrap().len() >= chats.len() + 2;
        self.until("the chats are listed", || listed(&self.call("GET", &format!("{base}/dialogs"), &Value::Null)))
            .await;
        let chosen: Vec<Value> = chats.iter().map(|chat| json!({"chatId": external(*chat).to_string()})).collect();
        self.call("POST", &format!("{base}/sync-chats"), &json!({"chats": chosen, "days": null}));
        self.call("POST", &format!("{base}/sync-start"), &Value::Null);
        self.accounts.push(Account { person, id, chats });
    }

    pub async fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < PATIENCE, "{what}: not in time");
            sleep(Duration::from_millis(100)).await;
        }
    }
}
