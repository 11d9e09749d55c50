//! Routes of signing in, below `/api/bd-accounts`. What is given here is in no answer.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use contracts::permissions::ACCOUNTS_READ;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    commands::{self, ConnectInput},
    import::{self, SessionImport},
};
use crate::{
    BdAccounts,
    accounts::{account::Network, queries::Account},
    telegram::CodeSent,
};

type Service = State<Arc<BdAccounts>>;

/// An account that waits for its code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeAsked {
    account: Account,
    /// Where the code went: `app`, `sms`, `call` …
    code_via: String,
    #[schema(required)]
    code_length: Option<u32>,
    /// From when on it can be sent by another way.
    #[schema(required)]
    resend_at: Option<DateTime<Utc>>,
}

/// An account after its code.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeTaken {
    account: Account,
    /// When the status is `password_required`: what its owner wrote to remember the password by.
    #[schema(required)]
    password_hint: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeInput {
    #[schema(min_length = 1, max_length = 16)]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    #[schema(min_length = 1, max_length = 1024)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CodeOf {
    account_id: Uuid,
    #[schema(min_length = 1, max_length = 16)]
    code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PasswordOf {
    account_id: Uuid,
    #[schema(min_length = 1, max_length = 1024)]
    password: String,
}

/// What can be connected here.
#[derive(Serialize, ToSchema)]
pub struct Networks {
    sandbox: SandboxOffer,
    telegram: TelegramOffer,
}

#[derive(Serialize, ToSchema)]
pub struct SandboxOffer {
    available: bool,
    /// The code that any number of the sandbox is signed in with.
    code: &'static str,
    /// A number to begin with.
    hint: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TelegramOffer {
    available: bool,
    /// Whether API id and API hash have to be given: this server has none.
    needs_api: bool,
}

/// What any number of the sandbox is signed in with.
const SANDBOX_CODE: &str = "22222";
/// A number of Telegram's own test servers, which nobody has.
const SANDBOX_PHONE: &str = "+99966 2 0001";

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new()
        .routes(routes!(networks))
        .routes(routes!(connect))
        .routes(routes!(send_code))
        .routes(routes!(verify_code_of))
        .routes(routes!(check_password_of))
        .routes(routes!(verify_code))
        .routes(routes!(check_password))
        .routes(routes!(resend_code))
        .routes(routes!(import_session))
}

fn asked((account, code): (Account, CodeSent)) -> CodeAsked {
    CodeAsked { account, code_via: code.via, code_length: code.length, resend_at: code.resend_at }
}

/// Says what can be connected
#[utoipa::path(
    get, path = "/network", operation_id = "getNetworks", tag = "Accounts",
    responses((status = 200, description = "Telegram, and the sandbox", body = Networks), Refusals)
)]
async fn networks(State(accounts): Service, caller: Caller) -> Result<Json<Networks>, ApiError> {
    caller.scope().require(ACCOUNTS_READ)?;
    let sandbox =
        SandboxOffer { available: accounts.offers(Network::Sandbox), code: SANDBOX_CODE, hint: SANDBOX_PHONE };
    let telegram =
        TelegramOffer { available: accounts.offers(Network::Telegram), needs_api: accounts.options.app.is_none() };
    Ok(Json(Networks { sandbox, telegram }))
}

/// Connects an account
///
/// Sends a code to its number. Go on with the code, and the password if one is asked for.
#[utoipa::path(
    post, path = "/connect", operation_id = "connectAccount", tag = "Accounts", request_body = ConnectInput,
    responses((status = 201, description = "The account, which waits for the code", body = CodeAsked), Refusals)
)]
async fn connect(
    State(accounts): Service,
    caller: Caller,
    Json(input): Json<ConnectInput>,
) -> Result<(StatusCode, Json<CodeAsked>), ApiError> {
    let sent = commands::send_code(&accounts, caller.scope(), input).await?;
    Ok((StatusCode::CREATED, Json(asked(sent))))
}

