//! Writing notes. Their changes stand on the timeline of the record they are about.

use contracts::{
    events::{NOTE_CREATED, NOTE_DELETED, NOTE_UPDATED},
    permissions::NOTES_WRITE,
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{Fields, Reach, Scope, UserId, error::Forbidden, values::Paragraph};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    about::About,
    queries::{self, Note},
    store::{self, Row},
};
use crate::{Crm, Error, trash};

const SUBJECT: &str = "note";

fn parse(body: &str) -> Result<String, Error> {
    let mut fields = Fields::default();
    let body = fields.take("body", Paragraph::<10_000>::parse(body));
    Ok(fields.finish(|| body.map(Paragraph::into_string).unwrap_or_default())?)
}

/// Writes a note on a record.
///
/// # Errors
/// [`Error::NotFound`] when the record is unknown or out of reach; [`Error::Merged`]; [`Error::Invalid`] for an empty or
/// overlong body.
pub async fn create(crm: &Crm, scope: &Scope, about: About, record: Uuid, body: &str) -> Result<Note, Error> {
    scope.require(NOTES_WRITE)?;
    let body = parse(body)?;
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
    let now = tx.clock().now();
    let row = Row {
        id: tx.clock().new_id(),
        contact_id: (about == About::Contact).then_some(record),
        company_id: (about == About::Company).then_some(record),
        deal_id: (about == About::Deal).then_some(record),
        author_id,
        body,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(&tx, &row).await?;
    let after = Some(json!({ "body": row.body }));
    tell(&tx, &row, Action::Created, (None, after), NOTE_CREATED).await?;
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
    let all = Scope { reach: Reach::Organization, ..scope.clone() };
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
    require_own(scope, &note)?;
    Ok(note)
}

/// Agents write their own notes; whoever reaches the whole organization may change any.
fn require_own(scope: &Scope, note: &Row) -> Result<(), Error> {
    if scope.reach == Reach::Organization || scope.user_id() == Some(UserId(note.author_id)) {
        return Ok(());
    }
    Err(Forbidden { permission: NOTES_WRITE.name }.into())
}

/// Rewrites a note.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; [`Error::Invalid`].
pub async fn change(crm: &Crm, scope: &Scope, id: Uuid, body: &str, expected: Option<i64>) -> Result<Note, Error> {
    scope.require(NOTES_WRITE)?;
    let body = parse(body)?;
    let old = own(crm, scope, id).await?;
    if expected.is_some_and(|version| version != old.version) {
        return Err(stale(crm, scope, id).await?);
    }
    if old.body == body {
        return queries::view(crm, scope, old).await;
    }
    let tx = crm.db.begin(scope).await?;
    if !store::update(&tx, &old, &body, None).await? {
        tx.rollback().await?;
        return Err(stale(crm, scope, id).await?);
    }
    let row = Row { body, version: old.version + 1, updated_at: tx.clock().now(), ..old.clone() };
    let images = (Some(json!({ "body": old.body })), Some(json!({ "body": row.body })));
    tell(&tx, &row, Action::Updated, images, NOTE_UPDATED).await?;
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
    if !store::update(&tx, &old, &old.body, Some(tx.clock().now())).await? {
        tx.rollback().await?;
        return Err(stale(crm, scope, id).await?);
    }
    let row = Row { version: old.version + 1, ..old };
    tell(&tx, &row, Action::Deleted, (Some(json!({ "body": row.body })), Some(json!({}))), NOTE_DELETED).await?;
    Ok(tx.commit().await?)
}

/// The note as it is by now, as the other side of a conflict.
async fn stale(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Error, Error> {
    let current = store::get(&crm.db.reader(scope), scope, id).await?;
    let current = queries::view(crm, scope, current).await?;
    Ok(Error::Stale(serde_json::to_value(current).unwrap_or_default()))
}

/// History and event of a change of a note.
async fn tell(
    tx: &Tx,
    row: &Row,
    action: Action,
    (before, after): (Option<Value>, Option<Value>),
    event: &'static str,
) -> Result<(), Error> {
    let (about, record_id) = row.record().ok_or(Error::NotFound)?;
    let change =
        Change { subject_kind: SUBJECT, subject_id: row.id, record_id, action, before, after, version: row.version };
    db::change_log::record(tx, [change]).await?;
    let data = json!({ "recordType": about, "recordId": record_id });
    Ok(events::append(tx, [NewEvent::of(event, SUBJECT, row.id, data)]).await?)
}
