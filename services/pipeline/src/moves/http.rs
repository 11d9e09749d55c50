//! Routes of moves and their history: below deals, below stages, and below clients.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, IfMatch, Json, PageInfo, Path, Query, Refusals};
use axum::extract::State;
use db::{Page, Params};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, ClientMove, DealMove},
    history::{self, StageMove},
    rules::Missing,
};
use crate::{Pipeline, deals::queries::Deal, error::Candidate};

type Service = State<Arc<Pipeline>>;

/// A part of the history of moves, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageMovePage {
    items: Vec<StageMove>,
    page: PageInfo,
}

impl From<Page<StageMove>> for StageMovePage {
    fn from(page: Page<StageMove>) -> Self {
        Self { page: PageInfo::from(&page), items: page.items }
    }
}

/// The refusal of a move. With the code `stage_rules` it says what the stages ask for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageRulesRefusal {
    #[serde(flatten)]
    error: ErrorBody,
    /// With `stage_rules`: the stage that the deal was to enter.
    #[schema(required = false)]
    stage_id: Uuid,
    /// With `stage_rules`.
    #[schema(required = false)]
    missing: Vec<Missing>,
}

/// The refusal of a client's move. With the code `several_deals` it says which open deals it could mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeveralDealsRefusal {
    #[serde(flatten)]
    error: ErrorBody,
    /// With `several_deals`.
    #[schema(required = false)]
    deals: Vec<Candidate>,
}

/// Which part of a history is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Part {
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// Moves of a part, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

impl Part {
    fn params(self) -> Params {
        let limit = self.limit.unwrap_or(20).clamp(1, 100);
        Params { cursor: self.cursor.filter(|cursor| !cursor.is_empty()), limit, ..Params::default() }
    }
}

/// Routes below `/api/crm/deals`.
pub fn of_deals() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(move_deal)).routes(routes!(of_deal))
}

/// Routes below `/api/pipeline`: the history of stages.
pub fn of_stages() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(of_stage))
}

/// Routes below `/api/pipeline`: clients.
pub fn of_clients() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(move_client)).routes(routes!(of_client))
}

/// Moves a deal to a stage, or within its column
///
/// What the rules of the stages ask for and the deal does not have comes back in `missing`.
#[utoipa::path(
    patch, path = "/{id}/stage", operation_id = "moveDeal", tag = "Deals", params(("id" = Uuid, Path)),
    request_body = DealMove,
    responses((status = 200, description = "The deal", body = Deal), Refusals,
        (status = 422, description = "Some fields are not valid, or the stages ask for more", body = StageRulesRefusal))
)]
async fn move_deal(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<DealMove>,
) -> Result<Json<Deal>, ApiError> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::move_deal(&service, caller.scope(), id, body).await?))
}

/// Tells through which stages a deal came, newest first
#[utoipa::path(
    get, path = "/{id}/history", operation_id = "getDealHistory", tag = "Deals", params(("id" = Uuid, Path), Part),
    responses((status = 200, description = "A part of the history", body = StageMovePage), Refusals)
)]
async fn of_deal(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(part): Query<Part>,
) -> Result<Json<StageMovePage>, ApiError> {
    Ok(Json(history::of_deal(&service, caller.scope(), id, &part.params()).await?.into()))
}

/// Tells which deals came into a stage and left it, newest first
#[utoipa::path(
    get, path = "/stages/{id}/history", operation_id = "getStageHistory", tag = "Pipelines",
    params(("id" = Uuid, Path), Part),
    responses((status = 200, description = "A part of the history", body = StageMovePage), Refusals)
)]
async fn of_stage(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(part): Query<Part>,
) -> Result<Json<StageMovePage>, ApiError> {
    Ok(Json(history::of_stage(&service, caller.scope(), id, &part.params()).await?.into()))
}

/// Moves the open deal of a contact
///
/// A contact without an open deal gets one. One with several is refused with `several_deals` unless `dealId` says which.
#[utoipa::path(
    put, path = "/clients/{id}/stage", operation_id = "moveClient", tag = "Pipelines", params(("id" = Uuid, Path)),
    request_body = ClientMove,
    responses((status = 200, description = "The deal", body = Deal), Refusals,
        (status = 409, description = "The contact has several open deals", body = SeveralDealsRefusal),
        (status = 422, description = "Some fields are not valid, or the stages ask for more", body = StageRulesRefusal))
)]
async fn move_client(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<ClientMove>,
) -> Result<Json<Deal>, ApiError> {
    Ok(Json(commands::move_client(&service, caller.scope(), id, body).await?))
}

/// Tells through which stages the deals of a contact came, newest first
#[utoipa::path(
    get, path = "/clients/{id}/history", operation_id = "getClientHistory", tag = "Pipelines",
    params(("id" = Uuid, Path), Part),
    responses((status = 200, description = "A part of the history", body = StageMovePage), Refusals)
)]
async fn of_client(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(part): Query<Part>,
) -> Result<Json<StageMovePage>, ApiError> {
    Ok(Json(history::of_client(&service, caller.scope(), id, &part.params()).await?.into()))
}
