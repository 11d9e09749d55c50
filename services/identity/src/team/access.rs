//! Why a member may do what they may: each permission and each level with the roles that it comes from.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Path, Refusals};
use axum::extract::State;
use contracts::permissions;
use kernel::{Level, Resource, Scope};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::members;
use crate::{
    Error, Identity, Role,
    rights::{self, Rights},
    store::user,
    views::{ReachLevel, RoleName},
};

/// A permission, and which roles give it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct GrantedPermission {
    #[schema(example = "crm.contacts.write")]
    permission: &'static str,
    /// Keys of roles.
    from: Vec<String>,
}

/// How far somebody reaches, and which roles reach that far.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct GrantedReach {
    level: ReachLevel,
    /// Keys of roles.
    from: Vec<String>,
}

/// How far somebody reaches, for each kind of rows.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct ExplainedReach {
    clients: GrantedReach,
    deals: GrantedReach,
    chats: GrantedReach,
    accounts: GrantedReach,
}

/// Somebody's teammate.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Teammate {
    id: Uuid,
    name: String,
}

/// What a member may do, and why.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Access {
    /// The highest built-in role that theirs count as.
    role: Role,
    roles: Vec<RoleName>,
    permissions: Vec<GrantedPermission>,
    reach: ExplainedReach,
    /// Whose rows the level `team` reaches, by name.
    teammates: Vec<Teammate>,
}

/// Explain a member's access
#[utoipa::path(get, path = "/api/team/members/{id}/access", tag = "Team", operation_id = "explainAccess",
    params(("id" = Uuid, Path, description = "The person's id")),
    responses((status = 200, description = "Each right with the roles it comes from", body = Access), Refusals))]
pub async fn explain_access(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<Access>, ApiError> {
    Ok(Json(identity.explain(caller.scope(), id).await?))
}

fn permissions_of(rights: &Rights) -> Vec<GrantedPermission> {
    let of = |permission: kernel::Permission| {
        let gives = rights.roles.iter().filter(|role| role.permissions.contains(&permission));
        GrantedPermission { permission: permission.name, from: gives.map(|role| role.key.clone()).collect() }
    };
    rights.permissions().map(of).collect()
}

fn reach_of(rights: &Rights, resource: Resource) -> GrantedReach {
    let level: Level = rights.levels.of(resource);
    let reaches = rights.roles.iter().filter(|role| role.levels.of(resource) == level);
    GrantedReach { level: level.into(), from: reaches.map(|role| role.key.clone()).collect() }
}

impl Identity {
    async fn explain(&self, scope: &Scope, id: Uuid) -> Result<Access, Error> {
        scope.require(permissions::MEMBERS_READ)?;
        let reader = self.db.system_reader();
        let member = members::held(&reader, scope, id).await?;
        let rights = rights::of(&reader, scope.org_id.0, &member.roles).await?.ok_or(Error::NotFound)?;
        let mates = rights::teammates(&reader, scope.org_id, &[id]).await?.remove(&id);
        let teammates = match &mates {
            Some(mates) => {
                let find = user::Entity::find().filter(user::Column::Id.is_in(mates.iter().copied()));
                find.order_by_asc(user::Column::Name).all(&reader).await?
            }
            None => Vec::new(),
        };
        Ok(Access {
            role: rights.role(),
            roles: members::names(&rights.roles),
            permissions: permissions_of(&rights),
            reach: ExplainedReach {
                clients: reach_of(&rights, Resource::Clients),
                deals: reach_of(&rights, Resource::Deals),
                chats: reach_of(&rights, Resource::Chats),
                accounts: reach_of(&rights, Resource::Accounts),
            },
            teammates: teammates.into_iter().map(|row| Teammate { id: row.id, name: row.name }).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_right_names_all_the_roles_it_comes_from() {
        let rights = Rights::of(vec![Role::Viewer.into(), Role::Agent.into()]).unwrap();
        let permissions = permissions_of(&rights);
        let from = |name: &str| permissions.iter().find(|p| p.permission == name).map(|p| p.from.clone());
        assert_eq!(from("crm.contacts.read").unwrap(), ["viewer", "agent"]);
        assert_eq!(from("crm.contacts.write").unwrap(), ["agent"]);
        assert_eq!(from("org.settings.write"), None);
        let clients = reach_of(&rights, Resource::Clients);
        assert_eq!((clients.level, clients.from), (ReachLevel::Team, vec!["viewer".to_owned()]));
    }
}
