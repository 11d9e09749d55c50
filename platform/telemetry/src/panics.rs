//! A panic becomes a log line like any other, with the fields of the request it happened in.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};
use std::thread;

pub(crate) fn log() {
    panic::set_hook(Box::new(log_one));
}

fn log_one(info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let backtrace = Backtrace::capture();
    tracing::error!(
        thread = thread.name().unwrap_or("unnamed"),
        location = info.location().map(tracing::field::display),
        // Only where RUST_BACKTRACE asks for it.
        backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| tracing::field::display(&backtrace)),
        "panic: {}",
        info.payload_as_str().unwrap_or("of an unknown kind"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::tests::logged;

    #[test]
    fn a_panic_is_logged_with_its_place_and_its_request() {
        let before = panic::take_hook();
        log();
        let captured = logged(|| {
            let _span = tracing::error_span!("request", request_id = "r-1").entered();
            let caught = panic::catch_unwind(|| panic!("the {}th row", 7));
            assert!(caught.is_err());
        });
        panic::set_hook(before);
        let line = &captured.lines()[0];
        assert_eq!(line["message"], "panic: the 7th row");
        assert_eq!(line["request_id"], "r-1");
        assert!(line["location"].as_str().is_some_and(|at| at.contains("panics.rs:")), "{line}");
    }
}
