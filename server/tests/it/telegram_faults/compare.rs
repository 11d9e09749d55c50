//! What is stored and what was sent, beside what the network says.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    time::Duration,
};

use kernel::Scope;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use telegram_network::{LogEntry, Peer};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::world::{CODE, PATIENCE, SECOND, UNCHOSEN, World};
use crate::world::PASSWORD;

pub fn external(peer: Peer) -> i64 {
    match peer {
        Peer::User(id) => id,
        Peer::Group(id) => -id,
        Peer::Channel(id) => -1_000_000_000_000 - id,
    }
}

impl World {
    /// Waits until nothing is left to do, and compares.
    pub async fn end(mut self) {
        self.process.as_ref().unwrap().ready().await;
        while let Some(at) = self.outs.iter().position(|out| out.id.is_none()) {
            self.send(at);
        }
        self.until_sent().await;
        self.until_same().await;
        self.check_sent();
        self.check_waits();
        self.process.take().unwrap().kill();
        self.check_unchosen().await;
        self.check_log();
    }

    /// Messages that wait to be sent.
    pub fn waiting(&self) -> Vec<Value> {
        let mut waiting = self.call("GET", "/api/messaging/messages/waiting", &Value::Null);
        std::mem::take(waiting["items"].as_array_mut().unwrap())
    }

    /// Waits until nothing waits: as long as it takes at the pace of the accounts, while there is less and less.
    pub async fn until_sent(&self) {
        let (mut began, mut least) = (Instant::now(), usize::MAX);
        loop {
            let waiting = self.waiting();
            if waiting.is_empty() {
                return;
            }
            if waiting.len() < least {
                (began, least) = (Instant::now(), waiting.len());
            }
            if began.elapsed() >= PATIENCE {
                let why =
                    |message: &Value| format!("{} in {}: {}", message["text"], message["chatId"], message["waiting"]);
                let why: Vec<String> = waiting.iter().map(why).collect();
                panic!("{} wait:\n{}", waiting.len(), why.join("\n"));
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until a message with this text is stored.
    pub async fn until_stored(&self, text: &str) {
        let began = Instant::now();
        while !self.stored(self.accounts[0].id).await.iter().any(|row| row.text == text) {
            assert!(began.elapsed() < PATIENCE, "{text:?} is not stored in time");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until what is stored is what the network has.
    pub async fn until_same(&self) {
        let mut differences = self.differences().await;
        let began = Instant::now();
        while !differences.is_empty() && began.elapsed() < PATIENCE / 3 {
            sleep(Duration::from_millis(200)).await;
            differences = self.differences().await;
        }
        let few = differences.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(differences.is_empty(), "{} differences:\n{few}", differences.len());
    }

    /// No wait that the network asked for was cut short.
    fn check_waits(&self) {
        let mut until: HashMap<(i64, String), i64> = HashMap::new();
        for line in self.network.log(0) {
            let LogEntry::Called { method, error, .. } = line.entry else { continue };
            let key = (line.account, method);
            assert!(until.get(&key).is_none_or(|until| line.at_ms >= *until), "{key:?} was called too soon");
            let seconds = error.as_deref().and_then(|error| error.strip_prefix("FLOOD_WAIT_")?.parse::<i64>().ok());
            if let Some(seconds) = seconds {
                until.insert(key, line.at_ms + seconds * 1_000);
            }
        }
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
                   join chats c on c.id = m.chat_id where m.source_id = $1 and m.deleted_at is null \
                   and m.status <> 'canceled' and m.text <> ''";
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
        for (n, out) in self.outs.iter().enumerate() {
            let times = usize::from(!out.canceled);
            assert_eq!(sent.remove(&format!("out {n}")).unwrap_or_default(), times, "out {n}");
            if !out.unsure && !out.canceled {
                assert_eq!(says.contains(&out.text), !out.deleted, "out {n} says {:?}", out.text);
            }
        }
        assert!(sent.is_empty(), "what nobody wanted was sent: {sent:?}");
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
        assert!(std::fs::metadata(&self.log).unwrap().len() > 1_000, "a log");
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
