//! Routes of browsers that may be woken.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::subscribing::{self, PushInput, PushSubscription};
use crate::Notifications;

/// What a browser needs to subscribe, and which did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Push {
    /// `applicationServerKey`, in base64url; null where push is not set up.
    #[schema(required)]
    public_key: Option<String>,
    subscriptions: Vec<PushSubscription>,
}

/// Routes below `/api/v1/notifications`.
pub fn routes() -> OpenApiRouter<Arc<Notifications>> {
    OpenApiRouter::new().routes(routes!(get, create)).routes(routes!(delete))
}

/// Tells which browsers may be woken
#[utoipa::path(
    get, path = "/push", operation_id = "getPush", tag = "Notifications",
    responses((status = 200, description = "The key to subscribe with, and the caller's browsers", body = Push), Refusals)
)]
async fn get(State(service): State<Arc<Notifications>>, caller: Caller) -> Result<Json<Push>, ApiError> {
    let subscriptions = subscribing::list(&service, caller.scope()).await?;
    Ok(Json(Push { public_key: service.push_key(), subscriptions }))
}

/// Lets a browser be woken
///
/// At most 20 of a person; another one takes the place of the oldest. The same again replaces its keys.
#[utoipa::path(
    post, path = "/push", operation_id = "createPushSubscription", tag = "Notifications", request_body = PushInput,
    responses((status = 201, description = "The browser", body = PushSubscription), Refusals)
)]
async fn create(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    headers: HeaderMap,
    Json(input): Json<PushInput>,
) -> Result<(StatusCode, Json<PushSubscription>), ApiError> {
    let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Ok((StatusCode::CREATED, Json(subscribing::create(&service, caller.scope(), &input, device).await?)))
}

/// Lets a browser sleep
#[utoipa::path(
    delete, path = "/push/{id}", operation_id = "deletePushSubscription", tag = "Notifications",
    params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(
    State(service): State<Arc<Notifications>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    subscribing::delete(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
