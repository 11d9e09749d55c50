//! Single-statement reads, each bound to one organization (or to none).

use kernel::OrgId;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use uuid::Uuid;

use crate::Db;

tokio::task_local! {
    /// The organization whose rows the connection that this task acquires may see (PostgreSQL row-level security).
    pub(crate) static ORG: Option<Uuid>;
}

/// Runs read statements outside a transaction.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    db: &'a Db,
    org: Option<OrgId>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(db: &'a Db, org: Option<OrgId>) -> Self {
        Self { db, org }
    }

    /// The handle this reader came from.
    #[must_use]
    pub fn db(&self) -> &'a Db {
        self.db
    }

    pub(crate) fn org(&self) -> Option<OrgId> {
        self.org
    }

    async fn bound<T>(&self, read: impl Future<Output = T>) -> T {
        self.db.count_statement();
        ORG.scope(self.org.map(Uuid::from), read).await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.backend()
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.bound(self.db.read_connection().execute_raw(stmt)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.bound(self.db.read_connection().execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.bound(self.db.read_connection().query_one_raw(stmt)).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.bound(self.db.read_connection().query_all_raw(stmt)).await
    }
}
