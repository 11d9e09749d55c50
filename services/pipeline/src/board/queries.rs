//! Reading the board: one statement for the first cards of every column, one for the sums, one for the rest of a column.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use contracts::permissions::{DEALS_READ, PIPELINES_READ};
use db::{Params, Reader, columns::Texts};
use kernel::{Scope, cursor::Cursor};
use sea_orm::{
    ConnectionTrait, FromQueryResult,
    sea_query::{Alias, Asterisk, ExprTrait, Order, Query, SelectStatement, UnionType},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::totals::{self, Amount, StageTotals};
use crate::{
    Error,
    deals::{
        list::{self, DEALS},
        queries::{Named, Names, named},
        store::{
            self, column,
            entity::{self, Column},
        },
    },
    pipelines::queries::Pipeline,
    plan,
    stages::stage::Stage,
};

/// A deal as a card shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DealCard {
    pub id: Uuid,
    pub title: String,
    pub stage_id: Uuid,
    /// The order within the column: sorts by bytes, and means nothing else.
    pub position: String,
    #[schema(required)]
    pub amount_minor: Option<i64>,
    #[schema(required)]
    pub currency: Option<String>,
    #[schema(required)]
    pub company: Option<Named>,
    #[schema(required)]
    pub contact: Option<Named>,
    #[schema(required)]
    pub owner: Option<Named>,
    #[schema(required)]
    pub expected_close_on: Option<NaiveDate>,
    #[schema(required)]
    pub source: Option<String>,
    pub stage_entered_at: DateTime<Utc>,
    pub days_in_stage: i64,
    pub rotting: bool,
    pub tags: Vec<String>,
    pub version: i64,
}

/// A column of the board.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BoardColumn {
    pub stage_id: Uuid,
    /// The first ones, in order.
    pub deals: Vec<DealCard>,
    /// How many there are.
    pub total: i64,
    /// By currency, in the order of their codes.
    pub amounts: Vec<Amount>,
    /// Null when these are all.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A pipeline with its columns, archived stages left out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Board {
    pub pipeline: Pipeline,
    pub columns: Vec<BoardColumn>,
}

/// What columns are sorted by, as cursors name it.
const BY_POSITION: &str = "position";

/// The board of a pipeline with the first `params.limit` cards of each column.
///
/// # Errors
/// [`Error::NotFound`]; a filter that does not fit.
pub async fn board(service: &crate::Pipeline, scope: &Scope, id: Uuid, params: &Params) -> Result<Board, Error> {
    scope.require(PIPELINES_READ)?;
    scope.require(DEALS_READ)?;
    let reader = service.db.reader(scope);
    let plan = plan::load(&reader, scope).await?;
    let pipeline = Pipeline::of(plan.pipeline(id).ok_or(Error::NotFound)?, &plan);
    let stages: Vec<Stage> = pipeline.stages.iter().filter(|stage| stage.archived_at.is_none()).cloned().collect();
    let params = list::stored_params(service, &reader, scope, params).await?;
    let mut totals = totals::matching(&reader, scope, &stages, &params).await?;
    let mut cards = group(first_cards(service, scope, &reader, &stages, &params).await?);
    let column = |stage: &Stage| {
        let StageTotals { deals: total, amounts } = totals.remove(&stage.id).unwrap_or_default();
        let mut deals = cards.remove(&stage.id).unwrap_or_default();
        let more = deals.len() as u64 > params.limit;
        deals.truncate(usize::try_from(params.limit).unwrap_or(usize::MAX));
        let next_cursor = deals.last().filter(|_| more).map(cursor_behind);
        BoardColumn { stage_id: stage.id, deals, total, amounts, next_cursor }
    };
    let columns = stages.iter().map(column).collect();
    Ok(Board { pipeline, columns })
}

fn cursor_behind(card: &DealCard) -> String {
    let keys = vec![Value::String(card.position.clone())];
    Cursor { sort: BY_POSITION.to_owned(), keys, id: card.id }.encode()
}

fn group(cards: Vec<DealCard>) -> HashMap<Uuid, Vec<DealCard>> {
    let mut columns: HashMap<Uuid, Vec<DealCard>> = HashMap::new();
    for card in cards {
        columns.entry(card.stage_id).or_default().push(card);
    }
    for column in columns.values_mut() {
        column.sort_by(|a, b| (&a.position, a.id).cmp(&(&b.position, b.id)));
    }
    columns
}

/// What a card is read from: little of a deal, since a board has many.
#[derive(Debug, FromQueryResult)]
struct CardRow {
    id: Uuid,
    title: String,
    stage_id: Uuid,
    position: String,
    stage_entered_at: DateTime<Utc>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    company_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    expected_close_on: Option<String>,
    source: Option<String>,
    tags: Texts,
    version: i64,
}

