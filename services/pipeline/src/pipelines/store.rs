//! Pipelines in the database. Those that were deleted stay as rows and are read by nothing here.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Error;

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "pipelines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub name: String,
        pub is_default: bool,
        pub place: i64,
        pub currency: String,
        pub created_by: Option<Uuid>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub deleted_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

/// A pipeline without its stages.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPipeline {
    pub id: Uuid,
    pub name: String,
    pub is_default: bool,
    pub place: i64,
    pub currency: String,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl StoredPipeline {
    /// The image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        json!({"name": self.name, "isDefault": self.is_default, "position": self.place, "currency": self.currency})
    }
}

impl From<entity::Model> for StoredPipeline {
    fn from(row: entity::Model) -> Self {
        Self {
            id: row.id,
            name: row.name,
            is_default: row.is_default,
            place: row.place,
            currency: row.currency,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Every pipeline of the organization, in order.
///
/// # Errors
/// When the database is away.
pub async fn list(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<StoredPipeline>, Error> {
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::DeletedAt.is_null());
    let rows = find.order_by_asc(Column::Place).order_by_asc(Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(StoredPipeline::from).collect())
}

/// Holds every pipeline of the organization until the transaction ends, in the order of their ids.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &Tx, scope: &Scope) -> Result<(), Error> {
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).order_by_asc(Column::Id);
    find.lock_exclusive().all(tx).await?;
    Ok(())
}

/// Inserts a pipeline of the actor's.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, pipeline: &StoredPipeline) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let row = entity::ActiveModel {
        id: Set(pipeline.id),
        org_id: Set(scope.org_id.0),
        created_by: Set(scope.user_id().map(Uuid::from)),
        created_at: Set(pipeline.created_at),
        deleted_at: Set(None),
        ..columns(pipeline)
    };
    entity::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

fn columns(pipeline: &StoredPipeline) -> entity::ActiveModel {
    entity::ActiveModel {
        name: Set(pipeline.name.clone()),
        is_default: Set(pipeline.is_default),
        place: Set(pipeline.place),
        currency: Set(pipeline.currency.clone()),
        version: Set(pipeline.version),
        updated_at: Set(pipeline.updated_at),
        ..Default::default()
    }
}

/// Writes every field of a pipeline.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, pipeline: &StoredPipeline) -> Result<(), Error> {
    write(tx, pipeline.id, columns(pipeline)).await
}

/// Takes a pipeline away from everything but history.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, id: Uuid) -> Result<(), Error> {
    let gone =
        entity::ActiveModel { deleted_at: Set(Some(tx.clock().now())), is_default: Set(false), ..Default::default() };
    write(tx, id, gone).await
}

async fn write(tx: &Tx, id: Uuid, row: entity::ActiveModel) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let update = entity::Entity::update_many().set(row).filter(Column::OrgId.eq(org_id));
    update.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}
