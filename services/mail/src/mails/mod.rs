//! Mails: queued, sent, looked at.

pub mod http;
pub mod mail;
mod queries;
mod queueing;
pub(crate) mod sending;
pub(crate) mod store;
