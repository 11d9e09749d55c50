//! `Idempotency-Key`: the mark is written by the request's own transaction, so a request that was done is known to be
//! done even when the process dies before answering; the answer itself is added afterwards for replay.

use chrono::{DateTime, Utc};
use kernel::{Scope, scope::IdempotencyMark};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use uuid::Uuid;

use crate::{Db, Error, Tx};

/// What is known of a key.
#[derive(Debug)]
pub struct Recorded {
    pub fingerprint: Vec<u8>,
    /// HTTP status and body, once they are known; the body as it was given to [`remember_answer`].
    pub answer: Option<(u16, Vec<u8>)>,
}

/// Looks a key up.
///
/// # Errors
/// When the database is away.
pub async fn recall(db: &Db, principal: Uuid, key: &str) -> Result<Option<Recorded>, Error> {
    let sql = "select fingerprint, status, answer from idempotency_keys where principal = $1 and key = $2";
    let Some(row) =
        db.system_reader().query_one_raw(statement(db.backend(), sql, [principal.into(), key.into()])).await?
    else {
        return Ok(None);
    };
    let status: Option<i64> = row.try_get("", "status")?;
    let answer: Option<Vec<u8>> = row.try_get("", "answer")?;
    let answer = status.and_then(|s| u16::try_from(s).ok()).zip(answer);
    Ok(Some(Recorded { fingerprint: row.try_get("", "fingerprint")?, answer }))
}

pub(crate) async fn record(tx: &Tx, scope: &Scope, mark: &IdempotencyMark) -> Result<(), Error> {
    let principal = scope.actor.id().unwrap_or(scope.org_id.0);
    let sql = "insert into idempotency_keys (principal, key, fingerprint, created_at) values ($1, $2, $3, $4) \
               on conflict do nothing";
    let values: [Value; 4] =
        [principal.into(), mark.key.clone().into(), mark.fingerprint.to_vec().into(), tx.clock().now().into()];
    let done = tx.execute_raw(statement(tx.get_database_backend(), sql, values)).await?;
    if done.rows_affected() == 0 { Err(Error::IdempotencyReplay) } else { Ok(()) }
}

/// Keeps the answer of a request that was marked. Answers may hold secrets: whoever calls this has sealed the body.
///
/// # Errors
/// When the database is away.
pub async fn remember_answer(db: &Db, principal: Uuid, key: &str, status: u16, body: &[u8]) -> Result<(), Error> {
    let tx = db.begin_system().await?;
    let sql = "update idempotency_keys set status = $3, answer = $4 where principal = $1 and key = $2";
    let values: [Value; 4] = [principal.into(), key.into(), i64::from(status).into(), body.to_vec().into()];
    tx.execute_raw(statement(db.backend(), sql, values)).await?;
    tx.commit().await
}

/// Deletes marks older than `before`, at most 10 000 at a time.
///
/// # Errors
/// When the database is away.
pub async fn forget_expired(db: &Db, before: DateTime<Utc>) -> Result<u64, Error> {
    let tx = db.begin_system().await?;
    let sql = "delete from idempotency_keys where (principal, key) in \
               (select principal, key from idempotency_keys where created_at < $1 limit 10000)";
    let done = tx.execute_raw(statement(db.backend(), sql, [before.into()])).await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

fn statement(backend: DbBackend, sql: &'static str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}
