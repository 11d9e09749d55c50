//! Into the trash, out of it, and out of it for good – the same for every kind of record.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, Order, Value as SqlValue,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Crm, Error, companies, contacts, duplicates, identities, notes,
    record::{Column, DELETED_AT, RecordKind, Standing},
};

/// Where a record stands.
#[derive(Clone, Copy, Debug)]
pub struct State {
    pub id: Uuid,
    pub version: i64,
    pub deleted_at: Option<DateTime<Utc>>,
    pub merged_into: Option<Uuid>,
}

impl State {
    /// Whether it is in use, in the trash, or another one by now.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing { deleted_at: self.deleted_at, merged_into: self.merged_into }
    }
}

/// Puts a record into the trash; one that is there already stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`] when `expected` is no longer its version.
pub async fn delete(crm: &Crm, scope: &Scope, kind: RecordKind, id: Uuid, expected: Option<i64>) -> Result<(), Error> {
    scope.require(kind.rights().delete)?;
    let tx = crm.db.begin(scope).await?;
    let state = state_of(&tx, scope, kind, id).await?;
    if expected.is_some_and(|version| version != state.version) {
        return Err(Error::Stale(shown(crm, scope, kind, id).await?));
    }
    if state.deleted_at.is_some() {
        return Ok(());
    }
    let deleted_at = Some(tx.clock().now());
    move_many(&tx, kind, &[state], deleted_at, Action::Deleted).await?;
    Ok(tx.commit().await?)
}

/// Takes a record out of the trash; one that is not there stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Merged`].
pub async fn restore(crm: &Crm, scope: &Scope, kind: RecordKind, id: Uuid) -> Result<(), Error> {
    scope.require(kind.rights().delete)?;
    let tx = crm.db.begin(scope).await?;
    let state = state_of(&tx, scope, kind, id).await?;
    if state.merged_into.is_some() {
        return Err(Error::Merged);
    }
    if state.deleted_at.is_none() {
        return Ok(());
    }
    move_many(&tx, kind, &[state], None, Action::Restored).await?;
    Ok(tx.commit().await?)
}

/// Deletes a record in the trash for good: the row, what it is recognised by, its notes, and the values in its history –
/// and with it those that were merged into it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotInTrash`]; [`Error::Merged`].
pub async fn purge(crm: &Crm, scope: &Scope, kind: RecordKind, id: Uuid) -> Result<(), Error> {
    scope.require(kind.rights().purge)?;
    let tx = crm.db.begin(scope).await?;
    let state = state_of(&tx, scope, kind, id).await?;
    if state.merged_into.is_some() {
        return Err(Error::Merged);
    }
    if state.deleted_at.is_none() {
        return Err(Error::NotInTrash);
    }
    let states = with_merged(&tx, scope, kind, state).await?;
    let ids: Vec<Uuid> = states.iter().map(|state| state.id).collect();
    remove_many(&tx, kind, &ids).await?;
    let gone = |state| Change { before: None, after: None, ..moved(kind, state, None, Action::Purged) };
    db::change_log::record(&tx, states.into_iter().map(gone)).await?;
    let (event, subject_kind) = (kind.events().purged, kind.as_str());
    events::append(&tx, [NewEvent { kind: event, subject_kind, subject_ids: ids, data: json!({}) }]).await?;
    Ok(tx.commit().await?)
}

/// A record, those that were merged into it, and those that were merged into these.
async fn with_merged(tx: &Tx, scope: &Scope, kind: RecordKind, state: State) -> Result<Vec<State>, Error> {
    let mut all = vec![state];
    let mut next = vec![state.id];
    while !next.is_empty() {
        let mut select = select_states(kind);
        select.and_where(kind.column(Column::OrgId).eq(scope.org_id.0));
        select.and_where(kind.column(Column::MergedInto).is_in(next));
        let merged = read_states(tx, &select).await?;
        next = merged.iter().map(|state| state.id).collect();
        all.extend(merged);
    }
    Ok(all)
}

/// Moves records into the trash or out of it, with history and one event; returns how many were not there already.
///
/// # Errors
/// When the database refuses.
pub async fn move_many(
    tx: &Tx,
    kind: RecordKind,
    states: &[State],
    deleted_at: Option<DateTime<Utc>>,
    action: Action,
) -> Result<u64, Error> {
    let mut changes = Vec::with_capacity(states.len());
    for chunk in states.chunks(500) {
        changes.extend(
            set_deleted_at(tx, kind, chunk, deleted_at).await?.into_iter().map(|s| moved(kind, s, deleted_at, action)),
        );
    }
    let count = changes.len() as u64;
    if count == 0 {
        return Ok(0);
    }
    let subject_ids = changes.iter().map(|change| change.subject_id).collect();
    db::change_log::record(tx, changes).await?;
    let event = if action == Action::Deleted { kind.events().deleted } else { kind.events().restored };
    events::append(tx, [NewEvent { kind: event, subject_kind: kind.as_str(), subject_ids, data: json!({}) }]).await?;
    Ok(count)
}

