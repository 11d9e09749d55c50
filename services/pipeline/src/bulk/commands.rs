//! Starting a bulk operation. Following and undoing it is the same for all batches, and the business of `crm`.

use batches::{Batch, BatchKind, BatchRecord, NewBatch, Selection};
use contracts::permissions::{DEALS_BULK, DEALS_DELETE, DEALS_WRITE};
use db::Tx;
use kernel::Scope;

use super::{
    request::{DealBulkRequest, Order, Task},
    run,
};
use crate::{
    Error, Pipeline,
    deals::list::{self, DEALS},
    plan,
    stages::stage::StageKind,
};

/// Starts a bulk operation.
///
/// # Errors
/// A request that makes no sense, by its fields.
pub async fn start(service: &Pipeline, scope: &Scope, request: DealBulkRequest) -> Result<Batch, Error> {
    scope.require(DEALS_BULK)?;
    let action = request.action.as_str();
    let order = request.parse()?;
    scope.require(match order.task {
        Task::Delete | Task::Restore => DEALS_DELETE,
        _ => DEALS_WRITE,
    })?;
    check(service, scope, &order.task).await?;
    let total = size(service, scope, &order).await?;
    let tx = service.db.begin(scope).await?;
    let batch = begin(&tx, action, &order, total).await?;
    tx.commit().await?;
    Ok(batch)
}

/// Begins the batch of an order over so many deals, and the job that does it.
pub(super) async fn begin(tx: &Tx, action: &'static str, order: &Order, total: u64) -> Result<Batch, Error> {
    let request = serde_json::to_value(order).unwrap_or_default();
    let new = NewBatch { kind: BatchKind::Bulk, action, record_type: BatchRecord::Deal, total, request };
    let batch = batches::begin(tx, new).await?;
    batches::start(tx, run::KIND, batch.id).await?;
    Ok(batch)
}

/// Refuses at once what every single deal would be refused for.
async fn check(service: &Pipeline, scope: &Scope, task: &Task) -> Result<(), Error> {
    match task {
        Task::Assign(owner) => service.check_owner(scope, *owner).await,
        Task::Move { stage_id, lost_reason, .. } => {
            let plan = plan::load(&service.db.reader(scope), scope).await?;
            let target = plan.target("stageId", *stage_id)?;
            if target.kind == StageKind::Lost && lost_reason.is_none() {
                return Err(Error::field("lostReason", "field.required"));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// How many deals an order is about, as far as that is known quickly.
async fn size(service: &Pipeline, scope: &Scope, order: &Order) -> Result<u64, Error> {
    if let Selection::Ids(ids) = &order.selection {
        return Ok(ids.len() as u64);
    }
    let reader = service.db.reader(scope);
    let params = list::stored_params(service, &reader, scope, &order.selection.params()).await?;
    let rows = list::rows(&reader, scope, &params, order.task.on_trash());
    Ok(DEALS.total(&reader, rows, &params, scope.user_id().map(Into::into)).await?.count)
}
