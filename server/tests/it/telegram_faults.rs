//! The real binary with accounts of a network in this process, killed without warning while messages go both ways, and
//! started again. What counts is the network's own log: nothing is missing, nothing is there twice, and nothing is stored
//! of a chat that was not chosen.
//!
//! `scripts/telegram-faults` kills it fifty times; each run of the tests a few.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use kernel::{Clock, OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use telegram_network::{Fault, FaultRule, LogEntry, Network, NewPerson, NewPost, Options, Peer};
use testkit::{Backend, TestDatabase};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{process::Process, world::PASSWORD};

/// What signs in, and must be in no log.
const CODE: &str = "7395104826";
const SECOND: &str = "pferd-batterie-heftklammer";
/// In every message of a chat that was not chosen.
const UNCHOSEN: &str = "zwiebelfisch";
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_mins(3);

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_and_doubles_nothing() {
    let kills = settings::test_variable("KILLS").and_then(|kills| kills.parse().ok());
    kill_again_and_again(Backend::Sqlite, kills.unwrap_or(4)).await;
}

/// A dead process's lease has to run out first: a few kills will do.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_and_doubles_nothing_on_postgres() {
    let kills = settings::test_variable("KILLS").and_then(|kills| kills.parse::<u32>().ok());
    kill_again_and_again(Backend::Postgres, kills.map_or(1, |kills| kills.div_ceil(5))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_with_every_fault_loses_and_doubles_nothing() {
    let Some(mut world) = World::open(Backend::Sqlite, 7).await else { return };
    for (fault, method) in [
        (Fault::flood_wait(2), "messages.sendMessage"),
        (Fault::AnswerLost, "messages.sendMessage"),
        (Fault::Disconnect, "messages.sendMessage"),
        (Fault::AnswerLost, "messages.editMessage"),
        (Fault::AnswerLost, "messages.getHistory"),
        (Fault::Delay { ms: 3_000 }, "messages.getHistory"),
    ] {
        world.network.inject(FaultRule::new(fault).method(method).once());
    }
    for fault in [Fault::UpdatesTwice, Fault::UpdatesLost, Fault::DifferenceTooLong] {
        world.network.inject(FaultRule::new(fault.clone()).once());
        for _ in 0..3 {
            world.play(Duration::from_secs(1)).await;
            world.network.drop_connections(None);
        }
    }
    // More than the server stores in one go, and faster than it can.
    let bob = world.people[0];
    world.network.burst(bob, Peer::User(world.accounts[0].person), "flood ", 5_000).unwrap();
    world.network.drop_connections(None);
    world.play(Duration::from_secs(1)).await;
    world.network.clear_faults();
    world.end().await;
}

async fn kill_again_and_again(backend: Backend, kills: u32) {
    let seed = settings::test_variable("SEED").and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let Some(mut world) = World::open(backend, seed).await else { return };
    for _ in 0..kills {
        let most = if backend == Backend::Postgres { 45_000 } else { 4_000 };
        let alive = Duration::from_millis(50 + world.dice.below(most));
        world.play(alive).await;
        world.kill();
    }
    world.end().await;
}

/// Numbers that look like chance, the same for a seed (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

struct Account {
    person: i64,
    id: Uuid,
    chats: Vec<Peer>,
}

/// What we have asked the server to send.
struct Out {
    chat: Uuid,
    text: String,
    client_id: Uuid,
    /// Once the server has taken it.
    id: Option<String>,
    /// Where nobody was told whether it was changed, anything goes.
    unsure: bool,
    deleted: bool,
}

struct World {
    database: TestDatabase,
    network: Network,
    process: Option<Process>,
    settings: Vec<(&'static str, String)>,
    log: PathBuf,
    token: String,
    org: OrgId,
    people: Vec<i64>,
    mallory: i64,
    group: i64,
    supergroup: i64,
    closed: i64,
    accounts: Vec<Account>,
    dice: Dice,
    said: u64,
    /// Messages of theirs that may be edited or deleted.
    theirs: Vec<(i64, Peer, i32)>,
    outs: Vec<Out>,
}

fn external(peer: Peer) -> i64 {
    match peer {
        Peer::User(id) => id,
        Peer::Group(id) => -id,
        Peer::Channel(id) => -1_000_000_000_000 - id,
    }
}

impl World {
    async fn open(backend: Backend, seed: u64) -> Option<Self> {
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
        };
        world.fill(ann, eve);
        world.start();
        world.process.as_ref().unwrap().ready().await;
        world.sign_up();
        world.connect(ann, "15550001", None).await;
        world.connect(eve, "15550002", Some(SECOND)).await;
        Some(world)
    }

    /// What lies in the past.
    fn fill(&mut self, ann: i64, eve: i64) {
        for n in 0..150 {
            let from = self.people[n % self.people.len()];
            for to in [ann, eve] {
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
    fn whisper(&self, to: i64) {
        self.network.send(self.mallory, Peer::User(to), NewPost::text(format!("a {UNCHOSEN}"))).unwrap();
        let closed = Peer::Group(self.closed);
        self.network.send(self.mallory, closed, NewPost::text(format!("{UNCHOSEN} again"))).unwrap();
    }

    fn start(&mut self) {
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        let folder = self.database.folder.path().join("data");
        self.process = Some(Process::spawn(&folder, self.database.url(), &[], &self.settings, Stdio::from(log)));
    }

    fn kill(&mut self) {
        self.process.take().unwrap().kill();
        self.start();
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.process.as_ref().unwrap().call(method, path, &self.token, body.as_bytes())
    }

    /// What it answered, if it did.
    fn try_call(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = self.process.as_ref().unwrap().try_call(method, path, &self.token, body.as_bytes())?;
        Some((status, serde_json::from_slice(&answer).unwrap_or_default()))
    }

    fn sign_up(&mut self) {
        let account =
            json!({"email": "a@example.com", "password": PASSWORD, "name": "Anna", "organizationName": "Acme"});
        let signed = self.call("POST", "/api/auth/signup", &account);
        self.token = signed["accessToken"].as_str().unwrap().to_owned();
        self.org = OrgId(signed["organization"]["id"].as_str().unwrap().parse().unwrap());
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

    async fn until(&self, what: &str, mut holds: impl FnMut() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(began.elapsed() < PATIENCE, "{what}: not in time");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Lets everybody write for so long.
    async fn play(&mut self, long: Duration) {
        let end = Instant::now() + long;
        while Instant::now() < end {
            self.they_act();
            if self.dice.one_in(8) {
                self.we_act();
            }
            let pause = self.dice.below(25);
            sleep(Duration::from_millis(pause)).await;
        }
    }

    fn they_act(&mut self) {
        self.said += 1;
        let account = self.dice.below(self.accounts.len() as u64);
        let account = &self.accounts[usize::try_from(account).unwrap()];
        let (person, chat) = (account.person, self.dice.of(&account.chats));
        match self.dice.below(20) {
            0 => self.whisper(person),
            1 | 2 if !self.theirs.is_empty() => {
                let (from, chat, id) = self.dice.of(&self.theirs);
                // Deleted in the meantime, perhaps.
                let _ = self.network.edit(from, chat, id, &format!("edited {}", self.said));
            }
            3 if !self.theirs.is_empty() => {
                let (from, chat, id) = self.dice.of(&self.theirs);
                let _ = self.network.delete(from, chat, &[id]);
            }
            4 => {
                let text = format!("burst {} ", self.said);
                let from = self.people[0];
                let to = if matches!(chat, Peer::User(_)) { Peer::User(person) } else { chat };
                self.network.burst(from, to, &text, 40).unwrap();
            }
            _ => {
                let (from, to) = match chat {
                    Peer::User(from) => (from, Peer::User(person)),
                    to => (self.people[0], to),
                };
                let id = self.network.send(from, to, NewPost::text(format!("in {}", self.said))).unwrap();
                self.theirs.push((from, to, id));
            }
        }
    }

    /// Sends, edits or deletes through the server, if it answers; what it did not answer is asked for again.
    fn we_act(&mut self) {
        let Some((200, chats)) = self.try_call("GET", "/api/messaging/inbox?limit=50", &Value::Null) else { return };
        if let Some(at) = self.outs.iter().position(|out| out.id.is_none()) {
            return self.send(at);
        }
        let sent: Vec<usize> = (0..self.outs.len()).filter(|at| !self.outs[*at].deleted).collect();
        match self.dice.below(10) {
            0 | 1 if !sent.is_empty() => {
                let at = self.dice.of(&sent);
                let text = format!("changed {}", self.said);
                self.change(at, "PATCH", &json!({ "text": text }), |out| out.text.clone_from(&text));
            }
            2 if !sent.is_empty() => {
                let at = self.dice.of(&sent);
                self.change(at, "DELETE", &Value::Null, |out| out.deleted = true);
            }
            _ => {
                let chats = chats["items"].as_array().unwrap();
                let writable: Vec<&Value> = chats.iter().filter(|chat| chat["canWrite"] == true).collect();
                if !writable.is_empty() {
                    let chat = self.dice.of(&writable)["id"].as_str().unwrap().parse().unwrap();
                    let (text, client_id) = (format!("out {}", self.outs.len()), Clock::system().new_id());
                    self.outs.push(Out { chat, text, client_id, id: None, unsure: false, deleted: false });
                    self.send(self.outs.len() - 1);
                }
            }
        }
    }

    fn send(&mut self, at: usize) {
        let out = &self.outs[at];
        let body = json!({"chatId": out.chat, "text": out.text, "undoSeconds": 0, "clientId": out.client_id});
        match self.try_call("POST", "/api/messaging/send", &body) {
            Some((200..=299, sent)) => self.outs[at].id = Some(sent["id"].as_str().unwrap().to_owned()),
            Some((status, answer)) => panic!("{status} {answer}"),
            None => {}
        }
    }

    fn change(&mut self, at: usize, method: &str, body: &Value, changed: impl FnOnce(&mut Out)) {
        let Some(id) = self.outs[at].id.clone() else { return };
        let path = format!("/api/messaging/messages/{id}");
        // Before it went, the message itself would go otherwise, or not at all.
        let Some((200, message)) = self.try_call("GET", &path, &Value::Null) else { return };
        if message["externalId"].is_null() {
            return;
        }
        match self.try_call(method, &path, body) {
            Some((200..=299, _)) => changed(&mut self.outs[at]),
            Some((409, _)) if self.outs[at].unsure => {}
            Some((status, answer)) => panic!("{method} {status} {answer}"),
            None => self.outs[at].unsure = true,
        }
    }

    /// Waits until nothing is left to do, and compares.
    async fn end(mut self) {
        self.process.as_ref().unwrap().ready().await;
        while let Some(at) = self.outs.iter().position(|out| out.id.is_none()) {
            self.send(at);
        }
        let waiting = || self.call("GET", "/api/messaging/messages/waiting", &Value::Null);
        self.until("everything is sent", || waiting()["items"].as_array().unwrap().is_empty()).await;
        let mut differences = self.differences().await;
        let began = Instant::now();
        while !differences.is_empty() && began.elapsed() < PATIENCE / 3 {
            sleep(Duration::from_secs(1)).await;
            differences = self.differences().await;
        }
        let few = differences.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(differences.is_empty(), "{} differences:\n{few}", differences.len());
        self.check_sent();
        self.process.take().unwrap().kill();
        self.check_unchosen().await;
        self.check_log();
    }

    /// How what is stored differs from what the network says the accounts have.
    async fn differences(&self) -> Vec<String> {
        let mut differences = Vec::new();
        for account in &self.accounts {
            let mut stored: BTreeMap<(i64, i64), Vec<(String, bool)>> = BTreeMap::new();
            for row in self.stored(account.id).await {
                stored.entry((row.chat, row.id)).or_default().push((row.text, row.outgoing));
            }
            let chosen: BTreeSet<i64> = account.chats.iter().map(|chat| external(*chat)).collect();
            for message in self.network.messages(account.person) {
                let key = (external(message.chat), i64::from(message.message_id));
                if message.text.is_empty() || !chosen.contains(&key.0) {
                    continue;
                }
                let expected = vec![(message.text, message.from == account.person)];
                match stored.remove(&key) {
                    Some(found) if found == expected => {}
                    found => differences.push(format!("{key:?}: {expected:?}, stored {found:?}")),
                }
            }
            differences.extend(stored.into_iter().map(|(key, found)| format!("{key:?}: not there, stored {found:?}")));
        }
        differences
    }

    /// Messages with a text that are stored of an account.
    async fn stored(&self, account: Uuid) -> Vec<Stored> {
        let db = &self.database.db;
        let sql = "select c.external_id as chat, m.external_id as id, m.text, m.direction from messages m \
                   join chats c on c.id = m.chat_id where m.source_id = $1 and m.deleted_at is null and m.text <> ''";
        let scope = Scope::system(self.org, "test");
        let statement = Statement::from_sql_and_values(db.backend(), sql, [account.into()]);
        let rows = db.reader(&scope).query_all_raw(statement).await.unwrap();
        let stored = |row: &sea_orm::QueryResult| Stored {
            chat: row.try_get::<String>("", "chat").unwrap().parse().unwrap(),
            id: row.try_get::<Option<i64>>("", "id").unwrap().unwrap_or_default(),
            text: row.try_get("", "text").unwrap(),
            outgoing: row.try_get::<String>("", "direction").unwrap() == "out",
        };
        rows.iter().map(stored).collect()
    }

    /// Each of ours went once, and says what it was last made to say.
    fn check_sent(&self) {
        let mut sent: HashMap<String, usize> = HashMap::new();
        let mut numbers = BTreeSet::new();
        for line in self.network.log(0) {
            if let LogEntry::Sent { text, random_id: Some(random_id), .. } = line.entry {
                *sent.entry(text).or_default() += 1;
                assert!(numbers.insert((line.account, random_id)), "sent twice under one number");
            }
        }
        let says: BTreeSet<String> = self
            .accounts
            .iter()
            .flat_map(|account| self.network.messages(account.person))
            .map(|message| message.text)
            .collect();
        assert!(self.outs.len() > 3, "hardly anything was sent");
        for (n, out) in self.outs.iter().enumerate() {
            assert_eq!(sent.get(&format!("out {n}")), Some(&1), "out {n}");
            if !out.unsure {
                assert_eq!(says.contains(&out.text), !out.deleted, "out {n} says {:?}", out.text);
            }
        }
        assert_eq!(sent.len(), self.outs.len(), "what nobody wanted was sent");
    }

    /// Nothing of other chats is in any table or file.
    async fn check_unchosen(&self) {
        let data = self.database.folder.path();
        for path in files_in(data) {
            if !path.starts_with(data.join("network")) {
                assert!(!holds(&path, UNCHOSEN.as_bytes()), "{} holds it", path.display());
            }
        }
        if self.database.url().starts_with("postgres") {
            let db = &self.database.db;
            let tables = "select relname as name from pg_class where relkind in ('r', 'p') \
                          and relnamespace = 'public'::regnamespace order by relname";
            let scope = Scope::system(self.org, "test");
            let reader = db.reader(&scope);
            let rows = reader.query_all_raw(Statement::from_string(db.backend(), tables)).await.unwrap();
            assert!(rows.len() > 20);
            for row in rows {
                let name: String = row.try_get("", "name").unwrap();
                let sql = format!("select count(*) as n from \"{name}\" as t where t::text like '%{UNCHOSEN}%'");
                let row = reader.query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
                assert_eq!(row.try_get::<i64>("", "n").unwrap(), 0, "{name} holds it");
            }
        }
    }

    /// What signs in is in no line of the log, and in no table as it is.
    fn check_log(&self) {
        assert!(std::fs::metadata(&self.log).unwrap().len() > 10_000, "a log");
        let facts = std::fs::read_to_string(self.database.folder.path().join("network/facts.jsonl")).unwrap();
        let keys: Vec<&str> = facts.split("\"key\":\"").skip(1).map(|rest| &rest[..32]).collect();
        assert!(keys.len() >= self.accounts.len());
        for secret in [CODE, SECOND, PASSWORD, self.token.as_str()].into_iter().chain(keys.iter().copied()) {
            assert!(!holds(&self.log, secret.as_bytes()), "the log holds {secret}");
        }
        for key in keys {
            let bytes: Vec<u8> = (0..16).map(|n| u8::from_str_radix(&key[2 * n..2 * n + 2], 16).unwrap()).collect();
            for path in files_in(self.database.folder.path()) {
                assert!(!holds(&path, &bytes), "{} holds a key", path.display());
            }
        }
    }
}

struct Stored {
    chat: i64,
    id: i64,
    text: String,
    outgoing: bool,
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

fn holds(file: &Path, what: &[u8]) -> bool {
    // A log of the database may be gone by now.
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.windows(what.len()).any(|window| window == what)
}
