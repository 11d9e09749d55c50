//! The board: the columns of a pipeline with their first cards, and the sums of what stands in them; and
//! the forecast.

pub mod forecast;
pub mod http;
pub mod queries;
pub mod totals;
