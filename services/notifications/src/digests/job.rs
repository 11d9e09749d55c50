//! The job of a digest.

use std::sync::Arc;

use jobs::{Context, JobError, Work};
use kernel::{Actor, Scope};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::sending;
use crate::{Notifications, kinds::Channel};

/// Kind of the job.
pub const KIND: &str = "notifications.digest";

/// Sends digests.
pub struct SendDigest(pub Arc<Notifications>);

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    user_id: Uuid,
    channel: Channel,
}

#[async_trait::async_trait]
impl Work for SendDigest {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let Payload { user_id, channel } = read(&payload)?;
        sending::due(&self.0, &by_itself(context), (user_id, channel)).await
    }

    /// What could not be sent waits for the next one.
    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        let Ok(Payload { user_id, channel }) = read(&payload) else { return };
        if let Err(error) = sending::put_off(&self.0, &by_itself(context), (user_id, channel)).await {
            tracing::error!(%user_id, %error, "a digest that failed could not be put off");
        }
    }
}

/// Whoever caused the first notification of it has nothing to do with the digest.
fn by_itself(context: Context) -> Scope {
    Scope { actor: Actor::System, viewing_as: None, ..context.scope }
}

fn read(payload: &Value) -> Result<Payload, JobError> {
    serde_json::from_value(payload.clone()).map_err(|error| JobError::Fatal(error.to_string()))
}
