//! The way to Telegram: a pool of the client library, watched. Every call ends in time; a connection that no longer
//! answers is thrown away with all that waits for it; updates are taken off the pool at once, which would drop them.

mod pool;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use grammers_mtsender::InvocationError;
use grammers_session::updates::UpdatesLike;
use grammers_tl_types::{Deserializable, RemoteCall, functions};
use kernel::Clock;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use crate::endpoint::{Endpoint, Place, before_again};
use crate::refused::Refused;
use crate::session::Session;
pub(crate) use pool::Inbound;
use pool::Pool;

/// How the connection of an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    Connecting,
    Up,
    /// Lost; it is tried again by itself.
    Down,
    /// It will not come back until somebody does something about it.
    Ended(Refused),
}

/// What is asked again by itself, and how often: calls of this crate do the same however often they are made.
const TRIES: u32 = 4;

pub(crate) struct Line {
    session: Arc<Session>,
    endpoint: Endpoint,
    clock: Clock,
    pool: Mutex<Arc<Pool>>,
    inbound: Option<Inbound>,
    link: watch::Sender<Link>,
    /// Since when Telegram says that it does not know the key.
    key_denied_since: Mutex<Option<Instant>>,
    closed: AtomicBool,
    /// Whether something may have happened that was not heard of yet.
    behind: AtomicBool,
}

impl Line {
    /// Nothing is connected yet: the first call does that. Without `inbound`, updates are thrown away.
    pub(crate) async fn open(
        session: Arc<Session>,
        endpoint: Endpoint,
        clock: Clock,
        inbound: Option<Inbound>,
    ) -> Result<Self, Refused> {
        if let Place::Seeded(address) = endpoint.place {
            session.move_to(address);
        }
        let link = watch::Sender::new(Link::Connecting);
        let proxy = match &endpoint.proxy {
            Some(proxy) => Some(proxy.resolved().await.map_err(|_| Refused::Network)?),
            None => None,
        };
        let pool = Pool::start(0, &session, &endpoint, proxy, inbound.as_ref(), &link);
        let pool = Mutex::new(Arc::new(pool));
        let (key_denied_since, closed) = (Mutex::default(), AtomicBool::new(false));
        let behind = AtomicBool::new(inbound.is_some());
        Ok(Self { session, endpoint, clock, pool, inbound, link, key_denied_since, closed, behind })
    }

