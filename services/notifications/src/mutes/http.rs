//! Routes of mutes.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::commands::{self, Mute, MuteInput};
use crate::Notifications;

/// What is muted.
#[derive(Debug, Serialize, ToSchema)]
pub struct MuteList {
    items: Vec<Mute>,
}

/// Routes below `/api/v1/notifications`.
pub fn routes() -> OpenApiRouter<Arc<Notifications>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(delete))
}

/// Lists what is muted
///
/// The newest first; at most 200. What is over is not listed.
#[utoipa::path(
    get, path = "/mutes", operation_id = "listMutes", tag = "Notifications",
    responses((status = 200, description = "All of them", body = MuteList), Refusals)
)]
async fn list(State(service): State<Arc<Notifications>>, caller: Caller) -> Result<Json<MuteList>, ApiError> {
    Ok(Json(MuteList { items: commands::list(&service, caller.scope()).await? }))
}

/// Mutes a record or a kind
///
/// Nothing of it is told any more, on no channel. Muting the same again replaces the instant until when.
#[utoipa::path(
    post, path = "/mutes", operation_id = "createMute", tag = "Notifications", request_body = MuteInput,
    responses((status = 201, description = "What is muted now", body = Mute), Refusals)
)]
async fn create(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Json(input): Json<MuteInput>,
) -> Result<(StatusCode, Json<Mute>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), input).await?)))
}

/// Ends a mute
#[utoipa::path(
    delete, path = "/mutes/{id}", operation_id = "deleteMute", tag = "Notifications", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is over"), Refusals)
)]
async fn delete(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    commands::delete(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
