//! Deals into the trash, out of it, and out of it for good.

use contracts::{
    events::{DEAL_DELETED, DEAL_PURGED, DEAL_RESTORED},
    permissions::{DEALS_DELETE, DEALS_PURGE},
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::{
    commands::{KIND, stale},
    deal::{DELETED_AT, StoredDeal},
    store,
};
use crate::{Error, Pipeline, moves::history};

/// Puts a deal into the trash; one that is there already stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`] when `expected` is no longer its version.
pub async fn delete(service: &Pipeline, scope: &Scope, id: Uuid, expected: Option<i64>) -> Result<(), Error> {
    scope.require(DEALS_DELETE)?;
    let tx = service.db.begin(scope).await?;
    let deal = store::lock_many(&tx, scope, &[id]).await?.pop().ok_or(Error::NotFound)?.deal;
    if expected.is_some_and(|version| version != deal.version) {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    }
    if deal.deleted_at.is_some() {
        return Ok(());
    }
    put(&tx, vec![deal], Action::Deleted).await?;
    Ok(tx.commit().await?)
}

/// Takes a deal out of the trash, to where it stood; one that is not there stays as it is.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn restore(service: &Pipeline, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(DEALS_DELETE)?;
    let tx = service.db.begin(scope).await?;
    let deal = store::lock_many(&tx, scope, &[id]).await?.pop().ok_or(Error::NotFound)?.deal;
    if deal.deleted_at.is_none() {
        return Ok(());
    }
    put(&tx, vec![deal], Action::Restored).await?;
    Ok(tx.commit().await?)
}

/// Puts deals that are held into the trash, or takes them out, with history and one event.
///
/// # Errors
/// When the database refuses.
pub async fn put(tx: &Tx, deals: Vec<StoredDeal>, action: Action) -> Result<(), Error> {
    let deleted_at = (action == Action::Deleted).then(|| tx.clock().now());
    let mut changes = Vec::with_capacity(deals.len());
    for old in deals {
        let new = store::update_deleted_at(tx, &old, deleted_at).await?;
        let new = new.ok_or(db::Error::Stored("a deal that is held"))?;
        let (before, after) = (json!({ DELETED_AT: old.deleted_at }), json!({ DELETED_AT: deleted_at }));
        changes.push(Change::between(KIND, old.id, action, &before, &after, new.version));
    }
    let subject_ids: Vec<Uuid> = changes.iter().map(|change| change.subject_id).collect();
    if subject_ids.is_empty() {
        return Ok(());
    }
    db::change_log::record(tx, changes).await?;
    let kind = if action == Action::Deleted { DEAL_DELETED } else { DEAL_RESTORED };
    Ok(events::append(tx, [NewEvent { kind, subject_kind: KIND, subject_ids, data: json!({}) }]).await?)
}

/// Deletes a deal in the trash for good: the row, its history of moves, and the values in its change log.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotInTrash`].
pub async fn purge(service: &Pipeline, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(DEALS_PURGE)?;
    let tx = service.db.begin(scope).await?;
    let deal = store::lock_many(&tx, scope, &[id]).await?.pop().ok_or(Error::NotFound)?.deal;
    if deal.deleted_at.is_none() {
        return Err(Error::NotInTrash);
    }
    history::remove_of(&tx, &[id]).await?;
    store::remove(&tx, &[id]).await?;
    db::change_log::forget_values(&tx, &[id]).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Purged,
        before: None,
        after: None,
        version: deal.version,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [NewEvent::of(DEAL_PURGED, KIND, id, json!({}))]).await?;
    Ok(tx.commit().await?)
}
