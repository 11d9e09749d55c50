//! The keys and what else the client must remember of an account, in memory, with one compact form to be stored. Keeps
//! what Telegram or the client library would lose: a key that an account is signed in with is never replaced, and how far
//! a channel was read is never put forward by a list of chats.

mod blob;
mod import;
mod storage;

use std::collections::HashMap;
use std::fmt;
use std::net::{SocketAddrV4, SocketAddrV6};
use std::sync::{Mutex, MutexGuard, PoisonError};

use grammers_session::SessionData;
use grammers_session::types::{DcOption, PeerId, PeerInfo, UpdatesState};
use tokio::sync::watch;

pub use blob::BlobDamaged;
pub use import::{ImportDamaged, StringFormat};
pub use storage::KeyWouldBeLost;

/// People beyond this are forgotten, those longest unseen first: an account in large groups meets hundreds of thousands.
const PEERS_MOST: usize = 20_000;

/// What the client must remember of one account. Shared by everything that speaks for the account.
pub struct Session {
    inner: Mutex<Inner>,
    changes: watch::Sender<u64>,
    key_lost: watch::Sender<bool>,
}

#[derive(Default)]
struct Inner {
    home_dc: i32,
    dcs: HashMap<i32, DcOption>,
    peers: HashMap<PeerId, Remembered>,
    /// Counts what was remembered, so that the oldest can be told.
    turn: u64,
    state: UpdatesState,
    me: Option<i64>,
    /// Whether somebody is signed in with the key of the home data centre.
    signed_in: bool,
}

struct Remembered {
    info: PeerInfo,
    turn: u64,
}

impl Session {
    /// For an account that signs in to Telegram: no keys yet.
    #[must_use]
    pub fn new() -> Self {
        let data = SessionData::default();
        Self::over(Inner { home_dc: data.home_dc, dcs: data.dc_options, ..Inner::default() })
    }

    /// For a network that knows `key` already, such as the sandbox: the exchange of keys is skipped.
    #[must_use]
    pub fn seeded(dc: i32, address: SocketAddrV4, key: [u8; 256]) -> Self {
        let option = DcOption { id: dc, ipv4: address, ipv6: v6_of(address), auth_key: Some(key) };
        Self::over(Inner { home_dc: dc, dcs: HashMap::from([(dc, option)]), ..Inner::default() })
    }

    fn over(inner: Inner) -> Self {
        Self { inner: Mutex::new(inner), changes: watch::Sender::new(0), key_lost: watch::Sender::new(false) }
    }

    /// Goes up with every change that is to be stored.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Becomes true when Telegram no longer knew the key, and a new one would have taken its place.
    pub fn key_lost(&self) -> watch::Receiver<bool> {
        self.key_lost.subscribe()
    }

    /// The Telegram id of who is signed in.
    pub fn me(&self) -> Option<i64> {
        self.inner().me
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        self.inner().signed_in
    }

    /// The data centre of the account.
    pub fn dc(&self) -> i32 {
        self.inner().home_dc
    }

    /// Where the network is this time: the sandbox listens at another port after every start.
    pub(crate) fn move_to(&self, address: SocketAddrV4) {
        let mut inner = self.inner();
        let home = inner.home_dc;
        if let Some(option) = inner.dcs.get_mut(&home) {
            option.ipv4 = address;
            option.ipv6 = v6_of(address);
        }
    }

    pub(crate) fn sign_in(&self, info: PeerInfo, state: Option<UpdatesState>) {
        self.change(|inner| {
            if let PeerInfo::User { id, .. } = info {
                inner.me = Some(id);
            }
            inner.signed_in = true;
            inner.remember(info);
            if let Some(state) = state {
                inner.state = state;
            }
        });
    }

    pub(crate) fn state(&self) -> UpdatesState {
        self.inner().state.clone()
    }

    pub(crate) fn info(&self, id: PeerId) -> Option<PeerInfo> {
        let inner = self.inner();
        let id = if id == PeerId::self_user() { PeerId::user(inner.me?)? } else { id };
        inner.peers.get(&id).map(|peer| peer.info.clone())
    }

    pub(crate) fn remember(&self, infos: impl IntoIterator<Item = PeerInfo>) {
        let mut news = false;
        let mut inner = self.inner();
        for info in infos {
            news |= inner.remember(info);
        }
        drop(inner);
        if news {
            self.changed();
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.inner());
        self.changed();
    }

    fn changed(&self) {
        self.changes.send_modify(|version| *version += 1);
    }
}

impl Inner {
    /// Says whether that was news.
    fn remember(&mut self, info: PeerInfo) -> bool {
        self.turn += 1;
        let turn = self.turn;
        let Some(id) = id_of(&info) else { return false };
        if let Some(known) = self.peers.get_mut(&id) {
            let before = known.info.clone();
            known.info.extend_info(&info);
            known.turn = turn;
            return known.info != before;
        }
        if self.peers.len() >= PEERS_MOST {
            self.forget_oldest();
        }
        self.peers.insert(id, Remembered { info, turn });
        true
    }

    fn forget_oldest(&mut self) {
        let mut turns: Vec<u64> = self.peers.values().map(|peer| peer.turn).collect();
        let middle = turns.len() / 2;
        let (_, &mut median, _) = turns.select_nth_unstable(middle);
        let me = self.me.and_then(PeerId::user);
        self.peers.retain(|id, peer| peer.turn > median || Some(*id) == me);
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// Never shows a key.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner();
        let keys = inner.dcs.values().filter(|option| option.auth_key.is_some()).count();
        f.debug_struct("Session")
            .field("me", &inner.me)
            .field("home_dc", &inner.home_dc)
            .field("keys", &keys)
            .field("peers", &inner.peers.len())
            .finish_non_exhaustive()
    }
}

fn v6_of(address: SocketAddrV4) -> SocketAddrV6 {
    SocketAddrV6::new(address.ip().to_ipv6_mapped(), address.port(), 0, 0)
}

/// Of a peer within the ranges that Telegram gives out; the library panics at others.
fn id_of(info: &PeerInfo) -> Option<PeerId> {
    match info {
        PeerInfo::User { id, .. } => PeerId::user(*id),
        PeerInfo::Chat { id } => PeerId::chat(*id),
        PeerInfo::Channel { id, .. } => PeerId::channel(*id),
    }
}

#[cfg(test)]
mod tests;
