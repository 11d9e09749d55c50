//! Changing contacts. Each command is one transaction: the rule, the rows, the change log, the event.

use contracts::{
    events::{Assigned, CONTACT_CREATED, RecordsCreated},
    permissions::{CONTACTS_READ, CONTACTS_WRITE},
};
use db::{Action, Change, Tx};
use events::NewEvent;
use fields::FieldSet;
use kernel::{Resource, Scope, values::Line};
use serde::Serialize;
use serde_json::{Map, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    contact::{ContactFields, ContactInput, ContactPatch, ContactReplace, Edited},
    queries::{self, Contact},
    store::{self, Loaded, NewContact, Update},
};
use crate::{
    Crm, Error, companies,
    duplicates::{self, DuplicateCheck, DuplicateHint, Likeness},
    record::{RecordKind, Stored, filled_in, updated},
    requests::Given,
};

const KIND: RecordKind = RecordKind::Contact;

/// A new contact, and records that look the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactCreated {
    #[serde(flatten)]
    pub contact: Contact,
    pub duplicates: Vec<DuplicateHint>,
}

/// Creates a contact.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault.
pub async fn create(crm: &Crm, scope: &Scope, input: ContactInput) -> Result<ContactCreated, Error> {
    scope.require(CONTACTS_WRITE)?;
    let own = crm.own_fields(scope, KIND, &input.custom).await?;
    let Edited { mut fields, company_name } =
        ContactPatch::from(input).apply(ContactFields::default(), crm.region(), &own)?;
    crm.check_owner(scope, Resource::Clients, fields.owner_id).await?;
    crm.check_references(scope, &own, &Map::new(), &fields.custom).await?;
    let mut company = match fields.company_id {
        Some(id) => Some(companies::store::named(&crm.db.reader(scope), scope, id).await?),
        None => None,
    };
    let likeness = Likeness {
        identities: fields.identities(),
        same_name: Some(duplicates::same_person(&fields.name, fields.company_id)),
    };

    let tx = crm.db.begin(scope).await?;
    if let Some(name) = company_name {
        let (id, name) = company_of(&tx, name).await?;
        (fields.company_id, company) = (Some(id), Some(name));
    }
    let new = NewContact { id: tx.clock().new_id(), fields, company_name: company };
    let now = tx.clock().now();
    store::insert_many(&tx, std::slice::from_ref(&new)).await?;
    db::change_log::record(&tx, [created(&new)]).await?;
    let assigned = Assigned::of(new.fields.owner_id.map(|owner| (owner, new.id)));
    let data = json!(RecordsCreated { import_id: None, assigned });
    events::append(&tx, [NewEvent::of(CONTACT_CREATED, KIND.as_str(), new.id, data)]).await?;
    let duplicates = duplicates::commit_and_find(tx, &crm.db, scope, KIND, &likeness, new.id).await?;

    let NewContact { id, fields, company_name } = new;
    let contact =
        Stored { id, fields, version: 1, created_at: now, updated_at: now, deleted_at: None, merged_into: None };
    Ok(ContactCreated { contact: queries::view(crm, scope, Loaded { contact, company_name }).await?, duplicates })
}

/// The change-log entry of a new contact.
#[must_use]
pub fn created(new: &NewContact) -> Change {
    Change {
        subject_kind: KIND.as_str(),
        subject_id: new.id,
        record_id: new.id,
        action: Action::Created,
        before: None,
        after: Some(filled_in(new.fields.image())),
        version: 1,
    }
}

/// The company of this name; creates it when there is none and the actor may.
async fn company_of(tx: &Tx, name: String) -> Result<(Uuid, String), Error> {
    let mut companies = companies::store::find_or_create_many(tx, &[name]).await?;
    companies.drain().next().map(|(_, company)| company).ok_or(Error::NotFound)
}

/// Replaces every field of a contact.
///
/// # Errors
/// As [`change`].
pub async fn replace(crm: &Crm, scope: &Scope, id: Uuid, body: ContactReplace) -> Result<Contact, Error> {
    change(crm, scope, id, ContactPatch::from(body)).await
}

