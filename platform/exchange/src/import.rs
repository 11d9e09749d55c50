//! The port by which the rows of an import get to the service whose records they become: read and mapped by who imports,
//! judged and stored by who keeps the records, in the importer's transaction. Wired in `server`.

use std::collections::HashSet;

use db::{Tx, change_log::Entry};
use fields::RecordType;
use kernel::{Fields, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A port that could not answer.
pub type PortError = Box<dyn std::error::Error + Send + Sync>;

/// What happens to a row whose record is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DuplicatePolicy {
    /// The record stays as it is.
    Skip,
    /// What the row knows is added to the record.
    Update,
    /// A second record is created.
    Create,
}

/// What was chosen for a whole import.
#[derive(Clone, Debug)]
pub struct Plan {
    pub import_id: Uuid,
    pub policy: DuplicatePolicy,
    pub default_tags: Vec<String>,
    /// Owner of records that are created, unless the row names one.
    pub owner_id: Option<Uuid>,
}

/// What became of a row.
#[derive(Debug, PartialEq)]
pub enum Fate {
    Created,
    Updated,
    Skipped,
    /// Why; nothing of the row was stored.
    Refused(Fields),
}

/// Keeps records that are imported as rows of the kind `R`.
#[async_trait::async_trait]
pub trait Keeper<R>: Send + Sync {
    /// Looks up what stays the same for a whole import, before its first transaction.
    async fn open(&self, scope: &Scope, plan: &Plan) -> Result<Box<dyn Intake<R>>, PortError>;

    /// Takes back what a batch did to records, as far as these entries are the latest it made of each: what it changed
    /// gets its earlier values, what it created goes.
    async fn take_back(&self, tx: &Tx, batch: Uuid, entries: &[Entry]) -> Result<TakenBack, PortError>;

    /// Those of the records, which another service keeps, that are named by what stays when the batch is taken back.
    async fn named(&self, tx: &Tx, batch: Uuid, of: RecordType, ids: &[Uuid]) -> Result<HashSet<Uuid>, PortError>;
}

/// Takes the rows of one import.
#[async_trait::async_trait]
pub trait Intake<R>: Send + Sync {
    /// Stores rows with their change log and events; gives what became of each, in their order.
    async fn store(&self, tx: &Tx, rows: Vec<R>) -> Result<Vec<Fate>, PortError>;
}

/// How many records were taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenBack {
    pub reverted: u64,
    /// Left alone because somebody changed them since.
    pub conflicts: u64,
}
