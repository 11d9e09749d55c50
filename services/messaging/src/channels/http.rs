//! Routes of inbound channels, and the one that messages come in by.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{
    body::Body,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, InboundChannel, OpenedChannel},
    inbound::{self, InboundMessage},
    signature::Signed,
};
use crate::Messaging;

/// Channels, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboundChannels {
    items: Vec<InboundChannel>,
}

/// A new channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInboundChannel {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
}

/// How long the secret before is taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct InboundSecretRotation {
    #[schema(minimum = 0, maximum = 168)]
    grace_hours: i64,
}

/// A new secret of a channel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotatedInboundSecret {
    /// It is not told again.
    secret: String,
    #[schema(required)]
    previous_until: Option<DateTime<Utc>>,
}

/// A message that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TakenMessage {
    message_id: Uuid,
}

/// Routes below `/api/messaging`.
pub fn routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(list, open)).routes(routes!(close)).routes(routes!(rotate))
}

/// Routes below `/api/webhooks`.
pub fn inbound_routes() -> OpenApiRouter<Arc<Messaging>> {
    OpenApiRouter::new().routes(routes!(receive))
}

/// Lists inbound channels
#[utoipa::path(
    get, path = "/channels", operation_id = "listInboundChannels", tag = "Messaging",
    responses((status = 200, description = "Channels", body = InboundChannels), Refusals)
)]
async fn list(State(service): State<Arc<Messaging>>, caller: Caller) -> Result<Json<InboundChannels>, ApiError> {
    Ok(Json(InboundChannels { items: commands::list(&service, caller.scope()).await? }))
}

/// Opens an inbound channel
///
/// The secret is told once.
#[utoipa::path(
    post, path = "/channels", operation_id = "openInboundChannel", tag = "Messaging", request_body = NewInboundChannel,
    responses((status = 201, description = "The channel", body = OpenedChannel), Refusals)
)]
async fn open(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Json(new): Json<NewInboundChannel>,
) -> Result<(StatusCode, Json<OpenedChannel>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::open(&service, caller.scope(), &new.name).await?)))
}

/// Closes an inbound channel
///
/// Its chats stay.
#[utoipa::path(
    delete, path = "/channels/{id}", operation_id = "closeInboundChannel", tag = "Messaging",
    params(("id" = Uuid, Path)), responses((status = 204, description = "Closed"), Refusals)
)]
async fn close(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    commands::close(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rotates the secret of an inbound channel
///
/// Messages that are signed with the one before are taken until the grace is over. Of two rotations within it the first
/// secret ends.
#[utoipa::path(
    post, path = "/channels/{id}/secret", operation_id = "rotateInboundSecret", tag = "Messaging",
    params(("id" = Uuid, Path)), request_body = InboundSecretRotation,
    responses((status = 200, description = "The new secret", body = RotatedInboundSecret), Refusals)
)]
async fn rotate(
    State(service): State<Arc<Messaging>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<InboundSecretRotation>,
) -> Result<Json<RotatedInboundSecret>, ApiError> {
    let (secret, previous_until) = commands::rotate(&service, caller.scope(), id, body.grace_hours).await?;
    Ok(Json(RotatedInboundSecret { secret, previous_until }))
}

/// Takes a message in
///
/// Of another program, signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`. The same
/// `id` again changes nothing.
#[utoipa::path(
    post, path = "/inbound/{channel}", operation_id = "receiveInbound", tag = "Messaging",
    security(()),
    params(("channel" = Uuid, Path)),
    request_body = InboundMessage,
    responses((status = 200, description = "Taken", body = TakenMessage), Refusals)
)]
async fn receive(
    State(service): State<Arc<Messaging>>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<TakenMessage>, ApiError> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed = Signed {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
    };
    let scope = inbound::admit(&service, id, signed, &body).await?;
    let raw: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut request = Request::new(Body::from(body));
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let Json(message) = Json::from_request(request, &()).await?;
    let message_id = inbound::take(&service, &scope, id, message, raw).await?;
    Ok(Json(TakenMessage { message_id }))
}
