//! Messages: what was said in chats.

pub mod edits;
pub mod http;
pub mod message;
pub mod queries;
pub mod search;
pub mod stats;
pub mod store;
pub mod tombstones;
pub mod view;
