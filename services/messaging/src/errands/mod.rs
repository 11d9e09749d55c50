//! What accounts are to do: the outgoing queue. Each send is also a message.

pub(crate) mod cancel;
pub mod commands;
pub mod http;
pub mod outcome;
pub mod payload;
pub mod queue;
pub mod send;
pub mod store;
pub mod target;
pub mod unsent;
pub mod waiting;
