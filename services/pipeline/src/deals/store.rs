//! Deals in the database: loading, inserting, writing fields and places, and the order within a column.

use chrono::{DateTime, NaiveDate, Utc};
use db::{
    Tx,
    columns::{Texts, object},
};
use kernel::{Owners, Resource, Scope, values::name_key};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr, UpdateStatement},
};
use serde_json::Value;
use uuid::Uuid;

use super::deal::{DealFields, Place, StoredDeal};
use crate::{
    Error,
    stages::{stage::StageKind, store::entity as stage},
};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    use db::columns::Texts;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "deals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub title: String,
        pub title_key: String,
        pub pipeline_id: Uuid,
        pub stage_id: Uuid,
        pub position: String,
        pub stage_entered_at: DateTimeUtc,
        pub won_at: Option<DateTimeUtc>,
        pub lost_at: Option<DateTimeUtc>,
        pub lost_reason: Option<String>,
        pub amount_minor: Option<i64>,
        pub currency: Option<String>,
        pub company_id: Option<Uuid>,
        pub contact_id: Option<Uuid>,
        pub owner_id: Option<Uuid>,
        pub expected_close_on: Option<String>,
        pub source: Option<String>,
        pub description: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub tags: Texts,
        #[sea_orm(column_type = "JsonBinary")]
        pub custom: Json,
        pub search_text: String,
        pub created_by: Option<Uuid>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

/// What is read of a deal: everything but the search text.
#[derive(Debug, FromQueryResult)]
struct DealRow {
    id: Uuid,
    title: String,
    pipeline_id: Uuid,
    stage_id: Uuid,
    position: String,
    stage_entered_at: DateTime<Utc>,
    won_at: Option<DateTime<Utc>>,
    lost_at: Option<DateTime<Utc>>,
    lost_reason: Option<String>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    company_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    owner_id: Option<Uuid>,
    expected_close_on: Option<String>,
    source: Option<String>,
    description: Option<String>,
    tags: Texts,
    custom: Value,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

/// A deal, and what its stage makes of it.
#[derive(Debug, FromQueryResult)]
pub struct Row {
    #[sea_orm(nested)]
    deal: DealRow,
    stage_kind: String,
    rot_days: Option<i64>,
}

const READ: [Column; 23] = [
    Column::Id,
    Column::Title,
    Column::PipelineId,
    Column::StageId,
    Column::Position,
    Column::StageEnteredAt,
    Column::WonAt,
    Column::LostAt,
    Column::LostReason,
    Column::AmountMinor,
    Column::Currency,
    Column::CompanyId,
    Column::ContactId,
    Column::OwnerId,
    Column::ExpectedCloseOn,
    Column::Source,
    Column::Description,
    Column::Tags,
    Column::Custom,
    Column::Version,
    Column::CreatedAt,
    Column::UpdatedAt,
    Column::DeletedAt,
];

/// A deal, and what its stage makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub deal: StoredDeal,
    pub kind: StageKind,
    pub rot_days: Option<i64>,
}

impl TryFrom<Row> for Loaded {
    type Error = db::Error;

    fn try_from(row: Row) -> Result<Self, db::Error> {
        let kind = StageKind::parse(&row.stage_kind).ok_or(db::Error::Stored("stage kind"))?;
        Ok(Self { deal: row.deal.try_into()?, kind, rot_days: row.rot_days })
    }
}

impl TryFrom<DealRow> for StoredDeal {
    type Error = db::Error;

    fn try_from(row: DealRow) -> Result<Self, db::Error> {
        let fields = DealFields {
            title: row.title,
            amount_minor: row.amount_minor,
            currency: row.currency,
            company_id: row.company_id,
            contact_id: row.contact_id,
            owner_id: row.owner_id,
            expected_close_on: row.expected_close_on.as_deref().map(day).transpose()?,
            source: row.source,
            description: row.description,
            tags: row.tags.0,
            custom: object(row.custom),
        };
        let place = Place {
            pipeline_id: row.pipeline_id,
            stage_id: row.stage_id,
            position: row.position,
            lost_reason: row.lost_reason,
            won_at: row.won_at,
            lost_at: row.lost_at,
            stage_entered_at: row.stage_entered_at,
        };
        Ok(Self {
            id: row.id,
            fields,
            place,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            deleted_at: row.deleted_at,
        })
    }
}

/// A day as it is stored.
///
/// # Errors
/// A text that is none.
pub fn day(stored: &str) -> Result<NaiveDate, db::Error> {
    stored.parse().map_err(|_| db::Error::Stored("a day"))
}

/// A column of deals with the table's name.
#[must_use]
pub fn column(column: Column) -> SimpleExpr {
    Expr::col((entity::Entity, column))
}

