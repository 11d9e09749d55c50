//! Keys of programs: made by a member, never with more rights than theirs, shown once. The routes of them.

mod bearing;
mod commands;
mod key;
mod queries;
mod store;

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, ErrorBody, IfMatch, Json, ListParams, PageInfo, Path, Query};
use axum::{extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

pub use commands::{organizations_of, revoke_all_of};
pub use key::MARK;
use key::{KeyPatch, NewKey};
use queries::ApiKey;

use crate::Identity;

/// Keys of programs.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyList {
    items: Vec<ApiKey>,
    page: PageInfo,
}

/// A new key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyCreated {
    api_key: ApiKey,
    /// For `Authorization: Bearer`. It is not shown again.
    #[schema(example = "rk_AbC123")]
    key: String,
}

/// List API keys
///
/// The latest first, those that have ended too.
#[utoipa::path(get, path = "/api/api-keys", tag = "API keys", operation_id = "listApiKeys", params(ListParams),
    responses((status = 200, description = "Keys of the organization", body = ApiKeyList),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed", body = ErrorBody),
        (status = 422, description = "There is no such list: `list.sort`, `list.cursor`, `filter.…`", body = ErrorBody)))]
async fn list_api_keys(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Query(params): Query<ListParams>,
) -> Result<Json<ApiKeyList>, ApiError> {
    let page = identity.keys(caller.scope(), &params.parse()?).await?;
    let info = PageInfo::from(&page);
    Ok(Json(ApiKeyList { items: page.items, page: info }))
}

/// Make an API key
///
/// Its rights at each request are the permissions it was given, as far as its maker holds them then; it reaches what its
/// maker reaches. The key is in this answer only. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/api-keys", tag = "API keys", operation_id = "createApiKey", request_body = NewKey,
    responses((status = 201, description = "The key, shown this once", body = ApiKeyCreated),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed, or a proof of the last minutes is asked for", body = ErrorBody),
        (status = 409, description = "There are too many", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
async fn create_api_key(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Json(input): Json<NewKey>,
) -> Result<(StatusCode, Json<ApiKeyCreated>), ApiError> {
    let (api_key, key) = identity.create_key(caller.scope(), input).await?;
    Ok((StatusCode::CREATED, Json(ApiKeyCreated { api_key, key })))
}

/// Change an API key
#[utoipa::path(patch, path = "/api/api-keys/{id}", tag = "API keys", operation_id = "updateApiKey",
    params(("id" = Uuid, Path, description = "The key's id")), request_body = KeyPatch,
    responses((status = 200, description = "The key", body = ApiKey),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed", body = ErrorBody),
        (status = 404, description = "No such key", body = ErrorBody),
        (status = 409, description = "Another version by now, or it is revoked", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
async fn update_api_key(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    expected: IfMatch,
    Json(mut patch): Json<KeyPatch>,
) -> Result<Json<ApiKey>, ApiError> {
    patch.version = expected.or_body(patch.version);
    Ok(Json(identity.change_key(caller.scope(), id, patch).await?))
}

/// Revoke an API key
///
/// It opens nothing from now on, for good.
#[utoipa::path(delete, path = "/api/api-keys/{id}", tag = "API keys", operation_id = "revokeApiKey",
    params(("id" = Uuid, Path, description = "The key's id")),
    responses((status = 204, description = "Revoked"), (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed", body = ErrorBody),
        (status = 404, description = "No such key", body = ErrorBody)))]
async fn revoke_api_key(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.revoke_key(caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The routes of keys.
pub fn routes() -> OpenApiRouter<Arc<Identity>> {
    OpenApiRouter::new().routes(routes!(list_api_keys, create_api_key)).routes(routes!(update_api_key, revoke_api_key))
}
