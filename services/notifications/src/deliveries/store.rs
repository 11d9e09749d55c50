//! Deliveries in the database.

use api::words;
use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{Error, inbox::store as inbox, kinds::Channel};

words! {
    /// What became of a delivery.
    Status {
        Waiting = "waiting",
        Sent = "sent",
        Failed = "failed",
        /// It was seen, or could not reach anybody, before it was sent.
        Suppressed = "suppressed",
    }
}

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notification_deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub notification_id: Uuid,
        pub user_id: Uuid,
        pub channel: String,
        pub status: String,
        pub digest: bool,
        pub attempts: i64,
        pub error: Option<String>,
        pub external_id: Option<String>,
        pub due_at: DateTimeUtc,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::{Column, Model as Row};

/// Longest reason that is kept, in characters.
const LONGEST_ERROR: usize = 500;

/// A delivery that waits.
pub fn waiting(
    tx: &Tx,
    scope: &Scope,
    of: &inbox::Row,
    channel: Channel,
    (digest, due_at): (bool, DateTime<Utc>),
) -> Row {
    let now = tx.clock().now();
    Row {
        id: tx.clock().new_id(),
        org_id: scope.org_id.0,
        notification_id: of.id,
        user_id: of.user_id,
        channel: channel.as_str().to_owned(),
        status: Status::Waiting.as_str().to_owned(),
        digest,
        attempts: 0,
        error: None,
        external_id: None,
        due_at,
        created_at: now,
        updated_at: now,
    }
}

/// Inserts deliveries.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, rows: Vec<Row>) -> Result<(), Error> {
    let rows: Vec<_> = rows.into_iter().map(|row| row.into_active_model().reset_all()).collect();
    Ok(db::insert_all(tx, rows).await?)
}

/// All deliveries of these notifications.
///
/// # Errors
/// When the database is away.
pub async fn of_notifications(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0));
    Ok(find.filter(Column::NotificationId.is_in(ids.iter().copied())).all(tx).await?)
}

/// The delivery, while it waits.
///
/// # Errors
/// When the database is away.
pub async fn find_waiting(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Option<Row>, Error> {
    let find = entity::Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::Id.eq(id));
    Ok(find.filter(Column::Status.eq(Status::Waiting.as_str())).one(connection).await?)
}

/// Whether something waits for the same digest already.
///
/// # Errors
/// When the database is away.
pub async fn digest_waits(tx: &Tx, scope: &Scope, like: &Row) -> Result<bool, Error> {
    let Some(channel) = Channel::parse(&like.channel) else { return Ok(false) };
    let find = entity::Entity::find().filter(in_digest(scope, (like.user_id, channel)));
    Ok(find.filter(Column::DueAt.eq(like.due_at)).one(tx).await?.is_some())
}

/// What waits for a digest, or is due in one by an instant, the newest first; at most `limit`.
///
/// # Errors
/// When the database is away.
pub async fn waiting_for_digest(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    of: (Uuid, Channel),
    due_by: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<Row>, Error> {
    let due = in_digest(scope, of).add_option(due_by.map(|at| Column::DueAt.lte(at)));
    let find = entity::Entity::find().filter(due);
    Ok(find.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(limit).all(connection).await?)
}

fn in_digest(scope: &Scope, (person, channel): (Uuid, Channel)) -> Condition {
    Condition::all()
        .add(Column::OrgId.eq(scope.org_id.0))
        .add(Column::UserId.eq(person))
        .add(Column::Channel.eq(channel.as_str()))
        .add(Column::Status.eq(Status::Waiting.as_str()))
        .add(Column::Digest.eq(true))
}

/// What waits for a digest, or would have been due by an instant, is due at another one; returns how many these are. Where that
/// is a slot they are planned anew, which is what `updated_at` says of those that wait.
///
/// # Errors
/// When the database refuses.
pub async fn postpone_digest(
    tx: &Tx,
    scope: &Scope,
    of: (Uuid, Channel),
    due_by: Option<DateTime<Utc>>,
    (at, is_slot): (DateTime<Utc>, bool),
) -> Result<u64, Error> {
    let mut update = entity::Entity::update_many().col_expr(Column::DueAt, Expr::value(at));
    if is_slot {
        update = update.col_expr(Column::UpdatedAt, Expr::value(tx.clock().now()));
    }
    let due = in_digest(scope, of).add_option(due_by.map(|due| Column::DueAt.lte(due)));
    Ok(update.filter(due).exec(tx).await?.rows_affected)
}

/// Nothing waits for a digest any more.
///
/// # Errors
/// When the database refuses.
pub async fn give_up_digest(tx: &Tx, scope: &Scope, of: (Uuid, Channel)) -> Result<(), Error> {
    entity::Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Suppressed.as_str()))
        .col_expr(Column::UpdatedAt, Expr::value(tx.clock().now()))
        .filter(in_digest(scope, of))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes what became of waiting deliveries; returns of how many.
///
/// # Errors
/// When the database refuses.
pub async fn settle(
    tx: &Tx,
    scope: &Scope,
    ids: &[Uuid],
    status: Status,
    (external_id, error): (Option<String>, Option<&str>),
) -> Result<u64, Error> {
    let error = error.map(|error| error.chars().take(LONGEST_ERROR).collect::<String>());
    let tried = i64::from(status == Status::Sent || error.is_some());
    let done = entity::Entity::update_many()
        .col_expr(Column::Status, Expr::value(status.as_str()))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(tried))
        .col_expr(Column::Error, Expr::value(error))
        .col_expr(Column::ExternalId, Expr::value(external_id))
        .col_expr(Column::UpdatedAt, Expr::value(tx.clock().now()))
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::Status.eq(Status::Waiting.as_str()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected)
}

/// Deletes the deliveries of notifications that are gone.
///
/// # Errors
/// When the database refuses.
pub async fn forget_of(tx: &Tx, scope: &Scope, notifications: &[Uuid]) -> Result<(), Error> {
    let old = entity::Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0));
    old.filter(Column::NotificationId.is_in(notifications.iter().copied())).exec(tx).await?;
    Ok(())
}