/// The deals of the scope's organization that the actor reaches: all, or theirs and the unassigned ones.
#[must_use]
pub fn within(scope: &Scope) -> Condition {
    let mine = Condition::all().add(column(Column::OrgId).eq(scope.org_id.0));
    match scope.owners(Resource::Deals) {
        Owners::All => mine,
        Owners::These(people) => {
            let owner = || column(Column::OwnerId);
            mine.add(Condition::any().add(owner().is_null()).add(owner().is_in(people)))
        }
    }
}

/// The deals of the organization, whoever's they are.
fn everywhere(scope: &Scope) -> Condition {
    Condition::all().add(column(Column::OrgId).eq(scope.org_id.0))
}

/// A statement over deals that a [`Row`] is read from, each with its stage.
#[must_use]
pub fn select(condition: Condition) -> SelectStatement {
    let mut select = Query::select();
    select.columns(READ.map(|column| (entity::Entity, column))).from(entity::Entity);
    select
        .expr_as(Expr::col((stage::Entity, stage::Column::Kind)), Alias::new("stage_kind"))
        .column((stage::Entity, stage::Column::RotDays));
    join_stages(&mut select).cond_where(condition);
    select
}

/// Joins each deal with its stage.
pub fn join_stages(select: &mut SelectStatement) -> &mut SelectStatement {
    let stage = |column| Expr::col((stage::Entity, column));
    let same_id = stage(stage::Column::Id).equals((entity::Entity, Column::StageId));
    let same_org = stage(stage::Column::OrgId).equals((entity::Entity, Column::OrgId));
    select.join(JoinType::InnerJoin, stage::Entity, same_id.and(same_org))
}

async fn read(connection: &impl ConnectionTrait, select: &SelectStatement) -> Result<Vec<Loaded>, Error> {
    let rows = connection.query_all(select).await?;
    rows.iter().map(|row| Ok(Loaded::try_from(Row::from_query_result(row, "")?)?)).collect()
}

/// Deals by id, in the trash or not; those that are unknown or out of reach are left out.
///
/// # Errors
/// When the database is away.
pub async fn load_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Loaded>, Error> {
    let mut select = select(within(scope));
    select.and_where(column(Column::Id).is_in(ids.iter().copied()));
    read(connection, &select).await
}

/// One deal.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Loaded, Error> {
    load_many(connection, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// One deal, and the position of the first other card in a column.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn get_and_top(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: Uuid,
    stage: Uuid,
) -> Result<(StoredDeal, Option<String>), Error> {
    // The least, not the first: with a limit, which it does not know beforehand, PostgreSQL plans anew each time.
    let others = standing_in(scope, stage).add(column(Column::Id).ne(id));
    let top = Query::select().expr(column(Column::Position).min()).from(entity::Entity).cond_where(others).take();
    let mut select = Query::select();
    select.columns(READ).from(entity::Entity).cond_where(within(scope)).and_where(column(Column::Id).eq(id));
    select.expr_as(SimpleExpr::SubQuery(None, Box::new(top.into())), Alias::new("top"));
    let row = connection.query_one(&select).await?.ok_or(Error::NotFound)?;
    Ok((DealRow::from_query_result(&row, "")?.try_into()?, row.try_get("", "top")?))
}

/// Deals by id as they are now, held until the transaction ends, in the order of their ids. Movers hold the plan
/// before.
///
/// # Errors
/// When the database is away.
pub async fn lock_many(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Loaded>, Error> {
    hold(tx, scope, Column::Id, ids).await?;
    load_many(tx, scope, ids).await
}

/// Holds the deals with one of these ids in a column, whoever's they are, in the trash or not, as by [`lock_many`].
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &Tx, scope: &Scope, by: Column, ids: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let find = entity::Entity::find().select_only().column(Column::Id).filter(Column::OrgId.eq(scope.org_id.0));
    let find = find.filter(by.is_in(ids.iter().copied())).order_by_asc(Column::Id).lock_exclusive();
    Ok(find.into_tuple::<Uuid>().all(tx).await?)
}

/// Every deal in these stages, whoever's it is, in the trash or not, in the order of the columns; held as by
/// [`lock_many`].
///
/// # Errors
/// When the database is away.
pub async fn in_stages(tx: &Tx, scope: &Scope, stages: &[Uuid]) -> Result<Vec<StoredDeal>, Error> {
    hold(tx, scope, Column::StageId, stages).await?;
    let mut select = select(everywhere(scope));
    select.and_where(column(Column::StageId).is_in(stages.iter().copied()));
    select.order_by((entity::Entity, Column::Position), Order::Asc).order_by((entity::Entity, Column::Id), Order::Asc);
    Ok(read(tx, &select).await?.into_iter().map(|loaded| loaded.deal).collect())
}

