//! Notes on contacts and companies.

pub mod store;
