//! The job table: enqueue, claim, keep, finish.

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, Error, Tx};
use kernel::{Scope, scope::SavedScope};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement, Value};
use uuid::Uuid;

/// A job to be done.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Stable name, e.g. `crm.run_import`.
    pub kind: &'static str,
    pub payload: serde_json::Value,
    /// Attempts before it is set aside, crashes included.
    pub max_attempts: i64,
}

/// A claimed job.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Job {
    pub id: Uuid,
    pub kind: String,
    pub payload: serde_json::Value,
    pub scope: serde_json::Value,
    pub attempts: i64,
    pub max_attempts: i64,
}

/// How long a worker holds a job without a sign of life.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Puts a job into the queue, to run once the transaction is committed, as whoever acts in it.
///
/// # Errors
/// When the database refuses, or when the transaction belongs to no organization.
pub async fn enqueue(tx: &Tx, job: NewJob) -> Result<Uuid, Error> {
    enqueue_at(tx, job, tx.clock().now()).await
}

/// As [`enqueue`], to run no earlier than an instant.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_at(tx: &Tx, job: NewJob, at: DateTime<Utc>) -> Result<Uuid, Error> {
    let scope: &Scope = tx.scope().ok_or(Error::Stored("scope"))?;
    insert(tx, scope, job, at).await
}

/// Puts a job into the queue as whoever this scope says.
pub(crate) async fn insert(tx: &Tx, scope: &Scope, job: NewJob, at: DateTime<Utc>) -> Result<Uuid, Error> {
    let id = tx.clock().new_id();
    let saved = serde_json::to_value(SavedScope::from(scope)).map_err(|_| Error::Stored("scope"))?;
    let sql = "insert into jobs (id, org_id, kind, payload, scope, state, run_at, attempts, max_attempts, created_at) \
               values ($1, $2, $3, $4, $5, 0, $6, 0, $7, $8)";
    let values: [Value; 8] = [
        id.into(),
        scope.org_id.0.into(),
        job.kind.into(),
        job.payload.into(),
        saved.into(),
        at.into(),
        job.max_attempts.into(),
        tx.clock().now().into(),
    ];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(id)
}

/// Kinds of job as the list of an SQL `in`; they are names out of the code.
pub(crate) struct Kinds(String);

impl Kinds {
    pub(crate) fn of(kinds: impl Iterator<Item = &'static str>) -> Self {
        let quoted: Vec<String> = kinds.map(|kind| format!("'{kind}'")).collect();
        Self(if quoted.is_empty() { "null".to_owned() } else { quoted.join(", ") })
    }
}

/// Whether a claim would find anything; a read, so that an idle runner takes no write lock.
pub(crate) async fn any_due(db: &Db, Kinds(kinds): &Kinds) -> Result<bool, Error> {
    let sql = format!(
        "select 1 as one where exists (select 1 from jobs where state = 0 and run_at <= $1 and kind in ({kinds})) \
         or exists (select 1 from jobs where state = 1 and lease_until < $1 and kind in ({kinds}))"
    );
    Ok(db.system_reader().query_one_raw(with(db, sql, [db.clock().now().into()])).await?.is_some())
}

/// When the next of these kinds is due that waits.
pub(crate) async fn next_at(db: &Db, Kinds(kinds): &Kinds) -> Result<Option<DateTime<Utc>>, Error> {
    let sql = format!("select run_at from jobs where state = 0 and kind in ({kinds}) order by run_at limit 1");
    let row = db.system_reader().query_one_raw(with(db, sql, [])).await?;
    Ok(row.map(|row| row.try_get("", "run_at")).transpose()?)
}

