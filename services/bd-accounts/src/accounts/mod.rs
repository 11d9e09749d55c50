//! Accounts: what they are, what is set of them, what happens to them.

pub mod account;
pub mod commands;
pub mod config;
pub mod hand_over;
pub mod happening;
pub mod http;
pub mod outages;
pub mod queries;
pub mod rows;
pub mod store;
pub mod turns;
pub mod view;
