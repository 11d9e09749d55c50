//! What makes campaigns go: who is due is read, what to do with each is decided by the rules upon facts of the whole part,
//! all of it is written in one transaction, and what is to be sent is handed over to `messaging`. A process that dies in
//! between leaves messages that were not handed over; the next one hands them over by the same keys.

pub mod beginning;
pub mod calling_back;
mod decide;
pub(crate) mod experiments;
mod facts;
mod handing;
pub mod job;
mod pass;
pub(crate) mod senders;
pub(crate) mod store;
pub(crate) mod words;
mod write;

pub(crate) use decide::STEP_HELD;
pub use pass::{MOST, pass};
pub(crate) use write::MOVE;
