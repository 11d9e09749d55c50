//! What a person does with their digest by mail: look at the next one, have it at once, end it by the link of a mail.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Grants, Reach, Scope, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    LINES, Of,
    gathering::{Gathered, Reader, gather},
    outline::{DigestGroup, Outline},
    sending::{self, Mailed},
    store, waiting,
};
use crate::{
    Error, Notifications,
    deliveries::message,
    kinds::Channel,
    preferences::{keep, store as preferences},
};

/// Most digests that somebody asks for in an hour.
const MOST_ASKED: u64 = 5;
const HOUR: TimeDelta = TimeDelta::hours(1);
/// How often one that is asked for is gathered: its due job may tell some of it between gathering and mailing.
const GATHERED: u8 = 2;

/// The digest that comes next.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NextDigest {
    /// When it comes if anything waits; null: none comes.
    #[schema(required)]
    pub next_at: Option<DateTime<Utc>>,
    /// When the last one was sent.
    #[schema(required)]
    pub last_at: Option<DateTime<Utc>>,
    /// How many notifications wait.
    pub count: u64,
    /// The newest 30 of them, as it would say them now.
    pub groups: Vec<DigestGroup>,
    /// How many it would not show.
    pub more: u64,
}

/// The caller's next digest by mail.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn next(service: &Notifications, scope: &Scope) -> Result<NextDigest, Error> {
    let of: Of = (Notifications::me(scope)?, Channel::Email);
    let reader = Reader::find(service, scope, of.0).await?.ok_or(Error::NotFound)?;
    let last_at = store::last(&service.db.reader(scope), scope, of).await?;
    if !is_reached(service, scope, &reader).await? {
        return Ok(NextDigest { next_at: None, last_at, count: 0, groups: Vec::new(), more: 0 });
    }
    let gathered = gathered(service, scope, &reader).await?;
    let lines = message::lines(service, scope, &reader.person, &gathered.rows).await?;
    let Outline { groups, more, count } = Outline::of(lines, LINES);
    let next_at = reader.wishes.settings.next_slot(service.db.clock().now(), &reader.person.time_zone);
    Ok(NextDigest { next_at, last_at, count, groups, more })
}

async fn is_reached(service: &Notifications, scope: &Scope, reader: &Reader) -> Result<bool, Error> {
    match service.senders.get(&Channel::Email) {
        Some(sender) => reader.is_reached(scope, Channel::Email, sender.as_ref()).await,
        None => Ok(false),
    }
}

async fn gathered(service: &Notifications, scope: &Scope, reader: &Reader) -> Result<Gathered, Error> {
    let of = (reader.person.id, Channel::Email);
    let waiting = waiting(&service.db.reader(scope), scope, of).await?;
    gather(service, scope, Channel::Email, reader, &waiting).await
}

/// Sends the caller what waits for their digest by mail.
///
/// # Errors
/// Mail that cannot reach them; [`Error::NothingWaits`]; [`Error::TooOften`].
pub async fn send(service: &Notifications, scope: &Scope) -> Result<(), Error> {
    let of: Of = (Notifications::me(scope)?, Channel::Email);
    let reader = Reader::find(service, scope, of.0).await?.ok_or(Error::NotFound)?;
    let reached = is_reached(service, scope, &reader).await?;
    let post = service.post.as_deref().filter(|_| reached).ok_or_else(|| Error::field("channel", "notify.channel"))?;
    require_few(service, scope, of).await?;
    for _ in 0..GATHERED {
        let gathered = gathered(service, scope, &reader).await?;
        if gathered.rows.is_empty() {
            break;
        }
        let now = service.db.clock().now();
        match Box::pin(sending::mail(service, scope, post, (&reader, &gathered), (now, true))).await? {
            Mailed::Sent => return Ok(()),
            Mailed::SlotTaken => break,
            Mailed::Changed => {}
        }
    }
    Err(Error::NothingWaits)
}

async fn require_few(service: &Notifications, scope: &Scope, of: Of) -> Result<(), Error> {
    let now = service.db.clock().now();
    let oldest = store::asked_since(&service.db.reader(scope), scope, of, now - HOUR, MOST_ASKED).await?;
    match oldest {
        Some(oldest) => {
            let left = (oldest + HOUR - now).num_seconds();
            Err(Error::TooOften { seconds: u64::try_from(left).unwrap_or_default().max(1) })
        }
        None => Ok(()),
    }
}

/// Whether a link that ends digests is one of ours.
///
/// # Errors
/// [`Error::BadLink`].
pub fn page(service: &Notifications, token: &str) -> Result<String, Error> {
    let post = service.post.as_ref().ok_or(Error::BadLink)?;
    post.named(token).ok_or(Error::BadLink)?;
    Ok(post.page(token))
}

/// Ends the digests of whom the link names, without a session: what waits for them is told no more, on whichever channel.
///
/// # Errors
/// [`Error::BadLink`].
pub async fn stop(service: &Notifications, token: &str) -> Result<(), Error> {
    let named = service.post.as_ref().and_then(|post| post.named(token));
    let (org, user) = named.ok_or(Error::BadLink)?;
    let person = service.recipients.recipients(org, &[user]).await.map_err(Error::Port)?.pop();
    // Who is suspended is told nothing now, but would be again.
    let locale = person.map(|person| person.locale).unwrap_or_default();
    let request = api::context::request_id();
    let scope = Scope::of_member(org, UserId(user), Grants::of([]), Reach::OWN, locale, request);
    let tx = service.db.begin(&scope).await?;
    let before = preferences::load(&tx, &scope, &[user], None).await?.remove(&user).unwrap_or_default();
    let mut after = before.clone();
    after.settings.digest_times.clear();
    // Without times there is no slot, in whatever zone.
    keep(&tx, &scope, user, (&before, &after), Some("UTC")).await?;
    Ok(tx.commit().await?)
}
