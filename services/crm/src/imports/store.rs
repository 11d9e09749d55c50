//! Imports in the database.

use db::Tx;
use fields::RecordType;
use kernel::{Resource, Scope};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Error;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportStatus {
    /// Uploaded; the columns are to be mapped.
    Ready,
    Running,
    Completed,
    Failed,
    Cancelled,
    Reverting,
    Reverted,
}

impl ImportStatus {
    const ALL: [Self; 7] =
        [Self::Ready, Self::Running, Self::Completed, Self::Failed, Self::Cancelled, Self::Reverting, Self::Reverted];

    /// The word stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Reverting => "reverting",
            Self::Reverted => "reverted",
        }
    }

    /// Reads [`ImportStatus::as_str`] back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "imports")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub record_type: String,
        pub status: String,
        pub file_name: String,
        pub size_bytes: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub format: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub preview: Json,
        #[sea_orm(column_type = "JsonBinary", nullable)]
        pub mapping: Option<Json>,
        pub duplicate_policy: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub default_tags: Json,
        pub owner_id: Option<Uuid>,
        pub bytes_done: i64,
        pub rows_done: i64,
        pub created: i64,
        pub updated: i64,
        pub skipped: i64,
        pub failed: i64,
        pub companies_created: i64,
        pub error_bytes: i64,
        pub error_code: Option<String>,
        pub batch_id: Option<Uuid>,
        pub undo_id: Option<Uuid>,
        pub created_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub started_at: Option<DateTimeUtc>,
        pub finished_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::{ActiveModel, Column, Entity, Model};

impl Model {
    /// What its rows are.
    #[must_use]
    pub fn kind(&self) -> RecordType {
        RecordType::parse(&self.record_type).unwrap_or(RecordType::Contact)
    }

    /// Where it stands; an unknown word counts as failed.
    #[must_use]
    pub fn status(&self) -> ImportStatus {
        ImportStatus::parse(&self.status).unwrap_or(ImportStatus::Failed)
    }
}

/// What levels are given for, of rows of a kind.
#[must_use]
pub fn resource(kind: RecordType) -> Resource {
    match kind {
        RecordType::Contact | RecordType::Company => Resource::Clients,
        RecordType::Deal => Resource::Deals,
    }
}

/// Imports of the organization within reach: those of the actor, and of kinds all rows of which they reach.
#[must_use]
pub fn within(scope: &Scope) -> Condition {
    let kinds = [RecordType::Contact, RecordType::Company, RecordType::Deal];
    let whole = kinds.into_iter().filter(|kind| scope.reaches_all(resource(*kind))).map(RecordType::as_str);
    let reached = Condition::any()
        .add(Column::CreatedBy.eq(scope.user_id().map(Uuid::from)))
        .add(Column::RecordType.is_in(whole));
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(reached)
}

/// One import within reach.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Model, Error> {
    let mine = Entity::find().filter(within(scope)).filter(Column::Id.eq(id));
    mine.one(connection).await?.ok_or(Error::NotFound)
}

/// One import within reach, held until the transaction ends, so that its status cannot change in between.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn hold(tx: &Tx, scope: &Scope, id: Uuid) -> Result<Model, Error> {
    let mine = Entity::find().filter(within(scope)).filter(Column::Id.eq(id));
    // SQLite has one writer; its statement builder leaves the lock out.
    mine.lock_exclusive().one(tx).await?.ok_or(Error::NotFound)
}

/// Changes an import that is in the state it was read in; `false` when it is not any more.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, scope: &Scope, id: Uuid, from: ImportStatus, change: ActiveModel) -> Result<bool, Error> {
    let done = Entity::update_many()
        .set(change)
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(from.as_str()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// A change of the status alone.
#[must_use]
pub fn to_status(status: ImportStatus) -> ActiveModel {
    ActiveModel { status: Set(status.as_str().to_owned()), ..Default::default() }
}
