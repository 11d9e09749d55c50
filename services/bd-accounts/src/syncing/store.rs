//! Chosen chats in the database.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr},
};
use uuid::Uuid;

use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bd_account_sync_chats")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub chat_id: i64,
        pub org_id: Uuid,
        pub kind: String,
        pub title: String,
        pub username: Option<String>,
        pub reference: Option<Vec<u8>>,
        pub since: Option<DateTimeUtc>,
        pub state: String,
        pub done: i64,
        pub total: Option<i64>,
        pub reached_id: Option<i64>,
        pub compare_from: Option<i64>,
        pub error: Option<String>,
        pub added_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use entity::{Column, Entity, Model};

api::words! {
    /// How far reading in one chat got.
    SyncChatState {
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        Paused = "paused",
        Failed = "failed",
    }
}

/// Most chats of an account that are stored.
pub const MAX_CHATS: usize = 5000;

#[must_use]
pub fn of(scope: &Scope, account: Uuid) -> Condition {
    Condition::all().add(Column::OrgId.eq(scope.org_id.0)).add(Column::AccountId.eq(account))
}

/// How many chats of each account are stored.
///
/// # Errors
/// When the database refuses.
pub async fn counts(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    accounts: &[Uuid],
) -> Result<HashMap<Uuid, u64>, Error> {
    let count = Entity::find().select_only().column(Column::AccountId).column_as(Expr::cust("count(*)"), "chats");
    let count = count.filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::AccountId.is_in(accounts.to_vec()));
    let rows: Vec<(Uuid, i64)> = count.group_by(Column::AccountId).into_tuple().all(reader).await?;
    Ok(rows.into_iter().map(|(id, chats)| (id, u64::try_from(chats).unwrap_or_default())).collect())
}

/// Those of these chats that are stored.
///
/// # Errors
/// When the database refuses.
pub async fn selected(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    account: Uuid,
    chats: &[i64],
) -> Result<HashSet<i64>, Error> {
    if chats.is_empty() {
        return Ok(HashSet::new());
    }
    let find = Entity::find().select_only().column(Column::ChatId).filter(of(scope, account));
    let ids: Vec<i64> = find.filter(Column::ChatId.is_in(chats.to_vec())).into_tuple().all(reader).await?;
    Ok(ids.into_iter().collect())
}

/// Every chat of an account that is stored, by title.
///
/// # Errors
/// When the database refuses.
pub async fn all(reader: &impl ConnectionTrait, scope: &Scope, account: Uuid) -> Result<Vec<Model>, Error> {
    let find = Entity::find().filter(of(scope, account)).order_by_asc(Column::Title).order_by_asc(Column::ChatId);
    Ok(find.limit(MAX_CHATS as u64).all(reader).await?)
}

/// The chats that are to be compared with their history, and back to which message.
///
/// # Errors
/// When the database refuses.
pub async fn to_compare(reader: &impl ConnectionTrait, scope: &Scope, account: Uuid) -> Result<Vec<(i64, i64)>, Error> {
    let find = Entity::find().select_only().columns([Column::ChatId, Column::CompareFrom]).filter(of(scope, account));
    let find = find.filter(Column::CompareFrom.is_not_null()).order_by_asc(Column::ChatId);
    Ok(find.limit(MAX_CHATS as u64).into_tuple().all(reader).await?)
}

/// Notes back to which messages chats are to be compared; what is noted already goes back further.
///
/// # Errors
/// When the database refuses.
pub async fn note_left_out(tx: &Tx, scope: &Scope, account: Uuid, chats: &[(i64, i64)]) -> Result<(), Error> {
    for part in chats.chunks(200) {
        let mut from = CaseStatement::new();
        for (chat, newest) in part {
            from = from.case(Column::ChatId.eq(*chat), *newest);
        }
        let update = Entity::update_many().col_expr(Column::CompareFrom, from.into()).filter(of(scope, account));
        let update = update.filter(Column::ChatId.is_in(part.iter().map(|(chat, _)| *chat)));
        update.filter(Column::CompareFrom.is_null()).exec(tx).await?;
    }
    Ok(())
}

/// Notes that nothing of a chat is left out any more.
///
/// # Errors
/// When the database refuses.
pub async fn compared(tx: &Tx, scope: &Scope, account: Uuid, chat: i64) -> Result<(), Error> {
    let update = Entity::update_many().col_expr(Column::CompareFrom, Expr::value(None::<i64>));
    update.filter(of(scope, account)).filter(Column::ChatId.eq(chat)).exec(tx).await?;
    Ok(())
}

/// Adds chats.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, rows: Vec<Model>) -> Result<(), Error> {
    let row = |row: Model| entity::ActiveModel {
        account_id: Set(row.account_id),
        chat_id: Set(row.chat_id),
        org_id: Set(row.org_id),
        kind: Set(row.kind),
        title: Set(row.title),
        username: Set(row.username),
        reference: Set(row.reference),
        since: Set(row.since),
        state: Set(row.state),
        done: Set(row.done),
        total: Set(row.total),
        reached_id: Set(row.reached_id),
        compare_from: Set(row.compare_from),
        error: Set(row.error),
        added_at: Set(row.added_at),
    };
    Ok(db::insert_all(tx, rows.into_iter().map(row).collect::<Vec<_>>()).await?)
}

/// # Errors
/// When the database refuses.
pub async fn remove(tx: &Tx, scope: &Scope, account: Uuid, chats: &[i64]) -> Result<(), Error> {
    for part in chats.chunks(500) {
        let old = Entity::delete_many().filter(of(scope, account));
        old.filter(Column::ChatId.is_in(part.iter().copied())).exec(tx).await?;
    }
    Ok(())
}

/// Moves chats of an account from some states into another.
///
/// # Errors
/// When the database refuses.
pub async fn move_all(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    from: &[SyncChatState],
    to: SyncChatState,
) -> Result<u64, Error> {
    let update = Entity::update_many().col_expr(Column::State, Expr::value(to.as_str()));
    let update = update.col_expr(Column::Error, Expr::value(None::<String>)).filter(of(scope, account));
    let from: Vec<&str> = from.iter().map(|state| state.as_str()).collect();
    Ok(update.filter(Column::State.is_in(from)).exec(tx).await?.rows_affected)
}

/// Asks for more of the history of chats that are read in.
///
/// # Errors
/// When the database refuses.
pub async fn reach_back(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    chats: &[i64],
    since: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    for part in chats.chunks(500) {
        let update = Entity::update_many().col_expr(Column::Since, Expr::value(since));
        let update = update.col_expr(Column::State, Expr::value(SyncChatState::Waiting.as_str()));
        update.filter(of(scope, account)).filter(Column::ChatId.is_in(part.iter().copied())).exec(tx).await?;
    }
    Ok(())
}
