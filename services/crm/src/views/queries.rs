//! Reading saved views, as they are shown to somebody.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    store::{self, Defaults},
    view::{StoredView, ViewQuery, ViewRecordType, ViewVisibility},
};
use crate::{Crm, Error};

/// A list as somebody saved it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SavedView {
    pub id: Uuid,
    pub record_type: ViewRecordType,
    pub name: String,
    #[schema(required)]
    pub icon: Option<String>,
    pub visibility: ViewVisibility,
    pub owner_id: Uuid,
    #[schema(required)]
    pub owner_name: Option<String>,
    pub query: ViewQuery,
    /// It is not meant to be changed by the way.
    pub locked: bool,
    /// The caller's list begins with it: by their own choice, else by that for everybody.
    pub is_default: bool,
    /// The list begins with it for everybody who chose no other.
    pub is_org_default: bool,
    /// Place among the views.
    pub position: i64,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Whether the caller is its owner.
    pub mine: bool,
}

impl SavedView {
    fn of(view: StoredView, scope: &Scope, defaults: Defaults, names: &HashMap<Uuid, String>) -> Self {
        Self {
            id: view.id,
            record_type: view.record_type,
            name: view.name,
            icon: view.icon,
            visibility: view.visibility,
            owner_id: view.owner_id,
            owner_name: names.get(&view.owner_id).cloned(),
            query: view.query,
            locked: view.locked,
            is_default: defaults.own.or(defaults.everybodys) == Some(view.id),
            is_org_default: defaults.everybodys == Some(view.id),
            position: view.position,
            version: view.version,
            created_at: view.created_at,
            updated_at: view.updated_at,
            mine: scope.user_id().map(Uuid::from) == Some(view.owner_id),
        }
    }
}

/// The views of a list that the actor sees: their own, and those that are shared. Every member has some.
///
/// # Errors
/// When the database is away.
pub async fn list(crm: &Crm, scope: &Scope, of: ViewRecordType) -> Result<Vec<SavedView>, Error> {
    let reader = crm.db.reader(scope);
    let views = store::list(&reader, scope, of).await?;
    let defaults = store::defaults(&reader, scope, of).await?;
    let names = crm.names(scope, views.iter().map(|view| view.owner_id)).await?;
    Ok(views.into_iter().map(|view| SavedView::of(view, scope, defaults, &names)).collect())
}

/// A view as it is shown.
///
/// # Errors
/// When the database is away.
pub(super) async fn shown(crm: &Crm, scope: &Scope, view: StoredView) -> Result<SavedView, Error> {
    let defaults = store::defaults(&crm.db.reader(scope), scope, view.record_type).await?;
    let names = crm.names(scope, [view.owner_id]).await?;
    Ok(SavedView::of(view, scope, defaults, &names))
}
