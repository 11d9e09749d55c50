//! Taking a merge apart, out of the change log, in one transaction: every row that it changed gets what it had. Rows that
//! somebody changed since are left alone and named.

use std::collections::HashMap;

use api::words;
use batches::{Deed, Left, PutBack};
use db::Tx;
use events::NewEvent;
use kernel::{Resource, Scope};
use sea_orm::{
    ConnectionTrait,
    sea_query::{ExprTrait, Query},
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{acting, children, commands, request::UnmergeRequest};
use crate::{
    Crm, Error,
    bulk::{
        batch::{self, Batch, BatchKind, BatchRecord, BatchStatus, Progress},
        commands::refusal_of_undo,
        revert,
        run::record,
    },
    companies, contacts,
    record::{Column, RecordKind},
    trash,
};

words! {
    /// What a merge changed.
    UnmergedType {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
        Note = "note",
    }
}

/// Something that stays as it is, because somebody changed it since the merge.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnmergeConflict {
    pub record_type: UnmergedType,
    pub id: Uuid,
    /// Null when it is gone.
    #[schema(required)]
    pub name: Option<String>,
}

/// A merge that was taken apart.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Unmerged {
    pub batch: Batch,
    /// The first hundred; the batch has their number.
    pub conflicts: Vec<UnmergeConflict>,
}

/// Most conflicts told.
const MAX_CONFLICTS: usize = 100;
/// Records held, and given back, at once.
const CHUNK: usize = 500;

type Deeds = HashMap<Uuid, Deed>;

/// Takes a merge apart; the answer has the batch that did so.
///
/// # Errors
/// A refusal of `batchId` when that is no merge of such records; [`Error::BatchReverted`] when it was taken apart before.
pub async fn unmerge(crm: &Crm, scope: &Scope, kind: RecordKind, request: UnmergeRequest) -> Result<Unmerged, Error> {
    scope.require(kind.rights().merge)?;
    let merge = batches::find(&crm.db.reader(scope), scope, request.batch_id).await?;
    let merge = merge.ok_or_else(|| Error::field("batchId", "reference.unknown"))?;
    if merge.kind != BatchKind::Merge || merge.record_type != kind.into() {
        return Err(Error::field("batchId", "merge.other"));
    }
    let id = crm.db.clock().new_id();
    let acting = acting(scope, id);
    let tx = crm.db.begin(&acting).await?;
    require_within(&tx, scope, kind, &merge).await?;
    let undo = batches::begin_undo_as(&tx, id, &merge).await?;
    let mut undo = undo.ok_or_else(|| refusal_of_undo(&merge))?;
    let deeds = batches::all_deeds(&tx, &acting, merge.id).await?;
    let back = put_back(crm, &tx, &acting, (kind, &merge), deeds).await?;
    let conflicts = back.iter().map(|(_, back)| back.left.len() as u64).sum();
    let done = back.iter().map(|(_, back)| back.done).sum();
    batch::advance(&tx, &mut undo, Progress { done, conflicts, reached: None }).await?;
    batch::set_status(&tx, undo.id, BatchStatus::Completed).await?;
    batch::set_status(&tx, merge.id, BatchStatus::Reverted).await?;
    events::append(&tx, [told(kind, &merge, conflicts)]).await?;
    tx.commit().await?;
    Ok(Unmerged { batch: batch::get(&crm.db.reader(scope), scope, id).await?, conflicts: listed(back) })
}

/// The records that were merged, and the one that they became.
fn merged(merge: &Batch) -> Vec<Uuid> {
    let (into, from) = (&merge.request["into"], &merge.request["from"]);
    [into].into_iter().chain(from.as_array().into_iter().flatten()).filter_map(id_in).collect()
}

/// Refuses a merge of records that are out of the actor's own reach by now: what hangs on them is put back whoever's it is.
/// Nothing is held here, so that records are held in one order only.
async fn require_within(tx: &Tx, scope: &Scope, kind: RecordKind, merge: &Batch) -> Result<(), Error> {
    if scope.reaches_all(Resource::Clients) {
        return Ok(());
    }
    let ids = merged(merge);
    let mut select = Query::select();
    select.column((kind.table(), Column::Id)).from(kind.table()).cond_where(kind.within(scope));
    select.and_where(kind.column(Column::Id).is_in(ids.iter().copied()));
    let within = tx.query_all(&select).await?.len();
    if within == ids.len() { Ok(()) } else { Err(Error::field("batchId", "reference.unknown")) }
}

