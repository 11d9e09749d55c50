//! Work that comes round: at each turn one job for every organization, enqueued in the transaction that moves the turn on.
//! So a turn is taken once, by whichever process asks first, and none that was due while nothing ran is forgotten.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, Error, Tx};
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{NewJob, queue};

/// Which organizations there are.
#[async_trait::async_trait]
pub trait Organizations: Send + Sync {
    /// Those after this one in the order of their ids; at most `limit`.
    async fn after(&self, last: Option<OrgId>, limit: u64) -> Result<Vec<OrgId>, Error>;
}

/// A kind of job that comes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The kind of its jobs, which is its name too.
    pub kind: &'static str,
    /// How far apart its turns are; they fall on multiples of it since 1970.
    pub every: TimeDelta,
}

impl Schedule {
    /// The first turn after an instant.
    #[must_use]
    pub fn next_after(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let every = self.every.num_seconds().max(1);
        let turns = at.timestamp().div_euclid(every) + 1;
        DateTime::from_timestamp(turns * every, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

/// All that comes round.
pub struct Schedules {
    db: Db,
    organizations: Arc<dyn Organizations>,
    all: Vec<Schedule>,
}

const POLL: Duration = Duration::from_secs(10);
/// Organizations of one statement.
const AT_ONCE: u64 = 500;
/// Tries of a job that comes again anyway.
const TRIES: i64 = 3;

impl Schedules {
    #[must_use]
    pub fn new(db: Db, organizations: Arc<dyn Organizations>, all: Vec<Schedule>) -> Self {
        Self { db, organizations, all }
    }

    /// Works until cancelled.
    pub async fn run(&self, cancel: CancellationToken) {
        while !cancel.is_cancelled() {
            if let Err(error) = self.turn().await {
                tracing::error!(%error, "scheduled work could not be enqueued; trying again");
            }
            tokio::select! {
                () = cancel.cancelled() => {}
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Takes the turns that are due; returns how many jobs that made.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn turn(&self) -> Result<u64, Error> {
        let mut jobs = 0;
        for schedule in &self.all {
            if self.is_due(*schedule).await? {
                jobs += self.take(*schedule).await?;
            }
        }
        Ok(jobs)
    }

    /// A read, so that idle looks take no write lock. A schedule that was never met is due.
    async fn is_due(&self, schedule: Schedule) -> Result<bool, Error> {
        let sql = "select 1 as one from schedules where name = $1 and next_run_at > $2";
        let statement = self.with(sql, [schedule.kind.into(), self.db.clock().now().into()]);
        Ok(self.db.system_reader().query_one_raw(statement).await?.is_none())
    }

    async fn take(&self, schedule: Schedule) -> Result<u64, Error> {
        let tx = self.db.begin_system().await?;
        let now = tx.clock().now();
        let sql = "insert into schedules (name, next_run_at) values ($1, $2) on conflict (name) do update \
                   set next_run_at = excluded.next_run_at where schedules.next_run_at <= $3";
        let values = [schedule.kind.into(), schedule.next_after(now).into(), now.into()];
        if tx.execute_raw(self.with(sql, values)).await?.rows_affected() == 0 {
            return Ok(0);
        }
        let jobs = self.enqueue_for_all(&tx, schedule).await?;
        tx.commit().await?;
        Ok(jobs)
    }

    async fn enqueue_for_all(&self, tx: &Tx, schedule: Schedule) -> Result<u64, Error> {
        let (mut last, mut jobs) = (None, 0);
        loop {
            let organizations = self.organizations.after(last, AT_ONCE).await?;
            for org in &organizations {
                let job = NewJob { kind: schedule.kind, payload: json!({}), max_attempts: TRIES };
                queue::insert(tx, &Scope::system(*org, "schedule"), job, tx.clock().now()).await?;
                jobs += 1;
            }
            last = organizations.last().copied();
            if last.is_none() || (organizations.len() as u64) < AT_ONCE {
                return Ok(jobs);
            }
        }
    }

    fn with(&self, sql: &'static str, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.db.backend(), sql, values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_fall_on_whole_hours_however_late_the_last_was() {
        let hourly = Schedule { kind: "x", every: TimeDelta::hours(1) };
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(hourly.next_after(at("2026-03-29T01:59:59.5Z")), at("2026-03-29T02:00:00Z"));
        assert_eq!(hourly.next_after(at("2026-03-29T02:00:00Z")), at("2026-03-29T03:00:00Z"));
    }
}