/// Open deals of a contact that the actor reaches, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn open_of_contact(tx: &Tx, scope: &Scope, contact: Uuid) -> Result<Vec<StoredDeal>, Error> {
    let mut select = select(within(scope));
    select.and_where(column(Column::ContactId).eq(contact)).and_where(column(Column::DeletedAt).is_null());
    select.and_where(Expr::col((stage::Entity, stage::Column::Kind)).eq(StageKind::Open.as_str()));
    select.order_by((entity::Entity, Column::CreatedAt), Order::Asc).order_by((entity::Entity, Column::Id), Order::Asc);
    Ok(read(tx, &select).await?.into_iter().map(|loaded| loaded.deal).collect())
}

/// The deals of these titles ([`name_key`]) that are out of the trash and within reach, oldest first; at most `limit`.
///
/// # Errors
/// When the database is away.
pub async fn titled(tx: &Tx, scope: &Scope, keys: &[String], limit: u64) -> Result<Vec<Loaded>, Error> {
    let mut select = select(within(scope));
    select.and_where(column(Column::TitleKey).is_in(keys.iter().map(String::as_str)));
    select.and_where(column(Column::DeletedAt).is_null());
    select.order_by((entity::Entity, Column::Id), Order::Asc).limit(limit);
    read(tx, &select).await
}

/// How many deals stand in a stage, whoever's they are.
///
/// # Errors
/// When the database is away.
pub async fn count_in(connection: &impl ConnectionTrait, scope: &Scope, stage: Uuid) -> Result<u64, Error> {
    let mut select = Query::select();
    select.expr_as(Expr::cust("count(*)"), Alias::new("n")).from(entity::Entity).cond_where(standing_in(scope, stage));
    let row = connection.query_one(&select).await?.ok_or(db::Error::Stored("count"))?;
    Ok(u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default())
}

fn standing_in(scope: &Scope, stage: Uuid) -> Condition {
    everywhere(scope).add(column(Column::StageId).eq(stage)).add(column(Column::DeletedAt).is_null())
}

/// The cards of a column as `(position, id)`, in order: at most `limit`, from one end, leaving `without` out; only those
/// beyond a position if one is given.
///
/// # Errors
/// When the database is away.
pub async fn places(
    connection: &impl ConnectionTrait,
    (scope, stage): (&Scope, Uuid),
    without: &[Uuid],
    beyond: Option<(&str, Order)>,
    limit: Option<u64>,
) -> Result<Vec<(String, Uuid)>, Error> {
    let order = beyond.as_ref().map_or(Order::Asc, |(_, order)| order.clone());
    let mut find = entity::Entity::find().select_only().columns([Column::Position, Column::Id]);
    find = find.filter(standing_in(scope, stage)).filter(Column::Id.is_not_in(without.iter().copied()));
    if let Some((position, order)) = beyond {
        let beyond = column(Column::Position);
        find = find.filter(if order == Order::Asc { beyond.gt(position) } else { beyond.lt(position) });
    }
    let find = find.order_by(Column::Position, order.clone()).order_by(Column::Id, order).limit(limit);
    Ok(find.into_tuple().all(connection).await?)
}

/// The positions of these cards, as far as they stand in the column.
///
/// # Errors
/// When the database is away.
pub async fn positions_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    stage: Uuid,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, String)>, Error> {
    let find = entity::Entity::find().select_only().columns([Column::Id, Column::Position]);
    let find = find.filter(standing_in(scope, stage)).filter(Column::Id.is_in(ids.iter().copied()));
    Ok(find.into_tuple().all(connection).await?)
}

/// Writes a card's position alone: its order among the others stays, so it is no change that anybody made.
///
/// # Errors
/// When the database refuses.
pub async fn renumber(tx: &Tx, scope: &Scope, id: Uuid, position: String) -> Result<(), Error> {
    let row = entity::ActiveModel { position: Set(position), ..Default::default() };
    let update = entity::Entity::update_many().set(row).filter(Column::OrgId.eq(scope.org_id.0));
    update.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Inserts deals of the actor's.
///
/// # Errors
/// When the database refuses.
pub async fn insert_many(tx: &Tx, deals: &[StoredDeal]) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let rows = deals.iter().map(|deal| {
        let mut row = entity::ActiveModel {
            id: Set(deal.id),
            org_id: Set(scope.org_id.0),
            created_by: Set(scope.user_id().map(Uuid::from)),
            created_at: Set(deal.created_at),
            updated_at: Set(deal.updated_at),
            version: Set(deal.version),
            deleted_at: Set(deal.deleted_at),
            ..fields(&deal.fields)
        };
        put_place(&mut row, &deal.place);
        row
    });
    let rows: Vec<_> = rows.collect();
    Ok(db::insert_all(tx, rows).await?)
}

