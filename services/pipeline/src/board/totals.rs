//! What stands in the stages: how many deals, and how much money by currency, plain and weighted by probability.

use std::collections::HashMap;

use db::{Params, Reader};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, DbErr, QueryResult,
    sea_query::{Alias, Expr, ExprTrait, SelectStatement},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error,
    deals::{
        list::{self, DEALS},
        store::{column, entity::Column},
    },
    stages::stage::Stage,
};

/// Money of one currency, in minor units.
#[expect(clippy::struct_field_names, reason = "`amountMinor` is what it is called in deals too")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Amount {
    pub currency: String,
    pub amount_minor: i64,
    /// The same, times the probability of the stage.
    pub weighted_minor: i64,
}

/// What stands in a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageTotals {
    pub deals: i64,
    /// By currency, in the order of their codes.
    pub amounts: Vec<Amount>,
}

/// Amounts are summed in two parts, so that no sum is too large for the database.
const PART: i64 = 1_000_000_000;

/// The totals of these stages, within the actor's reach; a stage without deals is left out.
///
/// # Errors
/// When the database is away.
pub async fn of_stages(
    reader: &Reader<'_>,
    scope: &Scope,
    stages: &[Stage],
) -> Result<HashMap<Uuid, StageTotals>, Error> {
    matching(reader, scope, stages, &Params::default()).await
}

/// The totals of the deals in these stages that match what is wanted.
///
/// # Errors
/// A filter that does not fit; the database being away.
pub async fn matching(
    reader: &Reader<'_>,
    scope: &Scope,
    stages: &[Stage],
    params: &Params,
) -> Result<HashMap<Uuid, StageTotals>, Error> {
    let mut select = list::bare(reader, scope, params)?;
    select.and_where(column(Column::StageId).is_in(stages.iter().map(|stage| stage.id)));
    sums_by_stage(&mut select);
    let mut totals: HashMap<Uuid, StageTotals> = HashMap::new();
    for row in reader.query_all(&select).await? {
        let sum = Sum::of(&row)?;
        let probability = stages.iter().find(|known| known.id == sum.stage_id).map_or(0, |known| known.probability);
        let total = totals.entry(sum.stage_id).or_default();
        total.deals += sum.deals;
        if let Some(currency) = sum.currency {
            total.amounts.push(amount(currency, sum.high, sum.low, probability));
        }
    }
    for total in totals.values_mut() {
        total.amounts.sort_by(|a, b| a.currency.cmp(&b.currency));
    }
    Ok(totals)
}

/// Deals of one stage and currency, and what they add up to.
pub(super) struct Sum {
    pub stage_id: Uuid,
    pub deals: i64,
    pub currency: Option<String>,
    pub high: i64,
    pub low: i64,
}

impl Sum {
    pub(super) fn of(row: &QueryResult) -> Result<Self, DbErr> {
        Ok(Self {
            stage_id: row.try_get("", "stage_id")?,
            deals: row.try_get("", "n")?,
            currency: row.try_get("", "currency")?,
            high: row.try_get("", "high")?,
            low: row.try_get("", "low")?,
        })
    }
}

/// Has a statement over deals add them up by stage and currency: each row is a [`Sum`].
pub(super) fn sums_by_stage(select: &mut SelectStatement) -> &mut SelectStatement {
    select.columns([Column::StageId, Column::Currency].map(|c| (crate::deals::store::entity::Entity, c)));
    select.expr_as(Expr::cust("count(*)"), Alias::new("n"));
    let sum = |of: &str| Expr::cust(format!("cast(coalesce(sum(deals.amount_minor {of} {PART}), 0) as bigint)"));
    select.expr_as(sum("/"), Alias::new("high")).expr_as(sum("%"), Alias::new("low"));
    select.add_group_by([column(Column::StageId), column(Column::Currency)])
}

/// The deals that match, without order.
pub(crate) fn narrowed(
    reader: &Reader<'_>,
    scope: &Scope,
    params: &Params,
    trash: bool,
) -> Result<SelectStatement, Error> {
    let mut select = list::rows(reader, scope, params, trash);
    if let Some(filter) = &params.filter {
        DEALS.apply_filter(&mut select, (filter, &params.own_fields), reader, scope.eyes().map(Into::into))?;
    }
    Ok(select)
}

pub(super) fn amount(currency: String, high: i64, low: i64, probability: i64) -> Amount {
    let sum = i128::from(high) * i128::from(PART) + i128::from(low);
    let fitting = |minor: i128| i64::try_from(minor).unwrap_or(i64::MAX);
    // Half a unit is rounded up.
    let weighted = (sum * i128::from(probability) + 50) / 100;
    Amount { currency, amount_minor: fitting(sum), weighted_minor: fitting(weighted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_exact_and_end_at_the_largest_number() {
        let of = |high, low, probability| {
            let amount = amount("EUR".to_owned(), high, low, probability);
            (amount.amount_minor, amount.weighted_minor)
        };
        assert_eq!(of(0, 333, 50), (333, 167));
        assert_eq!(of(12, 34, 10), (12_000_000_034, 1_200_000_003));
        assert_eq!(of(i64::MAX, 0, 100), (i64::MAX, i64::MAX));
    }
}
