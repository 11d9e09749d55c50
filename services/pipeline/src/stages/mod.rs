//! Stages of pipelines.

pub mod commands;
pub mod http;
pub mod stage;
pub mod store;
