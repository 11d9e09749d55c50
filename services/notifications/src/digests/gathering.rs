//! What there is to tell somebody in a digest, at the moment it is told: not what they have seen, put off, muted or switched
//! off meanwhile, nor what they may no longer see.

use std::{cmp::Reverse, collections::HashSet};

use contracts::ports::{Recipient, Sender};
use kernel::Scope;
use uuid::Uuid;

use crate::{
    Error, Notifications,
    deliveries::{Row as Delivery, message, work},
    inbox::store::Row,
    kinds::{Channel, Kind, Mode},
    mutes::store as mutes,
    preferences::store::{self as preferences, Wishes},
};

/// Whoever reads a digest, and what they said of how they want to be told.
pub struct Reader {
    pub person: Recipient,
    pub wishes: Wishes,
}

impl Reader {
    /// A member of the scope's organization; none for who is no longer one.
    ///
    /// # Errors
    /// When somebody who is asked is away.
    pub async fn find(service: &Notifications, scope: &Scope, id: Uuid) -> Result<Option<Self>, Error> {
        let Some(person) = service.person(scope, id).await? else { return Ok(None) };
        let mut wishes = preferences::load(&service.db.reader(scope), scope, &[id], None).await?;
        Ok(Some(Self { person, wishes: wishes.remove(&id).unwrap_or_default() }))
    }

    /// Whether they can be reached on a channel: an address that nobody proved gets nothing.
    ///
    /// # Errors
    /// When somebody who is asked is away.
    pub async fn is_reached(&self, scope: &Scope, channel: Channel, sender: &dyn Sender) -> Result<bool, Error> {
        let proved = channel != Channel::Email || self.person.email_verified;
        Ok(proved && sender.address(scope, &self.person).await.map_err(Error::Port)?.is_some())
    }

    fn wants(&self, row: &Row, channel: Channel) -> bool {
        Kind::parse(&row.kind).is_some_and(|kind| self.wishes.mode(kind, channel) != Mode::Off)
    }
}

/// What there is.
pub struct Gathered {
    /// The newest first.
    pub rows: Vec<Row>,
    /// The deliveries of these.
    pub told: Vec<Uuid>,
    /// Those of the rest.
    pub needless: Vec<Uuid>,
}

/// What of the deliveries there is to tell.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn gather(
    service: &Notifications,
    scope: &Scope,
    channel: Channel,
    reader: &Reader,
    waiting: &[Delivery],
) -> Result<Gathered, Error> {
    let ids: Vec<Uuid> = waiting.iter().map(|delivery| delivery.notification_id).collect();
    let mut rows = work::still_new(service, scope, &ids).await?;
    let now = service.db.clock().now();
    let muted = mutes::list(&service.db.reader(scope), scope, reader.person.id, now).await?;
    rows.retain(|row| reader.wants(row, channel) && !muted.iter().any(|mute| covers(mute, row)));
    let mut rows = message::visible(service, scope, &reader.person, rows).await?;
    rows.sort_by_key(|row| Reverse((row.last_at, row.id)));
    let kept: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let (told, needless): (Vec<&Delivery>, Vec<&Delivery>) =
        waiting.iter().partition(|delivery| kept.contains(&delivery.notification_id));
    let ids = |deliveries: Vec<&Delivery>| deliveries.into_iter().map(|delivery| delivery.id).collect();
    Ok(Gathered { rows, told: ids(told), needless: ids(needless) })
}

fn covers(mute: &mutes::Row, row: &Row) -> bool {
    let of_record =
        mute.record_id.is_some() && mute.record_id == row.subject_id && mute.record_kind == row.subject_kind;
    of_record || mute.kind.as_deref() == Some(row.kind.as_str())
}
