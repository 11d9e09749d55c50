//! Notifications on their way out of the app: planned in the transaction of the reaction, carried by a job of their own.

pub mod http;
pub mod message;
mod store;
pub mod work;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use jobs::NewJob;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

pub use store::{Row, Status, forget_of, give_up_digest, postpone_digest, settle, waiting_for_digest};

use crate::{
    Error, Notifications, digests,
    kinds::{Channel, Mode},
    push,
    telling::Ringing,
};

/// What comes in a batch is sent when the batch had time to come.
const GATHERED: TimeDelta = TimeDelta::seconds(30);
/// What joins a row that was sent already is sent no sooner than this after it.
const APART: TimeDelta = TimeDelta::minutes(10);
/// Tries of one delivery: the last after a good quarter of an hour.
pub const TRIES: i64 = 6;

/// Plans what is sent of rows that ring, each on the channels that its person chose.
///
/// # Errors
/// When the database refuses.
pub async fn plan(service: &Notifications, tx: &Tx, scope: &Scope, ringing: &[Ringing<'_>]) -> Result<(), Error> {
    if service.senders.is_empty() || ringing.is_empty() {
        return Ok(());
    }
    let joined: Vec<Uuid> = ringing.iter().filter(|one| one.joined).map(|one| one.row.id).collect();
    let earlier = store::of_notifications(tx, scope, &joined).await?;
    let people: Vec<Uuid> = ringing.iter().map(|one| one.person.id).collect();
    let with_browser = push::store::subscribed(tx, scope, &people).await?;
    let now = tx.clock().now();
    let mut planned = Vec::new();
    for one in ringing {
        for (channel, mode) in channels(service, one, &with_browser) {
            let mut before =
                earlier.iter().filter(|d| d.notification_id == one.row.id && d.channel == channel.as_str());
            if before.clone().any(|delivery| delivery.status == Status::Waiting.as_str()) {
                continue;
            }
            let from = now + if one.in_batch { GATHERED } else { TimeDelta::zero() };
            let from = before.by_ref().map(|delivery| delivery.updated_at + APART).fold(from, DateTime::max);
            let Some(due) = one.wishes.settings.due(mode, from, &one.person.time_zone) else { continue };
            planned.push(store::waiting(tx, scope, &one.row, channel, (mode == Mode::Digest, due)));
        }
    }
    enqueue(tx, scope, planned).await
}

/// The channels out of the app on which a person wants to be told of a row, and can be.
fn channels<'a>(
    service: &'a Notifications,
    one: &'a Ringing<'_>,
    with_browser: &'a HashSet<Uuid>,
) -> impl Iterator<Item = (Channel, Mode)> + 'a {
    let kind = crate::kinds::Kind::parse(&one.row.kind);
    let reached = |channel: Channel| match channel {
        Channel::Push => with_browser.contains(&one.person.id),
        // Nobody knows yet whose address it is.
        Channel::Email => one.person.email_verified,
        Channel::InApp | Channel::Telegram => true,
    };
    let there = move |channel: &Channel| service.senders.contains_key(channel) && reached(*channel);
    let wanted = move |channel: Channel| Some((channel, one.wishes.mode(kind?, channel)));
    Channel::OUTWARD.into_iter().filter(there).filter_map(wanted).filter(|(_, mode)| *mode != Mode::Off)
}

/// Inserts deliveries with a job for each; for those of a digest one job for all that are due together.
async fn enqueue(tx: &Tx, scope: &Scope, planned: Vec<Row>) -> Result<(), Error> {
    let mut digests: HashSet<(Uuid, String, DateTime<Utc>)> = HashSet::new();
    for delivery in &planned {
        let (kind, payload) = if delivery.digest {
            let this = (delivery.user_id, delivery.channel.clone(), delivery.due_at);
            if digests.contains(&this) || store::digest_waits(tx, scope, delivery).await? {
                continue;
            }
            digests.insert(this);
            (digests::job::KIND, json!({ "userId": delivery.user_id, "channel": delivery.channel }))
        } else {
            (work::KIND, json!({ "deliveryId": delivery.id }))
        };
        jobs::enqueue_at(tx, NewJob { kind, payload, max_attempts: TRIES }, delivery.due_at).await?;
    }
    store::insert(tx, planned).await
}

/// Sends a row on a channel at once, whatever its person said of channels and hours.
///
/// # Errors
/// When the database refuses.
pub async fn send_now(tx: &Tx, scope: &Scope, row: &crate::inbox::store::Row, channel: Channel) -> Result<(), Error> {
    let now = tx.clock().now();
    enqueue(tx, scope, vec![store::waiting(tx, scope, row, channel, (false, now))]).await
}
