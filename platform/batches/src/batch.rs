//! A batch: changes that are followed and undone together, and how far they have come.

use api::words;
use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::{Resource, Scope};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

words! {
    /// What made the changes.
    BatchKind {
        Bulk = "bulk",
        Import = "import",
        Undo = "undo",
        Merge = "merge",
    }
}

words! {
    /// What the changes are about.
    #[schema(as = BatchRecordType)]
    BatchRecord {
        Contact = "contact",
        Company = "company",
        Deal = "deal",
    }
}

words! {
    /// Where a batch stands.
    BatchStatus {
        Running = "running",
        Completed = "completed",
        Failed = "failed",
        /// An undo of it is at work.
        Reverting = "reverting",
        Reverted = "reverted",
    }
}

/// Changes made together.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    pub id: Uuid,
    pub kind: BatchKind,
    /// What is done: an action of bulk operations, `import`, `undo`, or `merge`.
    pub action: String,
    pub record_type: BatchRecord,
    pub status: BatchStatus,
    /// Records to be changed, as far as it was known at the start.
    pub total: i64,
    /// Records that are done, changed or not.
    pub done: i64,
    /// Records left as they were: for an undo, because somebody changed them since.
    pub conflicts: i64,
    pub created_at: DateTime<Utc>,
    #[schema(required)]
    pub finished_at: Option<DateTime<Utc>>,
    /// What was asked for; the job reads it.
    #[serde(skip)]
    #[schema(ignore)]
    pub request: Value,
    /// How far the job has come.
    #[serde(skip)]
    #[schema(ignore)]
    pub reached: Option<Uuid>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "batches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub kind: String,
        pub action: String,
        pub record_type: String,
        pub status: String,
        pub total: i64,
        pub done: i64,
        pub conflicts: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub request: Json,
        pub reached: Option<Uuid>,
        pub created_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub finished_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

impl TryFrom<entity::Model> for Batch {
    type Error = Error;

    fn try_from(row: entity::Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            kind: BatchKind::parse(&row.kind).ok_or(Error::Stored("batch kind"))?,
            action: row.action,
            record_type: BatchRecord::parse(&row.record_type).ok_or(Error::Stored("record type"))?,
            status: BatchStatus::parse(&row.status).ok_or(Error::Stored("batch status"))?,
            total: row.total,
            done: row.done,
            conflicts: row.conflicts,
            created_at: row.created_at,
            finished_at: row.finished_at,
            request: row.request,
            reached: row.reached,
        })
    }
}

/// A batch to begin.
#[derive(Clone, Debug)]
pub struct NewBatch {
    pub kind: BatchKind,
    pub action: &'static str,
    pub record_type: BatchRecord,
    pub total: u64,
    pub request: Value,
}

/// Begins a batch of the actor's.
///
/// # Errors
/// When the database refuses.
pub async fn begin(tx: &Tx, new: NewBatch) -> Result<Batch, Error> {
    begin_as(tx, tx.clock().new_id(), new).await
}

/// Begins a batch whose id is known before, so that the transaction that begins it can act as part of it.
///
/// # Errors
/// When the database refuses.
pub async fn begin_as(tx: &Tx, id: Uuid, new: NewBatch) -> Result<Batch, Error> {
    let scope = tx.scope().ok_or(Error::Stored("scope"))?;
    let row = entity::Model {
        id,
        org_id: scope.org_id.0,
        kind: new.kind.as_str().to_owned(),
        action: new.action.to_owned(),
        record_type: new.record_type.as_str().to_owned(),
        status: BatchStatus::Running.as_str().to_owned(),
        total: i64::try_from(new.total).unwrap_or(i64::MAX),
        done: 0,
        conflicts: 0,
        request: new.request,
        reached: None,
        created_by: scope.user_id().map(Uuid::from),
        created_at: tx.clock().now(),
        finished_at: None,
    };
    let active: entity::ActiveModel = row.clone().into();
    entity::Entity::insert(active.reset_all()).exec_without_returning(tx).await?;
    Batch::try_from(row)
}