fn told(kind: RecordKind, merge: &Batch, conflicts: u64) -> NewEvent {
    let (into, from) = (&merge.request["into"], &merge.request["from"]);
    let subject_ids = merged(merge);
    let data = json!({ "into": into, "from": from, "conflicts": conflicts });
    NewEvent { kind: kind.events().unmerged, subject_kind: kind.as_str(), subject_ids, data }
}

fn id_in(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn listed(back: Vec<(UnmergedType, PutBack)>) -> Vec<UnmergeConflict> {
    let all =
        back.into_iter().flat_map(|(record_type, back)| back.left.into_iter().map(move |left| (record_type, left)));
    let conflict = |(record_type, Left { id, name })| UnmergeConflict { record_type, id, name };
    all.map(conflict).take(MAX_CONFLICTS).collect()
}

/// Gives every row what it had, in the order in which merging holds them.
async fn put_back(
    crm: &Crm,
    tx: &Tx,
    scope: &Scope,
    (kind, merge): (RecordKind, &Batch),
    mut deeds: HashMap<String, Deeds>,
) -> Result<Vec<(UnmergedType, PutBack)>, Error> {
    let mut take = |word: &str| deeds.remove(word).unwrap_or_default();
    let contacts = held(tx, scope, RecordKind::Contact, take(RecordKind::Contact.as_str())).await?;
    let companies = held(tx, scope, RecordKind::Company, take(RecordKind::Company.as_str())).await?;
    let mut back = vec![
        (UnmergedType::Contact, records(tx, scope, RecordKind::Contact, merge, contacts).await?),
        (UnmergedType::Company, records(tx, scope, RecordKind::Company, merge, companies).await?),
        (UnmergedType::Note, children::put_notes_back(tx, scope, kind, take(UnmergedType::Note.as_str())).await?),
    ];
    for children in &crm.children {
        let record_type = match children.kind() {
            BatchRecord::Contact => UnmergedType::Contact,
            BatchRecord::Company => UnmergedType::Company,
            BatchRecord::Deal => UnmergedType::Deal,
        };
        let deeds = take(record_type.as_str());
        back.push((record_type, children.put_back(tx, deeds).await.map_err(Error::Port)?));
    }
    Ok(back)
}

/// Holds the records until the transaction ends. Gives those that nobody changed since, and the others.
async fn held(tx: &Tx, scope: &Scope, kind: RecordKind, mut deeds: Deeds) -> Result<(Deeds, Vec<Uuid>), Error> {
    let mut ids: Vec<Uuid> = deeds.keys().copied().collect();
    ids.sort_unstable();
    let mut untouched = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        for state in trash::states_of(tx, scope, kind, chunk).await? {
            if deeds.get(&state.id).is_some_and(|deed| deed.earlier.version == state.version) {
                untouched.extend(deeds.remove_entry(&state.id));
            }
        }
    }
    let mut left: Vec<Uuid> = deeds.into_keys().collect();
    left.sort_unstable();
    Ok((untouched, left))
}

async fn records(
    tx: &Tx,
    scope: &Scope,
    kind: RecordKind,
    merge: &Batch,
    (untouched, left): (Deeds, Vec<Uuid>),
) -> Result<PutBack, Error> {
    let (into, from) = (id_in(&merge.request["into"]), &merge.request["from"]);
    let mut back = PutBack::default();
    let mut earlier: Vec<_> = untouched.into_iter().map(|(id, deed)| (id, deed.earlier)).collect();
    while !earlier.is_empty() {
        let chunk = earlier.split_off(earlier.len().saturating_sub(CHUNK));
        let (mut changes, _) = revert::restore(tx, scope, kind, chunk.into_iter().collect()).await?;
        back.done += changes.len() as u64;
        for change in &mut changes {
            if into == Some(change.subject_id) {
                commands::name_sources(change, [from.clone(), Value::Null]);
            }
        }
        record(tx, kind, changes).await?;
    }
    let told = &left[..left.len().min(MAX_CONFLICTS)];
    let mut names = match kind {
        RecordKind::Contact => contacts::store::names(tx, scope, told).await?,
        RecordKind::Company => companies::store::names(tx, scope, told).await?,
    };
    back.left = left.into_iter().map(|id| Left { id, name: names.remove(&id) }).collect();
    Ok(back)
}
