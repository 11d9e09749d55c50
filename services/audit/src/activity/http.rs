//! The route of the activity log, below `/api/team`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Query as Parameters, Refusals};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries::{ActivityFilter, ActivityPage};
use crate::Audit;

pub fn routes() -> OpenApiRouter<Arc<Audit>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists what members did
///
/// The latest first. Of records only those that the caller sees are told; what was done to others is left out, so that a page
/// may have fewer entries than asked for, even none, and still name a next one.
#[utoipa::path(
    get, path = "/activity", operation_id = "listActivity", tag = "Team", params(ActivityFilter),
    responses((status = 200, description = "A part of the log", body = ActivityPage), Refusals)
)]
async fn list(
    State(audit): State<Arc<Audit>>,
    caller: Caller,
    Parameters(filter): Parameters<ActivityFilter>,
) -> Result<Json<ActivityPage>, ApiError> {
    Ok(Json(audit.activity(caller.scope(), &filter).await?))
}
