//! One JSON object per event: `time`, `level`, `target`, `message`, then the fields of its spans and its own, all on one
//! level, so that a log store finds `request_id` without knowing about spans. Where a name comes twice the inner one stays.

use std::error::Error;
use std::fmt;
use std::io::Write;

use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// Names that every line has; a field of the same name gets an underscore behind it.
const RESERVED: [&str; 3] = ["time", "level", "target"];
const MESSAGE: &str = "message";

pub(crate) struct JsonLayer<W> {
    writer: W,
}

impl<W> JsonLayer<W> {
    pub(crate) fn new(writer: W) -> Self {
        Self { writer }
    }
}

impl<S, W> Layer<S> for JsonLayer<W>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(Scope::from_root) {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.0.extend(of_span.0.iter().cloned());
            }
        }
        event.record(&mut fields);

        let line = Line { metadata: event.metadata(), fields: &fields };
        if let Ok(mut bytes) = serde_json::to_vec(&line) {
            bytes.push(b'\n');
            // Nobody is left to be told when the log cannot be written.
            let _ = self.writer.make_writer_for(event.metadata()).write_all(&bytes);
        }
    }
}

struct Line<'a> {
    metadata: &'static Metadata<'static>,
    fields: &'a Fields,
}

impl Serialize for Line<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &now())?;
        map.serialize_entry("level", self.metadata.level().as_str())?;
        map.serialize_entry("target", self.metadata.target())?;
        if let Some(message) = self.fields.last(MESSAGE) {
            map.serialize_entry(MESSAGE, message)?;
        }
        for (position, (name, value)) in self.fields.0.iter().enumerate() {
            if *name == MESSAGE || self.fields.is_replaced(position) {
                continue;
            }
            if RESERVED.contains(name) {
                map.serialize_entry(&format!("{name}_"), value)?;
            } else {
                map.serialize_entry(name, value)?;
            }
        }
        map.end()
    }
}

fn now() -> String {
    let mut time = String::new();
    // Writing to a string cannot fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut time));
    time
}

/// Names and values, outermost span first; of two with one name the later counts.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn last(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    fn is_replaced(&self, position: usize) -> bool {
        let mut rest = self.0.iter().skip(position);
        let own = rest.next().map(|(name, _)| name);
        rest.any(|(later, _)| Some(later) == own)
    }

    fn push(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name();
        self.0.push((name.strip_prefix("r#").unwrap_or(name), value.into()));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value);
    }

    /// The error and what caused it, on one line.
    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        self.push(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push(field, format!("{value:?}"));
    }
}

#[cfg(test)]
pub(crate) mod tests;
