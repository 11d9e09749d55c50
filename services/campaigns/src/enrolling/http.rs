//! Routes of enrolments, mounted at `/api/campaigns`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Query as Parameters, Refusals};
use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, EnrolRequest, Enrolled},
    queries::{self, Enrolment, EnrolmentPage, EnrolmentParams},
};
use crate::Campaigns;

type Service = State<Arc<Campaigns>>;
type Answer<T> = Result<Json<T>, ApiError>;

pub fn routes() -> OpenApiRouter<Arc<Campaigns>> {
    OpenApiRouter::new()
        .routes(routes!(list, enrol))
        .routes(routes!(stop))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

/// Lists who is in a campaign
#[utoipa::path(
    get, path = "/{id}/enrolments", operation_id = "listEnrolments", tag = "Campaigns",
    params(("id" = Uuid, Path), EnrolmentParams),
    responses((status = 200, description = "A page of enrolments", body = EnrolmentPage), Refusals)
)]
async fn list(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Parameters(params): Parameters<EnrolmentParams>,
) -> Answer<EnrolmentPage> {
    Ok(Json(queries::list(&service, caller.scope(), id, &params).await?))
}

/// Puts contacts into a campaign
///
/// Who may not start campaigns puts in their own.
#[utoipa::path(
    post, path = "/{id}/enrolments", operation_id = "enrolContacts", tag = "Campaigns", params(("id" = Uuid, Path)),
    request_body = EnrolRequest,
    responses((status = 200, description = "Who came in", body = Enrolled), Refusals)
)]
async fn enrol(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<EnrolRequest>,
) -> Answer<Enrolled> {
    Ok(Json(commands::enrol(&service, caller.scope(), id, request).await?))
}

/// Stops a contact's way through a campaign
#[utoipa::path(
    post, path = "/enrolments/{id}/stop", operation_id = "stopEnrolment", tag = "Campaigns",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The enrolment", body = Enrolment), Refusals)
)]
async fn stop(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Enrolment> {
    Ok(Json(commands::stop(&service, caller.scope(), id).await?))
}

/// Pauses a contact's way through a campaign
#[utoipa::path(
    post, path = "/enrolments/{id}/pause", operation_id = "pauseEnrolment", tag = "Campaigns",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The enrolment", body = Enrolment), Refusals)
)]
async fn pause(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Enrolment> {
    Ok(Json(commands::pause(&service, caller.scope(), id).await?))
}

/// Lets a contact go on in a campaign
///
/// Also one whom an answer or somebody stopped.
#[utoipa::path(
    post, path = "/enrolments/{id}/resume", operation_id = "resumeEnrolment", tag = "Campaigns",
    params(("id" = Uuid, Path)), responses((status = 200, description = "The enrolment", body = Enrolment), Refusals)
)]
async fn resume(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Enrolment> {
    Ok(Json(commands::resume(&service, caller.scope(), id).await?))
}
