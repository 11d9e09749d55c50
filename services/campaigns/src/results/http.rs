//! Routes of what became of campaigns, mounted at `/api/campaigns`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query as Parameters, Refusals};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    log::{self, LogParams, Page},
    of_contact::{self, ContactCampaigns},
    stats::{self, Stats},
};
use crate::Campaigns;

type Service = State<Arc<Campaigns>>;
type Answer<T> = Result<Json<T>, ApiError>;

pub fn routes() -> OpenApiRouter<Arc<Campaigns>> {
    OpenApiRouter::new().routes(routes!(get_stats)).routes(routes!(get_log)).routes(routes!(get_of_contact))
}

/// Gets the numbers of a campaign
#[utoipa::path(
    get, path = "/{id}/stats", operation_id = "getCampaignStats", tag = "Campaigns", params(("id" = Uuid, Path)),
    responses((status = 200, description = "By step, variant and account", body = Stats), Refusals)
)]
async fn get_stats(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Stats> {
    Ok(Json(stats::get(&service, caller.scope(), id).await?))
}

/// Reads the log of a campaign
#[utoipa::path(
    get, path = "/{id}/log", operation_id = "getCampaignLog", tag = "Campaigns",
    params(("id" = Uuid, Path), LogParams),
    responses((status = 200, description = "A page of it, the newest first", body = Page), Refusals)
)]
async fn get_log(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Parameters(params): Parameters<LogParams>,
) -> Answer<Page> {
    Ok(Json(log::list(&service, caller.scope(), id, &params).await?))
}

/// Gets a contact's part in all campaigns, and why they were not written to
#[utoipa::path(
    get, path = "/contacts/{id}", operation_id = "getContactCampaigns", tag = "Campaigns",
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "Enrolments, refusals, and what the policy says now", body = ContactCampaigns), Refusals)
)]
async fn get_of_contact(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<ContactCampaigns> {
    Ok(Json(of_contact::get(&service, caller.scope(), id).await?))
}
