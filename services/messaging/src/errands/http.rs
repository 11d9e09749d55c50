//! Routes that write messages: send, call back, try again, edit, delete, read, react; and what waits.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use contracts::channels::Entity;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    send::{self, NewMessage},
    waiting,
};
use crate::{Messaging, messages::view::Message};

/// Whose queue is wanted; all within reach unless given.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct WaitingParams {
    account_id: Option<Uuid>,
}

/// How a message is deleted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct DeleteParams {
    /// For the other side too, unless it is false.
    for_everyone: Option<bool>,
}

/// Messages that wait, in the order they will go.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingMessages {
    items: Vec<Message>,
}

/// What a message is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageEdit {
    /// At most 4096 UTF-16 units.
    text: String,
    #[serde(default)]
    entities: Vec<Entity>,
}

/// How one reacts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageReact {
    /// Null or left out: not any more.
    emoji: Option<String>,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new()
        .routes(routes!(send))
        .routes(routes!(list_waiting))
        .routes(routes!(edit, delete))
        .routes(routes!(cancel))
        .routes(routes!(retry))
        .routes(routes!(read))
        .routes(routes!(react))
        .routes(routes!(read_all))
}

/// Sends a message
///
/// It is queued, can be called back for some seconds, and goes when its turn comes. The same `clientId` again sends nothing.
#[utoipa::path(
    post, path = "/send", operation_id = "sendMessage", tag = "Messaging", request_body = NewMessage,
    responses((status = 201, description = "The message, queued", body = Message), Refusals)
)]
async fn send(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Json(new): Json<NewMessage>,
) -> Result<(StatusCode, Json<Message>), ApiError> {
    Ok((StatusCode::CREATED, Json(send::send(&service, caller.scope(), new).await?)))
}

/// Lists messages that wait
///
/// Each with why it waits; the first 200 in the order they will go.
#[utoipa::path(
    get, path = "/messages/waiting", operation_id = "listWaitingMessages", tag = "Messaging", params(WaitingParams),
    responses((status = 200, description = "The queue", body = WaitingMessages), Refusals)
)]
async fn list_waiting(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Query(params): Query<WaitingParams>,
) -> Result<Json<WaitingMessages>, ApiError> {
    Ok(Json(WaitingMessages { items: waiting::list(&service, caller.scope(), params.account_id).await? }))
}

/// Edits a message of ours
///
/// For the other side too.
#[utoipa::path(
    patch, path = "/messages/{id}", operation_id = "editMessage", tag = "Messaging", params(("id" = Uuid, Path)),
    request_body = MessageEdit, responses((status = 200, description = "The message", body = Message), Refusals)
)]
async fn edit(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<MessageEdit>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(commands::edit(&service, caller.scope(), id, (&body.text, body.entities)).await?))
}

/// Deletes a message
///
/// For the other side too, unless `forEveryone` is false: then it is gone here only, at once.
#[utoipa::path(
    delete, path = "/messages/{id}", operation_id = "deleteMessage", tag = "Messaging",
    params(("id" = Uuid, Path), DeleteParams), responses((status = 204, description = "It will be gone"), Refusals)
)]
async fn delete(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(params): Query<DeleteParams>,
) -> Result<StatusCode, ApiError> {
    commands::delete(&service, caller.scope(), id, params.for_everyone.unwrap_or(true)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls a message back
///
/// As long as it is not on its way.
#[utoipa::path(
    post, path = "/messages/{id}/cancel", operation_id = "cancelMessage", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The message", body = Message), Refusals)
)]
async fn cancel(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(commands::cancel(&service, caller.scope(), id).await?))
}

/// Tries a message again that failed
#[utoipa::path(
    post, path = "/messages/{id}/retry", operation_id = "retryMessage", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The message", body = Message), Refusals)
)]
async fn retry(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(commands::retry(&service, caller.scope(), id).await?))
}

/// Marks messages as read
///
/// All of the chat up to this one; the other side learns of it.
#[utoipa::path(
    patch, path = "/messages/{id}/read", operation_id = "readMessage", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The message", body = Message), Refusals)
)]
async fn read(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(commands::read(&service, caller.scope(), id).await?))
}

/// Reacts to a message
#[utoipa::path(
    post, path = "/messages/{id}/react", operation_id = "reactToMessage", tag = "Messaging",
    params(("id" = Uuid, Path)), request_body = MessageReact,
    responses((status = 200, description = "The message", body = Message), Refusals)
)]
async fn react(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<MessageReact>,
) -> Result<Json<Message>, ApiError> {
    Ok(Json(commands::react(&service, caller.scope(), id, body.emoji).await?))
}

/// Marks a chat as read
///
/// All its messages, and the caller's mentions in it.
#[utoipa::path(
    post, path = "/chats/{id}/mark-all-read", operation_id = "readChat", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Read"), Refusals)
)]
async fn read_all(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    commands::read_all(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
