//! The job of a bulk operation: chunk by chunk, each in a transaction of its own that also notes how far it came. A job
//! that died goes on after the last chunk that was committed.

use std::sync::Arc;

use contracts::events::BULK_COMPLETED;
use db::{Action, Change, Tx};
use events::NewEvent;
use jobs::{Context, JobError, Work};
use kernel::Scope;
use sea_orm::{ConnectionTrait, Order as Direction, sea_query::ExprTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    batch::{self, Batch, BatchStatus, Progress},
    commands::wanted,
    distribute,
    request::{Order, Task, retagged},
};
use crate::{
    Crm, Error, companies, contacts,
    record::{Column, RecordKind, updated},
    trash,
};

/// Kind of the job.
pub const KIND: &str = "crm.run_bulk";

/// Records of one transaction.
const CHUNK: usize = 200;
/// Ids read ahead of the chunks: a search is answered once per so many.
const READ_AHEAD: u64 = 5_000;

/// Runs bulk operations.
pub struct RunBulk(pub Arc<Crm>);

#[async_trait::async_trait]
impl Work for RunBulk {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let crm = &self.0;
        let id = batches::named_in(&payload)?;
        let scope = context.scope.in_batch(id);
        let mut batch = batch::get(&crm.db.reader(&scope), &scope, id).await?;
        let order: Order = batches::order(&batch)?;
        while batch.status == BatchStatus::Running {
            let ids = next_ids(crm, &scope, &batch, &order).await.map_err(batches::job_error)?;
            if ids.is_empty() {
                return complete(crm, &scope, &batch).await.map_err(batches::job_error);
            }
            for chunk in ids.chunks(CHUNK) {
                if context.cancel.is_cancelled() {
                    return Err(JobError::Interrupted);
                }
                if !step(crm, &scope, &mut batch, &order.task, chunk).await.map_err(batches::job_error)? {
                    // Another worker took the job over while this one was away.
                    return Err(JobError::Interrupted);
                }
            }
        }
        Ok(())
    }

    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        batches::fail(&self.0.db, &context.scope, &payload).await;
    }
}

/// The next records of the order, after those that are done.
async fn next_ids(crm: &Crm, scope: &Scope, batch: &Batch, order: &Order) -> Result<Vec<Uuid>, Error> {
    let kind = batch::kind_of(batch)?;
    if let Some(ids) = order.selection.named_after(batch.reached) {
        return Ok(ids);
    }
    let params = crm.list_params(scope, kind, &order.selection.params()).await?;
    let reader = crm.db.reader(scope);
    let mut select = wanted(crm, kind, &params, order.task.on_trash()).narrowed(&reader, scope)?;
    select.clear_selects().column((kind.table(), Column::Id));
    // Records that came after the request are not part of it.
    select.and_where(kind.column(Column::CreatedAt).lte(batch.created_at));
    if let Some(reached) = batch.reached {
        select.and_where(kind.column(Column::Id).gt(reached));
    }
    select.order_by((kind.table(), Column::Id), Direction::Asc).limit(READ_AHEAD);
    let rows = reader.query_all(&select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// Does one chunk, and notes that it is done; `false` when the batch is no longer where this job left it.
async fn step(crm: &Crm, scope: &Scope, batch: &mut Batch, task: &Task, ids: &[Uuid]) -> Result<bool, Error> {
    let tx = crm.db.begin(scope).await?;
    if !batch::still_at(&tx, scope, batch).await? {
        return Ok(false);
    }
    let kind = batch::kind_of(batch)?;
    let conflicts = match task {
        Task::Distribute(share) => distribute::chunk(&tx, scope, batch, share, ids).await?,
        Task::Delete => move_to(&tx, scope, kind, ids, true).await?,
        Task::Restore => move_to(&tx, scope, kind, ids, false).await?,
        task => edit(&tx, scope, kind, ids, task).await?,
    };
    let progress = Progress { done: ids.len() as u64, conflicts, reached: ids.last().copied() };
    batch::advance(&tx, batch, progress).await?;
    tx.commit().await?;
    Ok(true)
}

async fn move_to(tx: &Tx, scope: &Scope, kind: RecordKind, ids: &[Uuid], trash: bool) -> Result<u64, Error> {
    let states = trash::states_of(tx, scope, kind, ids).await?;
    let (deleted_at, action) = if trash { (Some(tx.clock().now()), Action::Deleted) } else { (None, Action::Restored) };
    trash::move_many(tx, kind, &states, deleted_at, action).await?;
    Ok(0)
}

/// Changes owner or tags; returns how many records could not be changed.
async fn edit(tx: &Tx, scope: &Scope, kind: RecordKind, ids: &[Uuid], task: &Task) -> Result<u64, Error> {
    let mut conflicts = 0;
    let mut apply = |_, owner: &mut Option<Uuid>, tags: &mut Vec<String>| match (task, retagged(tags, task)) {
        (Task::Assign(to), _) => *owner = *to,
        (_, Some(after)) => *tags = after,
        (_, None) => conflicts += 1,
    };
    apply_to(tx, scope, kind, ids, &mut apply).await?;
    Ok(conflicts)
}

/// What an edit makes of the owner and the tags of a record.
pub(super) type Apply<'a> = &'a mut (dyn FnMut(Uuid, &mut Option<Uuid>, &mut Vec<String>) + Send);

/// Applies an edit of owner and tags to those of the records that are out of the trash and within reach, and records it.
pub(super) async fn apply_to(
    tx: &Tx,
    scope: &Scope,
    kind: RecordKind,
    ids: &[Uuid],
    apply: Apply<'_>,
) -> Result<(), Error> {
    let changes = match kind {
        RecordKind::Contact => contacts::many::edit(tx, scope, ids, apply).await?,
        RecordKind::Company => companies::many::edit(tx, scope, ids, apply).await?,
    };
    record(tx, kind, changes).await
}

/// Records changes of one kind of record, with one event for all of them.
pub(crate) async fn record(tx: &Tx, kind: RecordKind, changes: Vec<Change>) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let event = updated(kind, &changes);
    db::change_log::record(tx, changes).await?;
    Ok(events::append(tx, [event]).await?)
}

async fn complete(crm: &Crm, scope: &Scope, batch: &Batch) -> Result<(), Error> {
    let tx = crm.db.begin(scope).await?;
    batch::set_status(&tx, batch.id, BatchStatus::Completed).await?;
    let data = json!({ "action": batch.action, "recordType": batch.record_type, "done": batch.done });
    events::append(&tx, [NewEvent::of(BULK_COMPLETED, "batch", batch.id, data)]).await?;
    Ok(tx.commit().await?)
}
