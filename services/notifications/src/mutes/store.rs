//! Mutes in the database. Those that are over stay as rows until they are deleted, and mean nothing.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_mutes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub user_id: Uuid,
        pub record_kind: Option<String>,
        pub record_id: Option<Uuid>,
        pub kind: Option<String>,
        pub until: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::{Column, Model as Row};

/// Most mutes of a person.
pub const MAX: u64 = 200;

fn of_person(scope: &Scope, person: Uuid) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::UserId.eq(person))
}

fn lasting(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::Until.is_null()).add(Column::Until.gt(now))
}

/// The person's mutes that are not over, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    person: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, Error> {
    let find = entity::Entity::find().filter(of_person(scope, person)).filter(lasting(now)).limit(MAX);
    Ok(find.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(connection).await?)
}

/// Those of these people who want to hear nothing of a kind, or of a record.
///
/// # Errors
/// When the database is away.
pub async fn muted(
    tx: &Tx,
    scope: &Scope,
    people: &[Uuid],
    kind: &str,
    about: Option<(&str, Uuid)>,
) -> Result<Vec<Uuid>, Error> {
    let mut either = Condition::any().add(Column::Kind.eq(kind));
    if let Some((kind, id)) = about {
        either = either.add(Condition::all().add(Column::RecordKind.eq(kind)).add(Column::RecordId.eq(id)));
    }
    let find = entity::Entity::find().select_only().column(Column::UserId).distinct();
    let find = find.filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::UserId.is_in(people.iter().copied()));
    Ok(find.filter(lasting(tx.clock().now())).filter(either).into_tuple().all(tx).await?)
}

/// Inserts a mute; those that are about the same, or over, go.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, row: &Row) -> Result<(), Error> {
    let same = match (&row.kind, row.record_id) {
        (Some(kind), _) => Condition::all().add(Column::Kind.eq(kind.as_str())),
        (None, id) => Condition::all().add(Column::RecordKind.eq(row.record_kind.clone())).add(Column::RecordId.eq(id)),
    };
    let over = Column::Until.lte(tx.clock().now());
    let old = entity::Entity::delete_many().filter(of_person(scope, row.user_id));
    old.filter(Condition::any().add(same).add(over)).exec(tx).await?;
    let new = entity::ActiveModel {
        id: Set(row.id),
        org_id: Set(scope.org_id.0),
        user_id: Set(row.user_id),
        record_kind: Set(row.record_kind.clone()),
        record_id: Set(row.record_id),
        kind: Set(row.kind.clone()),
        until: Set(row.until),
        created_at: Set(row.created_at),
    };
    Ok(db::insert_all(tx, [new]).await?)
}

/// Deletes a mute of the person's, and gives what it was.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn remove(tx: &Tx, scope: &Scope, person: Uuid, id: Uuid) -> Result<Row, Error> {
    let this = of_person(scope, person).add(Column::Id.eq(id));
    let found = entity::Entity::find().filter(this.clone()).one(tx).await?.ok_or(Error::NotFound)?;
    entity::Entity::delete_many().filter(this).exec(tx).await?;
    Ok(found)
}
