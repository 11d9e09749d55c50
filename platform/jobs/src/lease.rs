//! Leadership: of several processes one does a piece of work, and another takes over when that one is gone.

use std::time::Duration;

use chrono::TimeDelta;
use db::{Db, Error};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a process leads without a sign of life. Clocks of processes may differ by a part of it.
const TERM: Duration = Duration::from_secs(6);
const RENEWED_EVERY: Duration = Duration::from_secs(2);
/// How often those that do not lead look whether they can.
const TRIED_EVERY: Duration = Duration::from_secs(1);

/// One process's claim to a piece of work.
pub struct Lease {
    db: Db,
    name: &'static str,
    owner: Uuid,
}

impl Lease {
    #[must_use]
    pub fn new(db: Db, name: &'static str) -> Self {
        let owner = db.clock().new_id();
        Self { db, name, owner }
    }

    /// Does the work whenever this process leads, until cancelled. The work is told by its token when it no longer does, and
    /// has to end then; for a moment two processes may be at it.
    ///
    /// An embedded database has one process, which always leads.
    pub async fn lead<W: Future<Output = ()>>(&self, cancel: CancellationToken, work: impl Fn(CancellationToken) -> W) {
        if self.db.backend() == DbBackend::Sqlite {
            return Box::pin(work(cancel)).await;
        }
        while !cancel.is_cancelled() {
            match self.hold().await {
                Ok(true) => self.serve_term(&cancel, &work).await,
                Ok(false) => {}
                Err(error) => tracing::warn!(lease = self.name, %error, "whether to lead could not be found out"),
            }
            tokio::select! {
                () = cancel.cancelled() => {}
                () = tokio::time::sleep(TRIED_EVERY) => {}
            }
        }
    }

    /// Works and keeps the lease until it is lost or all is to end.
    async fn serve_term<W: Future<Output = ()>>(
        &self,
        cancel: &CancellationToken,
        work: &impl Fn(CancellationToken) -> W,
    ) {
        tracing::info!(lease = self.name, "this process leads");
        let term = cancel.child_token();
        let mut working = Box::pin(work(term.clone()));
        let mut renewed = Instant::now();
        loop {
            tokio::select! {
                () = &mut working => break,
                () = tokio::time::sleep(RENEWED_EVERY) => {}
            }
            match self.hold().await {
                Ok(true) => renewed = Instant::now(),
                Ok(false) => term.cancel(),
                Err(error) => {
                    tracing::warn!(lease = self.name, %error, "the lease could not be renewed");
                    if renewed.elapsed() + RENEWED_EVERY >= TERM {
                        term.cancel();
                    }
                }
            }
        }
        if let Err(error) = self.let_go().await {
            tracing::warn!(lease = self.name, %error, "the lease could not be let go; it runs out");
        }
    }

    /// Takes or renews the lease; `false` while it is another process's.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn hold(&self) -> Result<bool, Error> {
        let sql = "insert into leases (name, owner, until) values ($1, $2, $3) on conflict (name) do update \
                   set owner = excluded.owner, until = excluded.until \
                   where leases.owner = excluded.owner or leases.until < $4";
        let now = self.db.clock().now();
        let until = now + TimeDelta::from_std(TERM).unwrap_or_default();
        self.write(sql, [self.name.into(), self.owner.into(), until.into(), now.into()]).await.map(|rows| rows > 0)
    }

    /// Lets another process lead at once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn let_go(&self) -> Result<(), Error> {
        let sql = "delete from leases where name = $1 and owner = $2";
        self.write(sql, [self.name.into(), self.owner.into()]).await.map(drop)
    }

    async fn write(&self, sql: &'static str, values: impl IntoIterator<Item = Value>) -> Result<u64, Error> {
        let tx = self.db.begin_system().await?;
        let done = tx.execute_raw(Statement::from_sql_and_values(self.db.backend(), sql, values)).await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}
