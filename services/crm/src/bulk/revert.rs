//! Taking back what a batch did, out of the change log, newest change first: records it changed get their earlier values,
//! records it created are removed. What somebody changed since is left alone and counted as a conflict. Used for bulk
//! operations and for imports.

use std::collections::{HashMap, HashSet};

use db::{
    Action, Change, Tx,
    change_log::{self, Entry},
};
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
    Error, companies, contacts,
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

/// What a batch did to one record.
#[derive(Debug, Default, PartialEq)]
struct Deed {
    created: bool,
    earlier: Earlier,
}

/// Takes back the next changes of a batch: those older than `before`, or from its end. The transaction acts for the undo:
/// its scope is that of the undo's own batch, and the caller notes `next` in it before it commits.
///
/// # Errors
/// When the database refuses.
pub async fn step(tx: &Tx, batch_id: Uuid, before: Option<Uuid>) -> Result<Step, Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let entries = change_log::of_batch_backwards(tx, scope, batch_id, before, CHUNK).await?;
    let Some(oldest) = entries.last() else { return Ok(Step::default()) };
    let mut step = Step { next: Some(oldest.id), ..Step::default() };
    for kind in [RecordKind::Contact, RecordKind::Company] {
        let deeds = deeds(tx, scope, batch_id, kind, &entries).await?;
        let (created, changed): (HashMap<_, _>, HashMap<_, _>) = deeds.into_iter().partition(|(_, deed)| deed.created);
        let changed = changed.into_iter().map(|(id, deed)| (id, deed.earlier)).collect::<HashMap<_, _>>();
        for (done, conflicts) in [put_back(tx, scope, kind, changed).await?, remove(tx, scope, kind, &created).await?] {
            step.reverted += done;
            step.conflicts += conflicts;
        }
    }
    Ok(step)
}

/// What the batch did, as a whole, to each record whose latest change in it is among these entries. (A record with a later
/// one was taken care of in an earlier step.)
async fn deeds(
    tx: &Tx,
    scope: &Scope,
    batch_id: Uuid,
    kind: RecordKind,
    entries: &[Entry],
) -> Result<HashMap<Uuid, Deed>, Error> {
    let these: HashSet<Uuid> = entries.iter().map(|entry| entry.id).collect();
    let of_kind = entries.iter().filter(|entry| entry.subject_kind == kind.as_str());
    let mut records: Vec<Uuid> = of_kind.map(|entry| entry.subject_id).collect();
    records.sort_unstable();
    records.dedup();
    if records.is_empty() {
        return Ok(HashMap::new());
    }
    let all = change_log::of_batch_about(tx, scope, batch_id, &records).await?;
    let mut by_record: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    for entry in all.into_iter().filter(|entry| entry.subject_kind == kind.as_str()) {
        by_record.entry(entry.subject_id).or_default().push(entry);
    }
    let due = by_record.into_iter().filter(|(_, all)| all.last().is_some_and(|newest| these.contains(&newest.id)));
    Ok(due.map(|(id, all)| (id, deed(&all))).collect())
}

/// The sum of a batch's changes of one record, oldest first: the earliest value of each field counts.
fn deed(entries: &[Entry]) -> Deed {
    let mut deed = Deed::default();
    for entry in entries {
        deed.created |= entry.action == Action::Created.as_str();
        deed.earlier.version = entry.version;
        for (field, value) in entry.before.as_ref().and_then(|before| before.as_object()).into_iter().flatten() {
            deed.earlier.values.entry(field.clone()).or_insert_with(|| value.clone());
        }
    }
    deed
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
    let (changes, conflicts) = match kind {
        RecordKind::Contact => contacts::many::restore(tx, scope, earlier).await?,
        RecordKind::Company => companies::many::restore(tx, scope, earlier).await?,
    };
    let changes = changes.into_iter().filter(|change| !change.is_empty()).collect();
    record(tx, kind, changes).await?;
    Ok((wanted - conflicts, conflicts))
}

/// Removes records that the batch created, unless somebody has changed them or attached something to them since.
async fn remove(tx: &Tx, scope: &Scope, kind: RecordKind, created: &HashMap<Uuid, Deed>) -> Result<(u64, u64), Error> {
    if created.is_empty() {
        return Ok((0, 0));
    }
    let ids: Vec<Uuid> = created.keys().copied().collect();
    let in_use = in_use(tx, scope, kind, &ids).await?;
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::Value;

    use super::*;

    fn entry(action: Action, before: Value, version: i64) -> Entry {
        Entry {
            id: Uuid::nil(),
            org_id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            actor_kind: "user".to_owned(),
            actor_id: None,
            request_id: String::new(),
            batch_id: None,
            cause_event_id: None,
            subject_kind: "contact".to_owned(),
            subject_id: Uuid::nil(),
            record_id: Uuid::nil(),
            action: action.as_str().to_owned(),
            before: Some(before),
            after: None,
            version,
        }
    }

    #[test]
    fn the_earliest_value_of_each_field_counts_and_the_last_version() {
        let entries = [
            entry(Action::Updated, json!({"name": "A", "tags": []}), 2),
            entry(Action::Updated, json!({"name": "B", "source": null}), 3),
        ];
        let deed = deed(&entries);
        assert_eq!(Value::Object(deed.earlier.values), json!({"name": "A", "tags": [], "source": null}));
        assert_eq!((deed.created, deed.earlier.version), (false, 3));
    }
}
