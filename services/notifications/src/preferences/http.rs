//! Routes of preferences.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Refusals};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands::{self, NotificationPreferences, NotificationPreferencesInput};
use crate::Notifications;

/// Routes below `/api/v1/notifications`.
pub fn routes() -> OpenApiRouter<Arc<Notifications>> {
    OpenApiRouter::new().routes(routes!(get, replace))
}

/// Tells how and when the caller is told of things
///
/// Times are those of the zone of the profile. A channel that nobody carries is not `available`.
#[utoipa::path(
    get, path = "/preferences", operation_id = "getNotificationPreferences", tag = "Notifications",
    responses((status = 200, description = "The preferences", body = NotificationPreferences), Refusals)
)]
async fn get(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
) -> Result<Json<NotificationPreferences>, ApiError> {
    Ok(Json(commands::get(&service, caller.scope()).await?))
}

/// Chooses how and when the caller is told of things
///
/// Replaces all of it.
#[utoipa::path(
    put, path = "/preferences", operation_id = "updateNotificationPreferences", tag = "Notifications",
    request_body = NotificationPreferencesInput,
    responses((status = 200, description = "The preferences", body = NotificationPreferences), Refusals)
)]
async fn replace(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Json(input): Json<NotificationPreferencesInput>,
) -> Result<Json<NotificationPreferences>, ApiError> {
    Ok(Json(commands::replace(&service, caller.scope(), input).await?))
}
