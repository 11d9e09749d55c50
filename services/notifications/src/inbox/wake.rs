//! The job that brings back what was put off: it is on top again, and told anew. A person who chose another time meanwhile
//! has another job for it.

use std::sync::Arc;

use contracts::events::NOTIFICATION_CREATED;
use jobs::{Context, JobError, Work};
use serde_json::Value;
use uuid::Uuid;

use super::store;
use crate::{Notifications, telling};

/// Kind of the job.
pub const KIND: &str = "notifications.wake";

/// Brings notifications back.
pub struct Wake(pub Arc<Notifications>);

#[async_trait::async_trait]
impl Work for Wake {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let id: Uuid = serde_json::from_value(payload["id"].clone()).map_err(|e| JobError::Fatal(e.to_string()))?;
        let (db, scope) = (&self.0.db, &context.scope);
        let tx = db.begin(scope).await?;
        if store::wake(&tx, scope, id).await?
            && let Some(row) = store::load_many(&tx, scope, &[id]).await?.pop()
        {
            events::append(&tx, [telling::told(NOTIFICATION_CREATED, &row)]).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
