//! One line of a timeline, made of a change-log entry and the names around it. No I/O.

use api::words;
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use contracts::{
    conversations::ConversationDay,
    ports::{MoveCause, NamedDeal, StageName},
};
use db::change_log;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::moved::{self, Moved};
use crate::{
    notes::queries::Note,
    record::{DELETED_AT, MERGED_FROM, MERGED_INTO},
};

words! {
    /// Who did it. An API key comes with a later version.
    ActorKind {
        User = "user",
        Import = "import",
        System = "system",
        ApiKey = "api_key",
    }
}

words! {
    /// What it was done to.
    SubjectKind {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
        Note = "note",
        /// A conversation.
        Chat = "chat",
    }
}

words! {
    /// What was done.
    TimelineAction {
        Created = "created",
        Updated = "updated",
        Deleted = "deleted",
        Restored = "restored",
        Reverted = "reverted",
        /// It became another record, or others became it.
        Merged = "merged",
        /// Messages were exchanged; tells `conversation`.
        Talked = "talked",
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimelineActor {
    pub kind: ActorKind,
    /// The person; for an import, whose it was.
    #[schema(required)]
    pub id: Option<Uuid>,
    #[schema(required)]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimelineSubject {
    pub kind: SubjectKind,
    pub id: Uuid,
}

/// A field before and after.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Name in the API; `custom.x` for a custom field, `companyName`, `contactName` and `ownerName` with names instead of
    /// ids. `mergedInto` is the name of a record, `mergedFrom` those of several.
    pub field: String,
    #[schema(value_type = Value)]
    pub from: Value,
    #[schema(value_type = Value)]
    pub to: Value,
}

/// The deal that something happened to, as it is called now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TimelineDeal {
    pub id: Uuid,
    pub title: String,
    /// What its amount is in.
    #[schema(required)]
    pub currency: Option<String>,
}

impl From<&NamedDeal> for TimelineDeal {
    fn from(deal: &NamedDeal) -> Self {
        Self { id: deal.id, title: deal.title.clone(), currency: deal.currency.clone() }
    }
}

/// Something that happened to a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineEntry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub actor: TimelineActor,
    pub subject: TimelineSubject,
    pub action: TimelineAction,
    pub changes: Vec<FieldChange>,
    /// The stage that a deal came into with it. Not among the changes.
    #[schema(required)]
    pub moved: Option<Moved>,
    /// The deal it is about, on the timeline of its contact or its company. None on its own.
    #[schema(required)]
    pub deal: Option<TimelineDeal>,
    /// The import, bulk operation or undo it was part of.
    #[schema(required)]
    pub batch_id: Option<Uuid>,
    /// The note as it is now, if it is about one that still is.
    #[schema(required)]
    pub note: Option<Note>,
    /// What was said in a conversation on a day. It stands at the last message, and moves with it; `id` stays the same.
    #[schema(required)]
    pub conversation: Option<TimelineConversation>,
}

/// A day of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineConversation {
    pub chat_id: Uuid,
    pub title: String,
    /// `telegram` or `api`.
    pub channel: String,
    /// In the time zone of who asks.
    pub day: NaiveDate,
    /// Messages of theirs, counted to 1000.
    pub received: u64,
    /// Messages of ours that went, likewise.
    pub sent: u64,
    pub last_message: TimelineMessage,
}

/// The last message of a day of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimelineMessage {
    pub id: Uuid,
    /// The first 120 characters.
    pub text: String,
    pub is_ours: bool,
    /// What file it has, such as `photo`.
    #[schema(required)]
    pub media_kind: Option<String>,
    #[schema(required)]
    pub sender_name: Option<String>,
}

impl From<ConversationDay> for TimelineEntry {
    fn from(day: ConversationDay) -> Self {
        let last = day.last;
        Self {
            id: day.id,
            at: last.at,
            actor: TimelineActor { kind: ActorKind::System, id: None, name: None },
            subject: TimelineSubject { kind: SubjectKind::Chat, id: day.chat_id },
            action: TimelineAction::Talked,
            changes: Vec::new(),
            moved: None,
            deal: None,
            batch_id: None,
            note: None,
            conversation: Some(TimelineConversation {
                chat_id: day.chat_id,
                title: day.title,
                channel: day.channel,
                day: day.day,
                received: day.received,
                sent: day.sent,
                last_message: TimelineMessage {
                    id: last.message_id,
                    text: last.text,
                    is_ours: last.is_ours,
                    media_kind: last.media_kind,
                    sender_name: last.sender_name,
                },
            }),
        }
    }
}

