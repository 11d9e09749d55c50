//! Workers: claim a job, keep its lease while it runs, settle it. A panic in a job is a failure of that job only.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, Error};
use kernel::{Scope, scope::SavedScope};
use sea_orm::DbBackend;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use uuid::Uuid;

use crate::queue::{self, Job, Kinds};

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again later, with back-off.
    #[error("{0}")]
    Retry(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Trying again cannot help.
    #[error("{0}")]
    Fatal(String),
    /// The server is stopping: go on after the restart, without counting a failure.
    #[error("interrupted")]
    Interrupted,
}

impl<E: kernel::Coded> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Retry(Box::new(error))
    }
}

/// What a job gets to work with.
#[derive(Clone)]
pub struct Context {
    pub job_id: Uuid,
    /// Acts as whoever enqueued the job.
    pub scope: Scope,
    /// 1 for the first attempt.
    pub attempt: i64,
    /// Cancelled when the server stops or the lease is lost: stop at the next safe point with [`JobError::Interrupted`].
    pub cancel: CancellationToken,
}

/// A kind of job.
#[async_trait::async_trait]
pub trait Work: Send + Sync {
    /// Matches [`crate::NewJob::kind`].
    fn kind(&self) -> &'static str;
    /// Does the work, or what is left of it after an earlier attempt.
    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError>;
    /// Told once the job is given up for good, to settle what waits for it.
    async fn gave_up(&self, _context: Context, _payload: Value, _error: &str) {}
}

/// Runs the jobs of the kinds that it has a worker for; those of other kinds wait for who has.
pub struct Runner {
    db: Db,
    kinds: Kinds,
    works: HashMap<&'static str, Arc<dyn Work>>,
    owner: Uuid,
    /// Held by the worker that looks for jobs.
    watching: Mutex<()>,
}

const POLL: Duration = Duration::from_millis(500);
const GATHER: Duration = Duration::from_millis(10);
const HEARTBEAT: Duration = Duration::from_secs(10);
const FIRST_BACKOFF_SECONDS: i64 = 2;
const LONGEST_BACKOFF_SECONDS: i64 = 15 * 60;

impl Runner {
    #[must_use]
    pub fn new(db: Db, works: Vec<Arc<dyn Work>>) -> Self {
        let owner = db.clock().new_id();
        Self {
            db,
            kinds: Kinds::of(works.iter().map(|work| work.kind())),
            works: works.into_iter().map(|work| (work.kind(), work)).collect(),
            owner,
            watching: Mutex::default(),
        }
    }

