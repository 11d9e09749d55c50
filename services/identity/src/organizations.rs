//! Organizations of a person: list, found another one, switch; and what a role may do.

use std::sync::Arc;

use api::{ApiError, Caller, ErrorBody, Json, Path};
use axum::{extract::State, http::StatusCode, response::Response};
use kernel::{Fields, OrgId, Scope, values::Line};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity, Role,
    accounts::{entering, found},
    rights::{self, Rights},
    store::{membership, organization, user},
    views::{AuthResult, OrganizationMembership},
};

/// Organizations of one person at most.
const MOST: u64 = 100;

/// The caller's organizations.
#[derive(Serialize, ToSchema)]
pub struct OrganizationList {
    items: Vec<OrganizationMembership>,
}

/// An organization to found.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationInput {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// What the caller may do, and the whole matrix.
#[derive(Serialize, ToSchema)]
pub struct PermissionList {
    role: Role,
    permissions: Vec<&'static str>,
    matrix: Vec<PermissionRow>,
}

/// Who holds a permission.
#[derive(Serialize, ToSchema)]
pub struct PermissionRow {
    #[schema(example = "crm.contacts.write")]
    permission: &'static str,
    roles: Vec<Role>,
}

/// List organizations
#[utoipa::path(get, path = "/api/auth/organizations", tag = "Auth", operation_id = "listOrganizations",
    responses((status = 200, description = "The caller's organizations", body = OrganizationList),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn list_organizations(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<OrganizationList>, ApiError> {
    let user_id = caller.scope().user_id().ok_or(Error::NotFound)?;
    let all = identity.organizations_of(user_id.0).await?;
    let items = all.into_iter().map(|(o, role)| OrganizationMembership { id: o.id, name: o.name, role }).collect();
    Ok(Json(OrganizationList { items }))
}

/// Found an organization
///
/// The caller becomes its owner; the session stays where it is.
#[utoipa::path(post, path = "/api/auth/organizations", tag = "Auth", operation_id = "createOrganization",
    request_body = OrganizationInput,
    responses((status = 201, description = "Founded", body = OrganizationMembership),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn create_organization(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Json(input): Json<OrganizationInput>,
) -> Result<(StatusCode, Json<OrganizationMembership>), ApiError> {
    Ok((StatusCode::CREATED, Json(identity.create_organization(&caller, &input.name).await?)))
}

/// Switch organization
#[utoipa::path(post, path = "/api/auth/organizations/{id}/switch", tag = "Auth", operation_id = "switchOrganization",
    params(("id" = Uuid, Path, description = "The organization's id")),
    responses((status = 200, description = "The session now works there", body = AuthResult),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 404, description = "Not a member of such an organization", body = ErrorBody)))]
pub async fn switch_organization(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Response, ApiError> {
    Ok(identity.switch(&caller, id).await?.answer(&identity))
}

/// List permissions
///
/// The caller's permissions and which role holds what.
#[utoipa::path(get, path = "/api/auth/permissions", tag = "Auth", operation_id = "listPermissions",
    responses((status = 200, description = "The permission matrix", body = PermissionList),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn list_permissions(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<PermissionList>, ApiError> {
    let scope = caller.scope();
    let user_id = scope.user_id().ok_or(Error::NotFound)?;
    let (_, _, rights) = identity.whole(user_id.0, scope.org_id.0).await?.ok_or(Error::NotFound)?;
    let matrix = contracts::permissions::ALL.iter().map(|permission| PermissionRow {
        permission: permission.name,
        roles: Role::ALL.into_iter().filter(|role| role.grants().allows(*permission)).collect(),
    });
    Ok(Json(PermissionList {
        role: rights.role(),
        permissions: rights.permissions().map(|p| p.name).collect(),
        matrix: matrix.collect(),
    }))
}

impl Identity {
    /// The organizations that a person may enter, with their role in each.
    pub async fn organizations_of(&self, user: Uuid) -> Result<Vec<(organization::Model, Role)>, Error> {
        let reader = self.db.system_reader();
        let memberships = membership::Entity::find()
            .filter(membership::Column::UserId.eq(user))
            .filter(membership::Column::SuspendedAt.is_null())
            .order_by_asc(membership::Column::CreatedAt)
            .limit(MOST)
            .all(&reader)
            .await?;
        let ids: Vec<Uuid> = memberships.iter().map(|m| m.org_id).collect();
        let organizations =
            organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(&reader).await?;
        let rights = rights::of_all(&reader, memberships.iter().map(|m| (m.org_id, m.roles.clone()))).await?;
        let found = memberships.into_iter().zip(rights).filter_map(|(m, rights)| {
            let organization = organizations.iter().find(|o| o.id == m.org_id)?;
            Some((organization.clone(), rights?.role()))
        });
        Ok(found.collect())
    }

    /// A person in an organization they are a member of, and may enter.
    pub async fn whole(
        &self,
        user: Uuid,
        org: Uuid,
    ) -> Result<Option<(user::Model, organization::Model, Rights)>, Error> {
        let reader = self.db.system_reader();
        let membership = membership::Entity::find_by_id((org, user)).one(&reader).await?;
        let Some(membership) = membership.filter(|row| row.suspended_at.is_none()) else { return Ok(None) };
        let user = user::Entity::find_by_id(user).one(&reader).await?;
        let organization = organization::Entity::find_by_id(org).one(&reader).await?;
        let rights = rights::of(&reader, org, &membership.roles).await?;
        Ok(user.zip(organization).zip(rights).map(|((user, organization), rights)| (user, organization, rights)))
    }

    /// The name of the organization that somebody works in.
    pub(crate) async fn organization_name(&self, scope: &Scope) -> Result<String, Error> {
        let found = organization::Entity::find_by_id(scope.org_id.0).one(&self.db.system_reader()).await?;
        Ok(found.ok_or(Error::NotFound)?.name)
    }

    async fn create_organization(&self, caller: &Caller, name: &str) -> Result<OrganizationMembership, Error> {
        let mut fields = Fields::default();
        let Some(name) = fields.take("name", Line::<120>::parse(name)) else { return Err(fields.into()) };
        let user_id = caller.scope().user_id().ok_or(Error::NotFound)?;
        let user = user::Entity::find_by_id(user_id.0).one(&self.db.system_reader()).await?.ok_or(Error::NotFound)?;
        let org = OrgId(self.db.clock().new_id());
        let mut scope = entering(org, &user);
        scope.idempotency.clone_from(&caller.scope().idempotency);
        let tx = self.db.begin(&scope).await?;
        let organization = found(&tx, org, user_id, name.as_str()).await?;
        tx.commit().await?;
        Ok(OrganizationMembership { id: organization.id, name: organization.name, role: Role::Owner })
    }
}
