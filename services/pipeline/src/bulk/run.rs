//! The job of a bulk operation: chunk by chunk, each in a transaction of its own that also notes how far it came. A job
//! that died goes on after the last chunk that was committed.

use std::sync::Arc;

use batches::{Batch, BatchStatus, Progress};
use contracts::events::BULK_COMPLETED;
use db::{Action, Change, Tx};
use events::NewEvent;
use jobs::{Context, JobError, Work};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Order as Direction},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::request::{Order, Task};
use crate::{
    Error, Pipeline,
    board::totals,
    deals::{
        commands::{changed, updated},
        deal::{DealFields, StoredDeal},
        list,
        store::{self, column, entity},
        trash,
    },
    moves::operation::{self, Cause, Course, Rules, Spot},
    plan,
};

/// Kind of the job.
pub const KIND: &str = "pipeline.run_bulk";

/// Deals of one transaction.
const CHUNK: usize = 200;
/// Ids read ahead of the chunks.
const READ_AHEAD: u64 = 5_000;

/// Runs bulk operations.
pub struct RunBulk(pub Arc<Pipeline>);

#[async_trait::async_trait]
impl Work for RunBulk {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let service = &self.0;
        let id = batches::named_in(&payload)?;
        let scope = context.scope.in_batch(id);
        let batch = batches::find(&service.db.reader(&scope), &scope, id).await?;
        let mut batch = batch.ok_or_else(|| JobError::Fatal("the batch is gone".to_owned()))?;
        let order: Order = batches::order(&batch)?;
        let role = service.role(&scope).await.map_err(batches::job_error)?;
        while batch.status == BatchStatus::Running {
            let ids = next_ids(service, &scope, &batch, &order).await.map_err(batches::job_error)?;
            if ids.is_empty() {
                return Ok(complete(service, &scope, &batch).await?);
            }
            for chunk in ids.chunks(CHUNK) {
                if context.cancel.is_cancelled()
                    || !step(service, &scope, &mut batch, (&order.task, role), chunk)
                        .await
                        .map_err(batches::job_error)?
                {
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

/// The next deals of the order, after those that are done.
async fn next_ids(service: &Pipeline, scope: &Scope, batch: &Batch, order: &Order) -> Result<Vec<Uuid>, Error> {
    if let Some(ids) = order.selection.named_after(batch.reached) {
        return Ok(ids);
    }
    let reader = service.db.reader(scope);
    let params = list::stored_params(service, &reader, scope, &order.selection.params()).await?;
    let mut select = totals::narrowed(&reader, scope, &params, order.task.on_trash())?;
    select.clear_selects().column((entity::Entity, entity::Column::Id));
    // Deals that came after the request are not part of it.
    select.and_where(column(entity::Column::CreatedAt).lte(batch.created_at));
    if let Some(reached) = batch.reached {
        select.and_where(column(entity::Column::Id).gt(reached));
    }
    select.order_by((entity::Entity, entity::Column::Id), Direction::Asc).limit(READ_AHEAD);
    let rows = reader.query_all(&select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// Does one chunk, and notes that it is done; `false` when another worker took the job over.
async fn step(
    service: &Pipeline,
    scope: &Scope,
    batch: &mut Batch,
    (task, role): (&Task, Option<&'static str>),
    ids: &[Uuid],
) -> Result<bool, Error> {
    let tx = service.db.begin(scope).await?;
    if !batches::still_at(&tx, scope, batch).await? {
        return Ok(false);
    }
    let conflicts = match task {
        Task::Move { stage_id, reason, lost_reason } => {
            let (reason, lost_reason) = (reason.clone(), lost_reason.clone());
            let course = Course { cause: Cause::Bulk, reason, lost_reason, role, rules: Rules::Obeyed };
            move_all(&tx, scope, *stage_id, ids, &course).await?
        }
        task => {
            let deals = held(&tx, scope, ids, task.on_trash()).await?;
            match task {
                Task::Delete => trash::put(&tx, deals, Action::Deleted).await.map(|()| 0)?,
                Task::Restore => trash::put(&tx, deals, Action::Restored).await.map(|()| 0)?,
                task => edit(&tx, deals, task).await?,
            }
        }
    };
    batches::advance(&tx, batch, Progress { done: ids.len() as u64, conflicts, reached: ids.last().copied() }).await?;
    tx.commit().await?;
    Ok(true)
}

/// Those of the deals that are within reach and stand where the task works: in the trash, or out of it.
async fn held(tx: &Tx, scope: &Scope, ids: &[Uuid], trash: bool) -> Result<Vec<StoredDeal>, Error> {
    let deals = store::lock_many(tx, scope, ids).await?.into_iter().map(|loaded| loaded.deal);
    Ok(deals.filter(|deal| deal.deleted_at.is_some() == trash).collect())
}

/// Moves deals to the top of a column in the order they have now; returns how many the stages refused.
async fn move_all(tx: &Tx, scope: &Scope, stage: Uuid, ids: &[Uuid], course: &Course) -> Result<u64, Error> {
    let plan = plan::lock(tx, scope).await?;
    let target = plan.target("stageId", stage)?;
    let mut deals = held(tx, scope, ids, false).await?;
    deals.sort_by(|a, b| (&a.place.position, a.id).cmp(&(&b.place.position, b.id)));
    Ok(operation::carry(tx, &plan, target, deals, &Spot::default(), course).await?.refused.len() as u64)
}

/// Changes fields; returns how many deals could not be changed.
async fn edit(tx: &Tx, deals: Vec<StoredDeal>, task: &Task) -> Result<u64, Error> {
    let mut conflicts = 0;
    let mut changes = Vec::new();
    for old in deals {
        let Some(fields) = edited(&old.fields, task) else {
            conflicts += 1;
            continue;
        };
        if fields != old.fields {
            let new = store::update_fields(tx, &old, fields).await?;
            changes.push(changed(&old, &new.ok_or(db::Error::Stored("a deal that is held"))?));
        }
    }
    record(tx, changes).await?;
    Ok(conflicts)
}

/// The fields after a task; `None` when there would be too many tags.
fn edited(fields: &DealFields, task: &Task) -> Option<DealFields> {
    let fields = fields.clone();
    Some(match task {
        Task::Assign(owner_id) => DealFields { owner_id: *owner_id, ..fields },
        Task::Expect(day) => DealFields { expected_close_on: *day, ..fields },
        Task::AddTags(more) => DealFields { tags: batches::retagged(&fields.tags, more, &[])?, ..fields },
        Task::RemoveTags(less) => DealFields { tags: batches::retagged(&fields.tags, &[], less)?, ..fields },
        Task::Delete | Task::Restore | Task::Move { .. } => fields,
    })
}

/// Records changes of deals, with one event for all of them.
pub(crate) async fn record(tx: &Tx, changes: Vec<Change>) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let event = updated(&changes);
    db::change_log::record(tx, changes).await?;
    Ok(events::append(tx, [event]).await?)
}

async fn complete(service: &Pipeline, scope: &Scope, batch: &Batch) -> Result<(), db::Error> {
    let tx = service.db.begin(scope).await?;
    batches::set_status(&tx, batch.id, BatchStatus::Completed).await?;
    let data = json!({ "action": batch.action, "recordType": batch.record_type, "done": batch.done });
    events::append(&tx, [NewEvent::of(BULK_COMPLETED, "batch", batch.id, data)]).await?;
    tx.commit().await
}
