//! Switching somebody's access to the organization off and on again, and ending their sessions. What they hold stays theirs,
//! and what they are elsewhere is none of this organization's business. Nobody does this to who may do more than they.

use std::sync::Arc;

use api::{ApiError, Confirmed, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use contracts::{
    events::{MEMBER_RESTORED, MEMBER_SUSPENDED},
    permissions::MEMBERS_WRITE,
};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{Scope, UserId};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Refused, members, own_roles, viewing};
use crate::{
    Error, Identity, Role, keys, rights,
    sessions::revoke_rows,
    store::{membership, session},
    views::Member,
};

/// Switch a member's access off
///
/// Their sessions and API keys of the organization end at once, for good; they sign in to it no more until access is
/// switched on again. What they hold stays theirs. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/team/members/{id}/suspend", tag = "Team", operation_id = "suspendMember",
    params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 200, description = "They are out", body = Member), Refusals))]
pub async fn suspend_member(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Path(id): Path<Uuid>,
) -> Result<Json<Member>, ApiError> {
    Ok(Json(identity.suspend(caller.scope(), id).await?))
}

/// Switch a member's access on again
///
/// They sign in anew, with the roles they had; API keys that ended stay so. Asks for a proof of the last minutes.
#[utoipa::path(post, path = "/api/team/members/{id}/restore", tag = "Team", operation_id = "restoreMember",
    params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 200, description = "They may sign in", body = Member), Refusals))]
pub async fn restore_member(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Path(id): Path<Uuid>,
) -> Result<Json<Member>, ApiError> {
    Ok(Json(identity.restore(caller.scope(), id).await?))
}

/// End a member's sessions
///
/// All of them in this organization, at once; those that are in another one come here no more. They sign in anew; API keys
/// go on. Asks for a proof of the last minutes.
#[utoipa::path(delete, path = "/api/team/members/{id}/sessions", tag = "Team", operation_id = "endMemberSessions",
    params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 204, description = "Ended"), Refusals))]
pub async fn end_member_sessions(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    identity.end_sessions(caller.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses to act on somebody who may do more than the actor.
async fn check_beneath(tx: &Tx, scope: &Scope, row: &membership::Model) -> Result<(), Error> {
    let Some(rights) = rights::of(tx, scope.org_id.0, &row.roles).await? else { return Ok(()) };
    if rights.roles.iter().any(|role| role.base == Role::Owner) {
        return if members::is_owner(tx, scope).await? { Ok(()) } else { Err(Refused::OwnersOnly.into()) };
    }
    let is_within = rights.roles.iter().all(|role| own_roles::is_within(scope, &role.permissions, role.levels));
    if is_within { Ok(()) } else { Err(Refused::Beyond.into()) }
}

async fn write(tx: &Tx, scope: &Scope, id: Uuid, change: membership::ActiveModel) -> Result<(), Error> {
    membership::Entity::update_many()
        .set(change)
        .filter(membership::Column::OrgId.eq(scope.org_id.0))
        .filter(membership::Column::UserId.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

async fn record(tx: &Tx, id: Uuid, before: &Value, after: &Value) -> Result<(), Error> {
    Ok(change_log::record(tx, [Change::between("member", id, Action::Updated, before, after, 1)]).await?)
}

async fn close(tx: &Tx, scope: &Scope, id: Uuid, cause: &'static str) -> Result<(), Error> {
    let of_org = Condition::all().add(session::Column::OrgId.eq(scope.org_id.0));
    revoke_rows(tx, of_org.add(session::Column::UserId.eq(id)), cause).await?;
    Ok(())
}

impl Identity {
    async fn suspend(&self, scope: &Scope, id: Uuid) -> Result<Member, Error> {
        scope.require(MEMBERS_WRITE)?;
        if scope.user_id() == Some(UserId(id)) {
            return Err(Refused::OneselfSuspended.into());
        }
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let row = members::held(&tx, scope, id).await?;
        check_beneath(&tx, scope, &row).await?;
        if row.suspended_at.is_some() {
            return self.member(scope, id).await;
        }
        let is_owner = rights::keys(&row.roles).iter().any(|key| key == Role::Owner.as_str());
        // Somebody may have been unmade an owner since they asked for this.
        if is_owner && !members::has_other_owner(&tx, scope, id).await? {
            return Err(Refused::LastOwner.into());
        }
        let now = tx.clock().now();
        let off = membership::ActiveModel {
            suspended_at: Set(Some(now)),
            sessions_from: Set(Some(now)),
            ..Default::default()
        };
        write(&tx, scope, id, off).await?;
        // While their sessions are open still: those that have ended are nobody's view.
        viewing::access_changed(&tx, Some(id)).await?;
        close(&tx, scope, id, "suspended").await?;
        keys::revoke_all_of(&tx, scope, id).await?;
        record(&tx, id, &json!({"suspendedAt": null}), &json!({ "suspendedAt": now })).await?;
        events::append(&tx, [NewEvent::of(MEMBER_SUSPENDED, "user", id, json!({}))]).await?;
        tx.commit().await?;
        self.forget_member(scope, id);
        self.member(scope, id).await
    }

    async fn restore(&self, scope: &Scope, id: Uuid) -> Result<Member, Error> {
        scope.require(MEMBERS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let row = members::held(&tx, scope, id).await?;
        check_beneath(&tx, scope, &row).await?;
        let Some(since) = row.suspended_at else { return self.member(scope, id).await };
        let on = membership::ActiveModel { suspended_at: Set(None), ..Default::default() };
        write(&tx, scope, id, on).await?;
        // One that was being opened when access ended.
        close(&tx, scope, id, "suspended").await?;
        record(&tx, id, &json!({ "suspendedAt": since }), &json!({"suspendedAt": null})).await?;
        events::append(&tx, [NewEvent::of(MEMBER_RESTORED, "user", id, json!({}))]).await?;
        tx.commit().await?;
        self.forget_member(scope, id);
        self.member(scope, id).await
    }

    async fn end_sessions(&self, scope: &Scope, id: Uuid) -> Result<(), Error> {
        scope.require(MEMBERS_WRITE)?;
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let row = members::held(&tx, scope, id).await?;
        check_beneath(&tx, scope, &row).await?;
        let now = tx.clock().now();
        let from = membership::ActiveModel { sessions_from: Set(Some(now)), ..Default::default() };
        write(&tx, scope, id, from).await?;
        close(&tx, scope, id, "ended").await?;
        let before = json!({ "sessionsFrom": row.sessions_from });
        record(&tx, id, &before, &json!({ "sessionsFrom": now })).await?;
        tx.commit().await?;
        self.forget_member(scope, id);
        Ok(())
    }

    fn forget_member(&self, scope: &Scope, id: Uuid) {
        let org = scope.org_id.0;
        self.live.forget(move |live| live.org_id == org && (live.user_id == id || live.viewing_as == Some(id)));
    }
}
