//! A notification that somebody sends to themselves, to see a channel work.

use chrono::TimeDelta;
use contracts::events::NOTIFICATION_CREATED;
use db::Tx;
use kernel::Scope;
use serde_json::json;

use super::{Keys, News, Share, store, told};
use crate::{
    Error, Notifications, deliveries,
    kinds::{Channel, Kind, Mode},
};

/// Most of them in an hour.
const MOST: i64 = 20;

/// Sends one on a channel.
///
/// # Errors
/// A channel that the caller cannot be reached on; [`Error::TooMany`].
pub async fn send(service: &Notifications, scope: &Scope, channel: Channel) -> Result<(), Error> {
    let me = Notifications::me(scope)?;
    let person = service.person(scope, me).await?.ok_or(Error::NotFound)?;
    if channel != Channel::InApp && deliveries::work::way(service, scope, Some(channel), me).await?.is_none() {
        return Err(Error::field("channel", "notify.channel"));
    }
    let tx = service.db.begin(scope).await?;
    require_few(&tx, scope, me).await?;
    let (in_app, id) = (channel == Channel::InApp, tx.clock().new_id());
    let subject = ("test".to_owned(), id);
    let news = News { kind: Kind::Test, subject, actor: None, data: json!({}), in_batch: false };
    let mode = if in_app { Mode::Instant } else { Mode::Off };
    let mut row = store::fresh(&tx, scope, &news, &Share { person, count: 1 }, (&Keys::of(&news), false), mode);
    (row.subject_kind, row.subject_id) = (None, None);
    store::insert(&tx, std::iter::once(&row)).await?;
    if in_app {
        events::append(&tx, [told(NOTIFICATION_CREATED, &row)]).await?;
    } else {
        deliveries::send_now(&tx, scope, &row, channel).await?;
    }
    Ok(tx.commit().await?)
}

async fn require_few(tx: &Tx, scope: &Scope, me: uuid::Uuid) -> Result<(), Error> {
    let since = tx.clock().now() - TimeDelta::hours(1);
    let sent = store::count_since(tx, scope, &[me], Kind::Test.as_str(), since).await?;
    if sent.get(&me).is_some_and(|count| *count >= MOST) {
        return Err(Error::TooMany { max: u64::try_from(MOST).unwrap_or_default() });
    }
    Ok(())
}
