//! The route that starts a bulk operation, below `/api/crm/deals`.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Refusals};
use axum::{extract::State, http::StatusCode};
use batches::Batch;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{commands, request::DealBulkRequest};
use crate::Pipeline;

pub fn routes() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(deals))
}

/// Changes many deals
///
/// Deals that the stages refuse, when they are moved, stay where they are and count as conflicts.
#[utoipa::path(
    post, path = "/bulk", operation_id = "bulkDeals", tag = "Deals", request_body = DealBulkRequest,
    responses((status = 202, description = "It has begun", body = Batch), Refusals)
)]
async fn deals(
    State(service): State<Arc<Pipeline>>,
    caller: Caller,
    Json(request): Json<DealBulkRequest>,
) -> Result<(StatusCode, Json<Batch>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(commands::start(&service, caller.scope(), request).await?)))
}
