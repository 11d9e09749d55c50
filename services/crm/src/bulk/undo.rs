//! The job that undoes a bulk operation, step by step, each in a transaction of its own that also notes how far it came.

use std::sync::Arc;

use contracts::events::BULK_UNDONE;
use db::Tx;
use events::NewEvent;
use jobs::{Context, JobError, Work};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    batch::{self, Batch, BatchStatus, Progress},
    revert,
};
use crate::{Crm, Error};

/// Kind of the job.
pub const KIND: &str = "crm.undo_batch";

/// Undoes bulk operations.
pub struct UndoBatch(pub Arc<Crm>);

#[async_trait::async_trait]
impl Work for UndoBatch {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let crm = &self.0;
        let id = batches::named_in(&payload)?;
        let scope = context.scope.in_batch(id);
        let mut undo = batch::get(&crm.db.reader(&scope), &scope, id).await.map_err(batches::job_error)?;
        let undone = batches::undone_by(&undo)?;
        while undo.status == BatchStatus::Running {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            match step(crm, &scope, &mut undo, undone).await.map_err(batches::job_error)? {
                Outcome::Overtaken => return Err(JobError::Interrupted),
                Outcome::Finished => return Ok(()),
                Outcome::GoOn => {}
            }
        }
        Ok(())
    }

    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        batches::fail(&self.0.db, &context.scope, &payload).await;
        batches::give_back(&self.0.db, &context.scope, &payload).await;
    }
}

enum Outcome {
    GoOn,
    Finished,
    /// Another worker took the job over while this one was away.
    Overtaken,
}

async fn step(crm: &Crm, scope: &Scope, undo: &mut Batch, undone: Uuid) -> Result<Outcome, Error> {
    let tx = crm.db.begin(scope).await?;
    if !batch::still_at(&tx, scope, undo).await? {
        return Ok(Outcome::Overtaken);
    }
    let revert::Step { next, reverted, conflicts } = revert::step(crm, &tx, undone, undo.reached).await?;
    if next.is_none() {
        finish(&tx, undo, undone).await?;
        tx.commit().await?;
        return Ok(Outcome::Finished);
    }
    batch::advance(&tx, undo, Progress { done: reverted, conflicts, reached: next }).await?;
    tx.commit().await?;
    Ok(Outcome::GoOn)
}

async fn finish(tx: &Tx, undo: &Batch, undone: Uuid) -> Result<(), Error> {
    batch::set_status(tx, undo.id, BatchStatus::Completed).await?;
    batch::set_status(tx, undone, BatchStatus::Reverted).await?;
    crate::imports::reverted(tx, undone, undo.conflicts).await?;
    let data =
        json!({ "undo": undo.id, "recordType": undo.record_type, "done": undo.done, "conflicts": undo.conflicts });
    Ok(events::append(tx, [NewEvent::of(BULK_UNDONE, "batch", undone, data)]).await?)
}
