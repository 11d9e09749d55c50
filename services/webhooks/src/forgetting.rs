//! The job that forgets: once a day for each webhook what is older than 30 days, and everything of one that was deleted.
//! A part in each transaction, so that no clean-up holds the database for long.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Webhooks,
    deliveries::{self, sending::named_in},
    hooks,
};

/// Kind of the job.
pub const KIND: &str = "webhooks.forget";
/// How long it is kept what was sent, days.
pub const KEPT_DAYS: i64 = 30;
const EVERY: TimeDelta = TimeDelta::days(1);
const AFTER_DELETION: TimeDelta = TimeDelta::minutes(1);
/// Deliveries of one transaction.
const CHUNK: u64 = 500;
const JOB_ATTEMPTS: i64 = 20;

/// Plans the first clean-up of a new webhook.
pub(crate) async fn begin(tx: &Tx, scope: &Scope, webhook: Uuid) -> Result<(), Error> {
    plan(tx, scope, webhook, None).await
}

/// Has everything of a deleted webhook forgotten, what is written to it at the same moment included.
pub(crate) async fn of_deleted(tx: &Tx, webhook: Uuid) -> Result<(), Error> {
    let (payload, at) = (json!({ "webhookId": webhook }), tx.clock().now() + AFTER_DELETION);
    jobs::enqueue_at(tx, NewJob { kind: KIND, payload, max_attempts: JOB_ATTEMPTS }, at).await?;
    Ok(())
}

/// Plans the clean-up after the one of an instant, unless another job has.
async fn plan(tx: &Tx, scope: &Scope, webhook: Uuid, after: Option<DateTime<Utc>>) -> Result<(), Error> {
    let at = tx.clock().now() + EVERY;
    if hooks::store::next_clean_up(tx, scope, webhook, (after, at)).await? {
        let payload = json!({ "webhookId": webhook, "at": at });
        jobs::enqueue_at(tx, NewJob { kind: KIND, payload, max_attempts: JOB_ATTEMPTS }, at).await?;
    }
    Ok(())
}

/// Forgets deliveries.
pub struct ForgetDeliveries(pub Arc<Webhooks>);

#[async_trait::async_trait]
impl Work for ForgetDeliveries {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let (webhook, at) = named_in(&payload)?;
        let (db, scope) = (&self.0.db, &context.scope);
        let gone = matches!(hooks::store::get(&db.reader(scope), scope, webhook).await, Err(Error::NotFound));
        let before = (!gone).then(|| db.clock().now() - TimeDelta::days(KEPT_DAYS));
        loop {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            let tx = db.begin(scope).await?;
            let forgotten = deliveries::store::forget(&tx, scope, webhook, before, CHUNK).await?;
            if forgotten < CHUNK && !gone {
                plan(&tx, scope, webhook, at).await?;
            }
            tx.commit().await?;
            if forgotten < CHUNK {
                return Ok(());
            }
        }
    }
}
