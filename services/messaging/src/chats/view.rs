//! What is shown of chats. Names are asked of those who keep them.

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::channels::{AccountName, ChatKind, Usable};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{chat::State, queries::Listed, store::Row};
use crate::{
    Error, Messaging,
    messages::message::{Direction, Status},
    reach::{self, Readable},
};

/// Somebody or something by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// The last message of a chat, in short.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastMessage {
    pub id: Uuid,
    /// The first 120 characters.
    pub text: String,
    pub direction: Direction,
    pub status: Status,
    pub at: DateTime<Utc>,
    /// What file it has, such as `photo`.
    #[schema(required)]
    pub media_kind: Option<String>,
    #[schema(required)]
    pub sender_name: Option<String>,
}

/// What the caller has begun to write.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownDraft {
    pub text: String,
    #[schema(required)]
    pub reply_to: Option<Uuid>,
    pub at: DateTime<Utc>,
}

/// A chat that is shown as part of another one.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ChatPart {
    pub id: Uuid,
    pub title: String,
    /// `telegram` or `api`.
    pub channel: String,
    #[schema(required)]
    pub account: Option<Named>,
}

/// A chat.
#[expect(clippy::struct_field_names, reason = "`chatId` is what it is called")]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    pub id: Uuid,
    #[schema(required)]
    pub account_id: Option<Uuid>,
    #[schema(required)]
    pub account: Option<Named>,
    /// `telegram` or `api`.
    pub channel: String,
    /// What the channel calls it.
    pub chat_id: String,
    pub kind: ChatKind,
    pub title: String,
    #[schema(required)]
    pub username: Option<String>,
    #[schema(required)]
    pub phone: Option<String>,
    #[schema(required)]
    pub contact_id: Option<Uuid>,
    #[schema(required)]
    pub contact: Option<Named>,
    pub deal_ids: Vec<Uuid>,
    #[schema(required)]
    pub assignee_id: Option<Uuid>,
    #[schema(required)]
    pub assignee: Option<Named>,
    pub state: State,
    #[schema(required)]
    pub snoozed_until: Option<DateTime<Utc>>,
    pub tags: Vec<String>,
    /// Messages of theirs that we have not read, counted to 1000.
    pub unread: i64,
    /// Comments that mention the caller and were not seen.
    pub mentions_unread: i64,
    #[schema(required)]
    pub last_message: Option<LastMessage>,
    /// Of a chat without messages when it came to be.
    pub last_message_at: DateTime<Utc>,
    /// Since when they wait for an answer; only of chats with one person.
    #[schema(required)]
    pub waiting_since: Option<DateTime<Utc>>,
    /// Messages that wait for their time.
    pub scheduled: i64,
    #[schema(required)]
    pub draft: Option<ShownDraft>,
    pub can_write: bool,
    /// A sentence.
    #[schema(required)]
    pub read_only_because: Option<String>,
    /// Whether it is shown as part of another chat.
    #[schema(required)]
    pub merged_into: Option<Uuid>,
    /// The chats that are shown as part of it, as far as the caller may read them.
    pub parts: Vec<ChatPart>,
    pub version: i64,
}

/// Names that chats speak of.
struct Names {
    accounts: HashMap<Uuid, AccountName>,
    contacts: HashMap<Uuid, String>,
    people: HashMap<Uuid, String>,
    writable: Usable,
    parts: HashMap<Uuid, Vec<ChatPart>>,
}

/// Chats as they are shown.
///
/// # Errors
/// When those who keep names are away; when a stored word is unknown.
pub(super) async fn shown(
    service: &Messaging,
    scope: &Scope,
    readable: &Readable,
    rows: Vec<Listed>,
) -> Result<Vec<Chat>, Error> {
    let of = |get: fn(&Row) -> Option<Uuid>| rows.iter().filter_map(move |listed| get(&listed.row));
    let merged = rows.iter().filter(|listed| listed.is_merged).map(|listed| listed.row.id);
    let parts = parts_of(service, scope, readable, merged.collect()).await?;
    let of_parts = parts.iter().filter_map(|part| part.account_id);
    let accounts = service.account_names(scope, of(|row| row.account_id).chain(of_parts)).await?;
    let mut names = Names {
        parts: by_root(parts, &accounts),
        accounts,
        contacts: service.contact_names(scope, of(|row| row.contact_id)).await?,
        people: service.member_names(scope, of(|row| row.assignee_id)).await?,
        writable: service.writable(scope).await?,
    };
    rows.into_iter().map(|listed| view(listed, &mut names)).collect()
}

