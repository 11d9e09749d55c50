//! Which process keeps an account connected. A lease has an owner, an end, and a token that grows with every owner: what is
//! written under an older one is not written, so that a process that lost an account cannot touch its session.

use chrono::{DateTime, TimeDelta, Utc};
use db::{Db, Tx};
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use uuid::Uuid;

use crate::{Error, sql};

/// How long a process keeps an account without a sign of life. Clocks of processes may differ by a part of it.
pub const TERM: TimeDelta = TimeDelta::seconds(30);

/// An account that is to be kept connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Wanted {
    pub account_id: Uuid,
    pub org_id: Uuid,
}

/// The right to keep an account connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    pub account: Uuid,
    pub org: OrgId,
    /// The process.
    pub owner: Uuid,
    pub token: i64,
}

/// Has an account kept connected from now on.
pub(crate) async fn want(tx: &Tx, scope: &Scope, account: Uuid) -> Result<(), Error> {
    let sql = "insert into bd_account_leases (account_id, org_id, wanted, token) values ($1, $2, $3, 0) \
               on conflict (account_id) do update set wanted = excluded.wanted";
    sql::run(tx, sql, [account.into(), scope.org_id.0.into(), true.into()]).await.map(drop)
}

/// Has it kept no longer: whoever keeps it learns so when it renews, and nobody else takes it before.
pub(crate) async fn want_no_more(tx: &Tx, scope: &Scope, account: Uuid) -> Result<(), Error> {
    let sql = "update bd_account_leases set wanted = $3, owner = null, token = token + 1 \
               where org_id = $1 and account_id = $2";
    sql::run(tx, sql, [scope.org_id.0.into(), account.into(), false.into()]).await.map(drop)
}

/// Accounts that nobody keeps, of all organizations.
///
/// # Errors
/// When the database is away.
pub async fn free(db: &Db, limit: u64) -> Result<Vec<Wanted>, Error> {
    let sql = "select account_id, org_id from bd_account_leases where wanted = $3 and (until is null or until < $1) \
               order by account_id limit $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values = [db.clock().now().into(), limit.into(), true.into()];
    let statement = Statement::from_sql_and_values(db.backend(), sql, values);
    Ok(Wanted::find_by_statement(statement).all(&db.system_reader()).await?)
}

/// Takes an account that nobody keeps; none when somebody was quicker, or when it is not wanted any more.
///
/// # Errors
/// When the database is away.
pub async fn take(db: &Db, wanted: Wanted, owner: Uuid) -> Result<Option<Lease>, Error> {
    let tx = db.begin_system().await?;
    let now = tx.clock().now();
    let sql = "update bd_account_leases set owner = $1, token = token + 1, until = $2 \
               where account_id = $3 and wanted = $5 and (until is null or until < $4) returning token";
    let values = [owner.into(), (now + TERM).into(), wanted.account_id.into(), now.into(), true.into()];
    let statement = Statement::from_sql_and_values(db.backend(), sql, values);
    let row = tx.query_one_raw(statement).await?;
    let token: Option<i64> = row.map(|row| row.try_get("", "token")).transpose()?;
    tx.commit().await?;
    Ok(token.map(|token| Lease { account: wanted.account_id, org: OrgId(wanted.org_id), owner, token }))
}

impl Lease {
    /// Goes on keeping; `false` when the account is somebody else's now, or not wanted any more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn renew(&self, db: &Db) -> Result<bool, Error> {
        let tx = db.begin_system().await?;
        let until = tx.clock().now() + TERM;
        let sql = "update bd_account_leases set until = $1 where account_id = $2 and owner = $3 and token = $4";
        let values = [until.into(), self.account.into(), self.owner.into(), self.token.into()];
        let renewed = sql::run(&tx, sql, values).await? > 0;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Lets another process take it at once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn let_go(&self, db: &Db) -> Result<(), Error> {
        let tx = db.begin_system().await?;
        let sql = "update bd_account_leases set owner = null, until = null \
                   where account_id = $1 and owner = $2 and token = $3";
        sql::run(&tx, sql, [self.account.into(), self.owner.into(), self.token.into()]).await?;
        Ok(tx.commit().await?)
    }
}

/// Gives back every account that a process keeps: an embedded database has one, so at its start nobody does.
///
/// # Errors
/// When the database is away.
pub async fn release_all(db: &Db) -> Result<(), Error> {
    let tx = db.begin_system().await?;
    sql::run(&tx, "update bd_account_leases set owner = null, until = null", []).await?;
    Ok(tx.commit().await?)
}

/// Until when somebody may keep an account connected.
pub(crate) async fn kept_until(reader: &impl ConnectionTrait, account: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
    let sql = "select until from bd_account_leases where account_id = $1";
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, [account.into()]);
    let row = reader.query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get("", "until")).transpose()?.flatten())
}
