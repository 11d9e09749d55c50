//! An organization with an account on a network of its own, kept connected by this process; and an inbox that remembers.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use bd_accounts::{
    BdAccounts, Options,
    accounts::{self, account::Network as Kind, account::StoredAccount},
    connecting, leases,
    running::{Connector, Files, FilesError, Pieces, Sandbox, Surroundings, Telegrams},
    syncing,
};
use chrono::{DateTime, Utc};
use contracts::{
    channels::{
        Action, Ended, Errand, Extent, Inbox, MediaKind, Origin, OutgoingFile, Seen, SeenBatch, SeenMessage,
        WantedMedia,
    },
    permissions,
    ports::{Directory, Person, PortError},
};
use kernel::{Clock, Grants, Locale, OrgId, Reach, Scope, UserId};
use outbound::Outbound;
use serde_json::json;
use telegram::Patience;
use telegram_network::{CODE, LogEntry, Network, NewPerson, NewPost, Peer};
use testkit::{Backend, TestDatabase};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    sync::Semaphore,
    task::JoinHandle,
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vault::Vault;

/// How long anything may take.
const SOON: Duration = Duration::from_secs(25);
const PHONE: &str = "+15550001";

pub struct World {
    pub database: TestDatabase,
    pub network: Network,
    pub accounts: Arc<BdAccounts>,
    pub inbox: Arc<Mailbox>,
    pub owner: Scope,
    pub account: Uuid,
    pub ann: i64,
    pub bob: i64,
    /// Whose chat is not chosen.
    pub carol: i64,
    pub files: Arc<Shelf>,
    connector: Arc<Connector>,
}

