//! An event as clients get it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most ids of subjects in a message of a stream or a socket; the feed has all of them.
const LIVE_SUBJECTS: usize = 100;

/// Something that happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
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
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EventActor)]
pub struct EventActor {
    /// `user`, `import` (a person's; the id is the person's) or `system`.
    pub kind: String,
    pub id: Option<Uuid>,
}

/// Why it happened.
#[expect(clippy::struct_field_names, reason = "they are ids of different things")]
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventCause {
    /// The event that made it happen.
    pub event_id: Option<Uuid>,
    /// The import, bulk operation or undo it is part of.
    pub batch_id: Option<Uuid>,
    pub request_id: String,
}

/// What it is about, as far as it is within the caller's reach.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventSubject {
    pub kind: String,
    /// The first of `ids`.
    pub id: Option<Uuid>,
    /// One for a single change, many for a chunk of an import or a bulk operation. Streams and sockets name the first 100.
    pub ids: Vec<Uuid>,
    /// How many there are.
    pub count: usize,
}

impl Event {
    /// The event about these of its subjects.
    pub(crate) fn new(event: &events::Event, subjects: &[Uuid]) -> Self {
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

    /// Short enough for a message.
    pub(crate) fn live(mut self) -> Self {
        self.subject.ids.truncate(LIVE_SUBJECTS);
        self
    }
}
