//! One fresh, migrated database per test.

#![expect(clippy::expect_used, reason = "a test that has no database has nothing to say")]

use db::{Db, Migration, Options, migrate};
use kernel::Clock;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tempfile::TempDir;

/// Where a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// A database of one test; gone with it.
pub struct TestDatabase {
    pub db: Db,
    /// Holds the SQLite file, and whatever else the test wants on disk.
    pub folder: TempDir,
    url: String,
}

impl TestDatabase {
    /// Makes the database and brings it up to date; `None` when the backend is PostgreSQL and there is none.
    pub async fn open(backend: Backend, migrations: &[Migration], clock: Clock) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = match backend {
            Backend::Sqlite => format!("sqlite:{}", folder.path().join("test.db").display()),
            Backend::Postgres => create_on(&settings::test_postgres_url()?).await,
        };
        let options = Options { url: url.clone(), max_connections: 4 };
        let db = Db::connect(&options, clock).await.expect("the test database opens");
        migrate::migrate(&db, migrations).await.expect("the test database takes its migrations");
        Some(Self { db, folder, url })
    }

    /// The address to open the same database once more.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Creates a database with a name of its own on the server, and gives its address.
async fn create_on(server: &str) -> String {
    let name = format!("test_{}", Clock::system().new_id().simple());
    let admin = Database::connect(server).await.expect("the test PostgreSQL answers");
    let sql = format!("create database {name}");
    admin.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await.expect("a test database can be made");
    admin.close().await.expect("the admin connection closes");
    let (base, _) = server.rsplit_once('/').expect("the address ends in a database");
    format!("{base}/{name}")
}
