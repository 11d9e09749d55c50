//! The middle of the network: the world, who is connected, what is logged and kept, under one lock. What happens is
//! committed here: written, applied, logged, told to whom it concerns, in this order.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use grammers_tl_types::{Serializable, enums};
use kernel::Clock;

use crate::{
    faults::{Fault, Faults},
    files::Files,
    hub::Hub,
    journal::Journal,
    log::{Log, LogEntry},
    people::Cast,
    rpc::{self, Call, Refusal, login::Logins},
    view::View,
    wire::{
        cipher::KeyId,
        envelope::{self, Request},
    },
    world::{Event, Fact, KeyRecord, Notice, World},
};

/// What the network is asked to be.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub code: String,
    pub address: SocketAddr,
    pub slice: usize,
    /// A key that is used by two connections at once is revoked.
    pub revoke_shared_keys: bool,
    /// Whoever wants to sign in gets an account.
    pub open_to_anybody: bool,
    /// Codes are refused as expired after this many seconds.
    pub code_lives_seconds: i32,
}

pub(crate) struct Core {
    pub world: World,
    pub hub: Hub,
    pub files: Files,
    pub faults: Faults,
    pub log: Log,
    pub logins: Logins,
    /// Simulated people, where there are any.
    pub cast: Option<Cast>,
    pub clock: Clock,
    pub rules: Rules,
    keys: HashMap<KeyId, (Arc<[u8; 256]>, usize)>,
    journal: Journal,
}

/// What became of a message of a client.
pub(crate) enum Received {
    Done,
    Later(Duration),
    KeyUnknown,
}

/// The core, shared by connections.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Core>>);

impl Shared {
    pub fn new(core: Core) -> Self {
        Self(Arc::new(Mutex::new(core)))
    }

