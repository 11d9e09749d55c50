//! Deals: what is sold, to whom, and where it stands.

pub mod children;
pub mod commands;
pub mod deal;
pub mod http;
pub mod list;
pub mod queries;
pub mod store;
pub mod trash;
