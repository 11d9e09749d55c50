//! Routes of the board, below `/api/pipeline`.

#![allow(unused_qualifications, reason = "in the code that utoipa derives from the handlers")]

use std::sync::Arc;

use api::{ApiError, Caller, Json, ListParams, Path, Query, Refusals};
use axum::extract::State;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::Params;
use kernel::filter::{Filter, Op, Test};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    forecast::{self, Forecast, Span},
    queries::{self, Board, DealCard},
};
use crate::{Error, Pipeline};

type Service = State<Arc<Pipeline>>;

/// Most cards of a column at once.
const MAX_CARDS: u64 = 200;

/// Which deals the board shows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct BoardParams {
    /// Cards of a column, 50 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit_per_stage: Option<u64>,
    /// Words to look for; each may be the beginning of a word.
    search: Option<String>,
    /// A filter as JSON text, as in the list of deals.
    filter: Option<String>,
    /// Deals of this person.
    owner_id: Option<Uuid>,
}

/// Which cards of a column are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ColumnParams {
    /// `nextCursor` of the cards before.
    cursor: Option<String>,
    /// Cards, 200 unless given.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
    search: Option<String>,
    filter: Option<String>,
    owner_id: Option<Uuid>,
}

/// Which deals a forecast counts, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ForecastParams {
    /// The first month, `2026-12`; this one unless given.
    #[param(pattern = r"^\d{4}-\d{2}$")]
    from: Option<String>,
    /// How many months, 6 unless given.
    #[param(minimum = 1, maximum = 24)]
    months: Option<u32>,
    /// The caller's day: open deals expected before it are overdue. That of UTC unless given.
    today: Option<NaiveDate>,
    /// A filter as JSON text, as in the list of deals.
    filter: Option<String>,
}

impl ForecastParams {
    fn span(&self, now: DateTime<Utc>) -> Result<Span, Error> {
        let today = self.today.unwrap_or_else(|| now.date_naive());
        let from = match self.from.as_deref() {
            Some(month) => {
                let first = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok();
                let sensible = first.filter(|day| month.len() == 7 && (1900..=2200).contains(&day.year()));
                sensible.ok_or_else(|| Error::field("from", "month.invalid"))?
            }
            None => today.with_day(1).unwrap_or(today),
        };
        Ok(Span { from, months: self.months.unwrap_or(6).clamp(1, 24), today })
    }
}

/// More cards of a column.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealCards {
    items: Vec<DealCard>,
    /// Null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Search, filter and owner as what the database layer takes.
fn parsed(search: Option<String>, filter: Option<String>, owner: Option<Uuid>, limit: u64) -> Result<Params, ApiError> {
    let params = ListParams { search, filter, ..ListParams::default() }.parse()?;
    let of_owner =
        owner.map(|owner| Filter::Test(Test { field: "ownerId".to_owned(), op: Op::Eq, value: json!(owner) }));
    let both: Vec<Filter> = params.filter.into_iter().chain(of_owner).collect();
    let filter = (!both.is_empty()).then_some(Filter::And { and: both });
    Ok(Params { filter, limit: limit.clamp(1, MAX_CARDS), ..params })
}

pub fn routes() -> OpenApiRouter<Arc<Pipeline>> {
    OpenApiRouter::new().routes(routes!(board)).routes(routes!(column)).routes(routes!(forecast))
}

/// Gets the board of a pipeline
#[utoipa::path(
    get, path = "/{id}/board", operation_id = "getBoard", tag = "Pipelines", params(("id" = Uuid, Path), BoardParams),
    responses((status = 200, description = "The columns with their first cards", body = Board), Refusals)
)]
async fn board(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(wanted): Query<BoardParams>,
) -> Result<Json<Board>, ApiError> {
    let limit = wanted.limit_per_stage.unwrap_or(50);
    let params = parsed(wanted.search, wanted.filter, wanted.owner_id, limit)?;
    Ok(Json(queries::board(&service, caller.scope(), id, &params).await?))
}

/// Gets more cards of a column
#[utoipa::path(
    get, path = "/{id}/board/{stageId}", operation_id = "getBoardColumn", tag = "Pipelines",
    params(("id" = Uuid, Path), ("stageId" = Uuid, Path), ColumnParams),
    responses((status = 200, description = "The next cards, in order", body = DealCards), Refusals)
)]
async fn column(
    State(service): Service,
    caller: Caller,
    Path((id, stage)): Path<(Uuid, Uuid)>,
    Query(wanted): Query<ColumnParams>,
) -> Result<Json<DealCards>, ApiError> {
    let params = parsed(wanted.search, wanted.filter, wanted.owner_id, wanted.limit.unwrap_or(MAX_CARDS))?;
    let params = Params { cursor: wanted.cursor.filter(|cursor| !cursor.is_empty()), ..params };
    let (items, next_cursor) = queries::rest(&service, caller.scope(), (id, stage), params).await?;
    Ok(Json(DealCards { items, next_cursor }))
}

/// Gets the forecast of a pipeline
#[utoipa::path(
    get, path = "/{id}/forecast", operation_id = "getForecast", tag = "Pipelines",
    params(("id" = Uuid, Path), ForecastParams),
    responses((status = 200, description = "By month", body = Forecast), Refusals)
)]
async fn forecast(
    State(service): Service,
    caller: Caller,
    Path(id): Path<Uuid>,
    Query(wanted): Query<ForecastParams>,
) -> Result<Json<Forecast>, ApiError> {
    let span = wanted.span(service.db.clock().now())?;
    let params = parsed(None, wanted.filter, None, 1)?;
    Ok(Json(forecast::forecast(&service, caller.scope(), id, span, &params).await?))
}
