//! Accounts from outside, on both databases. Only the network and the people are played by the tests; where accounts are
//! kept connected, the network is one that speaks as Telegram does.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

mod config;
mod connected;
mod connecting;
mod keeping;
mod network;
mod reach;
mod running;
mod secrets;
mod senders;
mod syncing;
mod world;
