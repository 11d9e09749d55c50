//! Routes of pipelines, below `/api/pipeline`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, PipelineInput, PipelineReplace},
    queries::{self, Pipeline, PipelineOverview},
};

type Service = State<Arc<crate::Pipeline>>;

/// Every pipeline of the organization.
#[derive(Serialize, ToSchema)]
pub struct PipelineList {
    items: Vec<PipelineOverview>,
}

/// Where the deals of what is deleted go.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct MoveTo {
    /// Needed when there are deals.
    pub move_to: Option<Uuid>,
}

pub fn routes() -> OpenApiRouter<Arc<crate::Pipeline>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, delete))
}

/// Lists pipelines with their stages and what stands in them
#[utoipa::path(
    get, path = "/", operation_id = "listPipelines", tag = "Pipelines",
    responses((status = 200, description = "All of them, in order", body = PipelineList), Refusals)
)]
async fn list(State(service): Service, caller: Caller) -> Result<Json<PipelineList>, ApiError> {
    Ok(Json(PipelineList { items: queries::list(&service, caller.scope()).await? }))
}

/// Creates a pipeline with the stages of a template
#[utoipa::path(
    post, path = "/", operation_id = "createPipeline", tag = "Pipelines", request_body = PipelineInput,
    responses((status = 201, description = "The pipeline", body = Pipeline), Refusals)
)]
async fn create(
    State(service): Service,
    caller: Caller,
    Json(input): Json<PipelineInput>,
) -> Result<(StatusCode, Json<Pipeline>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), input).await?)))
}

/// Gets a pipeline with its stages
#[utoipa::path(
    get, path = "/{id}", operation_id = "getPipeline", tag = "Pipelines", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The pipeline", body = Pipeline), Refusals)
)]
async fn get(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<Json<Pipeline>, ApiError> {
    Ok(Json(queries::get(&service, caller.scope(), id).await?))
}

/// Renames a pipeline, or makes it the default one
#[utoipa::path(
    put, path = "/{id}", operation_id = "replacePipeline", tag = "Pipelines", params(("id" = Uuid, Path)),
    request_body = PipelineReplace,
    responses((status = 200, description = "The pipeline", body = Pipeline), Refusals)
)]
async fn change(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<PipelineReplace>,
) -> Result<Json<Pipeline>, ApiError> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::change(&service, caller.scope(), id, body).await?))
}

/// Deletes a pipeline
///
/// Its deals go to the pipeline that `moveTo` names, open ones to its first open stage, won and lost ones to the stage
/// of that kind. Without it, a pipeline with deals is refused with `pipeline_has_deals` and their number in `deals`.
#[utoipa::path(
    delete, path = "/{id}", operation_id = "deletePipeline", tag = "Pipelines", params(("id" = Uuid, Path), MoveTo),
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