/// Names of the people, companies, contacts, stages and deals that entries speak of, and why deals were moved.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub people: HashMap<Uuid, String>,
    pub companies: HashMap<Uuid, String>,
    pub contacts: HashMap<Uuid, String>,
    pub stages: HashMap<Uuid, StageName>,
    pub moves: HashMap<(Uuid, DateTime<Utc>), MoveCause>,
    pub deals: HashMap<Uuid, TimelineDeal>,
}

/// Ids of whom an entry speaks of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mentioned {
    pub people: Vec<Uuid>,
    pub companies: Vec<Uuid>,
    pub contacts: Vec<Uuid>,
    pub stages: Vec<Uuid>,
    /// Deals, and when they came into a stage.
    pub moves: Vec<(Uuid, DateTime<Utc>)>,
}

impl Mentioned {
    /// Adds those of another entry.
    pub fn add(&mut self, other: Self) {
        self.people.extend(other.people);
        self.companies.extend(other.companies);
        self.contacts.extend(other.contacts);
        self.stages.extend(other.stages);
        self.moves.extend(other.moves);
    }
}

impl TimelineEntry {
    /// The entry; `None` for what timelines do not show: what was deleted for good, a card put elsewhere in its column.
    #[must_use]
    pub fn of(entry: change_log::Entry, names: &Names, notes: &HashMap<Uuid, Note>) -> Option<Self> {
        let action = TimelineAction::parse(&entry.action)?;
        // What people do with a chat is told beside it; here it is told by what was said.
        let kind = SubjectKind::parse(&entry.subject_kind).filter(|kind| *kind != SubjectKind::Chat)?;
        let actor = TimelineActor {
            kind: ActorKind::parse(&entry.actor_kind)?,
            id: entry.actor_id,
            name: entry.actor_id.and_then(|id| names.people.get(&id).cloned()),
        };
        let changes = field_changes(kind, entry.before.as_ref(), entry.after.as_ref(), names);
        let moved = if kind == SubjectKind::Deal { Moved::of(&entry, names) } else { None };
        if kind == SubjectKind::Deal && action == TimelineAction::Updated && changes.is_empty() && moved.is_none() {
            return None;
        }
        Some(Self {
            id: entry.id,
            at: entry.at,
            actor,
            subject: TimelineSubject { kind, id: entry.subject_id },
            action,
            changes,
            moved,
            deal: names.deals.get(&entry.record_id).cloned(),
            batch_id: entry.batch_id,
            note: notes.get(&entry.subject_id).cloned(),
            conversation: None,
        })
    }
}

/// Who and what is named by id in the images of an entry.
#[must_use]
pub fn mentioned(entry: &change_log::Entry) -> Mentioned {
    let images = || [&entry.before, &entry.after].into_iter().flatten();
    let ids = |field: &str| -> Vec<Uuid> {
        let values = images().filter_map(|image| image.get(field));
        let texts = values.flat_map(|value| value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice));
        texts.filter_map(|value| value.as_str()?.parse().ok()).collect()
    };
    let mut mentioned = Mentioned {
        people: ids("ownerId"),
        companies: ids("companyId"),
        contacts: ids("contactId"),
        stages: ids("stageId"),
        moves: moved::key(entry).into_iter().collect(),
    };
    let merged = ids(MERGED_INTO).into_iter().chain(ids(MERGED_FROM));
    match SubjectKind::parse(&entry.subject_kind) {
        Some(SubjectKind::Company) => mentioned.companies.extend(merged),
        _ => mentioned.contacts.extend(merged),
    }
    mentioned
}

fn field_changes(kind: SubjectKind, before: Option<&Value>, after: Option<&Value>, names: &Names) -> Vec<FieldChange> {
    let empty = Map::new();
    let of = |image: Option<&'_ Value>| image.and_then(Value::as_object).cloned().unwrap_or_else(|| empty.clone());
    let (before, after) = (of(before), of(after));
    let alike = if kind == SubjectKind::Company { &names.companies } else { &names.contacts };
    let mut changes = Vec::new();
    for (field, from, to) in pairs(&before, &after) {
        match field {
            DELETED_AT => {}
            _ if kind == SubjectKind::Deal && moved::PLACE.contains(&field) => {}
            "custom" => changes.extend(custom_changes(from, to)),
            "ownerId" => changes.push(named("ownerName", from, to, &names.people)),
            "companyId" => changes.push(named("companyName", from, to, &names.companies)),
            "contactId" => changes.push(named("contactName", from, to, &names.contacts)),
            MERGED_INTO | MERGED_FROM => changes.push(named(field, from, to, alike)),
            _ => changes.push(FieldChange { field: field.to_owned(), from: from.clone(), to: to.clone() }),
        }
    }
    changes
}

