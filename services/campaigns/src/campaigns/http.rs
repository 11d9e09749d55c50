//! Routes of campaigns, mounted at `/api/campaigns`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, ListParams, PageInfo, Path, Query as Parameters, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, CampaignPatch, NewCampaign},
    lifecycle::{self, ScheduleRequest, StartRequest},
    queries,
    steps::{self, StepsInput, StepsPut},
    view::CampaignView,
};
use crate::Campaigns;

type Service = State<Arc<Campaigns>>;
type Answer<T> = Result<Json<T>, ApiError>;

/// A page of campaigns.
#[derive(Serialize, ToSchema)]
pub struct CampaignPage {
    items: Vec<CampaignView>,
    page: PageInfo,
}

/// The name of a copy.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CopyRequest {
    name: Option<String>,
}

/// Whether to change something.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Says only for how many it matters.
    #[param(default = false)]
    dry_run: bool,
}

pub fn routes() -> OpenApiRouter<Arc<Campaigns>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change, archive))
        .routes(routes!(duplicate))
        .routes(routes!(put_steps))
        .routes(routes!(schedule))
        .routes(routes!(unschedule))
        .routes(routes!(start))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(finish))
        .routes(routes!(pause_sender))
        .routes(routes!(resume_sender))
        .routes(routes!(pause_step))
        .routes(routes!(resume_step))
}

/// Lists campaigns
///
/// Those that were archived only when the filter names states.
#[utoipa::path(
    get, path = "/", operation_id = "listCampaigns", tag = "Campaigns", params(ListParams),
    responses((status = 200, description = "A page of campaigns", body = CampaignPage), Refusals)
)]
async fn list(
    State(service): Service,
    caller: Caller,
    Parameters(params): Parameters<ListParams>,
) -> Answer<CampaignPage> {
    let page = queries::list(&service, caller.scope(), &params.parse()?).await?;
    Ok(Json(CampaignPage { page: PageInfo::from(&page), items: page.items }))
}

/// Makes a campaign, a draft
#[utoipa::path(
    post, path = "/", operation_id = "createCampaign", tag = "Campaigns", request_body = NewCampaign,
    responses((status = 201, description = "The campaign", body = CampaignView), Refusals)
)]
async fn create(
    State(service): Service,
    caller: Caller,
    Json(input): Json<NewCampaign>,
) -> Result<(StatusCode, Json<CampaignView>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::create(&service, caller.scope(), input).await?)))
}

/// Gets a campaign with its steps
#[utoipa::path(
    get, path = "/{id}", operation_id = "getCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn get(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<CampaignView> {
    Ok(Json(queries::get(&service, caller.scope(), id).await?))
}

/// Changes a campaign
///
/// Of one that began only its name, schedule, accounts, policy and what stops it.
#[utoipa::path(
    patch, path = "/{id}", operation_id = "updateCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    request_body = CampaignPatch,
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn change(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut patch): Json<CampaignPatch>,
) -> Answer<CampaignView> {
    patch.version = expected.or_body(patch.version);
    Ok(Json(commands::change(&service, caller.scope(), id, patch).await?))
}

/// Archives a campaign
#[utoipa::path(
    delete, path = "/{id}", operation_id = "archiveCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is archived"), Refusals)
)]
async fn archive(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::archive(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a draft that does the same
#[utoipa::path(
    post, path = "/{id}/duplicate", operation_id = "duplicateCampaign", tag = "Campaigns",
    params(("id" = Uuid, Path)), request_body = CopyRequest,
    responses((status = 201, description = "The copy", body = CampaignView), Refusals)
)]
async fn duplicate(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<CopyRequest>,
) -> Result<(StatusCode, Json<CampaignView>), ApiError> {
    let copy = commands::duplicate(&service, caller.scope(), id, request.name).await?;
    Ok((StatusCode::CREATED, Json(copy)))
}

