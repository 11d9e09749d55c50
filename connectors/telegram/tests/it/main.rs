//! The connector against a network that speaks as Telegram does, over TCP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod burst;
mod edges;
mod files;
mod login;
mod talking;
mod waits;
mod world;
