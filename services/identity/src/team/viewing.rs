//! Looking at the organization as a member does: a mark on the caller's session, by which the authenticator gives its
//! requests that member's grants and reach for a while and `api::auth` refuses what writes. Nobody sees by it what they do
//! not see themselves, and what is personal stays the viewer's own (`docs/adr/0016`).

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, Json, Refusals};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    events::{ACCESS_VIEWED_AS_ENDED, ACCESS_VIEWED_AS_STARTED, ViewingEnded, ViewingStarted},
    permissions::ROLES_WRITE,
};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{Grants, OrgId, Reach, Resource, UserId};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Refused, members};
use crate::{
    Error, Identity, Role,
    authenticator::Live,
    rights,
    store::{membership, session, user},
    views::ViewingAs,
};

/// Then it ends by itself.
const LASTS: TimeDelta = TimeDelta::minutes(30);

/// The member to look as.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ViewAs {
    user_id: Uuid,
}

/// Look as a member
///
/// For half an hour this session sees what the member sees, and changes nothing: whatever else writes answers 403 with
/// `auth.viewing_as`. It ends sooner with `DELETE`, with the session, and when what one of the two may do or reach changes.
/// Only members within the caller's own rights and reach, and owners for owners (`members.view_beyond`); what is personal is
/// not shown. Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(post, path = "/api/team/view-as", tag = "Team", operation_id = "viewAs", request_body = ViewAs,
    responses((status = 200, description = "Begun", body = ViewingAs), Refusals))]
pub async fn view_as(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    Json(input): Json<ViewAs>,
) -> Result<Json<ViewingAs>, ApiError> {
    Ok(Json(identity.look_as(&caller, input.user_id).await?))
}

/// Stop looking as a member
///
/// Also where nothing was to be stopped.
#[utoipa::path(delete, path = "/api/team/view-as", tag = "Team", operation_id = "stopViewingAs",
    responses((status = 204, description = "The session is the caller's own again"), Refusals))]
