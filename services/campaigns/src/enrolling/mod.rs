//! How contacts come into campaigns: by their audience, or by hand.

pub mod commands;
pub mod http;
pub mod job;
pub mod queries;
pub mod store;
