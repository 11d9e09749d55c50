//! The chats whose messages are stored, and reading in their history.

pub mod commands;
pub mod history;
pub mod http;
pub mod queries;
pub mod store;
