//! Sign-ins that have begun, in the database, so that they are taken up after a restart. What the network calls the code is
//! sealed.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;
use vault::{Place, Vault};

use super::wizard::Login;
use crate::{Error, sql, telegram::CodeSent};

fn place(scope: &Scope, account: Uuid) -> Place {
    Place { table: "bd_account_logins", column: "code_hash", org: scope.org_id, row: account }
}

/// Keeps how far a sign-in got.
pub(crate) async fn put(tx: &Tx, (vault, scope): (&Vault, &Scope), account: Uuid, login: &Login) -> Result<(), Error> {
    let hash = vault.seal(place(scope, account), login.code.hash.as_bytes())?;
    let sql = "insert into bd_account_logins (account_id, org_id, code_hash, code_via, code_length, resend_at, \
               expires_at, password_hint, tries, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
               on conflict (account_id) do update set code_hash = excluded.code_hash, code_via = excluded.code_via, \
               code_length = excluded.code_length, resend_at = excluded.resend_at, expires_at = excluded.expires_at, \
               password_hint = excluded.password_hint, tries = excluded.tries, started_at = excluded.started_at";
    let values = [
        account.into(),
        scope.org_id.0.into(),
        hash.into(),
        login.code.via.clone().into(),
        login.code.length.map(i64::from).into(),
        login.code.resend_at.into(),
        login.code.expires_at.into(),
        login.password_hint.clone().into(),
        i64::from(login.tries).into(),
        login.started_at.into(),
    ];
    sql::run(tx, sql, values).await.map(drop)
}

/// The sign-in of an account, if one has begun.
pub(crate) async fn find(
    reader: &impl ConnectionTrait,
    (vault, scope): (&Vault, &Scope),
    account: Uuid,
) -> Result<Option<Login>, Error> {
    let sql = "select code_hash, code_via, code_length, resend_at, expires_at, password_hint, tries, started_at \
               from bd_account_logins where org_id = $1 and account_id = $2";
    let values = [scope.org_id.0.into(), account.into()];
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
    let Some(row) = reader.query_one_raw(statement).await? else { return Ok(None) };
    let sealed: String = row.try_get("", "code_hash")?;
    let hash = String::from_utf8(vault.open(place(scope, account), &sealed)?).map_err(|_| vault::Error::Damaged)?;
    let number = |number: i64| u32::try_from(number).unwrap_or_default();
    let length: Option<i64> = row.try_get("", "code_length")?;
    let resend_at: Option<DateTime<Utc>> = row.try_get("", "resend_at")?;
    let code = CodeSent {
        hash,
        via: row.try_get("", "code_via")?,
        length: length.map(number),
        resend_at,
        expires_at: row.try_get("", "expires_at")?,
    };
    let (password_hint, tries): (Option<String>, i64) = (row.try_get("", "password_hint")?, row.try_get("", "tries")?);
    Ok(Some(Login { code, password_hint, tries: number(tries), started_at: row.try_get("", "started_at")? }))
}

/// Forgets a sign-in that is over.
pub(crate) async fn forget(tx: &Tx, scope: &Scope, account: Uuid) -> Result<(), Error> {
    sql::of_account(tx, "delete from bd_account_logins", scope, account).await.map(drop)
}
