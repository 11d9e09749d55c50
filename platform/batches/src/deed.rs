//! What a batch did to each record, summed up out of the change log: what an undo puts back.

use std::collections::{HashMap, HashSet};

use db::{
    Action, Error, Tx,
    change_log::{self, Entry},
};
use kernel::Scope;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Values that a record had before a batch, and the version the batch left it at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    pub version: i64,
    pub values: Map<String, Value>,
}

impl Earlier {
    /// Puts the earlier values over an image.
    pub fn overlay(self, image: &mut Value) {
        if let Value::Object(map) = image {
            map.extend(self.values);
        }
    }
}

/// What a batch did to one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deed {
    pub created: bool,
    pub earlier: Earlier,
}

/// What the batch did, as a whole, to each record whose latest change in it is among these entries. (A record with a later
/// one was taken care of in an earlier step.)
///
/// # Errors
/// When the database is away.
pub async fn deeds(
    tx: &Tx,
    scope: &Scope,
    batch_id: Uuid,
    kind: &str,
    entries: &[Entry],
) -> Result<HashMap<Uuid, Deed>, Error> {
    let these: HashSet<Uuid> = entries.iter().map(|entry| entry.id).collect();
    let of_kind = entries.iter().filter(|entry| entry.subject_kind == kind);
    let mut records: Vec<Uuid> = of_kind.map(|entry| entry.subject_id).collect();
    records.sort_unstable();
    records.dedup();
    if records.is_empty() {
        return Ok(HashMap::new());
    }
    let all = change_log::of_batch_about(tx, scope, batch_id, &records).await?;
    let mut by_record: HashMap<Uuid, Vec<Entry>> = HashMap::new();
    for entry in all.into_iter().filter(|entry| entry.subject_kind == kind) {
        by_record.entry(entry.subject_id).or_default().push(entry);
    }
    let due = by_record.into_iter().filter(|(_, all)| all.last().is_some_and(|newest| these.contains(&newest.id)));
    Ok(due.map(|(id, all)| (id, deed(&all))).collect())
}

/// Entries read at once.
const CHUNK: u64 = 1000;

/// What a whole batch did, by the word of each kind of record: for batches that are taken back in one transaction.
///
/// # Errors
/// When the database is away.
pub async fn all_deeds(tx: &Tx, scope: &Scope, batch_id: Uuid) -> Result<HashMap<String, HashMap<Uuid, Deed>>, Error> {
    let mut by_record: HashMap<(String, Uuid), Vec<Entry>> = HashMap::new();
    let mut before = None;
    loop {
        let entries = change_log::of_batch_backwards(tx, scope, batch_id, before, CHUNK).await?;
        let Some(oldest) = entries.last() else { break };
        before = Some(oldest.id);
        for entry in entries {
            by_record.entry((entry.subject_kind.clone(), entry.subject_id)).or_default().push(entry);
        }
    }
    let mut deeds: HashMap<String, HashMap<Uuid, Deed>> = HashMap::new();
    for ((kind, id), mut entries) in by_record {
        entries.reverse();
        deeds.entry(kind).or_default().insert(id, deed(&entries));
    }
    Ok(deeds)
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

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
