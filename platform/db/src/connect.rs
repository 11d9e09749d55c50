//! Opening the database. SQLite: one write connection and some read-only ones (WAL); PostgreSQL: connections that are
//! bound to the organization of whoever uses them (row-level security, fail closed).

use std::{
    path::Path,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use kernel::{Clock, OrgId, Scope};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};
use sqlx::{
    ConnectOptions, Postgres, Sqlite,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{
    Error, Hint, Hints, Pending, Reader, Tx,
    connections::{Answer, Ask, Connections, PATIENCE},
    count::Counts,
    tx::Transaction,
};

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Options {
    /// `postgres://…`, `sqlite:PATH`.
    pub url: String,
    /// Connections for reading (SQLite), for everything (PostgreSQL).
    pub max_connections: u32,
}

/// A handle on the database; cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engines,
    clock: Clock,
    committed: Hint,
    /// After a commit of this process, or of another one that told of it.
    news: Hint,
    statements: AtomicU64,
    counts: Counts,
}

enum Engines {
    /// SQLite has one writer at a time, whatever we do; readers do not wait for it.
    Sqlite {
        read: Connections<Sqlite>,
        write: Connections<Sqlite>,
    },
    Postgres(Connections<Postgres>),
}

impl Db {
    /// Opens the database; creates an SQLite file that is not there yet. Runs no migration.
    ///
    /// # Errors
    /// [`Error::Connect`] when it cannot be reached or the URL is not understood.
    pub async fn connect(options: &Options, clock: Clock) -> Result<Self, Error> {
        let engine = match options.url.strip_prefix("sqlite:") {
            Some(path) => open_sqlite(Path::new(path), options.max_connections).await,
            None => open_postgres(&options.url, options.max_connections).await,
        }
        .map_err(Error::Connect)?;
        Ok(Self(Arc::new(Inner {
            engine,
            clock,
            committed: Hint::default(),
            news: Hint::default(),
            statements: AtomicU64::new(0),
            counts: Counts::default(),
        })))
    }

    /// Which of the two databases this is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        match self.0.engine {
            Engines::Sqlite { .. } => DbBackend::Sqlite,
            Engines::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// The clock that stamps rows.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Reads in the scope's organization, one statement at a time.
    #[must_use]
    pub fn reader(&self, scope: &Scope) -> Reader<'_> {
        Reader::new(self, Some(scope.org_id))
    }

    /// Reads of tables that belong to no organization (users, sessions, jobs). Sees no tenant row on PostgreSQL.
    #[must_use]
    pub fn system_reader(&self) -> Reader<'_> {
        Reader::new(self, None)
    }

    /// The one transaction of a command. It is opened when the first thing is asked of it; on SQLite it then holds the
    /// write lock.
    ///
    /// # Errors
    /// [`Error::IdempotencyReplay`]; the database being away.
    pub fn begin(&self, scope: &Scope) -> Pending<'static, Tx> {
        Box::pin(Tx::new(self.clone(), Some(scope.clone())))
    }

    /// A transaction over tables that belong to no organization.
    ///
    /// # Errors
    /// When the database is away.
    pub fn begin_system(&self) -> Pending<'static, Tx> {
        Box::pin(Tx::new(self.clone(), None))
    }

    pub(crate) async fn open(&self, org: Option<OrgId>) -> Result<Transaction, DbErr> {
        let org = org.map(Uuid::from);
        Ok(match &self.0.engine {
            Engines::Sqlite { write, .. } => Transaction::Sqlite(write.begin(org).await?),
            Engines::Postgres(connections) => Transaction::Postgres(connections.begin(org).await?),
        })
    }

    /// Asks one statement that is a transaction by itself.
    pub(crate) async fn ask_alone(&self, org: Option<OrgId>, ask: Ask<'_>) -> Result<Answer, DbErr> {
        self.count_statement();
        let org = org.map(Uuid::from);
        match &self.0.engine {
            Engines::Sqlite { write, .. } => write.ask_alone(org, ask).await,
            Engines::Postgres(connections) => connections.ask_alone(org, ask).await,
        }
    }

    /// Runs a whole transaction as one message, where the database takes one: SQLite does.
    pub(crate) async fn run_through(&self, statements: &Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.count_statement();
        match &self.0.engine {
            Engines::Sqlite { write, .. } => write.run_through(statements).await,
            Engines::Postgres(_) => Err(DbErr::Custom("several statements with values".to_owned())),
        }
    }

    pub(crate) async fn read<'a>(
        &self,
        org: Option<OrgId>,
        ask: impl Fn() -> Ask<'a> + Sync,
    ) -> Result<Vec<QueryResult>, DbErr> {
        self.count_statement();
        let org = org.map(Uuid::from);
        match &self.0.engine {
            Engines::Sqlite { read, .. } => read.read(org, ask).await,
            Engines::Postgres(connections) => connections.read(org, ask).await,
        }
    }

    /// Has PostgreSQL look at tables that have grown by much: until it does, which takes it a minute by itself, it plans
    /// for the few rows that they had.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn refresh_statistics(&self, tables: &[&str]) -> Result<(), Error> {
        if self.backend() == DbBackend::Postgres {
            let tx = self.begin_system().await?;
            tx.execute_unprepared(&format!("analyze {}", tables.join(", "))).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Hints at commits of this process.
    #[must_use]
    pub fn commits(&self) -> Hints {
        self.0.committed.listen()
    }

    /// Hints at commits that are known of: those of this process, and those that other processes told of. Not all are
    /// told of: whoever waits looks from time to time as well.
    #[must_use]
    pub fn news(&self) -> Hints {
        self.0.news.listen()
    }

    /// Another process has committed something.
    pub fn hear_of_commit(&self) {
        self.0.news.give();
    }

    /// Statements sent since start; tests assert differences of it.
    #[must_use]
    pub fn statement_count(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Closes every connection, waiting for those in use.
    pub async fn close(&self) {
        match &self.0.engine {
            Engines::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Engines::Postgres(connections) => connections.close().await,
        }
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.0.counts
    }

    pub(crate) fn count_statement(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn announce_commit(&self, org: Option<OrgId>) {
        if let Some(org) = org {
            self.0.counts.changed(org);
        }
        self.0.committed.give();
        self.0.news.give();
    }
}

async fn open_sqlite(path: &Path, readers: u32) -> Result<Engines, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let pool = || SqlitePoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(None).max_lifetime(None);
    // The writer comes first: it creates the file that the read-only connections then open.
    // Its log grows to 64 MB before it is copied into the file: pages that many rows share are then copied once.
    // Pages are cached per connection, so readers share the operating system's cache instead of having large ones.
    let writer = options.clone().pragma("cache_size", "-64000").pragma("wal_autocheckpoint", "16000");
    let write = pool().max_connections(1).connect_with(writer).await?;
    let readers = pool().max_connections(readers.max(1));
    let read = readers.connect_with(options.pragma("cache_size", "-2000").read_only(true)).await?;
    Ok(Engines::Sqlite { read: Connections::new(read), write: Connections::new(write) })
}

async fn open_postgres(url: &str, connections: u32) -> Result<Engines, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("rapport")
        .options([("statement_timeout", "60s"), ("timezone", "UTC")])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(connections.max(2))
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(Engines::Postgres(Connections::new(pool)))
}
