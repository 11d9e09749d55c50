//! The routes of invitations.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Identity,
    views::{LocaleName, RoleName, TeamName},
};

/// Whether an invitation still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    Open,
    Expired,
}

/// Who asked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Inviter {
    pub(super) id: Uuid,
    pub(super) name: String,
}

/// Somebody who was asked to join.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Invitation {
    pub(super) id: Uuid,
    pub(super) email: String,
    pub(super) roles: Vec<RoleName>,
    pub(super) teams: Vec<TeamName>,
    pub(super) state: InvitationState,
    #[schema(required)]
    pub(super) invited_by: Option<Inviter>,
    pub(super) sent_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
    /// How often it was sent.
    pub(super) sends: i64,
    /// What to pass on by hand; only right after sending, and only where no mail is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
}

/// Those that nobody has accepted, the newest first.
#[derive(Serialize, ToSchema)]
pub struct InvitationList {
    pub(super) items: Vec<Invitation>,
}

/// Whom to ask.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InvitationInput {
    #[schema(min_items = 1, max_items = 50)]
    pub(super) emails: Vec<String>,
    /// Keys of the roles they are to have.
    #[schema(min_items = 1, max_items = 10)]
    pub(super) roles: Vec<String>,
    /// Teams they are to be in.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub(super) team_ids: Vec<Uuid>,
    /// The language of the mail, else the caller's.
    pub(super) locale: Option<LocaleName>,
}

/// An address that was not asked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Skipped {
    pub(super) email: String,
    /// `member`: they are one already. `invited`: an invitation is open. `too_often`: as many were sent there in a day as
    /// may be.
    #[schema(example = "member")]
    pub(super) code: &'static str,
}

/// What became of each address.
#[derive(Serialize, ToSchema)]
pub struct InvitationResult {
    pub(super) items: Vec<Invitation>,
    pub(super) skipped: Vec<Skipped>,
}

/// List open invitations
#[utoipa::path(get, path = "/api/team/invitations", tag = "Team", operation_id = "listInvitations",
    responses((status = 200, description = "The newest first", body = InvitationList), Refusals))]
pub async fn list_invitations(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<InvitationList>, ApiError> {
    Ok(Json(InvitationList { items: identity.invitations(caller.scope()).await? }))
}

/// Invite people
///
/// Each gets a mail with a link that works for seven days, once. Nobody gives roles that go beyond their own rights.
#[utoipa::path(post, path = "/api/team/members/invite", tag = "Team", operation_id = "inviteMembers",
    request_body = InvitationInput,
    responses((status = 201, description = "Asked", body = InvitationResult), Refusals))]
pub async fn invite_members(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<InvitationInput>,
) -> Result<(StatusCode, Json<InvitationResult>), ApiError> {
    Ok((StatusCode::CREATED, Json(identity.invite(caller.scope(), input).await?)))
}

/// Send an invitation again
///
/// With a new link, for seven days more; the old one ends. Once a minute at most, and five times in a day with the first.
#[utoipa::path(post, path = "/api/team/invitations/{id}/resend", tag = "Team", operation_id = "resendInvitation",
    params(("id" = Uuid, Path, description = "The invitation's id")),
    responses((status = 200, description = "Sent", body = Invitation), Refusals))]
pub async fn resend_invitation(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Invitation>, ApiError> {
    Ok(Json(identity.resend(caller.scope(), id).await?))
}

/// Revoke an invitation
#[utoipa::path(delete, path = "/api/team/invitations/{id}", tag = "Team", operation_id = "revokeInvitation",
    params(("id" = Uuid, Path, description = "The invitation's id")),
    responses((status = 204, description = "Its link works no more"), Refusals))]
pub async fn revoke_invitation(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.revoke_invitation(caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
