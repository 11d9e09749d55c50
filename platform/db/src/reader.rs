//! Single-statement reads, each bound to one organization (or to none).

use kernel::OrgId;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use crate::{Db, connections::Ask};

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
}

/// A reader writes nothing.
fn refused() -> DbErr {
    DbErr::Custom("a reader cannot write".to_owned())
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.db.backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(refused())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refused())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.db.read(self.org, || Ask::One(&statement)).await?.pop())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.db.read(self.org, || Ask::All(&statement)).await
    }
}
