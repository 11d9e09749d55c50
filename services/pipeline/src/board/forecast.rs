//! The forecast: what open deals are expected to bring, and what was won, month by month.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate, NaiveTime};
use contracts::permissions::{DEALS_READ, PIPELINES_READ};
use db::Params;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::totals::{self, Sum};
use crate::{
    Error,
    deals::{
        list,
        store::{column, entity::Column},
    },
    plan,
    stages::{stage::StageKind, store::entity as stage},
};

/// Money of one currency, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForecastAmount {
    pub currency: String,
    /// Of open deals.
    pub minor: i64,
    /// The same, times the probability of their stages.
    pub weighted_minor: i64,
    /// Of deals that were won.
    pub won_minor: i64,
}

/// Deals that close in a month: open ones by the day they are expected, won ones by the day they were won.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForecastMonth {
    /// `2026-12`; null for open deals without a day.
    #[schema(required)]
    pub month: Option<String>,
    pub deals: i64,
    /// By currency, in the order of their codes.
    pub amounts: Vec<ForecastAmount>,
}

/// Open deals whose day has passed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ForecastOverdue {
    pub deals: i64,
    pub amounts: Vec<ForecastAmount>,
}

/// What is expected to come, by month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Forecast {
    /// Of the pipeline.
    pub currency: String,
    /// Every month that was asked for, then the deals without a day.
    pub months: Vec<ForecastMonth>,
    pub overdue: ForecastOverdue,
}

/// The months of a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day of the first month.
    pub from: NaiveDate,
    pub months: u32,
    /// Open deals that were expected before it are overdue.
    pub today: NaiveDate,
}

impl Span {
    /// The first days of its months, and of the one behind.
    fn bounds(self) -> impl Iterator<Item = NaiveDate> {
        (0..=self.months).filter_map(move |months| self.from.checked_add_months(Months::new(months)))
    }
}

/// What a deal counts for, beside the number of its month from 0.
const OVERDUE: i64 = -1;
const NO_DAY: i64 = -2;
const OUT_OF_SPAN: i64 = -3;

/// The forecast of a pipeline.
///
/// # Errors
/// [`Error::NotFound`]; a filter that does not fit.
pub async fn forecast(
    service: &crate::Pipeline,
    scope: &Scope,
    id: Uuid,
    span: Span,
    params: &Params,
) -> Result<Forecast, Error> {
    scope.require(PIPELINES_READ)?;
    scope.require(DEALS_READ)?;
    let reader = service.db.reader(scope);
    let plan = plan::load(&reader, scope).await?;
    let currency = plan.pipeline(id).ok_or(Error::NotFound)?.currency.clone();
    let params = list::stored_params(service, &reader, scope, params).await?;
    let kind = Expr::col((stage::Entity, stage::Column::Kind));
    let won = kind.clone().eq(StageKind::Won.as_str());
    let mut select = totals::narrowed(&reader, scope, &params, false)?;
    select
        .and_where(column(Column::PipelineId).eq(id))
        .and_where(kind.is_in([StageKind::Open.as_str(), StageKind::Won.as_str()]))
        .clear_selects();
    let part = CaseStatement::new().case(won, month_won(span)).finally(month_expected(span));
    select.expr_as(part, Alias::new("part"));
    totals::sums_by_stage(&mut select).add_group_by([Expr::col(Alias::new("part"))]);
    let mut parts: BTreeMap<i64, ForecastOverdue> = BTreeMap::new();
    for row in reader.query_all(&select).await? {
        let part = parts.entry(row.try_get("", "part")?).or_default();
        let Sum { stage_id, deals, currency, high, low } = Sum::of(&row)?;
        let Some(stage) = plan.stage(stage_id) else { continue };
        part.deals += deals;
        if let Some(currency) = currency {
            let of_stage = totals::amount(currency, high, low, stage.probability);
            part.add(&of_stage, stage.kind == StageKind::Won);
        }
    }
    let mut month = |number: i64, name: Option<String>| {
        let ForecastOverdue { deals, amounts } = parts.remove(&number).unwrap_or_default();
        ForecastMonth { month: name, deals, amounts }
    };
    let mut months: Vec<ForecastMonth> = (0..)
        .zip(span.bounds().take(span.months as usize))
        .map(|(number, first)| month(number, Some(first.format("%Y-%m").to_string())))
        .collect();
    months.push(month(NO_DAY, None));
    Ok(Forecast { currency, months, overdue: parts.remove(&OVERDUE).unwrap_or_default() })
}

impl ForecastOverdue {
    fn add(&mut self, sum: &totals::Amount, won: bool) {
        let at = match self.amounts.binary_search_by(|amount| amount.currency.cmp(&sum.currency)) {
            Ok(at) => at,
            Err(at) => {
                let currency = sum.currency.clone();
                self.amounts.insert(at, ForecastAmount { currency, minor: 0, weighted_minor: 0, won_minor: 0 });
                at
            }
        };
        let amount = &mut self.amounts[at];
        if won {
            amount.won_minor = amount.won_minor.saturating_add(sum.amount_minor);
        } else {
            amount.minor = amount.minor.saturating_add(sum.amount_minor);
            amount.weighted_minor = amount.weighted_minor.saturating_add(sum.weighted_minor);
        }
    }
}

/// The number of the month in which a deal was won.
fn month_won(span: Span) -> SimpleExpr {
    let at = |day: NaiveDate| Expr::value(day.and_time(NaiveTime::MIN).and_utc());
    months(span, &column(Column::WonAt), CaseStatement::new(), at)
}

/// The number of the month in which an open deal is expected.
fn month_expected(span: Span) -> SimpleExpr {
    let day = column(Column::ExpectedCloseOn);
    let text = |day: NaiveDate| Expr::value(day.to_string());
    let case = CaseStatement::new()
        .case(day.clone().is_null(), Expr::value(NO_DAY))
        .case(day.clone().lt(text(span.today)), Expr::value(OVERDUE));
    months(span, &day, case, text)
}

/// Goes on with a case for each month: what is before its end, and after the end of the one before, is in it.
fn months(span: Span, expr: &SimpleExpr, case: CaseStatement, value: impl Fn(NaiveDate) -> SimpleExpr) -> SimpleExpr {
    let cases = (-1_i64..).zip(span.bounds()).fold(case, |case, (number, before)| {
        let number = if number < 0 { OUT_OF_SPAN } else { number };
        case.case(expr.clone().lt(value(before)), Expr::value(number))
    });
    cases.finally(Expr::value(OUT_OF_SPAN)).into()
}
