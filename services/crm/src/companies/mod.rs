//! Companies: who contacts work for.

pub mod commands;
pub mod company;
pub mod http;
pub mod list;
pub mod many;
pub mod queries;
pub mod store;