/// Takes the job of these kinds that is due longest, for [`LEASE`]. A job whose worker died counts as due.
pub(crate) async fn claim(db: &Db, owner: Uuid, Kinds(kinds): &Kinds) -> Result<Option<Job>, Error> {
    let now = db.clock().now();
    let skip = if db.backend() == DbBackend::Postgres { "for update skip locked" } else { "" };
    let sql = format!(
        "update jobs set state = 1, attempts = attempts + 1, lease_until = $1, lease_owner = $2 where id in \
         (select id from jobs where kind in ({kinds}) \
          and ((state = 0 and run_at <= $3) or (state = 1 and lease_until < $3)) \
          order by run_at, id limit 1 {skip}) returning id, kind, payload, scope, attempts, max_attempts"
    );
    let values: [Value; 3] = [(now + LEASE).into(), owner.into(), now.into()];
    let tx = db.begin_system().await?;
    let job = Job::find_by_statement(Statement::from_sql_and_values(db.backend(), sql, values)).one(&tx).await?;
    tx.commit().await?;
    Ok(job)
}

/// Gives every running job of these kinds back: for SQLite, where a starting process knows that no other one is at work.
pub(crate) async fn release_all(db: &Db, Kinds(kinds): &Kinds) -> Result<u64, Error> {
    let tx = db.begin_system().await?;
    let sql = "update jobs set state = 0, lease_until = null, lease_owner = null where state = 1 and kind in";
    let done = tx.execute_unprepared(&format!("{sql} ({kinds})")).await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

/// Keeps the lease; `false` when it is another worker's by now.
pub(crate) async fn keep(db: &Db, id: Uuid, owner: Uuid) -> Result<bool, Error> {
    let sql = "update jobs set lease_until = $3 where id = $1 and lease_owner = $2 and state = 1";
    write(db, with(db, sql, [id.into(), owner.into(), (db.clock().now() + LEASE).into()])).await.map(|rows| rows > 0)
}

pub(crate) async fn finish(db: &Db, id: Uuid, owner: Uuid) -> Result<(), Error> {
    let sql = "update jobs set state = 2, finished_at = $3, lease_until = null, last_error = null \
               where id = $1 and lease_owner = $2 and state = 1";
    write(db, with(db, sql, [id.into(), owner.into(), db.clock().now().into()])).await.map(drop)
}

pub(crate) async fn retry_at(db: &Db, id: Uuid, owner: Uuid, at: DateTime<Utc>, error: &str) -> Result<(), Error> {
    let sql = "update jobs set state = 0, run_at = $3, last_error = $4, lease_until = null \
               where id = $1 and lease_owner = $2 and state = 1";
    write(db, with(db, sql, [id.into(), owner.into(), at.into(), error.into()])).await.map(drop)
}

/// Gives a job back that was interrupted: that was no attempt.
pub(crate) async fn give_back(db: &Db, id: Uuid, owner: Uuid) -> Result<(), Error> {
    let sql = "update jobs set state = 0, attempts = attempts - 1, run_at = $3, lease_until = null \
               where id = $1 and lease_owner = $2 and state = 1";
    write(db, with(db, sql, [id.into(), owner.into(), db.clock().now().into()])).await.map(drop)
}

pub(crate) async fn set_aside(db: &Db, id: Uuid, owner: Uuid, error: &str) -> Result<(), Error> {
    let sql = "update jobs set state = 3, finished_at = $3, last_error = $4, lease_until = null \
               where id = $1 and lease_owner = $2 and state = 1";
    write(db, with(db, sql, [id.into(), owner.into(), db.clock().now().into(), error.into()])).await.map(drop)
}

/// Jobs deleted at once.
const FORGOTTEN_AT_ONCE: i64 = 5000;

/// Deletes jobs that were done before an instant, some at a time; returns how many.
///
/// # Errors
/// When the database is away.
pub async fn forget_done(db: &Db, before: DateTime<Utc>) -> Result<u64, Error> {
    let sql = "delete from jobs where id in \
               (select id from jobs where state = 2 and finished_at < $1 order by finished_at limit $2)";
    write(db, with(db, sql, [before.into(), FORGOTTEN_AT_ONCE.into()])).await
}

async fn write(db: &Db, statement: Statement) -> Result<u64, Error> {
    let tx = db.begin_system().await?;
    let done = tx.execute_raw(statement).await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

fn with(db: &Db, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.backend(), sql, values)
}
