//! The first message to somebody: before it went, the chat stood under their username or phone; now the channel says what it
//! calls them.

use db::Tx;
use kernel::Scope;
use uuid::Uuid;

use crate::{Error, sql::Sql};

/// Gives a chat that waits for its number the number, or moves its messages into the chat that has it. Gives the chat that
/// they are in.
///
/// # Errors
/// When the database refuses.
pub async fn settle(tx: &Tx, scope: &Scope, chat: Uuid, external_id: i64) -> Result<Uuid, Error> {
    let mut sql = Sql::new("select source_id, external_id from chats where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ?", [chat.into()]);
    let row = sql.rows(tx).await?.pop().ok_or(Error::NotFound)?;
    let (source, known): (Uuid, String) = (row.try_get("", "source_id")?, row.try_get("", "external_id")?);
    if !known.starts_with(['@', '+']) {
        return Ok(chat);
    }
    let mut sql = Sql::new("select id from chats where org_id = ");
    sql.bind(scope.org_id.0)
        .with(" and source_id = ? and external_id = ?", [source.into(), external_id.to_string().into()]);
    let Some(other) = sql.rows(tx).await?.pop() else {
        let mut sql = Sql::new("update chats set external_id = ");
        sql.bind(external_id.to_string()).add(" where org_id = ").bind(scope.org_id.0);
        sql.with(" and id = ?", [chat.into()]);
        sql.run(tx).await?;
        return Ok(chat);
    };
    let other: Uuid = other.try_get("", "id")?;
    for table in ["messages", "media", "errands", "chat_comments", "chat_mentions"] {
        let mut sql = Sql::new(&format!("update {table} set chat_id = "));
        sql.bind(other).add(" where org_id = ").bind(scope.org_id.0).with(" and chat_id = ?", [chat.into()]);
        sql.run(tx).await?;
    }
    for table in ["drafts where chat_id", "chats where id"] {
        let mut sql = Sql::new(&format!("delete from {table} = "));
        sql.bind(chat).add(" and org_id = ").bind(scope.org_id.0);
        sql.run(tx).await?;
    }
    Ok(other)
}
