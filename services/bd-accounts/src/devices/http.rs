//! Routes of devices, below `/api/bd-accounts`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::queries;
use crate::{BdAccounts, telegram::Device};

/// Devices that are signed in.
#[derive(Serialize, ToSchema)]
pub struct DeviceList {
    items: Vec<Device>,
}

/// Which device.
#[derive(Debug, Deserialize)]
struct One {
    id: Uuid,
    hash: String,
}

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(end))
}

/// Lists the devices of an account
///
/// Those that are signed in to it, this server among them. The account has to be connected.
#[utoipa::path(
    get, path = "/{id}/sessions", operation_id = "listAccountDevices", tag = "Accounts", params(("id" = Uuid, Path)),
    responses((status = 200, description = "Devices", body = DeviceList), Refusals)
)]
async fn list(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<DeviceList>, ApiError> {
    Ok(Json(DeviceList { items: queries::list(&accounts, caller.scope(), id).await? }))
}

/// Signs a device out
#[utoipa::path(
    delete, path = "/{id}/sessions/{hash}", operation_id = "endAccountDevice", tag = "Accounts",
    params(("id" = Uuid, Path), ("hash" = String, Path)),
    responses((status = 204, description = "It is signed out"), Refusals)
)]
async fn end(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Path(One { id, hash }): Path<One>,
) -> Result<StatusCode, ApiError> {
    queries::end(&accounts, caller.scope(), id, &hash).await?;
    Ok(StatusCode::NO_CONTENT)
}
