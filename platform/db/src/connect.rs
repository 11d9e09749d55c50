//! Opening the database. SQLite: one write connection and a pool of read-only ones (WAL); PostgreSQL: one pool whose
//! connections are bound to the organization of whoever acquires them (row-level security, fail closed).

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
use sea_orm::{
    DatabaseConnection, DbBackend, SqliteTransactionMode, SqlxPostgresConnector, SqlxSqliteConnector,
    TransactionOptions, TransactionTrait,
};
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{Error, Reader, Tx, count::Counts, reader::ORG};

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
    read: DatabaseConnection,
    write: DatabaseConnection,
    clock: Clock,
    committed: Notify,
    statements: AtomicU64,
    counts: Counts,
}

impl Db {
    /// Opens the database; creates an SQLite file that is not there yet. Runs no migration.
    ///
    /// # Errors
    /// [`Error::Connect`] when it cannot be reached or the URL is not understood.
    pub async fn connect(options: &Options, clock: Clock) -> Result<Self, Error> {
        let (read, write) = match options.url.strip_prefix("sqlite:") {
            Some(path) => open_sqlite(Path::new(path), options.max_connections).await,
            None => open_postgres(&options.url, options.max_connections).await,
        }
        .map_err(Error::Connect)?;
        Ok(Self(Arc::new(Inner {
            read,
            write,
            clock,
            committed: Notify::new(),
            statements: AtomicU64::new(0),
            counts: Counts::default(),
        })))
    }

    /// Which of the two databases this is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.0.write.get_database_backend()
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

    /// Opens the one transaction of a command. On SQLite it holds the write lock from the start.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self, scope: &Scope) -> Result<Tx, Error> {
        let inner = self.begin_bound(Some(scope.org_id)).await?;
        Tx::open(self.clone(), inner, Some(scope.clone())).await
    }

    /// Opens a transaction over tables that belong to no organization.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_system(&self) -> Result<Tx, Error> {
        let inner = self.begin_bound(None).await?;
        Tx::open(self.clone(), inner, None).await
    }

    async fn begin_bound(&self, org: Option<OrgId>) -> Result<sea_orm::DatabaseTransaction, Error> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let begin = self.0.write.begin_with_options(options);
        Ok(ORG.scope(org.map(Uuid::from), begin).await?)
    }

    /// Resolves after the next commit of this process (used to wake the dispatcher and the job runner).
    pub async fn committed(&self) {
        self.0.committed.notified().await;
    }

    /// Statements sent since start; tests assert differences of it.
    #[must_use]
    pub fn statement_count(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Closes every connection, waiting for those in use.
    ///
    /// # Errors
    /// When the database refuses to close.
    pub async fn close(&self) -> Result<(), Error> {
        self.0.read.clone().close().await?;
        self.0.write.clone().close().await?;
        Ok(())
    }

    pub(crate) fn read_connection(&self) -> &DatabaseConnection {
        &self.0.read
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
        self.0.committed.notify_waiters();
    }
}

async fn open_sqlite(path: &Path, readers: u32) -> Result<(DatabaseConnection, DatabaseConnection), sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let pool =
        || SqlitePoolOptions::new().acquire_timeout(Duration::from_secs(10)).idle_timeout(None).max_lifetime(None);
    // The writer comes first: it creates the file that the read-only connections then open.
    // Pages are cached per connection, so readers share the operating system's cache instead of having large ones.
    let write = pool().max_connections(1).connect_with(options.clone().pragma("cache_size", "-32000")).await?;
    let readers = pool().max_connections(readers.max(1));
    let read = readers.connect_with(options.pragma("cache_size", "-2000").read_only(true)).await?;
    Ok((SqlxSqliteConnector::from_sqlx_sqlite_pool(read), SqlxSqliteConnector::from_sqlx_sqlite_pool(write)))
}

async fn open_postgres(url: &str, connections: u32) -> Result<(DatabaseConnection, DatabaseConnection), sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?
        .application_name("rapport")
        .options([("statement_timeout", "60s"), ("timezone", "UTC")])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(connections.max(2))
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        // Both hooks: `before_acquire` is not called for a brand-new connection.
        .after_connect(|connection, _| Box::pin(bind_org(connection)))
        .before_acquire(|connection, _| Box::pin(async move { bind_org(connection).await.map(|()| true) }))
        .connect_with(options)
        .await?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok((connection.clone(), connection))
}

/// Binds a connection to the organization of the acquiring task; to none (which sees no tenant row) when there is none.
async fn bind_org(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let org = ORG.try_with(|org| org.map(|id| id.to_string())).ok().flatten().unwrap_or_default();
    sqlx::query("select set_config('app.org_id', $1, false)").bind(org).execute(connection).await.map(drop)
}
