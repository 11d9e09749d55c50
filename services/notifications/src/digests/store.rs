//! Digests that were sent. A slot that has a row had its digest.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement};

use super::Of;
use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_digests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub org_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub user_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub slot: DateTimeUtc,
        pub asked: bool,
        pub notifications: i64,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::{Column, Entity};

/// Takes a slot; `false` when it had its digest already.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    tx: &Tx,
    scope: &Scope,
    (person, channel): Of,
    (slot, asked): (DateTime<Utc>, bool),
    notifications: usize,
) -> Result<bool, Error> {
    let sql = "insert into notification_digests (org_id, user_id, channel, slot, asked, notifications, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict (org_id, user_id, channel, slot) do nothing";
    let values = [
        scope.org_id.0.into(),
        person.into(),
        channel.as_str().into(),
        slot.into(),
        asked.into(),
        i64::try_from(notifications).unwrap_or(i64::MAX).into(),
        tx.clock().now().into(),
    ];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx.execute_raw(statement).await?.rows_affected() > 0)
}

fn of_person(scope: &Scope, (person, channel): Of) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::UserId.eq(person))
        .filter(Column::Channel.eq(channel.as_str()))
}

/// When somebody's last digest was sent.
///
/// # Errors
/// When the database is away.
pub async fn last(connection: &impl ConnectionTrait, scope: &Scope, of: Of) -> Result<Option<DateTime<Utc>>, Error> {
    let find = of_person(scope, of).order_by_desc(Column::Slot);
    Ok(find.one(connection).await?.map(|digest| digest.created_at))
}

/// When somebody asked for the oldest of their last `most` digests, if all of these are from after an instant.
///
/// # Errors
/// When the database is away.
pub async fn asked_since(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    of: Of,
    since: DateTime<Utc>,
    most: u64,
) -> Result<Option<DateTime<Utc>>, Error> {
    let asked = of_person(scope, of).filter(Column::Slot.gt(since)).filter(Column::Asked.eq(true));
    let oldest = asked.order_by_desc(Column::Slot).offset(most.saturating_sub(1)).one(connection).await?;
    Ok(oldest.map(|digest| digest.slot))
}

/// Deletes those from before an instant.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &Tx, scope: &Scope, before: DateTime<Utc>) -> Result<(), Error> {
    let old = Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::CreatedAt.lt(before));
    old.exec(tx).await?;
    Ok(())
}
