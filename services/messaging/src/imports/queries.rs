//! Lists of imports of history.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{channels::AccountName, permissions::CHATS_IMPORT};
use kernel::{Scope, cursor::Cursor};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    http::ChatImportStatus,
    store::{self, Listed},
};
use crate::{Error, Messaging, chats::view::Named};

/// An import of history, in short.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedChatImport {
    pub id: Uuid,
    pub file_name: String,
    pub size_bytes: i64,
    pub status: ChatImportStatus,
    /// Whose history it is; none before it was started, or when the account is gone.
    #[schema(required)]
    pub account: Option<Named>,
    /// Messages of the chats that were chosen; 0 before.
    pub messages_total: i64,
    pub messages_done: i64,
    /// How many were not here before; known at the end.
    pub messages_new: i64,
    #[schema(required)]
    pub error: Option<String>,
    pub created_by: Uuid,
    #[schema(required)]
    pub created_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A part of the list.
pub struct Part {
    pub items: Vec<ListedChatImport>,
    pub next_cursor: Option<String>,
}

/// What a cursor of the list names as its order.
const ORDER: &str = "-createdAt";

fn position(text: &str) -> Result<(DateTime<Utc>, Uuid), db::Error> {
    let cursor = Cursor::decode(text).filter(|cursor| cursor.sort == ORDER).ok_or(db::Error::Cursor)?;
    let at = cursor.keys.first().and_then(Value::as_str).and_then(|at| at.parse().ok());
    Ok((at.ok_or(db::Error::Cursor)?, cursor.id))
}

/// Imports, newest first: those of the actor, or everybody's for who reaches the whole organization.
///
/// # Errors
/// A cursor of another list; when the database or those who keep names are away.
pub async fn list(service: &Messaging, scope: &Scope, cursor: Option<&str>, limit: u64) -> Result<Part, Error> {
    scope.require(CHATS_IMPORT)?;
    let limit = limit.clamp(1, db::list::MAX_LIMIT);
    let after = cursor.map(position).transpose()?;
    let mut rows = store::list(&service.db.reader(scope), scope, after, limit + 1).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = rows.last().filter(|_| more).map(|last| {
        let keys = vec![Value::from(last.created_at.to_rfc3339())];
        Cursor { sort: ORDER.to_owned(), keys, id: last.id }.encode()
    });
    let accounts = service.account_names(scope, rows.iter().filter_map(|row| row.account_id)).await?;
    let people = service.member_names(scope, rows.iter().map(|row| row.user_id)).await?;
    Ok(Part { items: rows.into_iter().map(|row| shown(row, &accounts, &people)).collect(), next_cursor })
}

fn shown(row: Listed, accounts: &HashMap<Uuid, AccountName>, people: &HashMap<Uuid, String>) -> ListedChatImport {
    let account = row.account_id.and_then(|id| accounts.get(&id));
    ListedChatImport {
        id: row.id,
        file_name: row.file_name,
        size_bytes: row.size_bytes,
        status: ChatImportStatus::parse(&row.status).unwrap_or(ChatImportStatus::Failed),
        account: account.map(|account| Named { id: account.id, name: account.name.clone() }),
        messages_total: row.messages_total,
        messages_done: row.messages_done,
        messages_new: row.messages_new,
        error: row.error,
        created_by: row.user_id,
        created_by_name: people.get(&row.user_id).cloned(),
        created_at: row.created_at,
    }
}