    pub(crate) fn session(&self) -> &Arc<Session> {
        &self.session
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Why it ended, if it has.
    pub(crate) fn ended(&self) -> Option<Refused> {
        match &*self.link.borrow() {
            Link::Ended(refused) => Some(refused.clone()),
            _ if self.is_closed() => Some(Refused::Network),
            _ => None,
        }
    }

    pub(crate) fn link(&self) -> watch::Receiver<Link> {
        self.link.subscribe()
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    pub(crate) fn random(&self) -> [u8; 32] {
        self.clock.secret_bytes()
    }

    /// An id that nobody can guess.
    pub(crate) fn random_id(&self) -> i64 {
        let mut id = [0; 8];
        id.copy_from_slice(&self.random()[..8]);
        i64::from_le_bytes(id)
    }

    /// How long to wait before trying again for the `attempt`th time.
    pub(crate) fn before_again(&self, attempt: u32) -> Duration {
        before_again(&self.endpoint.patience, attempt, self.random()[0])
    }

    /// Asks once, at the account's data centre.
    pub(crate) async fn call<R: RemoteCall>(&self, request: &R) -> Result<R::Return, Refused> {
        self.call_within(self.endpoint.patience.call, self.session.dc(), request).await
    }

    /// Asks, and again when the connection failed meanwhile.
    pub(crate) async fn ask<R: RemoteCall>(&self, request: &R) -> Result<R::Return, Refused> {
        self.ask_at(self.session.dc(), request).await
    }

    pub(crate) async fn ask_at<R: RemoteCall>(&self, dc: i32, request: &R) -> Result<R::Return, Refused> {
        let mut attempt = 0;
        loop {
            match self.call_within(self.endpoint.patience.call, dc, request).await {
                Err(Refused::Network | Refused::Panicked) if attempt + 1 < TRIES && !self.is_closed() => {
                    sleep(self.before_again(attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Connects, if that has not been done; again while it is not certain that the key is lost.
    pub(crate) async fn connect(&self) -> Result<(), Refused> {
        let mut attempt = 0;
        loop {
            let answer = self.call_within(self.endpoint.patience.connect, self.session.dc(), &ping()).await;
            match answer {
                Err(Refused::Network) if self.doubts_key() && !self.is_closed() => {
                    sleep(self.before_again(attempt)).await;
                    attempt += 1;
                }
                answer => return answer.map(drop),
            }
        }
    }

    /// Whether the connection still answers. One that does not is thrown away, and what waits for it fails.
    pub(crate) async fn probe(&self) -> Result<(), Refused> {
        let pool = self.pool();
        let answer = timeout(self.endpoint.patience.probe, pool.invoke(self.session.dc(), &ping())).await;
        match answer {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.failed(&pool, error)),
            Err(_) => {
                self.replace(&pool);
                Err(Refused::Timeout)
            }
        }
    }

    async fn call_within<R: RemoteCall>(&self, patience: Duration, dc: i32, request: &R) -> Result<R::Return, Refused> {
        self.check_open()?;
        let pool = self.pool();
        let answer = match timeout(patience, pool.invoke(dc, request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return Err(self.failed(&pool, error)),
            Err(_) => {
                // The connection may be well, and only this answer lost.
                let _ = self.probe_of(&pool).await;
                return Err(Refused::Timeout);
            }
        };
        self.is_up();
        match catch_unwind(AssertUnwindSafe(|| R::Return::from_bytes(&answer))) {
            Ok(read) => read.map_err(|error| InvocationError::from(error).into()),
            Err(_) => Err(Refused::Panicked),
        }
    }

    async fn probe_of(&self, pool: &Arc<Pool>) -> Result<(), Refused> {
        if Arc::ptr_eq(pool, &self.pool()) { self.probe().await } else { Ok(()) }
    }

    fn check_open(&self) -> Result<(), Refused> {
        self.ended().map_or(Ok(()), Err)
    }

    fn failed(&self, pool: &Arc<Pool>, error: InvocationError) -> Refused {
        if matches!(error, InvocationError::Rpc(_)) {
            *self.denied() = None;
        }
        let mut refused = Refused::from(error);
        if refused == Refused::KeyLost && self.session.is_signed_in() && !self.believes_key_lost() {
            refused = Refused::Network;
        }
        if refused == Refused::Network {
            if pool.has_panicked() {
                refused = Refused::Panicked;
            }
            if pool.is_over() {
                self.replace(pool);
            }
            self.link.send_if_modified(went_down);
        } else if refused.ends_the_session() && self.session.is_signed_in() {
            self.end(refused.clone());
        }
        refused
    }

    /// Telegram says that it does not know a key (−404) in passing trouble of its own, too.
    fn believes_key_lost(&self) -> bool {
        let since = *self.denied().get_or_insert_with(Instant::now);
        tracing::warn!(me = self.session.me(), "Telegram says that it does not know the key of the session");
        since.elapsed() >= self.endpoint.patience.key
    }

    /// Whether it is worth asking once more.
    fn doubts_key(&self) -> bool {
        self.denied().is_some_and(|since| since.elapsed() < self.endpoint.patience.key * 2)
    }

    pub(crate) fn end(&self, refused: Refused) {
        self.link.send_if_modified(|link| {
            let first = !matches!(link, Link::Ended(_));
            if first {
                *link = Link::Ended(refused);
            }
            first
        });
        self.wake();
    }

    pub(crate) fn is_behind(&self) -> bool {
        self.behind.load(Ordering::SeqCst)
    }

    pub(crate) fn set_behind(&self, behind: bool) {
        self.behind.store(behind, Ordering::SeqCst);
    }

    /// Lets whoever waits for updates look at how the connection stands.
    fn wake(&self) {
        // First: what waits to be looked at keeps it behind where the listener has just found that it is not.
        if let Some(inbound) = &self.inbound {
            inbound.push(UpdatesLike::ConnectionClosed);
        }
        self.set_behind(true);
    }

    /// Throws the pool away, with all that waits for it, unless somebody else did so already.
    fn replace(&self, old: &Arc<Pool>) {
        let mut current = self.current();
        if !Arc::ptr_eq(old, &current) || self.is_closed() {
            return;
        }
        tracing::debug!(me = self.session.me(), "connection thrown away");
        old.abort();
        let proxy = old.proxy();
        let next =
            Pool::start(old.number() + 1, &self.session, &self.endpoint, proxy, self.inbound.as_ref(), &self.link);
        *current = Arc::new(next);
        drop(current);
        self.link.send_if_modified(went_down);
        self.wake();
    }

    fn is_up(&self) {
        *self.denied() = None;
        self.link.send_if_modified(|link| {
            let news = matches!(link, Link::Connecting | Link::Down);
            if news {
                *link = Link::Up;
            }
            news
        });
    }

    /// Ends the connection; what waits for it fails.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.wake();
        self.pool().close().await;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    fn pool(&self) -> Arc<Pool> {
        Arc::clone(&self.current())
    }

    fn denied(&self) -> MutexGuard<'_, Option<Instant>> {
        self.key_denied_since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn current(&self) -> MutexGuard<'_, Arc<Pool>> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn went_down(link: &mut Link) -> bool {
    let news = *link == Link::Up;
    if news {
        *link = Link::Down;
    }
    news
}

/// As the library sends them by itself: Telegram closes a connection over which none comes for 75 seconds.
fn ping() -> functions::PingDelayDisconnect {
    functions::PingDelayDisconnect { ping_id: 1, disconnect_delay: 75 }
}
