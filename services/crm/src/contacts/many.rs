//! Changing many contacts in one transaction: for bulk operations and for undoing batches.

use std::{collections::HashMap, hash::BuildHasher};

use db::{Action, Change, Tx};
use kernel::Scope;
use uuid::Uuid;

use super::{
    contact::ContactFields,
    store::{self, Loaded, Update},
};
use crate::{
    Error, companies,
    record::{Apply, Earlier, RecordKind, Standing, with_standing, without_standing},
};

const KIND: RecordKind = RecordKind::Contact;

/// Applies an edit of owner and tags to those of the contacts that are out of the trash and within reach; returns what
/// changed.
///
/// # Errors
/// When the database refuses.
pub async fn edit(tx: &Tx, scope: &Scope, ids: &[Uuid], apply: &mut Apply<'_>) -> Result<Vec<Change>, Error> {
    let mut updates = Vec::new();
    for Loaded { contact: old, company_name } in store::load_many(tx, scope, ids).await? {
        let mut fields = old.fields.clone();
        apply(old.id, &mut fields.owner_id, &mut fields.tags);
        if old.deleted_at.is_none() && fields != old.fields {
            updates.push(Update { fields, standing: Standing::default(), company_name, old });
        }
    }
    write(tx, updates, Action::Updated).await
}

/// Gives contacts, in the trash or not, another company; returns what changed.
///
/// # Errors
/// When the database refuses.
pub async fn rehome(tx: &Tx, scope: &Scope, ids: &[Uuid], company: Uuid, name: &str) -> Result<Vec<Change>, Error> {
    let rehomed = |Loaded { contact: old, .. }| {
        let fields = ContactFields { company_id: Some(company), ..old.fields.clone() };
        Update { fields, standing: old.standing(), company_name: Some(name.to_owned()), old }
    };
    let updates = store::load_many(tx, scope, ids).await?.into_iter().map(rehomed).collect();
    write(tx, updates, Action::Updated).await
}

/// Puts earlier values back into contacts whose version is still the expected one; returns what changed and how many
/// were left alone.
///
/// # Errors
/// When the database refuses.
pub async fn restore(
    tx: &Tx,
    scope: &Scope,
    mut earlier: HashMap<Uuid, Earlier, impl BuildHasher>,
) -> Result<(Vec<Change>, u64), Error> {
    let ids: Vec<Uuid> = earlier.keys().copied().collect();
    let mut updates = Vec::new();
    for Loaded { contact: old, company_name } in store::load_many(tx, scope, &ids).await? {
        let Some(wanted) = earlier.remove(&old.id).filter(|wanted| wanted.version == old.version) else { continue };
        let mut image = with_standing(old.fields.image(), old.standing());
        wanted.overlay(&mut image);
        let (fields, standing) = without_standing::<ContactFields>(image)?;
        updates.push(Update { old, fields, standing, company_name });
    }
    name_companies(tx, scope, &mut updates).await?;
    let left_alone = ids.len() - updates.len();
    let changes = write(tx, updates, Action::Reverted).await?;
    Ok((changes, left_alone as u64))
}

/// Sets the company's name where the company changes; a company that is gone by now is not put back.
async fn name_companies(tx: &Tx, scope: &Scope, updates: &mut [Update]) -> Result<(), Error> {
    let moved = updates.iter_mut().filter(|update| update.fields.company_id != update.old.fields.company_id);
    let moved: Vec<&mut Update> = moved.collect();
    let ids: Vec<Uuid> = moved.iter().filter_map(|update| update.fields.company_id).collect();
    let names = companies::store::names(tx, scope, &ids).await?;
    for update in moved {
        update.company_name = update.fields.company_id.and_then(|id| names.get(&id).cloned());
        if update.company_name.is_none() {
            update.fields.company_id = None;
        }
    }
    Ok(())
}

/// Writes updates; the changes of those that nobody overtook.
///
/// # Errors
/// When the database refuses.
pub async fn write(tx: &Tx, updates: Vec<Update>, action: Action) -> Result<Vec<Change>, Error> {
    let image = |fields: &ContactFields, standing| with_standing(fields.image(), standing);
    let before: Vec<_> = updates.iter().map(|update| image(&update.old.fields, update.old.standing())).collect();
    let written = store::update_many(tx, updates).await?;
    let changed = before.into_iter().zip(written).filter_map(|(before, now)| Some((before, now?)));
    Ok(changed
        .map(|(before, now)| {
            let after = image(&now.fields, now.standing());
            Change::between(KIND.as_str(), now.id, action, &before, &after, now.version)
        })
        .collect())
}
