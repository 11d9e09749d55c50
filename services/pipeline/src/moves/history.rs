//! The history of moves: one row for each change of stage, and reading it by stage, deal and client.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::{DEALS_READ, PIPELINES_READ};
use db::{Field, List, Page, Params, Tx};
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::operation::{Cause, Course};
use crate::{
    Error, Pipeline,
    deals::{
        deal::StoredDeal,
        queries::{Named, named},
        store as deals,
    },
    plan,
    stages::{stage::StageColor, store::entity as stage},
};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "stage_history")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub deal_id: Uuid,
        pub client_id: Option<Uuid>,
        pub from_stage_id: Option<Uuid>,
        pub to_stage_id: Uuid,
        pub moved_by: Option<Uuid>,
        pub moved_at: DateTimeUtc,
        pub auto_moved: bool,
        pub cause: String,
        pub reason: Option<String>,
        pub seconds_in_from: Option<i64>,
        pub batch_id: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

/// A move to be noted.
#[derive(Clone, Debug)]
pub struct NewMove {
    deal_id: Uuid,
    client_id: Option<Uuid>,
    from: Option<Uuid>,
    to: Uuid,
    at: DateTime<Utc>,
    seconds_in_from: Option<i64>,
    auto_moved: bool,
    cause: Cause,
    reason: Option<String>,
}

impl NewMove {
    /// The move that made of `old`, none for a new deal, what it is now.
    #[must_use]
    pub fn of(new: &StoredDeal, old: Option<&StoredDeal>, course: &Course, at: DateTime<Utc>) -> Self {
        Self {
            deal_id: new.id,
            client_id: new.fields.contact_id,
            from: old.map(|old| old.place.stage_id),
            to: new.place.stage_id,
            at,
            seconds_in_from: old.map(|old| (at - old.place.stage_entered_at).num_seconds()),
            auto_moved: course.auto_moved(),
            cause: course.cause,
            reason: course.reason.clone().or_else(|| course.lost_reason.clone()),
        }
    }
}

/// Notes moves of the actor's.
///
/// # Errors
/// When the database refuses.
pub async fn insert_many(tx: &Tx, moves: &[NewMove]) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let rows = moves.iter().cloned().map(|new| entity::ActiveModel {
        id: Set(tx.clock().new_id()),
        org_id: Set(scope.org_id.0),
        deal_id: Set(new.deal_id),
        client_id: Set(new.client_id),
        from_stage_id: Set(new.from),
        to_stage_id: Set(new.to),
        moved_by: Set(scope.user_id().map(Uuid::from)),
        moved_at: Set(new.at),
        auto_moved: Set(new.auto_moved),
        cause: Set(new.cause.as_str().to_owned()),
        reason: Set(new.reason),
        seconds_in_from: Set(new.seconds_in_from),
        batch_id: Set(scope.batch_id),
    });
    let rows: Vec<_> = rows.collect();
    Ok(db::insert_all(tx, rows).await?)
}

/// Removes the history of deals that are gone for good.
///
/// # Errors
/// When the database refuses.
pub async fn remove_of(tx: &Tx, deals: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let delete = entity::Entity::delete_many().filter(Column::OrgId.eq(org_id));
    delete.filter(Column::DealId.is_in(deals.iter().copied())).exec(tx).await?;
    Ok(())
}

/// A stage as history names it, also when it is gone by now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct MovedStage {
    pub id: Uuid,
    pub name: String,
    pub color: StageColor,
}

/// A deal came into a stage.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StageMove {
    pub id: Uuid,
    pub deal_id: Uuid,
    /// Title of the deal.
    pub deal_title: String,
    /// The contact of the deal at that time.
    #[schema(required)]
    pub client_id: Option<Uuid>,
    /// None for a new deal.
    #[schema(required)]
    pub from: Option<MovedStage>,
    pub to: MovedStage,
    /// None when the system did it.
    #[schema(required)]
    pub moved_by: Option<Named>,
    pub moved_at: DateTime<Utc>,
    /// Whether no person chose the stage.
    pub auto_moved: bool,
    pub cause: Cause,
    #[schema(required)]
    pub reason: Option<String>,
    /// How long the deal was in the stage it came from.
    #[schema(required)]
    pub seconds_in_from: Option<i64>,
}

#[derive(Debug, FromQueryResult)]
struct Row {
    id: Uuid,
    deal_id: Uuid,
    deal_title: String,
    client_id: Option<Uuid>,
    from_id: Option<Uuid>,
    from_name: Option<String>,
    from_color: Option<String>,
    to_id: Uuid,
    to_name: String,
    to_color: String,
    moved_by: Option<Uuid>,
    moved_at: DateTime<Utc>,
    auto_moved: bool,
    cause: String,
    reason: Option<String>,
    seconds_in_from: Option<i64>,
}

