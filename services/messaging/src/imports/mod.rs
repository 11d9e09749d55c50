//! History out of an export of Telegram Desktop: looked at first, then taken in as an account's history, and taken back.

pub mod commands;
pub mod export;
pub mod http;
mod read;
pub mod run;
pub mod store;
