//! What happened to a record with its deals, to a deal, and lately in the organization: the change log with names instead
//! of ids, and on the timelines of contacts what was said, by conversation and day.

pub mod entry;
pub mod http;
pub mod moved;
pub mod queries;
mod talks;
