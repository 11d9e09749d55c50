//! Simulated people: who they are, what they say, when. The same seed and the same messages at the same times give the
//! same talk. They act through facts like everybody else, and know no more than is in their mailbox.

mod account;
mod cast;
mod dice;
mod lines;
mod props;
mod sample;
mod threads;

pub(crate) use cast::Cast;
pub(crate) use sample::fill;
