//! Routes of what happened to accounts, below `/api/bd-accounts`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, PageInfo, Path, Query, Refusals};
use axum::extract::State;
use db::Params;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::timeline::{self, HealthLine};
use crate::BdAccounts;

#[derive(Serialize, ToSchema)]
pub struct HealthTimeline {
    items: Vec<HealthLine>,
    page: PageInfo,
}

/// Which part of a list is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Slice {
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Rows of a page, 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

impl Slice {
    /// What the database layer takes.
    #[must_use]
    pub fn params(self) -> Params {
        let cursor = self.cursor.filter(|cursor| !cursor.is_empty());
        Params { cursor, limit: self.limit.unwrap_or(50).clamp(1, 100), ..Params::default() }
    }
}

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Lists what happened to an account
///
/// The newest first.
#[utoipa::path(
    get, path = "/{id}/health", operation_id = "getAccountHealth", tag = "Accounts",
    params(("id" = Uuid, Path), Slice),
    responses((status = 200, description = "A page of its history", body = HealthTimeline), Refusals)
)]
async fn list(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(slice): Query<Slice>,
) -> Result<Json<HealthTimeline>, ApiError> {
    let page = timeline::list(&accounts, caller.scope(), id, &slice.params()).await?;
    Ok(Json(HealthTimeline { page: PageInfo::from(&page), items: page.items }))
}
