//! What people have begun to write, the same on all their devices.

pub mod commands;
pub mod http;