/// Every key of either map with both values.
fn pairs<'a>(before: &'a Map<String, Value>, after: &'a Map<String, Value>) -> Vec<(&'a str, &'a Value, &'a Value)> {
    let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    let value = |map: &'a Map<String, Value>, key: &str| map.get(key).unwrap_or(&Value::Null);
    keys.map(|key| (key.as_str(), value(before, key), value(after, key))).collect()
}

fn custom_changes(from: &Value, to: &Value) -> Vec<FieldChange> {
    let empty = Map::new();
    let (before, after) = (from.as_object().unwrap_or(&empty), to.as_object().unwrap_or(&empty));
    let differing = pairs(before, after).into_iter().filter(|(_, from, to)| from != to);
    differing
        .map(|(key, from, to)| FieldChange { field: format!("custom.{key}"), from: from.clone(), to: to.clone() })
        .collect()
}

/// A change of an id, told by names; somebody without a name is told by their id.
fn named(field: &str, from: &Value, to: &Value, names: &HashMap<Uuid, String>) -> FieldChange {
    let name = |id: &Value| {
        let known = id.as_str().and_then(|text| text.parse().ok()).and_then(|id: Uuid| names.get(&id));
        known.map_or_else(|| id.clone(), |name| Value::String(name.clone()))
    };
    let name = |ids: &Value| match ids {
        Value::Array(ids) => Value::Array(ids.iter().map(name).collect()),
        id => name(id),
    };
    FieldChange { field: field.to_owned(), from: name(from), to: name(to) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_become_names_and_custom_fields_stand_alone() {
        let (anna, acme) = (Uuid::max(), Uuid::from_u128(7));
        let names = Names {
            people: HashMap::from([(anna, "Anna".to_owned())]),
            companies: HashMap::from([(acme, "Acme".to_owned())]),
            ..Names::default()
        };
        let before = json!({"ownerId": null, "companyId": acme, "custom": {"same": 1, "gone": 2}, "deletedAt": null});
        let after = json!({"ownerId": anna, "companyId": Uuid::nil(), "custom": {"same": 1, "new": 3}, "tags": ["x"]});
        let changes = field_changes(SubjectKind::Contact, Some(&before), Some(&after), &names);
        let find = |field: &str| changes.iter().find(|c| c.field == field).map(|c| (c.from.clone(), c.to.clone()));
        assert_eq!(find("ownerName"), Some((Value::Null, json!("Anna"))));
        assert_eq!(find("companyName"), Some((json!("Acme"), json!(Uuid::nil()))));
        assert_eq!(find("custom.gone"), Some((json!(2), Value::Null)));
        assert_eq!(find("custom.new"), Some((Value::Null, json!(3))));
        assert_eq!(find("tags"), Some((Value::Null, json!(["x"]))));
        assert_eq!(changes.len(), 5);
    }

    #[test]
    fn a_change_of_a_chat_is_no_entry() {
        let entry = |subject_kind: &str| change_log::Entry {
            id: Uuid::nil(),
            org_id: Uuid::nil(),
            at: DateTime::UNIX_EPOCH,
            actor_kind: "user".to_owned(),
            actor_id: None,
            request_id: String::new(),
            batch_id: None,
            cause_event_id: None,
            subject_kind: subject_kind.to_owned(),
            subject_id: Uuid::nil(),
            record_id: Uuid::nil(),
            action: "updated".to_owned(),
            before: Some(json!({"tags": []})),
            after: Some(json!({"tags": ["x"]})),
            version: 2,
        };
        let told = |kind: &str| TimelineEntry::of(entry(kind), &Names::default(), &HashMap::new()).is_some();
        assert_eq!((told("contact"), told("chat")), (true, false));
    }

    #[test]
    fn records_that_were_merged_are_told_by_name() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let names = Names { companies: HashMap::from([(one, "One".to_owned())]), ..Names::default() };
        let after = json!({"mergedFrom": [one, two]});
        let changes = field_changes(SubjectKind::Company, Some(&json!({"mergedFrom": null})), Some(&after), &names);
        let expected = FieldChange { field: "mergedFrom".to_owned(), from: Value::Null, to: json!(["One", two]) };
        assert_eq!(changes, [expected]);
    }
}
