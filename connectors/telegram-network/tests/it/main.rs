//! The network as the real client sees it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]
#![allow(clippy::large_futures, reason = "the calls of the client are large")]

mod burst;
mod changes;
mod client;
mod control;
mod difference;
mod faults;
mod groups;
mod keeping;
mod login;
mod media;
mod reading;
mod sandbox;
mod sessions;
mod talking;
