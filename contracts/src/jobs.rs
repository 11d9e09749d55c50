//! Names of jobs that one service enqueues and another one runs.

/// Undoes a bulk operation on deals: enqueued by `crm`, which keeps the batches; run by `pipeline`.
pub const UNDO_DEALS: &str = "pipeline.undo_batch";
