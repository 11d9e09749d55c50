//! Batches: changes that are made by a job, followed and undone together. What the changes are is the business of the
//! services; here is where a batch stands, which records it is about, and what its jobs have in common.

mod batch;
mod children;
mod deed;
mod job;
mod selection;

pub use batch::{
    Batch, BatchKind, BatchRecord, BatchStatus, NewBatch, Progress, advance, any_finished, begin, begin_as, find,
    find_many, set_status, still_at, take,
};
pub use children::{Children, Left, Merge, PortError, PutBack};
pub use deed::{Deed, Earlier, all_deeds, deeds};
pub use job::{begin_undo, begin_undo_as, fail, give_back, job_error, named_in, order, start, undone_by};
pub use selection::{Chosen, Selection, retagged};

use db::Migration;

/// Runs behind those of `crm`, whose first one made the table.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "batches_0001_batches", sql: include_str!("../migrations/0001_batches.sql") }];
