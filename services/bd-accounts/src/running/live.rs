//! A connected account and its tasks: listening, errands, reading in history, files, questions, keeping the session. The
//! first that ends ends them all.

use std::{
    collections::HashSet,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use ::telegram::{Connection, Link, Refused, Session, Start};
use kernel::Scope;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Surroundings, dialogs, errands,
    keeping::End,
    listening, media, outcome, questions, reading,
    reconcile::{self, CHANNELS_BELOW},
    saving,
};
use crate::{
    BdAccounts, Error,
    accounts::{account::StoredAccount, happening, store, turns::Turn},
    leases::Lease,
    syncing, telegram as port,
};

/// How long the tasks may take to end what they are at.
const GRACE: Duration = Duration::from_secs(8);

/// A connected account.
pub(super) struct Live {
    pub around: Surroundings,
    pub lease: Lease,
    pub scope: Scope,
    pub connection: Arc<Connection>,
    pub stop: CancellationToken,
    /// Something may be new: each task looks again.
    pub news: News,
    /// Chats that are passed on.
    chats: RwLock<HashSet<i64>>,
    /// Whether the list of chats was read since it is connected. Before, somebody may be unknown whom the list will show: what
    /// was learned in the last seconds of a process that was killed is not in the stored session.
    pub listed: AtomicBool,
    /// Whether something was told that is not stored yet.
    pub unstored: AtomicBool,
    /// To whoever listens.
    pub orders: mpsc::UnboundedSender<Order>,
    /// Grows whenever it is noted that something was left out.
    pub left_out: AtomicU64,
}

/// What the listener is told.
pub(super) enum Order {
    /// How far the list of chats says that supergroups and channels are.
    Follow(Vec<(i64, i32)>),
    Chats(Vec<i64>),
}

/// One for each task, so that none takes another's.
#[derive(Default)]
pub(super) struct News {
    pub errands: Notify,
    pub reading: Notify,
    pub media: Notify,
    pub questions: Notify,
    pub compare: Notify,
}

impl News {
    fn all(&self) {
        for one in [&self.errands, &self.reading, &self.media, &self.questions] {
            one.notify_one();
        }
    }
}

impl Live {
    pub(super) async fn run(
        around: Surroundings,
        lease: Lease,
        scope: Scope,
        stop: CancellationToken,
    ) -> Result<End, Error> {
        let accounts = Arc::clone(&around.accounts);
        let account = store::get(&accounts.db.reader(&scope), &scope, lease.account).await?;
        let (way, kept) = accounts.session(&scope, &account).await?;
        let session = match Session::parse(&kept.session.0) {
            Ok(session) => Arc::new(session),
            Err(_) => return failed(&accounts, &scope, lease.account, "bd.status.session").await,
        };
        let endpoint = match around.connector.endpoint(&way).await {
            Ok(endpoint) => endpoint,
            Err(port::Refused::Unavailable | port::Refused::AppInvalid) => {
                return failed(&accounts, &scope, lease.account, "bd.status.network").await;
            }
            Err(_) => return Ok(End::Again(Refused::Network)),
        };
        let chats = chosen(&accounts, &scope, lease.account).await?;
        let position = around.inbox.position(&scope, lease.account).await.map_err(Error::Port)?;
        note_unknown(&around, &scope, (lease.account, &chats), position.as_deref()).await?;
        let start = Start { position, chats: Some(chats.clone()) };
        let opened = Connection::open(session, endpoint, around.connector.clock(), start);
        let opened = tokio::select! {
            opened = opened => opened,
            () = stop.cancelled() => return Ok(End::Over),
        };
        let (connection, listener) = match opened {
            Ok(opened) => opened,
            Err(refused) => return outcome::ended(&accounts, &scope, lease.account, refused).await,
        };
        let (orders, ordered) = mpsc::unbounded_channel();
        let (stop, news, chats) = (stop.child_token(), News::default(), RwLock::new(chats));
        let (listed, unstored, left_out) = (AtomicBool::new(false), AtomicBool::new(false), AtomicU64::new(0));
        let live =
            Arc::new(Self { around, lease, scope, connection, stop, news, chats, listed, unstored, orders, left_out });
        live.turn(&Turn::Online).await?;
        let ended = live.tasks(listener, ordered).await;
        live.connection.close().await;
        saving::save(&live).await?;
        match ended {
            Ok(()) => Ok(End::Over),
            Err(refused) => outcome::ended(&live.around.accounts, &live.scope, live.id(), refused).await,
        }
    }

    /// Runs until the first task ends, or all are told to stop.
    async fn tasks(
        self: &Arc<Self>,
        listener: ::telegram::Listener,
        ordered: mpsc::UnboundedReceiver<Order>,
    ) -> Result<(), Refused> {
        let mut tasks = JoinSet::new();
        tasks.spawn(listening::listen(Arc::clone(self), listener, ordered));
        tasks.spawn(reconcile::compare(Arc::clone(self)));
        tasks.spawn(errands::run(Arc::clone(self)));
        tasks.spawn(reading::read(Arc::clone(self)));
        tasks.spawn(media::fetch(Arc::clone(self)));
        tasks.spawn(questions::answer(Arc::clone(self)));
        tasks.spawn(saving::keep(Arc::clone(self)));
        tasks.spawn(dialogs::first(Arc::clone(self)));
        tasks.spawn(watch(Arc::clone(self)));
        tasks.spawn(hear_news(Arc::clone(self)));
        let first = loop {
            match tasks.join_next().await {
                Some(Ok(Ok(()))) if !self.stop.is_cancelled() => {}
                Some(Ok(ended)) => break ended,
                Some(Err(error)) => {
                    tracing::error!(account = %self.id(), %error, "a task of an account failed");
                    break Err(Refused::Panicked);
                }
                None => break Ok(()),
            }
        };
        self.stop.cancel();
        let rest = async { while tasks.join_next().await.is_some() {} };
        let _ = timeout(GRACE, rest).await;
        first
    }

