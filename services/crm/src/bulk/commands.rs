//! Starting a bulk operation, following it, undoing it.

use contracts::{
    jobs::UNDO_DEALS,
    permissions::{COMPANIES_BULK, CONTACTS_BULK, DEALS_BULK},
};
use db::{Params, Tx};
use kernel::{Permission, Resource, Scope};
use uuid::Uuid;

use super::{
    assign::AssignRequest,
    batch::{self, Batch, BatchKind, BatchRecord, BatchStatus, NewBatch},
    distribute::DISTRIBUTE,
    request::{BulkAction, BulkRequest, Order, Selection, Task},
    run, undo,
};
use crate::{Crm, Error, companies, contacts, lists::Wanted, record::RecordKind};

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
        crm.check_owner(scope, Resource::Clients, owner).await?;
    }
    order_batch(crm, scope, kind, action, &order).await
}

/// Starts to give records out: to one person, to nobody, or among several.
///
/// # Errors
/// A request that makes no sense, or people whom the actor may not name, by their fields.
pub async fn assign(crm: &Crm, scope: &Scope, request: AssignRequest) -> Result<Batch, Error> {
    let kind = request.record_type;
    scope.require(kind.rights().bulk)?;
    scope.require(kind.rights().write)?;
    let order = request.parse()?;
    let (action, people): (_, &[Uuid]) = match &order.task {
        Task::Distribute(share) => (DISTRIBUTE, &share.people),
        Task::Assign(owner) => (BulkAction::Assign.as_str(), owner.as_slice()),
        _ => (BulkAction::Assign.as_str(), &[]),
    };
    crm.check_people(scope, Resource::Clients, people).await?;
    order_batch(crm, scope, kind, action, &order).await
}

async fn order_batch(
    crm: &Crm,
    scope: &Scope,
    kind: RecordKind,
    action: &'static str,
    order: &Order,
) -> Result<Batch, Error> {
    let total = size(crm, scope, kind, order).await?;
    let tx = crm.db.begin(scope).await?;
    let batch = begin(&tx, kind, action, order, total).await?;
    tx.commit().await?;
    Ok(batch)
}

/// Begins the batch of an order over so many records, and the job that does it.
pub(super) async fn begin(
    tx: &Tx,
    kind: RecordKind,
    action: &'static str,
    order: &Order,
    total: u64,
) -> Result<Batch, Error> {
    let request = serde_json::to_value(order).unwrap_or_default();
    let new = NewBatch { kind: BatchKind::Bulk, action, record_type: kind.into(), total, request };
    let batch = batch::begin(tx, new).await?;
    batches::start(tx, run::KIND, batch.id).await?;
    Ok(batch)
}

fn permission_for(kind: RecordKind, task: &Task) -> Permission {
    match task {
        Task::Delete | Task::Restore => kind.rights().delete,
        Task::Assign(_) | Task::Distribute(_) | Task::AddTags(_) | Task::RemoveTags(_) => kind.rights().write,
    }
}

/// How many records an order is about, as far as that is known quickly.
async fn size(crm: &Crm, scope: &Scope, kind: RecordKind, order: &Order) -> Result<u64, Error> {
    if let Selection::Ids(ids) = &order.selection {
        return Ok(ids.len() as u64);
    }
    let (params, trash) = (order.selection.params(), order.task.on_trash());
    let params = crm.list_params(scope, kind, &params).await?;
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
    let any = [CONTACTS_BULK, COMPANIES_BULK, DEALS_BULK].iter().find(|permission| scope.grants.allows(**permission));
    scope.require(any.copied().unwrap_or(CONTACTS_BULK))?;
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
/// [`Error::BatchRunning`], [`Error::BatchReverted`]; [`Error::UndoneByUnmerge`], [`Error::NotUndoable`] for what is undone
/// in another way.
pub async fn undo(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Batch, Error> {
    require_any_bulk(scope)?;
    let tx = crm.db.begin(scope).await?;
    let batch = batch::get(&tx, scope, id).await?;
    let (permission, job) = match batch.record_type {
        BatchRecord::Deal => (DEALS_BULK, UNDO_DEALS),
        _ => (batch::kind_of(&batch)?.rights().bulk, undo::KIND),
    };
    scope.require(permission)?;
    match batch.kind {
        BatchKind::Bulk => {}
        BatchKind::Merge => return Err(Error::UndoneByUnmerge { path: batch::kind_of(&batch)?.path() }),
        BatchKind::Import | BatchKind::Undo => return Err(Error::NotUndoable),
    }
    let undo = begin_undo(&tx, &batch).await?;
    batches::start(&tx, job, undo.id).await?;
    tx.commit().await?;
    Ok(undo)
}

/// Marks a finished batch as being reverted, and begins the batch that reverts it.
///
/// # Errors
/// [`Error::BatchRunning`], [`Error::BatchReverted`].
pub async fn begin_undo(tx: &Tx, batch: &Batch) -> Result<Batch, Error> {
    batches::begin_undo(tx, batch).await?.ok_or_else(|| refusal_of_undo(batch))
}

/// Why a batch cannot be undone as it stands.
pub(crate) fn refusal_of_undo(batch: &Batch) -> Error {
    match batch.status {
        BatchStatus::Running | BatchStatus::Reverting => Error::BatchRunning,
        _ => Error::BatchReverted,
    }
}