/// Every column that an edit may change.
fn fields(fields: &DealFields) -> entity::ActiveModel {
    let DealFields { title, amount_minor, currency, company_id, contact_id, owner_id, .. } = fields.clone();
    entity::ActiveModel {
        search_text: Set(fields.search_text()),
        title_key: Set(name_key(&title)),
        title: Set(title),
        amount_minor: Set(amount_minor),
        currency: Set(currency),
        company_id: Set(company_id),
        contact_id: Set(contact_id),
        owner_id: Set(owner_id),
        expected_close_on: Set(fields.expected_close_on.map(|day| day.to_string())),
        source: Set(fields.source.clone()),
        description: Set(fields.description.clone()),
        tags: Set(Texts(fields.tags.clone())),
        custom: Set(Value::Object(fields.custom.clone())),
        ..Default::default()
    }
}

/// Every column that a move may change.
fn put_place(row: &mut entity::ActiveModel, place: &Place) {
    let place = place.clone();
    row.pipeline_id = Set(place.pipeline_id);
    row.stage_id = Set(place.stage_id);
    row.position = Set(place.position);
    row.stage_entered_at = Set(place.stage_entered_at);
    row.won_at = Set(place.won_at);
    row.lost_at = Set(place.lost_at);
    row.lost_reason = Set(place.lost_reason);
}

/// Writes the fields of a deal whose version is still the loaded one; the deal as it is now, `None` when somebody else
/// changed it.
///
/// # Errors
/// When the database refuses.
pub async fn update_fields(tx: &Tx, old: &StoredDeal, new: DealFields) -> Result<Option<StoredDeal>, Error> {
    let row = fields(&new);
    Ok(write(tx, old, row).await?.map(|written| StoredDeal { fields: new, ..written }))
}

/// Writes where a deal stands, as [`update_fields`] does.
///
/// # Errors
/// When the database refuses.
pub async fn update_place(tx: &Tx, old: &StoredDeal, place: Place) -> Result<Option<StoredDeal>, Error> {
    let mut row = entity::ActiveModel::default();
    put_place(&mut row, &place);
    Ok(write(tx, old, row).await?.map(|written| StoredDeal { place, ..written }))
}

/// The statement that writes where a deal stands, version and time of `new`, for who does not hold it: it finds nothing
/// unless the deal is still what `old` was and these conditions hold.
#[must_use]
pub fn place_update<const N: usize>(
    scope: &Scope,
    old: &StoredDeal,
    new: &StoredDeal,
    conditions: [SimpleExpr; N],
) -> UpdateStatement {
    let mut row =
        entity::ActiveModel { version: Set(new.version), updated_at: Set(new.updated_at), ..Default::default() };
    put_place(&mut row, &new.place);
    let mut update = entity::Entity::update_many().set(row).filter(everywhere(scope)).into_query();
    update.and_where(column(Column::Id).eq(old.id)).and_where(column(Column::Version).eq(old.version));
    update.and_where(column(Column::DeletedAt).is_null());
    for condition in conditions {
        update.and_where(condition);
    }
    update
}

/// Writes everything of a deal, as [`update_fields`] does.
///
/// # Errors
/// When the database refuses.
pub async fn update_all(tx: &Tx, old: &StoredDeal, new: StoredDeal) -> Result<Option<StoredDeal>, Error> {
    let mut row = entity::ActiveModel { deleted_at: Set(new.deleted_at), ..fields(&new.fields) };
    put_place(&mut row, &new.place);
    let written = write(tx, old, row).await?;
    Ok(written.map(|now| StoredDeal { version: now.version, updated_at: now.updated_at, ..new }))
}

/// Puts a deal into the trash, or takes it out, as [`update_fields`] does.
///
/// # Errors
/// When the database refuses.
pub async fn update_deleted_at(
    tx: &Tx,
    old: &StoredDeal,
    deleted_at: Option<DateTime<Utc>>,
) -> Result<Option<StoredDeal>, Error> {
    let row = entity::ActiveModel { deleted_at: Set(deleted_at), ..Default::default() };
    Ok(write(tx, old, row).await?.map(|written| StoredDeal { deleted_at, ..written }))
}

async fn write(tx: &Tx, old: &StoredDeal, mut row: entity::ActiveModel) -> Result<Option<StoredDeal>, Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let (version, updated_at) = (old.version + 1, tx.clock().now());
    (row.version, row.updated_at) = (Set(version), Set(updated_at));
    let update = entity::Entity::update_many().set(row).filter(Column::OrgId.eq(org_id));
    let done = update.filter(Column::Id.eq(old.id)).filter(Column::Version.eq(old.version)).exec(tx).await?;
    Ok((done.rows_affected > 0).then(|| StoredDeal { version, updated_at, ..old.clone() }))
}

/// Removes the rows of deals.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, ids: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let delete = entity::Entity::delete_many().filter(Column::OrgId.eq(org_id));
    delete.filter(Column::Id.is_in(ids.iter().copied())).exec(tx).await?;
    Ok(())
}
