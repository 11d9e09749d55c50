//! Mails are kept for 30 days, for whoever asks what became of one.

use std::sync::Arc;

use chrono::TimeDelta;
use jobs::{Context, JobError, Schedule, Work};
use serde_json::Value;

use crate::{Mail, mails::store};

const KIND: &str = "mail.forget";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::days(1) };

const KEPT: TimeDelta = TimeDelta::days(30);
/// Rows of one transaction.
const AT_ONCE: u64 = 500;

/// Deletes old mails.
pub struct ForgetMails(pub Arc<Mail>);

#[async_trait::async_trait]
impl Work for ForgetMails {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        while !context.cancel.is_cancelled() {
            let tx = self.0.db.begin(&context.scope).await?;
            let forgotten = store::forget(&tx, &context.scope, tx.clock().now() - KEPT, AT_ONCE).await?;
            tx.commit().await?;
            if forgotten < AT_ONCE {
                return Ok(());
            }
        }
        Err(JobError::Interrupted)
    }
}
