//! Deliveries: what is sent to webhooks, and how that went.

pub mod commands;
pub mod delivery;
pub mod http;
pub mod queries;
pub mod sending;
pub mod store;
