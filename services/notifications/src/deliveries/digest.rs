//! The job of a digest: what waits for one person on one channel, in one message.

use std::sync::Arc;

use jobs::{Context, JobError, Work};
use kernel::Scope;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    message,
    store::{self, Row},
    work::{self, Sent},
};
use crate::{Error, Notifications, kinds::Channel};

/// Kind of the job.
pub const KIND: &str = "notifications.digest";
/// Most notifications of one message.
const MOST: u64 = 100;

/// Sends digests.
pub struct SendDigest(pub Arc<Notifications>);

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Of {
    user_id: Uuid,
    channel: Channel,
}

#[async_trait::async_trait]
impl Work for SendDigest {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let of = read(&payload)?;
        loop {
            let due = due(&self.0, &context.scope, of).await?;
            if due.is_empty() {
                return Ok(());
            }
            let ids: Vec<Uuid> = due.iter().map(|delivery| delivery.id).collect();
            let (sent, seen) = send(&self.0, &context.scope, of, &due).await?;
            work::settle(&self.0, &context.scope, &seen, Sent::Needless).await?;
            work::settle(&self.0, &context.scope, &ids, sent).await?;
        }
    }

    async fn gave_up(&self, context: Context, payload: Value, error: &str) {
        let Ok(of) = read(&payload) else { return };
        let ended = async {
            let ids: Vec<Uuid> = due(&self.0, &context.scope, of).await?.iter().map(|delivery| delivery.id).collect();
            work::settle(&self.0, &context.scope, &ids, Sent::Refused(error.to_owned())).await
        };
        if let Err(error) = ended.await {
            tracing::error!(%error, "a digest that failed could not be marked");
        }
    }
}

fn read(payload: &Value) -> Result<Of, JobError> {
    serde_json::from_value(payload.clone()).map_err(|error| JobError::Fatal(error.to_string()))
}

async fn due(service: &Notifications, scope: &Scope, of: Of) -> Result<Vec<Row>, Error> {
    let now = service.db.clock().now();
    store::due_in_digest(&service.db.reader(scope), scope, (of.user_id, of.channel), now, MOST).await
}

/// Sends what its person has not seen; tells how that ended, and the deliveries that were not needed.
async fn send(service: &Notifications, scope: &Scope, of: Of, due: &[Row]) -> Result<(Sent, Vec<Uuid>), JobError> {
    let ids: Vec<Uuid> = due.iter().map(|delivery| delivery.notification_id).collect();
    let mut rows = work::still_new(service, scope, &ids).await?;
    rows.sort_by_key(|row| (row.last_at, row.id));
    let is_new = |delivery: &&Row| rows.iter().any(|row| row.id == delivery.notification_id);
    let seen = due.iter().filter(|delivery| !is_new(delivery)).map(|delivery| delivery.id).collect();
    let way = work::way(service, scope, Some(of.channel), of.user_id).await?;
    let (Some((sender, person)), false, Some(first)) = (way, rows.is_empty(), due.first()) else {
        return Ok((Sent::Needless, seen));
    };
    let lines = message::lines(service, scope, &person, &rows).await?;
    let message = message::of_many(first.id, lines, person.locale);
    Ok((work::carried(sender.send(scope, &person, &message).await)?, seen))
}
