//! Deliveries and their tries in the database.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, sea_query::Expr,
};
use uuid::Uuid;

use super::delivery::{Delivery, DeliveryStatus, Try, Verdict};
use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_deliveries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub webhook_id: Uuid,
        pub event_id: Uuid,
        pub r#type: String,
        pub body: String,
        pub status: String,
        pub step: i64,
        pub attempts: i64,
        pub last_status: Option<i64>,
        pub last_error: Option<String>,
        pub next_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub delivered_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod tries {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook_tries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub delivery_id: Uuid,
        pub at: DateTimeUtc,
        pub status: Option<i64>,
        pub ms: i64,
        pub error: Option<String>,
        pub answer: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

use entity::Column;

impl From<entity::Model> for Delivery {
    fn from(row: entity::Model) -> Self {
        Self {
            id: row.id,
            webhook_id: row.webhook_id,
            event_id: row.event_id,
            kind: row.r#type,
            body: row.body,
            step: row.step,
            attempts: row.attempts,
        }
    }
}

/// The deliveries to a webhook.
fn to(scope: &Scope, webhook: Uuid) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::WebhookId.eq(webhook))
}

/// Inserts deliveries that are to be sent now.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, scope: &Scope, deliveries: Vec<Delivery>) -> Result<(), Error> {
    let now = tx.clock().now();
    let rows = deliveries.into_iter().map(|delivery| entity::ActiveModel {
        id: Set(delivery.id),
        org_id: Set(scope.org_id.0),
        webhook_id: Set(delivery.webhook_id),
        event_id: Set(delivery.event_id),
        r#type: Set(delivery.kind),
        body: Set(delivery.body),
        status: Set(DeliveryStatus::Pending.as_str().to_owned()),
        step: Set(delivery.step),
        attempts: Set(delivery.attempts),
        last_status: Set(None),
        last_error: Set(None),
        next_at: Set(Some(now)),
        created_at: Set(now),
        delivered_at: Set(None),
    });
    Ok(db::insert_all(tx, rows).await?)
}

/// Deliveries that are due, those due longest first; at most `limit`.
///
/// # Errors
/// When the database is away.
pub async fn due(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    webhook: Uuid,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Delivery>, Error> {
    let find = entity::Entity::find().filter(to(scope, webhook).add(Column::NextAt.lte(now)));
    let rows = find.order_by_asc(Column::NextAt).limit(limit).all(connection).await?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// When the next delivery is due.
///
/// # Errors
/// When the database is away.
pub async fn next_due(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    webhook: Uuid,
) -> Result<Option<DateTime<Utc>>, Error> {
    let waiting = entity::Entity::find().filter(to(scope, webhook).add(Column::NextAt.is_not_null()));
    let first = waiting.select_only().column(Column::NextAt).order_by_asc(Column::NextAt).limit(1);
    Ok(first.into_tuple::<Option<DateTime<Utc>>>().one(connection).await?.flatten())
}

/// A delivery to a webhook.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    webhook: Uuid,
    id: Uuid,
) -> Result<entity::Model, Error> {
    let found = entity::Entity::find().filter(to(scope, webhook).add(Column::Id.eq(id))).one(connection).await?;
    found.ok_or(Error::NotFound)
}

/// The tries of a delivery, the first one first; the newest hundred of them.
///
/// # Errors
/// When the database is away.
pub async fn tries_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    delivery: Uuid,
) -> Result<Vec<tries::Model>, Error> {
    let of_delivery =
        Condition::all().add(tries::Column::OrgId.eq(scope.org_id.0)).add(tries::Column::DeliveryId.eq(delivery));
    let find = tries::Entity::find().filter(of_delivery);
    let newest = find.order_by_desc(tries::Column::At).order_by_desc(tries::Column::Id).limit(100);
    let mut rows = newest.all(connection).await?;
    rows.reverse();
    Ok(rows)
}

