//! Routes of deliveries, below `/api/v1/webhooks`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, PageInfo, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use db::Params;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    delivery::DeliveryStatus,
    queries::{self, WebhookDelivery, WebhookDeliveryDetails},
};
use crate::Webhooks;

type Service = State<Arc<Webhooks>>;

#[derive(Serialize, ToSchema)]
pub struct WebhookDeliveryList {
    items: Vec<WebhookDelivery>,
    page: PageInfo,
}

/// What will be sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryQueued {
    delivery_id: Uuid,
}

/// Which part of the log is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct DeliverySlice {
    /// Page number from 1; ignored with `cursor`.
    #[param(minimum = 1)]
    page: Option<u64>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
    /// Deliveries that stand like this only.
    status: Option<DeliveryStatus>,
}

/// Which delivery.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    id: Uuid,
    delivery_id: Uuid,
}

pub fn routes() -> OpenApiRouter<Arc<Webhooks>> {
    OpenApiRouter::new().routes(routes!(test)).routes(routes!(list)).routes(routes!(get)).routes(routes!(resend))
}

/// Sends a test to a webhook
///
/// A message of the type `webhook.test`, tried once.
#[utoipa::path(
    post, path = "/{id}/test", operation_id = "testWebhook", tag = "Webhooks", params(("id" = Uuid, Path)),
    responses((status = 202, description = "It will be sent", body = DeliveryQueued), Refusals)
)]
async fn test(
    State(webhooks): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<(StatusCode, Json<DeliveryQueued>), ApiError> {
    let delivery_id = commands::test(&webhooks, caller.scope(), id).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryQueued { delivery_id })))
}

/// Lists what was sent to a webhook
///
/// The newest first, of the last 30 days.
#[utoipa::path(
    get, path = "/{id}/deliveries", operation_id = "listWebhookDeliveries", tag = "Webhooks",
    params(("id" = Uuid, Path), DeliverySlice),
    responses((status = 200, description = "A page of deliveries", body = WebhookDeliveryList), Refusals)
)]
async fn list(
    State(webhooks): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(slice): Query<DeliverySlice>,
) -> Result<Json<WebhookDeliveryList>, ApiError> {
    let limit = slice.limit.unwrap_or(20).clamp(1, 100);
    let cursor = slice.cursor.filter(|cursor| !cursor.is_empty());
    let params = Params { page: slice.page, cursor, limit, ..Params::default() };
    let page = queries::list(&webhooks, caller.scope(), id, slice.status, &params).await?;
    Ok(Json(WebhookDeliveryList { page: PageInfo::from(&page), items: page.items }))
}

/// Gets a delivery with its body and its tries
#[utoipa::path(
    get, path = "/{id}/deliveries/{deliveryId}", operation_id = "getWebhookDelivery", tag = "Webhooks",
    params(("id" = Uuid, Path), ("deliveryId" = Uuid, Path)),
    responses((status = 200, description = "The delivery", body = WebhookDeliveryDetails), Refusals)
)]
async fn get(
    State(webhooks): Service,
    caller: Caller,
    Path(One { id, delivery_id }): Path<One>,
) -> Result<Json<WebhookDeliveryDetails>, ApiError> {
    Ok(Json(queries::get(&webhooks, caller.scope(), id, delivery_id).await?))
}

/// Sends a message again
///
/// Under its own `webhook-id`, whether it was delivered or not.
#[utoipa::path(
    post, path = "/{id}/deliveries/{deliveryId}/resend", operation_id = "resendWebhookDelivery", tag = "Webhooks",
    params(("id" = Uuid, Path), ("deliveryId" = Uuid, Path)),
    responses((status = 202, description = "It will be sent", body = DeliveryQueued), Refusals)
)]
async fn resend(
    State(webhooks): Service,
    caller: Caller,
    Path(One { id, delivery_id }): Path<One>,
) -> Result<(StatusCode, Json<DeliveryQueued>), ApiError> {
    commands::resend(&webhooks, caller.scope(), id, delivery_id).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryQueued { delivery_id })))
}
