//! Appending to the outbox, and the stored form of an event.

use chrono::{DateTime, Utc};
use db::{Error, Tx};
use sea_orm::{ActiveValue::Set, FromQueryResult};
use serde_json::{Value, json};
use uuid::Uuid;

/// A fact to be told: `kind` is one of `contracts::events`.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub kind: &'static str,
    pub subject_kind: &'static str,
    /// Every record the fact is about; one for a single change, up to a chunk of an import.
    pub subject_ids: Vec<Uuid>,
    /// Ids and plain facts; personal text is referenced by id, not copied.
    pub data: Value,
}

impl NewEvent {
    /// A fact about one record.
    #[must_use]
    pub fn of(kind: &'static str, subject_kind: &'static str, id: Uuid, data: Value) -> Self {
        Self { kind, subject_kind, subject_ids: vec![id], data }
    }
}

/// An event as handlers get it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Event {
    pub id: Uuid,
    pub org_id: Uuid,
    pub kind: String,
    /// Of the form of `data`.
    pub version: i64,
    pub occurred_at: DateTime<Utc>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub subject_kind: String,
    pub subject_ids: Value,
    pub data: Value,
    pub batch_id: Option<Uuid>,
    pub cause_event_id: Option<Uuid>,
    pub request_id: String,
    pub position: i64,
}

impl Event {
    /// The records the fact is about.
    #[must_use]
    pub fn subjects(&self) -> Vec<Uuid> {
        self.subject_ids.as_array().into_iter().flatten().filter_map(|v| v.as_str()?.parse().ok()).collect()
    }
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub seq: i64,
        pub id: Uuid,
        pub org_id: Uuid,
        pub kind: String,
        pub version: i64,
        pub occurred_at: DateTimeUtc,
        pub actor_kind: String,
        pub actor_id: Option<Uuid>,
        pub subject_kind: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub subject_ids: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub data: Json,
        pub batch_id: Option<Uuid>,
        pub cause_event_id: Option<Uuid>,
        pub request_id: String,
        pub session_id: Option<Uuid>,
        pub position: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Version of every event's data until one changes its shape.
const VERSION: i64 = 1;

/// Appends facts to the outbox, in the transaction that makes them true.
///
/// # Errors
/// When the database refuses, or when the transaction belongs to no organization.
pub async fn append(tx: &Tx, events: impl IntoIterator<Item = NewEvent>) -> Result<(), Error> {
    let scope = tx.scope().ok_or(Error::Stored("scope"))?;
    let at = tx.clock().now();
    let events: Vec<NewEvent> = events.into_iter().collect();
    let rows = events.into_iter().map(|event| entity::ActiveModel {
        id: Set(tx.clock().new_id()),
        org_id: Set(scope.org_id.0),
        kind: Set(event.kind.to_owned()),
        version: Set(VERSION),
        occurred_at: Set(at),
        actor_kind: Set(scope.actor.kind().to_owned()),
        actor_id: Set(scope.actor.id()),
        subject_kind: Set(event.subject_kind.to_owned()),
        subject_ids: Set(json!(event.subject_ids)),
        data: Set(event.data),
        batch_id: Set(scope.batch_id),
        cause_event_id: Set(scope.cause_event_id),
        request_id: Set(scope.request_id.to_string()),
        session_id: Set(scope.session_id),
        ..Default::default()
    });
    db::insert_all(tx, rows).await
}
