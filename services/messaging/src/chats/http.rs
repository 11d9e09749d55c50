//! Routes of chats and of the inbox, which lists them.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    chat::ChatPatch,
    commands,
    counts::{self, InboxCounts},
    inbox::{self, Queue, Wanted},
    merge, queries,
    view::Chat,
};
use crate::Messaging;

/// Chats of a page when the caller names no number.
const DEFAULT_LIMIT: u64 = 30;

/// Which chats are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct InboxParams {
    /// `all` unless given.
    #[param(inline)]
    queue: Option<Queue>,
    account_id: Option<Uuid>,
    /// `telegram` or `api`.
    channel: Option<String>,
    tag: Option<String>,
    /// Words of the title; each may be the beginning of a word.
    search: Option<String>,
    /// Only those with unread messages.
    unread: Option<bool>,
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// Chats of a part, 30 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Which chats are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ChatsParams {
    bd_account_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    deal_id: Option<Uuid>,
    channel: Option<String>,
    search: Option<String>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Where a part of a list stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChatsPage)]
pub struct CursorPage {
    pub limit: u64,
    /// Null on the last part.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// Chats, the one with the newest message first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatList {
    items: Vec<Chat>,
    page: CursorPage,
}

/// A change of several chats alike.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatsChange {
    #[schema(max_items = 100)]
    ids: Vec<Uuid>,
    change: ChatPatch,
}

/// Chats as they are now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedChats {
    items: Vec<Chat>,
}

/// What a chat is to be part of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChatMerge {
    into: Uuid,
}

/// The contact that a chat was linked to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkedContact {
    contact_id: Uuid,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new()
        .routes(routes!(inbox))
        .routes(routes!(count))
        .routes(routes!(list))
        .routes(routes!(get, change))
        .routes(routes!(change_many))
        .routes(routes!(create_contact))
        .routes(routes!(merge_into))
        .routes(routes!(split))
}

async fn part(service: &Messaging, caller: &Caller, wanted: Wanted) -> Result<Json<ChatList>, ApiError> {
    let limit = wanted.limit;
    let part = inbox::list(service, caller.scope(), &wanted).await?;
    Ok(Json(ChatList { items: part.items, page: CursorPage { limit, next_cursor: part.next_cursor } }))
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.chars().take(200).collect()).filter(|text: &String| !text.trim().is_empty())
}

/// Lists the inbox
///
/// The chat with the newest message first.
#[utoipa::path(
    get, path = "/inbox", operation_id = "listInbox", tag = "Messaging", params(InboxParams),
    responses((status = 200, description = "A part of the list", body = ChatList), Refusals)
)]
async fn inbox(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<InboxParams>,
) -> Result<Json<ChatList>, ApiError> {
    let wanted = Wanted {
        queue: params.queue,
        account_id: params.account_id,
        channel: given(params.channel),
        tag: given(params.tag),
        search: given(params.search),
        unread: params.unread,
        cursor: params.cursor.filter(|cursor| !cursor.is_empty()),
        limit: params.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, db::list::MAX_LIMIT),
        ..Wanted::default()
    };
    part(&service, &caller, wanted).await
}

/// Counts unread chats
///
/// By queue, each counted to 100.
#[utoipa::path(
    get, path = "/inbox/counts", operation_id = "countInbox", tag = "Messaging",
    responses((status = 200, description = "How many", body = InboxCounts), Refusals)
)]
async fn count(State(service): State<Arc<Messaging>>, caller: Caller) -> Result<Json<InboxCounts>, ApiError> {
    Ok(Json(counts::counts(&service, caller.scope()).await?))
}

/// Lists chats
///
/// Of a contact, a deal or an account; the one with the newest message first.
#[utoipa::path(
    get, path = "/chats", operation_id = "listChats", tag = "Messaging", params(ChatsParams),
    responses((status = 200, description = "A part of the list", body = ChatList), Refusals)
)]
async fn list(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<ChatsParams>,
) -> Result<Json<ChatList>, ApiError> {
    let wanted = Wanted {
        account_id: params.bd_account_id,
        contact_id: params.contact_id,
        deal_id: params.deal_id,
        channel: given(params.channel),
        search: given(params.search),
        cursor: params.cursor.filter(|cursor| !cursor.is_empty()),
        limit: params.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, db::list::MAX_LIMIT),
        ..Wanted::default()
    };
    part(&service, &caller, wanted).await
}

/// Gets a chat
#[utoipa::path(
    get, path = "/chats/{id}", operation_id = "getChat", tag = "Messaging", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The chat", body = Chat), Refusals)
)]
async fn get(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Chat>, ApiError> {
    Ok(Json(queries::get(&service, caller.scope(), id).await?))
}

/// Changes a chat
///
/// Assigns, puts off, finishes, tags, links it. What is left out stays. `If-Match` names the version it is based on.
#[utoipa::path(
    patch, path = "/chats/{id}", operation_id = "updateChat", tag = "Messaging", params(("id" = Uuid, Path)),
    request_body = ChatPatch,
    responses((status = 200, description = "The chat", body = Chat), Refusals)
)]
async fn change(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(patch): Json<ChatPatch>,
) -> Result<Json<Chat>, ApiError> {
    let expected = version.or_body(patch.version);
    Ok(Json(commands::change(&service, caller.scope(), id, &patch, expected).await?))
}

/// Changes chats alike
///
/// Those out of reach are passed over.
#[utoipa::path(
    post, path = "/chats/bulk", operation_id = "updateChats", tag = "Messaging", request_body = ChatsChange,
    responses((status = 200, description = "The chats", body = ChangedChats), Refusals)
)]
async fn change_many(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Json(body): Json<ChatsChange>,
) -> Result<Json<ChangedChats>, ApiError> {
    let items = commands::change_many(&service, caller.scope(), &body.ids, &body.change).await?;
    Ok(Json(ChangedChats { items }))
}

/// Makes a contact of a chat
///
/// Of whom it is with, and links it.
#[utoipa::path(
    post, path = "/chats/{id}/contact", operation_id = "createContactOfChat", tag = "Messaging",
    params(("id" = Uuid, Path)),
    responses((status = 201, description = "The contact", body = LinkedContact), Refusals)
)]
async fn create_contact(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<(axum::http::StatusCode, Json<LinkedContact>), ApiError> {
    let contact_id = commands::create_contact(&service, caller.scope(), id).await?;
    Ok((axum::http::StatusCode::CREATED, Json(LinkedContact { contact_id })))
}

/// Shows a chat as part of another one
///
/// Their messages are shown together; each is still answered where it came from.
#[utoipa::path(
    post, path = "/chats/{id}/merge", operation_id = "mergeChat", tag = "Messaging", params(("id" = Uuid, Path)),
    request_body = ChatMerge, responses((status = 200, description = "The other chat", body = Chat), Refusals)
)]
async fn merge_into(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<ChatMerge>,
) -> Result<Json<Chat>, ApiError> {
    Ok(Json(merge::merge(&service, caller.scope(), id, body.into).await?))
}

/// Takes merged chats apart
///
/// One that is part of another: it alone. Else all its parts.
#[utoipa::path(
    post, path = "/chats/{id}/split", operation_id = "splitChat", tag = "Messaging", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The chat", body = Chat), Refusals)
)]
async fn split(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Chat>, ApiError> {
    Ok(Json(merge::split(&service, caller.scope(), id).await?))
}
