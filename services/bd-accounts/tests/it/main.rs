//! Accounts from outside, on both databases. Only the network and the people are played by the tests.

mod config;
mod connecting;
mod keeping;
mod network;
mod reach;
mod secrets;
mod syncing;
mod world;
