//! What other services may ask about deals.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::ports::{Deals, MoveCause, PortError, StageName};
use db::Db;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, DbErr, DeriveIden, JoinType, QueryResult,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    Error,
    deals::store::{self as deals, entity::Column},
    pipelines::store::entity as pipeline,
    stages::store::entity as stage,
    unique,
};

/// The history of moves, as far as it is read here.
#[derive(DeriveIden)]
enum StageHistory {
    Table,
    OrgId,
    DealId,
    MovedAt,
    AutoMoved,
    Cause,
    Reason,
    SecondsInFrom,
}

/// Answers from the tables alone: it is there before the service is, which asks those who ask it.
pub struct DealDirectory {
    db: Db,
}

impl DealDirectory {
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db }
    }
}

/// Deals within reach, in the trash or not.
fn select(scope: &Scope, columns: &[Column]) -> SelectStatement {
    let mut select = Query::select();
    let columns = columns.iter().map(|column| (deals::entity::Entity, *column));
    select.columns(columns).from(deals::entity::Entity).cond_where(deals::within(scope));
    select
}

#[async_trait::async_trait]
impl Deals for DealDirectory {
    async fn titles(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, PortError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = select(scope, &[Column::Id, Column::Title]);
        select.and_where(deals::column(Column::Id).is_in(ids.iter().copied()));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        let titles = rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "title")?)));
        Ok(titles.collect::<Result<_, DbErr>>()?)
    }

    async fn stages(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, StageName>, PortError> {
        let ids = unique(ids.iter().copied());
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let of = |column: stage::Column| Expr::col((stage::Entity, column));
        let mut select = Query::select();
        select.from(stage::Entity).and_where(of(stage::Column::OrgId).eq(scope.org_id.0));
        select.columns([stage::Column::Id, stage::Column::Name, stage::Column::Color].map(|c| (stage::Entity, c)));
        select.column((stage::Entity, stage::Column::PipelineId));
        let name = Expr::col((pipeline::Entity, pipeline::Column::Name));
        select.expr_as(name, Alias::new("pipeline"));
        let same_id = of(stage::Column::PipelineId).equals((pipeline::Entity, pipeline::Column::Id));
        let same_org = of(stage::Column::OrgId).equals((pipeline::Entity, pipeline::Column::OrgId));
        select.join(JoinType::InnerJoin, pipeline::Entity, same_id.and(same_org));
        select.and_where(of(stage::Column::Id).is_in(ids));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        Ok(rows.iter().map(named_stage).collect::<Result<_, DbErr>>()?)
    }

    async fn moves(
        &self,
        scope: &Scope,
        entered: &[(Uuid, DateTime<Utc>)],
    ) -> Result<HashMap<(Uuid, DateTime<Utc>), MoveCause>, PortError> {
        if entered.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = Query::select();
        select.from(StageHistory::Table).and_where(Expr::col(StageHistory::OrgId).eq(scope.org_id.0));
        select.columns([StageHistory::DealId, StageHistory::MovedAt, StageHistory::AutoMoved, StageHistory::Cause]);
        select.columns([StageHistory::Reason, StageHistory::SecondsInFrom]);
        // One of the deals at one of the instants: what was not asked for is not found in the answer.
        select.and_where(Expr::col(StageHistory::DealId).is_in(unique(entered.iter().map(|(deal, _)| *deal))));
        select.and_where(Expr::col(StageHistory::MovedAt).is_in(entered.iter().map(|(_, at)| *at)));
        let rows = self.db.reader(scope).query_all(&select).await.map_err(Error::from)?;
        Ok(rows.iter().map(move_cause).collect::<Result<_, DbErr>>()?)
    }
}

fn named_stage(row: &QueryResult) -> Result<(Uuid, StageName), DbErr> {
    let stage = StageName {
        name: row.try_get("", "name")?,
        color: row.try_get("", "color")?,
        pipeline_id: row.try_get("", "pipeline_id")?,
        pipeline: row.try_get("", "pipeline")?,
    };
    Ok((row.try_get("", "id")?, stage))
}

fn move_cause(row: &QueryResult) -> Result<((Uuid, DateTime<Utc>), MoveCause), DbErr> {
    let cause = MoveCause {
        cause: row.try_get("", "cause")?,
        auto: row.try_get("", "auto_moved")?,
        reason: row.try_get("", "reason")?,
        seconds_in_from: row.try_get("", "seconds_in_from")?,
    };
    Ok(((row.try_get("", "deal_id")?, row.try_get("", "moved_at")?), cause))
}
