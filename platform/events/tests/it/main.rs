//! Outbox, feed and dispatcher on both databases.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod broker;
mod dispatching;
mod feed;
mod world;
