//! Routes of comments.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::commands::{self, ChatComment};
use crate::Messaging;

/// Which comments are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CommentsParams {
    /// A comment: those before it.
    before: Option<Uuid>,
    /// Comments of a stretch, 100 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Comments, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatComments {
    items: Vec<ChatComment>,
}

/// A comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    /// Mentions stand in it as `@[Name](user:<id>)`.
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
}

/// What a comment is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentChange {
    #[schema(min_length = 1, max_length = 10_000)]
    text: String,
    /// The version this is based on; another one by now is a conflict.
    version: Option<i64>,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, delete))
}

/// Lists comments
///
/// The last ones of a chat, or those before one; oldest first.
#[utoipa::path(
    get, path = "/chats/{id}/comments", operation_id = "listChatComments", tag = "Messaging",
    params(("id" = Uuid, Path), CommentsParams),
    responses((status = 200, description = "Comments", body = ChatComments), Refusals)
)]
async fn list(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(params): Query<CommentsParams>,
) -> Result<Json<ChatComments>, ApiError> {
    let stretch = (params.before, params.limit.unwrap_or(commands::MAX_LIMIT));
    Ok(Json(ChatComments { items: commands::list(&service, caller.scope(), id, stretch).await? }))
}

/// Writes a comment
///
/// Whom it mentions is told.
#[utoipa::path(
    post, path = "/chats/{id}/comments", operation_id = "createChatComment", tag = "Messaging",
    params(("id" = Uuid, Path)), request_body = NewComment,
    responses((status = 201, description = "The comment", body = ChatComment), Refusals)
)]
async fn create(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(new): Json<NewComment>,
) -> Result<(StatusCode, Json<ChatComment>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), id, &new.text).await?)))
}

/// Rewrites a comment
#[utoipa::path(
    patch, path = "/comments/{id}", operation_id = "updateChatComment", tag = "Messaging",
    params(("id" = Uuid, Path)), request_body = CommentChange,
    responses((status = 200, description = "The comment", body = ChatComment), Refusals)
)]
async fn change(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    version: IfMatch,
    Json(body): Json<CommentChange>,
) -> Result<Json<ChatComment>, ApiError> {
    let expected = version.or_body(body.version);
    Ok(Json(commands::change(&service, caller.scope(), id, &body.text, expected).await?))
}

/// Deletes a comment
#[utoipa::path(
    delete, path = "/comments/{id}", operation_id = "deleteChatComment", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    commands::delete(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
