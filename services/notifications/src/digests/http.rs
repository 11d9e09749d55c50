//! Routes of digests by mail.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Json, Query as Parameters, Refusals};
use axum::{extract::State, http::StatusCode, response::Redirect};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::commands::{self, NextDigest};
use crate::Notifications;

/// What stands in the link of a mail.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StopLink {
    /// Says whose digests end.
    token: String,
}

/// Routes below `/api/v1/notifications`.
pub fn routes() -> OpenApiRouter<Arc<Notifications>> {
    OpenApiRouter::new().routes(routes!(next)).routes(routes!(send)).routes(routes!(open_stop, stop))
}

/// Shows the caller's next digest by mail
///
/// As it would read now: what is seen in the app by then is not in it.
#[utoipa::path(
    get, path = "/digest", operation_id = "getNextDigest", tag = "Notifications",
    responses((status = 200, description = "The digest", body = NextDigest), Refusals)
)]
async fn next(State(service): State<Arc<Notifications>>, caller: Caller) -> Result<Json<NextDigest>, ApiError> {
    Ok(Json(commands::next(&service, caller.scope()).await?))
}

/// Sends the caller's digest at once
///
/// What it says does not come again at the next time. With nothing to say it is refused with `notify.digest.empty`, and
/// after five times in an hour with `notify.digest.often`.
#[utoipa::path(
    post, path = "/digest/send", operation_id = "sendDigest", tag = "Notifications",
    responses((status = 202, description = "It is on its way"), Refusals)
)]
async fn send(State(service): State<Arc<Notifications>>, caller: Caller) -> Result<StatusCode, ApiError> {
    commands::send(&service, caller.scope()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Leads from a mail to the page that ends its digests
///
/// For mail programs that open the address of `List-Unsubscribe`. Looking at it ends nothing: programs look at links too.
#[utoipa::path(
    get, path = "/digest/unsubscribe", operation_id = "openDigestStop", tag = "Notifications", security(()),
    params(StopLink),
    responses((status = 303, description = "To the page in the app"),
        (status = 400, description = "The token is missing", body = ErrorBody),
        (status = 404, description = "`notify.unsubscribe.unknown`", body = ErrorBody))
)]
async fn open_stop(
    State(service): State<Arc<Notifications>>,
    Parameters(link): Parameters<StopLink>,
) -> Result<Redirect, ApiError> {
    Ok(Redirect::to(&commands::page(&service, &link.token)?))
}

/// Ends the digests of a person
///
/// By what stands in the mail, without a session and in one step (RFC 8058); doing it again changes nothing.
#[utoipa::path(
    post, path = "/digest/unsubscribe", operation_id = "stopDigests", tag = "Notifications", security(()),
    params(StopLink),
    responses((status = 204, description = "No digest comes any more"),
        (status = 400, description = "The token is missing", body = ErrorBody),
        (status = 404, description = "`notify.unsubscribe.unknown`", body = ErrorBody))
)]
async fn stop(
    State(service): State<Arc<Notifications>>,
    Parameters(link): Parameters<StopLink>,
) -> Result<StatusCode, ApiError> {
    commands::stop(&service, &link.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
