//! What a run needs to know of its rows: how they are read, off the runtime, and how a chunk of them is stored. Those of
//! contacts and companies are here; deals, which another service keeps, in `deals`.

use std::marker::PhantomData;

use db::Tx;
use exchange::import::Plan;
use kernel::{Fields, Scope};

use super::{
    chunk::{self, Outcome},
    finder::Ground,
    mapping::Values,
    subject::{self, Subject},
};
use crate::Error;

/// What became of the rows of a chunk.
#[derive(Debug, Default)]
pub struct Stored {
    pub outcome: Outcome,
    /// Rows that were not stored, by their index among those given.
    pub refused: Vec<(usize, Fields)>,
}

/// The rows of an import.
#[async_trait::async_trait]
pub trait Rows: Send + Sync + 'static {
    type Row: Send + 'static;
    /// Whether storing may refuse a row that was read.
    const MAY_REFUSE: bool;
    /// Tables that grow.
    const GROWING: &'static [&'static str];

    /// Reads a row.
    fn read(values: &Values<'_>, ground: &Ground) -> Result<Self::Row, Fields>;

    /// Stores a chunk.
    async fn store(&self, tx: &Tx, scope: &Scope, plan: &Plan, rows: Vec<Self::Row>) -> Result<Stored, Error>;
}

/// Rows of this service's own records.
pub struct Own<S>(pub PhantomData<S>);

#[async_trait::async_trait]
impl<S: Subject> Rows for Own<S> {
    type Row = subject::Row<S::Fields>;
    const MAY_REFUSE: bool = false;
    const GROWING: &'static [&'static str] = &["contacts", "companies", "record_identities", "change_log"];

    fn read(values: &Values<'_>, ground: &Ground) -> Result<Self::Row, Fields> {
        Ok(subject::Row::of::<S>(S::draft(values, ground)?))
    }

    async fn store(&self, tx: &Tx, scope: &Scope, plan: &Plan, rows: Vec<Self::Row>) -> Result<Stored, Error> {
        Ok(Stored { outcome: chunk::store::<S>(tx, scope, plan, rows).await?, refused: Vec::new() })
    }
}
