//! Memory, descriptors, threads and age of this process, read from `/proc`. Where there is none, nothing is recorded.

use std::fs;

use metrics::{Unit, describe_gauge, gauge};

const MEMORY: &str = "process_resident_memory_bytes";
const DESCRIPTORS: &str = "process_open_fds";
const THREADS: &str = "process_threads";
const UPTIME: &str = "process_uptime_seconds";

/// Ticks per second in `/proc/<pid>/stat`: 100 on every Linux, whatever the kernel's own clock (`man 5 proc`, `USER_HZ`).
const TICKS_PER_SECOND: f64 = 100.0;

pub(crate) fn describe() {
    describe_gauge!(MEMORY, Unit::Bytes, "Resident memory of the process");
    describe_gauge!(DESCRIPTORS, Unit::Count, "Open file descriptors of the process");
    describe_gauge!(THREADS, Unit::Count, "Threads of the process");
    describe_gauge!(UPTIME, Unit::Seconds, "Seconds since the process started");
}

pub(crate) fn record() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    set(MEMORY, status_number(&status, "VmRSS:").map(|kib| kib * 1024.0));
    set(THREADS, status_number(&status, "Threads:"));
    let descriptors = fs::read_dir("/proc/self/fd").ok().and_then(|fds| u32::try_from(fds.count()).ok());
    set(DESCRIPTORS, descriptors.map(f64::from));
    let uptime = fs::read_to_string("/proc/uptime").unwrap_or_default();
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    set(UPTIME, age_seconds(&uptime, &stat));
}

fn set(name: &'static str, value: Option<f64>) {
    if let Some(value) = value {
        gauge!(name).set(value);
    }
}

fn status_number(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Age of the system less its age when the process started (field 22 of `stat`, the 20th after the name).
fn age_seconds(uptime: &str, stat: &str) -> Option<f64> {
    let now: f64 = uptime.split_whitespace().next()?.parse().ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let started: f64 = after_name.split_whitespace().nth(19)?.parse().ok()?;
    Some((now - started / TICKS_PER_SECOND).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_process_may_hold_anything() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 9 0 12350 100 200";
        assert_eq!(age_seconds("200.5 1.0\n", stat), Some(77.0));
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert_eq!(age_seconds("", ""), None);
        assert_eq!(status_number("VmRSS:\t  2048 kB\n", "VmRSS:"), Some(2048.0));
        assert_eq!(status_number("", "VmRSS:"), None);
    }
}
