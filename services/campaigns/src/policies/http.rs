//! Routes of the contact policy, mounted at `/api/campaigns`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query as Parameters, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::commands::{
    self, ConsentRequest, Consents, PolicyRequest, PolicyView, SuppressionPage, SuppressionRequest, SuppressionView,
    VerdictView,
};
use crate::{Campaigns, Error, campaign::Channel, rules::policy::Purpose};

type Service = State<Arc<Campaigns>>;
type Answer<T> = Result<Json<T>, ApiError>;

/// Whom, and by what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct CheckParams {
    contact_id: Uuid,
    /// `telegram` or `email`.
    #[param(value_type = String)]
    channel: Channel,
    /// `manual` unless `program`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    purpose: Option<Purpose>,
}

/// Which addresses.
#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct SuppressionParams {
    #[param(value_type = Option<String>)]
    channel: Option<Channel>,
    /// `nextCursor` of the page before.
    cursor: Option<Uuid>,
}

pub fn routes() -> OpenApiRouter<Arc<Campaigns>> {
    OpenApiRouter::new()
        .routes(routes!(policy, put_policy))
        .routes(routes!(check))
        .routes(routes!(suppressions, suppress))
        .routes(routes!(release))
        .routes(routes!(consents, say))
}

/// Gets what programs may do to contacts
#[utoipa::path(
    get, path = "/policy", operation_id = "getContactPolicy", tag = "Campaigns",
    responses((status = 200, description = "The policy", body = PolicyView), Refusals)
)]
async fn policy(State(service): Service, caller: Caller) -> Answer<PolicyView> {
    Ok(Json(commands::policy(&service, caller.scope()).await?))
}

/// Changes what programs may do to contacts
#[utoipa::path(
    put, path = "/policy", operation_id = "putContactPolicy", tag = "Campaigns", request_body = PolicyRequest,
    responses((status = 200, description = "The policy", body = PolicyView), Refusals)
)]
async fn put_policy(
    State(service): Service,
    caller: Caller,
    expected: IfMatch,
    Json(mut request): Json<PolicyRequest>,
) -> Answer<PolicyView> {
    request.version = expected.or_body(request.version);
    Ok(Json(commands::put_policy(&service, caller.scope(), request).await?))
}

/// Asks whether a contact may be written to
#[utoipa::path(
    get, path = "/policy/check", operation_id = "checkContactPolicy", tag = "Campaigns", params(CheckParams),
    responses((status = 200, description = "What the policy says", body = VerdictView), Refusals)
)]
async fn check(
    State(service): Service,
    caller: Caller,
    Parameters(params): Parameters<CheckParams>,
) -> Answer<VerdictView> {
    let purpose = params.purpose.unwrap_or(Purpose::Manual);
    let mut verdicts = commands::check(&service, caller.scope(), params.contact_id, &[params.channel], purpose).await?;
    Ok(Json(verdicts.pop().ok_or(Error::NotFound)?))
}

/// Lists addresses that are written to no more
#[utoipa::path(
    get, path = "/suppressions", operation_id = "listSuppressions", tag = "Campaigns", params(SuppressionParams),
    responses((status = 200, description = "A page of them, the newest first", body = SuppressionPage), Refusals)
)]
async fn suppressions(
    State(service): Service,
    caller: Caller,
    Parameters(params): Parameters<SuppressionParams>,
) -> Answer<SuppressionPage> {
    Ok(Json(commands::suppressions(&service, caller.scope(), params.channel, params.cursor).await?))
}

/// Has an address written to no more
#[utoipa::path(
    post, path = "/suppressions", operation_id = "createSuppression", tag = "Campaigns",
    request_body = SuppressionRequest,
    responses((status = 201, description = "The address, hidden but for its ends", body = SuppressionView), Refusals)
)]
async fn suppress(
    State(service): Service,
    caller: Caller,
    Json(request): Json<SuppressionRequest>,
) -> Result<(StatusCode, Json<SuppressionView>), ApiError> {
    Ok((StatusCode::CREATED, Json(commands::suppress(&service, caller.scope(), request).await?)))
}

/// Lets an address be written to again
#[utoipa::path(
    delete, path = "/suppressions/{id}", operation_id = "deleteSuppression", tag = "Campaigns",
    params(("id" = Uuid, Path)), responses((status = 204, description = "It may be written to"), Refusals)
)]
async fn release(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::release(&service, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gets what a contact said to being written to
#[utoipa::path(
    get, path = "/contacts/{id}/consents", operation_id = "getContactConsents", tag = "Campaigns",
    params(("id" = Uuid, Path)),
    responses((status = 200, description = "The newest word on each channel", body = Consents), Refusals)
)]
async fn consents(State(service): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Consents> {
    Ok(Json(commands::consents(&service, caller.scope(), id).await?))
}

/// Notes what a contact said to being written to
#[utoipa::path(
    put, path = "/contacts/{id}/consents", operation_id = "putContactConsent", tag = "Campaigns",
    params(("id" = Uuid, Path)), request_body = ConsentRequest,
    responses((status = 200, description = "The newest word on each channel", body = Consents), Refusals)
)]
async fn say(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(request): Json<ConsentRequest>,
) -> Answer<Consents> {
    Ok(Json(commands::say(&service, caller.scope(), id, request).await?))
}
