//! The job that tells of deals which stand in their stage for longer than it allows: of each once for each of its stays.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::events::{DEAL_ROTTING, DealRotting};
use db::Tx;
use events::NewEvent;
use jobs::{Context, JobError, Schedule, Work};
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set,
    Condition, ConnectionTrait, FromQueryResult, Order, QueryResult,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Pipeline,
    deals::{
        commands::KIND as DEAL,
        store::{
            column,
            entity::{self as deals, Column},
        },
    },
    stages::{
        stage::{Stage, StageKind},
        store as stages,
    },
};

/// Kind of the job.
const KIND: &str = "pipeline.tell_rotting";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::hours(1) };
/// Deals of one transaction.
const AT_ONCE: u64 = 200;

mod told {
    //! A stay that was told of.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "rotting_told")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub deal_id: Uuid,
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub stage_entered_at: DateTimeUtc,
        pub told_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Tells of them.
pub struct TellRotting(pub Arc<Pipeline>);

#[async_trait::async_trait]
impl Work for TellRotting {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        let (service, scope) = (&self.0, &context.scope);
        let stages = stages::list(&service.db.reader(scope), scope).await?;
        let Some(overdue) = overdue(&stages, service.db.clock().now()) else { return Ok(()) };
        while !context.cancel.is_cancelled() {
            if step(service, scope, &overdue).await? < AT_ONCE {
                return Ok(());
            }
        }
        Err(JobError::Interrupted)
    }
}

/// Deals that are in an open stage for longer than it allows; none where no stage says how long.
fn overdue(stages: &[Stage], now: DateTime<Utc>) -> Option<Condition> {
    let open = stages.iter().filter(|stage| stage.kind == StageKind::Open);
    let limits: Vec<(Uuid, i64)> = open.filter_map(|stage| Some((stage.id, stage.rot_days?))).collect();
    let in_stage = |(stage, days): &(Uuid, i64)| {
        let since = column(Column::StageEnteredAt).lte(now - TimeDelta::days(*days));
        Condition::all().add(column(Column::StageId).eq(*stage)).add(since)
    };
    (!limits.is_empty()).then(|| limits.iter().map(in_stage).fold(Condition::any(), Condition::add))
}

#[derive(FromQueryResult)]
struct Rotting {
    id: Uuid,
    stage_id: Uuid,
    stage_entered_at: DateTime<Utc>,
}

/// Tells of some of them; returns how many.
async fn step(service: &Pipeline, scope: &Scope, overdue: &Condition) -> Result<u64, Error> {
    let tx = service.db.begin(scope).await?;
    let rows = tx.query_all(&untold(scope, overdue)).await?;
    let found = |row: &QueryResult| Rotting::from_query_result(row, "");
    let rotting: Vec<Rotting> = rows.iter().map(found).collect::<Result<_, _>>()?;
    tell(&tx, scope, &rotting).await?;
    tx.commit().await?;
    Ok(rotting.len() as u64)
}

fn untold(scope: &Scope, overdue: &Condition) -> SelectStatement {
    let of_told = |column: told::Column| Expr::col((told::Entity, column));
    let mut told = Query::select();
    told.expr(Expr::val(1)).from(told::Entity).and_where(of_told(told::Column::OrgId).eq(scope.org_id.0));
    told.and_where(of_told(told::Column::DealId).eq(column(Column::Id)));
    told.and_where(of_told(told::Column::StageEnteredAt).eq(column(Column::StageEnteredAt)));
    let mut select = Query::select();
    select.columns([Column::Id, Column::StageId, Column::StageEnteredAt].map(|column| (deals::Entity, column)));
    select.from(deals::Entity).and_where(column(Column::OrgId).eq(scope.org_id.0));
    select.and_where(column(Column::DeletedAt).is_null()).cond_where(overdue.clone());
    select.and_where(Expr::exists(told).not()).order_by((deals::Entity, Column::Id), Order::Asc).limit(AT_ONCE);
    select
}

async fn tell(tx: &Tx, scope: &Scope, rotting: &[Rotting]) -> Result<(), Error> {
    let now = tx.clock().now();
    let rows = rotting.iter().map(|deal| told::ActiveModel {
        deal_id: Set(deal.id),
        org_id: Set(scope.org_id.0),
        stage_entered_at: Set(deal.stage_entered_at),
        told_at: Set(now),
    });
    db::insert_all(tx, rows.collect::<Vec<_>>()).await?;
    let event = |deal: &Rotting| {
        let days = Stage::days_in(deal.stage_entered_at, now);
        NewEvent::of(DEAL_ROTTING, DEAL, deal.id, json!(DealRotting { stage_id: deal.stage_id, days }))
    };
    Ok(events::append(tx, rotting.iter().map(event).collect::<Vec<_>>()).await?)
}
