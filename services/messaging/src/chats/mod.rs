//! Chats: what the inbox lists, and what people do with them.

pub mod awake;
pub mod chat;
pub mod commands;
pub mod counts;
pub mod hand_over;
pub mod http;
pub mod inbox;
pub mod meeting;
pub mod merge;
pub mod queries;
pub mod refresh;
pub mod store;
pub mod view;
