//! Texts that are written once and sent often.

pub mod commands;
pub mod http;
pub mod template;
