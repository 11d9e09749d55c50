//! Accounts from outside, on both databases. Only the network and the people are played by the tests; where accounts are
//! kept connected, the network is one that speaks as Telegram does.

mod config;
mod connected;
mod connecting;
mod keeping;
mod network;
mod reach;
mod running;
mod secrets;
mod syncing;
mod world;
