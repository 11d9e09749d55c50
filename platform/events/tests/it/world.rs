//! A database with two organizations that have things happen.

use std::sync::Arc;

use db::{Db, MIGRATIONS};
use events::{Dispatcher, Handler, NewEvent, append};
use kernel::{Clock, OrgId, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use testkit::{Backend, TestDatabase};
use uuid::Uuid;

pub struct World {
    pub database: TestDatabase,
    pub clock: Clock,
    pub one: Scope,
    pub other: Scope,
}

impl World {
    pub async fn open(backend: Backend) -> Option<Self> {
        let clock = Clock::manual(Clock::system().now(), 1);
        let migrations = [MIGRATIONS, events::MIGRATIONS].concat();
        let database = TestDatabase::open(backend, &migrations, clock.clone()).await?;
        let scope = || Scope::system(OrgId(Clock::system().new_id()), "test");
        Some(Self { database, clock, one: scope(), other: scope() })
    }

    pub fn db(&self) -> &Db {
        &self.database.db
    }

    pub fn dispatcher(&self, handlers: Vec<Arc<dyn Handler>>) -> Dispatcher {
        Dispatcher::new(self.db().clone(), handlers)
    }

    /// Something happens to a new subject, whose id comes back.
    pub async fn tell(&self, scope: &Scope, kind: &'static str) -> Uuid {
        let subject = self.clock.new_id();
        let tx = self.db().begin(scope).await.unwrap();
        append(&tx, [NewEvent::of(kind, "thing", subject, json!({}))]).await.unwrap();
        tx.commit().await.unwrap();
        subject
    }

    /// The number `n` of a statement.
    pub async fn count(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.db().backend(), sql);
        let row = self.db().system_reader().query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "n").unwrap()
    }
}