/// Returns the rows it changed: where they stood, with the version they have now.
async fn set_deleted_at(
    tx: &Tx,
    kind: RecordKind,
    states: &[State],
    deleted_at: Option<DateTime<Utc>>,
) -> Result<Vec<State>, Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let stands = Expr::col(Column::DeletedAt);
    let mut update = Query::update();
    update
        .table(kind.table())
        .value(Column::DeletedAt, Expr::value(SqlValue::from(deleted_at)))
        .value(Column::UpdatedAt, Expr::value(tx.clock().now()))
        .value(Column::Version, Expr::col(Column::Version).add(1))
        .and_where(Expr::col(Column::OrgId).eq(org_id))
        .and_where(Expr::col(Column::Id).is_in(states.iter().map(|state| state.id)))
        .and_where(if deleted_at.is_some() { stands.is_null() } else { stands.is_not_null() })
        .and_where(Expr::col(Column::MergedInto).is_null())
        .returning(Query::returning().columns([Column::Id, Column::Version]));
    let versions: HashMap<Uuid, i64> = tx
        .query_all(&update)
        .await?
        .iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "version")?)))
        .collect::<Result<_, sea_orm::DbErr>>()?;
    Ok(states.iter().filter_map(|s| versions.get(&s.id).map(|version| State { version: *version, ..*s })).collect())
}

/// The change-log entry of a record that stood as `state.deleted_at` tells.
fn moved(kind: RecordKind, state: State, deleted_at: Option<DateTime<Utc>>, action: Action) -> Change {
    Change {
        subject_kind: kind.as_str(),
        subject_id: state.id,
        record_id: state.id,
        action,
        before: Some(json!({ DELETED_AT: state.deleted_at })),
        after: Some(json!({ DELETED_AT: deleted_at })),
        version: state.version,
    }
}

/// Removes records with all that hangs on them. Contacts of a removed company keep its id, which readers no longer find.
///
/// # Errors
/// When the database refuses.
pub async fn remove_many(tx: &Tx, kind: RecordKind, ids: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    notes::store::remove_of(tx, kind, ids).await?;
    identities::remove(tx, ids).await?;
    duplicates::dismissals::remove(tx, ids).await?;
    db::change_log::forget_values(tx, ids).await?;
    let mut delete = Query::delete();
    delete.from_table(kind.table()).and_where(Expr::col(Column::OrgId).eq(org_id));
    delete.and_where(Expr::col(Column::Id).is_in(ids.iter().copied()));
    tx.execute(&delete).await?;
    Ok(())
}

/// Where a record stands, and will until the transaction ends.
async fn state_of(tx: &Tx, scope: &Scope, kind: RecordKind, id: Uuid) -> Result<State, Error> {
    states_of(tx, scope, kind, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Where these records stand, and will until the transaction ends; those out of reach are left out.
///
/// # Errors
/// When the database is away.
pub async fn states_of(tx: &Tx, scope: &Scope, kind: RecordKind, ids: &[Uuid]) -> Result<Vec<State>, Error> {
    let mut select = select_states(kind);
    select.cond_where(kind.within(scope));
    // In the order of their ids, so that two who want the same records wait instead of blocking each other.
    select.and_where(kind.column(Column::Id).is_in(ids.iter().copied()));
    select.order_by((kind.table(), Column::Id), Order::Asc).lock_exclusive();
    read_states(tx, &select).await
}

fn select_states(kind: RecordKind) -> SelectStatement {
    let columns = [Column::Id, Column::Version, Column::DeletedAt, Column::MergedInto];
    let mut select = Query::select();
    select.columns(columns.map(|column| (kind.table(), column))).from(kind.table());
    select
}

async fn read_states(tx: &Tx, select: &SelectStatement) -> Result<Vec<State>, Error> {
    let read = |row: &sea_orm::QueryResult| {
        Ok::<_, sea_orm::DbErr>(State {
            id: row.try_get("", "id")?,
            version: row.try_get("", "version")?,
            deleted_at: row.try_get("", "deleted_at")?,
            merged_into: row.try_get("", "merged_into")?,
        })
    };
    Ok(tx.query_all(select).await?.iter().map(read).collect::<Result<_, _>>()?)
}

/// The record as it is now, for the other side of a conflict.
pub(crate) async fn shown(crm: &Crm, scope: &Scope, kind: RecordKind, id: Uuid) -> Result<Value, Error> {
    let json = match kind {
        RecordKind::Contact => serde_json::to_value(contacts::queries::get(crm, scope, id).await?),
        RecordKind::Company => serde_json::to_value(companies::queries::get(crm, scope, id).await?),
    };
    Ok(json.unwrap_or_default())
}