/// The batch, if the actor may see it: their own, and those of kinds all records of which they reach.
///
/// # Errors
/// When the database is away.
pub async fn find(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Option<Batch>, Error> {
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::Id.eq(id));
    let seen = |row: &entity::Model| {
        let all = Resource::of(&row.record_type).is_some_and(|resource| scope.reaches_all(resource));
        all || row.created_by.is_some() && row.created_by == scope.user_id().map(Uuid::from)
    };
    find.one(connection).await?.filter(seen).map(Batch::try_from).transpose()
}

/// These batches, as far as there are such.
///
/// # Errors
/// When the database is away.
pub async fn find_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Batch>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::Id.is_in(ids.to_vec()));
    find.all(connection).await?.into_iter().map(Batch::try_from).collect()
}

/// Whether a running batch is where the job believes it to be; holds it there until the transaction ends.
///
/// # Errors
/// When the database is away.
pub async fn still_at(tx: &Tx, scope: &Scope, batch: &Batch) -> Result<bool, Error> {
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::Id.eq(batch.id));
    let now = find.lock_exclusive().one(tx).await?;
    let running = BatchStatus::Running.as_str();
    Ok(now.is_some_and(|now| now.status == running && now.reached == batch.reached))
}

/// How far a job has come since the last step.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    pub done: u64,
    pub conflicts: u64,
    /// Where to go on.
    pub reached: Option<Uuid>,
}

/// Notes progress, in the transaction that made it.
///
/// # Errors
/// When the database refuses.
pub async fn advance(tx: &Tx, batch: &mut Batch, progress: Progress) -> Result<(), Error> {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    batch.done += count(progress.done);
    batch.conflicts += count(progress.conflicts);
    batch.reached = progress.reached;
    batch.total = batch.total.max(batch.done);
    let row = entity::ActiveModel {
        done: Set(batch.done),
        conflicts: Set(batch.conflicts),
        total: Set(batch.total),
        reached: Set(batch.reached),
        ..Default::default()
    };
    write(tx, batch.id, row).await
}

/// Moves a batch to another status; the end of one is stamped.
///
/// # Errors
/// When the database refuses.
pub async fn set_status(tx: &Tx, id: Uuid, status: BatchStatus) -> Result<(), Error> {
    let mut row = entity::ActiveModel { status: Set(status.as_str().to_owned()), ..Default::default() };
    if matches!(status, BatchStatus::Completed | BatchStatus::Failed) {
        row.finished_at = Set(Some(tx.clock().now()));
    }
    write(tx, id, row).await
}

async fn write(tx: &Tx, id: Uuid, row: entity::ActiveModel) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(Error::Stored("scope"))?.org_id.0;
    let update = entity::Entity::update_many().set(row);
    update.filter(Column::OrgId.eq(org_id)).filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Moves a batch to `to` if it stands at one of `from`; whether it did.
///
/// # Errors
/// When the database refuses.
pub async fn take(tx: &Tx, id: Uuid, from: &[BatchStatus], to: BatchStatus) -> Result<bool, Error> {
    let org_id = tx.scope().ok_or(Error::Stored("scope"))?.org_id.0;
    let row = entity::ActiveModel { status: Set(to.as_str().to_owned()), ..Default::default() };
    let done = entity::Entity::update_many()
        .set(row)
        .filter(Column::OrgId.eq(org_id))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.is_in(from.iter().map(|status| status.as_str())))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// Whether the organization has ever finished a batch of this kind.
///
/// # Errors
/// When the database is away.
pub async fn any_finished(connection: &impl ConnectionTrait, scope: &Scope, kind: BatchKind) -> Result<bool, Error> {
    let find = entity::Entity::find()
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::FinishedAt.is_not_null());
    Ok(find.one(connection).await?.is_some())
}
