//! Webhooks: which addresses are told of which events.

pub mod commands;
pub mod http;
pub mod queries;
pub mod secret;
pub mod store;
pub mod webhook;
