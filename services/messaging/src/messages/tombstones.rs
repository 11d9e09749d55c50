//! Messages that were deleted: the row stays, what it said is gone.

use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::DbErr;
use uuid::Uuid;

use crate::Error;

/// Takes away what these messages said, with their files and earlier versions. Gives those that were not deleted before.
///
/// # Errors
/// When the database refuses.
pub async fn empty(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<(), Error> {
    for chunk in ids.chunks(500) {
        let mut sql = Sql::new(
            "update messages set version = version + 1, text = '', search_text = '', media_kind = null, forwarded = null, \
             edited_at = null, service = null, error = null, entities = ",
        );
        let nothing = serde_json::json!([]);
        sql.bind(nothing.clone()).add(", reactions = ").bind(nothing).add(", deleted_at = ").bind(tx.clock().now());
        sql.add(" where org_id = ").bind(scope.org_id.0).add(" and deleted_at is null and id in ");
        sql.list(chunk.iter().copied());
        sql.run(tx).await?;
        for table in ["media", "message_edits"] {
            let mut sql = Sql::new(&format!("delete from {table} where org_id = "));
            sql.bind(scope.org_id.0).add(" and message_id in ").list(chunk.iter().copied());
            sql.run(tx).await?;
        }
    }
    Ok(())
}

/// Buries messages of a chat by what the channel calls them; gives those that were not deleted before.
///
/// # Errors
/// When the database refuses.
pub async fn bury(tx: &Tx, scope: &Scope, chat: Uuid, external_ids: &[i64]) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select id from messages where org_id = ");
    sql.bind(scope.org_id.0).with(" and chat_id = ? and deleted_at is null and place in ", [chat.into()]);
    sql.list(external_ids.iter().copied());
    let rows = sql.rows(tx).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?;
    empty(tx, scope, &ids).await?;
    Ok(ids)
}
