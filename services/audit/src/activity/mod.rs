//! What members did, as their colleagues see it: lines of the audit log, each as far as the reader may learn of its event.

pub mod http;
mod queries;
mod told;
