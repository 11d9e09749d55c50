//! Campaigns as records: kept, listed, changed, started and ended. What they are is in `crate::campaign`.

pub mod commands;
pub mod http;
pub mod lifecycle;
pub mod queries;
pub mod steps;
pub mod store;
pub mod view;
