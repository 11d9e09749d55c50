//! The routes of roles.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Query as Parameters, Refusals, requests::Given};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{Identity, Role, views::ReachView};

/// A role and what it lets somebody do.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RoleView)]
pub struct View {
    /// The word of a built-in role, or an id.
    #[schema(example = "manager")]
    pub(super) key: String,
    /// Null for a built-in role.
    #[schema(required)]
    pub(super) name: Option<String>,
    pub(super) built_in: bool,
    /// The built-in role that it counts as where only those are known.
    pub(super) base: Role,
    #[schema(required)]
    pub(super) description: Option<String>,
    pub(super) permissions: Vec<&'static str>,
    pub(super) reach: ReachView,
    /// How many members have it.
    pub(super) members: i64,
    pub(super) version: i64,
    #[schema(required)]
    pub(super) updated_at: Option<DateTime<Utc>>,
}

/// The built-in roles, then the organization's own by name.
#[derive(Serialize, ToSchema)]
#[schema(as = RoleList)]
pub struct List {
    pub(super) items: Vec<View>,
}

/// A role to make up.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RoleInput)]
pub struct Input {
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    #[schema(max_length = 500)]
    pub(super) description: Option<String>,
    /// Any built-in role but `owner`.
    pub(super) base: Role,
    /// Names, as `GET /api/auth/permissions` lists them.
    #[schema(max_items = 128)]
    pub(super) permissions: Vec<String>,
    pub(super) reach: ReachView,
}

/// What to change of a role; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = RolePatch)]
pub struct Patch {
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub(super) description: Given<String>,
    pub(super) base: Option<Role>,
    #[schema(max_items = 128)]
    pub(super) permissions: Option<Vec<String>>,
    pub(super) reach: Option<ReachView>,
    /// The version the change is based on.
    pub(super) version: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Replacement {
    /// The role that those get who had this one.
    pub(super) replacement: Option<String>,
}

/// List roles
#[utoipa::path(get, path = "/api/roles", tag = "Team", operation_id = "listRoles",
    responses((status = 200, description = "Built-in roles first", body = List), Refusals))]
pub async fn list_roles(State(identity): State<Arc<Identity>>, caller: Caller) -> Result<Json<List>, ApiError> {
    Ok(Json(List { items: identity.roles(caller.scope()).await? }))
}

/// Make a role
///
/// Nobody grants what they do not hold themselves (`roles.beyond`).
#[utoipa::path(post, path = "/api/roles", tag = "Team", operation_id = "createRole", request_body = Input,
    responses((status = 201, description = "Made", body = View), Refusals))]
pub async fn create_role(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Json<View>), ApiError> {
    Ok((StatusCode::CREATED, Json(identity.create_role(caller.scope(), input).await?)))
}

/// Change a role
///
/// Takes effect at once for all who have it.
#[utoipa::path(patch, path = "/api/roles/{id}", tag = "Team", operation_id = "updateRole", request_body = Patch,
    params(("id" = Uuid, Path, description = "The role's key")),
    responses((status = 200, description = "Changed", body = View), Refusals))]
pub async fn update_role(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    expected: IfMatch,
    Path(id): Path<Uuid>,
    Json(patch): Json<Patch>,
) -> Result<Json<View>, ApiError> {
    let expected = expected.or_body(patch.version);
    Ok(Json(identity.update_role(caller.scope(), id, patch, expected).await?))
}

/// Delete a role
///
/// Who has it gets the replacement; without one a role in use stays (`roles.in_use`).
#[utoipa::path(delete, path = "/api/roles/{id}", tag = "Team", operation_id = "deleteRole",
    params(("id" = Uuid, Path, description = "The role's key"), Replacement),
    responses((status = 204, description = "Deleted"), Refusals))]
pub async fn delete_role(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Parameters(params): Parameters<Replacement>,
) -> Result<StatusCode, ApiError> {
    identity.delete_role(caller.scope(), id, params.replacement.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
