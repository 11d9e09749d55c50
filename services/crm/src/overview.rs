//! The first page: how many records there are, how many came lately, what happened last, and which first steps are left.

use std::sync::Arc;

use api::{ApiError, Caller, Json, Refusals};
use axum::extract::State;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use contracts::{
    permissions::{CONTACTS_READ, DEALS_READ},
    ports::{DealFigures, DealSum},
};
use db::{Reader, change_log, count_rows};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, DbBackend,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    Crm, Error,
    bulk::batch::{self, BatchKind},
    notes,
    record::{Column, RecordKind},
    timeline::{self, entry::TimelineEntry},
};

/// How many records of a kind there are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    total: u64,
    /// The total is exact up to 10 000.
    total_is_estimate: bool,
    last7_days: u64,
    previous7_days: u64,
}

/// Contacts created on a day (UTC).
#[derive(Debug, Serialize, ToSchema)]
pub struct DayCount {
    date: NaiveDate,
    contacts: i64,
}

/// Something that happened lately.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecentEntry {
    #[serde(flatten)]
    entry: TimelineEntry,
    /// Name of the record it happened to; null when it is gone or out of reach.
    #[schema(required)]
    subject_name: Option<String>,
}

/// First steps that are done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Onboarding {
    profile: bool,
    contacts: bool,
    companies: bool,
    import: bool,
    note: bool,
}

/// Deals of one currency together.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealAmount {
    currency: String,
    /// In minor units of the currency: cents.
    amount_minor: i64,
}

/// Open deals, and those won since the month began (UTC), each with what they are worth: the most deals first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealCounts {
    open: u64,
    open_amounts: Vec<DealAmount>,
    won_this_month: u64,
    won_amounts: Vec<DealAmount>,
}

impl From<DealFigures> for DealCounts {
    fn from(figures: DealFigures) -> Self {
        let count = |sums: &[DealSum]| sums.iter().map(|sum| sum.count).sum();
        let amounts = |sums: Vec<DealSum>| {
            let amount = |sum: DealSum| Some(DealAmount { currency: sum.currency?, amount_minor: sum.amount_minor });
            sums.into_iter().filter_map(amount).collect()
        };
        Self {
            open: count(&figures.open),
            won_this_month: count(&figures.won),
            open_amounts: amounts(figures.open),
            won_amounts: amounts(figures.won),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    contacts: Count,
    companies: Count,
    /// Thirty days, today last.
    added_by_day: Vec<DayCount>,
    /// None for who may not read deals.
    #[schema(required)]
    deals: Option<DealCounts>,
    recent: Vec<RecentEntry>,
    onboarding: Onboarding,
}

/// Days shown.
const DAYS: i64 = 30;
/// Entries shown.
const RECENT: u64 = 10;

/// Routes below `/api/crm`.
pub fn routes() -> OpenApiRouter<Arc<Crm>> {
    OpenApiRouter::new().routes(routes!(get))
}

/// Gives the figures of the first page
#[utoipa::path(
    get, path = "/overview", operation_id = "getOverview", tag = "Overview",
    responses((status = 200, description = "The overview", body = Overview), Refusals)
)]
async fn get(State(crm): State<Arc<Crm>>, caller: Caller) -> Result<Json<Overview>, ApiError> {
    Ok(Json(overview(&crm, caller.scope()).await?))
}

/// The overview of what the actor reaches.
///
/// # Errors
/// When the database is away.
pub async fn overview(crm: &Crm, scope: &Scope) -> Result<Overview, Error> {
    scope.require(CONTACTS_READ)?;
    let reader = crm.db.reader(scope);
    let contacts = count(&reader, scope, RecordKind::Contact).await?;
    let companies = count(&reader, scope, RecordKind::Company).await?;
    let user: Vec<Uuid> = scope.user_id().map(Uuid::from).into_iter().collect();
    let onboarding = Onboarding {
        profile: !crm.names(scope, user).await?.is_empty(),
        contacts: contacts.total > 0,
        companies: companies.total > 0,
        import: batch::any_finished(&reader, scope, BatchKind::Import).await?,
        note: notes::store::any(&reader, scope).await?,
    };
    let added_by_day = added_by_day(&reader, scope, crm.db.clock().now()).await?;
    let deals = deals(crm, scope).await?;
    Ok(Overview { contacts, companies, added_by_day, deals, recent: recent(crm, scope).await?, onboarding })
}

async fn deals(crm: &Crm, scope: &Scope) -> Result<Option<DealCounts>, Error> {
    if !scope.grants.allows(DEALS_READ) {
        return Ok(None);
    }
    let today = crm.db.clock().now().date_naive();
    let month = today.with_day(1).unwrap_or(today).and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
    Ok(Some(crm.deals.figures(scope, month).await.map_err(Error::Port)?.into()))
}

