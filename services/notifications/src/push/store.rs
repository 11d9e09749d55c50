//! Subscriptions of browsers in the database.

use std::collections::HashSet;

use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "push_subscriptions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub user_id: Uuid,
        /// Whoever knows it and the keys can wake the browser.
        pub endpoint: String,
        pub p256dh: Vec<u8>,
        pub auth: Vec<u8>,
        pub device: Option<String>,
        pub created_at: DateTimeUtc,
        pub last_used_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::{Column, Model as Row};

/// Most browsers of a person; the oldest one makes room.
pub const MAX: u64 = 20;

fn of_person(scope: &Scope, person: Uuid) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::UserId.eq(person))
}

/// The browsers of a person, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn list(connection: &impl ConnectionTrait, scope: &Scope, person: Uuid) -> Result<Vec<Row>, Error> {
    let find = entity::Entity::find().filter(of_person(scope, person)).order_by_desc(Column::CreatedAt);
    Ok(find.order_by_desc(Column::Id).all(connection).await?)
}

/// Those of these people who have a browser that may be woken.
///
/// # Errors
/// When the database is away.
pub async fn subscribed(tx: &Tx, scope: &Scope, people: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let find = entity::Entity::find().select_only().column(Column::UserId).distinct();
    let find = find.filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::UserId.is_in(people.iter().copied()));
    Ok(find.into_tuple().all(tx).await?.into_iter().collect())
}

/// Keeps a browser, in place of what was known of it.
///
/// # Errors
/// When the database refuses.
pub async fn replace(tx: &Tx, scope: &Scope, row: Row) -> Result<(), Error> {
    let known = list(tx, scope, row.user_id).await?;
    let room = usize::try_from(MAX - 1).unwrap_or_default();
    let same = known.iter().filter(|old| old.endpoint == row.endpoint);
    let others = known.iter().filter(|old| old.endpoint != row.endpoint).skip(room);
    let gone: Vec<Uuid> = same.chain(others).map(|old| old.id).collect();
    remove(tx, scope, &gone).await?;
    Ok(db::insert_all(tx, [row.into_active_model().reset_all()]).await?)
}

/// Forgets browsers.
///
/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<(), Error> {
    if !ids.is_empty() {
        let rows = entity::Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0));
        rows.filter(Column::Id.is_in(ids.iter().copied())).exec(tx).await?;
    }
    Ok(())
}

/// The browser, if it is the person's.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, person: Uuid, id: Uuid) -> Result<Row, Error> {
    let find = entity::Entity::find().filter(of_person(scope, person)).filter(Column::Id.eq(id));
    find.one(connection).await?.ok_or(Error::NotFound)
}

/// Notes that browsers were woken.
///
/// # Errors
/// When the database refuses.
pub async fn used(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::value(tx.clock().now()))
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}
