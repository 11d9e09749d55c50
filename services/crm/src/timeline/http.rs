//! Routes of timelines, below the records they are about.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, PageInfo, Path, Query, Refusals};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    entry::TimelineEntry,
    queries::{self, Timeline},
};
use crate::{Crm, notes::about::About};

type Answer = Result<Json<TimelinePage>, ApiError>;

/// A part of a timeline, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelinePage {
    items: Vec<TimelineEntry>,
    page: PageInfo,
}

/// Which part of a timeline is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Part {
    /// `nextCursor` of the part before.
    cursor: Option<String>,
    /// Entries of a part, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u64>,
}

/// Routes below `/api/crm/contacts`.
pub fn of_contacts() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(contact))
}

/// Routes below `/api/crm/companies`.
pub fn of_companies() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(company))
}

/// Routes below `/api/crm/deals`.
pub fn of_deals() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(deal))
}

async fn part(crm: &Crm, caller: &Caller, about: About, id: Uuid, part: Part) -> Answer {
    let limit = part.limit.unwrap_or(20).clamp(1, 100);
    let before = part.cursor.filter(|c| !c.is_empty()).map(|cursor| cursor.parse().map_err(|_| db::Error::Cursor));
    let Timeline { entries, total, next } =
        queries::of_record(crm, caller.scope(), about, id, before.transpose()?, limit).await?;
    let next_cursor = next.map(|id| id.to_string());
    let page = PageInfo { page: None, limit, total, total_is_estimate: false, next_cursor };
    Ok(Json(TimelinePage { items: entries, page }))
}

/// Tells what happened to a contact and to its deals, and what was said with it, newest first
///
/// Entries of its deals say which in `deal`: the newest 200 of those that the caller may see. Of each conversation that the
/// caller may read there is one entry a day (in the caller's time zone), with `conversation`; it is not counted in the total.
#[utoipa::path(
    get, path = "/{id}/timeline", operation_id = "getContactTimeline", tag = "Contacts",
    params(("id" = Uuid, Path), Part),
    responses((status = 200, description = "A part of the timeline", body = TimelinePage), Refusals)
)]
async fn contact(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Part>,
) -> Answer {
    part(&crm, &caller, About::Contact, id, wanted).await
}

/// Tells what happened to a company and to its deals, newest first
///
/// Entries of its deals say which in `deal`: the newest 200 of those that the caller may see.
#[utoipa::path(
    get, path = "/{id}/timeline", operation_id = "getCompanyTimeline", tag = "Companies",
    params(("id" = Uuid, Path), Part),
    responses((status = 200, description = "A part of the timeline", body = TimelinePage), Refusals)
)]
async fn company(
    State(crm): State<Arc<Crm>>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Part>,
) -> Answer {
    part(&crm, &caller, About::Company, id, wanted).await
}

/// Tells what happened to a deal, newest first
///
/// A move tells its stages in `moved`. That a card was put elsewhere in its column is not told, but counted in the total.
#[utoipa::path(
    get, path = "/{id}/timeline", operation_id = "getDealTimeline", tag = "Deals",
    params(("id" = Uuid, Path), Part),
    responses((status = 200, description = "A part of the timeline", body = TimelinePage), Refusals)
)]
async fn deal(State(crm): State<Arc<Crm>>, caller: Caller, Path(id): Path<Uuid>, Query(wanted): Query<Part>) -> Answer {
    part(&crm, &caller, About::Deal, id, wanted).await
}