pub async fn stop_viewing_as(State(identity): State<Arc<Identity>>, caller: Caller) -> Result<StatusCode, ApiError> {
    identity.look_as_oneself(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody, as far as it decides what they see.
#[derive(Clone, Debug)]
pub struct Eyes {
    pub user: UserId,
    pub grants: Grants,
    pub reach: Reach,
    is_owner: bool,
}

impl Eyes {
    /// Of a member with these roles, as they are stored; none where no role is known.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(
        connection: &impl ConnectionTrait,
        org: OrgId,
        user: Uuid,
        roles: &str,
    ) -> Result<Option<Self>, Error> {
        let Some(rights) = rights::of(connection, org.0, roles).await? else { return Ok(None) };
        let reach = rights::reach(connection, org, user, rights.levels).await?;
        let is_owner = rights.roles.iter().any(|role| role.key == Role::Owner.as_str());
        Ok(Some(Self { user: UserId(user), grants: rights.grants, reach, is_owner }))
    }

    /// Whether this person may look as the other: who edits roles, as whoever may do nothing and reaches no row beyond their
    /// own. Levels alone do not tell: two teams are the same level and other rows.
    pub fn may_look_as(&self, other: &Self) -> bool {
        let reaches = |resource: Resource| {
            let rows = |eyes: &Self| eyes.reach.owners(resource, Some(eyes.user));
            rows(self).cover(&rows(other))
        };
        self.user != other.user
            && self.grants.allows(ROLES_WRITE)
            && other.grants.is_within(self.grants)
            && (self.is_owner || !other.is_owner)
            && Resource::ALL.into_iter().all(reaches)
    }
}

/// As whom a session looks, and until when.
#[derive(Clone, Debug)]
pub struct View {
    pub eyes: Eyes,
    pub until: DateTime<Utc>,
}

/// What one member, or everybody in the organization of the transaction, may do or reach has changed: who looks as them does
/// no longer, nor do they as others. Both sorts of changes wait for each other ([`members::in_turn`]).
pub async fn access_changed(tx: &Tx, of: Option<Uuid>) -> Result<(), Error> {
    let org = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id;
    let mut which =
        Condition::all().add(session::Column::OrgId.eq(org.0)).add(session::Column::ViewingAs.is_not_null());
    if let Some(person) = of {
        let either = Condition::any().add(session::Column::ViewingAs.eq(person));
        which = which.add(either.add(session::Column::UserId.eq(person)));
    }
    end(tx, which, "access").await
}

async fn end(tx: &Tx, which: Condition, cause: &'static str) -> Result<(), Error> {
    let rows = session::Entity::find()
        .filter(which)
        .filter(session::Column::ViewingUntil.gt(tx.clock().now()))
        .filter(session::Column::RevokedAt.is_null())
        .all(tx)
        .await?;
    let seen: Vec<(Uuid, Uuid)> = rows.iter().filter_map(|row| Some((row.id, row.viewing_as?))).collect();
    if seen.is_empty() {
        return Ok(());
    }
    let blank = session::ActiveModel { viewing_as: Set(None), viewing_until: Set(None), ..Default::default() };
    session::Entity::update_many()
        .set(blank)
        .filter(session::Column::Id.is_in(seen.iter().map(|(id, _)| *id)))
        .exec(tx)
        .await?;
    let (mut changes, mut told) = (Vec::with_capacity(seen.len()), Vec::with_capacity(seen.len()));
    for (id, member) in seen {
        let was = json!({"viewingAs": member});
        changes.push(Change::between("session", id, Action::Updated, &was, &json!({}), 2));
        let data = json!(ViewingEnded { session_id: id, cause: cause.to_owned() });
        told.push(NewEvent::of(ACCESS_VIEWED_AS_ENDED, "user", member, data));
    }
    change_log::record(tx, changes).await?;
    Ok(events::append(tx, told).await?)
}

impl Identity {
    /// As whom a session looks now: none where it is its person's own, and where the view may no longer be.
    pub(crate) async fn view_of(&self, live: &Live, own: &Eyes) -> Result<Option<View>, Error> {
        let (Some(member), Some(until)) = (live.viewing_as, live.viewing_until) else { return Ok(None) };
        if until <= self.db.clock().now() {
            return Ok(None);
        }
        let reader = self.db.system_reader();
        let row = membership::Entity::find_by_id((live.org_id, member)).one(&reader).await?;
        let Some(row) = row.filter(|row| row.suspended_at.is_none()) else { return Ok(None) };
        let eyes = Eyes::of(&reader, OrgId(live.org_id), member, &row.roles).await?;
        Ok(eyes.filter(|eyes| own.may_look_as(eyes)).map(|eyes| View { eyes, until }))
    }

    async fn look_as(&self, caller: &Caller, member: Uuid) -> Result<ViewingAs, Error> {
        let scope = caller.scope();
        scope.require(ROLES_WRITE)?;
        let me = scope.user_id().ok_or(Error::NotFound)?;
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let row = members::held(&tx, scope, member).await?;
        if member == me.0 {
            return Err(Refused::ViewOneself.into());
        }
        if row.suspended_at.is_some() {
            return Err(Refused::ViewSuspended.into());
        }
        let own = members::held(&tx, scope, me.0).await?;
        let own = Eyes::of(&tx, scope.org_id, me.0, &own.roles).await?;
        let eyes = Eyes::of(&tx, scope.org_id, member, &row.roles).await?;
        let may = own.zip(eyes).is_some_and(|(own, eyes)| own.may_look_as(&eyes));
        if !may {
            return Err(Refused::ViewBeyond.into());
        }
        let name = user::Entity::find_by_id(member).one(&tx).await?.ok_or(Error::NotFound)?.name;
        let (id, until) = (caller.0.session_id, tx.clock().now() + LASTS);
        let change = session::ActiveModel {
            viewing_as: Set(Some(member)),
            viewing_until: Set(Some(until)),
            ..Default::default()
        };
        // It may have moved to another organization meanwhile, or have ended.
        let done = session::Entity::update_many()
            .set(change)
            .filter(session::Column::Id.eq(id))
            .filter(session::Column::OrgId.eq(scope.org_id.0))
            .filter(session::Column::RevokedAt.is_null())
            .exec(&tx)
            .await?;
        if done.rows_affected == 0 {
            return Err(Error::NotFound);
        }
        let after = json!({"viewingAs": member, "viewingUntil": until});
        change_log::record(&tx, [Change::between("session", id, Action::Updated, &json!({}), &after, 2)]).await?;
        let data = json!(ViewingStarted { session_id: id, until });
        events::append(&tx, [NewEvent::of(ACCESS_VIEWED_AS_STARTED, "user", member, data)]).await?;
        tx.commit().await?;
        self.live.forget(move |live| live.id == id);
        Ok(ViewingAs { user_id: member, name, until })
    }

    /// Open to everybody: whoever may no longer begin may always end.
    async fn look_as_oneself(&self, caller: &Caller) -> Result<(), Error> {
        let id = caller.0.session_id;
        let tx = self.db.begin(caller.scope()).await?;
        end(&tx, Condition::all().add(session::Column::Id.eq(id)), "stopped").await?;
        tx.commit().await?;
        self.live.forget(move |live| live.id == id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Level, Levels};

    use super::*;

    const ADMIN: u128 = 1;
    const MATE: u128 = 2;
    const OTHER: u128 = 3;

    fn eyes(user: u128, role: Role, levels: Levels, mates: &[u128]) -> Eyes {
        let mates: Vec<Uuid> = mates.iter().copied().map(Uuid::from_u128).collect();
        Eyes {
            user: UserId(Uuid::from_u128(user)),
            grants: role.grants(),
            reach: Reach::new(levels, Some(mates.into())),
            is_owner: role == Role::Owner,
        }
    }

    #[test]
    fn one_looks_as_whom_one_exceeds_in_every_respect() {
        let [all, team, own] = [Level::Organization, Level::Team, Level::Own].map(Levels::all);
        let owner = eyes(9, Role::Owner, all, &[]);
        let admin = eyes(ADMIN, Role::Admin, all, &[]);
        let another = eyes(4, Role::Admin, all, &[]);
        let agent = eyes(MATE, Role::Agent, own, &[]);
        assert!(owner.may_look_as(&admin) && admin.may_look_as(&another) && admin.may_look_as(&agent));
        assert!(!admin.may_look_as(&owner) && !agent.may_look_as(&admin) && !admin.may_look_as(&admin));
        let lead = eyes(ADMIN, Role::Admin, team, &[MATE]);
        assert!(lead.may_look_as(&agent) && lead.may_look_as(&eyes(MATE, Role::Agent, team, &[ADMIN])));
        assert!(!lead.may_look_as(&eyes(OTHER, Role::Agent, own, &[])), "somebody of another team");
        assert!(!lead.may_look_as(&eyes(MATE, Role::Agent, team, &[OTHER])), "who is in another team besides");
        assert!(!lead.may_look_as(&eyes(MATE, Role::Agent, Levels { chats: all.chats, ..own }, &[])));
        assert!(!eyes(ADMIN, Role::Admin, own, &[MATE]).may_look_as(&agent), "whose own rows are not one's own");
        assert!(!eyes(ADMIN, Role::Manager, all, &[]).may_look_as(&agent), "who edits no roles");
    }
}
