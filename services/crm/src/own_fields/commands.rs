//! Defining fields. Each command is one transaction: the rule, the rows, the change log, the event.

use contracts::{
    events::{FIELD_CREATED, FIELD_DELETED, FIELD_UPDATED},
    permissions::FIELDS_WRITE,
};
use db::{Action, Change, Tx};
use events::NewEvent;
use fields::{CustomField, CustomFieldInput, CustomFieldPatch, MAX_FIELDS, RecordType};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Crm, Error,
    record::{changed_fields, filled_in},
};

/// The word for fields in change log and events.
const KIND: &str = "field";

/// The fields of a kind of record in their order, archived ones among them. Every member may know them.
///
/// # Errors
/// When the database is away.
pub async fn list(crm: &Crm, scope: &Scope, of: RecordType) -> Result<Vec<CustomField>, Error> {
    Ok(fields::list(&crm.db.reader(scope), scope, Some(of)).await?)
}

/// Defines a field.
///
/// # Errors
/// [`Error::Invalid`] with every part at fault; [`Error::TooMany`].
pub async fn create(crm: &Crm, scope: &Scope, input: CustomFieldInput) -> Result<CustomField, Error> {
    scope.require(FIELDS_WRITE)?;
    let tx = crm.db.begin(scope).await?;
    let others = fields::lock(&tx, scope, input.record_type).await?;
    if others.len() >= MAX_FIELDS {
        return Err(Error::TooMany { max: MAX_FIELDS });
    }
    let field = input.parse(&others, tx.clock().now(), &mut || tx.clock().new_id())?;
    match fields::insert(&tx, &field).await {
        // Somebody took the key a moment ago.
        Err(error) if error.is_unique_violation() => return Err(Error::field("key", "field.key.taken")),
        done => done?,
    }
    let change = Change {
        subject_kind: KIND,
        subject_id: field.id,
        record_id: field.id,
        action: Action::Created,
        before: None,
        after: Some(filled_in(field.image())),
        version: 1,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [told(FIELD_CREATED, &field, None)]).await?;
    tx.commit().await?;
    crm.definitions.changed(scope);
    Ok(field)
}

fn told(event: &'static str, field: &CustomField, change: Option<&Change>) -> NewEvent {
    let mut data = json!({ "recordType": field.record_type, "key": field.key });
    if let Some(change) = change {
        data["fields"] = json!(changed_fields(change));
    }
    NewEvent::of(event, KIND, field.id, data)
}

/// Changes a field, and its place among the others. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`]; [`Error::Invalid`] with every part at fault.
pub async fn change(crm: &Crm, scope: &Scope, id: Uuid, patch: CustomFieldPatch) -> Result<CustomField, Error> {
    scope.require(FIELDS_WRITE)?;
    let tx = crm.db.begin(scope).await?;
    let of = fields::get(&tx, scope, id).await?.ok_or(Error::NotFound)?.record_type;
    let all = fields::lock(&tx, scope, of).await?;
    let old = all.iter().find(|field| field.id == id).ok_or(Error::NotFound)?;
    if patch.version.is_some_and(|version| version != old.version) {
        return Err(Error::Stale(serde_json::to_value(old).unwrap_or_default()));
    }
    let mut new = patch.apply(old.clone(), &mut || tx.clock().new_id())?;
    let order = placed(&all, id, patch.position);
    new.position = index_of(&order, id);
    let (before, after) = (image(old, index_of_field(&all, id)), image(&new, new.position));
    if before == after {
        return Ok(old.clone());
    }
    (new.version, new.updated_at) = (old.version + 1, tx.clock().now());
    fields::update(&tx, &new).await?;
    close_up(&tx, &all, &order, id).await?;
    let change = Change::between(KIND, id, Action::Updated, &before, &after, new.version);
    let event = told(FIELD_UPDATED, &new, Some(&change));
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [event]).await?;
    tx.commit().await?;
    crm.definitions.changed(scope);
    Ok(new)
}

fn image(field: &CustomField, position: i64) -> Value {
    let mut image = field.image();
    image["position"] = json!(position);
    image
}

/// The ids in their order, with this one at the place it asks for.
fn placed(all: &[CustomField], id: Uuid, position: Option<i64>) -> Vec<Uuid> {
    let mut order: Vec<Uuid> = all.iter().map(|field| field.id).collect();
    if let Some(position) = position {
        order.retain(|other| *other != id);
        let at = usize::try_from(position).unwrap_or_default().min(order.len());
        order.insert(at, id);
    }
    order
}

fn index_of(order: &[Uuid], id: Uuid) -> i64 {
    order.iter().position(|other| *other == id).and_then(|index| i64::try_from(index).ok()).unwrap_or_default()
}

fn index_of_field(all: &[CustomField], id: Uuid) -> i64 {
    all.iter().position(|field| field.id == id).and_then(|index| i64::try_from(index).ok()).unwrap_or_default()
}

/// Gives the others the places that are left.
async fn close_up(tx: &Tx, all: &[CustomField], order: &[Uuid], moved: Uuid) -> Result<(), Error> {
    for field in all.iter().filter(|field| field.id != moved) {
        let position = index_of(order, field.id);
        if position != field.position {
            fields::renumber(tx, field.id, position).await?;
        }
    }
    Ok(())
}

/// Deletes a field. The values stay in the records, and in their history.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn delete(crm: &Crm, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(FIELDS_WRITE)?;
    let tx = crm.db.begin(scope).await?;
    let field = fields::get(&tx, scope, id).await?.ok_or(Error::NotFound)?;
    fields::remove(&tx, id).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Deleted,
        before: Some(field.image()),
        after: None,
        version: field.version,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [told(FIELD_DELETED, &field, None)]).await?;
    tx.commit().await?;
    crm.definitions.changed(scope);
    Ok(())
}
