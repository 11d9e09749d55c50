//! Signing in: the steps, the sessions that come of it, and the end of a session.

pub mod codes;
pub mod commands;
pub mod entering;
pub mod http;
pub mod import;
pub mod log_out;
pub mod logins;
pub mod proxy;
pub mod sessions;
pub mod wizard;
