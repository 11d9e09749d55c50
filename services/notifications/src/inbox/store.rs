//! Notifications in the database. Each belongs to one person: nobody else's rows are read or written here but by the
//! reactions that tell people of things.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use uuid::Uuid;

use crate::{Error, kinds::Category};

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notifications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub user_id: Uuid,
        pub kind: String,
        pub category: String,
        pub subject_kind: Option<String>,
        pub subject_id: Option<Uuid>,
        pub actor_id: Option<Uuid>,
        pub several_actors: bool,
        #[sea_orm(column_type = "JsonBinary")]
        pub data: Json,
        /// Empty once nothing joins it any more.
        pub collapse_key: String,
        pub count: i64,
        pub in_app: bool,
        pub created_at: DateTimeUtc,
        pub last_at: DateTimeUtc,
        pub read_at: Option<DateTimeUtc>,
        pub snoozed_until: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::{Column, Model as Row};

/// A column with the table's name.
#[must_use]
pub fn column(column: Column) -> SimpleExpr {
    Expr::col((entity::Entity, column))
}

/// What the person sees in the app.
#[must_use]
pub fn of_person(scope: &Scope, person: Uuid) -> Condition {
    Condition::all()
        .add(column(Column::OrgId).eq(scope.org_id.0))
        .add(column(Column::UserId).eq(person))
        .add(column(Column::InApp).eq(true))
}

/// Not put off, or not any longer.
#[must_use]
pub fn awake(now: DateTime<Utc>) -> Condition {
    let until = column(Column::SnoozedUntil);
    Condition::any().add(until.clone().is_null()).add(until.lte(now))
}

/// A notification of the person's.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, person: Uuid, id: Uuid) -> Result<Row, Error> {
    let find = entity::Entity::find().filter(of_person(scope, person)).filter(Column::Id.eq(id));
    find.one(connection).await?.ok_or(Error::NotFound)
}

/// Notifications of the organization, whoever's they are.
///
/// # Errors
/// When the database is away.
pub async fn load_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Row>, Error> {
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0));
    Ok(find.filter(Column::Id.is_in(ids.iter().copied())).all(connection).await?)
}

/// Marks those of the person's notifications that meet a condition and are not so yet; returns how many. Nothing joins what
/// was read, nor what is unread again.
///
/// # Errors
/// When the database refuses.
pub async fn mark(tx: &Tx, scope: &Scope, person: Uuid, which: Condition, read: bool) -> Result<u64, Error> {
    let at = read.then(|| tx.clock().now());
    let other = if read { Column::ReadAt.is_null() } else { Column::ReadAt.is_not_null() };
    let done = entity::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(at))
        .col_expr(Column::CollapseKey, Expr::value(""))
        .filter(of_person(scope, person))
        .filter(which)
        .filter(other)
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

/// Puts a notification off, or no longer; it is unread then.
///
/// # Errors
/// When the database refuses.
pub async fn snooze(tx: &Tx, scope: &Scope, row: &Row, until: Option<DateTime<Utc>>) -> Result<(), Error> {
    let mut update = entity::Entity::update_many()
        .col_expr(Column::SnoozedUntil, Expr::value(until))
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::Id.eq(row.id));
    if until.is_some() && row.read_at.is_some() {
        update = update.col_expr(Column::ReadAt, Expr::value(None::<DateTime<Utc>>));
    }
    update.exec(tx).await?;
    Ok(())
}

/// Brings a notification back whose time has come; `false` when there is none to be brought back any more.
///
/// # Errors
/// When the database refuses.
pub async fn wake(tx: &Tx, scope: &Scope, id: Uuid) -> Result<bool, Error> {
    let now = tx.clock().now();
    let done = entity::Entity::update_many()
        .col_expr(Column::SnoozedUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::LastAt, Expr::value(now))
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::Id.eq(id))
        .filter(Column::SnoozedUntil.lte(now))
        .filter(Column::ReadAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected > 0)
}

/// The ids of the person's unread notifications that meet a condition, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn unread_ids(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    person: Uuid,
    which: Condition,
    limit: u64,
) -> Result<Vec<Uuid>, Error> {
    let find = entity::Entity::find().select_only().column(Column::Id).filter(of_person(scope, person));
    let find = find.filter(which).filter(Column::ReadAt.is_null());
    let find = find.order_by_desc(Column::LastAt).order_by_desc(Column::Id).limit(limit);
    Ok(find.into_tuple().all(connection).await?)
}

/// Most that is counted.
pub const COUNTED: u64 = 100;

/// How many notifications of a person are unread, and how many of these are mentions; each to [`COUNTED`].
///
/// # Errors
/// When the database is away.
pub async fn count_unread(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    person: Uuid,
    now: DateTime<Utc>,
) -> Result<(u64, u64), Error> {
    let part = |and: &str| {
        format!(
            "(select count(*) from (select 1 as one from notifications where org_id = $1 and user_id = $2 and in_app \
             and read_at is null and (snoozed_until is null or snoozed_until <= $3){and} limit {COUNTED}) as counted)"
        )
    };
    let mentions = part(&format!(" and category = '{}'", Category::Mentions.as_str()));
    let sql = format!("select {} as unread, {mentions} as mentions", part(""));
    let values = [scope.org_id.0.into(), person.into(), now.into()];
    let counts = Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
    let Some(row) = connection.query_one_raw(counts).await? else { return Ok((0, 0)) };
    let number = |name: &str| row.try_get::<i64>("", name).map(|n| u64::try_from(n).unwrap_or_default());
    Ok((number("unread")?, number("mentions")?))
}
