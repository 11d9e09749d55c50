//! Which lines are activity, and what their events are about. No I/O.

use contracts::{
    events::{
        Audience::{Account, Addressed, Chat, Holders, Members, Oneself, Reach, Record, View},
        audience_of,
    },
    permissions::{CHATS_READ, COMPANIES_READ, CONTACTS_READ, DEALS_READ},
};
use events::Event;
use kernel::{Resource, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::line::Line;

/// Subjects by which a line about many is judged, and of which it tells.
const JUDGED: usize = 10;

/// Whether it is work that colleagues may hear of, whoever asks. Sign-ins and the like are the audit log's; private views
/// and what is addressed to one person are nobody else's; that a batch is over is told by what it did.
pub fn is_work(action: &str) -> bool {
    match audience_of(action) {
        Some(Members | Holders(_) | Reach(_) | Record(_) | Account(_) | Chat(_)) => true,
        Some(Oneself(_)) => ["import.", "export."].iter().any(|family| action.starts_with(family)),
        Some(View | Addressed) | None => false,
    }
}

/// Whether only the data of the event tells what the line is about.
pub fn needs_data(action: &str) -> bool {
    matches!(audience_of(action), Some(Record(_) | Chat(_)))
}

/// The event of a line again, with its data as far as it is known, to be judged.
pub fn event_of(line: &Line, data: Option<Value>) -> Event {
    let subjects: Vec<Uuid> = line.subjects().into_iter().take(JUDGED).collect();
    Event {
        id: line.event_id,
        org_id: line.org_id,
        kind: line.action.clone(),
        version: 1,
        occurred_at: line.at,
        actor_kind: line.actor_kind.clone(),
        actor_id: line.actor_id,
        subject_kind: line.subject_kind.clone(),
        subject_ids: json!(subjects),
        data: data.unwrap_or_else(|| json!({})),
        batch_id: None,
        cause_event_id: None,
        request_id: line.request_id.clone(),
        position: line.number,
    }
}

/// The record that it is about: the first subject told, or what the data of a note, a comment or a message names.
pub fn record_of(event: &Event, told: &[Uuid]) -> Option<(String, Uuid)> {
    let id = |value: &Value| value.as_str()?.parse().ok();
    match audience_of(&event.kind) {
        Some(Record(_)) => Some((event.data["recordType"].as_str()?.to_owned(), id(&event.data["recordId"])?)),
        Some(Chat(_)) => Some(("chat".to_owned(), id(&event.data["chatId"])?)),
        _ => Some((event.subject_kind.clone(), *told.first()?)),
    }
}

/// Whether the actor may read records of the kind at all: who hears of a note need not know what it is about.
pub fn may_read(scope: &Scope, kind: &str) -> bool {
    let permission = match kind {
        "contact" => CONTACTS_READ,
        "company" => COMPANIES_READ,
        "deal" => DEALS_READ,
        "chat" => CHATS_READ,
        _ => return true,
    };
    scope.grants.allows(permission)
}

/// How many subjects are told of: all to who reaches every row of their kind, else those found within reach.
pub fn count_of(scope: &Scope, line: &Line, told: &[Uuid]) -> i64 {
    match Resource::of(&line.subject_kind) {
        Some(resource) if !scope.reaches_all(resource) => i64::try_from(told.len()).unwrap_or(i64::MAX),
        _ => line.subject_count,
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use contracts::events as names;
    use kernel::{Grants, Locale, OrgId, Reach as Far, UserId};

    use super::*;

    fn line(action: &str, kind: &str, subjects: &[u128]) -> Line {
        let ids: Vec<Uuid> = subjects.iter().map(|id| Uuid::from_u128(*id)).collect();
        Line {
            org_id: Uuid::from_u128(1),
            number: 7,
            event_id: Uuid::from_u128(2),
            at: DateTime::UNIX_EPOCH,
            actor_kind: "user".to_owned(),
            actor_id: Some(Uuid::from_u128(3)),
            action: action.to_owned(),
            subject_kind: kind.to_owned(),
            subject_count: i64::try_from(ids.len()).unwrap(),
            subject_ids: json!(ids),
            changes: json!([]),
            request_id: "r".to_owned(),
            ip: None,
            device: None,
            hash: Vec::new(),
        }
    }

    #[test]
    fn work_is_told_and_what_is_private_is_not() {
        for action in
            [names::CONTACT_UPDATED, names::DEAL_WON, names::NOTE_CREATED, names::TEAM_UPDATED, names::IMPORT_COMPLETED]
        {
            assert!(is_work(action), "{action}");
        }
        for action in
            [names::USER_SIGNED_IN, names::VIEW_CREATED, names::DRAFT_UPDATED, names::BULK_COMPLETED, "contact.eaten"]
        {
            assert!(!is_work(action), "{action}");
        }
    }

    #[test]
    fn a_note_is_about_its_record_and_a_comment_about_its_chat() {
        let (note, record) = (line(names::NOTE_CREATED, "note", &[9]), Uuid::from_u128(5));
        let event = event_of(&note, Some(json!({"recordType": "deal", "recordId": record})));
        assert!(needs_data(&event.kind));
        assert_eq!(record_of(&event, &[]), Some(("deal".to_owned(), record)));
        let comment = event_of(&line(names::COMMENT_CREATED, "comment", &[9]), Some(json!({"chatId": record})));
        assert_eq!(record_of(&comment, &[]), Some(("chat".to_owned(), record)));
        let forgotten = event_of(&note, None);
        assert_eq!(record_of(&forgotten, &[Uuid::from_u128(9)]), None, "the feed has forgotten what it was about");
        let contact = event_of(&line(names::CONTACT_UPDATED, "contact", &[8, 9]), None);
        assert_eq!(record_of(&contact, &[Uuid::from_u128(9)]), Some(("contact".to_owned(), Uuid::from_u128(9))));
    }

    #[test]
    fn of_many_records_who_reaches_some_hears_of_no_others() {
        let scope = |reach: Far| {
            let (org, user) = (OrgId(Uuid::from_u128(1)), UserId(Uuid::from_u128(3)));
            Scope::of_member(org, user, Grants::of([]), reach, Locale::En, "r".into())
        };
        let many: Vec<u128> = (1..=40).collect();
        let line = line(names::CONTACT_UPDATED, "contact", &many);
        let told: Vec<Uuid> = event_of(&line, None).subjects();
        assert_eq!(told.len(), 10);
        assert_eq!(count_of(&scope(Far::ORGANIZATION), &line, &told), 40);
        assert_eq!(count_of(&scope(Far::OWN), &line, &told[..3]), 3);
        assert!(!may_read(&scope(Far::OWN), "contact") && may_read(&scope(Far::OWN), "team"));
    }
}