    /// One for those of its kinds that are wanted; it leaves the others to other processes.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&str) -> bool) -> Self {
        Self::new(self.db.clone(), self.works.values().filter(|work| wanted(work.kind())).cloned().collect())
    }

    /// Works with `workers` jobs at a time until cancelled; waits for running jobs to reach a safe point.
    pub async fn run(self: Arc<Self>, workers: usize, cancel: CancellationToken) {
        if self.db.backend() == DbBackend::Sqlite
            && let Err(error) = queue::release_all(&self.db, &self.kinds).await
        {
            tracing::error!(%error, "jobs of the last run could not be released");
        }
        let tasks: Vec<_> = (0..workers.max(1))
            .map(|_| {
                let (runner, cancel) = (Arc::clone(&self), cancel.clone());
                tokio::spawn(async move { runner.work(cancel).await })
            })
            .collect();
        for task in tasks {
            let _ = task.await;
        }
    }

    async fn work(&self, cancel: CancellationToken) {
        while let Some(job) = self.next(&cancel).await {
            if let Err(error) = self.carry_out(&job, &cancel).await {
                tracing::error!(job_id = %job.id, %error, "how a job ended could not be kept; its lease runs out");
            }
        }
    }

    /// The next job that is due, claimed; `None` when cancelled. One of the idle workers watches the queue for all: a look
    /// by each of them after every commit would be most of what a busy database is asked.
    async fn next(&self, cancel: &CancellationToken) -> Option<Job> {
        let _watching = tokio::select! {
            () = cancel.cancelled() => return None,
            watching = self.watching.lock() => watching,
        };
        let mut news = self.db.news();
        while !cancel.is_cancelled() {
            news.take();
            match self.claim().await {
                Ok(Some(job)) => return Some(job),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "the job queue could not be read; trying again"),
            }
            tokio::select! {
                () = cancel.cancelled() => break,
                () = news.next() => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(POLL) => {}
            }
        }
        None
    }

    /// Runs jobs until none is due; for tests and the command line.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn run_until_idle(&self) -> Result<u64, Error> {
        let mut done = 0;
        while let Some(job) = self.claim().await? {
            self.carry_out(&job, &CancellationToken::new()).await?;
            done += 1;
        }
        Ok(done)
    }

    /// When the next job is due that waits; for who moves a clock by hand.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next_at(&self) -> Result<Option<DateTime<Utc>>, Error> {
        queue::next_at(&self.db, &self.kinds).await
    }

    async fn claim(&self) -> Result<Option<Job>, Error> {
        if queue::any_due(&self.db, &self.kinds).await? {
            queue::claim(&self.db, self.owner, &self.kinds).await
        } else {
            Ok(None)
        }
    }

    async fn carry_out(&self, job: &Job, cancel: &CancellationToken) -> Result<(), Error> {
        let outcome = self.attempt(job, cancel.child_token()).await;
        self.settle(job, outcome).await
    }

    async fn attempt(&self, job: &Job, cancel: CancellationToken) -> Result<(), JobError> {
        let work =
            self.works.get(job.kind.as_str()).ok_or_else(|| JobError::Fatal(format!("no worker for {}", job.kind)))?;
        if job.attempts > job.max_attempts {
            return Err(JobError::Fatal("the worker died too often".to_owned()));
        }
        let context = context(job, cancel.clone())?;
        let (work, payload) = (Arc::clone(work), job.payload.clone());
        // A task of its own catches its panic. Whoever drops this drops the job as well: nobody would settle it.
        let mut running = AbortOnDropHandle::new(tokio::spawn(async move { work.run(context, payload).await }));
        loop {
            tokio::select! {
                ended = &mut running => return ended.unwrap_or_else(|panic| Err(JobError::Retry(Box::new(panic)))),
                () = tokio::time::sleep(HEARTBEAT) => match queue::keep(&self.db, job.id, self.owner).await {
                    Ok(true) => {}
                    // Another worker has it: stop here, what this one has committed is kept.
                    Ok(false) => cancel.cancel(),
                    Err(error) => tracing::warn!(job_id = %job.id, %error, "the lease could not be kept"),
                },
            }
        }
    }

    async fn settle(&self, job: &Job, outcome: Result<(), JobError>) -> Result<(), Error> {
        let result = match &outcome {
            Ok(()) => "done",
            Err(JobError::Interrupted) => "interrupted",
            Err(JobError::Retry(_)) if job.attempts < job.max_attempts => "retried",
            Err(_) => "dead",
        };
        metrics::counter!("rapport_jobs_total", "kind" => job.kind.clone(), "result" => result).increment(1);
        let now = self.db.clock().now();
        match outcome {
            Ok(()) => queue::finish(&self.db, job.id, self.owner).await,
            Err(JobError::Interrupted) => queue::give_back(&self.db, job.id, self.owner).await,
            Err(JobError::Retry(error)) if job.attempts < job.max_attempts => {
                tracing::warn!(job_id = %job.id, kind = job.kind, attempt = job.attempts, %error, "job failed; trying again");
                let at = now + TimeDelta::seconds(backoff_seconds(job.attempts));
                queue::retry_at(&self.db, job.id, self.owner, at, &error.to_string()).await
            }
            Err(error) => {
                tracing::error!(job_id = %job.id, kind = job.kind, attempt = job.attempts, %error, "job given up");
                queue::set_aside(&self.db, job.id, self.owner, &error.to_string()).await?;
                if let (Some(work), Ok(context)) =
                    (self.works.get(job.kind.as_str()), context(job, CancellationToken::new()))
                {
                    work.gave_up(context, job.payload.clone(), &error.to_string()).await;
                }
                Ok(())
            }
        }
    }
}

fn context(job: &Job, cancel: CancellationToken) -> Result<Context, JobError> {
    let saved: SavedScope = serde_json::from_value(job.scope.clone()).map_err(|e| JobError::Fatal(e.to_string()))?;
    Ok(Context { job_id: job.id, scope: saved.resume(&format!("job-{}", job.id)), attempt: job.attempts, cancel })
}

/// 2, 8, 32 … seconds, at most a quarter of an hour.
fn backoff_seconds(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts - 1).unwrap_or_default().min(8);
    (FIRST_BACKOFF_SECONDS * 4_i64.pow(exponent)).min(LONGEST_BACKOFF_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::backoff_seconds;

    #[test]
    fn the_pause_grows_up_to_a_quarter_of_an_hour() {
        assert_eq!([1, 2, 3, 100].map(backoff_seconds), [2, 8, 32, 900]);
    }
}
