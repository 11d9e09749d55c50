//! Routes of drafts.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::commands;
use crate::Messaging;

/// What was begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Draft {
    /// Empty: it is dropped.
    text: String,
    /// The message that it is to answer.
    reply_to: Option<Uuid>,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(keep))
}

/// Keeps a draft
///
/// Of the caller's, for all their devices.
#[utoipa::path(
    put, path = "/chats/{id}/draft", operation_id = "keepDraft", tag = "Messaging", params(("id" = Uuid, Path)),
    request_body = Draft, responses((status = 204, description = "Kept"), Refusals)
)]
async fn keep(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(draft): Json<Draft>,
) -> Result<StatusCode, ApiError> {
    commands::keep(&service, caller.scope(), id, &draft.text, draft.reply_to).await?;
    Ok(StatusCode::NO_CONTENT)
}
