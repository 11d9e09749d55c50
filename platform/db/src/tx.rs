//! The one transaction of a command, bound to its scope.

use kernel::{Clock, Scope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::{Db, Error, idempotency};

/// A write transaction. Dropping it without [`Tx::commit`] rolls back.
pub struct Tx {
    db: Db,
    inner: DatabaseTransaction,
    scope: Option<Scope>,
}

impl Tx {
    pub(crate) async fn open(db: Db, inner: DatabaseTransaction, scope: Option<Scope>) -> Result<Self, Error> {
        let tx = Self { db, inner, scope };
        if let Some(scope) = &tx.scope
            && let Some(mark) = &scope.idempotency
        {
            idempotency::record(&tx, scope, mark).await?;
        }
        Ok(tx)
    }

    /// The scope it was opened for; `None` for system transactions.
    #[must_use]
    pub fn scope(&self) -> Option<&Scope> {
        self.scope.as_ref()
    }

    /// The clock that stamps rows.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.db.clock()
    }

    /// Makes everything durable and wakes whoever waits for commits.
    ///
    /// # Errors
    /// When the database refuses; nothing is then kept.
    pub async fn commit(self) -> Result<(), Error> {
        self.inner.commit().await?;
        self.db.announce_commit(self.scope.map(|s| s.org_id));
        Ok(())
    }

    /// Gives everything up.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rollback(self) -> Result<(), Error> {
        Ok(self.inner.rollback().await?)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.db.count_statement();
        self.inner.execute_raw(stmt).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.db.count_statement();
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.db.count_statement();
        self.inner.query_one_raw(stmt).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.db.count_statement();
        self.inner.query_all_raw(stmt).await
    }
}
