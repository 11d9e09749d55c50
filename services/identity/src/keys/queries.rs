//! Reading keys, as they are shown.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{permissions::API_KEYS_WRITE, ports::Directory};
use db::{Field, List, Page, Params};
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    Iterable,
    sea_query::{Expr, ExprTrait, Func, Query as Select, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{key, store};
use crate::{Error, Identity};

/// A key of a program.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    id: Uuid,
    name: String,
    /// Its beginning, by which it is told from others.
    #[schema(example = "rk_AbC123…")]
    prefix: String,
    /// Names of permissions. It has those of them that its maker holds.
    permissions: Vec<&'static str>,
    created_by: KeyAuthor,
    created_at: DateTime<Utc>,
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
    /// To the minute.
    #[schema(required)]
    last_used_at: Option<DateTime<Utc>>,
    #[schema(required)]
    last_ip: Option<String>,
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
    state: KeyState,
    /// Grows with every change.
    version: i64,
}

/// Who made a key.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApiKeyAuthor)]
pub struct KeyAuthor {
    id: Uuid,
    #[schema(required)]
    name: Option<String>,
}

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ApiKeyState)]
pub enum KeyState {
    Active,
    Expired,
    Revoked,
}

impl KeyState {
    fn of(row: &store::Model, now: DateTime<Utc>) -> Self {
        match (row.revoked_at, row.expires_at) {
            (Some(_), _) => Self::Revoked,
            (None, Some(at)) if at <= now => Self::Expired,
            _ => Self::Active,
        }
    }
}

impl ApiKey {
    fn of(row: store::Model, now: DateTime<Utc>, names: &HashMap<Uuid, String>) -> Self {
        Self {
            id: row.id,
            prefix: format!("{}…", row.prefix),
            permissions: key::permissions_of(&row).into_iter().map(|permission| permission.name).collect(),
            created_by: KeyAuthor { id: row.user_id, name: names.get(&row.user_id).cloned() },
            state: KeyState::of(&row, now),
            name: row.name,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            last_ip: row.last_ip,
            revoked_at: row.revoked_at,
            version: row.version,
        }
    }
}

fn column(column: store::Column) -> SimpleExpr {
    Expr::col((store::Entity, column))
}

fn id() -> SimpleExpr {
    column(store::Column::Id)
}

fn name() -> SimpleExpr {
    column(store::Column::Name)
}

fn lower_name() -> SimpleExpr {
    Func::lower(name()).into()
}

fn created_at() -> SimpleExpr {
    column(store::Column::CreatedAt)
}

const KEYS: List = List {
    fields: &[
        Field { name: "name", kind: FieldType::Text, expr: name, order: Some(lower_name) },
        Field { name: "createdAt", kind: FieldType::Instant, expr: created_at, order: Some(created_at) },
    ],
    default_sort: "-createdAt",
    id,
};

impl Identity {
    /// The keys of the organization, the latest first; those that have ended too.
    pub(super) async fn keys(&self, scope: &Scope, params: &Params) -> Result<Page<ApiKey>, Error> {
        scope.require(API_KEYS_WRITE)?;
        let select = Select::select()
            .columns(store::Column::iter().map(|column| (store::Entity, column)))
            .from(store::Entity)
            .and_where(column(store::Column::OrgId).eq(scope.org_id.0))
            .to_owned();
        let page: Page<store::Model> = KEYS.page(&self.db.reader(scope), select, params, None).await?;
        let authors: Vec<Uuid> = page.items.iter().map(|row| row.user_id).collect();
        let names = self.names(scope, &authors).await.map_err(Error::Port)?;
        let now = self.db.clock().now();
        Ok(page.map(|rows| rows.into_iter().map(|row| ApiKey::of(row, now, &names)).collect()))
    }

    /// A key as it is shown.
    pub(super) async fn shown_key(&self, scope: &Scope, row: store::Model) -> Result<ApiKey, Error> {
        let names = self.names(scope, &[row.user_id]).await.map_err(Error::Port)?;
        Ok(ApiKey::of(row, self.db.clock().now(), &names))
    }
}
