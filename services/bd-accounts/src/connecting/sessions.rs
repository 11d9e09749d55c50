//! Sessions at rest: sealed by the vault, bound to their account. Written under the token of the lease, so that only who
//! keeps an account writes its session.

use db::Tx;
use kernel::Scope;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;
use vault::{Place, Vault};

use crate::{Error, leases::Lease, sql, telegram::SessionBlob};

const SESSION: &str = "session";
const HASH: &str = "api_hash";

/// A session as it is kept, opened.
#[derive(Debug)]
pub struct Kept {
    pub session: SessionBlob,
    /// Of an app of its own.
    pub api_hash: Option<String>,
}

fn place(scope: &Scope, account: Uuid, column: &'static str) -> Place {
    Place { table: "bd_account_sessions", column, org: scope.org_id, row: account }
}

/// Keeps the session of an account that nobody keeps connected.
pub(crate) async fn put(tx: &Tx, (vault, scope): (&Vault, &Scope), account: Uuid, kept: &Kept) -> Result<(), Error> {
    let session = vault.seal(place(scope, account, SESSION), &kept.session.0)?;
    let hash = kept.api_hash.as_deref().map(|hash| vault.seal(place(scope, account, HASH), hash.as_bytes()));
    let sql = "insert into bd_account_sessions (account_id, org_id, session, api_hash, token, saved_at) \
               values ($1, $2, $3, $4, 0, $5) on conflict (account_id) do update \
               set session = excluded.session, api_hash = excluded.api_hash, saved_at = excluded.saved_at";
    let now = tx.clock().now();
    let values = [account.into(), scope.org_id.0.into(), session.into(), hash.transpose()?.into(), now.into()];
    sql::run(tx, sql, values).await.map(drop)
}

/// The session of an account.
///
/// # Errors
/// [`Error::Vault`] when the key it was sealed with is gone.
pub async fn find(
    reader: &impl ConnectionTrait,
    (vault, scope): (&Vault, &Scope),
    account: Uuid,
) -> Result<Option<Kept>, Error> {
    let sql = "select session, api_hash from bd_account_sessions where org_id = $1 and account_id = $2";
    let values = [scope.org_id.0.into(), account.into()];
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
    let Some(row) = reader.query_one_raw(statement).await? else { return Ok(None) };
    let (session, hash): (String, Option<String>) = (row.try_get("", SESSION)?, row.try_get("", HASH)?);
    let session = SessionBlob(vault.open(place(scope, account, SESSION), &session)?);
    let hash = hash.map(|hash| vault.open(place(scope, account, HASH), &hash)).transpose()?;
    let api_hash = hash.map(String::from_utf8).transpose().map_err(|_| vault::Error::Damaged)?;
    Ok(Some(Kept { session, api_hash }))
}

/// Writes what became of a session while it was connected; `false` when the lease is somebody else's by now.
///
/// # Errors
/// [`Error::Vault`]; when the database refuses.
pub async fn save(
    tx: &Tx,
    (vault, scope): (&Vault, &Scope),
    lease: &Lease,
    session: &SessionBlob,
) -> Result<bool, Error> {
    let sealed = vault.seal(place(scope, lease.account, SESSION), &session.0)?;
    let sql = "update bd_account_sessions set session = $1, token = $2, saved_at = $3 \
               where org_id = $4 and account_id = $5 and token <= $2 and exists (select 1 from bd_account_leases l \
               where l.account_id = bd_account_sessions.account_id and l.owner = $6 and l.token = $2)";
    let now = tx.clock().now();
    let (org, account) = (scope.org_id.0, lease.account);
    let values = [sealed.into(), lease.token.into(), now.into(), org.into(), account.into(), lease.owner.into()];
    Ok(sql::run(tx, sql, values).await? > 0)
}

/// Forgets a session for good.
pub(crate) async fn forget(tx: &Tx, scope: &Scope, account: Uuid) -> Result<(), Error> {
    sql::of_account(tx, "delete from bd_account_sessions", scope, account).await.map(drop)
}
