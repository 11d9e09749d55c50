//! History out of an export of Telegram Desktop: looked at first, then taken in as an account's history, and taken back.

mod archive;
mod commands;
pub mod export;
mod files;
pub mod http;
pub mod queries;
mod read;
pub mod run;
pub mod store;
