//! Routes of stages, below `/api/pipeline`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    stage::{Stage, StageInput, StageReplace},
};
use crate::{Pipeline, pipelines::http::MoveTo};

type Service = State<Arc<Pipeline>>;

/// Stages in their order.
#[derive(Serialize, ToSchema)]
pub struct StageList {
    items: Vec<Stage>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfPipeline {
    /// The pipeline; all of them when left out.
    pipeline_id: Option<Uuid>,
}

pub fn routes() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(change, delete))
}

/// Lists stages, archived ones last
#[utoipa::path(
    get, path = "/stages", operation_id = "listStages", tag = "Pipelines", params(OfPipeline),
    responses((status = 200, description = "The stages", body = StageList), Refusals)
)]
async fn list(
    State(service): Service,
    caller: Caller,
    Query(of): Query<OfPipeline>,
) -> Result<Json<StageList>, ApiError> {
    Ok(Json(StageList { items: commands::list(&service, caller.scope(), of.pipeline_id).await? }))
}

/// Adds a stage to a pipeline
#[utoipa::path(
    post, path = "/stages", operation_id = "createStage", tag = "Pipelines", request_body = StageInput,
    responses((status = 201, description = "The stage", body = Stage), Refusals)
)]
async fn create(
    State(service): Service,
    caller: Caller,
    Json(input): Json<StageInput>,
) -> Result<(StatusCode, Json<Stage>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), input).await?)))
}

/// Changes a stage, and its place among the others
///
/// A stage with deals keeps its kind and cannot be archived: `stage_has_deals`.
#[utoipa::path(
    put, path = "/stages/{id}", operation_id = "replaceStage", tag = "Pipelines", params(("id" = Uuid, Path)),
    request_body = StageReplace,
    responses((status = 200, description = "The stage", body = Stage), Refusals)
)]
async fn change(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<StageReplace>,
) -> Result<Json<Stage>, ApiError> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&service, caller.scope(), id, body).await?))
}

/// Deletes a stage
///
/// Its deals go to the stage that `moveTo` names. Without it, a stage with deals is refused with `stage_has_deals` and
/// their number in `deals`.
#[utoipa::path(
    delete, path = "/stages/{id}", operation_id = "deleteStage", tag = "Pipelines",
    params(("id" = Uuid, Path), MoveTo),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(to): Query<MoveTo>,
) -> Result<StatusCode, ApiError> {
    commands::delete(&service, caller.scope(), id, to.move_to).await?;
    Ok(StatusCode::NO_CONTENT)
}
