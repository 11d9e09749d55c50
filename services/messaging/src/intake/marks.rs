//! What is told of messages that are not here (yet): that they were deleted, how people react. It is kept until they come,
//! so that news mean the same in any order.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::channels::Reaction;
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Error, chats::store::Row};

/// Ids of one statement.
const AT_ONCE: usize = 500;

/// Whose numbers messages of a chat share: private chats and basic groups of an account count together.
#[must_use]
pub fn family(chat: &Row) -> String {
    if is_common(chat) { String::new() } else { chat.external_id.clone() }
}

/// Whether the numbers of its messages are those of the account.
#[must_use]
pub fn is_common(chat: &Row) -> bool {
    matches!(chat.kind.as_str(), "private" | "bot" | "group")
}

/// What was told of a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mark {
    pub deleted_at: Option<DateTime<Utc>>,
    pub reactions: Option<Vec<Reaction>>,
}

#[derive(FromQueryResult)]
struct Stored {
    external_id: i64,
    chat: String,
    deleted_at: Option<DateTime<Utc>>,
    reactions: Option<Value>,
}

/// What was told of these messages, by number and family.
pub async fn load(tx: &Tx, scope: &Scope, account: Uuid, ids: &[i64]) -> Result<HashMap<(i64, String), Mark>, Error> {
    let mut marks = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let mut sql = Sql::new("select external_id, chat, deleted_at, reactions from message_marks where org_id = ");
        sql.bind(scope.org_id.0).with(" and source_id = ? and external_id in ", [account.into()]);
        sql.list(ids.iter().copied());
        for row in sql.all::<Stored>(tx).await? {
            let reactions = row.reactions.map(|value| serde_json::from_value(value).unwrap_or_default());
            marks.insert((row.external_id, row.chat), Mark { deleted_at: row.deleted_at, reactions });
        }
    }
    Ok(marks)
}

/// Keeps that these were deleted.
pub async fn bury(tx: &Tx, scope: &Scope, account: Uuid, deleted: &[(i64, String)]) -> Result<(), Error> {
    for chunk in deleted.chunks(AT_ONCE) {
        let mut sql =
            Sql::new("insert into message_marks (org_id, source_id, external_id, chat, noted_at, deleted_at) values ");
        for (index, (id, chat)) in chunk.iter().enumerate() {
            sql.add(if index == 0 { "" } else { ", " }).with(
                "(?, ?, ?, ?, ?, ?)",
                [
                    scope.org_id.0.into(),
                    account.into(),
                    (*id).into(),
                    chat.as_str().into(),
                    tx.clock().now().into(),
                    tx.clock().now().into(),
                ],
            );
        }
        sql.add(
            " on conflict (org_id, source_id, external_id, chat) do update set \
             deleted_at = coalesce(message_marks.deleted_at, excluded.deleted_at), reactions = null",
        );
        sql.run(tx).await?;
    }
    Ok(())
}

/// Keeps how people react to these.
pub async fn react(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    reactions: &[(i64, String, &[Reaction])],
) -> Result<(), Error> {
    for chunk in reactions.chunks(AT_ONCE) {
        let mut sql =
            Sql::new("insert into message_marks (org_id, source_id, external_id, chat, noted_at, reactions) values ");
        for (index, (id, chat, reactions)) in chunk.iter().enumerate() {
            sql.add(if index == 0 { "" } else { ", " }).with(
                "(?, ?, ?, ?, ?, ?)",
                [
                    scope.org_id.0.into(),
                    account.into(),
                    (*id).into(),
                    chat.as_str().into(),
                    tx.clock().now().into(),
                    json!(reactions).into(),
                ],
            );
        }
        sql.add(" on conflict (org_id, source_id, external_id, chat) do update set reactions = excluded.reactions");
        sql.add(" where message_marks.deleted_at is null");
        sql.run(tx).await?;
    }
    Ok(())
}
