//! Reading notifications, as they are shown to whom they are for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::ACCOUNTS_READ;
use db::{Field, List, Params};
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    Iterable,
    sea_query::{ExprTrait, Query, SimpleExpr},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    store::{self, Column, Row, column, entity},
    words,
};
use crate::{
    Error, Notifications,
    accounts::ACCOUNT,
    kinds::{Category, Kind},
};

api::words! {
    /// Which notifications are listed.
    #[schema(as = NotificationFilter)]
    Shelf {
        /// All but those that were put off.
        Inbox = "inbox",
        Unread = "unread",
        Snoozed = "snoozed",
    }
}

/// What a notification is about.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = NotificationSubject)]
pub struct Subject {
    /// `contact`, `company`, `deal`, `chat`, `campaign`, `bd_account`, `import`, `export`, `bulk` or `webhook`.
    pub kind: String,
    pub id: Uuid,
    /// Null when it has none, is gone, or is out of reach.
    #[schema(required)]
    pub name: Option<String>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = NotificationActor)]
pub struct Actor {
    pub id: Uuid,
    pub name: String,
}

/// Something the caller is told of.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    pub id: Uuid,
    pub kind: Kind,
    pub category: Category,
    /// One plain sentence in the caller's language.
    pub text: String,
    /// Null when it sums many up.
    #[schema(required)]
    pub subject: Option<Subject>,
    /// Null when several did it, or nobody.
    #[schema(required)]
    pub actor: Option<Actor>,
    /// How many things it is of.
    pub count: i64,
    /// Ids and figures that go with the kind, such as `noteId`, `batchId` or `days`.
    #[schema(value_type = Object)]
    pub data: Value,
    pub created_at: DateTime<Utc>,
    /// When the last of it happened.
    pub last_at: DateTime<Utc>,
    #[schema(required)]
    pub read_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub snoozed_until: Option<DateTime<Utc>>,
}

/// Part of a list.
pub struct Part {
    pub items: Vec<Notification>,
    pub next_cursor: Option<String>,
}

fn last_at() -> SimpleExpr {
    column(Column::LastAt)
}

fn id() -> SimpleExpr {
    column(Column::Id)
}

const LIST: List = List {
    fields: &[Field { name: "lastAt", kind: FieldType::Instant, expr: last_at, order: Some(last_at) }],
    default_sort: "-lastAt",
    id,
};

/// The caller's notifications, the newest first.
///
/// # Errors
/// A cursor of another list; the database being away.
pub async fn list(
    service: &Notifications,
    scope: &Scope,
    (shelf, category): (Shelf, Option<Category>),
    params: &Params,
) -> Result<Part, Error> {
    let me = Notifications::me(scope)?;
    let now = service.db.clock().now();
    let mut select = Query::select();
    select.columns(Column::iter().map(|column| (entity::Entity, column))).from(entity::Entity);
    select.cond_where(store::of_person(scope, me));
    match shelf {
        Shelf::Inbox => select.cond_where(store::awake(now)),
        Shelf::Unread => select.cond_where(store::awake(now)).and_where(column(Column::ReadAt).is_null()),
        Shelf::Snoozed => select.and_where(column(Column::SnoozedUntil).gt(now)),
    };
    if let Some(category) = category {
        select.and_where(column(Column::Category).eq(category.as_str()));
    }
    let (rows, next_cursor) = LIST.chunk(&service.db.reader(scope), select, params, Some(me)).await?;
    Ok(Part { items: shown(service, scope, rows).await?, next_cursor })
}

/// Notifications with the names they speak of, as far as the caller reaches them.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn shown(service: &Notifications, scope: &Scope, rows: Vec<Row>) -> Result<Vec<Notification>, Error> {
    let subjects = rows.iter().filter_map(|row| Some((row.subject_kind.clone()?, row.subject_id?)));
    let mut names = service.subjects.names(scope, subjects).await?;
    names.extend(accounts(service, scope, &rows).await?);
    let mut actors: Vec<Uuid> = rows.iter().filter_map(|row| row.actor_id).collect();
    actors.sort_unstable();
    actors.dedup();
    let people = match actors.as_slice() {
        [] => HashMap::new(),
        ids => service.directory.names(scope, ids).await.map_err(Error::Port)?,
    };
    rows.into_iter().map(|row| view(row, &names, &people)).collect()
}

/// Names of accounts of messengers.
async fn accounts(
    service: &Notifications,
    scope: &Scope,
    rows: &[Row],
) -> Result<HashMap<(String, Uuid), String>, Error> {
    let of_accounts = rows.iter().filter(|row| row.subject_kind.as_deref() == Some(ACCOUNT));
    let mut ids: Vec<Uuid> = of_accounts.filter_map(|row| row.subject_id).collect();
    ids.sort_unstable();
    ids.dedup();
    match &service.accounts {
        Some(accounts) if !ids.is_empty() && scope.grants.allows(ACCOUNTS_READ) => {
            let names = accounts.names(scope, &ids).await.map_err(Error::Port)?;
            Ok(names.into_iter().map(|(id, account)| ((ACCOUNT.to_owned(), id), account.name)).collect())
        }
        _ => Ok(HashMap::new()),
    }
}

fn view(
    row: Row,
    names: &HashMap<(String, Uuid), String>,
    people: &HashMap<Uuid, String>,
) -> Result<Notification, Error> {
    let kind = Kind::parse(&row.kind).ok_or(db::Error::Stored("notifications.kind"))?;
    let actor = row.actor_id.and_then(|id| Some(Actor { id, name: people.get(&id)?.clone() }));
    let text = words::sentence(&row, kind, actor.as_ref().map(|actor| actor.name.as_str()), api::context::locale());
    let subject = row.subject_kind.zip(row.subject_id).map(|about| Subject {
        name: names.get(&about).cloned(),
        kind: about.0,
        id: about.1,
    });
    Ok(Notification {
        id: row.id,
        kind,
        category: kind.category(),
        text,
        subject,
        actor,
        count: row.count,
        data: row.data,
        created_at: row.created_at,
        last_at: row.last_at,
        read_at: row.read_at,
        snoozed_until: row.snoozed_until,
    })
}

/// How many of the caller's notifications are unread, and how many of these are mentions.
///
/// # Errors
/// When the database is away.
pub async fn unread(service: &Notifications, scope: &Scope) -> Result<(u64, u64), Error> {
    let me = Notifications::me(scope)?;
    store::count_unread(&service.db.reader(scope), scope, me, service.db.clock().now()).await
}
