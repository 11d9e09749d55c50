//! What is asked of an account where it is connected, and the devices that are signed in to it.

pub mod http;
pub mod queries;
pub mod requests;
