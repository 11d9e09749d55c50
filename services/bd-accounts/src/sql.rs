//! Statements that the query builder says worse than SQL does. Placeholders are `$1 …` on both databases.

use db::Tx;
use kernel::Scope;
use sea_orm::{ConnectionTrait, Statement, Value};
use uuid::Uuid;

use crate::Error;

/// Runs a statement; gives how many rows it changed.
pub async fn run(tx: &Tx, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, Error> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected())
}

/// Runs a statement on the rows of one account.
pub async fn of_account(tx: &Tx, sql: &str, scope: &Scope, account: Uuid) -> Result<u64, Error> {
    run(tx, &format!("{sql} where org_id = $1 and account_id = $2"), [scope.org_id.0.into(), account.into()]).await
}
