//! Changes to many records at once: bulk operations, which run as jobs, and the undoing of anything that was done as a
//! batch – a bulk operation here, an import elsewhere.

pub mod batch;
pub mod commands;
pub mod hand_over;
pub mod http;
pub mod request;
pub mod revert;
pub mod run;
pub mod undo;
