//! Writing notes. Their changes stand on the timeline of the record they are about.

use std::collections::HashMap;

use contracts::{
    events::{NOTE_CREATED, NOTE_DELETED, NOTE_UPDATED},
    permissions::NOTES_WRITE,
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{Reach, Resource, Scope, UserId, error::Forbidden};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    about::About,
    note::{self, NoteChanges, NoteFields},
    queries::{self, Note},
    store::{self, NewRow, Row},
};
use crate::{Crm, Error, trash};

const SUBJECT: &str = "note";

/// What a note would say after changes, and whom it then mentions. Only members count.
async fn written(
    crm: &Crm,
    scope: &Scope,
    old: NoteFields,
    changes: NoteChanges,
) -> Result<(NoteFields, Vec<Uuid>), Error> {
    let fields = old.changed(changes, crm.db.clock().now())?;
    let named = note::named_in(&fields.body);
    let members = if named.is_empty() { Vec::new() } else { crm.directory.people(scope).await.map_err(Error::Port)? };
    let members: HashMap<Uuid, String> = members.into_iter().map(|person| (person.id, person.name)).collect();
    Ok(fields.mentioning(&members)?)
}

/// Writes a note on a record.
///
/// # Errors
/// [`Error::NotFound`] when the record is unknown or out of reach; [`Error::Merged`]; [`Error::Invalid`] for an empty or
/// overlong body, an instant or a duration that cannot be.
pub async fn create(crm: &Crm, scope: &Scope, about: About, record: Uuid, changes: NoteChanges) -> Result<Note, Error> {
    scope.require(NOTES_WRITE)?;
    let (fields, mentions) = written(crm, scope, NoteFields::blank(), changes).await?;
    let author_id = scope.user_id().map(Uuid::from).ok_or(Error::NotFound)?;
    about.require(crm, scope, record).await?;
    let tx = crm.db.begin(scope).await?;
    if let Some(kind) = about.kept_here() {
        // Held, so that the note is written before a merge takes the record's notes along, or not at all.
        let state = trash::states_of(&tx, scope, kind, &[record]).await?.pop().ok_or(Error::NotFound)?;
        if state.merged_into.is_some() {
            return Err(Error::Merged);
        }
    }
    let new = NewRow { id: tx.clock().new_id(), about: (about, record), author_id, at: tx.clock().now() };
    let row = Row::new(new, fields, &mentions);
    store::insert(&tx, &row).await?;
    let change = Change { before: None, ..changed(None, &row, Action::Created)? };
    tell(&tx, &row, change, NOTE_CREATED, &mentions).await?;
    tx.commit().await?;
    if about == About::Deal {
        leave_no_orphan(crm, scope, record).await?;
    }
    queries::view(crm, scope, row).await
}

/// Nobody here holds a deal. One that was purged while its note was being written takes the note along, and whoever purges
/// it after this look finds the note.
async fn leave_no_orphan(crm: &Crm, scope: &Scope, deal: Uuid) -> Result<(), Error> {
    // Whoever's it is by now.
    let all = Scope { reach: Reach::ORGANIZATION, ..scope.clone() };
    let found = About::Deal.require(crm, &all, deal).await;
    if matches!(found, Err(Error::NotFound)) {
        let tx = crm.db.begin(scope).await?;
        forget(&tx, &[deal]).await?;
        tx.commit().await?;
    }
    found
}

/// Removes all that notes said of deals that are gone for good.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &Tx, deals: &[Uuid]) -> Result<(), Error> {
    store::remove_of(tx, About::Deal, deals).await?;
    Ok(db::change_log::forget_values(tx, deals).await?)
}

/// A note that the actor reaches and may change.
async fn own(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let note = store::get(&crm.db.reader(scope), scope, id).await?;
    let (about, record) = note.record().ok_or(Error::NotFound)?;
    about.require(crm, scope, record).await?;
    require_own(scope, about, &note)?;
    Ok(note)
}

