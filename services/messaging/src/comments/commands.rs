//! Writing and reading comments. Who may read the chat may read them; one's own can be changed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    events::{COMMENT_CREATED, COMMENT_DELETED, COMMENT_UPDATED, ChatTold, CommentTold},
    permissions::{CHATS_READ, CHATS_WRITE},
};
use db::{Action, Change, Tx, columns::Texts};
use events::NewEvent;
use kernel::{Resource, Scope, error::Forbidden};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    mention,
    store::{self, Row},
};
use crate::{
    Error, Messaging,
    chats::{commands::members, store as chats, view::Named},
};

const KIND: &str = "comment";
/// Most comments of a stretch.
pub const MAX_LIMIT: u64 = 100;

/// What somebody said beside a chat.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChatComment {
    pub id: Uuid,
    pub chat_id: Uuid,
    /// Who wrote it; without a name when they left.
    pub author_id: Uuid,
    #[schema(required)]
    pub author: Option<Named>,
    /// Mentions stand in it as `@[Name](user:<id>)`.
    pub text: String,
    pub mentions: Vec<Uuid>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

async fn shown(service: &Messaging, scope: &Scope, rows: Vec<Row>) -> Result<Vec<ChatComment>, Error> {
    let names = service.member_names(scope, rows.iter().map(|row| row.author_id)).await?;
    let view = |row: Row| ChatComment {
        id: row.id,
        chat_id: row.chat_id,
        author_id: row.author_id,
        author: names.get(&row.author_id).map(|name| Named { id: row.author_id, name: name.clone() }),
        mentions: row.mentions.0.iter().filter_map(|id| id.parse().ok()).collect(),
        text: row.text,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The last comments of a chat, or those before one; oldest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list(
    service: &Messaging,
    scope: &Scope,
    chat: Uuid,
    (before, limit): (Option<Uuid>, u64),
) -> Result<Vec<ChatComment>, Error> {
    scope.require(CHATS_READ)?;
    let readable = service.readable(scope).await?;
    let reader = service.db.reader(scope);
    let parts = chats::whole(&reader, scope, &readable, chat).await?;
    let before = match before {
        Some(id) => Some(store::get(&reader, scope, id).await.map(|row| (row.created_at, row.id))?),
        None => None,
    };
    let ids: Vec<Uuid> = parts.iter().map(|part| part.id).collect();
    let rows = store::of_chats(&reader, scope, &ids, (before, limit.clamp(1, MAX_LIMIT))).await?;
    shown(service, scope, rows).await
}

async fn one(service: &Messaging, scope: &Scope, row: Row) -> Result<ChatComment, Error> {
    shown(service, scope, vec![row]).await?.pop().ok_or(Error::NotFound)
}

async fn written(service: &Messaging, scope: &Scope, text: &str) -> Result<(String, Vec<Uuid>), Error> {
    let members = if mention::mentions_somebody(text) { members(service, scope).await? } else { HashMap::new() };
    Ok(mention::written(text, &members)?)
}

fn texts(ids: &[Uuid]) -> Texts {
    Texts(ids.iter().map(Uuid::to_string).collect())
}

/// Writes a comment.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`].
pub async fn create(service: &Messaging, scope: &Scope, chat: Uuid, text: &str) -> Result<ChatComment, Error> {
    scope.require(CHATS_WRITE)?;
    let author_id = Messaging::me(scope)?;
    let readable = service.readable(scope).await?;
    chats::get(&service.db.reader(scope), scope, &readable, chat).await?;
    let (text, mentions) = written(service, scope, text).await?;
    let tx = service.db.begin(scope).await?;
    let at = tx.clock().now();
    let mentioned = texts(&mentions);
    let row = Row {
        id: tx.clock().new_id(),
        chat_id: chat,
        author_id,
        text,
        mentions: mentioned,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    store::insert(&tx, scope, &row).await?;
    let others: Vec<Uuid> = mentions.into_iter().filter(|user| *user != author_id).collect();
    store::mention(&tx, scope, &row, &others).await?;
    record(&tx, None, &row, Action::Created).await?;
    let data = json!(CommentTold { chat_id: chat, mentions: others });
    events::append(&tx, [NewEvent::of(COMMENT_CREATED, KIND, row.id, data)]).await?;
    tx.commit().await?;
    one(service, scope, row).await
}

async fn record(tx: &Tx, old: Option<&Row>, new: &Row, action: Action) -> Result<(), Error> {
    let image = |row: &Row| json!({ "text": row.text });
    let before = old.map_or_else(|| json!({}), image);
    let after = if action == Action::Deleted { json!({}) } else { image(new) };
    let change = Change::between(KIND, new.id, action, &before, &after, new.version);
    Ok(db::change_log::record(tx, [Change { record_id: new.chat_id, ..change }]).await?)
}

/// A comment that the actor may change: agents their own, whoever reaches the organization any.
async fn own(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let reader = service.db.reader(scope);
    let row = store::get(&reader, scope, id).await?;
    let readable = service.readable(scope).await?;
    chats::get(&reader, scope, &readable, row.chat_id).await?;
    if scope.reaches_all(Resource::Chats) || scope.user_id().map(Uuid::from) == Some(row.author_id) {
        return Ok(row);
    }
    Err(Forbidden { permission: CHATS_WRITE.name }.into())
}

async fn stale(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Error, Error> {
    let row = store::get(&service.db.reader(scope), scope, id).await?;
    Ok(Error::Stale(serde_json::to_value(one(service, scope, row).await?).unwrap_or_default()))
}

/// Rewrites a comment.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; [`Error::Invalid`].
pub async fn change(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    text: &str,
    expected: Option<i64>,
) -> Result<ChatComment, Error> {
    scope.require(CHATS_WRITE)?;
    let old = own(service, scope, id).await?;
    if expected.is_some_and(|version| version != old.version) {
        return Err(stale(service, scope, id).await?);
    }
    let (text, mentions) = written(service, scope, text).await?;
    if text == old.text {
        return one(service, scope, old).await;
    }
    let tx = service.db.begin(scope).await?;
    let (version, updated_at) = (old.version + 1, tx.clock().now());
    let row = Row { text, mentions: texts(&mentions), version, updated_at, ..old.clone() };
    if !store::update(&tx, scope, &row, false).await? {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    }
    store::unmention(&tx, scope, id, &mentions).await?;
    let anew = |user: &Uuid| *user != old.author_id && !old.mentions.0.contains(&user.to_string());
    let anew: Vec<Uuid> = mentions.into_iter().filter(anew).collect();
    store::mention(&tx, scope, &row, &anew).await?;
    record(&tx, Some(&old), &row, Action::Updated).await?;
    let data = json!(CommentTold { chat_id: row.chat_id, mentions: anew });
    events::append(&tx, [NewEvent::of(COMMENT_UPDATED, KIND, id, data)]).await?;
    tx.commit().await?;
    one(service, scope, row).await
}

/// Deletes a comment.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(CHATS_WRITE)?;
    let old = own(service, scope, id).await?;
    let tx = service.db.begin(scope).await?;
    let row = Row { version: old.version + 1, updated_at: tx.clock().now(), ..old.clone() };
    if !store::update(&tx, scope, &row, true).await? {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    }
    store::unmention(&tx, scope, id, &[]).await?;
    record(&tx, Some(&old), &row, Action::Deleted).await?;
    let data = json!(ChatTold { chat_id: row.chat_id });
    events::append(&tx, [NewEvent::of(COMMENT_DELETED, KIND, id, data)]).await?;
    Ok(tx.commit().await?)
}
