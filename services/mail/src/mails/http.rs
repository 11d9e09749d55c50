//! Routes of mails, below `/api/mail`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, PageInfo, Query, Refusals};
use axum::extract::State;
use db::Params;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::queries::{self, OutboxMail};
use crate::Mail;

#[derive(Serialize, ToSchema)]
pub struct OutboxMailList {
    items: Vec<OutboxMail>,
    page: PageInfo,
}

/// Which part of the outbox is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct OutboxSlice {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
    /// Mails of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

pub fn routes() -> OpenApiRouter<Arc<Mail>> {
    OpenApiRouter::new().routes(routes!(outbox))
}

/// Lists mails that were kept instead of sent
///
/// For development: where `RAPPORT_MAIL_TRANSPORT` is anything but `outbox` there are none, and the answer is 404. They hold
/// links that let somebody in, of every member of the organization.
#[utoipa::path(
    get, path = "/outbox", operation_id = "listOutbox", tag = "Mail", params(OutboxSlice),
    responses((status = 200, description = "A page of mails, the newest first", body = OutboxMailList), Refusals)
)]
async fn outbox(
    State(mail): State<Arc<Mail>>,
    caller: Caller,
    Query(slice): Query<OutboxSlice>,
) -> Result<Json<OutboxMailList>, ApiError> {
    let cursor = slice.cursor.filter(|cursor| !cursor.is_empty());
    let params = Params { cursor, limit: slice.limit.unwrap_or(20).clamp(1, 100), ..Params::default() };
    let page = queries::outbox(&mail, caller.scope(), &params).await?;
    Ok(Json(OutboxMailList { page: PageInfo::from(&page), items: page.items }))
}
