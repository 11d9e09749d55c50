//! Reactions to events. None does network I/O.

use contracts::events::ORGANIZATION_CREATED;
use db::Tx;
use events::{Event, Handler, HandlerError};
use kernel::Locale;

use crate::pipelines::commands;

/// A new organization begins with a pipeline in the language of its founder.
pub struct OpenDefaultPipeline;

#[async_trait::async_trait]
impl Handler for OpenDefaultPipeline {
    fn name(&self) -> &'static str {
        "pipeline.open_default"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[ORGANIZATION_CREATED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let locale = event.data["locale"].as_str().and_then(Locale::from_tag).unwrap_or_default();
        Ok(commands::open_first(tx, locale).await?)
    }
}
