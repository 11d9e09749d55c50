//! What the jobs of batches have in common: starting them, finding the batch they are about, and what becomes of it when
//! a job is given up.

use db::{Db, Error, Tx};
use jobs::{JobError, NewJob};
use kernel::{Coded, ErrorKind, Scope};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Batch, BatchKind, BatchStatus, NewBatch, begin_as, find, set_status, take};

/// Tries of a job before it is given up.
const MAX_ATTEMPTS: i64 = 10;

/// Puts the job of a batch into the queue.
///
/// # Errors
/// When the database refuses.
pub async fn start(tx: &Tx, kind: &'static str, batch: Uuid) -> Result<(), Error> {
    jobs::enqueue(tx, NewJob { kind, payload: json!({ "batch": batch }), max_attempts: MAX_ATTEMPTS }).await?;
    Ok(())
}

/// The batch a job is about.
///
/// # Errors
/// A job that names none.
pub fn named_in(payload: &Value) -> Result<Uuid, JobError> {
    let id = payload["batch"].as_str().and_then(|text| text.parse().ok());
    id.ok_or_else(|| JobError::Fatal("the job names no batch".to_owned()))
}

/// What a batch was asked to do.
///
/// # Errors
/// A request that cannot be read back.
pub fn order<T: DeserializeOwned>(batch: &Batch) -> Result<T, JobError> {
    serde_json::from_value(batch.request.clone()).map_err(|error| JobError::Fatal(error.to_string()))
}

/// A refusal will be one again; anything else may pass.
pub fn job_error(error: impl Coded) -> JobError {
    match error.kind() {
        ErrorKind::Internal | ErrorKind::Unavailable => error.into(),
        _ => JobError::Fatal(error.to_string()),
    }
}

/// Marks a batch as failed once its job is given up.
pub async fn fail(db: &Db, scope: &Scope, payload: &Value) {
    let outcome = async {
        let id = named_in(payload)?;
        let tx = db.begin(scope).await?;
        set_status(&tx, id, BatchStatus::Failed).await?;
        Ok::<_, JobError>(tx.commit().await?)
    };
    if let Err(error) = outcome.await {
        tracing::error!(%error, "a failed batch could not be marked");
    }
}

/// Marks a finished batch as being reverted, and begins the batch that reverts it; `None` when it is not finished, or was
/// reverted before.
///
/// # Errors
/// When the database refuses.
pub async fn begin_undo(tx: &Tx, batch: &Batch) -> Result<Option<Batch>, Error> {
    begin_undo_as(tx, tx.clock().new_id(), batch).await
}

/// As [`begin_undo`], with an id that is known before.
///
/// # Errors
/// When the database refuses.
pub async fn begin_undo_as(tx: &Tx, id: Uuid, batch: &Batch) -> Result<Option<Batch>, Error> {
    if !take(tx, batch.id, &[BatchStatus::Completed, BatchStatus::Failed], BatchStatus::Reverting).await? {
        return Ok(None);
    }
    let new = NewBatch {
        kind: BatchKind::Undo,
        action: "undo",
        record_type: batch.record_type,
        total: u64::try_from(batch.done).unwrap_or_default(),
        request: json!({ "undoes": batch.id }),
    };
    Ok(Some(begin_as(tx, id, new).await?))
}

/// The batch that an undo takes back.
///
/// # Errors
/// An undo that names none.
pub fn undone_by(undo: &Batch) -> Result<Uuid, JobError> {
    let id = undo.request["undoes"].as_str().and_then(|text| text.parse().ok());
    id.ok_or_else(|| JobError::Fatal("the undo names no batch".to_owned()))
}

/// Once an undo is given up, it may be tried once more: what was taken back by then counts as a conflict.
pub async fn give_back(db: &Db, scope: &Scope, payload: &Value) {
    let outcome = async {
        let tx = db.begin(scope).await?;
        let Some(undo) = find(&tx, scope, named_in(payload)?).await? else { return Ok(()) };
        take(&tx, undone_by(&undo)?, &[BatchStatus::Reverting], BatchStatus::Completed).await?;
        Ok::<_, JobError>(tx.commit().await?)
    };
    if let Err(error) = outcome.await {
        tracing::error!(%error, "a batch whose undo failed could not be marked");
    }
}
