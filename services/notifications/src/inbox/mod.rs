//! What a person was told.

pub mod commands;
pub mod http;
pub mod queries;
pub mod store;
pub mod wake;
pub mod words;
