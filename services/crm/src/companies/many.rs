//! Changing many companies in one transaction: for bulk operations and for undoing batches.

use std::{collections::HashMap, hash::BuildHasher};

use db::{Action, Change, Tx};
use kernel::Scope;
use uuid::Uuid;

use super::{
    company::CompanyFields,
    store::{self, Loaded, Update},
};
use crate::{
    Error,
    record::{Apply, Earlier, RecordKind, Standing, with_standing, without_standing},
};

const KIND: RecordKind = RecordKind::Company;

/// Applies an edit of owner and tags to those of the companies that are out of the trash and within reach; returns what
/// changed.
///
/// # Errors
/// When the database refuses.
pub async fn edit(tx: &Tx, scope: &Scope, ids: &[Uuid], apply: &mut Apply<'_>) -> Result<Vec<Change>, Error> {
    let mut updates = Vec::new();
    for Loaded { company: old, .. } in store::load_many(tx, scope, ids).await? {
        let mut fields = old.fields.clone();
        apply(old.id, &mut fields.owner_id, &mut fields.tags);
        if old.deleted_at.is_none() && fields != old.fields {
            updates.push(Update { fields, standing: Standing::default(), old });
        }
    }
    write(tx, updates, Action::Updated).await
}

/// Puts earlier values back into companies whose version is still the expected one; returns what changed and how many
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
    for Loaded { company: old, .. } in store::load_many(tx, scope, &ids).await? {
        let Some(wanted) = earlier.remove(&old.id).filter(|wanted| wanted.version == old.version) else { continue };
        let mut image = with_standing(old.fields.image(), old.standing());
        wanted.overlay(&mut image);
        let (fields, standing) = without_standing::<CompanyFields>(image)?;
        updates.push(Update { old, fields, standing });
    }
    let left_alone = ids.len() - updates.len();
    let changes = write(tx, updates, Action::Reverted).await?;
    Ok((changes, left_alone as u64))
}

/// Writes updates; the changes of those that nobody overtook.
///
/// # Errors
/// When the database refuses.
pub async fn write(tx: &Tx, updates: Vec<Update>, action: Action) -> Result<Vec<Change>, Error> {
    let image = |fields: &CompanyFields, standing| with_standing(fields.image(), standing);
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
