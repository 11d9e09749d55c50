//! The first message to somebody: before it went, the chat stood under their username or phone; now the channel says what it
//! calls them.

use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    chat::ChatFields,
    commands,
    store::{COLUMNS, Row},
};
use crate::Error;

/// Gives a chat that waits for its number the number, or moves its messages into the chat that has it. Gives the chat that
/// they are in.
///
/// # Errors
/// When the database refuses.
pub async fn settle(tx: &Tx, scope: &Scope, chat: Uuid, external_id: i64) -> Result<Uuid, Error> {
    let mut sql = Sql::new("select source_id, external_id, contact_id from chats where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ?", [chat.into()]);
    let Waiting { source_id: source, external_id: known, contact_id } = sql.one(tx).await?.ok_or(Error::NotFound)?;
    if !known.starts_with(['@', '+']) {
        return Ok(chat);
    }
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(scope.org_id.0)
        .with(" and c.source_id = ? and c.external_id = ?", [source.into(), external_id.to_string().into()]);
    let Some(other) = sql.one::<Row>(tx).await? else {
        let mut sql = Sql::new("update chats set external_id = ");
        sql.bind(external_id.to_string()).add(" where org_id = ").bind(scope.org_id.0);
        sql.with(" and id = ?", [chat.into()]);
        sql.run(tx).await?;
        return Ok(chat);
    };
    link(tx, scope, &other, contact_id).await?;
    let other = other.id;
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

/// A chat that waits for its number.
#[derive(FromQueryResult)]
#[expect(clippy::struct_field_names, reason = "they are the names of the columns")]
struct Waiting {
    source_id: Uuid,
    external_id: String,
    contact_id: Option<Uuid>,
}

/// Somebody was written to as a contact: the chat that they turn out to have is with that contact, unless it is known whom it
/// is with. Else their answers would be nobody's.
async fn link(tx: &Tx, scope: &Scope, chat: &Row, contact: Option<Uuid>) -> Result<(), Error> {
    if contact.is_none() || chat.contact_id.is_some() || chat.kind != "private" {
        return Ok(());
    }
    let mut sql = Sql::new("update chats set version = version + 1, updated_at = ");
    sql.bind(tx.clock().now()).add(", contact_id = ").bind(contact).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and contact_id is null", [chat.id.into()]);
    if sql.run(tx).await? == 0 {
        return Ok(());
    }
    commands::record(tx, &[(chat, ChatFields { contact_id: contact, ..chat.fields()? })]).await
}
