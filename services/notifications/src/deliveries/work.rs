//! The job of one delivery. What its person has seen by then, put off, or may no longer see, is not sent. Tried again with growing pauses, then
//! marked as failed.

use std::sync::Arc;

use contracts::ports::{Recipient, SendError, Sender};
use jobs::{Context, JobError, Work};
use kernel::Scope;
use serde_json::Value;
use uuid::Uuid;

use super::{
    message,
    store::{self, Row, Status},
};
use crate::{
    Error, Notifications,
    inbox::{self, store::Row as Notification},
    kinds::Channel,
};

/// Kind of the job.
pub const KIND: &str = "notifications.deliver";

/// Sends notifications.
pub struct Deliver(pub Arc<Notifications>);

/// How sending something ended.
pub enum Sent {
    /// What the other side calls it.
    As(String),
    /// There was nobody to send it to, or no need to.
    Needless,
    /// It will not go.
    Refused(String),
}

#[async_trait::async_trait]
impl Work for Deliver {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let (service, scope) = (&self.0, &context.scope);
        let id = delivery_in(&payload)?;
        let Some(delivery) = store::find_waiting(&service.db.reader(scope), scope, id).await? else { return Ok(()) };
        let sent = send(service, scope, &delivery).await?;
        Ok(settle(service, scope, &[id], sent).await?)
    }

    async fn gave_up(&self, context: Context, payload: Value, error: &str) {
        let Ok(id) = delivery_in(&payload) else { return };
        let refused = Sent::Refused(error.to_owned());
        if let Err(error) = settle(&self.0, &context.scope, &[id], refused).await {
            tracing::error!(%id, %error, "a delivery that failed could not be marked");
        }
    }
}

fn delivery_in(payload: &Value) -> Result<Uuid, JobError> {
    serde_json::from_value(payload["deliveryId"].clone()).map_err(|error| JobError::Fatal(error.to_string()))
}

async fn send(service: &Notifications, scope: &Scope, delivery: &Row) -> Result<Sent, JobError> {
    let rows = still_new(service, scope, &[delivery.notification_id]).await?;
    if rows.is_empty() {
        return Ok(Sent::Needless);
    }
    let channel = Channel::parse(&delivery.channel);
    let Some((sender, person)) = way(service, scope, channel, delivery.user_id).await? else {
        return Ok(Sent::Needless);
    };
    let rows = message::visible(service, scope, &person, rows).await?;
    let line = message::lines(service, scope, &person, &rows).await?.pop();
    let Some(line) = line else { return Ok(Sent::Needless) };
    carried(sender.send(scope, &person, &message::of_one(delivery.id, line)).await)
}

/// Those of the notifications that their person has neither seen nor put off.
pub async fn still_new(service: &Notifications, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Notification>, Error> {
    let mut rows = inbox::store::load_many(&service.db.reader(scope), scope, ids).await?;
    rows.retain(|row| row.read_at.is_none() && row.snoozed_until.is_none());
    Ok(rows)
}

/// Who carries something to a person on a channel, if they are still a member and can be reached on it.
pub async fn way(
    service: &Notifications,
    scope: &Scope,
    channel: Option<Channel>,
    person: Uuid,
) -> Result<Option<(Arc<dyn Sender>, Recipient)>, Error> {
    let sender = channel.and_then(|channel| service.senders.get(&channel)).cloned();
    let (Some(sender), Some(person)) = (sender, service.person(scope, person).await?) else { return Ok(None) };
    let reached = sender.address(scope, &person).await.map_err(Error::Port)?.is_some();
    Ok(reached.then_some((sender, person)))
}

/// The outcome of sending, or the wish to try again.
pub fn carried(outcome: Result<String, SendError>) -> Result<Sent, JobError> {
    match outcome {
        Ok(id) => Ok(Sent::As(id)),
        Err(SendError::Never(error)) => Ok(Sent::Refused(error)),
        Err(later @ SendError::Later(_)) => Err(JobError::Retry(Box::new(later))),
    }
}

/// Notes how sending ended.
pub async fn settle(service: &Notifications, scope: &Scope, ids: &[Uuid], sent: Sent) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    match sent {
        Sent::As(id) => store::settle(&tx, scope, ids, Status::Sent, (Some(id), None)).await?,
        Sent::Needless => store::settle(&tx, scope, ids, Status::Suppressed, (None, None)).await?,
        Sent::Refused(error) => store::settle(&tx, scope, ids, Status::Failed, (None, Some(&error))).await?,
    };
    Ok(tx.commit().await?)
}
