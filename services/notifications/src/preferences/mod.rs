//! How a person wants to be told, and when.

mod commands;
pub mod http;
pub mod store;
pub mod times;

pub(crate) use commands::keep;
