//! The one transaction of a command, bound to its scope.

use std::{pin::Pin, sync::PoisonError};

use kernel::{Clock, OrgId, Scope};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sea_query::{SelectStatement, UpdateStatement},
};
use sqlx::{Postgres, Sqlite};
use tokio::sync::Mutex;

use crate::{
    Db, Error,
    connections::{Answer, Ask, Open},
    idempotency,
    insert::{Rows, beside, in_one_go, together, upon},
};

/// An open transaction of either database.
pub(crate) enum Transaction {
    Sqlite(Open<Sqlite>),
    Postgres(Open<Postgres>),
}

/// What a crate that awaits it does not compile anew: an `async fn` would be, with the whole driver in it.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A write transaction. Dropping it without [`Tx::commit`] rolls back.
///
/// The few rows that a command inserts (its record, the change log, the outbox) wait until something else is asked, or
/// until the commit, and then go to the database together.
pub struct Tx {
    db: Db,
    waiting: std::sync::Mutex<Vec<Rows>>,
    /// Opened when the first thing is asked.
    inner: Mutex<Option<Transaction>>,
    scope: Option<Scope>,
}

impl Tx {
    pub(crate) async fn new(db: Db, scope: Option<Scope>) -> Result<Self, Error> {
        let tx = Self { db, waiting: std::sync::Mutex::default(), inner: Mutex::default(), scope };
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
    pub fn commit(self) -> Pending<'static, ()> {
        Box::pin(self.keep())
    }

    async fn keep(self) -> Result<(), Error> {
        let rows = self.take_waiting();
        if self.inner.lock().await.is_some() {
            self.insert(rows).await?;
            end(self.inner, "commit").await?;
        } else {
            // A command that only inserts is one statement on PostgreSQL, and that is a transaction by itself; on SQLite it
            // is one message, since each takes a turn of two threads while others wait for the writer.
            match (self.db.backend(), rows.len()) {
                (_, 0) => {}
                (DbBackend::Sqlite, 2..) => drop(self.db.run_through(&in_one_go(None, rows)).await?),
                (backend, _) => {
                    for only in together(backend, rows) {
                        self.db.ask_alone(self.org(), Ask::Execute(only)).await?;
                    }
                }
            }
        }
        self.db.announce_commit(self.scope.map(|s| s.org_id));
        Ok(())
    }

    /// Makes everything durable if this update finds what it is for, and nothing otherwise; says which. For changes that
    /// were decided without holding anything: the update's condition is what they were decided on.
    ///
    /// With the few rows that wait it is one statement on PostgreSQL and one message on SQLite: the writer is held no longer
    /// than writing takes.
    ///
    /// # Errors
    /// When the database refuses; nothing is then kept.
    pub fn commit_upon(self, update: &UpdateStatement) -> Pending<'_, bool> {
        Box::pin(self.keep_upon(update))
    }

    async fn keep_upon(self, update: &UpdateStatement) -> Result<bool, Error> {
        let backend = self.db.backend();
        let (update, rows) = (backend.build(update), self.take_waiting());
        let found = if self.inner.lock().await.is_some() {
            let found = done(self.run(Ask::Execute(update)).await?)?.rows_affected() > 0;
            if found {
                self.insert(rows).await?;
            }
            end(self.inner, if found { "commit" } else { "rollback" }).await?;
            found
        } else if backend == DbBackend::Postgres {
            done(self.db.ask_alone(self.org(), Ask::Execute(upon(update, rows))).await?)?.rows_affected() > 0
        } else {
            let told = self.db.run_through(&in_one_go(Some(update), rows)).await?;
            let found: i64 = told.first().map(|row| row.try_get("", "found")).transpose()?.unwrap_or_default();
            found > 0
        };
        if found {
            self.db.announce_commit(self.scope.map(|s| s.org_id));
        }
        Ok(found)
    }

    /// Makes everything durable, and gives what this query found just before the rows that wait came in. With them it is
    /// one statement on PostgreSQL, where each costs a round trip; SQLite reads before it takes the writer.
    ///
    /// # Errors
    /// When the database refuses; nothing is then kept.
    pub fn commit_asking(self, query: &SelectStatement) -> Pending<'_, Vec<QueryResult>> {
        Box::pin(self.keep_asking(query))
    }

    async fn keep_asking(self, query: &SelectStatement) -> Result<Vec<QueryResult>, Error> {
        let query = self.db.backend().build(query);
        if self.db.backend() == DbBackend::Postgres && self.inner.lock().await.is_none() {
            let statement = beside(query, self.take_waiting());
            let answer = self.db.ask_alone(self.org(), Ask::All(&statement)).await?;
            self.db.announce_commit(self.org());
            return Ok(rows(answer));
        }
        let found = if self.inner.lock().await.is_some() {
            rows(self.run(Ask::All(&query)).await?)
        } else {
            self.db.read(self.org(), || Ask::All(&query)).await?
        };
        self.keep().await?;
        Ok(found)
    }

    /// Gives everything up.
    ///
    /// # Errors
    /// When the database is away.
    pub fn rollback(self) -> Pending<'static, ()> {
        Box::pin(async move { Ok(end(self.inner, "rollback").await?) })
    }
}

