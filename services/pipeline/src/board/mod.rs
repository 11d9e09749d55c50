//! The board: the columns of a pipeline with their first cards, and the sums of what stands in them.

pub mod http;
pub mod queries;
pub mod totals;
