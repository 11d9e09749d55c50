//! Pipelines: ordered stages that deals move through.

pub mod commands;
pub mod http;
pub mod queries;
pub mod store;
