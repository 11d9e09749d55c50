//! The history of every record: written in the same transaction as the change, read for timelines, undo and revert.

use chrono::{DateTime, Utc};
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr, UnionType},
};
use serde_json::{Map, Value};
use uuid::{Builder, Uuid};

use crate::{Error, Tx, insert_all};

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Created,
    Updated,
    Deleted,
    Restored,
    /// An undo or a revert put earlier values back.
    Reverted,
    /// It became another record, or others became it.
    Merged,
    /// Gone for good; no values are kept.
    Purged,
}

impl Action {
    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
            Self::Reverted => "reverted",
            Self::Merged => "merged",
            Self::Purged => "purged",
        }
    }
}

/// One change of one record, to be recorded.
#[derive(Clone, Debug)]
pub struct Change {
    pub subject_kind: &'static str,
    pub subject_id: Uuid,
    /// The record whose timeline shows it; usually the subject.
    pub record_id: Uuid,
    pub action: Action,
    /// The changed fields as they were; `None` for a creation.
    pub before: Option<Value>,
    /// The changed fields as they are; `None` for a purge.
    pub after: Option<Value>,
    /// The record's version after the change.
    pub version: i64,
}

impl Change {
    /// A change whose images hold only the fields that differ between `before` and `after` (both JSON objects).
    #[must_use]
    pub fn between(kind: &'static str, id: Uuid, action: Action, before: &Value, after: &Value, version: i64) -> Self {
        let (before, after) = difference(before, after);
        Self {
            subject_kind: kind,
            subject_id: id,
            record_id: id,
            action,
            before: Some(before),
            after: Some(after),
            version,
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!((&self.before, &self.after), (Some(Value::Object(b)), Some(Value::Object(a))) if a.is_empty() && b.is_empty())
    }
}

fn difference(before: &Value, after: &Value) -> (Value, Value) {
    let empty = Map::new();
    let (old, new) = (before.as_object().unwrap_or(&empty), after.as_object().unwrap_or(&empty));
    let (mut was, mut is) = (Map::new(), Map::new());
    for key in old.keys().chain(new.keys().filter(|k| !old.contains_key(*k))) {
        let (from, to) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
        if from != to {
            was.insert(key.clone(), from.clone());
            is.insert(key.clone(), to.clone());
        }
    }
    (Value::Object(was), Value::Object(is))
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "change_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub at: DateTimeUtc,
        pub actor_kind: String,
        pub actor_id: Option<Uuid>,
        pub request_id: String,
        pub batch_id: Option<Uuid>,
        pub cause_event_id: Option<Uuid>,
        pub subject_kind: String,
        pub subject_id: Uuid,
        pub record_id: Uuid,
        pub action: String,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub before: Option<Json>,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub after: Option<Json>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::Model as Entry;

/// Records of one statement.
const RECORDS_PER_UPDATE: usize = 1000;

/// Records changes in the transaction that makes them.
///
/// # Errors
/// When the database refuses, or when the transaction belongs to no organization.
pub async fn record(tx: &Tx, changes: impl IntoIterator<Item = Change>) -> Result<(), Error> {
    let changes: Vec<Change> = changes.into_iter().collect();
    record_all(tx, changes).await
}

/// As [`record`], for changes that are made while the database works on those before them.
///
/// # Errors
/// As [`record`].
pub async fn record_all(
    tx: &Tx,
    changes: impl IntoIterator<Item = Change, IntoIter: Send> + Send,
) -> Result<(), Error> {
    let scope = tx.scope().ok_or(Error::Stored("scope"))?;
    let (clock, at) = (tx.clock(), tx.clock().now());
    insert_all(tx, changes.into_iter().map(|change| row(scope, clock.new_id(), at, change))).await
}

fn row(scope: &Scope, id: Uuid, at: DateTime<Utc>, change: Change) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(id),
        org_id: Set(scope.org_id.0),
        at: Set(at),
        actor_kind: Set(scope.actor.kind().to_owned()),
        actor_id: Set(scope.actor.id()),
        request_id: Set(scope.request_id.to_string()),
        batch_id: Set(scope.batch_id),
        cause_event_id: Set(scope.cause_event_id),
        subject_kind: Set(change.subject_kind.to_owned()),
        subject_id: Set(change.subject_id),
        record_id: Set(change.record_id),
        action: Set(change.action.as_str().to_owned()),
        before: Set(change.before),
        after: Set(change.after),
        version: Set(change.version),
    }
}

