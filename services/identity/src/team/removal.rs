//! Removing somebody from the organization: what they hold is counted before, and handed over by the services that keep
//! it once [`MEMBER_REMOVED`] is told.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::{extract::State, http::StatusCode};
use contracts::{
    events::{MEMBER_REMOVED, MemberRemoved},
    permissions::MEMBERS_WRITE,
    ports::{Held, Owned},
};
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::{Scope, UserId};
use sea_orm::{ColumnTrait, Condition, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Asked, Refused, members, own_roles, teams, viewing};
use crate::{
    Error, Identity, Role, keys, rights,
    sessions::revoke_rows,
    store::{membership, session},
};

/// How much a member holds, out of the trash.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Holdings {
    /// Contacts.
    clients: u64,
    companies: u64,
    deals: u64,
    /// Assigned to them.
    chats: u64,
    /// Telegram accounts that they own.
    accounts: u64,
}

impl Holdings {
    fn add(&mut self, held: &Held) {
        match held.kind {
            "contact" => self.clients += held.count,
            "company" => self.companies += held.count,
            "deal" => self.deals += held.count,
            "chat" => self.chats += held.count,
            "bd_account" => self.accounts += held.count,
            _ => {}
        }
    }
}

/// What these people hold, of whoever keeps it.
pub async fn held_by(keepers: &[Arc<dyn Owned>], scope: &Scope, people: &[Uuid]) -> Result<Vec<Held>, Error> {
    let mut held = Vec::new();
    for keeper in keepers {
        held.extend(keeper.held_by(scope.org_id, people).await.map_err(Error::Port)?);
    }
    Ok(held)
}

/// Who gets what a member held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Removal {
    /// Another member; null: nobody. Accounts of messengers go to whoever removes the member then, so that what is said
    /// in them is not everybody's.
    #[schema(required)]
    reassign_to: Option<Uuid>,
}

/// Count what a member holds
#[utoipa::path(get, path = "/api/team/members/{id}/holdings", tag = "Team", operation_id = "getHoldings",
    params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 200, description = "Counted", body = Holdings), Refusals))]
pub async fn get_holdings(
    State(asked): State<Asked>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Holdings>, ApiError> {
    let (identity, keepers) = asked;
    Ok(Json(identity.holdings(caller.scope(), &keepers, id).await?))
}

/// Remove a member
///
/// Their sessions and API keys of the organization end at once; what they hold is handed over soon after. Nobody removes
/// themselves, and only an owner removes an owner.
#[utoipa::path(delete, path = "/api/team/members/{id}", tag = "Team", operation_id = "removeMember",
    request_body = Removal, params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 202, description = "Removed; what they held is being handed over"), Refusals))]
pub async fn remove_member(
    State(asked): State<Asked>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(removal): Json<Removal>,
) -> Result<StatusCode, ApiError> {
    asked.0.remove(caller.scope(), id, removal.reassign_to).await?;
    Ok(StatusCode::ACCEPTED)
}

impl Identity {
    async fn holdings(&self, scope: &Scope, keepers: &[Arc<dyn Owned>], id: Uuid) -> Result<Holdings, Error> {
        scope.require(MEMBERS_WRITE)?;
        members::held(&self.db.system_reader(), scope, id).await?;
        let mut held = Holdings::default();
        for counted in held_by(keepers, scope, &[id]).await? {
            held.add(&counted);
        }
        Ok(held)
    }

    async fn remove(&self, scope: &Scope, id: Uuid, heir: Option<Uuid>) -> Result<(), Error> {
        scope.require(MEMBERS_WRITE)?;
        if scope.user_id() == Some(UserId(id)) {
            return Err(Refused::Oneself.into());
        }
        let tx = self.db.begin(scope).await?;
        members::in_turn(&tx, scope).await?;
        let row = members::held(&tx, scope, id).await?;
        let is_owner = rights::keys(&row.roles).iter().any(|key| key == Role::Owner.as_str());
        if is_owner && !members::is_owner(&tx, scope).await? {
            return Err(Refused::OwnersOnly.into());
        }
        // Somebody may have been unmade an owner since they asked for this.
        if is_owner && !members::has_other_owner(&tx, scope, id).await? {
            return Err(Refused::LastOwner.into());
        }
        if let Some(heir) = heir {
            let is_member = match members::held(&tx, scope, heir).await {
                Ok(_) => heir != id,
                Err(Error::NotFound) => false,
                Err(error) => return Err(error),
            };
            if !is_member {
                return Err(own_roles::field("reassignTo", "members.unknown"));
            }
        }
        take_out(&tx, scope, &row, heir).await?;
        tx.commit().await?;
        let org = scope.org_id.0;
        self.live.forget(move |live| live.user_id == id && live.org_id == org);
        self.forget_org(scope.org_id);
        Ok(())
    }
}

async fn take_out(tx: &Tx, scope: &Scope, row: &membership::Model, heir: Option<Uuid>) -> Result<(), Error> {
    let (org, id) = (scope.org_id.0, row.user_id);
    viewing::access_changed(tx, Some(id)).await?;
    let theirs = Condition::all().add(session::Column::OrgId.eq(org)).add(session::Column::UserId.eq(id));
    revoke_rows(tx, theirs, "removed").await?;
    keys::revoke_all_of(tx, scope, id).await?;
    teams::take_from_all(tx, scope, id).await?;
    membership::Entity::delete_by_id((org, id)).exec(tx).await?;
    let before = json!({"roles": rights::keys(&row.roles)});
    change_log::record(tx, [Change::between("member", id, Action::Deleted, &before, &json!({}), 1)]).await?;
    let accounts_to = heir.or(scope.user_id().map(Uuid::from));
    let data = json!(MemberRemoved { reassign_to: heir, accounts_to });
    Ok(events::append(tx, [NewEvent::of(MEMBER_REMOVED, "user", id, data)]).await?)
}