/// Agents write their own notes; whoever reaches all records of the kind may change any.
fn require_own(scope: &Scope, about: About, note: &Row) -> Result<(), Error> {
    let resource = if about == About::Deal { Resource::Deals } else { Resource::Clients };
    if scope.reaches_all(resource) || scope.user_id() == Some(UserId(note.author_id)) {
        return Ok(());
    }
    Err(Forbidden { permission: NOTES_WRITE.name }.into())
}

/// Rewrites a note.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; [`Error::Invalid`].
pub async fn change(
    crm: &Crm,
    scope: &Scope,
    id: Uuid,
    changes: NoteChanges,
    expected: Option<i64>,
) -> Result<Note, Error> {
    scope.require(NOTES_WRITE)?;
    let old = own(crm, scope, id).await?;
    if expected.is_some_and(|version| version != old.version) {
        return Err(stale(crm, scope, id).await?);
    }
    let (fields, mentions) = written(crm, scope, old.fields(), changes).await?;
    let row = old.clone().saying(fields, &mentions);
    if row == old {
        return queries::view(crm, scope, old).await;
    }
    let tx = crm.db.begin(scope).await?;
    let row = Row { version: old.version + 1, updated_at: tx.clock().now(), ..row };
    if !store::update(&tx, &row, None).await? {
        tx.rollback().await?;
        return Err(stale(crm, scope, id).await?);
    }
    // Whom it mentioned before has been told.
    let before = old.mentions();
    let anew: Vec<Uuid> = mentions.into_iter().filter(|user| !before.contains(user)).collect();
    tell(&tx, &row, changed(Some(&old), &row, Action::Updated)?, NOTE_UPDATED, &anew).await?;
    tx.commit().await?;
    queries::view(crm, scope, row).await
}

/// Deletes a note.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(crm: &Crm, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(NOTES_WRITE)?;
    let old = own(crm, scope, id).await?;
    let tx = crm.db.begin(scope).await?;
    let now = tx.clock().now();
    let row = Row { version: old.version + 1, updated_at: now, ..old.clone() };
    if !store::update(&tx, &row, Some(now)).await? {
        tx.rollback().await?;
        return Err(stale(crm, scope, id).await?);
    }
    let change = Change { before: Some(image(&old)), after: Some(json!({})), ..changed(None, &row, Action::Deleted)? };
    tell(&tx, &row, change, NOTE_DELETED, &[]).await?;
    Ok(tx.commit().await?)
}

/// The note as it is by now, as the other side of a conflict.
async fn stale(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Error, Error> {
    let current = store::get(&crm.db.reader(scope), scope, id).await?;
    let current = queries::view(crm, scope, current).await?;
    Ok(Error::Stale(serde_json::to_value(current).unwrap_or_default()))
}

fn image(row: &Row) -> Value {
    serde_json::to_value(row.fields()).unwrap_or_default()
}

/// The entry of a change of a note: on the timeline of what it is about.
fn changed(old: Option<&Row>, new: &Row, action: Action) -> Result<Change, Error> {
    let (_, record_id) = new.record().ok_or(Error::NotFound)?;
    let before = old.map_or_else(|| json!({}), image);
    Ok(Change { record_id, ..Change::between(SUBJECT, new.id, action, &before, &image(new), new.version) })
}

/// History and event of a change of a note, with those whom it mentions and did not before.
async fn tell(tx: &Tx, row: &Row, change: Change, event: &'static str, mentions: &[Uuid]) -> Result<(), Error> {
    let (about, record_id) = row.record().ok_or(Error::NotFound)?;
    db::change_log::record(tx, [change]).await?;
    let mut data = json!({ "recordType": about, "recordId": record_id, "kind": row.fields().kind });
    if event != NOTE_DELETED {
        data["mentions"] = json!(mentions);
    }
    Ok(events::append(tx, [NewEvent::of(event, SUBJECT, row.id, data)]).await?)
}
