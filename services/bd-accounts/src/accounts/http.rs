//! Routes of accounts, below `/api/bd-accounts`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands,
    config::AccountPatch,
    queries::{self, Account, AccountList, ShortStatus},
};
use crate::BdAccounts;

type Service = State<Arc<BdAccounts>>;
type Answer<T> = Result<Json<T>, ApiError>;

/// Where the list goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountSlice {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// How to take an account off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Disconnection {
    /// Whether to end the session at the network; kept, it can be taken up again without signing in.
    log_out: bool,
}

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, delete))
        .routes(routes!(status))
        .routes(routes!(configure))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(reconnect))
        .routes(routes!(disconnect))
}

/// Lists accounts
///
/// Those within reach, the oldest first, 200 at a time.
#[utoipa::path(
    get, path = "/", operation_id = "listAccounts", tag = "Accounts", params(AccountSlice),
    responses((status = 200, description = "Accounts with status, health and what they used today", body = AccountList), Refusals)
)]
async fn list(State(accounts): Service, caller: Caller, Query(slice): Query<AccountSlice>) -> Answer<AccountList> {
    let cursor = slice.cursor.filter(|cursor| !cursor.is_empty());
    Ok(Json(queries::list(&accounts, caller.scope(), cursor.as_deref()).await?))
}

/// Gets an account
#[utoipa::path(
    get, path = "/{id}", operation_id = "getAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn get(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Account> {
    Ok(Json(queries::get(&accounts, caller.scope(), id).await?))
}

/// Gets how an account stands
#[utoipa::path(
    get, path = "/{id}/status", operation_id = "getAccountStatus", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "In short", body = ShortStatus), Refusals)
)]
async fn status(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<ShortStatus> {
    Ok(Json(queries::status(&accounts, caller.scope(), id).await?))
}

/// Changes what is set of an account
///
/// Limits, hours, proxy, owner, who may use it. Whoever does not reach the whole organization can only make limits stricter.
#[utoipa::path(
    put, path = "/{id}/config", operation_id = "configureAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    request_body = AccountPatch,
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn configure(
    State(accounts): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut body): Json<AccountPatch>,
) -> Answer<Account> {
    body.version = expected.or_body(body.version);
    Ok(Json(commands::configure(&accounts, caller.scope(), id, body).await?))
}

/// Pauses an account
///
/// Nothing is sent through it; it still receives.
#[utoipa::path(
    post, path = "/{id}/pause", operation_id = "pauseAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn pause(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Account> {
    Ok(Json(commands::pause(&accounts, caller.scope(), id).await?))
}

/// Resumes an account
#[utoipa::path(
    post, path = "/{id}/resume", operation_id = "resumeAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn resume(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Account> {
    Ok(Json(commands::resume(&accounts, caller.scope(), id).await?))
}

/// Reconnects an account
///
/// By the session that was kept.
#[utoipa::path(
    post, path = "/{id}/reconnect", operation_id = "reconnectAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn reconnect(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Answer<Account> {
    Ok(Json(commands::reconnect(&accounts, caller.scope(), id).await?))
}

/// Disconnects an account
#[utoipa::path(
    post, path = "/{id}/disconnect", operation_id = "disconnectAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    request_body = Disconnection,
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn disconnect(
    State(accounts): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<Disconnection>,
) -> Answer<Account> {
    Ok(Json(commands::disconnect(&accounts, caller.scope(), id, body.log_out).await?))
}

/// Deletes an account
///
/// One that is disconnected. Messages that came through it stay.
#[utoipa::path(
    delete, path = "/{id}", operation_id = "deleteAccount", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 204, description = "It is gone"), Refusals)
)]
async fn delete(State(accounts): Service, caller: Caller, Path(id): Path<Uuid>) -> Result<StatusCode, ApiError> {
    commands::delete(&accounts, caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
