//! The rows of whoever is told.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{Keys, News, Share};
use crate::{
    Error,
    inbox::store::{Column, Row, entity},
    kinds::Mode,
};

/// The unread rows of these people with one of these keys.
///
/// # Errors
/// When the database is away.
pub async fn open(tx: &Tx, scope: &Scope, people: &[Uuid], keys: &[&str]) -> Result<Vec<Row>, Error> {
    let find = entity::Entity::find()
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::UserId.is_in(people.iter().copied()))
        .filter(Column::CollapseKey.is_in(keys.iter().copied()))
        .filter(Column::ReadAt.is_null());
    Ok(find.all(tx).await?)
}

/// How many rows of a kind each of these people got since an instant.
///
/// # Errors
/// When the database is away.
pub async fn count_since(
    tx: &Tx,
    scope: &Scope,
    people: &[Uuid],
    kind: &str,
    since: DateTime<Utc>,
) -> Result<HashMap<Uuid, i64>, Error> {
    let counts = entity::Entity::find()
        .select_only()
        .column(Column::UserId)
        .column_as(Column::Id.count(), "n")
        .filter(Column::OrgId.eq(scope.org_id.0))
        .filter(Column::UserId.is_in(people.iter().copied()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::CreatedAt.gt(since))
        .group_by(Column::UserId);
    Ok(counts.into_tuple::<(Uuid, i64)>().all(tx).await?.into_iter().collect())
}

/// The row with more of the same.
pub fn joined(tx: &Tx, row: &Row, news: &News, count: i64) -> Row {
    let same_actor = !row.several_actors && row.actor_id == news.actor;
    Row {
        count: row.count + count,
        last_at: tx.clock().now(),
        actor_id: row.actor_id.filter(|_| same_actor),
        several_actors: !same_actor,
        data: if row.subject_id.is_some() { news.data.clone() } else { row.data.clone() },
        ..row.clone()
    }
}

/// A new row; one that sums up, where there were too many.
pub fn fresh(tx: &Tx, scope: &Scope, news: &News, share: &Share, (keys, many): (&Keys, bool), in_app: Mode) -> Row {
    let (subject, now) = (Some(&news.subject).filter(|_| !many), tx.clock().now());
    Row {
        id: tx.clock().new_id(),
        org_id: scope.org_id.0,
        user_id: share.person.id,
        kind: news.kind.as_str().to_owned(),
        category: news.kind.category().as_str().to_owned(),
        subject_kind: subject.map(|(kind, _)| kind.clone()),
        subject_id: subject.map(|(_, id)| *id),
        actor_id: news.actor,
        several_actors: false,
        data: if many { json!({}) } else { news.data.clone() },
        collapse_key: if many { keys.more.clone() } else { keys.own.clone() },
        count: share.count,
        in_app: in_app != Mode::Off,
        created_at: now,
        last_at: now,
        read_at: None,
        snoozed_until: None,
    }
}

/// Inserts rows.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, rows: impl Iterator<Item = &Row>) -> Result<(), Error> {
    let rows: Vec<_> = rows.map(|row| row.clone().into_active_model().reset_all()).collect();
    Ok(db::insert_all(tx, rows).await?)
}

/// Writes what joining changes.
///
/// # Errors
/// When the database refuses.
pub async fn update(tx: &Tx, scope: &Scope, row: &Row) -> Result<(), Error> {
    use sea_orm::ActiveValue::Set;
    let joined = entity::ActiveModel {
        count: Set(row.count),
        last_at: Set(row.last_at),
        actor_id: Set(row.actor_id),
        several_actors: Set(row.several_actors),
        data: Set(row.data.clone()),
        ..Default::default()
    };
    let this = entity::Entity::update_many().set(joined).filter(Column::OrgId.eq(scope.org_id.0));
    this.filter(Column::Id.eq(row.id)).exec(tx).await?;
    Ok(())
}
