//! One fresh, migrated database per test: a copy of one that was migrated once.

#![expect(clippy::expect_used, reason = "a test that has no database has nothing to say")]

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use db::{Db, Migration, Options, migrate};
use kernel::Clock;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement};
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
            Backend::Sqlite => on_sqlite(&folder.path().join("test.db"), migrations).await,
            Backend::Postgres => on_postgres(&settings::test_postgres_url()?, migrations).await,
        };
        let db = Db::connect(&Options { url: url.clone(), max_connections: 4 }, clock).await;
        let db = db.expect("the test database opens");
        // Nothing is left to do, or everything where there was nothing to copy; tests of no migrations have their table then.
        migrate::migrate(&db, migrations).await.expect("the test database takes its migrations");
        Some(Self { db, folder, url })
    }

    /// The address to open the same database once more.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A copy of this program's file with these migrations, which the first test of it makes; its address.
async fn on_sqlite(file: &Path, migrations: &[Migration]) -> String {
    let url = |file: &Path| format!("sqlite:{}", file.display());
    if migrations.is_empty() {
        return url(file);
    }
    let folder = templates();
    let template = folder.join(format!("{:016x}.db", fingerprint(migrations)));
    // Not there yet, or somebody has just tidied up.
    while let Err(error) = fs::copy(&template, file) {
        assert_eq!(error.kind(), ErrorKind::NotFound, "a template is copied: {error}");
        fs::create_dir_all(&folder).expect("a folder for templates");
        remove_old(&folder);
        let work = tempfile::tempdir_in(&folder).expect("a temporary folder");
        let fresh = work.path().join("template.db");
        migrated(&url(&fresh), migrations).await;
        // Whoever was quicker has made the same.
        fs::rename(&fresh, &template).expect("a template gets its name");
    }
    url(file)
}

/// A copy of this program's database with these migrations, which the first test of it makes; its address.
async fn on_postgres(server: &str, migrations: &[Migration]) -> String {
    let name = format!("test_{}", Clock::system().new_id().simple());
    let (base, _) = server.rsplit_once('/').expect("the address ends in a database");
    let admin = Database::connect(server).await.expect("the test PostgreSQL answers");
    if migrations.is_empty() {
        run(&admin, &format!("create database {name}")).await.expect("a test database can be made");
    } else {
        let template = format!("template_{:016x}", fingerprint(migrations));
        if !is_there(&admin, &template).await {
            build(&admin, base, &template, migrations).await;
        }
        let sql = format!("create database {name} template {template}");
        patiently(&admin, &sql).await.expect("a test database can be made");
    }
    admin.close().await.expect("the admin connection closes");
    format!("{base}/{name}")
}

/// Makes the template under another name: what has its name is whole.
async fn build(admin: &DatabaseConnection, base: &str, template: &str, migrations: &[Migration]) {
    let fresh = format!("building_{}", Clock::system().new_id().simple());
    run(admin, &format!("create database {fresh}")).await.expect("a template can be made");
    migrated(&format!("{base}/{fresh}"), migrations).await;
    if let Err(error) = patiently(admin, &format!("alter database {fresh} rename to {template}")).await {
        assert!(is_there(admin, template).await, "only whoever was quicker keeps a template from its name: {error}");
        patiently(admin, &format!("drop database {fresh}")).await.expect("a template that nobody needs can go");
    }
}

/// PostgreSQL neither copies nor renames what somebody is connected to, as whoever has just left still is for a moment.
async fn patiently(admin: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    for _ in 0..100 {
        match run(admin, sql).await {
            Err(error) if is_in_use(&error) => tokio::time::sleep(Duration::from_millis(50)).await,
            done => return done,
        }
    }
    run(admin, sql).await
}

/// Whether PostgreSQL refused because somebody is connected (`object_in_use`), in whatever language it says so.
fn is_in_use(error: &DbErr) -> bool {
    format!("{error:?}").contains("\"55006\"")
}

async fn is_there(admin: &DatabaseConnection, name: &str) -> bool {
    let sql = format!("select 1 from pg_database where datname = '{name}'");
    let found = admin.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    found.expect("the test PostgreSQL tells its databases").is_some()
}

async fn run(admin: &DatabaseConnection, sql: &str) -> Result<(), DbErr> {
    admin.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await.map(|_| ())
}

async fn migrated(url: &str, migrations: &[Migration]) {
    let options = Options { url: url.to_owned(), max_connections: 1 };
    let db = Db::connect(&options, Clock::system()).await.expect("a template opens");
    migrate::migrate(&db, migrations).await.expect("a template takes its migrations");
    db.close().await;
}

/// Of this very build, for how migrations are applied is code as well.
fn fingerprint(migrations: &[Migration]) -> u64 {
    let program = env::current_exe().expect("a test knows its program");
    let built = fs::metadata(&program).and_then(|m| m.modified()).expect("a program has a date");
    let mut hasher = DefaultHasher::new();
    (program, built).hash(&mut hasher);
    for migration in migrations {
        (migration.name, migration.sql).hash(&mut hasher);
    }
    hasher.finish()
}

/// Beside the programs, in the folder of what is built.
fn templates() -> PathBuf {
    let program = env::current_exe().expect("a test knows its program");
    program.parent().expect("a program is in a folder").join("test-templates")
}

/// What builds of other days have left.
fn remove_old(folder: &Path) {
    let day = Duration::from_hours(24);
    for entry in fs::read_dir(folder).expect("the folder of templates can be read").flatten() {
        let modified = entry.metadata().and_then(|m| m.modified());
        if modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > day)) {
            // Somebody else may have been quicker; a folder that a killed test left stays, and is small.
            let _ = fs::remove_file(entry.path());
        }
    }
}
