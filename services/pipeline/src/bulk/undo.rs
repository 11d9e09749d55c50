//! The job that undoes a bulk operation on deals, step by step out of the change log, newest change first. Deals get back
//! the values they had, their place included; what somebody changed since is left alone and counts as a conflict.

use std::{collections::HashMap, sync::Arc};

use batches::{Batch, BatchStatus, Deed, Progress};
use contracts::{events::BULK_UNDONE, jobs::UNDO_DEALS};
use db::{Tx, change_log};
use events::NewEvent;
use jobs::{Context, JobError, Work};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::run::record;
use crate::{
    Error, Pipeline,
    deals::{commands::KIND as DEAL, deal::StoredDeal, store},
    moves::operation,
    plan,
};

/// Changes read in one step.
const CHUNK: u64 = 200;

/// Undoes bulk operations on deals.
pub struct UndoBulk(pub Arc<Pipeline>);

#[async_trait::async_trait]
impl Work for UndoBulk {
    fn kind(&self) -> &'static str {
        UNDO_DEALS
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let service = &self.0;
        let id = batches::named_in(&payload)?;
        let scope = context.scope.in_batch(id);
        let undo = batches::find(&service.db.reader(&scope), &scope, id).await?;
        let mut undo = undo.ok_or_else(|| JobError::Fatal("the batch is gone".to_owned()))?;
        let undone = batches::undone_by(&undo)?;
        while undo.status == BatchStatus::Running {
            if context.cancel.is_cancelled()
                || !step(service, &scope, &mut undo, undone).await.map_err(batches::job_error)?
            {
                return Err(JobError::Interrupted);
            }
        }
        Ok(())
    }

    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        batches::fail(&self.0.db, &context.scope, &payload).await;
        batches::give_back(&self.0.db, &context.scope, &payload).await;
    }
}

/// Takes the next changes back; `false` when another worker took the job over.
async fn step(service: &Pipeline, scope: &Scope, undo: &mut Batch, undone: Uuid) -> Result<bool, Error> {
    let tx = service.db.begin(scope).await?;
    if !batches::still_at(&tx, scope, undo).await? {
        return Ok(false);
    }
    let entries = change_log::of_batch_backwards(&tx, scope, undone, undo.reached, CHUNK).await?;
    let Some(oldest) = entries.last() else {
        finish(&tx, undo, undone).await?;
        tx.commit().await?;
        undo.status = BatchStatus::Completed;
        return Ok(true);
    };
    let deeds = batches::deeds(&tx, scope, undone, DEAL, &entries).await?;
    let (done, conflicts) = put_back(&tx, scope, deeds).await?;
    batches::advance(&tx, undo, Progress { done, conflicts, reached: Some(oldest.id) }).await?;
    tx.commit().await?;
    Ok(true)
}

/// Gives deals back what they had before a batch; how many, and how many were left alone.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn put_back(tx: &Tx, scope: &Scope, mut deeds: HashMap<Uuid, Deed>) -> Result<(u64, u64), Error> {
    let wanted = deeds.len() as u64;
    let plan = plan::lock(tx, scope).await?;
    let ids: Vec<Uuid> = deeds.keys().copied().collect();
    let mut changes = Vec::new();
    for old in store::lock_many(tx, scope, &ids).await? {
        let old = old.deal;
        let Some(deed) = deeds.remove(&old.id).filter(|deed| deed.earlier.version == old.version) else { continue };
        let earlier = StoredDeal::overlaid(&old, deed.earlier)?;
        // A stage that is gone by now takes nothing back.
        if plan.stage(earlier.place.stage_id).is_none() {
            continue;
        }
        changes.push(operation::put_back(tx, &old, earlier).await?);
    }
    let done = changes.len() as u64;
    record(tx, changes).await?;
    Ok((done, wanted - done))
}

async fn finish(tx: &Tx, undo: &Batch, undone: Uuid) -> Result<(), Error> {
    batches::set_status(tx, undo.id, BatchStatus::Completed).await?;
    batches::set_status(tx, undone, BatchStatus::Reverted).await?;
    let data =
        json!({ "undo": undo.id, "recordType": undo.record_type, "done": undo.done, "conflicts": undo.conflicts });
    Ok(events::append(tx, [NewEvent::of(BULK_UNDONE, "batch", undone, data)]).await?)
}
