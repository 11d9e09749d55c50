//! What people say to each other beside a chat. The other side never sees it.

pub mod commands;
pub mod http;
pub mod mention;
pub mod store;