const CARD: [Column; 14] = [
    Column::Id,
    Column::Title,
    Column::StageId,
    Column::Position,
    Column::StageEnteredAt,
    Column::AmountMinor,
    Column::Currency,
    Column::CompanyId,
    Column::ContactId,
    Column::OwnerId,
    Column::ExpectedCloseOn,
    Column::Source,
    Column::Tags,
    Column::Version,
];

fn card_columns() -> [(entity::Entity, Column); 14] {
    CARD.map(|column| (entity::Entity, column))
}

impl CardRow {
    fn card(self, stage: Option<&Stage>, names: &Names, now: DateTime<Utc>) -> Result<DealCard, Error> {
        let since = self.stage_entered_at;
        Ok(DealCard {
            id: self.id,
            title: self.title,
            stage_id: self.stage_id,
            position: self.position,
            amount_minor: self.amount_minor,
            currency: self.currency,
            company: named(self.company_id, &names.companies),
            contact: named(self.contact_id, &names.contacts),
            owner: named(self.owner_id, &names.members),
            expected_close_on: self.expected_close_on.as_deref().map(store::day).transpose()?,
            source: self.source,
            stage_entered_at: since,
            days_in_stage: Stage::days_in(since, now),
            rotting: stage.is_some_and(|stage| Stage::rots(stage.kind, stage.rot_days, since, now)),
            tags: self.tags.0,
            version: self.version,
        })
    }
}

/// The first cards of every stage and one more each, in one statement: a part for each stage, read off the index.
async fn first_cards(
    service: &crate::Pipeline,
    scope: &Scope,
    reader: &Reader<'_>,
    stages: &[Stage],
    params: &Params,
) -> Result<Vec<DealCard>, Error> {
    let mut bare = list::bare(reader, scope, params)?;
    bare.columns(card_columns());
    let part = |stage: &Stage| {
        let mut part = bare.clone();
        part.and_where(column(Column::StageId).eq(stage.id));
        part.order_by((entity::Entity, Column::Position), Order::Asc);
        part.order_by((entity::Entity, Column::Id), Order::Asc).limit(params.limit + 1);
        // SQLite takes an order and a limit in a part of a union only one level down.
        Query::select().column(Asterisk).from_subquery(part, Alias::new("part")).take()
    };
    let all = stages.iter().map(part).reduce(|mut all, more: SelectStatement| all.union(UnionType::All, more).take());
    let Some(all) = all else { return Ok(Vec::new()) };
    let rows = reader.query_all(&all).await?;
    let rows: Vec<CardRow> = rows.iter().map(|row| CardRow::from_query_result(row, "")).collect::<Result<_, _>>()?;
    cards(service, scope, stages, rows).await
}

async fn cards(
    service: &crate::Pipeline,
    scope: &Scope,
    stages: &[Stage],
    rows: Vec<CardRow>,
) -> Result<Vec<DealCard>, Error> {
    let ids = |of: fn(&CardRow) -> Option<Uuid>| rows.iter().filter_map(of);
    let (owners, companies) = (ids(|row| row.owner_id), ids(|row| row.company_id));
    let names = Names::of(service, scope, owners, companies, ids(|row| row.contact_id)).await?;
    let now = service.db.clock().now();
    let stage = |row: &CardRow| stages.iter().find(|stage| stage.id == row.stage_id);
    rows.into_iter()
        .map(|row| {
            let stage = stage(&row);
            row.card(stage, &names, now)
        })
        .collect()
}

/// The next `params.limit` cards of a column, and the cursor to go on from.
///
/// # Errors
/// [`Error::NotFound`] when the pipeline has no such stage; a filter or cursor that does not fit.
pub async fn rest(
    service: &crate::Pipeline,
    scope: &Scope,
    (pipeline, stage): (Uuid, Uuid),
    params: Params,
) -> Result<(Vec<DealCard>, Option<String>), Error> {
    scope.require(PIPELINES_READ)?;
    scope.require(DEALS_READ)?;
    let reader = service.db.reader(scope);
    let plan = plan::load(&reader, scope).await?;
    plan.stage(stage).filter(|stage| stage.pipeline_id == pipeline).ok_or(Error::NotFound)?;
    let params = list::stored_params(service, &reader, scope, &params).await?;
    let params = Params { sort: Some(BY_POSITION.to_owned()), ..params };
    let mut select = list::unfiltered(&reader, scope, &params);
    select.columns(card_columns()).and_where(column(Column::StageId).eq(stage));
    let (rows, next) = DEALS.chunk::<CardRow>(&reader, select, &params, scope.eyes().map(Into::into)).await?;
    Ok((cards(service, scope, &plan.stages, rows).await?, next))
}
