//! What a person wants to hear nothing of.

pub mod commands;
pub mod http;
pub mod store;
