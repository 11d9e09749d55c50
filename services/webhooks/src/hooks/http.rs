//! Routes of webhooks, below `/api/v1/webhooks`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use contracts::permissions::WEBHOOKS_READ;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    queries::{self, Webhook},
    webhook::{self, WebhookInput, WebhookPatch},
};
use crate::Webhooks;

type Service = State<Arc<Webhooks>>;

/// Every webhook of the organization.
#[derive(Serialize, ToSchema)]
pub struct WebhookList {
    items: Vec<Webhook>,
}

/// Names of events.
#[derive(Serialize, ToSchema)]
pub struct WebhookTypes {
    items: Vec<&'static str>,
}

/// A new webhook, with its secret.
#[derive(Serialize, ToSchema)]
pub struct NewWebhook {
    #[serde(flatten)]
    webhook: Webhook,
    /// What messages are signed with: `whsec_` and Base64. It is not shown again.
    secret: String,
}

/// How long the secret before goes on to sign.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SecretRotation {
    /// 0: it ends at once.
    #[schema(minimum = 0, maximum = 168)]
    grace_hours: i64,
}

/// A new secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotatedSecret {
    /// It is not shown again.
    secret: String,
    #[schema(required)]
    previous_until: Option<DateTime<Utc>>,
}

pub fn routes() -> OpenApiRouter<Arc<Webhooks>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_types))
        .routes(routes!(get, update, delete))
        .routes(routes!(rotate))
}

/// Lists webhooks
#[utoipa::path(
    get, path = "/", operation_id = "listWebhooks", tag = "Webhooks",
    responses((status = 200, description = "All of them, the oldest first", body = WebhookList), Refusals)
)]
async fn list(State(webhooks): Service, caller: Caller) -> Result<Json<WebhookList>, ApiError> {
    Ok(Json(WebhookList { items: queries::list(&webhooks, caller.scope()).await? }))
}

/// Lists the events that webhooks can be told of
#[utoipa::path(
    get, path = "/types", operation_id = "listWebhookTypes", tag = "Webhooks",
    responses((status = 200, description = "Their names", body = WebhookTypes), Refusals)
)]
async fn list_types(caller: Caller) -> Result<Json<WebhookTypes>, ApiError> {
    caller.scope().require(WEBHOOKS_READ)?;
    Ok(Json(WebhookTypes { items: webhook::offered().collect() }))
}

/// Creates a webhook
///
/// At most 20 in an organization. The secret is in this answer only.
#[utoipa::path(
    post, path = "/", operation_id = "createWebhook", tag = "Webhooks", request_body = WebhookInput,
    responses((status = 201, description = "The webhook and its secret", body = NewWebhook), Refusals)
)]
async fn create(
    State(webhooks): Service,
    caller: Caller,
    Json(input): Json<WebhookInput>,
) -> Result<(StatusCode, Json<NewWebhook>), ApiError> {
    let (webhook, secret) = commands::create(&webhooks, caller.scope(), input).await?;
    Ok((StatusCode::CREATED, Json(NewWebhook { webhook, secret: secret.reveal() })))
}

/// Gets a webhook
#[utoipa::path(
    get, path = "/{id}", operation_id = "getWebhook", tag = "Webhooks", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The webhook", body = Webhook), Refusals)
)]
async fn get(State(webhooks): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Webhook>, ApiError> {
    Ok(Json(queries::get(&webhooks, caller.scope(), id).await?))
}

/// Changes a webhook
///
/// Also to switch it off, and on again.
#[utoipa::path(
    patch, path = "/{id}", operation_id = "updateWebhook", tag = "Webhooks", params(("id" = Uuid, Path)),
    request_body = WebhookPatch,
    responses((status = 200, description = "The webhook", body = Webhook), Refusals)
)]
async fn update(
    State(webhooks): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<WebhookPatch>,
) -> Result<Json<Webhook>, ApiError> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::update(&webhooks, caller.scope(), id, body).await?))
}

/// Deletes a webhook
#[utoipa::path(
    delete, path = "/{id}", operation_id = "deleteWebhook", tag = "Webhooks", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(State(webhooks): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::delete(&webhooks, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Rotates the secret of a webhook
///
/// Messages are signed with both secrets until the grace is over. Of two rotations within it the first secret ends.
#[utoipa::path(
    post, path = "/{id}/secret", operation_id = "rotateWebhookSecret", tag = "Webhooks", params(("id" = Uuid, Path)),
    request_body = SecretRotation,
    responses((status = 200, description = "The new secret", body = RotatedSecret), Refusals)
)]
async fn rotate(
    State(webhooks): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<SecretRotation>,
) -> Result<Json<RotatedSecret>, ApiError> {
    let (webhook, secret) = commands::rotate(&webhooks, caller.scope(), id, body.grace_hours).await?;
    Ok(Json(RotatedSecret { secret: secret.reveal(), previous_until: webhook.previous_secret_until }))
}
