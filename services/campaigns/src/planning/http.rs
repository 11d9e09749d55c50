//! Routes of planning, mounted at `/api/campaigns`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    audience::{self, Preview, PreviewRequest},
    check::{self, Check},
    forecast::{self, ForecastView},
    rehearsal::{self, Rehearsal, RehearsalRequest},
    texts::{self, Texts, TextsRequest},
};
use crate::Campaigns;

type Service = State<Arc<Campaigns>>;
type Answer<T> = Result<Json<T>, ApiError>;

pub fn routes() -> OpenApiRouter<Arc<Campaigns>> {
    OpenApiRouter::new()
        .routes(routes!(preview))
        .routes(routes!(get_forecast))
        .routes(routes!(get_check))
        .routes(routes!(get_texts))
        .routes(routes!(begin_rehearsal))
        .routes(routes!(get_rehearsal))
}

/// Looks at whom a campaign would write to, and why not to others
#[utoipa::path(
    post, path = "/{id}/audience/preview", operation_id = "previewCampaignAudience", tag = "Campaigns",
    params(("id" = Uuid, Path)), request_body = PreviewRequest,
    responses((status = 200, description = "Numbers, reasons and some contacts", body = Preview), Refusals)
)]
async fn preview(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<PreviewRequest>,
) -> Answer<Preview> {
    Ok(Json(audience::preview(&service, caller.scope(), id, request).await?))
}

/// Foretells how many messages go on which day
#[utoipa::path(
    get, path = "/{id}/forecast", operation_id = "getCampaignForecast", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Day by day, and the accounts", body = ForecastView), Refusals)
)]
async fn get_forecast(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<ForecastView> {
    Ok(Json(forecast::get(&service, caller.scope(), id).await?))
}

/// Checks whether a campaign may be started
#[utoipa::path(
    get, path = "/{id}/check", operation_id = "checkCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "What is missing, and what to know", body = Check), Refusals)
)]
async fn get_check(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Check> {
    Ok(Json(check::get(&service, caller.scope(), id).await?))
}

/// Shows how texts of a campaign read for contacts
#[utoipa::path(
    post, path = "/{id}/preview", operation_id = "previewCampaignTexts", tag = "Campaigns", params(("id" = Uuid, Path)),
    request_body = TextsRequest,
    responses((status = 200, description = "Texts, and for whom what is missing", body = Texts), Refusals)
)]
async fn get_texts(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<TextsRequest>,
) -> Answer<Texts> {
    Ok(Json(texts::get(&service, caller.scope(), id, request).await?))
}

/// Rehearses a campaign
#[utoipa::path(
    post, path = "/{id}/rehearse", operation_id = "rehearseCampaign", tag = "Campaigns", params(("id" = Uuid, Path)),
    request_body = RehearsalRequest,
    responses((status = 202, description = "It has begun", body = Rehearsal), Refusals)
)]
async fn begin_rehearsal(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<RehearsalRequest>,
) -> Result<(StatusCode, Json<Rehearsal>), ApiError> {
    Ok((StatusCode::ACCEPTED, Json(rehearsal::begin(&service, caller.scope(), id, request).await?)))
}

/// Gets the newest rehearsal of a campaign
#[utoipa::path(
    get, path = "/{id}/rehearsal", operation_id = "getCampaignRehearsal", tag = "Campaigns",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The rehearsal", body = Rehearsal), Refusals)
)]
async fn get_rehearsal(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Rehearsal> {
    Ok(Json(rehearsal::get(&service, caller.scope(), id).await?))
}