impl Row {
    fn view(self, names: &HashMap<Uuid, String>) -> Result<StageMove, db::Error> {
        let stage = |id, name, color: &str| {
            let color = StageColor::parse(color).ok_or(db::Error::Stored("stage color"))?;
            Ok::<_, db::Error>(MovedStage { id, name, color })
        };
        let from = match (self.from_id, self.from_name, self.from_color) {
            (Some(id), Some(name), Some(color)) => Some(stage(id, name, &color)?),
            _ => None,
        };
        Ok(StageMove {
            id: self.id,
            deal_id: self.deal_id,
            deal_title: self.deal_title,
            client_id: self.client_id,
            from,
            to: stage(self.to_id, self.to_name, &self.to_color)?,
            moved_by: named(self.moved_by, names),
            moved_at: self.moved_at,
            auto_moved: self.auto_moved,
            cause: Cause::parse(&self.cause).ok_or(db::Error::Stored("cause"))?,
            reason: self.reason,
            seconds_in_from: self.seconds_in_from,
        })
    }
}

fn column(column: Column) -> SimpleExpr {
    Expr::col((entity::Entity, column))
}

const MOVES: List = List {
    fields: &[Field {
        name: "movedAt",
        kind: FieldType::Instant,
        expr: || column(Column::MovedAt),
        order: Some(|| column(Column::MovedAt)),
    }],
    default_sort: "-movedAt",
    id: || column(Column::Id),
};

/// Moves of deals within the actor's reach, each with the names of its stages.
fn select(scope: &Scope) -> SelectStatement {
    let mut select = Query::select();
    let own = [
        Column::Id,
        Column::DealId,
        Column::ClientId,
        Column::MovedBy,
        Column::MovedAt,
        Column::AutoMoved,
        Column::Cause,
        Column::Reason,
        Column::SecondsInFrom,
    ];
    select.columns(own.map(|column| (entity::Entity, column))).from(entity::Entity);
    select.expr_as(deals::column(deals::entity::Column::Title), Alias::new("deal_title"));
    let deal = deals::column(deals::entity::Column::Id).equals((entity::Entity, Column::DealId));
    let same_org = deals::column(deals::entity::Column::OrgId).equals((entity::Entity, Column::OrgId));
    select.join(JoinType::InnerJoin, deals::entity::Entity, deal.and(same_org)).cond_where(deals::within(scope));
    for (join, alias, of) in
        [(JoinType::LeftJoin, "from", Column::FromStageId), (JoinType::InnerJoin, "to", Column::ToStageId)]
    {
        let table = Alias::new(format!("{alias}_stage"));
        let stage = |column| Expr::col((table.clone(), column));
        let same_id = stage(stage::Column::Id).equals((entity::Entity, of));
        let same_org = stage(stage::Column::OrgId).equals((entity::Entity, Column::OrgId));
        select.join_as(join, stage::Entity, table.clone(), same_id.and(same_org));
        select.expr_as(stage(stage::Column::Id), Alias::new(format!("{alias}_id")));
        select.expr_as(stage(stage::Column::Name), Alias::new(format!("{alias}_name")));
        select.expr_as(stage(stage::Column::Color), Alias::new(format!("{alias}_color")));
    }
    select
}

async fn page(
    service: &Pipeline,
    scope: &Scope,
    condition: SimpleExpr,
    params: &Params,
) -> Result<Page<StageMove>, Error> {
    let reader = service.db.reader(scope);
    let mut select = select(scope);
    select.and_where(column(Column::OrgId).eq(scope.org_id.0)).and_where(condition);
    let Page { items, number, limit, total, next_cursor } =
        MOVES.page::<Row>(&reader, select, params, scope.eyes().map(Into::into)).await?;
    let names = service.member_names(scope, items.iter().filter_map(|row| row.moved_by)).await?;
    let items = items.into_iter().map(|row| row.view(&names)).collect::<Result<_, _>>()?;
    Ok(Page { items, number, limit, total, next_cursor })
}

/// Moves into or out of a stage, newest first, of deals within reach.
///
/// # Errors
/// [`Error::NotFound`] when there is no such stage.
pub async fn of_stage(service: &Pipeline, scope: &Scope, id: Uuid, params: &Params) -> Result<Page<StageMove>, Error> {
    scope.require(PIPELINES_READ)?;
    scope.require(DEALS_READ)?;
    plan::load(&service.db.reader(scope), scope).await?.stage(id).ok_or(Error::NotFound)?;
    page(service, scope, column(Column::FromStageId).eq(id).or(column(Column::ToStageId).eq(id)), params).await
}

/// Moves of a deal, newest first.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown or out of reach.
pub async fn of_deal(service: &Pipeline, scope: &Scope, id: Uuid, params: &Params) -> Result<Page<StageMove>, Error> {
    scope.require(DEALS_READ)?;
    deals::get(&service.db.reader(scope), scope, id).await?;
    page(service, scope, column(Column::DealId).eq(id), params).await
}

/// Moves of the deals of a contact, and of those that became it by merging, newest first.
///
/// # Errors
/// [`Error::NotFound`] when the contact is unknown or out of reach.
pub async fn of_client(service: &Pipeline, scope: &Scope, id: Uuid, params: &Params) -> Result<Page<StageMove>, Error> {
    scope.require(DEALS_READ)?;
    service.clients.find_contact(scope, id).await.map_err(Error::Port)?.ok_or(Error::NotFound)?;
    let mut ids = service.clients.merged_into(scope, id).await.map_err(Error::Port)?;
    ids.push(id);
    page(service, scope, column(Column::ClientId).is_in(ids), params).await
}
