//! What happens to contacts that stops them, or moves them on: answers, messages that went or did not, deletion, merging,
//! stages. Handlers of events; none does network I/O. Messages that wait in queues are called back by a job.

pub mod answers;
pub mod contacts;
pub mod members;
pub mod messages;
pub mod moves;
pub mod recheck;
