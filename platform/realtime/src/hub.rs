//! Reads the feed once for all connections of the process.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use api::{Authenticator, Principal};
use cluster::Cluster;
use events::Feed;
use kernel::OrgId;
use sea_orm::DbBackend;
use tokio::{sync::broadcast, time::Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    connection::{Connection, Ended, Start},
    judged::{Judge, Judged},
    presence::{Presence, Typist},
};

/// Bounds of what connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections of one organization; the one idle longest is closed for a new one.
    pub per_organization: usize,
    /// Messages a socket may send in a minute.
    pub messages_per_minute: u32,
}

/// The connections of a process, and what they are told.
#[derive(Clone)]
pub struct Hub(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub feed: Feed,
    pub judge: Arc<dyn Judge>,
    pub authenticator: Arc<dyn Authenticator>,
    pub limits: Limits,
    pub presence: Presence,
    organizations: Mutex<HashMap<OrgId, Organization>>,
    /// What has been handed to the connections.
    reached: AtomicI64,
    numbers: AtomicU64,
    closing: CancellationToken,
}

struct Organization {
    told: broadcast::Sender<Arc<Judged>>,
    connections: HashMap<u64, Entry>,
}

struct Entry {
    session: Uuid,
    person: Option<Uuid>,
    end: Arc<End>,
}

/// How a connection is told to end, and when it last showed a sign of life.
pub(crate) struct End {
    pub token: CancellationToken,
    reason: Mutex<Option<Ended>>,
    active: Mutex<Instant>,
}

impl End {
    pub fn because(&self, reason: Ended) {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
        self.token.cancel();
    }

    pub fn reason(&self) -> Ended {
        self.reason.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or(Ended::Closing)
    }

    pub fn touch(&self) {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn active(&self) -> Instant {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Events a connection may be behind before it reads on from the database.
const BEHIND: usize = 256;
/// Events of one step.
const BATCH: u64 = 200;
/// Looks for events even when this process has placed none: another one may have, where there are others.
const POLL: Duration = Duration::from_millis(250);
const POLL_ALONE: Duration = Duration::from_secs(5);

impl Hub {
    #[must_use]
    pub fn new(
        feed: Feed,
        judge: Arc<dyn Judge>,
        authenticator: Arc<dyn Authenticator>,
        limits: Limits,
        cluster: Cluster,
    ) -> Self {
        Self(Arc::new(Inner {
            feed,
            judge,
            authenticator,
            limits,
            presence: Presence::new(cluster),
            organizations: Mutex::default(),
            reached: AtomicI64::new(0),
            numbers: AtomicU64::new(0),
            closing: CancellationToken::new(),
        }))
    }

    /// Hands events to connections until cancelled, then ends the connections.
    pub async fn run(&self, cancel: CancellationToken) {
        tokio::join!(self.follow(cancel.clone()), self.0.presence.run(cancel));
    }

    /// Shows those at a place that somebody types who is nobody of ours; `id` tells them apart from others.
    pub fn show_typing(&self, org: OrgId, room: &str, id: Uuid, name: &str) {
        self.0.presence.type_outside(org, room, Typist { id, name: name.to_owned() });
    }

    async fn follow(&self, cancel: CancellationToken) {
        let mut feed = self.0.feed.clone();
        let alone = feed.db().backend() == DbBackend::Sqlite;
        let poll = if alone { POLL_ALONE } else { POLL };
        loop {
            let more = self.step().await.unwrap_or_else(|error| {
                tracing::error!(%error, "events could not be told; trying again");
                false
            });
            if more && !cancel.is_cancelled() {
                continue;
            }
            tokio::select! {
                () = cancel.cancelled() => break,
                () = feed.grown() => {}
                () = tokio::time::sleep(poll) => {}
            }
        }
        self.0.closing.cancel();
    }

    /// Tells the next events; whether there may be more.
    async fn step(&self) -> Result<bool, crate::JudgeError> {
        let inner = &self.0;
        if inner.lock().is_empty() {
            // Whoever connects later begins at the head, or reads what came before from the database. Who connects while
            // the head is read may begin before it.
            let head = inner.feed.head().await?;
            if inner.lock().is_empty() {
                inner.reached.store(head, Ordering::Release);
            }
            return Ok(false);
        }
        let events = inner.feed.after(inner.reached.load(Ordering::Acquire), BATCH).await?;
        let Some(last) = events.last().map(|event| event.position) else { return Ok(false) };
        // Asked after reading: whoever connects from here on begins behind what was read.
        let listened: HashSet<OrgId> = inner.lock().keys().copied().collect();
        let more = events.len() as u64 >= BATCH;
        let wanted: Vec<_> = events.into_iter().filter(|event| listened.contains(&OrgId(event.org_id))).collect();
        let judged = if wanted.is_empty() { Vec::new() } else { inner.judge.judge(wanted).await? };
        let organizations = inner.lock();
        for judged in judged {
            let Some(organization) = organizations.get(&OrgId(judged.event.org_id)) else { continue };
            let judged = Arc::new(judged);
            // None listens any more: that is no failure.
            let _ = organization.told.send(Arc::clone(&judged));
            for entry in organization.connections.values() {
                if let Some(reason) = judged.ends.reason(entry.session, entry.person) {
                    entry.end.because(reason);
                }
            }
        }
        inner.reached.store(last, Ordering::Release);
        Ok(more)
    }

    /// Opens a connection; at the limit, the one of the organization that has been idle longest ends for it.
    pub(crate) fn open(&self, principal: Arc<Principal>, start: Start) -> Connection {
        let org = principal.scope.org_id;
        let number = self.0.numbers.fetch_add(1, Ordering::Relaxed);
        let end = Arc::new(End {
            token: self.0.closing.child_token(),
            reason: Mutex::default(),
            active: Mutex::new(Instant::now()),
        });
        let told = {
            let mut organizations = self.0.lock();
            let organization = organizations
                .entry(org)
                .or_insert_with(|| Organization { told: broadcast::Sender::new(BEHIND), connections: HashMap::new() });
            if organization.connections.len() >= self.0.limits.per_organization.max(1)
                && let Some(idle) = organization.connections.values().min_by_key(|entry| entry.end.active())
            {
                idle.end.because(Ended::TooMany);
            }
            let person = principal.scope.user_id().map(Uuid::from);
            let entry = Entry { session: principal.session_id, person, end: Arc::clone(&end) };
            organization.connections.insert(number, entry);
            organization.told.subscribe()
        };
        metrics::gauge!("rapport_live_connections").increment(1);
        Connection::new(self.clone(), principal, number, end, told, start)
    }

    pub(crate) fn forget(&self, org: OrgId, number: u64) {
        let mut organizations = self.0.lock();
        if let Some(organization) = organizations.get_mut(&org)
            && organization.connections.remove(&number).is_some()
        {
            metrics::gauge!("rapport_live_connections").decrement(1);
            if organization.connections.is_empty() {
                organizations.remove(&org);
            }
        }
    }

    /// Connections of the process.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.lock().values().map(|organization| organization.connections.len()).sum()
    }
}

impl Inner {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<OrgId, Organization>> {
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
