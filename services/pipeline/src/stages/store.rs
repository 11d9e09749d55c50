//! Stages in the database. Those that were deleted stay as rows and are read by nothing here.

use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, LockType, Query, SimpleExpr},
};
use uuid::Uuid;

use super::stage::{Stage, StageColor, StageKind};
use crate::Error;

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    use crate::stages::stage::StageRules;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "stages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub pipeline_id: Uuid,
        pub name: String,
        pub kind: String,
        pub color: String,
        pub probability: i64,
        pub rot_days: Option<i64>,
        pub wip_limit: Option<i64>,
        pub place: i64,
        #[sea_orm(column_type = "JsonBinary")]
        pub entry_rules: StageRules,
        #[sea_orm(column_type = "JsonBinary")]
        pub exit_rules: StageRules,
        pub archived_at: Option<DateTimeUtc>,
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

impl TryFrom<entity::Model> for Stage {
    type Error = db::Error;

    fn try_from(row: entity::Model) -> Result<Self, db::Error> {
        Ok(Self {
            id: row.id,
            pipeline_id: row.pipeline_id,
            name: row.name,
            kind: StageKind::parse(&row.kind).ok_or(db::Error::Stored("stage kind"))?,
            color: StageColor::parse(&row.color).ok_or(db::Error::Stored("stage color"))?,
            probability: row.probability,
            rot_days: row.rot_days,
            wip_limit: row.wip_limit,
            position: row.place,
            archived_at: row.archived_at,
            entry_rules: row.entry_rules,
            exit_rules: row.exit_rules,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Every stage of the organization in the order of its pipeline, archived ones last.
///
/// # Errors
/// When the database is away.
pub async fn list(connection: &impl ConnectionTrait, scope: &Scope) -> Result<Vec<Stage>, Error> {
    let rows = entity::Entity::find()
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::DeletedAt.is_null())
        .order_by_asc(Column::PipelineId)
        .order_by_asc(Column::Place)
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    let mut stages: Vec<Stage> = rows.into_iter().map(Stage::try_from).collect::<Result<_, _>>()?;
    stages.sort_by_key(|stage| stage.archived_at.is_some());
    Ok(stages)
}

/// The condition that a stage is still there, and as it was read. `held` keeps it so until the transaction ends: whoever
/// changes stages holds them first ([`hold`]).
#[must_use]
pub fn as_it_was(scope: &Scope, stage: &Stage, held: bool) -> SimpleExpr {
    let column = |column: Column| Expr::col((entity::Entity, column));
    let mut select = Query::select();
    select.expr(Expr::val(1)).from(entity::Entity).and_where(column(Column::OrgId).eq(scope.org_id.0));
    select.and_where(column(Column::Id).eq(stage.id));
    select.and_where(column(Column::Version).eq(stage.version)).and_where(column(Column::DeletedAt).is_null());
    if held {
        select.lock(LockType::Share);
    }
    Expr::exists(select)
}

/// Holds every stage of the organization until the transaction ends; [`crate::plan::lock`] comes before.
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &Tx, scope: &Scope) -> Result<(), Error> {
    let find = entity::Entity::find().select_only().column(Column::Id).filter(Column::OrgId.eq(scope.org_id.0));
    find.order_by_asc(Column::Id).lock_exclusive().into_tuple::<Uuid>().all(tx).await?;
    Ok(())
}

/// Inserts stages of the actor's.
///
/// # Errors
/// When the database refuses.
pub async fn insert_many(tx: &Tx, stages: &[Stage]) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let rows = stages.iter().map(|stage| entity::ActiveModel {
        id: Set(stage.id),
        org_id: Set(scope.org_id.0),
        pipeline_id: Set(stage.pipeline_id),
        created_by: Set(scope.user_id().map(Uuid::from)),
        created_at: Set(stage.created_at),
        deleted_at: Set(None),
        ..columns(stage)
    });
    entity::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

fn columns(stage: &Stage) -> entity::ActiveModel {
    entity::ActiveModel {
        name: Set(stage.name.clone()),
        kind: Set(stage.kind.as_str().to_owned()),
        color: Set(stage.color.as_str().to_owned()),
        probability: Set(stage.probability),
        rot_days: Set(stage.rot_days),
        wip_limit: Set(stage.wip_limit),
        place: Set(stage.position),
        entry_rules: Set(stage.entry_rules.clone()),
        exit_rules: Set(stage.exit_rules.clone()),
        archived_at: Set(stage.archived_at),
        version: Set(stage.version),
        updated_at: Set(stage.updated_at),
        ..Default::default()
    }
}

/// Writes every field of a stage.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, stage: &Stage) -> Result<(), Error> {
    write(tx, &[stage.id], columns(stage)).await
}

/// Takes stages away from everything but history.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, ids: &[Uuid]) -> Result<(), Error> {
    let gone = entity::ActiveModel { deleted_at: Set(Some(tx.clock().now())), ..Default::default() };
    write(tx, ids, gone).await
}

async fn write(tx: &Tx, ids: &[Uuid], row: entity::ActiveModel) -> Result<(), Error> {
    let org_id = tx.scope().ok_or(db::Error::Stored("scope"))?.org_id.0;
    let update = entity::Entity::update_many().set(row).filter(Column::OrgId.eq(org_id));
    update.filter(Column::Id.is_in(ids.iter().copied())).exec(tx).await?;
    Ok(())
}