/// Connects an account, by another address
#[utoipa::path(
    post, path = "/connect/send-code", operation_id = "sendAccountCode", tag = "Accounts", request_body = ConnectInput,
    responses((status = 201, description = "The account, which waits for the code", body = CodeAsked), Refusals)
)]
async fn send_code(
    State(accounts): Service,
    caller: Caller,
    Json(input): Json<ConnectInput>,
) -> Result<(StatusCode, Json<CodeAsked>), ApiError> {
    let sent = commands::send_code(&accounts, caller.scope(), input).await?;
    Ok((StatusCode::CREATED, Json(asked(sent))))
}

/// Gives the code, by another address
#[utoipa::path(
    post, path = "/connect/verify-code", operation_id = "verifyCodeOfAccount", tag = "Accounts", request_body = CodeOf,
    responses((status = 200, description = "The account", body = CodeTaken), Refusals)
)]
async fn verify_code_of(
    State(accounts): Service,
    caller: Caller,
    Json(body): Json<CodeOf>,
) -> Result<Json<CodeTaken>, ApiError> {
    let taken = commands::verify_code(&accounts, caller.scope(), body.account_id, &body.code).await?;
    Ok(Json(CodeTaken { account: taken.0, password_hint: taken.1 }))
}

/// Gives the password, by another address
#[utoipa::path(
    post, path = "/connect/password", operation_id = "checkPasswordOfAccount", tag = "Accounts",
    request_body = PasswordOf,
    responses((status = 200, description = "The account", body = Account), Refusals)
)]
async fn check_password_of(
    State(accounts): Service,
    caller: Caller,
    Json(body): Json<PasswordOf>,
) -> Result<Json<Account>, ApiError> {
    Ok(Json(commands::check_password(&accounts, caller.scope(), body.account_id, &body.password).await?))
}

/// Gives the code of an account
#[utoipa::path(
    post, path = "/{id}/code", operation_id = "verifyAccountCode", tag = "Accounts", params(("id" = Uuid, Path)),
    request_body = CodeInput,
    responses((status = 200, description = "The account: connected, or waiting for its password", body = CodeTaken), Refusals)
)]
async fn verify_code(
    State(accounts): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<CodeInput>,
) -> Result<Json<CodeTaken>, ApiError> {
    let taken = commands::verify_code(&accounts, caller.scope(), id, &body.code).await?;
    Ok(Json(CodeTaken { account: taken.0, password_hint: taken.1 }))
}

/// Gives the password of an account
///
/// Of its two-step verification.
#[utoipa::path(
    post, path = "/{id}/password", operation_id = "checkAccountPassword", tag = "Accounts", params(("id" = Uuid, Path)),
    request_body = PasswordInput,
    responses((status = 200, description = "The account, connected", body = Account), Refusals)
)]
async fn check_password(
    State(accounts): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(body): Json<PasswordInput>,
) -> Result<Json<Account>, ApiError> {
    Ok(Json(commands::check_password(&accounts, caller.scope(), id, &body.password).await?))
}

/// Sends the code again, by another way
#[utoipa::path(
    post, path = "/{id}/resend-code", operation_id = "resendAccountCode", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "The account, which waits for the code", body = CodeAsked), Refusals)
)]
async fn resend_code(
    State(accounts): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<CodeAsked>, ApiError> {
    Ok(Json(asked(commands::resend_code(&accounts, caller.scope(), id).await?)))
}

/// Imports a session
///
/// Of another program, so that nobody signs in anew.
#[utoipa::path(
    post, path = "/import-session", operation_id = "importAccountSession", tag = "Accounts",
    request_body = SessionImport,
    responses((status = 201, description = "The account, connected", body = Account), Refusals)
)]
async fn import_session(
    State(accounts): Service,
    caller: Caller,
    Json(input): Json<SessionImport>,
) -> Result<(StatusCode, Json<Account>), ApiError> {
    Ok((StatusCode::CREATED, Json(import::import(&accounts, caller.scope(), input).await?)))
}
