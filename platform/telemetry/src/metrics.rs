//! The recorder behind the macros of `metrics`, and its text for Prometheus.

use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::process;

/// From a cached read to a request that times out: 1 ms to 30 s.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// From an empty answer to a large import: 256 bytes to 256 MiB.
const BYTES: [f64; 11] = [
    256.0,
    1024.0,
    4096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
    268_435_456.0,
];

/// How often samples of histograms are folded into their buckets; between two scrapes they would pile up otherwise.
const UPKEEP: Duration = Duration::from_secs(5);

/// The metrics of this process. Histograms whose name ends in `_seconds` or `_bytes` get buckets.
#[derive(Clone)]
pub struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// The recorder of the process; the first call installs it.
    pub fn of_process() -> Self {
        static METRICS: OnceLock<Metrics> = OnceLock::new();
        METRICS.get_or_init(install).clone()
    }

    /// Everything recorded so far and the state of the process, in the Prometheus text format.
    pub fn render(&self) -> String {
        process::record();
        self.handle.render()
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

fn install() -> Metrics {
    #[expect(clippy::expect_used, reason = "only an empty list of buckets is refused")]
    let recorder = recorder().expect("the buckets are constants");
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed; /metrics stays empty");
    }
    process::describe();
    let upkeep = handle.clone();
    let keeper = thread::Builder::new().name("metrics".into()).spawn(move || keep_up(&upkeep));
    if let Err(error) = keeper {
        tracing::warn!(%error, "histograms are folded only when /metrics is read");
    }
    Metrics { handle }
}

fn recorder() -> Result<PrometheusRecorder, BuildError> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_bytes".into()), &BYTES)?;
    Ok(builder.build_recorder())
}

#[expect(clippy::disallowed_methods, reason = "a thread of its own, outside the runtime")]
fn keep_up(handle: &PrometheusHandle) {
    loop {
        thread::sleep(UPKEEP);
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_rendered_with_buckets() {
        let metrics = Metrics::of_process();
        let again = Metrics::of_process();
        metrics::counter!("test_requests_total", "route" => "/api/crm/contacts").increment(2);
        metrics::histogram!("test_duration_seconds").record(0.007);
        metrics::histogram!("test_body_bytes").record(2000.0);
        let text = again.render();
        for line in [
            "test_requests_total{route=\"/api/crm/contacts\"} 2",
            "test_duration_seconds_bucket{le=\"0.005\"} 0",
            "test_duration_seconds_bucket{le=\"0.01\"} 1",
            "test_duration_seconds_count 1",
            "test_body_bytes_bucket{le=\"4096\"} 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} is missing in\n{text}");
        }
        assert!(metrics.render().contains("test_requests_total"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_state_of_the_process_is_rendered() {
        let text = Metrics::of_process().render();
        for name in ["process_resident_memory_bytes", "process_open_fds", "process_threads", "process_uptime_seconds"] {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
            assert!(value.is_some_and(|value| value >= 0.0), "{name} is missing in\n{text}");
        }
    }
}