/// Changes some fields of a contact. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`] when `patch.version` is no longer the contact's;
/// [`Error::InTrash`]; [`Error::Merged`].
pub async fn change(crm: &Crm, scope: &Scope, id: Uuid, patch: ContactPatch) -> Result<Contact, Error> {
    scope.require(CONTACTS_WRITE)?;
    if let Given::Value(owner) = patch.owner_id {
        crm.check_owner(scope, Resource::Clients, Some(owner)).await?;
    }
    let own = crm.own_fields(scope, KIND, &patch.custom).await?;
    if let Given::Value(given) = &patch.custom
        && own.may_refer(given.keys())
    {
        let old = store::get(&crm.db.reader(scope), scope, id).await?.contact.fields;
        let new = patch.apply(old.clone(), crm.region(), &own)?.fields;
        crm.check_references(scope, &own, &old.custom, &new.custom).await?;
    }
    let tx = crm.db.begin(scope).await?;
    let loaded = store::get(&tx, scope, id).await?;
    loaded.contact.standing().require_in_use()?;
    if patch.version.is_some_and(|version| version != loaded.contact.version) {
        return Err(stale(crm, scope, loaded).await?);
    }
    let update = edited(&tx, scope, loaded.clone(), &patch, (crm.region(), &own)).await?;
    if update.fields == loaded.contact.fields {
        return queries::view(crm, scope, loaded).await;
    }
    let company_name = update.company_name.clone();
    let written = store::update_many(&tx, vec![update]).await?;
    let Some(contact) = written.into_iter().next().flatten() else {
        tx.rollback().await?;
        let current = store::get(&crm.db.reader(scope), scope, id).await?;
        return Err(stale(crm, scope, current).await?);
    };
    let (before, after) = (loaded.contact.fields.image(), contact.fields.image());
    let change = Change::between(KIND.as_str(), id, Action::Updated, &before, &after, contact.version);
    let event = updated(KIND, std::slice::from_ref(&change));
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [event]).await?;
    tx.commit().await?;
    queries::view(crm, scope, Loaded { contact, company_name }).await
}

/// The contact with the patch applied and its company found.
async fn edited(
    tx: &Tx,
    scope: &Scope,
    loaded: Loaded,
    patch: &ContactPatch,
    (region, own): (Option<&str>, &FieldSet),
) -> Result<Update, Error> {
    let Loaded { contact: old, company_name: old_company } = loaded;
    let Edited { mut fields, company_name } = patch.apply(old.fields.clone(), region, own)?;
    let mut company = old_company;
    if let Some(name) = company_name {
        let (id, name) = company_of(tx, name).await?;
        (fields.company_id, company) = (Some(id), Some(name));
    } else if fields.company_id != old.fields.company_id {
        company = match fields.company_id {
            Some(id) => Some(companies::store::named(tx, scope, id).await?),
            None => None,
        };
    }
    Ok(Update { fields, standing: old.standing(), company_name: company, old })
}

async fn stale(crm: &Crm, scope: &Scope, current: Loaded) -> Result<Error, Error> {
    let current = queries::view(crm, scope, current).await?;
    Ok(Error::Stale(serde_json::to_value(current).unwrap_or_default()))
}

/// Looks for contacts like the one described.
///
/// # Errors
/// When the database is away.
pub async fn check_duplicates(crm: &Crm, scope: &Scope, check: DuplicateCheck) -> Result<Vec<DuplicateHint>, Error> {
    scope.require(CONTACTS_READ)?;
    let name = check.name.as_deref().and_then(|name| Line::<255>::parse(name).ok());
    let likeness = Likeness {
        identities: ContactFields::as_far_as_parsed(check, crm.region()).identities(),
        same_name: name.map(|name| duplicates::same_person(name.as_str(), None)),
    };
    duplicates::find(&crm.db, scope, KIND, &likeness).await
}