/// Notes a try and what it comes to; `false` when the delivery was noted by another one in the meantime.
///
/// # Errors
/// When the database refuses.
pub async fn note(tx: &Tx, scope: &Scope, delivery: &Delivery, tried: &Try, verdict: Verdict) -> Result<bool, Error> {
    let now = tx.clock().now();
    let next = match verdict {
        Verdict::Again(at) => Some(at),
        Verdict::Delivered | Verdict::GivenUp => None,
    };
    let row = entity::ActiveModel {
        status: Set(verdict.status().as_str().to_owned()),
        step: Set(delivery.step + 1),
        attempts: Set(delivery.attempts + 1),
        last_status: Set(tried.status.map(i64::from)),
        last_error: Set(tried.error.clone()),
        next_at: Set(next),
        delivered_at: Set((verdict == Verdict::Delivered).then_some(now)),
        ..Default::default()
    };
    let as_it_was = to(scope, delivery.webhook_id)
        .add(Column::Id.eq(delivery.id))
        .add(Column::Attempts.eq(delivery.attempts))
        .add(Column::NextAt.is_not_null());
    if entity::Entity::update_many().set(row).filter(as_it_was).exec(tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    let row = tries::ActiveModel {
        id: Set(tx.clock().new_id()),
        org_id: Set(scope.org_id.0),
        delivery_id: Set(delivery.id),
        at: Set(now),
        status: Set(tried.status.map(i64::from)),
        ms: Set(tried.ms),
        error: Set(tried.error.clone()),
        answer: Set(tried.answer.clone()),
    };
    db::insert_all(tx, [row]).await?;
    Ok(true)
}

/// Has a delivery sent again, from the first pause on.
///
/// # Errors
/// When the database refuses.
pub async fn want_again(tx: &Tx, scope: &Scope, webhook: Uuid, id: Uuid) -> Result<(), Error> {
    let row = entity::ActiveModel {
        status: Set(DeliveryStatus::Pending.as_str().to_owned()),
        step: Set(0),
        next_at: Set(Some(tx.clock().now())),
        delivered_at: Set(None),
        ..Default::default()
    };
    entity::Entity::update_many().set(row).filter(to(scope, webhook).add(Column::Id.eq(id))).exec(tx).await?;
    Ok(())
}

/// Gives up everything that waits for a webhook.
///
/// # Errors
/// When the database refuses.
pub async fn give_up_waiting(tx: &Tx, scope: &Scope, webhook: Uuid, why: &str) -> Result<(), Error> {
    let update = entity::Entity::update_many()
        .col_expr(Column::Status, Expr::value(DeliveryStatus::Failed.as_str()))
        .col_expr(Column::NextAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::LastError, Expr::value(why));
    update.filter(to(scope, webhook).add(Column::NextAt.is_not_null())).exec(tx).await?;
    Ok(())
}

/// Deletes deliveries to a webhook, those before an instant or all of them, with their tries; at most `limit`. Returns how
/// many.
///
/// # Errors
/// When the database refuses.
pub async fn forget(
    tx: &Tx,
    scope: &Scope,
    webhook: Uuid,
    before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<u64, Error> {
    let mut old = entity::Entity::find().select_only().column(Column::Id).filter(to(scope, webhook));
    if let Some(before) = before {
        old = old.filter(Column::CreatedAt.lt(before));
    }
    let ids: Vec<Uuid> = old.order_by_asc(Column::CreatedAt).limit(limit).into_tuple().all(tx).await?;
    let of_org = tries::Column::OrgId.eq(scope.org_id.0);
    let tries = tries::Entity::delete_many().filter(of_org).filter(tries::Column::DeliveryId.is_in(ids.clone()));
    tries.exec(tx).await?;
    let deliveries = entity::Entity::delete_many().filter(to(scope, webhook)).filter(Column::Id.is_in(ids));
    Ok(deliveries.exec(tx).await?.rows_affected)
}

/// What lists of the deliveries to a webhook are made of.
#[must_use]
pub fn select(scope: &Scope, webhook: Uuid) -> sea_orm::sea_query::SelectStatement {
    let columns = [
        Column::Id,
        Column::EventId,
        Column::Type,
        Column::Status,
        Column::Attempts,
        Column::LastStatus,
        Column::LastError,
        Column::NextAt,
        Column::CreatedAt,
        Column::DeliveredAt,
    ];
    entity::Entity::find().select_only().columns(columns).filter(to(scope, webhook)).into_query()
}
