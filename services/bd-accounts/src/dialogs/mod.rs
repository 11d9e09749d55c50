//! What chats an account has: remembered for a day, to choose from. Nothing of their messages is.

pub mod http;
pub mod queries;
pub mod store;
