//! What became of campaigns: numbers by step, variant and account, the log, and a contact's part in all of them.

pub mod http;
pub mod log;
pub mod of_contact;
pub mod stats;
