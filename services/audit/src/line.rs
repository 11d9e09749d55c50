//! A line of the chain, what its hash is taken of, and that hash. No I/O.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use db::change_log::Entry;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What the first line follows.
pub const BEGINNING: [u8; 32] = [0; 32];
/// Subjects that a line names; of more it tells how many there are.
pub const SUBJECTS: usize = 100;

/// A line as it is kept.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Line {
    pub org_id: Uuid,
    pub number: i64,
    pub event_id: Uuid,
    pub at: DateTime<Utc>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_ids: Value,
    pub subject_count: i64,
    pub changes: Value,
    pub request_id: String,
    pub ip: Option<String>,
    pub device: Option<String>,
    pub hash: Vec<u8>,
}

/// An entry of the change log that a line speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    pub id: Uuid,
    pub hash: String,
}

impl Line {
    /// The hash that the line has after the one before it.
    pub fn hash_after(&self, previous: &[u8]) -> [u8; 32] {
        let line = json!({
            "organization": self.org_id,
            "number": self.number,
            "event": self.event_id,
            "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "actor": {"kind": self.actor_kind, "id": self.actor_id},
            "action": self.action,
            "subject": {"kind": self.subject_kind, "ids": self.subject_ids, "count": self.subject_count},
            "changes": self.changes,
            "requestId": self.request_id,
            "ip": self.ip,
            "device": self.device,
        });
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(canonical(&line));
        hash.finalize().into()
    }

    /// The entries of the change log that it speaks of.
    pub fn recorded(&self) -> Vec<Recorded> {
        serde_json::from_value(self.changes.clone()).unwrap_or_default()
    }

    /// The records it names.
    pub fn subjects(&self) -> Vec<Uuid> {
        self.subject_ids.as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok()).collect()
    }
}

impl Recorded {
    /// An entry, by what it says now.
    pub fn of(entry: &Entry) -> Self {
        let entry_of = json!({
            "subject": {"kind": entry.subject_kind, "id": entry.subject_id},
            "action": entry.action,
            "before": entry.before,
            "after": entry.after,
            "version": entry.version,
        });
        Self { id: entry.id, hash: hex(&Sha256::digest(canonical(&entry_of))) }
    }

    /// Whether an entry says what it said then. The values of records that were deleted for good are blank.
    pub fn is_still(&self, entry: &Entry) -> bool {
        (entry.before.is_none() && entry.after.is_none()) || Self::of(entry).hash == self.hash
    }
}

/// JSON without spaces, the keys of every object in their order.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let entry = |key: &String| format!("{}:{}", Value::from(key.as_str()), canonical(&map[key]));
            format!("{{{}}}", keys.into_iter().map(entry).collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            org_id: Uuid::from_u128(1),
            number: 1,
            event_id: Uuid::from_u128(2),
            at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
            actor_kind: "user".to_owned(),
            actor_id: Some(Uuid::from_u128(3)),
            action: "contact.updated".to_owned(),
            subject_kind: "contact".to_owned(),
            subject_ids: json!([Uuid::from_u128(4)]),
            subject_count: 1,
            changes: json!([]),
            request_id: "r".to_owned(),
            ip: None,
            device: None,
            hash: Vec::new(),
        }
    }

    #[test]
    fn what_is_hashed_is_the_same_whatever_the_order_of_keys() {
        let text = r#"{"b":[1,{"z":null,"a":"\""}],"a":1.5}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(canonical(&value), r#"{"a":1.5,"b":[1,{"a":"\"","z":null}]}"#);
    }

    #[test]
    fn every_part_of_a_line_and_the_line_before_it_count() {
        let hash = line().hash_after(&BEGINNING);
        let others = [
            Line { number: 2, ..line() },
            Line { org_id: Uuid::nil(), ..line() },
            Line { event_id: Uuid::nil(), ..line() },
            Line { at: DateTime::from_timestamp(1_790_000_001, 0).unwrap(), ..line() },
            Line { actor_kind: "system".to_owned(), ..line() },
            Line { actor_id: None, ..line() },
            Line { action: "contact.deleted".to_owned(), ..line() },
            Line { subject_kind: "company".to_owned(), ..line() },
            Line { subject_ids: json!([]), ..line() },
            Line { subject_count: 2, ..line() },
            Line { changes: json!([{"id": Uuid::nil(), "hash": ""}]), ..line() },
            Line { request_id: "s".to_owned(), ..line() },
            Line { ip: Some("192.0.2.1".to_owned()), ..line() },
            Line { device: Some("Firefox".to_owned()), ..line() },
        ];
        for other in others {
            assert_ne!(other.hash_after(&BEGINNING), hash, "{other:?}");
        }
        assert_ne!(line().hash_after(&hash), hash);
        assert_eq!(line().hash_after(&BEGINNING), hash);
    }
}