/// Blanks the values in the history of records that are gone for good; that something happened stays known.
///
/// # Errors
/// When the database refuses, or when the transaction belongs to no organization.
pub async fn forget_values(tx: &Tx, records: &[Uuid]) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(Error::Stored("scope"))?.org_id.0;
    for chunk in records.chunks(RECORDS_PER_UPDATE) {
        let blank = entity::ActiveModel { before: Set(None), after: Set(None), ..Default::default() };
        entity::Entity::update_many()
            .set(blank)
            .filter(entity::Column::OrgId.eq(org_id))
            .filter(entity::Column::RecordId.is_in(chunk.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Ids of the changes of one record, off its index.
fn ids_of(scope: &Scope, record_id: Uuid) -> SelectStatement {
    let mine = entity::Entity::find().select_only().column(entity::Column::Id);
    let mine = mine.filter(entity::Column::OrgId.eq(scope.org_id.0));
    mine.filter(entity::Column::RecordId.eq(record_id)).into_query()
}

/// The parts of several records together; none without a record. Each record is a part: asked for all at once, SQLite would
/// rather walk the organization's whole history.
fn together(parts: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    parts.reduce(|mut all, more| all.union(UnionType::All, more).take())
}

/// The changes that [`of_records`] reads.
fn newest(scope: &Scope, records: &[Uuid], before: Option<Uuid>, limit: u64) -> Option<SelectStatement> {
    let id = || entity::Column::Id;
    let part = |record: &Uuid| {
        let mut part = ids_of(scope, *record);
        part.order_by(id(), Order::Desc).limit(limit);
        if let Some(before) = before {
            part.and_where(id().lt(before));
        }
        // SQLite takes an order and a limit in a part of a union only one level down.
        Query::select().column(id()).from_subquery(part, Alias::new("part")).take()
    };
    let parts = together(records.iter().map(part))?;
    let newest = Query::select()
        .column(id())
        .from_subquery(parts, Alias::new("parts"))
        .order_by(id(), Order::Desc)
        .limit(limit)
        .take();
    let entries = entity::Entity::find().filter(entity::Column::OrgId.eq(scope.org_id.0));
    Some(entries.filter(id().in_subquery(newest)).order_by_desc(id()).into_query())
}

/// Changes shown on the timelines of these records (at most a few hundred), newest first: at most `limit` that are older
/// than `before`.
///
/// # Errors
/// When the database is away.
pub async fn of_records(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    records: &[Uuid],
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Entry>, Error> {
    let Some(newest) = newest(scope, records, before, limit) else { return Ok(Vec::new()) };
    let rows = connection.query_all(&newest).await?;
    Ok(rows.iter().map(|row| Entry::from_query_result(row, "")).collect::<Result<_, _>>()?)
}

/// One command, as its changes and its event tell of it. A request id alone says little: clients choose it.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    pub actor_kind: &'a str,
    pub actor_id: Option<Uuid>,
    pub request_id: &'a str,
    pub since: DateTime<Utc>,
    /// An id that was given out after those of its changes.
    pub until: Uuid,
}

/// Changes of one record that a command made: the latest `limit` of them, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn of_command(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    record: Uuid,
    command: &Command<'_>,
    limit: u64,
) -> Result<Vec<Entry>, Error> {
    // Ids begin with the instant: a part of the index of the record.
    let millis = u64::try_from(command.since.timestamp_millis()).unwrap_or_default();
    let first = Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
    let mine = entity::Entity::find().filter(entity::Column::OrgId.eq(scope.org_id.0));
    let of_record = mine.filter(entity::Column::RecordId.eq(record)).filter(entity::Column::Id.gte(first));
    let of_command = of_record
        .filter(entity::Column::Id.lte(command.until))
        .filter(entity::Column::RequestId.eq(command.request_id))
        .filter(entity::Column::ActorKind.eq(command.actor_kind))
        .filter(match command.actor_id {
            Some(id) => entity::Column::ActorId.eq(id),
            None => entity::Column::ActorId.is_null(),
        });
    let mut latest = of_command.order_by_desc(entity::Column::Id).limit(limit).all(connection).await?;
    latest.reverse();
    Ok(latest)
}

/// Changes with these ids, in any order.
///
/// # Errors
/// When the database is away.
pub async fn by_ids(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::with_capacity(ids.len());
    for some in ids.chunks(RECORDS_PER_UPDATE) {
        let mine = entity::Entity::find().filter(entity::Column::OrgId.eq(scope.org_id.0));
        entries.extend(mine.filter(entity::Column::Id.is_in(some.iter().copied())).all(connection).await?);
    }
    Ok(entries)
}

/// The organization's latest changes, newest first.
///
/// # Errors
/// When the database is away.
pub async fn latest(connection: &impl ConnectionTrait, scope: &Scope, limit: u64) -> Result<Vec<Entry>, Error> {
    let mine = entity::Column::OrgId.eq(scope.org_id.0);
    Ok(entity::Entity::find().filter(mine).order_by_desc(entity::Column::Id).limit(limit).all(connection).await?)
}

/// Changes of a batch from its end, at most `limit` that are older than `before`.
///
/// # Errors
/// When the database is away.
pub async fn of_batch_backwards(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    batch_id: Uuid,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Entry>, Error> {
    let mut wanted =
        Condition::all().add(entity::Column::OrgId.eq(scope.org_id.0)).add(entity::Column::BatchId.eq(batch_id));
    if let Some(id) = before {
        wanted = wanted.add(entity::Column::Id.lt(id));
    }
    Ok(entity::Entity::find().filter(wanted).order_by_desc(entity::Column::Id).limit(limit).all(connection).await?)
}

/// Changes that a batch made to these records, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn of_batch_about(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    batch_id: Uuid,
    records: &[Uuid],
) -> Result<Vec<Entry>, Error> {
    let wanted = Condition::all()
        .add(entity::Column::OrgId.eq(scope.org_id.0))
        .add(entity::Column::BatchId.eq(batch_id))
        .add(entity::Column::RecordId.is_in(records.iter().copied()));
    Ok(entity::Entity::find().filter(wanted).order_by_asc(entity::Column::Id).all(connection).await?)
}

/// The condition that a batch made or changed the record with this id: for a statement over the records of a kind. If it
/// reads none up to some id, `beyond` says so: PostgreSQL then begins to read the history there too.
#[must_use]
pub fn is_of_batch(
    scope: &Scope,
    backend: DbBackend,
    (batch_id, kind): (Uuid, &str),
    record: SimpleExpr,
    beyond: Option<Uuid>,
) -> SimpleExpr {
    let column = |column: entity::Column| Expr::col((entity::Entity, column));
    let of_batch = if backend == DbBackend::Sqlite {
        // Each record in its own history: by the index of batches SQLite would walk the whole batch for each of them.
        let twice = [column(entity::Column::BatchId), column(entity::Column::BatchId)];
        SimpleExpr::from(Func::coalesce(twice))
    } else {
        column(entity::Column::BatchId)
    };
    let mut made = Query::select();
    made.expr(Expr::val(1)).from(entity::Entity).and_where(column(entity::Column::OrgId).eq(scope.org_id.0));
    made.and_where(column(entity::Column::RecordId).eq(record)).and_where(of_batch.eq(batch_id));
    made.and_where(column(entity::Column::SubjectKind).eq(kind));
    made.and_where(column(entity::Column::Action).is_in([Action::Created, Action::Updated].map(Action::as_str)));
    if let Some(beyond) = beyond {
        made.and_where(column(entity::Column::RecordId).gt(beyond));
    }
    Expr::exists(made)
}

/// The statement of [`count_of_records`].
fn counted(scope: &Scope, records: &[Uuid]) -> Option<SelectStatement> {
    let parts = together(records.iter().map(|record| ids_of(scope, *record)))?;
    let mut count = Query::select();
    count.expr_as(Expr::cust("count(*)"), Alias::new("n")).from_subquery(parts, Alias::new("parts"));
    Some(count)
}

/// How many changes the timelines of these records show together.
///
/// # Errors
/// When the database is away.
pub async fn count_of_records(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    records: &[Uuid],
) -> Result<u64, Error> {
    let Some(count) = counted(scope, records) else { return Ok(0) };
    let row = connection.query_one(&count).await?.ok_or(Error::Stored("count"))?;
    Ok(u64::try_from(row.try_get::<i64>("", "n")?).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let change = Change::between(
            "contact",
            Uuid::nil(),
            Action::Updated,
            &json!({"name": "A", "tags": ["x"], "gone": 1}),
            &json!({"name": "A", "tags": ["x", "y"], "new": true}),
            2,
        );
        assert_eq!(change.before, Some(json!({"tags": ["x"], "gone": 1, "new": null})));
        assert_eq!(change.after, Some(json!({"tags": ["x", "y"], "gone": null, "new": true})));
        assert!(!change.is_empty());
    }
}
