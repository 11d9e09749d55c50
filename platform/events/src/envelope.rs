//! An event as others get it: clients, streams, integrations, and whoever reads the messages of the broker.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Event;

/// Something that happened.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub struct Envelope {
    pub id: Uuid,
    /// Its place in the feed. Grows in the order of commits; numbers between two of an organization are of others.
    pub seq: i64,
    /// Its name, such as `contact.created`.
    pub r#type: String,
    /// Of the form of `data`.
    pub version: i64,
    pub occurred_at: DateTime<Utc>,
    pub organization_id: Uuid,
    pub actor: EventActor,
    pub cause: EventCause,
    pub subject: EventSubject,
    pub data: Value,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventActor {
    /// `user`, `api_key` (the id is the key's), `import` (a person's; the id is the person's) or `system`.
    pub kind: String,
    pub id: Option<Uuid>,
}

/// Why it happened.
#[expect(clippy::struct_field_names, reason = "they are ids of different things")]
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventCause {
    /// The event that made it happen.
    pub event_id: Option<Uuid>,
    /// The import, bulk operation or undo it is part of.
    pub batch_id: Option<Uuid>,
    pub request_id: String,
}

/// What it is about, as far as it is within the caller's reach.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct EventSubject {
    pub kind: String,
    /// The first of `ids`.
    pub id: Option<Uuid>,
    /// One for a single change, many for a chunk of an import or a bulk operation. Streams and sockets name the first 100.
    pub ids: Vec<Uuid>,
    /// How many there are.
    pub count: usize,
}

impl Envelope {
    /// The event about these of its subjects.
    #[must_use]
    pub fn new(event: &Event, subjects: &[Uuid]) -> Self {
        Self {
            id: event.id,
            seq: event.position,
            r#type: event.kind.clone(),
            version: event.version,
            occurred_at: event.occurred_at,
            organization_id: event.org_id,
            actor: EventActor { kind: event.actor_kind.clone(), id: event.actor_id },
            cause: EventCause {
                event_id: event.cause_event_id,
                batch_id: event.batch_id,
                request_id: event.request_id.clone(),
            },
            subject: EventSubject {
                kind: event.subject_kind.clone(),
                id: subjects.first().copied(),
                ids: subjects.to_vec(),
                count: subjects.len(),
            },
            data: event.data.clone(),
        }
    }

    /// Names at most so many subjects; `count` keeps telling how many there are.
    #[must_use]
    pub fn naming_at_most(mut self, subjects: usize) -> Self {
        self.subject.ids.truncate(subjects);
        self
    }
}

impl From<Envelope> for Event {
    fn from(envelope: Envelope) -> Self {
        let Envelope { id, seq, r#type, version, occurred_at, organization_id, actor, cause, subject, data } = envelope;
        Self {
            id,
            org_id: organization_id,
            kind: r#type,
            version,
            occurred_at,
            actor_kind: actor.kind,
            actor_id: actor.id,
            subject_kind: subject.kind,
            subject_ids: json!(subject.ids),
            data,
            batch_id: cause.batch_id,
            cause_event_id: cause.event_id,
            request_id: cause.request_id,
            position: seq,
        }
    }
}
