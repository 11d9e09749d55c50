//! How far readers of the feed have come, by name.

use std::collections::HashMap;

use db::{Db, Error};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::statement;

/// Every place that is kept.
pub(crate) async fn all(db: &Db) -> Result<HashMap<String, i64>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        name: String,
        position: i64,
    }
    let select = Statement::from_string(db.backend(), "select name, position from event_handlers");
    let rows = Row::find_by_statement(select).all(&db.system_reader()).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.position)).collect())
}

/// Keeps a place; never goes back.
pub(crate) async fn advance(db: &Db, name: &str, to: i64) -> Result<(), Error> {
    let tx = db.begin_system().await?;
    let sql = "insert into event_handlers (name, position) values ($1, $2) \
               on conflict (name) do update set position = excluded.position \
               where event_handlers.position < excluded.position";
    tx.execute_raw(statement(db, sql, [name.into(), to.into()])).await?;
    tx.commit().await
}

/// Forgets a place: whoever comes by that name begins anew.
pub(crate) async fn forget(db: &Db, name: &str) -> Result<(), Error> {
    let tx = db.begin_system().await?;
    tx.execute_raw(statement(db, "delete from event_handlers where name = $1", [name.into()])).await?;
    tx.commit().await
}
