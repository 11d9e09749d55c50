//! The route of exports, below `/api/crm/deals`.

use std::sync::Arc;

use api::{ApiError, Confirmed, Query, Refusals};
use axum::{extract::State, response::Response};
use exchange::export::{self, ExportParams};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::source;
use crate::Pipeline;

pub fn routes() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(deals))
}

/// Exports deals as CSV (UTF-8 with a byte order mark)
///
/// Amounts are in whole units of their currency, pipelines and stages by name. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(
    get, path = "/export.csv", operation_id = "exportDeals", tag = "Deals", params(ExportParams),
    responses((status = 200, description = "The file", body = String, content_type = "text/csv"), Refusals)
)]
async fn deals(
    State(service): State<Arc<Pipeline>>,
    Confirmed(caller): Confirmed,
    Query(params): Query<ExportParams>,
) -> Result<Response, ApiError> {
    let (list, columns) = params.list();
    let today = service.db.clock().now().date_naive();
    let bytes = source::begin(service, caller.scope().clone(), list.parse()?, columns.as_deref()).await?;
    Ok(export::file("deals", today, bytes))
}
