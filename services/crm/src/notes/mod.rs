//! Notes on contacts, companies and deals.

pub mod about;
pub mod commands;
pub mod http;
pub mod note;
pub mod queries;
pub mod store;
