//! One account, as long as this process has its lease: connected, and connected again after every failure. A lease that is
//! lost ends the connection before another process may take the account.

use std::{pin::pin, time::Duration};

use ::telegram::Refused;
use chrono::TimeDelta;
use kernel::Scope;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{Surroundings, live::Live};
use crate::{
    Error,
    accounts::{happening, turns::Turn},
    leases::{Lease, TERM},
};

/// How it ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// It is not to be connected any more, or not here.
    Over,
    /// To be tried again.
    Again(Refused),
}

/// Waits between attempts double from the first to the last of these.
const AGAIN_FIRST: Duration = Duration::from_secs(2);
const AGAIN_MOST: Duration = Duration::from_mins(5);
/// How often news have the lease looked at.
const ASKED_AT_MOST: Duration = Duration::from_millis(500);
/// How long what is connected may take to end; the lease runs on for longer than that.
const GRACE: Duration = Duration::from_secs(5);
/// A connection that held so long was no failure.
const WELL: Duration = Duration::from_mins(1);

pub(super) struct Keeping {
    around: Surroundings,
    lease: Lease,
    scope: Scope,
}

impl Keeping {
    pub(super) fn new(around: Surroundings, lease: Lease) -> Self {
        Self { around, lease, scope: Scope::system(lease.org, "telegram") }
    }

    pub(super) async fn keep(self, stop: CancellationToken) {
        let lost = stop.child_token();
        let mut kept = pin!(self.again_and_again(&lost));
        tokio::select! {
            () = self.hold(&lost) => {
                // What is connected ends before anybody else may connect.
                lost.cancel();
                if timeout(GRACE, &mut kept).await.is_err() {
                    tracing::warn!(account = %self.lease.account, "an account did not end in time");
                }
            }
            () = &mut kept => {}
        }
        self.tell(&Turn::Offline).await;
        if let Err(error) = self.lease.let_go(&self.around.accounts.db).await {
            tracing::warn!(account = %self.lease.account, %error, "a lease could not be given back; it runs out");
        }
    }

    /// Renews the lease; ends when it is lost.
    async fn hold(&self, lost: &CancellationToken) {
        let term = TERM.to_std().unwrap_or(Duration::from_secs(30));
        let mut renewed = Instant::now();
        while !lost.is_cancelled() {
            self.wait_or_asked(term / 4).await;
            match self.lease.renew(&self.around.accounts.db).await {
                Ok(true) => renewed = Instant::now(),
                Ok(false) => break,
                // The database is away: others cannot take it either, but its end comes all the same.
                Err(error) => tracing::warn!(account = %self.lease.account, %error, "a lease could not be renewed"),
            }
            if renewed.elapsed() > term * 3 / 4 {
                break;
            }
        }
        tracing::info!(account = %self.lease.account, "account let go");
    }

    /// Who is told that there is news may be told that the account is not wanted any more.
    async fn wait_or_asked(&self, wait: Duration) {
        let mut news = self.around.accounts.news();
        let asked = async {
            sleep(ASKED_AT_MOST).await;
            while news.recv().await.is_ok_and(|id| id != self.lease.account) {}
        };
        tokio::select! {
            () = sleep(wait) => {}
            () = asked => {}
        }
    }

    async fn again_and_again(&self, stop: &CancellationToken) {
        let mut attempt = 0;
        while !stop.is_cancelled() {
            let began = Instant::now();
            let end = self.once(stop).await;
            if began.elapsed() >= WELL {
                attempt = 0;
            }
            let End::Again(refused) = end else { return };
            if stop.is_cancelled() {
                return;
            }
            let wait = self.before_again(attempt, &refused);
            attempt += 1;
            tracing::warn!(account = %self.lease.account, %refused, attempt, "account not connected");
            let next_at = self.now() + TimeDelta::from_std(wait).unwrap_or_default();
            self.tell(&Turn::Reconnecting { attempt, next_at }).await;
            let mut news = self.around.accounts.news();
            let asked = async { while news.recv().await.is_ok_and(|id| id != self.lease.account) {} };
            tokio::select! {
                () = stop.cancelled() => return,
                () = sleep(wait) => {}
                // Somebody asked for it, or changed how it gets there.
                () = asked => {}
            }
        }
    }

    /// A panic ends this attempt, not the account.
    async fn once(&self, stop: &CancellationToken) -> End {
        let (around, lease, scope) = (self.around.clone(), self.lease, self.scope.clone());
        let stop = stop.clone();
        let mut task = tokio::task::JoinSet::new();
        task.spawn(async move { Live::run(around, lease, scope, stop).await });
        match task.join_next().await {
            Some(Ok(Ok(end))) => end,
            Some(Ok(Err(Error::NotFound))) | None => End::Over,
            Some(Ok(Err(error))) => {
                tracing::error!(account = %self.lease.account, %error, "account failed");
                End::Again(Refused::Network)
            }
            Some(Err(error)) => {
                tracing::error!(account = %self.lease.account, %error, "account's task failed");
                End::Again(Refused::Panicked)
            }
        }
    }

    fn before_again(&self, attempt: u32, refused: &Refused) -> Duration {
        if let Refused::FloodWait { seconds } = refused {
            return Duration::from_secs((*seconds).into());
        }
        let whole = AGAIN_FIRST.saturating_mul(1 << attempt.min(10)).min(AGAIN_MOST);
        let random = f64::from(self.around.accounts.db.clock().secret_bytes()[0]) / 255.0;
        whole / 2 + (whole / 2).mul_f64(random)
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.around.accounts.db.clock().now()
    }

    async fn tell(&self, turn: &Turn) {
        let told = happening::turn(&self.around.accounts, &self.scope, self.lease.account, turn).await;
        if let Err(error) = told
            && !matches!(error, Error::NotFound)
        {
            tracing::warn!(account = %self.lease.account, %error, "what happened to an account could not be written");
        }
    }
}
