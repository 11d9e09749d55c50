//! Routes of dialogs, below `/api/bd-accounts`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, PageInfo, Path, Query, Refusals};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use contracts::channels::ChatKind;
use db::Params;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    queries::{self, ShownDialog, Wanted},
    store::Folder,
};
use crate::BdAccounts;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DialogList {
    items: Vec<ShownDialog>,
    folders: Vec<Folder>,
    page: PageInfo,
    /// When the account was asked; null when it was not, or when that is too long ago.
    #[schema(required)]
    fetched_at: Option<DateTime<Utc>>,
}

/// Which dialogs are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DialogSlice {
    /// Parts of title or user name.
    search: Option<String>,
    /// Those of a folder.
    folder: Option<i32>,
    kind: Option<ChatKind>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Rows of a page, 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

pub fn routes() -> OpenApiRouter<Arc<BdAccounts>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(refresh))
}

/// Lists the chats of an account
///
/// As its app orders them, for choosing those that are stored. They are remembered for a day.
#[utoipa::path(
    get, path = "/{id}/dialogs", operation_id = "listAccountDialogs", tag = "Accounts",
    params(("id" = Uuid, Path), DialogSlice),
    responses((status = 200, description = "A page of chats", body = DialogList), Refusals)
)]
async fn list(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(slice): Query<DialogSlice>,
) -> Result<Json<DialogList>, ApiError> {
    let search = slice.search.map(|text| text.chars().take(200).collect());
    let wanted = Wanted { search, folder: slice.folder, kind: slice.kind };
    let cursor = slice.cursor.filter(|cursor| !cursor.is_empty());
    let params = Params { cursor, limit: slice.limit.unwrap_or(50).clamp(1, 100), ..Params::default() };
    let dialogs = queries::list(&accounts, caller.scope(), id, &wanted, &params).await?;
    let page = PageInfo::from(&dialogs.page);
    let (folders, fetched_at) = (dialogs.folders, dialogs.fetched_at);
    Ok(Json(DialogList { items: dialogs.page.items, folders, page, fetched_at }))
}

/// Asks the account for its chats anew
#[utoipa::path(
    post, path = "/{id}/dialogs/refresh", operation_id = "refreshAccountDialogs", tag = "Accounts",
    params(("id" = Uuid, Path)),
    responses((status = 202, description = "It will be asked; bd_account.dialogs.updated tells when it has"), Refusals)
)]
async fn refresh(
    State(accounts): State<Arc<BdAccounts>>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    queries::refresh(&accounts, caller.scope(), id).await?;
    Ok(StatusCode::ACCEPTED)
}
