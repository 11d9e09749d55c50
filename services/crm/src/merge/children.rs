//! What hangs on records that are merged, and goes back when they are taken apart: notes, and the contacts of a company.
//! What hangs on them in other services follows by a port.

use std::collections::{BTreeMap, HashMap};

use batches::{Deed, Left, PutBack};
use contracts::events::NOTE_UPDATED;
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, Order,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde_json::json;
use uuid::Uuid;

use super::request::Wish;
use crate::{
    Crm, Error,
    bulk::run::record,
    contacts,
    notes::store::{self as notes, Place},
    record::{Column, RecordKind},
};

/// Contacts written at once.
const CHUNK: usize = 500;
/// The word for notes in change log and events.
const NOTE: &str = "note";

/// Moves everything to the record that stays; gives the number of rows.
///
/// # Errors
/// When the database or another service refuses.
pub async fn follow(
    crm: &Crm,
    tx: &Tx,
    scope: &Scope,
    kind: RecordKind,
    wish: &Wish,
    name: &str,
) -> Result<u64, Error> {
    let mut moved = move_notes(tx, scope, kind, wish).await?;
    if kind == RecordKind::Company {
        moved += move_contacts(tx, scope, wish, name).await?;
    }
    let merge = batches::Merge { record: kind.into(), into: wish.into, from: wish.from.clone() };
    for children in &crm.children {
        moved += children.follow(tx, &merge).await.map_err(Error::Port)?;
    }
    Ok(moved)
}

async fn move_notes(tx: &Tx, scope: &Scope, kind: RecordKind, wish: &Wish) -> Result<u64, Error> {
    let places = notes::hold_of(tx, scope, kind, &wish.from).await?;
    let ids: Vec<Uuid> = places.iter().map(|place| place.id).collect();
    notes::move_to(tx, scope, kind, &ids, wish.into).await?;
    let changes = places.iter().map(|place| moved_note(kind, place, wish.into, Action::Updated)).collect();
    tell_notes(tx, kind, wish.into, changes).await?;
    Ok(ids.len() as u64)
}

/// The change of a note that moves; the timeline of where it goes shows it.
fn moved_note(kind: RecordKind, place: &Place, to: Uuid, action: Action) -> Change {
    let field = match kind {
        RecordKind::Contact => "contactId",
        RecordKind::Company => "companyId",
    };
    Change {
        subject_kind: NOTE,
        subject_id: place.id,
        record_id: to,
        action,
        before: Some(json!({ field: place.record })),
        after: Some(json!({ field: to })),
        version: place.version + 1,
    }
}

async fn tell_notes(tx: &Tx, kind: RecordKind, to: Uuid, changes: Vec<Change>) -> Result<(), Error> {
    if changes.is_empty() {
        return Ok(());
    }
    let subject_ids = changes.iter().map(|change| change.subject_id).collect();
    db::change_log::record(tx, changes).await?;
    let data = json!({ "recordType": kind, "recordId": to });
    Ok(events::append(tx, [NewEvent { kind: NOTE_UPDATED, subject_kind: NOTE, subject_ids, data }]).await?)
}

/// Holds the contacts of companies until the transaction ends, in the order of their ids; those that were merged stay
/// where they are. Comes before the companies are held: whoever changes both takes contacts first.
///
/// # Errors
/// When the database is away.
pub async fn hold_contacts(tx: &Tx, scope: &Scope, companies: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let kind = RecordKind::Contact;
    let mut select = Query::select();
    select.expr(kind.column(Column::Id)).from(kind.table()).and_where(kind.column(Column::OrgId).eq(scope.org_id.0));
    select.and_where(Expr::col((kind.table(), Alias::new("company_id"))).is_in(companies.iter().copied()));
    select.and_where(kind.column(Column::MergedInto).is_null());
    select.order_by((kind.table(), Column::Id), Order::Asc).lock_exclusive();
    let rows = tx.query_all(&select).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

async fn move_contacts(tx: &Tx, scope: &Scope, wish: &Wish, name: &str) -> Result<u64, Error> {
    // Once more, now that the companies are held too: nobody joins them any more.
    let ids = hold_contacts(tx, scope, &wish.from).await?;
    for chunk in ids.chunks(CHUNK) {
        let changes = contacts::many::rehome(tx, scope, chunk, wish.into, name).await?;
        record(tx, RecordKind::Contact, changes).await?;
    }
    Ok(ids.len() as u64)
}

/// Gives notes back to the records that they were on, as far as nobody touched them since.
///
/// # Errors
/// When the database refuses.
pub async fn put_notes_back(
    tx: &Tx,
    scope: &Scope,
    kind: RecordKind,
    deeds: HashMap<Uuid, Deed>,
) -> Result<PutBack, Error> {
    let held = notes::hold(tx, scope, kind, &deeds.keys().copied().collect::<Vec<_>>()).await?;
    let mut by_record: BTreeMap<Uuid, Vec<&Place>> = BTreeMap::new();
    let mut back = PutBack::default();
    for (id, deed) in &deeds {
        let place = held.iter().find(|place| place.id == *id);
        let untouched = place.filter(|place| place.version == deed.earlier.version);
        let earlier = deed.earlier.values.values().find_map(|value| value.as_str()?.parse::<Uuid>().ok());
        match untouched.zip(earlier) {
            Some((place, earlier)) => by_record.entry(earlier).or_default().push(place),
            None => back.left.push(Left { id: *id, name: place.map(Place::title) }),
        }
    }
    for (record, places) in by_record {
        let ids: Vec<Uuid> = places.iter().map(|place| place.id).collect();
        notes::move_to(tx, scope, kind, &ids, record).await?;
        let changes = places.iter().map(|place| moved_note(kind, place, record, Action::Reverted)).collect();
        tell_notes(tx, kind, record, changes).await?;
        back.done += ids.len() as u64;
    }
    Ok(back)
}
