//! Sets up logging for the process: text for people, one JSON object per line for programs.

use std::io::{self, IsTerminal};

use settings::{LogFilter, LogFormat};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use crate::json::JsonLayer;
use crate::panics;

/// Logs to standard error from now on, panics included; standard output belongs to the answers of commands. Times are UTC.
///
/// Fields of the spans around an event (`request_id`, `org_id`, `user_id`) stand beside its own ones in a JSON line. A
/// span counts only if the filter lets it through: make the span of a request with `error_span!`, so that its fields
/// are there at every level.
///
/// Of the quiet targets, named by how they begin, only warnings and errors are logged, whatever the filter says of all: what
/// they log in detail is nobody's business.
pub fn init(filter: &LogFilter, format: LogFormat, quiet: &[&str]) -> Result<(), InitError> {
    let terminal = io::stderr().is_terminal();
    let json = match format {
        LogFormat::Auto => !terminal,
        LogFormat::Json => true,
        LogFormat::Text => false,
    };
    let filter = filter_of(filter.as_str(), quiet)?;
    Registry::default().with(layer(json, terminal, io::stderr)).with(filter).try_init()?;
    panics::log();
    Ok(())
}

fn filter_of(filter: &str, quiet: &[&str]) -> Result<EnvFilter, InitError> {
    let mut filter = EnvFilter::try_new(filter)?;
    for target in quiet {
        filter = filter.add_directive(format!("{target}=warn").parse()?);
    }
    Ok(filter)
}

/// The filter is no filter of `tracing`, or logging was set up before.
pub type InitError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) fn layer<W>(json: bool, colours: bool, writer: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    if json { JsonLayer::new(writer).boxed() } else { fmt::layer().with_ansi(colours).with_writer(writer).boxed() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::tests::Captured;

    #[test]
    fn quiet_targets_only_warn() {
        let captured = Captured::default();
        let filter = filter_of("trace", &["secretive"]).unwrap();
        let subscriber = Registry::default().with(layer(false, false, captured.clone())).with(filter);
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "secretive_library::letters", "dear Anna");
            tracing::warn!(target: "secretive_library::letters", "not delivered");
            tracing::trace!("elsewhere");
        });
        let text = captured.text();
        assert!(!text.contains("Anna") && text.contains("not delivered") && text.contains("elsewhere"), "{text}");
    }

    #[test]
    fn text_has_the_span_and_the_fields_and_no_colours_off_a_terminal() {
        let captured = Captured::default();
        let subscriber = Registry::default().with(layer(false, false, captured.clone()));
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::error_span!("request", request_id = "r-1").entered();
            tracing::info!(rows = 3, "import finished");
        });
        let text = captured.text();
        assert!(text.contains("INFO request{request_id=\"r-1\"}"), "{text}");
        assert!(text.contains("import finished rows=3"), "{text}");
        assert!(text.contains('Z') && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn every_filter_that_the_settings_take_is_one_of_tracing() {
        for filter in ["info", "off", "warn,sqlx=debug,hyper::client=trace"] {
            assert!(EnvFilter::try_new(filter).is_ok(), "{filter}");
        }
    }
}
