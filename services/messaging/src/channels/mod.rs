//! Inbound channels: other programs bring messages by webhooks, signed as Standard Webhooks has it.

pub mod commands;
pub mod http;
pub mod inbound;
pub mod signature;
