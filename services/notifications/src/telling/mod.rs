//! Telling people of things: one row for each person, or a share in the unread row that tells of the same already. Nobody
//! gets more than so many rows of a kind in an hour; the rest become one that sums them up.

mod store;
pub mod test;

use chrono::TimeDelta;
use contracts::{
    events::{NOTIFICATION_CREATED, NotificationCreated},
    ports::Recipient,
};
use db::Tx;
use events::NewEvent;
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Error, Notifications, deliveries,
    inbox::{self, store::Row},
    kinds::{Channel, Kind, Mode},
    mutes,
    preferences::store::{self as preferences, Wishes},
};

/// Most new rows of a kind in [`SPAN`].
pub const MOST: i64 = 60;
/// How far back they are counted.
const SPAN: TimeDelta = TimeDelta::hours(1);

/// Something that people are told.
#[derive(Clone, Debug)]
pub struct News {
    pub kind: Kind,
    /// What it is about: of what is about the same, the unread rows are one.
    pub subject: (String, Uuid),
    pub actor: Option<Uuid>,
    pub data: Value,
    /// More of it is to be expected at once, which rings no bell again.
    pub in_batch: bool,
}

/// Somebody who is told, and of how many things.
#[derive(Clone, Debug)]
pub struct Share {
    pub person: Recipient,
    pub count: i64,
}

/// A row that is told, and how.
pub struct Ringing<'a> {
    pub row: Row,
    pub person: &'a Recipient,
    pub wishes: &'a Wishes,
    /// It was there before.
    pub joined: bool,
    pub in_batch: bool,
}

/// The event of a row that its person is told of.
#[must_use]
pub fn told(event: &'static str, row: &Row) -> NewEvent {
    let data = NotificationCreated { user_id: row.user_id, kind: row.kind.clone(), category: row.category.clone() };
    NewEvent::of(event, "notification", row.id, json!(data))
}

/// Tells people, as far as they want to be told. The actor is nobody to be told.
///
/// # Errors
/// When the database refuses.
pub async fn tell(service: &Notifications, tx: &Tx, news: &News, shares: &[Share]) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?.clone();
    let (kind, about) = (news.kind.as_str(), (news.subject.0.as_str(), news.subject.1));
    let people: Vec<Uuid> = shares.iter().map(|share| share.person.id).collect();
    let muted = mutes::store::muted(tx, &scope, &people, kind, Some(about)).await?;
    let shares: Vec<&Share> =
        shares.iter().filter(|s| !muted.contains(&s.person.id) && news.actor != Some(s.person.id)).collect();
    let people: Vec<Uuid> = shares.iter().map(|share| share.person.id).collect();
    if people.is_empty() {
        return Ok(());
    }
    let wishes = preferences::load(tx, &scope, &people, Some(news.kind)).await?;
    let keys = Keys::of(news);
    let open = store::open(tx, &scope, &people, &[&keys.own, &keys.more]).await?;
    let recent = store::count_since(tx, &scope, &people, kind, tx.clock().now() - SPAN).await?;
    let mut ringing = Vec::new();
    for share in shares {
        let Some(wishes) = wishes.get(&share.person.id).filter(|wishes| service.reaches(news.kind, wishes)) else {
            continue;
        };
        let (id, person) = (share.person.id, &share.person);
        let known = |key: &str| open.iter().find(|row| row.user_id == id && row.collapse_key == key);
        let many = recent.get(&id).is_some_and(|count| *count >= MOST);
        let known = known(&keys.own).or_else(|| known(&keys.more).filter(|_| many));
        let row = match known {
            Some(row) => store::joined(tx, row, news, share.count),
            None => store::fresh(tx, &scope, news, share, (&keys, many), wishes.mode(news.kind, Channel::InApp)),
        };
        ringing.push(Ringing { row, person, wishes, joined: known.is_some(), in_batch: news.in_batch });
    }
    write(service, tx, &scope, &ringing).await
}

async fn write(service: &Notifications, tx: &Tx, scope: &Scope, ringing: &[Ringing<'_>]) -> Result<(), Error> {
    store::insert(tx, ringing.iter().filter(|one| !one.joined).map(|one| &one.row)).await?;
    let mut bells = Vec::new();
    for one in ringing {
        if one.joined {
            store::update(tx, scope, &one.row).await?;
        }
        match (one.row.in_app, one.joined && one.in_batch) {
            (false, _) => {}
            (true, false) => bells.push(told(NOTIFICATION_CREATED, &one.row)),
            (true, true) => inbox::commands::tell(tx, scope, one.row.user_id).await?,
        }
    }
    events::append(tx, bells).await?;
    deliveries::plan(service, tx, scope, ringing).await
}

impl Notifications {
    /// Whether anything comes of telling somebody of a kind.
    fn reaches(&self, kind: Kind, wishes: &Wishes) -> bool {
        let on = |channel: Channel| wishes.mode(kind, channel) != Mode::Off;
        on(Channel::InApp)
            || Channel::OUTWARD.into_iter().any(|channel| on(channel) && self.senders.contains_key(&channel))
    }
}

/// What rows are known by while they are unread.
pub(crate) struct Keys {
    own: String,
    /// Of the row that sums up what was too much.
    more: String,
}

impl Keys {
    fn of(news: &News) -> Self {
        let (kind, (of, id)) = (news.kind.as_str(), &news.subject);
        Self { own: format!("{kind}:{of}:{id}"), more: format!("{kind}:more") }
    }
}
