//! Saved views of the lists of contacts, companies and deals: one's own, and those that are shared.

pub mod commands;
pub mod http;
pub mod queries;
pub mod store;
pub mod view;
