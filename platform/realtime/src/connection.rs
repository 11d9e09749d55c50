//! One listener: first what it has missed, from the database, then what happens, from the hub.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use api::{Principal, auth::Credentials};
use http::request::Parts;
use kernel::Scope;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    JudgeError,
    hub::{End, Hub},
    judged::Judged,
};

/// Where a connection begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With what happens from now on.
    Now,
    /// With what came after a position.
    After(i64),
}

/// Why a connection ended, in the words that clients are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server stops: connect again.
    Closing,
    /// The organization has too many connections, and this one was idle longest.
    TooMany,
    /// The session was closed, or its token is no longer valid.
    SessionRevoked,
    /// What the person may do has changed: connect again.
    AccessChanged,
    /// It sent more than it may.
    RateLimited,
    /// It took what it was sent too slowly.
    TooSlow,
}

impl Ended {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closing => "server.closing",
            Self::TooMany => "connections.too_many",
            Self::SessionRevoked => "session.revoked",
            Self::AccessChanged => "access.changed",
            Self::RateLimited => "rate.limited",
            Self::TooSlow => "client.too_slow",
        }
    }
}

/// What comes next on a connection.
#[derive(Debug)]
pub enum Next {
    Told(Arc<Judged>),
    /// What it wanted to resume after is no longer kept: it has to read anew what it shows. Events from the head on follow.
    Reset(i64),
    /// Nothing more follows.
    Ended(Ended),
}

/// A listener of one caller.
pub struct Connection {
    hub: Hub,
    principal: Arc<Principal>,
    number: u64,
    end: Arc<End>,
    live: broadcast::Receiver<Arc<Judged>>,
    /// Read from the database, still to be told.
    missed: VecDeque<Arc<Judged>>,
    start: Option<Start>,
    /// Told, or of no concern, up to here.
    reached: i64,
    /// Reads from the database until it has caught up.
    behind: bool,
}

/// Events read at once while catching up.
const PAGE: u64 = 200;
/// After a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);

impl Connection {
    pub(crate) fn new(
        hub: Hub,
        principal: Arc<Principal>,
        number: u64,
        end: Arc<End>,
        live: broadcast::Receiver<Arc<Judged>>,
        start: Start,
    ) -> Self {
        Self {
            hub,
            principal,
            number,
            end,
            live,
            missed: VecDeque::new(),
            start: Some(start),
            reached: 0,
            behind: true,
        }
    }

    /// The caller.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.principal.scope
    }

    pub(crate) fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }

    /// Told, or of no concern, up to here.
    #[must_use]
    pub fn reached(&self) -> i64 {
        self.reached
    }

    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.hub
    }

    pub(crate) fn end(&self) -> &Arc<End> {
        &self.end
    }

    /// Finds out where it begins; to be called first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&mut self) -> Result<Option<Next>, JudgeError> {
        let feed = &self.hub.0.feed;
        match self.start.take() {
            None => {}
            Some(Start::Now) => {
                self.reached = feed.head().await?;
                self.behind = false;
            }
            Some(Start::After(position)) if position < feed.forgotten().await? => {
                self.reached = feed.head().await?;
                self.behind = false;
                return Ok(Some(Next::Reset(self.reached)));
            }
            Some(Start::After(position)) => self.reached = position.min(feed.head().await?),
        }
        Ok(None)
    }

    /// The next event of the organization, whether the caller may know of it or not. Safe to be dropped while it waits.
    pub async fn next(&mut self) -> Next {
        loop {
            if self.end.token.is_cancelled() {
                return Next::Ended(self.end.reason());
            }
            if let Some(judged) = self.missed.pop_front() {
                self.reached = judged.event.position;
                return Next::Told(judged);
            }
            if self.behind {
                if let Err(error) = self.catch_up().await {
                    tracing::warn!(%error, "missed events could not be read; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
                continue;
            }
            let end = self.end.token.clone();
            let judged = tokio::select! {
                () = end.cancelled() => continue,
                judged = self.live.recv() => judged,
            };
            match judged {
                Ok(judged) if judged.event.position > self.reached => {
                    self.reached = judged.event.position;
                    return Next::Told(judged);
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.behind = true,
                Err(RecvError::Closed) => return Next::Ended(Ended::Closing),
            }
        }
    }

    /// Reads a page of what was missed. What is told meanwhile waits in the channel, or is read here first.
    async fn catch_up(&mut self) -> Result<(), JudgeError> {
        let org = self.principal.scope.org_id;
        let events = self.hub.0.feed.of_organization(org, self.reached, PAGE).await?;
        self.behind = events.len() as u64 >= PAGE;
        if !events.is_empty() {
            self.missed = self.hub.0.judge.judge(events).await?.into_iter().map(Arc::new).collect();
        }
        Ok(())
    }

    /// Asks again who the caller is: rights may have changed, the session may be over.
    pub(crate) async fn check(&mut self, parts: &Parts) {
        match self.hub.0.authenticator.authenticate(parts).await {
            Ok(Credentials::Accepted(now)) if same(&now.scope, &self.principal.scope) && !now.needs_factor => {
                // What was told so far was for other eyes.
                if now.scope.viewing_as != self.principal.scope.viewing_as {
                    self.end.because(Ended::AccessChanged);
                }
                self.principal = now;
            }
            Ok(_) => self.end.because(Ended::SessionRevoked),
            Err(_) => tracing::warn!("a connection could not be checked; it is asked again"),
        }
    }
}

fn same(one: &Scope, other: &Scope) -> bool {
    one.org_id == other.org_id && one.user_id() == other.user_id()
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.hub.forget(self.principal.scope.org_id, self.number);
    }
}