/// Puts the steps of a campaign
///
/// Of one that began for those who have not passed them.
#[utoipa::path(
    put, path = "/{id}/steps", operation_id = "putCampaignSteps", tag = "Campaigns",
    params(("id" = Uuid, Path), DryRun), request_body = StepsInput,
    responses((status = 200, description = "The campaign, and for how many that matters", body = StepsPut), Refusals)
)]
async fn put_steps(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Parameters(params): Parameters<DryRun>,
    expected: IfMatch,
    Json(mut input): Json<StepsInput>,
) -> Answer<StepsPut> {
    input.version = expected.or_body(input.version);
    Ok(Json(steps::put(&service, caller.scope(), id, input, params.dry_run).await?))
}

/// Lets a campaign begin by itself
#[utoipa::path(
    post, path = "/{id}/schedule", operation_id = "scheduleCampaign", tag = "Campaigns",
    params(("id" = Uuid, Path)), request_body = ScheduleRequest,
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn schedule(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<ScheduleRequest>,
) -> Answer<CampaignView> {
    Ok(Json(lifecycle::schedule(&service, caller.scope(), id, request).await?))
}

/// Makes a scheduled campaign a draft again
#[utoipa::path(
    post, path = "/{id}/unschedule", operation_id = "unscheduleCampaign", tag = "Campaigns",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn unschedule(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<CampaignView> {
    Ok(Json(lifecycle::unschedule(&service, caller.scope(), id).await?))
}

/// Starts a campaign
#[utoipa::path(
    post, path = "/{id}/start", operation_id = "startCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    request_body = StartRequest,
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn start(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<StartRequest>,
) -> Answer<CampaignView> {
    Ok(Json(lifecycle::start(&service, caller.scope(), id, request).await?))
}

/// Pauses a campaign
#[utoipa::path(
    post, path = "/{id}/pause", operation_id = "pauseCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn pause(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<CampaignView> {
    Ok(Json(lifecycle::pause(&service, caller.scope(), id).await?))
}

/// Lets a paused campaign go on
#[utoipa::path(
    post, path = "/{id}/resume", operation_id = "resumeCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn resume(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<CampaignView> {
    Ok(Json(lifecycle::resume(&service, caller.scope(), id).await?))
}

/// Ends a campaign
#[utoipa::path(
    post, path = "/{id}/finish", operation_id = "finishCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn finish(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<CampaignView> {
    Ok(Json(lifecycle::finish(&service, caller.scope(), id).await?))
}

/// Holds an account of a campaign for the time being
#[utoipa::path(
    post, path = "/{id}/senders/{accountId}/pause", operation_id = "pauseCampaignSender", tag = "Campaigns",
    params(("id" = Uuid, Path), ("accountId" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn pause_sender(State(service): Service, caller: Caller, Path(ids): Path<(Uuid, Uuid)>) -> Answer<CampaignView> {
    Ok(Json(lifecycle::hold_account(&service, caller.scope(), ids, true).await?))
}

/// Lets an account of a campaign go on
#[utoipa::path(
    post, path = "/{id}/senders/{accountId}/resume", operation_id = "resumeCampaignSender", tag = "Campaigns",
    params(("id" = Uuid, Path), ("accountId" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn resume_sender(State(service): Service, caller: Caller, Path(ids): Path<(Uuid, Uuid)>) -> Answer<CampaignView> {
    Ok(Json(lifecycle::hold_account(&service, caller.scope(), ids, false).await?))
}

/// Holds a step of a campaign for the time being
#[utoipa::path(
    post, path = "/{id}/steps/{stepId}/pause", operation_id = "pauseCampaignStep", tag = "Campaigns",
    params(("id" = Uuid, Path), ("stepId" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn pause_step(State(service): Service, caller: Caller, Path(ids): Path<(Uuid, Uuid)>) -> Answer<CampaignView> {
    Ok(Json(steps::hold(&service, caller.scope(), ids, true).await?))
}

/// Lets a step of a campaign go on
#[utoipa::path(
    post, path = "/{id}/steps/{stepId}/resume", operation_id = "resumeCampaignStep", tag = "Campaigns",
    params(("id" = Uuid, Path), ("stepId" = Uuid, Path)),
    responses((status = 200, description = "The campaign", body = CampaignView), Refusals)
)]
async fn resume_step(State(service): Service, caller: Caller, Path(ids): Path<(Uuid, Uuid)>) -> Answer<CampaignView> {
    Ok(Json(steps::hold(&service, caller.scope(), ids, false).await?))
}
