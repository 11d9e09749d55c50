//! One account, connected. [`Connection`] is for calls, from as many tasks as one likes; [`Listener`] tells what happens,
//! to one. A connection that is lost comes back by itself; one that cannot come back says so ([`Link::Ended`]).

mod keeper;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use grammers_session::types::{PeerAuth, PeerId, PeerInfo, PeerKind};
use grammers_tl_types::{enums, functions as f, types};
use kernel::Clock;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::calls::FilesLine;
use crate::convert::bare;
use crate::endpoint::Endpoint;
use crate::line::{Inbound, Line, Link};
use crate::listener::Listener;
use crate::people::{People, of_user};
use crate::plain::{Chat, Me};
use crate::refused::Refused;
use crate::session::Session;

/// Where the updates of an account go on from.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// As stored with the last [`Batch`](crate::Batch); without one, from where the account signed in.
    pub position: Option<Vec<u8>>,
    /// The supergroups and channels that are caught up with, where not all: each takes a call.
    pub chats: Option<HashSet<i64>>,
}

/// Messages whose id Telegram told us lately, by what we sent them with.
const SENT_MOST: usize = 1_000;

/// One account, connected. Ends when it is dropped; [`Connection::close`] does it in order.
pub struct Connection {
    pub(crate) line: Arc<Line>,
    pub(crate) people: Arc<People>,
    pub(crate) files: tokio::sync::Mutex<Option<FilesLine>>,
    pub(crate) sent: Arc<Sent>,
    inbound: Inbound,
    me: Me,
    keeper: JoinHandle<()>,
}

impl Connection {
    /// Connects an account that is signed in.
    ///
    /// # Errors
    /// [`Refused::SessionRevoked`] and the others that end a session; [`Refused::Network`], [`Refused::Timeout`].
    pub async fn open(
        session: Arc<Session>,
        endpoint: Endpoint,
        clock: Clock,
        start: Start,
    ) -> Result<(Arc<Self>, Listener), Refused> {
        let (inbound, raw) = Inbound::new();
        let line = Arc::new(Line::open(Arc::clone(&session), endpoint, clock, Some(inbound.clone())).await?);
        let people = Arc::new(People::new(session));
        let sent = Arc::<Sent>::default();
        let opened = async {
            line.connect().await?;
            let me = who(&line, &people).await?;
            let listener = Listener::start(
                Arc::clone(&line),
                Arc::clone(&people),
                Arc::clone(&sent),
                (inbound.clone(), raw),
                start,
            );
            Ok::<_, Refused>((me, listener.await?))
        };
        let (me, listener) = match opened.await {
            Ok(opened) => opened,
            Err(refused) => {
                line.close().await;
                return Err(refused);
            }
        };
        let keeper = tokio::spawn(keeper::keep(Arc::clone(&line)));
        let files = tokio::sync::Mutex::default();
        Ok((Arc::new(Self { line, people, files, sent, inbound, me, keeper }), listener))
    }

    /// Whose account it is.
    pub fn me(&self) -> &Me {
        &self.me
    }

    /// How the connection stands, and every change of that.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.line.link()
    }

    pub fn session(&self) -> &Arc<Session> {
        self.line.session()
    }

    /// Whether there may be something that happened before now and that the [`Listener`] did not tell yet: since it was
    /// opened, or since a connection was lost, the account's difference was not had. Supergroups and channels aside.
    pub fn is_behind(&self) -> bool {
        self.line.is_behind()
    }

    /// Updates that came in and that the [`Listener`] was not asked for yet.
    pub fn waiting(&self) -> usize {
        self.inbound.waiting()
    }

    /// A chat by name, if it was met lately.
    pub fn chat(&self, id: i64) -> Option<Chat> {
        self.people.chat(id)
    }

    /// Whether the session can tell Telegram which chat is meant.
    pub fn can_name(&self, id: i64) -> bool {
        self.input_peer(id).is_ok()
    }

    /// Whether the connection still answers.
    ///
    /// # Errors
    /// [`Refused::Timeout`], [`Refused::Network`].
    pub async fn probe(&self) -> Result<(), Refused> {
        self.line.probe().await
    }

    /// Ends the connection in order. The account stays signed in.
    pub async fn close(&self) {
        self.keeper.abort();
        if let Some(files) = self.files.lock().await.take() {
            files.line.close().await;
        }
        self.line.close().await;
    }

    /// Signs the account out and ends the connection: the session is worth nothing afterwards.
    pub async fn log_out(&self) -> Result<(), Refused> {
        let answer = self.line.ask(&f::auth::LogOut {}).await;
        self.close().await;
        match answer {
            Ok(_) | Err(Refused::SessionRevoked) => Ok(()),
            Err(refused) => Err(refused),
        }
    }

    /// Whom Telegram is to send to.
    pub(crate) fn input_peer(&self, chat_id: i64) -> Result<enums::InputPeer, Refused> {
        if Some(chat_id) == self.line.session().me() {
            return Ok(enums::InputPeer::PeerSelf);
        }
        let (kind, id) = bare(chat_id).ok_or(Refused::PeerUnknown)?;
        Ok(match kind {
            PeerKind::User => types::InputPeerUser { user_id: id, access_hash: self.hash(chat_id)? }.into(),
            PeerKind::Chat => types::InputPeerChat { chat_id: id }.into(),
            PeerKind::Channel => types::InputPeerChannel { channel_id: id, access_hash: self.hash(chat_id)? }.into(),
        })
    }

    /// `None` when the chat is no supergroup or channel.
    pub(crate) fn input_channel(&self, chat_id: i64) -> Result<Option<enums::InputChannel>, Refused> {
        let (kind, channel_id) = bare(chat_id).ok_or(Refused::PeerUnknown)?;
        if kind != PeerKind::Channel {
            return Ok(None);
        }
        let access_hash = self.hash(chat_id)?;
        Ok(Some(types::InputChannel { channel_id, access_hash }.into()))
    }

    fn hash(&self, chat_id: i64) -> Result<i64, Refused> {
        let info = PeerId::from_bot_api_dialog_id(chat_id).and_then(|id| self.line.session().info(id));
        info.and_then(|info| info.auth()).map(PeerAuth::hash).ok_or(Refused::PeerUnknown)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// Also finds out whether the account is still signed in.
async fn who(line: &Line, people: &People) -> Result<Me, Refused> {
    let users = line.ask(&f::users::GetUsers { id: vec![enums::InputUser::UserSelf] }).await?;
    people.meet(&users, &[]);
    let (Some(user), Some(enums::User::User(raw))) = (users.first().and_then(of_user), users.first()) else {
        return Err(Refused::SessionRevoked);
    };
    if line.session().me() != Some(raw.id) {
        let auth = raw.access_hash.map(PeerAuth::from_hash);
        line.session().sign_in(PeerInfo::User { id: raw.id, auth, bot: Some(raw.bot), is_self: Some(true) }, None);
    }
    Ok(user.peer())
}

/// Ids of messages that we sent, by our own number for them.
#[derive(Default)]
pub(crate) struct Sent(Mutex<HashMap<i64, i32>>);

impl Sent {
    pub(crate) fn note(&self, random_id: i64, id: i32) {
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.len() >= SENT_MOST {
            sent.clear();
        }
        sent.insert(random_id, id);
    }

    pub(crate) fn find(&self, random_id: i64) -> Option<i32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&random_id).copied()
    }
}
