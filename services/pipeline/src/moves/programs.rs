//! Moves that no person makes: a program (a campaign, a rule) names a contact and a stage, and is told what became of it.

use contracts::{
    deals::{DealMoved, DealMoves, WantedMove},
    permissions::DEALS_WRITE,
    ports::PortError,
};
use db::Tx;
use kernel::{Coded, ErrorKind, Scope};
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Order, Query},
};
use uuid::Uuid;

use super::{
    commands::finish,
    operation::{Cause, Course, Spot},
};
use crate::{
    Error, Pipeline,
    deals::{
        deal::StoredDeal,
        store::{
            self,
            entity::{Column, Entity},
        },
    },
    plan,
};

/// The contact has no open deal.
const NONE: &str = "no_open_deal";
/// The contact has several, and it was not said which.
const SEVERAL: &str = "several_deals";

#[async_trait::async_trait]
impl DealMoves for Pipeline {
    async fn move_deal_of(&self, scope: &Scope, wanted: &WantedMove) -> Result<DealMoved, PortError> {
        move_deal_of(self, scope, wanted).await.or_else(refusal)
    }
}

/// What was refused is an answer; what is broken is not.
fn refusal(error: Error) -> Result<DealMoved, PortError> {
    if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) {
        return Err(error.into());
    }
    let field = error.fields().first().map(|field| field.code.to_string());
    Ok(refused(&field.unwrap_or_else(|| error.code().to_owned())))
}

fn refused(code: &str) -> DealMoved {
    DealMoved::Refused { code: code.to_owned() }
}

async fn move_deal_of(service: &Pipeline, scope: &Scope, wanted: &WantedMove) -> Result<DealMoved, Error> {
    scope.require(DEALS_WRITE)?;
    let course = Course::parse(Cause::Rule, wanted.reason.as_deref(), wanted.lost_reason.as_deref())?;
    let course = Course { role: service.role(scope).await?, ..course };

    let tx = service.db.begin(scope).await?;
    let plan = plan::lock(&tx, scope).await?;
    let target = plan.target("stageId", wanted.stage_id)?;
    let open = store::open_of_contact(&tx, scope, wanted.contact_id).await?;
    let deal = match meant(open, target.pipeline_id, wanted.deal_id) {
        Ok(deal) => deal,
        Err(code) => {
            // What was won or lost by an earlier try is open no more.
            let there = if code == SEVERAL { None } else { find_in(&tx, scope, wanted).await? };
            return Ok(there.map_or_else(|| refused(code), |deal_id| DealMoved::Stayed { deal_id }));
        }
    };
    let deal_id = deal.id;
    if deal.place.stage_id == target.id {
        return Ok(DealMoved::Stayed { deal_id });
    }
    let deal = store::lock_many(&tx, scope, &[deal_id]).await?.pop().ok_or(Error::NotFound)?.deal;
    finish(service, scope, tx, &plan, target, deal, (&Spot::default(), &course)).await?;
    Ok(DealMoved::Moved { deal_id })
}

/// The deal that is meant, or else the newest one of the contact, where it stands in the stage already.
async fn find_in(tx: &Tx, scope: &Scope, wanted: &WantedMove) -> Result<Option<Uuid>, Error> {
    let mut select = Query::select();
    select.column((Entity, Column::Id)).from(Entity).cond_where(store::within(scope));
    select.and_where(store::column(Column::ContactId).eq(wanted.contact_id));
    select.and_where(store::column(Column::StageId).eq(wanted.stage_id));
    select.and_where(store::column(Column::DeletedAt).is_null());
    if let Some(id) = wanted.deal_id {
        select.and_where(store::column(Column::Id).eq(id));
    }
    select.order_by((Entity, Column::CreatedAt), Order::Desc).limit(1);
    let row = tx.query_one(&select).await?;
    Ok(row.map(|row| row.try_get("", "id")).transpose()?)
}

/// The deal among the open ones of a contact that is meant, or why there is none.
fn meant(mut open: Vec<StoredDeal>, pipeline: Uuid, named: Option<Uuid>) -> Result<StoredDeal, &'static str> {
    let is_in_pipeline = |deal: &StoredDeal| deal.place.pipeline_id == pipeline;
    if let Some(id) = named {
        return open.into_iter().find(|deal| deal.id == id).ok_or("reference.unknown");
    }
    if open.iter().any(is_in_pipeline) {
        open.retain(is_in_pipeline);
    }
    match (open.pop(), open.is_empty()) {
        (Some(deal), true) => Ok(deal),
        (Some(_), false) => Err(SEVERAL),
        (None, _) => Err(NONE),
    }
}
