//! The data layer on both databases.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod change_log;
mod connections;
mod world;
