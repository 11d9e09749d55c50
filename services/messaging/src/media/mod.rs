//! Files of messages.

pub mod uploads;
