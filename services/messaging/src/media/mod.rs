//! Files of messages.

mod commands;
pub mod files;
pub mod http;
mod range;
pub mod remote;
mod sniff;
pub mod uploads;
