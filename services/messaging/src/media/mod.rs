//! Files of messages.

mod commands;
pub mod files;
pub mod held;
pub mod http;
mod range;
pub mod remote;
pub mod shared;
pub mod sniff;
pub mod thumbs;
pub mod uploads;