    pub(super) fn id(&self) -> Uuid {
        self.lease.account
    }

    pub(super) fn accounts(&self) -> &Arc<BdAccounts> {
        &self.around.accounts
    }

    pub(super) fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.accounts().db.clock().now()
    }

    pub(super) async fn account(&self) -> Result<StoredAccount, Error> {
        store::get(&self.accounts().db.reader(&self.scope), &self.scope, self.id()).await
    }

    pub(super) async fn turn(&self, turn: &Turn) -> Result<(), Error> {
        happening::turn(self.accounts(), &self.scope, self.id(), turn).await.map(drop)
    }

    /// Whether somebody who is unknown stays so.
    pub(super) fn knows_everybody(&self) -> bool {
        self.listed.load(Ordering::Relaxed)
    }

    /// Whether all that was written while the account was away is stored, as far as Telegram tells of it.
    pub(super) fn has_caught_up(&self) -> bool {
        !self.connection.is_behind() && self.connection.waiting() == 0 && !self.unstored.load(Ordering::SeqCst)
    }

    pub(super) fn is_chosen(&self, chat: i64) -> bool {
        self.chats.read().unwrap_or_else(PoisonError::into_inner).contains(&chat)
    }

    pub(super) fn chosen(&self) -> Vec<i64> {
        self.chats.read().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Waits for news, a while at most; `false` when it is to stop.
    pub(super) async fn wait(&self, news: &Notify, at_most: Duration) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = news.notified() => true,
            () = tokio::time::sleep(at_most) => true,
        }
    }

    /// Looks which chats are chosen by now.
    pub(super) async fn choose_again(&self) -> Result<(), Error> {
        let chats = chosen(self.accounts(), &self.scope, self.id()).await?;
        let added: Vec<i64> = chats.iter().copied().filter(|chat| !self.is_chosen(*chat)).collect();
        *self.chats.write().unwrap_or_else(PoisonError::into_inner) = chats;
        if !added.is_empty() {
            // Gone only when the account is about to end.
            let _ = self.orders.send(Order::Chats(added));
        }
        Ok(())
    }
}

async fn chosen(accounts: &BdAccounts, scope: &Scope, account: Uuid) -> Result<HashSet<i64>, Error> {
    let rows = syncing::store::all(&accounts.db.reader(scope), scope, account).await?;
    Ok(rows.into_iter().map(|row| row.chat_id).collect())
}

/// Supergroups and channels of which the position knows nothing: no difference will be had of what came since they were
/// stored last.
async fn note_unknown(
    around: &Surroundings,
    scope: &Scope,
    (account, chats): (Uuid, &HashSet<i64>),
    position: Option<&[u8]>,
) -> Result<(), Error> {
    let known: HashSet<i64> = position.map(::telegram::channels_of).unwrap_or_default().into_iter().collect();
    let unknown = |chat: &i64| *chat < CHANNELS_BELOW && !known.contains(chat);
    let unknown: Vec<i64> = chats.iter().copied().filter(unknown).collect();
    reconcile::note(around, scope, account, &unknown).await
}

async fn failed(accounts: &BdAccounts, scope: &Scope, id: Uuid, code: &str) -> Result<End, Error> {
    happening::turn(accounts, scope, id, &Turn::Failed { code: code.to_owned() }).await?;
    Ok(End::Over)
}

/// A connection that comes back within this is not told of.
const NOT_TOLD: Duration = Duration::from_secs(2);

/// Tells how the connection stands.
async fn watch(live: Arc<Live>) -> Result<(), Refused> {
    let mut link = live.connection.link();
    loop {
        let now = link.borrow_and_update().clone();
        let turn = match now {
            Link::Ended(refused) => return Err(refused),
            Link::Connecting => None,
            Link::Up => Some(Turn::Online),
            Link::Down => {
                if timeout(NOT_TOLD, link.changed()).await.is_ok() {
                    continue;
                }
                Some(Turn::Reconnecting { attempt: 1, next_at: live.now() })
            }
        };
        if let Some(turn) = turn
            && let Err(error) = live.turn(&turn).await
        {
            tracing::warn!(account = %live.id(), %error, "how an account stands could not be written");
        }
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            changed = link.changed() => if changed.is_err() { return Ok(()) },
        }
    }
}

/// How often it is looked for news of other processes.
const LOOKED_EVERY: Duration = Duration::from_secs(10);

async fn hear_news(live: Arc<Live>) -> Result<(), Refused> {
    let mut news = live.accounts().news();
    loop {
        let mine = async { while news.recv().await.is_ok_and(|id| id != live.id()) {} };
        tokio::select! {
            () = live.stop.cancelled() => return Ok(()),
            () = mine => {}
            () = tokio::time::sleep(LOOKED_EVERY) => {}
        }
        if let Err(error) = live.choose_again().await {
            tracing::warn!(account = %live.id(), %error, "chosen chats could not be read");
        }
        live.news.all();
    }
}
