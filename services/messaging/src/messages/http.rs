//! Routes that read messages.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query, Refusals};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    edits::MessageVersion,
    queries::{self, Wanted},
    view::Message,
};
use crate::Messaging;

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

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(versions))
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
