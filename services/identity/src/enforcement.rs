//! An organization that asks its members for a second factor: who has none gets nowhere in it but to setting one up, and
//! nobody gives up their last one while an organization of theirs asks for it.

use std::sync::Arc;

use api::{ApiError, Caller, Confirmed, ErrorBody, IfMatch, Json};
use axum::extract::State;
use contracts::{events as event, permissions};
use db::{Action, Change, change_log};
use events::NewEvent;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Identity,
    mfa::{Refused, factors_of},
    store::organization,
    views::Organization,
};

/// Settings of the organization to change; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationPatch {
    /// Whether every member needs a second factor. Who turns it on has one.
    mfa_required: Option<bool>,
    /// The version the change is based on.
    version: Option<i64>,
}

/// Get the organization
#[utoipa::path(get, path = "/api/organization", tag = "Team", operation_id = "getOrganization",
    responses((status = 200, description = "The organization the caller works in", body = Organization),
        (status = 401, description = "Not signed in", body = ErrorBody)))]
pub async fn get_organization(
    State(identity): State<Arc<Identity>>,
    caller: Caller,
) -> Result<Json<Organization>, ApiError> {
    Ok(Json(identity.organization(caller.scope().org_id.0).await?.into()))
}

/// Change the organization
///
/// Asks for a proof of the last minutes (`auth.step_up`).
#[utoipa::path(patch, path = "/api/organization", tag = "Team", operation_id = "updateOrganization",
    request_body = OrganizationPatch,
    responses((status = 200, description = "Changed", body = Organization),
        (status = 401, description = "Not signed in", body = ErrorBody),
        (status = 403, description = "Not allowed, or a proof is asked for", body = ErrorBody),
        (status = 409, description = "Changed in the meantime, or the caller has no second factor", body = ErrorBody),
        (status = 422, description = "A field is not valid", body = ErrorBody)))]
pub async fn update_organization(
    State(identity): State<Arc<Identity>>,
    Confirmed(caller): Confirmed,
    expected: IfMatch,
    Json(input): Json<OrganizationPatch>,
) -> Result<Json<Organization>, ApiError> {
    let expected = expected.or_body(input.version);
    Ok(Json(identity.update_organization(&caller, &input, expected).await?.into()))
}

/// Whether an organization of the person asks for a second factor.
pub async fn is_enforced(connection: &impl ConnectionTrait, user: Uuid) -> Result<bool, Error> {
    let sql = "select o.id from memberships m join organizations o on o.id = m.org_id \
               where m.user_id = $1 and m.suspended_at is null and o.mfa_required limit 1";
    let statement = Statement::from_sql_and_values(connection.get_database_backend(), sql, [user.into()]);
    Ok(connection.query_one_raw(statement).await?.is_some())
}

impl Identity {
    async fn organization(&self, id: Uuid) -> Result<organization::Model, Error> {
        organization::Entity::find_by_id(id).one(&self.db.system_reader()).await?.ok_or(Error::NotFound)
    }

    async fn update_organization(
        &self,
        caller: &Caller,
        input: &OrganizationPatch,
        expected: Option<i64>,
    ) -> Result<organization::Model, Error> {
        caller.scope().require(permissions::ORGANIZATION_WRITE)?;
        let user = caller.scope().user_id().ok_or(Error::NotFound)?.0;
        let before = self.organization(caller.scope().org_id.0).await?;
        let stale = || {
            let current = Organization::from(before.clone());
            Error::Stale(Box::new(serde_json::to_value(current).unwrap_or_default()))
        };
        if expected.is_some_and(|version| version != before.version) {
            return Err(stale());
        }
        let mfa_required = input.mfa_required.unwrap_or(before.mfa_required);
        if mfa_required == before.mfa_required {
            return Ok(before);
        }
        let tx = self.db.begin(caller.scope()).await?;
        if mfa_required && !factors_of(&tx, user).await?.any() {
            return Err(Refused::NoFactor.into());
        }
        let (version, updated_at) = (before.version + 1, tx.clock().now());
        let after = organization::Model { mfa_required, version, updated_at, ..before.clone() };
        let done = organization::Entity::update_many()
            .set(organization::ActiveModel::from(after.clone()).reset_all())
            .filter(organization::Column::Id.eq(before.id))
            .filter(organization::Column::Version.eq(before.version))
            .exec(&tx)
            .await?;
        if done.rows_affected == 0 {
            return Err(stale());
        }
        let (was, is) = (json!({"mfaRequired": before.mfa_required}), json!({"mfaRequired": mfa_required}));
        let change = Change::between("organization", after.id, Action::Updated, &was, &is, after.version);
        change_log::record(&tx, [change]).await?;
        let data = json!({"fields": ["mfaRequired"]});
        events::append(&tx, [NewEvent::of(event::ORGANIZATION_UPDATED, "organization", after.id, data)]).await?;
        tx.commit().await?;
        let org = after.id;
        self.live.forget(move |live| live.org_id == org);
        Ok(after)
    }
}