async fn end(inner: Mutex<Option<Transaction>>, how: &str) -> Result<(), DbErr> {
    match inner.into_inner() {
        Some(Transaction::Sqlite(open)) => open.end(how).await.map_err(failed),
        Some(Transaction::Postgres(open)) => open.end(how).await.map_err(failed),
        None => Ok(()),
    }
}

impl Tx {
    /// Inserts rows before anything else is asked.
    pub(crate) fn insert_soon(&self, rows: Rows) {
        self.waiting().push(rows);
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<Rows>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn org(&self) -> Option<OrgId> {
        self.scope.as_ref().map(|scope| scope.org_id)
    }

    fn take_waiting(&self) -> Vec<Rows> {
        std::mem::take(&mut *self.waiting())
    }

    async fn insert(&self, rows: Vec<Rows>) -> Result<(), DbErr> {
        for statement in together(self.db.backend(), rows) {
            self.run(Ask::Execute(statement)).await?;
        }
        Ok(())
    }

    async fn ask(&self, ask: Ask<'_>) -> Result<Answer, DbErr> {
        self.insert(self.take_waiting()).await?;
        self.run(ask).await
    }

    async fn run(&self, ask: Ask<'_>) -> Result<Answer, DbErr> {
        self.db.count_statement();
        let mut inner = self.inner.lock().await;
        let inner = match &mut *inner {
            Some(open) => open,
            none => none.insert(self.db.open(self.org()).await?),
        };
        match inner {
            Transaction::Sqlite(open) => open.ask(ask).await,
            Transaction::Postgres(open) => open.ask(ask).await,
        }
        .map_err(failed)
    }

    async fn change(&self, ask: Ask<'_>) -> Result<ExecResult, DbErr> {
        done(self.ask(ask).await?)
    }

    async fn rows(&self, ask: Ask<'_>) -> Result<Vec<QueryResult>, DbErr> {
        Ok(rows(self.ask(ask).await?))
    }
}

fn rows(answer: Answer) -> Vec<QueryResult> {
    match answer {
        Answer::Rows(rows) => rows,
        Answer::Done(_) => Vec::new(),
    }
}

fn done(answer: Answer) -> Result<ExecResult, DbErr> {
    match answer {
        Answer::Done(result) => Ok(result),
        Answer::Rows(_) => Err(DbErr::Custom("rows instead of a count".to_owned())),
    }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(error.into()))
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.db.backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.change(Ask::Execute(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.change(Ask::Text(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(Ask::One(&statement)).await?.pop())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.rows(Ask::All(&statement)).await
    }
}
