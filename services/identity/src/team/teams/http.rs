//! The routes of teams.

use std::sync::Arc;

use api::{ApiError, Caller, IfMatch, Json, Path, Refusals, requests::Given};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Identity;

/// Somebody in a team.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = TeamMember)]
pub struct MemberView {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) lead: bool,
}

/// People who work together.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Team)]
pub struct View {
    pub(super) id: Uuid,
    pub(super) name: String,
    #[schema(required)]
    pub(super) description: Option<String>,
    /// Leads first, then by name.
    pub(super) members: Vec<MemberView>,
    pub(super) version: i64,
}

/// Teams by name.
#[derive(Serialize, ToSchema)]
#[schema(as = TeamList)]
pub struct List {
    pub(super) items: Vec<View>,
}

/// Somebody to be in a team.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamMemberInput)]
pub struct MemberInput {
    pub(super) id: Uuid,
    #[serde(default)]
    pub(super) lead: bool,
}

/// A team to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamInput)]
pub struct Input {
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: String,
    #[schema(max_length = 500)]
    pub(super) description: Option<String>,
    #[serde(default)]
    #[schema(max_items = 500)]
    pub(super) members: Vec<MemberInput>,
}

/// What to change of a team; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamPatch)]
pub struct Patch {
    #[schema(min_length = 1, max_length = 60)]
    pub(super) name: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub(super) description: Given<String>,
    /// All of them.
    #[schema(max_items = 500)]
    pub(super) members: Option<Vec<MemberInput>>,
    /// The version the change is based on.
    pub(super) version: Option<i64>,
}

/// List teams
#[utoipa::path(get, path = "/api/teams", tag = "Team", operation_id = "listTeams",
    responses((status = 200, description = "By name", body = List), Refusals))]
pub async fn list_teams(State(identity): State<Arc<Identity>>, caller: Caller) -> Result<Json<List>, ApiError> {
    Ok(Json(List { items: identity.teams(caller.scope()).await? }))
}

/// Make a team
#[utoipa::path(post, path = "/api/teams", tag = "Team", operation_id = "createTeam", request_body = Input,
    responses((status = 201, description = "Made", body = View), Refusals))]
pub async fn create_team(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<Input>,
) -> Result<(StatusCode, Json<View>), ApiError> {
    Ok((StatusCode::CREATED, Json(identity.create_team(caller.scope(), input).await?)))
}

/// Change a team
///
/// Who joins or leaves reaches what their teams have at once.
#[utoipa::path(patch, path = "/api/teams/{id}", tag = "Team", operation_id = "updateTeam", request_body = Patch,
    params(("id" = Uuid, Path, description = "The team's id")),
    responses((status = 200, description = "Changed", body = View), Refusals))]
pub async fn update_team(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    expected: IfMatch,
    Path(id): Path<Uuid>,
    Json(patch): Json<Patch>,
) -> Result<Json<View>, ApiError> {
    let expected = expected.or_body(patch.version);
    Ok(Json(identity.update_team(caller.scope(), id, patch, expected).await?))
}

/// Delete a team
///
/// Its members stay members of the organization.
#[utoipa::path(delete, path = "/api/teams/{id}", tag = "Team", operation_id = "deleteTeam",
    params(("id" = Uuid, Path, description = "The team's id")),
    responses((status = 204, description = "Deleted"), Refusals))]
pub async fn delete_team(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.delete_team(caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
