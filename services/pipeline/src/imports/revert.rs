//! Taking an import of deals back: deals that it changed get their earlier values and places, deals that it created go
//! with their history. What somebody changed since is left alone.

use std::collections::HashMap;

use batches::Deed;
use contracts::events::DEAL_PURGED;
use db::{Action, Change, Tx, change_log, change_log::Entry};
use events::NewEvent;
use exchange::import::TakenBack;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error,
    bulk::undo::put_back,
    deals::{commands::KIND, deal::StoredDeal, store},
    moves::history,
    plan,
};

/// Takes back what a batch did to deals, as far as these entries are the latest it made of each.
///
/// # Errors
/// When the database refuses.
pub async fn take_back(tx: &Tx, batch: Uuid, entries: &[Entry]) -> Result<TakenBack, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let deeds = batches::deeds(tx, scope, batch, KIND, entries).await?;
    if deeds.is_empty() {
        return Ok(TakenBack::default());
    }
    let (created, changed): (HashMap<_, _>, HashMap<_, _>) = deeds.into_iter().partition(|(_, deed)| deed.created);
    let (done, conflicts) = put_back(tx, scope, changed).await?;
    let (gone, kept) = remove(tx, scope, &created).await?;
    Ok(TakenBack { reverted: done + gone, conflicts: conflicts + kept })
}

async fn remove(tx: &Tx, scope: &Scope, created: &HashMap<Uuid, Deed>) -> Result<(u64, u64), Error> {
    if created.is_empty() {
        return Ok((0, 0));
    }
    plan::lock(tx, scope).await?;
    let ids: Vec<Uuid> = created.keys().copied().collect();
    let held = store::lock_many(tx, scope, &ids).await?.into_iter().map(|loaded| loaded.deal);
    let untouched = |deal: &StoredDeal| created.get(&deal.id).is_some_and(|deed| deed.earlier.version == deal.version);
    let gone: Vec<StoredDeal> = held.filter(untouched).collect();
    let subject_ids: Vec<Uuid> = gone.iter().map(|deal| deal.id).collect();
    let counts = (gone.len() as u64, (ids.len() - gone.len()) as u64);
    if !gone.is_empty() {
        history::remove_of(tx, &subject_ids).await?;
        store::remove(tx, &subject_ids).await?;
        change_log::record(tx, gone.iter().map(removed)).await?;
        let event = NewEvent { kind: DEAL_PURGED, subject_kind: KIND, subject_ids, data: json!({}) };
        events::append(tx, [event]).await?;
    }
    Ok(counts)
}

fn removed(deal: &StoredDeal) -> Change {
    Change {
        subject_kind: KIND,
        subject_id: deal.id,
        record_id: deal.id,
        action: Action::Reverted,
        before: None,
        after: None,
        version: deal.version + 1,
    }
}
