//! Batches as this service sees them.

pub use batches::{
    Batch, BatchKind, BatchRecord, BatchStatus, NewBatch, Progress, advance, any_finished, begin, begin_as,
    find_many as get_many, set_status, still_at, take,
};
use kernel::Scope;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{Error, record::RecordKind};

impl From<RecordKind> for BatchRecord {
    fn from(kind: RecordKind) -> Self {
        match kind {
            RecordKind::Contact => Self::Contact,
            RecordKind::Company => Self::Company,
        }
    }
}

/// The kind of record that a batch is about.
///
/// # Errors
/// A batch of another service.
pub fn kind_of(batch: &Batch) -> Result<RecordKind, Error> {
    match batch.record_type {
        BatchRecord::Contact => Ok(RecordKind::Contact),
        BatchRecord::Company => Ok(RecordKind::Company),
        BatchRecord::Deal => Err(Error::NotUndoable),
    }
}

/// The batch, if the actor may see it: agents see their own.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Batch, Error> {
    batches::find(connection, scope, id).await?.ok_or(Error::NotFound)
}
