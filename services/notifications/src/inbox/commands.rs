//! What a person does with their notifications. Each command is one transaction, and tells the person's other windows.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::events::{NOTIFICATION_UPDATED, NotificationUpdated};
use db::Tx;
use events::NewEvent;
use jobs::NewJob;
use kernel::Scope;
use sea_orm::{Condition, sea_query::ExprTrait};
use serde_json::json;
use uuid::Uuid;

use super::{
    queries::{self, Notification},
    store::{self, Column, column},
    wake,
};
use crate::{Error, Notifications, kinds::Category};

/// Most notifications named at once, and told of those that were read.
pub const MOST: u64 = 100;
/// The longest that something is put off.
const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(366);

/// Tells that the person's notifications are not what they were.
pub(crate) async fn tell(tx: &Tx, scope: &Scope, person: Uuid) -> Result<(), Error> {
    let (unread, _) = store::count_unread(tx, scope, person, tx.clock().now()).await?;
    let data = json!(NotificationUpdated { user_id: person, unread });
    Ok(events::append(tx, [NewEvent::of(NOTIFICATION_UPDATED, "user", person, data)]).await?)
}

async fn shown(service: &Notifications, scope: &Scope, id: Uuid) -> Result<Notification, Error> {
    let row = store::get(&service.db.reader(scope), scope, Notifications::me(scope)?, id).await?;
    queries::shown(service, scope, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// Marks one notification as read, or as unread.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn read(service: &Notifications, scope: &Scope, id: Uuid, read: bool) -> Result<Notification, Error> {
    let me = Notifications::me(scope)?;
    store::get(&service.db.reader(scope), scope, me, id).await?;
    mark(service, scope, Condition::all().add(column(Column::Id).eq(id)), read).await?;
    shown(service, scope, id).await
}

/// Marks notifications as read, or as unread; returns how many were not so before. Those of others are passed over.
///
/// # Errors
/// More than [`MOST`].
pub async fn read_many(service: &Notifications, scope: &Scope, ids: &[Uuid], read: bool) -> Result<u64, Error> {
    if ids.len() as u64 > MOST {
        let max = usize::try_from(MOST).unwrap_or_default();
        let mut refused = kernel::Fields::default();
        refused.refuse_with("ids", kernel::values::Problem::TooMany { max });
        return Err(refused.into());
    }
    mark(service, scope, Condition::all().add(column(Column::Id).is_in(ids.iter().copied())), read).await
}

async fn mark(service: &Notifications, scope: &Scope, which: Condition, read: bool) -> Result<u64, Error> {
    let me = Notifications::me(scope)?;
    let tx = service.db.begin(scope).await?;
    let changed = store::mark(&tx, scope, me, which, read).await?;
    if changed > 0 {
        tell(&tx, scope, me).await?;
    }
    tx.commit().await?;
    Ok(changed)
}

/// Marks all that is in the inbox as read, of a category and up to an instant as far as these are named; returns how many
/// that were, and the ids of the newest [`MOST`], to take it back.
///
/// # Errors
/// When the database is away.
pub async fn read_all(
    service: &Notifications,
    scope: &Scope,
    category: Option<Category>,
    up_to: Option<DateTime<Utc>>,
) -> Result<(u64, Vec<Uuid>), Error> {
    let me = Notifications::me(scope)?;
    let which = store::awake(service.db.clock().now());
    let which = Condition::all()
        .add(which)
        .add_option(category.map(|category| column(Column::Category).eq(category.as_str())))
        .add_option(up_to.map(|at| column(Column::LastAt).lte(at)));
    let tx = service.db.begin(scope).await?;
    let ids = store::unread_ids(&tx, scope, me, which.clone(), MOST).await?;
    let changed = store::mark(&tx, scope, me, which, true).await?;
    if changed > 0 {
        tell(&tx, scope, me).await?;
    }
    tx.commit().await?;
    Ok((changed, ids))
}

/// Puts a notification off, or no longer. What was read is unread again when its time comes.
///
/// # Errors
/// [`Error::NotFound`]; an instant that is past, or too far.
pub async fn snooze(
    service: &Notifications,
    scope: &Scope,
    id: Uuid,
    until: Option<DateTime<Utc>>,
) -> Result<Notification, Error> {
    let me = Notifications::me(scope)?;
    let now = service.db.clock().now();
    let tx = service.db.begin(scope).await?;
    let row = store::get(&tx, scope, me, id).await?;
    if until.is_some_and(|until| until <= now || until > now + LONGEST_SNOOZE) {
        return Err(Error::field("until", "notify.snooze.past"));
    }
    store::snooze(&tx, scope, &row, until).await?;
    if let Some(until) = until {
        let job = NewJob { kind: wake::KIND, payload: json!({ "id": id }), max_attempts: 10 };
        jobs::enqueue_at(&tx, job, until).await?;
    }
    tell(&tx, scope, me).await?;
    tx.commit().await?;
    shown(service, scope, id).await
}
