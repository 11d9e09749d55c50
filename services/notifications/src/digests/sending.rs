//! Sending digests. One by mail is queued in the transaction that takes its slot and settles its deliveries: a process that
//! dies has done all of it or nothing. On another channel its sender knows the same message by its key.

use chrono::{DateTime, Utc};
use db::Tx;
use jobs::JobError;
use kernel::Scope;
use uuid::Uuid;

use super::{
    LINES, MOST, Of,
    gathering::{Gathered, Reader, gather},
    outline::Outline,
    planning, store,
};
use crate::{
    Error, Notifications,
    deliveries::{
        self, Row as Delivery, Status, message,
        work::{self, Sent},
    },
    kinds::Channel,
    post::{Letter, Post},
    preferences::times,
};

/// Sends what is due to somebody on a channel, if it still is by what they say now.
pub async fn due(service: &Notifications, scope: &Scope, of: Of) -> Result<(), JobError> {
    let now = service.db.clock().now();
    let reader = service.db.reader(scope);
    let waiting = deliveries::waiting_for_digest(&reader, scope, of, Some(now), MOST).await?;
    let (Some(slot), Some(planned)) =
        (waiting.iter().map(|d| d.due_at).max(), waiting.iter().map(|d| d.updated_at).min())
    else {
        return Ok(());
    };
    let Some(reader) = Reader::find(service, scope, of.0).await? else {
        return needless(service, scope, &waiting).await;
    };
    let (settings, zone) = (&reader.wishes.settings, reader.person.time_zone.as_str());
    match settings.next_slot(planned, zone) {
        None => needless(service, scope, &waiting).await,
        // Their zone or their hours changed since it was planned.
        Some(at) if at > now => Ok(postpone(service, scope, of, (now, at)).await?),
        Some(_) => {
            // It may be late: quiet hours began since.
            let until = settings.quiet.over_by(now, times::zone(zone));
            if until > now {
                return Ok(hold(service, scope, of, (now, until)).await?);
            }
            Box::pin(send(service, scope, of.1, (&reader, &waiting), slot)).await
        }
    }
}

/// What is due to somebody waits for their next slot.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn put_off(service: &Notifications, scope: &Scope, of: Of) -> Result<(), Error> {
    let Some(reader) = Reader::find(service, scope, of.0).await? else { return Ok(()) };
    let now = service.db.clock().now();
    match reader.wishes.settings.next_slot(now, &reader.person.time_zone) {
        Some(at) => postpone(service, scope, of, (now, at)).await,
        None => Ok(()),
    }
}

async fn postpone(
    service: &Notifications,
    scope: &Scope,
    of: Of,
    (now, at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    planning::postpone(&tx, scope, of, (Some(now), at)).await?;
    Ok(tx.commit().await?)
}

async fn hold(
    service: &Notifications,
    scope: &Scope,
    of: Of,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    planning::hold(&tx, scope, of, (now, until)).await?;
    Ok(tx.commit().await?)
}

fn ids(deliveries: &[Delivery]) -> Vec<Uuid> {
    deliveries.iter().map(|delivery| delivery.id).collect()
}

async fn needless(service: &Notifications, scope: &Scope, waiting: &[Delivery]) -> Result<(), JobError> {
    Ok(work::settle(service, scope, &ids(waiting), Sent::Needless).await?)
}

async fn send(
    service: &Notifications,
    scope: &Scope,
    channel: Channel,
    (reader, waiting): (&Reader, &[Delivery]),
    slot: DateTime<Utc>,
) -> Result<(), JobError> {
    let Some(sender) = service.senders.get(&channel) else { return needless(service, scope, waiting).await };
    if !reader.is_reached(scope, channel, sender.as_ref()).await? {
        return needless(service, scope, waiting).await;
    }
    let gathered = gather(service, scope, channel, reader, waiting).await?;
    if gathered.rows.is_empty() {
        return needless(service, scope, waiting).await;
    }
    let of = (reader.person.id, channel);
    if let (Some(post), Channel::Email) = (&service.post, channel) {
        return match Box::pin(mail(service, scope, post, (reader, &gathered), (slot, false))).await? {
            Mailed::Sent => Ok(()),
            // What came after that waits for the next.
            Mailed::SlotTaken => Ok(put_off(service, scope, of).await?),
            Mailed::Changed => Err(JobError::Retry("some of it was told by another digest meanwhile".into())),
        };
    }
    let person = &reader.person;
    let lines = message::lines(service, scope, person, &gathered.rows).await?;
    // The oldest of them.
    let key = gathered.told.last().copied().unwrap_or(person.id);
    let message = message::of_many(key, lines, LINES, person.locale);
    let sent = work::carried(sender.send(scope, person, &message).await)?;
    // First what would be told again.
    work::settle(service, scope, &gathered.told, sent).await?;
    work::settle(service, scope, &gathered.needless, Sent::Needless).await?;
    // Beyond the most of one digest the oldest are left.
    Ok(put_off(service, scope, of).await?)
}

/// What became of a digest that was to be mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    Sent,
    /// Its slot had a digest already.
    SlotTaken,
    /// Some of what it would tell waits no more: it is to be gathered anew.
    Changed,
}

/// Queues the mail, takes the slot and settles the deliveries, all or nothing.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn mail(
    service: &Notifications,
    scope: &Scope,
    post: &Post,
    (reader, gathered): (&Reader, &Gathered),
    (slot, asked): (DateTime<Utc>, bool),
) -> Result<Mailed, Error> {
    let person = &reader.person;
    let lines = message::lines(service, scope, person, &gathered.rows).await?;
    let outline = Outline::of(lines, LINES);
    let of = (person.id, Channel::Email);
    let tx = service.db.begin(scope).await?;
    if !store::take(&tx, scope, of, (slot, asked), gathered.told.len()).await? {
        return Ok(Mailed::SlotTaken);
    }
    if !settle(&tx, scope, gathered).await? {
        tx.rollback().await?;
        return Ok(Mailed::Changed);
    }
    let letter = Letter { org: scope.org_id, person, outline: &outline, slot };
    post.queue(&tx, &letter).await?;
    // Beyond the most of one digest the oldest are left.
    let now = tx.clock().now();
    if let Some(next) = reader.wishes.settings.next_slot(now, &person.time_zone) {
        planning::postpone(&tx, scope, of, (Some(now), next)).await?;
    }
    tx.commit().await?;
    Ok(Mailed::Sent)
}

/// Notes that these are told; `false` when not all of them wait any more.
async fn settle(tx: &Tx, scope: &Scope, gathered: &Gathered) -> Result<bool, Error> {
    deliveries::settle(tx, scope, &gathered.needless, Status::Suppressed, (None, None)).await?;
    let told = deliveries::settle(tx, scope, &gathered.told, Status::Sent, (None, None)).await?;
    Ok(usize::try_from(told).is_ok_and(|told| told == gathered.told.len()))
}