    pub fn lock(&self) -> MutexGuard<'_, Core> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    pub fn new(world: World, journal: Journal, files: Files, log: Log, clock: Clock, rules: Rules) -> Self {
        let mut core = Self {
            world,
            hub: Hub::default(),
            files,
            faults: Faults::default(),
            log,
            logins: Logins::default(),
            cast: None,
            clock,
            rules,
            keys: HashMap::new(),
            journal,
        };
        core.index_keys();
        core
    }

    fn index_keys(&mut self) {
        for (at, record) in self.world.keys.iter().enumerate().skip(self.keys.len()) {
            if let Some(key) = record.bytes() {
                self.keys.insert(crate::wire::cipher::key_id(&key), (Arc::new(key), at));
            }
        }
    }

    /// Unix seconds.
    pub fn now(&self) -> i32 {
        i32::try_from(self.clock.now().timestamp()).unwrap_or(i32::MAX)
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    pub fn key_record(&self, id: KeyId) -> Option<&KeyRecord> {
        self.world.keys.get(self.keys.get(&id)?.1)
    }

    /// The key of a packet; the connection is known by it from now on.
    pub fn key(&mut self, connection: u64, id: KeyId) -> Option<Arc<[u8; 256]>> {
        let account = self.key_record(id)?.account;
        let is_new = !self.hub.of_key(id).contains(&connection);
        self.hub.identify(connection, id, account);
        if is_new && self.rules.revoke_shared_keys && self.hub.of_key(id).len() > 1 {
            self.logins.duplicated.insert(id);
        }
        Some(Arc::clone(&self.keys.get(&id)?.0))
    }

    /// Makes something true. Gives what everybody is told of it; sessions are told, but for the one that did it.
    pub fn commit(&mut self, fact: Fact, by: Option<u64>) -> Vec<Notice> {
        if let Err(error) = self.journal.append(&fact) {
            tracing::error!(%error, "a fact of the network could not be written");
        }
        let notices = self.world.apply(fact);
        let at_ms = self.now_ms();
        for notice in &notices {
            self.log.put_notice(at_ms, &self.world, notice);
        }
        if let Some(cast) = &mut self.cast {
            cast.observe(&self.world, &notices, at_ms);
        }
        self.index_keys();
        self.publish(&notices, by);
        if let Err(error) = self.journal.keep(&self.world, false) {
            tracing::error!(%error, "a snapshot of the network could not be written");
        }
        notices
    }

    pub fn keep_snapshot(&mut self) -> std::io::Result<()> {
        self.journal.keep(&self.world, true)
    }

    /// Sends notices to the sessions of those they are for.
    pub fn publish(&mut self, notices: &[Notice], except: Option<u64>) {
        let date = self.now();
        for of_one in notices.chunk_by(|a, b| a.account == b.account) {
            let Some(account) = of_one.first().map(|notice| notice.account) else { continue };
            if !self.hub.is_listening(account, except) || self.faults.take_about_updates(account, &Fault::UpdatesLost) {
                continue;
            }
            let Some(updates) = View::new(&self.world, account).updates(of_one, date) else { continue };
            let body: Arc<[u8]> = enums::Updates::Updates(updates).to_bytes().into();
            let times = 1 + usize::from(self.faults.take_about_updates(account, &Fault::UpdatesTwice));
            for _ in 0..times {
                for connection in self.hub.send_update(account, except, &body) {
                    self.note_disconnected(connection);
                }
            }
        }
    }

    /// Tells the sessions of an account what leaves no trace.
    pub fn whisper(&mut self, account: i64, event: Event) {
        let notice = Notice { account, channel: None, event, pts: 0, count: 0 };
        self.publish(&[notice], None);
    }

    pub fn note(&mut self, account: i64, entry: LogEntry) {
        let at_ms = self.now_ms();
        self.log.put(at_ms, account, entry);
    }

    pub fn note_disconnected(&mut self, connection: u64) {
        self.note(0, LogEntry::Disconnected { connection });
    }

    /// Does a call, unless a fault was ordered for it.
    pub fn receive(&mut self, connection: u64, key: KeyId, request: &Request) -> Received {
        if self.hub.brokenness(connection).mute {
            return Received::Done;
        }
        let account = self.key_record(key).and_then(|record| record.account);
        if let Some(body) = rpc::service::answer(self, request) {
            if let Some(body) = body.0 {
                self.hub.answer(connection, body);
            }
            return Received::Done;
        }
        let method = rpc::method(&request.body);
        match self.faults.take_for_call(account, method) {
            None => self.perform(connection, key, request),
            Some(Fault::Delay { ms }) => return Received::Later(Duration::from_millis(ms)),
            Some(Fault::Silence) => self.note_call(connection, account, method, Some(not_done())),
            Some(Fault::KeyUnknown) => {
                self.note_call(connection, account, method, Some(not_done()));
                return Received::KeyUnknown;
            }
            Some(Fault::Error { code, text }) => {
                self.conclude(connection, account, request, method, Err(Refusal::new(code, text)));
            }
            Some(Fault::AnswerLost) => {
                let answer = self.answer_to(connection, key, request);
                self.note_call(connection, account, method, answer.err());
                self.hub.disconnect(connection);
                self.note_disconnected(connection);
            }
            Some(_) => {
                self.note_call(connection, account, method, Some(not_done()));
                self.hub.disconnect(connection);
                self.note_disconnected(connection);
            }
        }
        Received::Done
    }

    /// Does a call and answers it.
    pub fn perform(&mut self, connection: u64, key: KeyId, request: &Request) {
        let account = self.key_record(key).and_then(|record| record.account);
        let answer = self.answer_to(connection, key, request);
        self.conclude(connection, account, request, rpc::method(&request.body), answer);
    }

    fn answer_to(&mut self, connection: u64, key: KeyId, request: &Request) -> Result<Vec<u8>, Refusal> {
        let me = rpc::speaker(self, key, &request.body)?;
        rpc::answer(&mut Call { core: self, key, connection, me }, &request.body)
    }

    fn conclude(
        &mut self,
        connection: u64,
        account: Option<i64>,
        request: &Request,
        method: &str,
        answer: Result<Vec<u8>, Refusal>,
    ) {
        let body = match &answer {
            Ok(body) => envelope::answer(request.message_id, body),
            Err(refusal) => envelope::error(request.message_id, refusal.code, &refusal.text),
        };
        self.note_call(connection, account, method, answer.err());
        self.hub.answer(connection, body);
    }

    fn note_call(&mut self, connection: u64, account: Option<i64>, method: &str, refusal: Option<Refusal>) {
        let error = refusal.map(|it| it.text.into_owned());
        self.note(account.unwrap_or(0), LogEntry::Called { method: method.to_owned(), connection, error });
    }
}

/// How the log tells of a call that a fault kept from being done. No client sees it.
fn not_done() -> Refusal {
    Refusal::new(0, "NOT_DONE")
}
