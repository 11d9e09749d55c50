//! The history of several records as one.

use std::sync::Mutex;

use db::{Action, Change, Tx, change_log};
use kernel::Scope;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use serde_json::json;
use testkit::on_both;
use uuid::Uuid;

use crate::world::World;

impl World {
    async fn change(&self, scope: &Scope, record: Uuid, version: i64) {
        let tx = self.database.db.begin(scope).await.unwrap();
        let (before, after) = (json!({"n": version - 1}), json!({"n": version}));
        let change = Change::between("x", record, Action::Updated, &before, &after, version);
        change_log::record(&tx, [change]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn versions(&self, records: &[Uuid], before: Option<Uuid>, limit: u64) -> (Vec<i64>, Option<Uuid>) {
        let reader = self.database.db.reader(&self.one);
        let entries = change_log::of_records(&reader, &self.one, records, before, limit).await.unwrap();
        (entries.iter().map(|entry| entry.version).collect(), entries.last().map(|entry| entry.id))
    }

    async fn count(&self, records: &[Uuid]) -> u64 {
        change_log::count_of_records(&self.database.db.reader(&self.one), &self.one, records).await.unwrap()
    }
}

/// A transaction that notes how the database goes about what it is asked.
struct Explained<'a> {
    tx: &'a Tx,
    steps: Mutex<Vec<String>>,
}

impl Explained<'_> {
    async fn explain(&self, statement: &Statement) -> Result<(), DbErr> {
        let (explain, column) = match self.get_database_backend() {
            DbBackend::Sqlite => ("explain query plan", "detail"),
            _ => ("explain (costs off)", "QUERY PLAN"),
        };
        let explained = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
        let rows = self.tx.query_all_raw(explained).await?;
        let steps: Vec<String> = rows.iter().map(|row| row.try_get("", column)).collect::<Result<_, _>>()?;
        *self.steps.lock().unwrap() = steps;
        Ok(())
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Explained<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.tx.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.tx.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.tx.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.tx.query_all_raw(statement).await
    }
}

on_both! {
    async fn the_history_of_several_records_is_read_off_the_index(world: World) {
        let tx = world.database.db.begin(&world.one).await.unwrap();
        // PostgreSQL goes by what is there.
        let change = |n: u128| Change::between("x", Uuid::from_u128(n % 300), Action::Updated, &json!({}), &json!({"n": 1}), 1);
        change_log::record(&tx, (0..6000).map(change)).await.unwrap();
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared("analyze change_log").await.unwrap();
        }
        let connection = Explained { tx: &tx, steps: Mutex::default() };
        let records: Vec<Uuid> = (1..=201).map(Uuid::from_u128).collect();
        for records in [&records[..1], &records[..3], &records] {
            for counted in [false, true] {
                if counted {
                    change_log::count_of_records(&connection, &world.one, records).await.unwrap();
                } else {
                    change_log::of_records(&connection, &world.one, records, Some(Uuid::max()), 21).await.unwrap();
                }
                let steps = connection.steps.lock().unwrap().clone();
                let having = |text: &str| steps.iter().filter(|step| step.contains(text)).count();
                assert_eq!(having("change_log_record"), records.len(), "{steps:?}");
                assert_eq!((having("SCAN change_log"), having("Seq Scan")), (0, 0), "{steps:?}");
            }
        }
    }

    async fn several_records_have_one_history(world: World) {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        for (record, version) in [(a, 1), (b, 2), (c, 3), (a, 4), (b, 5), (b, 6)] {
            world.change(&world.one, record, version).await;
        }
        world.change(&world.other, a, 7).await;
        assert_eq!(world.versions(&[a, b], None, 10).await.0, [6, 5, 4, 2, 1]);
        assert_eq!((world.count(&[a, b]).await, world.count(&[a, b, c]).await, world.count(&[c]).await), (5, 6, 1));
        let (mut told, mut before) = (Vec::new(), None);
        loop {
            let (part, last) = world.versions(&[b, a], before, 2).await;
            if part.is_empty() {
                break;
            }
            told.extend(part);
            before = last;
        }
        assert_eq!(told, [6, 5, 4, 2, 1], "page by page");
        assert_eq!((world.versions(&[], None, 10).await.0, world.count(&[]).await), (Vec::new(), 0));
        let many: Vec<Uuid> = (1..=201).map(Uuid::from_u128).collect();
        assert_eq!((world.versions(&many, None, 3).await.0, world.count(&many).await), (vec![6, 5, 4], 6));
    }
}
