//! Reading the dialogs of an account, and having them asked for anew.

use chrono::{DateTime, Utc};
use contracts::{
    channels::ChatKind,
    permissions::{ACCOUNTS_READ, ACCOUNTS_WRITE},
};
use db::{Field, List, Page, Params, like_pattern};
use kernel::{
    Scope,
    filter::FieldType,
    values::{clean_line, name_key},
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryTrait,
    sea_query::{Expr, ExprTrait, LikeExpr, SimpleExpr},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{
    Folder,
    entity::{Column, Entity},
    kind_of, of, word_of,
};
use crate::{
    BdAccounts, Error,
    accounts::{queries, store as accounts_store},
    devices::requests,
    syncing,
};

/// A chat that can be chosen.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownDialog {
    pub chat_id: String,
    pub kind: ChatKind,
    pub title: String,
    #[schema(required)]
    pub username: Option<String>,
    #[schema(required)]
    pub last_message_at: Option<DateTime<Utc>>,
    pub unread: i64,
    pub folder_ids: Vec<i32>,
    #[schema(required)]
    pub members: Option<i64>,
    /// Whether it is stored.
    pub selected: bool,
    /// How many messages it has, about.
    #[schema(required)]
    pub estimate: Option<i64>,
}

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub search: Option<String>,
    pub folder: Option<i32>,
    pub kind: Option<ChatKind>,
}

/// A page of dialogs, with what they are sorted into.
pub struct Dialogs {
    pub page: Page<ShownDialog>,
    pub folders: Vec<Folder>,
    pub fetched_at: Option<DateTime<Utc>>,
}

#[derive(FromQueryResult)]
struct Row {
    chat_id: i64,
    kind: String,
    title: String,
    username: Option<String>,
    last_message_at: Option<DateTime<Utc>>,
    unread: i64,
    folders: String,
    members: Option<i64>,
    estimate: Option<i64>,
}

fn place() -> SimpleExpr {
    Expr::col((Entity, Column::Place))
}

const DIALOGS: List = List {
    fields: &[Field { name: "place", kind: FieldType::Number, expr: place, order: Some(place) }],
    default_sort: "place",
    id: || Expr::col((Entity, Column::AccountId)),
};

/// The dialogs of an account, as its app orders them.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn list(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    wanted: &Wanted,
    params: &Params,
) -> Result<Dialogs, Error> {
    scope.require(ACCOUNTS_READ)?;
    let reader = accounts.db.reader(scope);
    let stored = queries::own(&reader, scope, account).await?;
    let mut find = Entity::find().filter(of(scope, account));
    for word in name_key(&clean_line(wanted.search.as_deref().unwrap_or_default())).split_whitespace().take(10) {
        let pattern = LikeExpr::new(like_pattern("%", word, "%")).escape('\\');
        find = find.filter(Expr::col((Entity, Column::Words)).like(pattern));
    }
    if let Some(folder) = wanted.folder {
        find = find.filter(Column::Folders.contains(format!("/{folder}/")));
    }
    if let Some(kind) = wanted.kind {
        find = find.filter(Column::Kind.eq(word_of(kind)));
    }
    let page: Page<Row> = DIALOGS.page(&reader, find.into_query(), params, None).await?;
    let ids: Vec<i64> = page.items.iter().map(|row| row.chat_id).collect();
    let selected = syncing::store::selected(&reader, scope, account, &ids).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for row in &page.items {
        items.push(ShownDialog {
            chat_id: row.chat_id.to_string(),
            kind: kind_of(&row.kind)?,
            title: row.title.clone(),
            username: row.username.clone(),
            last_message_at: row.last_message_at,
            unread: row.unread,
            folder_ids: row.folders.split('/').filter_map(|id| id.parse().ok()).collect(),
            members: row.members,
            selected: selected.contains(&row.chat_id),
            estimate: row.estimate,
        });
    }
    let folders = serde_json::from_value(stored.folders).unwrap_or_default();
    Ok(Dialogs { page: page.map(|_| items), folders, fetched_at: stored.dialogs_at })
}

/// Has the dialogs asked for anew where the account is connected.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`]; [`Error::NotConnected`].
pub async fn refresh(accounts: &BdAccounts, scope: &Scope, account: Uuid) -> Result<(), Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let stored = queries::own(&accounts.db.reader(scope), scope, account).await?;
    if !stored.is_signed_in() {
        return Err(Error::NotConnected);
    }
    let tx = accounts.db.begin(scope).await?;
    accounts_store::hold(&tx, scope, account).await?;
    requests::add_once(&tx, scope, account, requests::DIALOGS, json!({})).await?;
    tx.commit().await?;
    accounts.tell(account);
    Ok(())
}
