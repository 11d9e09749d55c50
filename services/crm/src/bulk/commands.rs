//! Starting a bulk operation, following it, undoing it.

use contracts::permissions::{COMPANIES_BULK, CONTACTS_BULK};
use db::Params;
use jobs::NewJob;
use kernel::{Permission, Scope};
use serde_json::json;
use uuid::Uuid;

use super::{
    batch::{self, Batch, BatchKind, BatchStatus, NewBatch},
    request::{BulkRequest, Order, Selection, Task},
    run, undo,
};
use crate::{Crm, Error, companies, contacts, lists::Wanted, record::RecordKind};

/// Tries of a bulk job before it is given up.
const MAX_ATTEMPTS: i64 = 10;

/// Starts a bulk operation.
///
/// # Errors
/// A request that makes no sense, by its fields.
pub async fn start(crm: &Crm, scope: &Scope, kind: RecordKind, request: BulkRequest) -> Result<Batch, Error> {
    scope.require(kind.rights().bulk)?;
    let action = request.action.as_str();
    let order = request.parse()?;
    scope.require(permission_for(kind, &order.task))?;
    if let Task::Assign(owner) = order.task {
        crm.check_owner(scope, owner).await?;
    }
    let total = size(crm, scope, kind, &order).await?;
    let tx = crm.db.begin(scope).await?;
    let request = serde_json::to_value(&order).unwrap_or_default();
    let new = NewBatch { kind: BatchKind::Bulk, action, record_type: kind, total, request };
    let batch = batch::begin(&tx, new).await?;
    jobs::enqueue(&tx, job(run::KIND, batch.id)).await?;
    tx.commit().await?;
    Ok(batch)
}

fn job(kind: &'static str, batch: Uuid) -> NewJob {
    NewJob { kind, payload: json!({ "batch": batch }), max_attempts: MAX_ATTEMPTS }
}

fn permission_for(kind: RecordKind, task: &Task) -> Permission {
    match task {
        Task::Delete | Task::Restore => kind.rights().delete,
        Task::Assign(_) | Task::AddTags(_) | Task::RemoveTags(_) => kind.rights().write,
    }
}

/// How many records an order is about, as far as that is known quickly.
async fn size(crm: &Crm, scope: &Scope, kind: RecordKind, order: &Order) -> Result<u64, Error> {
    if let Selection::Ids(ids) = &order.selection {
        return Ok(ids.len() as u64);
    }
    let (params, trash) = (order.selection.params(), order.task.on_trash());
    Ok(wanted(crm, kind, &params, trash).total(&crm.db.reader(scope), scope).await?.count)
}

/// What is wanted of the list of a kind of record.
pub(super) fn wanted<'a>(crm: &'a Crm, kind: RecordKind, params: &'a Params, trash: bool) -> Wanted<'a> {
    match kind {
        RecordKind::Contact => contacts::queries::wanted(crm, params, trash),
        RecordKind::Company => companies::queries::wanted(crm, params, trash),
    }
}

/// Who may follow and undo batches of some kind of record.
fn require_any_bulk(scope: &Scope) -> Result<(), Error> {
    scope.require(CONTACTS_BULK).or_else(|_| scope.require(COMPANIES_BULK))?;
    Ok(())
}

/// Where a batch stands.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Batch, Error> {
    require_any_bulk(scope)?;
    batch::get(&crm.db.reader(scope), scope, id).await
}

/// Starts undoing a bulk operation; the answer is the batch of the undo.
///
/// # Errors
/// [`Error::BatchRunning`], [`Error::BatchReverted`]; [`Error::NotUndoable`] for what is undone in another way.
pub async fn undo(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Batch, Error> {
    require_any_bulk(scope)?;
    let tx = crm.db.begin(scope).await?;
    let batch = batch::get(&tx, scope, id).await?;
    scope.require(batch.record_type.rights().bulk)?;
    if batch.kind != BatchKind::Bulk {
        return Err(Error::NotUndoable);
    }
    let undo = begin_undo(&tx, &batch).await?;
    jobs::enqueue(&tx, job(undo::KIND, undo.id)).await?;
    tx.commit().await?;
    Ok(undo)
}

/// Marks a finished batch as being reverted, and begins the batch that reverts it.
///
/// # Errors
/// [`Error::BatchRunning`], [`Error::BatchReverted`].
pub async fn begin_undo(tx: &db::Tx, batch: &Batch) -> Result<Batch, Error> {
    if !batch::take(tx, batch.id, &[BatchStatus::Completed, BatchStatus::Failed], BatchStatus::Reverting).await? {
        let running = matches!(batch.status, BatchStatus::Running | BatchStatus::Reverting);
        return Err(if running { Error::BatchRunning } else { Error::BatchReverted });
    }
    let new = NewBatch {
        kind: BatchKind::Undo,
        action: "undo",
        record_type: batch.record_type,
        total: u64::try_from(batch.done).unwrap_or_default(),
        request: json!({ "undoes": batch.id }),
    };
    batch::begin(tx, new).await
}
