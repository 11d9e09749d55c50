//! What happened to a record with its deals, to a deal, and lately in the organization: the change log with names instead
//! of ids.

pub mod entry;
pub mod http;
pub mod moved;
pub mod queries;