/// A part as it is stored.
#[derive(FromQueryResult)]
struct PartRow {
    id: Uuid,
    merged_into: Uuid,
    title: String,
    channel: String,
    account_id: Option<Uuid>,
}

/// The chats that are shown as part of these, as far as they are within reach; nothing is asked without one.
async fn parts_of(
    service: &Messaging,
    scope: &Scope,
    readable: &Readable,
    roots: Vec<Uuid>,
) -> Result<Vec<PartRow>, Error> {
    if roots.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("select c.id, c.merged_into, c.title, c.channel, c.account_id from chats c where c.org_id = ");
    sql.bind(scope.org_id.0).add(" and c.merged_into in ").list(roots);
    readable.narrow(&mut sql);
    sql.add(" order by c.id");
    Ok(sql.all(&service.db.reader(scope)).await?)
}

fn by_root(parts: Vec<PartRow>, accounts: &HashMap<Uuid, AccountName>) -> HashMap<Uuid, Vec<ChatPart>> {
    let mut by_root: HashMap<Uuid, Vec<ChatPart>> = HashMap::new();
    for PartRow { id, merged_into, title, channel, account_id } in parts {
        let account = account_id.and_then(|id| accounts.get(&id));
        let account = account.map(|account| Named { id: account.id, name: account.name.clone() });
        by_root.entry(merged_into).or_default().push(ChatPart { id, title, channel, account });
    }
    by_root
}

/// What a stored word of a kind of chat says.
///
/// # Errors
/// When it is unknown.
pub fn kind_of(word: &str) -> Result<ChatKind, db::Error> {
    serde_json::from_value(Value::from(word)).map_err(|_| db::Error::Stored("chats.kind"))
}

/// Why nothing can be written into a chat; `None` when it can.
#[must_use]
pub fn read_only(row: &Row, account: Option<&AccountName>, writable: &Usable) -> Option<&'static str> {
    let Some(account_id) = row.account_id else { return Some("chat.read_only.api") };
    if account.is_none() {
        Some("chat.read_only.gone")
    } else if !reach::includes(writable, account_id) {
        Some("chat.read_only.account")
    } else {
        (row.kind == "channel").then_some("chat.read_only.channel")
    }
}

fn view(listed: Listed, names: &mut Names) -> Result<Chat, Error> {
    let Listed { row, draft, mentions, is_merged: _ } = listed;
    let account = row.account_id.and_then(|id| names.accounts.get(&id));
    let because = read_only(&row, account, &names.writable);
    let fields = row.fields()?;
    let named = |id: Option<Uuid>, names: &HashMap<Uuid, String>| {
        id.and_then(|id| Some(Named { id, name: names.get(&id)?.clone() }))
    };
    Ok(Chat {
        id: row.id,
        account_id: row.account_id,
        account: account.map(|account| Named { id: account.id, name: account.name.clone() }),
        kind: kind_of(&row.kind)?,
        contact: named(row.contact_id, &names.contacts),
        assignee: named(row.assignee_id, &names.people),
        last_message: last_message(&row)?,
        channel: row.channel,
        chat_id: row.external_id,
        title: row.title,
        username: row.username,
        phone: row.phone,
        contact_id: fields.contact_id,
        deal_ids: fields.deal_ids,
        assignee_id: fields.assignee_id,
        state: fields.state,
        snoozed_until: fields.snoozed_until,
        tags: fields.tags,
        unread: row.unread,
        mentions_unread: mentions,
        last_message_at: row.last_at,
        waiting_since: row.waiting_since,
        scheduled: row.scheduled,
        draft,
        can_write: because.is_none(),
        read_only_because: because.map(|code| api::messages::text(api::context::locale(), code, &[])),
        merged_into: row.merged_into,
        parts: names.parts.remove(&row.id).unwrap_or_default(),
        version: row.version,
    })
}

fn last_message(row: &Row) -> Result<Option<LastMessage>, Error> {
    let (Some(id), Some(direction), Some(status)) = (row.last_id, &row.last_direction, &row.last_status) else {
        return Ok(None);
    };
    Ok(Some(LastMessage {
        id,
        text: row.last_text.clone().unwrap_or_default(),
        direction: Direction::parse(direction).ok_or(db::Error::Stored("chats.last_direction"))?,
        status: Status::parse(status).ok_or(db::Error::Stored("chats.last_status"))?,
        at: row.last_at,
        media_kind: row.last_media.clone(),
        sender_name: row.last_sender.clone(),
    }))
}
