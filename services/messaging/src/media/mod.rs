//! Files of messages.

pub mod remote;
pub mod uploads;
