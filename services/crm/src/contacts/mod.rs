//! Contacts: people to work with.

pub mod commands;
pub mod contact;
pub mod http;
pub mod list;
pub mod many;
pub mod merged;
pub mod queries;
pub mod store;
