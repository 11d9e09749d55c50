//! What a process tells of itself: log lines on standard error, metrics in the Prometheus format, panics as log lines.
//! What is worth telling is decided where it happens, through `tracing` and `metrics`; no business words here.

mod json;
mod logs;
mod metrics;
mod panics;
mod process;

pub use logs::{InitError, init};
pub use metrics::Metrics;
