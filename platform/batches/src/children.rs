//! The port by which rows of one service follow records of another that are merged, in the transaction that merges them,
//! and go back when the merge is taken apart. Implemented by who keeps the rows, wired in `server`.

use std::collections::HashMap;

use db::Tx;
use uuid::Uuid;

use crate::{BatchRecord, Deed};

/// A port that could not answer.
pub type PortError = Box<dyn std::error::Error + Send + Sync>;

/// Records that become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// What kind of record they are.
    pub record: BatchRecord,
    pub into: Uuid,
    pub from: Vec<Uuid>,
}

/// A row that was left as it is, because somebody changed it since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    pub id: Uuid,
    /// None for one that is gone.
    pub name: Option<String>,
}

/// What became of the rows that were to go back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PutBack {
    /// How many went back.
    pub done: u64,
    pub left: Vec<Left>,
}

/// Rows that hang on contacts or companies. The records themselves are locked before any of these is called; rows are
/// locked in the order of their ids. Each change stands in the change log, under the transaction's batch, and is told.
#[async_trait::async_trait]
pub trait Children: Send + Sync {
    /// The word of these rows in the change log.
    fn kind(&self) -> BatchRecord;

    /// Hangs what hangs on the merged records on the one they become, whoever's it is; gives the number of rows.
    async fn follow(&self, tx: &Tx, merge: &Merge) -> Result<u64, PortError>;

    /// Gives rows what they had before a merge, as far as they stand at the version that it left them at.
    async fn put_back(&self, tx: &Tx, deeds: HashMap<Uuid, Deed>) -> Result<PutBack, PortError>;
}
