//! Notes on contacts and companies.

pub mod commands;
pub mod http;
pub mod queries;
pub mod store;
