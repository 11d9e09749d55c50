//! Routes that read messages.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query, Refusals};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    edits::MessageVersion,
    queries::{self, Wanted},
    search::{self, Found},
    stats::{self, MessageStats},
    view::Message,
};
use crate::{Messaging, chats::http::CursorPage};

/// Messages of a stretch when the caller names no number.
const DEFAULT_LIMIT: u64 = 50;

/// Which messages are wanted. One of chat, contact, channel or account is named.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct MessagesParams {
    chat_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    /// `telegram` or `api`.
    channel: Option<String>,
    /// An inbound channel.
    channel_id: Option<Uuid>,
    bd_account_id: Option<Uuid>,
    /// A message: those before it.
    before: Option<Uuid>,
    /// A message: those after it.
    after: Option<Uuid>,
    /// A message: those around it, and itself.
    around: Option<Uuid>,
    /// Messages of a stretch, 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// What lies beyond a stretch of messages.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessagesPage {
    limit: u64,
    /// Whether there are older ones.
    has_before: bool,
    /// Whether there are newer ones.
    has_after: bool,
}

/// A stretch of messages, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageList {
    items: Vec<Message>,
    page: MessagesPage,
}

/// What a message said before, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageVersions {
    items: Vec<MessageVersion>,
}

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct SearchParams {
    /// Words; each may be the beginning of one.
    q: String,
    /// In this chat only.
    chat_id: Option<Uuid>,
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// Messages of a part, 20 unless given.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<u64>,
}

/// Messages that were found, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundMessages {
    items: Vec<Found>,
    page: CursorPage,
}

/// Which messages are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct StatsParams {
    /// 30 days before the end unless given.
    from: Option<DateTime<Utc>>,
    /// Now unless given; not counted itself.
    to: Option<DateTime<Utc>>,
    account_id: Option<Uuid>,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(versions))
        .routes(routes!(search))
        .routes(routes!(stats))
}

/// Lists messages
///
/// The newest unless `before`, `after` or `around` name another stretch; oldest first.
#[utoipa::path(
    get, path = "/messages", operation_id = "listMessages", tag = "Messaging", params(MessagesParams),
    responses((status = 200, description = "A stretch of messages", body = MessageList), Refusals)
)]
async fn list(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<MessagesParams>,
) -> Result<Json<MessageList>, ApiError> {
    let limit = params.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, queries::MAX_LIMIT);
    let wanted = Wanted {
        chat_id: params.chat_id,
        contact_id: params.contact_id,
        channel: params.channel.filter(|channel| !channel.is_empty()),
        channel_id: params.channel_id,
        account_id: params.bd_account_id,
        before: params.before,
        after: params.after,
        around: params.around,
        limit,
    };
    let stretch = queries::list(&service, caller.scope(), &wanted).await?;
    let page = MessagesPage { limit, has_before: stretch.has_before, has_after: stretch.has_after };
    Ok(Json(MessageList { items: stretch.items, page }))
}

/// Gets a message
#[utoipa::path(
    get, path = "/messages/{id}", operation_id = "getMessage", tag = "Messaging", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The message", body = Message), Refusals)
)]
async fn get(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(queries::get(&service, caller.scope(), id).await?))
}

/// Lists what a message said before
#[utoipa::path(
    get, path = "/messages/{id}/edits", operation_id = "listMessageEdits", tag = "Messaging",
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "Earlier versions, the newest first", body = MessageVersions), Refusals)
)]
async fn versions(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<MessageVersions>, ApiError> {
    Ok(Json(MessageVersions { items: queries::versions(&service, caller.scope(), id).await? }))
}

/// Searches messages
///
/// All history within reach, the newest first.
#[utoipa::path(
    get, path = "/search", operation_id = "searchMessages", tag = "Messaging", params(SearchParams),
    responses((status = 200, description = "A part of what was found", body = FoundMessages), Refusals)
)]
async fn search(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<SearchParams>,
) -> Result<Json<FoundMessages>, ApiError> {
    let limit = params.limit.unwrap_or(20).clamp(1, 50);
    let question: String = params.q.chars().take(200).collect();
    let cursor = params.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let part = search::search(&service, caller.scope(), (&question, params.chat_id), (cursor, limit)).await?;
    Ok(Json(FoundMessages { items: part.items, page: CursorPage { limit, next_cursor: part.next_cursor } }))
}

/// Counts messages
///
/// Of a period of at most 366 days, by channel, direction, status and day.
#[utoipa::path(
    get, path = "/stats", operation_id = "getMessageStats", tag = "Messaging", params(StatsParams),
    responses((status = 200, description = "How many", body = MessageStats), Refusals)
)]
async fn stats(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<StatsParams>,
) -> Result<Json<MessageStats>, ApiError> {
    let period = (params.from, params.to);
    Ok(Json(stats::stats(&service, caller.scope(), period, params.account_id).await?))
}
