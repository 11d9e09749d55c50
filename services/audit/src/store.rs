//! Rows of the chain.

use db::Tx;
use kernel::OrgId;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use crate::{
    Error,
    line::{BEGINNING, Line},
    subscriptions::HANDLER,
};

const COLUMNS: &str = "org_id, number, event_id, at, actor_kind, actor_id, action, subject_kind, subject_ids, \
                       subject_count, changes, request_id, ip, device, hash";

fn statement(on: &impl ConnectionTrait, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(on.get_database_backend(), sql, values)
}

/// The number of the next line and the hash of the one before it. The chain is held until the transaction ends.
pub async fn take_number(tx: &Tx, org: OrgId) -> Result<(i64, Vec<u8>), Error> {
    let begin = "insert into audit_chains (org_id, number, head) values ($1, 0, $2) on conflict do nothing";
    tx.execute_raw(statement(tx, begin, [org.0.into(), BEGINNING.to_vec().into()])).await?;
    let take = "update audit_chains set number = number + 1 where org_id = $1 returning number, head";
    let row = tx.query_one_raw(statement(tx, take, [org.0.into()])).await?.ok_or(db::Error::Stored("audit_chains"))?;
    Ok((row.try_get("", "number")?, row.try_get("", "head")?))
}

/// Writes the line whose number was taken.
pub async fn append(tx: &Tx, line: &Line) -> Result<(), Error> {
    let sql = format!(
        "insert into audit_lines (subject_id, {COLUMNS}) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    let values: [Value; 16] = [
        line.subjects().first().copied().into(),
        line.org_id.into(),
        line.number.into(),
        line.event_id.into(),
        line.at.into(),
        line.actor_kind.clone().into(),
        line.actor_id.into(),
        line.action.clone().into(),
        line.subject_kind.clone().into(),
        line.subject_ids.clone().into(),
        line.subject_count.into(),
        line.changes.clone().into(),
        line.request_id.clone().into(),
        line.ip.clone().into(),
        line.device.clone().into(),
        line.hash.clone().into(),
    ];
    tx.execute_raw(statement(tx, &sql, values)).await?;
    let head = "update audit_chains set head = $2 where org_id = $1";
    tx.execute_raw(statement(tx, head, [line.org_id.into(), line.hash.clone().into()])).await?;
    Ok(())
}

/// The number of the last line and its hash; none where nothing was ever written.
pub async fn head(on: &impl ConnectionTrait, org: OrgId) -> Result<Option<(i64, Vec<u8>)>, Error> {
    let sql = "select number, head from audit_chains where org_id = $1";
    let row = on.query_one_raw(statement(on, sql, [org.0.into()])).await?;
    Ok(row.map(|row| Ok::<_, sea_orm::DbErr>((row.try_get("", "number")?, row.try_get("", "head")?))).transpose()?)
}

/// How many events were set aside that should have become lines.
pub async fn set_aside(on: &impl ConnectionTrait, org: OrgId) -> Result<i64, Error> {
    let sql = "select count(*) as n from event_dead_letters where org_id = $1 and handler = $2";
    let row = on.query_one_raw(statement(on, sql, [org.0.into(), HANDLER.into()])).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "n"))?)
}

/// Lines after a number, the oldest first.
pub async fn after(on: &impl ConnectionTrait, org: OrgId, number: i64, limit: u64) -> Result<Vec<Line>, Error> {
    let sql =
        format!("select {COLUMNS} from audit_lines where org_id = $1 and number > $2 order by number limit {limit}");
    let statement = statement(on, &sql, [org.0.into(), number.into()]);
    Ok(Line::find_by_statement(statement).all(on).await?)
}
