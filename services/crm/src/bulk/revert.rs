//! Taking back what a batch did, out of the change log, newest change first: records it changed get their earlier values,
//! records it created are removed. What somebody changed since is left alone and counted as a conflict. Used for bulk
//! operations and for imports.

use std::collections::{HashMap, HashSet};

use batches::Deed;
use db::{Action, Change, Tx, change_log};
use events::NewEvent;
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use serde_json::json;
use uuid::Uuid;

use super::run::record;
use crate::{
    Crm, Error, companies, contacts,
    record::{Column, Earlier, RecordKind},
    trash,
};

/// Changes read in one step.
const CHUNK: u64 = 200;

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Where to go on; `None` when everything is taken back.
    pub next: Option<Uuid>,
    /// Records taken back.
    pub reverted: u64,
    /// Records left alone because somebody changed them since.
    pub conflicts: u64,
}

/// Takes back the next changes of a batch: those older than `before`, or from its end. The transaction acts for the undo:
/// its scope is that of the undo's own batch, and the caller notes `next` in it before it commits.
///
/// # Errors
/// When the database refuses.
pub async fn step(crm: &Crm, tx: &Tx, batch_id: Uuid, before: Option<Uuid>) -> Result<Step, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let entries = change_log::of_batch_backwards(tx, scope, batch_id, before, CHUNK).await?;
    let Some(oldest) = entries.last() else { return Ok(Step::default()) };
    let mut step = Step { next: Some(oldest.id), ..Step::default() };
    // Deals first: whoever changes several kinds holds deals before contacts and companies.
    if let Some(deals) = &crm.keeper {
        let taken = deals.take_back(tx, batch_id, &entries).await.map_err(Error::Port)?;
        step.reverted += taken.reverted;
        step.conflicts += taken.conflicts;
    }
    for kind in [RecordKind::Contact, RecordKind::Company] {
        let deeds = batches::deeds(tx, scope, batch_id, kind.as_str(), &entries).await?;
        let (created, changed): (HashMap<_, _>, HashMap<_, _>) = deeds.into_iter().partition(|(_, deed)| deed.created);
        let changed = changed.into_iter().map(|(id, deed)| (id, deed.earlier)).collect::<HashMap<_, _>>();
        for (done, conflicts) in
            [put_back(tx, scope, kind, changed).await?, remove(crm, tx, (scope, batch_id), kind, &created).await?]
        {
            step.reverted += done;
            step.conflicts += conflicts;
        }
    }
    Ok(step)
}

async fn put_back(
    tx: &Tx,
    scope: &Scope,
    kind: RecordKind,
    earlier: HashMap<Uuid, Earlier>,
) -> Result<(u64, u64), Error> {
    if earlier.is_empty() {
        return Ok((0, 0));
    }
    let wanted = earlier.len() as u64;
    let (changes, conflicts) = restore(tx, scope, kind, earlier).await?;
    let changes = changes.into_iter().filter(|change| !change.is_empty()).collect();
    record(tx, kind, changes).await?;
    Ok((wanted - conflicts, conflicts))
}

/// Gives records their earlier values; returns what changed, still to be recorded, and how many were left alone.
pub(crate) async fn restore(
    tx: &Tx,
    scope: &Scope,
    kind: RecordKind,
    earlier: HashMap<Uuid, Earlier>,
) -> Result<(Vec<Change>, u64), Error> {
    match kind {
        RecordKind::Contact => contacts::many::restore(tx, scope, earlier).await,
        RecordKind::Company => companies::many::restore(tx, scope, earlier).await,
    }
}

/// Removes records that the batch created, unless somebody has changed them or attached something to them since.
async fn remove(
    crm: &Crm,
    tx: &Tx,
    (scope, batch_id): (&Scope, Uuid),
    kind: RecordKind,
    created: &HashMap<Uuid, Deed>,
) -> Result<(u64, u64), Error> {
    if created.is_empty() {
        return Ok((0, 0));
    }
    let ids: Vec<Uuid> = created.keys().copied().collect();
    let mut in_use = in_use(tx, scope, kind, &ids).await?;
    if let Some(deals) = &crm.keeper {
        in_use.extend(deals.named(tx, batch_id, kind.into(), &ids).await.map_err(Error::Port)?);
    }
    let states = trash::states_of(tx, scope, kind, &ids).await?;
    let untouched = |state: &trash::State| {
        !in_use.contains(&state.id) && created.get(&state.id).is_some_and(|deed| deed.earlier.version == state.version)
    };
    let gone: Vec<trash::State> = states.into_iter().filter(untouched).collect();
    let gone_ids: Vec<Uuid> = gone.iter().map(|state| state.id).collect();
    if !gone.is_empty() {
        trash::remove_many(tx, kind, &gone_ids).await?;
        change_log::record(tx, gone.iter().map(|state| removed(kind, state))).await?;
        let event = NewEvent {
            kind: kind.events().purged,
            subject_kind: kind.as_str(),
            subject_ids: gone_ids.clone(),
            data: json!({}),
        };
        events::append(tx, [event]).await?;
    }
    Ok((gone_ids.len() as u64, (ids.len() - gone_ids.len()) as u64))
}

fn removed(kind: RecordKind, state: &trash::State) -> Change {
    Change {
        subject_kind: kind.as_str(),
        subject_id: state.id,
        record_id: state.id,
        action: Action::Reverted,
        before: None,
        after: None,
        version: state.version + 1,
    }
}

/// Those of the records that have notes, or (companies) contacts.
async fn in_use(tx: &Tx, scope: &Scope, kind: RecordKind, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let (own, tables): (_, &[&str]) = match kind {
        RecordKind::Contact => ("contact_id", &["notes"]),
        RecordKind::Company => ("company_id", &["notes", "contacts"]),
    };
    let mut used = HashSet::new();
    for table in tables {
        let own = || Expr::col(Alias::new(own));
        let mut select = Query::select();
        select.distinct().expr_as(own(), Alias::new("used")).from(Alias::new(*table));
        select.and_where(Expr::col(Column::OrgId).eq(scope.org_id.0)).and_where(own().is_in(ids.iter().copied()));
        for row in tx.query_all(&select).await? {
            used.insert(row.try_get("", "used")?);
        }
    }
    Ok(used)
}
