//! What happened to a record, and lately in the organization: the change log with names instead of ids.

pub mod entry;
pub mod http;
pub mod queries;
