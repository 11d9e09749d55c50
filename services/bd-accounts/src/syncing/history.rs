//! What whoever keeps an account connected tells of reading in its history: which chat is next, how far it got, how it
//! ended. Telling is safe to repeat.

use chrono::{DateTime, Utc};
use contracts::events::{SYNC_COMPLETED, SYNC_FAILED, SYNC_PROGRESS};
use db::Tx;
use kernel::Scope;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};
use serde_json::json;
use uuid::Uuid;

use super::store::{Column, Entity, Model, SyncChatState, of};
use crate::{
    BdAccounts, Error,
    accounts::{
        account::{StoredAccount, SyncState},
        happening, store as accounts_store,
    },
    health::timeline,
};

/// The chat to be read in next: one that was begun before any other; none when reading in is paused or over.
///
/// # Errors
/// When the database refuses.
pub async fn next(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    account: &StoredAccount,
) -> Result<Option<Model>, Error> {
    if account.sync_state != SyncState::Running {
        return Ok(None);
    }
    let open = [SyncChatState::Running.as_str(), SyncChatState::Waiting.as_str()];
    let find = Entity::find().filter(of(scope, account.id)).filter(Column::State.is_in(open));
    Ok(find.order_by_asc(Column::State).order_by_asc(Column::ChatId).one(reader).await?)
}

async fn change(tx: &Tx, scope: &Scope, account: Uuid, chat: i64, values: Vec<(Column, Expr)>) -> Result<bool, Error> {
    let update =
        values.into_iter().fold(Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    // One that was paused or taken out meanwhile stays as it is.
    let open = [SyncChatState::Running.as_str(), SyncChatState::Waiting.as_str()];
    let update = update.filter(of(scope, account)).filter(Column::ChatId.eq(chat)).filter(Column::State.is_in(open));
    Ok(update.exec(tx).await?.rows_affected > 0)
}

/// Notes how far a chat got, and tells it; `false` when nobody wants it any more.
///
/// # Errors
/// When the database refuses.
pub async fn progress(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    chat: i64,
    (done, total): (u64, Option<u64>),
    reached_id: Option<i64>,
) -> Result<bool, Error> {
    let tx = accounts.db.begin(scope).await?;
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let values = vec![
        (Column::State, Expr::value(SyncChatState::Running.as_str())),
        (Column::Done, Expr::value(number(done))),
        (Column::Total, Expr::value(total.map(number))),
        (Column::ReachedId, Expr::value(reached_id)),
    ];
    if !change(&tx, scope, account, chat, values).await? {
        return Ok(false);
    }
    let stored = accounts_store::hold(&tx, scope, account).await?;
    let status = super::queries::measured(&tx, scope, &stored).await?.at(&stored, tx.clock().now());
    let data = json!({
        "chatId": chat.to_string(), "done": done, "total": total, "etaSeconds": status.eta_seconds,
    });
    events::append(&tx, [happening::event(SYNC_PROGRESS, account, data)]).await?;
    tx.commit().await?;
    Ok(true)
}

/// Notes that a chat is read in, and, when it was the last one, that all are.
///
/// # Errors
/// When the database refuses.
pub async fn chat_done(accounts: &BdAccounts, scope: &Scope, account: Uuid, chat: i64) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let done =
        vec![(Column::State, Expr::value(SyncChatState::Done.as_str())), (Column::Total, Expr::col(Column::Done))];
    change(&tx, scope, account, chat, done).await?;
    settle(&tx, scope, account).await?;
    Ok(tx.commit().await?)
}

/// Notes that a chat cannot be read in, and why: a code such as `chat.private`. The others go on.
///
/// # Errors
/// When the database refuses.
pub async fn chat_failed(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    chat: i64,
    code: &str,
) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let failed = vec![(Column::State, Expr::value(SyncChatState::Failed.as_str())), (Column::Error, Expr::value(code))];
    if change(&tx, scope, account, chat, failed).await? {
        let data = json!({ "chatId": chat.to_string(), "error": code });
        timeline::add(&tx, scope, account, "sync_failed", data.clone()).await?;
        events::append(&tx, [happening::event(SYNC_FAILED, account, data)]).await?;
    }
    settle(&tx, scope, account).await?;
    Ok(tx.commit().await?)
}

/// Notes until when reading in has to wait.
///
/// # Errors
/// [`Error::NotFound`]; when the database refuses.
pub async fn waits(
    accounts: &BdAccounts,
    scope: &Scope,
    account: Uuid,
    until: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let old = accounts_store::hold(&tx, scope, account).await?;
    if old.sync_wait_until == until {
        return Ok(tx.rollback().await?);
    }
    accounts_store::update(&tx, scope, &StoredAccount { sync_wait_until: until, ..old }).await?;
    Ok(tx.commit().await?)
}

/// Ends reading in when nothing of it is left.
async fn settle(tx: &Tx, scope: &Scope, account: Uuid) -> Result<(), Error> {
    let old = accounts_store::hold(tx, scope, account).await?;
    let status = super::queries::measured(tx, scope, &old).await?;
    if old.sync_state != SyncState::Running || status.open > 0 {
        return Ok(());
    }
    let now = tx.clock().now();
    let all_failed = status.chats_done == 0;
    let state = if all_failed { SyncState::Failed } else { SyncState::Done };
    let seconds = old.sync_started_at.map_or(0, |started| (now - started).num_seconds().max(0));
    let new = StoredAccount { sync_state: state, sync_ended_at: Some(now), sync_wait_until: None, ..old };
    accounts_store::update(tx, scope, &new).await?;
    if all_failed {
        return Ok(());
    }
    let data = json!({ "messages": status.messages_done, "seconds": seconds });
    timeline::add(tx, scope, account, "sync_completed", data.clone()).await?;
    events::append(tx, [happening::event(SYNC_COMPLETED, account, data)]).await?;
    Ok(())
}
