//! A database with two organizations.

use db::MIGRATIONS;
use kernel::{Clock, OrgId, Scope};
use testkit::{Backend, TestDatabase};

pub struct World {
    pub database: TestDatabase,
    pub one: Scope,
    pub other: Scope,
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        let database = TestDatabase::open(backend, MIGRATIONS, Clock::system()).await?;
        let scope = || Scope::system(OrgId(Clock::system().new_id()), "test");
        Some(Self { database, one: scope(), other: scope() })
    }
}
