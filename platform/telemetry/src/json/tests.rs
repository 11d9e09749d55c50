use std::io;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

use super::*;

/// A log that the test can read.
#[derive(Clone, Default)]
pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Captured {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

pub(crate) fn logged(work: impl FnOnce()) -> Captured {
    let captured = Captured::default();
    let subscriber = Registry::default().with(JsonLayer::new(captured.clone()));
    tracing::subscriber::with_default(subscriber, work);
    captured
}

#[test]
fn fields_of_spans_stand_beside_those_of_the_event() {
    let captured = logged(|| {
        let request = tracing::error_span!("request", request_id = "r-1", org_id = tracing::field::Empty);
        let _request = request.clone().entered();
        tracing::info!("before");
        request.record("org_id", "o-1");
        let _import = tracing::error_span!("import", user_id = "u-1").entered();
        tracing::warn!(rows = 3, ratio = 0.5, last = true, "импорт «готов»\nдва");
    });
    let lines = captured.lines();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["message"], &lines[0]["request_id"]), (&json!("before"), &json!("r-1")));
    assert_eq!(lines[0].get("org_id"), None);

    let mut line = lines[1].clone();
    let time = line["time"].take();
    assert!(time.as_str().is_some_and(|time| time.starts_with("20") && time.ends_with('Z')), "{time}");
    let expected = json!({
        "time": null, "level": "WARN", "target": "telemetry::json::tests", "message": "импорт «готов»\nдва",
        "request_id": "r-1", "org_id": "o-1", "user_id": "u-1", "rows": 3, "ratio": 0.5, "last": true,
    });
    assert_eq!(line, expected);
    assert!(captured.text().lines().all(|line| line.starts_with("{\"time\":")));
}

#[test]
fn a_name_comes_once_and_the_inner_one_stays() {
    let captured = logged(|| {
        let _outer = tracing::error_span!("outer", step = 1, level = "high").entered();
        let _inner = tracing::error_span!("inner", step = 2).entered();
        tracing::info!(step = 3, r#type = "csv", "x");
    });
    let text = captured.text();
    assert_eq!(text.matches("\"step\":").count(), 1, "{text}");
    let line = &captured.lines()[0];
    assert_eq!(line["step"], 3);
    assert_eq!(line["type"], "csv");
    assert_eq!((&line["level"], &line["level_"]), (&json!("INFO"), &json!("high")));
}

#[test]
fn an_error_comes_with_its_causes() {
    #[derive(Debug)]
    struct Failed(io::Error);
    impl fmt::Display for Failed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("import failed")
        }
    }
    impl Error for Failed {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }
    let error = Failed(io::Error::other("disk full"));
    let captured = logged(|| tracing::error!(error = &error as &dyn Error, "stopped"));
    assert_eq!(captured.lines()[0]["error"], "import failed: disk full");
}
