//! What is shown of chats. Names are asked of those who keep them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::channels::{AccountName, ChatKind, Usable};
use kernel::Scope;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{chat::State, queries::Listed, store::Row};
use crate::{
    Error, Messaging,
    messages::message::{Direction, Status},
    reach,
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
    pub version: i64,
}

/// Names that chats speak of.
struct Names {
    accounts: HashMap<Uuid, AccountName>,
    contacts: HashMap<Uuid, String>,
    people: HashMap<Uuid, String>,
    writable: Usable,
}

/// Chats as they are shown.
///
/// # Errors
/// When those who keep names are away; when a stored word is unknown.
pub(super) async fn shown(service: &Messaging, scope: &Scope, rows: Vec<Listed>) -> Result<Vec<Chat>, Error> {
    let of = |get: fn(&Row) -> Option<Uuid>| rows.iter().filter_map(move |listed| get(&listed.row));
    let names = Names {
        accounts: service.account_names(scope, of(|row| row.account_id)).await?,
        contacts: service.contact_names(scope, of(|row| row.contact_id)).await?,
        people: service.member_names(scope, of(|row| row.assignee_id)).await?,
        writable: service.writable(scope).await?,
    };
    rows.into_iter().map(|listed| view(listed, &names)).collect()
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

fn view(listed: Listed, names: &Names) -> Result<Chat, Error> {
    let Listed { row, draft, mentions } = listed;
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