fn live(scope: &Scope, kind: RecordKind) -> SelectStatement {
    let mut select = Query::select();
    select.from(kind.table()).cond_where(kind.within(scope)).and_where(kind.in_trash(false));
    select
}

async fn count(reader: &Reader<'_>, scope: &Scope, kind: RecordKind) -> Result<Count, Error> {
    let now = reader.db().clock().now();
    // Whole minutes, so that the counts of a minute are one count.
    let now =
        now - TimeDelta::seconds(now.timestamp() % 60) - TimeDelta::nanoseconds(now.timestamp_subsec_nanos().into());
    let since = |days: i64| kind.column(Column::CreatedAt).gte(now - TimeDelta::days(days));
    let total = count_rows(reader, &live(scope, kind)).await?;
    let last = count_rows(reader, live(scope, kind).and_where(since(7))).await?;
    let both = count_rows(reader, live(scope, kind).and_where(since(14))).await?;
    Ok(Count {
        total: total.count,
        total_is_estimate: total.is_estimate,
        last7_days: last.count,
        previous7_days: both.count.saturating_sub(last.count),
    })
}

async fn added_by_day(reader: &Reader<'_>, scope: &Scope, now: DateTime<Utc>) -> Result<Vec<DayCount>, Error> {
    let kind = RecordKind::Contact;
    let today = now.date_naive();
    let first = today - TimeDelta::days(DAYS - 1);
    let start = first.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc();
    let day = if reader.get_database_backend() == DbBackend::Sqlite {
        Expr::cust("substr(contacts.created_at, 1, 10)")
    } else {
        Expr::cust("to_char(contacts.created_at at time zone 'UTC', 'YYYY-MM-DD')")
    };
    let mut select = live(scope, kind);
    select.expr_as(day, Alias::new("day")).expr_as(Expr::cust("count(*)"), Alias::new("n"));
    select.and_where(kind.column(Column::CreatedAt).gte(start)).add_group_by([Expr::col(Alias::new("day"))]);
    let mut days: Vec<DayCount> =
        (0..DAYS).map(|n| DayCount { date: first + TimeDelta::days(n), contacts: 0 }).collect();
    for row in reader.query_all(&select).await? {
        let (day, n): (String, i64) = (row.try_get("", "day")?, row.try_get("", "n")?);
        if let Some(count) = days.iter_mut().find(|count| count.date.to_string() == day) {
            count.contacts = n;
        }
    }
    Ok(days)
}

/// The latest changes of records and deals within reach, with their names.
async fn recent(crm: &Crm, scope: &Scope) -> Result<Vec<RecentEntry>, Error> {
    let reader = crm.db.reader(scope);
    // Some entries are of records out of reach, or gone.
    let rows = change_log::latest(&reader, scope, RECENT * 10).await?;
    let records: Vec<(Uuid, Uuid)> = rows.iter().map(|row| (row.id, row.record_id)).collect();
    let mut ids: Vec<Uuid> = records.iter().map(|(_, record)| *record).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut names = record_names(&reader, scope, RecordKind::Contact, &ids).await?;
    names.extend(record_names(&reader, scope, RecordKind::Company, &ids).await?);
    if scope.grants.allows(DEALS_READ) {
        names.extend(crm.deals.titles(scope, &ids).await.map_err(Error::Port)?);
    }
    let shown = rows.into_iter().filter(|row| names.iter().any(|(id, _)| *id == row.record_id));
    let mut entries = timeline::queries::told(crm, scope, shown.collect(), &[]).await?;
    entries.truncate(usize::try_from(RECENT).unwrap_or_default());
    let name_of = |entry: &TimelineEntry| {
        let record = records.iter().find(|(id, _)| *id == entry.id).map(|(_, record)| *record);
        names.iter().find(|(id, _)| Some(*id) == record).map(|(_, name)| name.clone())
    };
    Ok(entries.into_iter().map(|entry| RecentEntry { subject_name: name_of(&entry), entry }).collect())
}

async fn record_names(
    reader: &Reader<'_>,
    scope: &Scope,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Error> {
    let mut select = Query::select();
    select.expr(kind.column(Column::Id)).expr(kind.column(Column::Name)).from(kind.table());
    select.cond_where(kind.within(scope)).and_where(kind.column(Column::Id).is_in(ids.iter().copied()));
    let rows = reader.query_all(&select).await?;
    let names = rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?)));
    Ok(names.collect::<Result<_, sea_orm::DbErr>>()?)
}