/// A process that keeps accounts.
pub struct Process {
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Process {
    /// Ends in order.
    pub async fn stop(self) {
        self.cancel.cancel();
        tokio::time::timeout(SOON, self.task).await.expect("it ends").unwrap();
    }
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

impl World {
    /// With an account that has signed in; nobody keeps it connected yet.
    pub async fn open(backend: Backend) -> Option<Self> {
        let _ = tracing_subscriber::fmt().with_test_writer().with_max_level(tracing::Level::WARN).try_init();
        let clock = Clock::system();
        let migrations = [db::MIGRATIONS, events::MIGRATIONS, jobs::MIGRATIONS, bd_accounts::MIGRATIONS].concat();
        let database = TestDatabase::open(backend, &migrations, clock.clone()).await?;
        let network = Network::in_memory(1).await.unwrap();
        let person = |phone: &str, name: &str| {
            network.add_person(NewPerson::new(phone, name).username(&format!("{}_here", name.to_lowercase())))
        };
        let (ann, bob, carol) = (person(PHONE, "Ann"), person("15550002", "Bob"), person("15550003", "Carol"));
        network.send(bob, Peer::User(ann), NewPost::text("an old message")).unwrap();
        network.send(carol, Peer::User(ann), NewPost::text("a secret")).unwrap();
        let sandbox = Sandbox::over(network.clone());
        let connector = Arc::new(Connector::new(clock.clone(), Some(sandbox)).patient(hurried()));
        let vault = Arc::new(Vault::new(["a key of the vault, long enough to be one"], clock.clone()));
        let options = Options { sandbox: true, ..Options::default() };
        let service = BdAccounts::new(
            database.db.clone(),
            Arc::new(People),
            vault,
            Outbound::new(Vec::new()),
            Arc::<Connector>::clone(&connector),
            options,
        );
        let accounts = Arc::new(service);
        let org = OrgId(clock.new_id());
        let all = Grants::of(permissions::ALL.iter().copied());
        let owner = Scope::of_member(org, UserId(clock.new_id()), all, Reach::ORGANIZATION, Locale::En, "test".into());
        let inbox = Arc::<Mailbox>::default();
        let account = Uuid::nil();
        let files = Arc::<Shelf>::default();
        let mut world = Self { database, network, accounts, inbox, owner, account, ann, bob, carol, files, connector };
        world.account = world.sign_in().await;
        Some(world)
    }

    async fn sign_in(&self) -> Uuid {
        let input = json!({ "network": Kind::Sandbox, "phone": PHONE });
        let input = serde_json::from_value(input).unwrap();
        connecting::commands::send_code(&self.accounts, &self.owner, input).await.unwrap();
        let reader = self.accounts_reader();
        let account = accounts::store::list(&reader, &self.owner, None, 2).await.unwrap().pop().unwrap();
        connecting::commands::verify_code(&self.accounts, &self.owner, account.id, CODE).await.unwrap();
        let fast = json!({ "limits": {
            "preset": "custom", "messagesPerMinute": 60, "messagesPerDay": 1000, "firstContactsPerDay": 100,
        }});
        let patch = serde_json::from_value(fast).unwrap();
        accounts::commands::configure(&self.accounts, &self.owner, account.id, patch).await.unwrap();
        account.id
    }

    fn accounts_reader(&self) -> db::Reader<'_> {
        self.database.db.reader(&self.owner)
    }

    /// Starts a process that keeps accounts.
    pub fn start(&self) -> Process {
        let around = Surroundings {
            accounts: Arc::clone(&self.accounts),
            inbox: Arc::<Mailbox>::clone(&self.inbox),
            files: self.files.clone(),
            connector: Arc::clone(&self.connector),
        };
        let (telegrams, cancel) = (Telegrams::new(around), CancellationToken::new());
        let stop = cancel.clone();
        Process { cancel, task: tokio::spawn(async move { telegrams.run(stop).await }) }
    }

    /// Starts one, and has Bob's chat stored with its history.
    pub async fn start_with_bob(&self) -> Process {
        let process = self.start();
        self.until("the chats are listed", || async { self.account().await.dialogs_at.is_some() }).await;
        let selection = json!({ "chats": [{ "chatId": self.bob.to_string() }], "days": null });
        let selection: syncing::commands::Selection = serde_json::from_value(selection).unwrap();
        syncing::commands::select(&self.accounts, &self.owner, self.account, &selection).await.unwrap();
        syncing::commands::start(&self.accounts, &self.owner, self.account).await.unwrap();
        self.until("history is read in", || async {
            self.inbox.texts(self.bob).contains(&"an old message".to_owned())
        })
        .await;
        process
    }

    pub async fn account(&self) -> StoredAccount {
        accounts::store::get(&self.accounts_reader(), &self.owner, self.account).await.unwrap()
    }

    pub async fn is_free(&self) -> bool {
        !leases::free(&self.database.db, 10).await.unwrap().is_empty()
    }

    /// Gives its number in Bob's box.
    pub fn bob_writes(&self, text: &str) -> i32 {
        self.network.send(self.bob, Peer::User(self.ann), NewPost::text(text)).unwrap()
    }

    /// An errand to send a text to Bob.
    pub fn send(&self, text: &str, first_contact: bool) -> Uuid {
        self.send_to(self.bob, text, first_contact, 0)
    }

    /// An errand to send a text into a chat, with a file of so many bytes if there are any.
    pub fn send_to(&self, chat_id: i64, text: &str, first_contact: bool, bytes: i64) -> Uuid {
        self.errand((chat_id, None), text, first_contact, bytes)
    }

    /// An errand to send a text to somebody whom the account has never met.
    pub fn send_first(&self, username: &str, text: &str) -> Uuid {
        let to = contracts::channels::Peer { username: Some(username.to_owned()), ..Default::default() };
        self.errand((0, Some(to)), text, true, 0)
    }

    fn errand(
        &self,
        (chat_id, to): (i64, Option<contracts::channels::Peer>),
        text: &str,
        first_contact: bool,
        bytes: i64,
    ) -> Uuid {
        let id = Clock::system().new_id();
        let random_id = i64::from_le_bytes(*id.as_bytes().last_chunk().unwrap());
        self.inbox.add(Errand {
            id,
            chat_id,
            to,
            first_contact,
            not_before: Utc::now_for_tests(),
            attempts: 0,
            unless_answered: false,
            action: Action::Send {
                random_id,
                text: text.to_owned(),
                entities: Vec::new(),
                reply_to: None,
                files: (bytes > 0).then(|| file(random_id, bytes)).into_iter().collect(),
            },
        });
        contracts::channels::Accounts::wake(&*self.accounts, self.account);
        id
    }

    /// An errand of a program, which an answer stops.
    pub fn send_unless_answered(&self, text: &str, bytes: i64) -> Uuid {
        let id = self.send_to(self.bob, text, false, bytes);
        let mut inner = self.inbox.0.lock().unwrap();
        inner.errands.iter_mut().filter(|errand| errand.id == id).for_each(|errand| errand.unless_answered = true);
        id
    }

    /// How an errand ended.
    pub async fn ended(&self, errand: Uuid) -> Ended {
        self.until("the errand ends", || async { self.inbox.ended(errand).is_some() }).await;
        self.inbox.ended(errand).unwrap()
    }

    /// What the account wrote, as the network has it.
    pub fn sent(&self) -> Vec<String> {
        let lines = self.network.log(0).into_iter().filter(|line| line.account == self.ann);
        lines
            .filter_map(|line| match line.entry {
                LogEntry::Sent { text, .. } => Some(text),
                _ => None,
            })
            .collect()
    }

    pub async fn until<F: Future<Output = bool>>(&self, what: &str, mut holds: impl FnMut() -> F) {
        let end = Instant::now() + SOON;
        while !holds().await {
            assert!(Instant::now() < end, "{what}: not in time; {:?}", self.account().await);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

trait NowForTests {
    fn now_for_tests() -> DateTime<Utc>;
}

impl NowForTests for Utc {
    fn now_for_tests() -> DateTime<Utc> {
        Clock::system().now()
    }
}

fn hurried() -> Patience {
    Patience {
        call: Duration::from_secs(3),
        connect: Duration::from_secs(5),
        probe: Duration::from_millis(500),
        probe_every: Duration::from_secs(1),
        keepalive_every: Duration::from_secs(5),
        again_first: Duration::from_millis(20),
        again_most: Duration::from_millis(500),
        names: Duration::from_secs(2),
        key: Duration::from_millis(500),
    }
}

fn file(random_id: i64, size_bytes: i64) -> OutgoingFile {
    OutgoingFile {
        blob: size_bytes.to_string(),
        random_id,
        kind: MediaKind::File,
        file_name: "large.bin".to_owned(),
        mime_type: "application/octet-stream".to_owned(),
        size_bytes,
        width: None,
        height: None,
        duration_ms: None,
        waveform: None,
    }
}

/// Files of noughts, as long as their names say; given out when somebody lets them.
pub struct Shelf {
    pub asked: Semaphore,
    pub given: Semaphore,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { asked: Semaphore::new(0), given: Semaphore::new(0) }
    }
}

#[async_trait::async_trait]
impl Files for Shelf {
    async fn put(&self, _: OrgId, _: Pieces) -> Result<String, FilesError> {
        Err(FilesError::Absent)
    }

    async fn open(&self, _: OrgId, key: &str) -> Result<Pin<Box<dyn AsyncRead + Send>>, FilesError> {
        self.asked.add_permits(1);
        self.given.acquire().await.unwrap().forget();
        Ok(Box::pin(tokio::io::repeat(0).take(key.parse().unwrap())))
    }
}

/// An inbox that remembers what it was given.
#[derive(Default)]
pub struct Mailbox(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    messages: BTreeMap<(i64, i64), SeenMessage>,
    order: Vec<String>,
    chats: HashSet<i64>,
    position: Option<Vec<u8>>,
    errands: Vec<Errand>,
    ended: HashMap<Uuid, Ended>,
    /// What somebody answered while it was waited for.
    unwanted: HashSet<Uuid>,
    typing: Vec<(i64, String)>,
    /// What was stored when each errand was started.
    before: HashMap<Uuid, Vec<String>>,
}

impl Mailbox {
    pub fn is_open(&self, errand: Uuid) -> bool {
        self.0.lock().unwrap().errands.iter().any(|known| known.id == errand)
    }

    /// What was stored, in its order, when an errand was started.
    pub fn before(&self, errand: Uuid) -> Vec<String> {
        self.0.lock().unwrap().before.get(&errand).cloned().unwrap_or_default()
    }

    pub fn texts(&self, chat: i64) -> Vec<String> {
        let inner = self.0.lock().unwrap();
        let of_chat = inner.messages.range((chat, i64::MIN)..=(chat, i64::MAX));
        of_chat.map(|(_, message)| message.text.clone()).collect()
    }

    /// Every chat of which anything came.
    pub fn chats(&self) -> HashSet<i64> {
        self.0.lock().unwrap().chats.clone()
    }

    /// In which chats somebody typed, and who.
    pub fn typing(&self) -> Vec<(i64, String)> {
        self.0.lock().unwrap().typing.clone()
    }

    /// Texts of what was new, as they came.
    pub fn order(&self) -> Vec<String> {
        self.0.lock().unwrap().order.clone()
    }

    fn add(&self, errand: Errand) {
        self.0.lock().unwrap().errands.push(errand);
    }

    /// It is not wanted any more, once it has been tried.
    pub fn unwant(&self, errand: Uuid) {
        self.0.lock().unwrap().unwanted.insert(errand);
    }

    fn ended(&self, errand: Uuid) -> Option<Ended> {
        self.0.lock().unwrap().ended.get(&errand).cloned()
    }
}

#[async_trait::async_trait]
impl Inbox for Mailbox {
    async fn typing(&self, _: &Scope, _: Uuid, chat: i64, name: Option<&str>) -> Result<(), PortError> {
        self.0.lock().unwrap().typing.push((chat, name.unwrap_or_default().to_owned()));
        Ok(())
    }

    async fn receive(&self, _: &Scope, _: Uuid, batch: SeenBatch) -> Result<u64, PortError> {
        let mut inner = self.0.lock().unwrap();
        inner.chats.extend(batch.chats.iter().map(|chat| chat.id));
        let mut new = 0;
        for seen in batch.news {
            if let Seen::Message(message) = seen {
                inner.chats.insert(message.chat_id);
                let (key, text) = ((message.chat_id, message.id), message.text.clone());
                if inner.messages.insert(key, message).is_none() {
                    new += 1;
                    if batch.origin != Origin::History {
                        inner.order.push(text);
                    }
                }
            } else if let Seen::Deleted { chat_id: Some(chat), ids } = seen {
                inner.messages.retain(|(of, id), _| *of != chat || !ids.contains(id));
            }
        }
        inner.position = batch.position.or(inner.position.take());
        Ok(new)
    }

    async fn position(&self, _: &Scope, _: Uuid) -> Result<Option<Vec<u8>>, PortError> {
        Ok(self.0.lock().unwrap().position.clone())
    }

    async fn extents(&self, _: &Scope, _: Uuid, chats: &[i64]) -> Result<HashMap<i64, Extent>, PortError> {
        let inner = self.0.lock().unwrap();
        let extent = |chat: i64| {
            let ids: Vec<i64> =
                inner.messages.range((chat, i64::MIN)..=(chat, i64::MAX)).map(|((_, id), _)| *id).collect();
            let (oldest_id, newest_id) = (ids.first().copied(), ids.last().copied());
            (chat, Extent { oldest_id, newest_id, messages: i64::try_from(ids.len()).unwrap() })
        };
        Ok(chats.iter().copied().map(extent).collect())
    }

    async fn latest(&self, _: &Scope, _: Uuid, chat: i64, until: i64, limit: u64) -> Result<Vec<i64>, PortError> {
        let inner = self.0.lock().unwrap();
        let of_chat = inner.messages.range((chat, i64::MIN)..=(chat, until)).rev();
        Ok(of_chat.map(|((_, id), _)| *id).take(usize::try_from(limit).unwrap()).collect())
    }

    async fn errands(&self, _: &Scope, _: Uuid, limit: u64) -> Result<Vec<Errand>, PortError> {
        let inner = self.0.lock().unwrap();
        let now = Clock::system().now();
        let due = inner.errands.iter().filter(|errand| errand.not_before <= now).cloned();
        let mut due: Vec<Errand> = due.collect();
        due.sort_by_key(|errand| errand.first_contact);
        // The first of each chat; here, those to strangers count as another chat.
        due.dedup_by_key(|errand| (errand.chat_id, errand.first_contact));
        due.truncate(usize::try_from(limit).unwrap());
        Ok(due)
    }

    async fn next_errand_at(&self, _: &Scope, _: Uuid) -> Result<Option<DateTime<Utc>>, PortError> {
        Ok(self.0.lock().unwrap().errands.iter().map(|errand| errand.not_before).min())
    }

    async fn start_errand(&self, _: &Scope, errand: Uuid) -> Result<bool, PortError> {
        let mut inner = self.0.lock().unwrap();
        let order = inner.order.clone();
        inner.before.insert(errand, order);
        Ok(inner.errands.iter().any(|known| known.id == errand))
    }

    async fn is_still_wanted(&self, _: &Scope, errand: Uuid) -> Result<bool, PortError> {
        let mut inner = self.0.lock().unwrap();
        let wanted = !inner.unwanted.contains(&errand);
        inner.errands.retain(|known| wanted || known.id != errand);
        Ok(wanted)
    }

    async fn end_errand(&self, _: &Scope, errand: Uuid, ended: Ended) -> Result<(), PortError> {
        let mut inner = self.0.lock().unwrap();
        if let Ended::Later { not_before, counts, .. } = &ended {
            for known in inner.errands.iter_mut().filter(|known| known.id == errand) {
                (known.not_before, known.attempts) = (*not_before, known.attempts + i32::from(*counts));
            }
        } else {
            inner.errands.retain(|known| known.id != errand);
        }
        inner.ended.insert(errand, ended);
        Ok(())
    }

    async fn wanted_media(&self, _: &Scope, _: Uuid, _: u64) -> Result<Vec<WantedMedia>, PortError> {
        Ok(Vec::new())
    }

    async fn media_arrived(&self, _: &Scope, _: Uuid, _: Option<&str>) -> Result<(), PortError> {
        Ok(())
    }
}
