//! Reading which chats are stored, and how far their history is.

use chrono::{DateTime, Utc};
use contracts::{channels::ChatKind, permissions::ACCOUNTS_READ};
use kernel::Scope;
use sea_orm::{ConnectionTrait, Statement};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{self, Model, SyncChatState};
use crate::{
    BdAccounts, Error,
    accounts::{
        account::{StoredAccount, SyncState},
        store as accounts_store,
    },
    dialogs,
};

/// A chat that is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncChat {
    pub chat_id: String,
    pub kind: ChatKind,
    pub title: String,
    #[schema(required)]
    pub username: Option<String>,
    /// From when on its history is wanted; null: all of it.
    #[schema(required)]
    pub since: Option<DateTime<Utc>>,
    pub state: SyncChatState,
    /// Messages that were read in, of all there are as far as that is known.
    pub done: i64,
    #[schema(required)]
    pub total: Option<i64>,
    /// A code, such as `chat.private`.
    #[schema(required)]
    pub error: Option<String>,
}

/// Of all chats together.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Part {
    pub done: u64,
    #[schema(required)]
    pub total: Option<u64>,
}

/// How far reading in the history is.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatus {
    pub state: SyncState,
    pub chats: Part,
    pub messages: Part,
    #[schema(required)]
    pub started_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub eta_seconds: Option<u64>,
    /// Telegram asked to wait until then.
    #[schema(required)]
    pub wait_until: Option<DateTime<Utc>>,
}

/// The same in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    pub chats: u64,
    pub chats_done: u64,
    /// Chats that are not at their end, one way or the other.
    pub open: u64,
    pub messages_done: u64,
    /// None when it is known of some chats only.
    pub messages_total: Option<u64>,
    pub eta_seconds: Option<u64>,
}

impl TryFrom<Model> for SyncChat {
    type Error = Error;

    fn try_from(chat: Model) -> Result<Self, Error> {
        let state = SyncChatState::parse(&chat.state).ok_or(db::Error::Stored("bd_account_sync_chats"))?;
        Ok(Self {
            chat_id: chat.chat_id.to_string(),
            kind: dialogs::store::kind_of(&chat.kind)?,
            title: chat.title,
            username: chat.username,
            since: chat.since,
            state,
            done: chat.done,
            total: chat.total,
            error: chat.error,
        })
    }
}

/// The chats of an account that are stored, by title.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn chats(accounts: &BdAccounts, scope: &Scope, account: Uuid) -> Result<Vec<SyncChat>, Error> {
    scope.require(ACCOUNTS_READ)?;
    let reader = accounts.db.reader(scope);
    accounts_store::get(&reader, scope, account).await?;
    store::all(&reader, scope, account).await?.into_iter().map(SyncChat::try_from).collect()
}

/// How long the rest takes if it goes on as it went.
fn eta(done: u64, total: Option<u64>, seconds: u64) -> Option<u64> {
    let left = total?.saturating_sub(done);
    (done > 0 && seconds > 0).then(|| left.saturating_mul(seconds) / done)
}

/// How far reading in is, in one question.
///
/// # Errors
/// When the database refuses.
pub async fn measured(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    account: &StoredAccount,
) -> Result<Measured, Error> {
    let sql = "select count(*) as chats, count(case when state = 'done' then 1 end) as chats_done, \
               count(case when state in ('waiting', 'running', 'paused') then 1 end) as open, \
               cast(coalesce(sum(done), 0) as bigint) as done, count(total) as known, \
               cast(coalesce(sum(case when total > done then total else done end), 0) as bigint) as total \
               from bd_account_sync_chats where org_id = $1 and account_id = $2";
    let values = [scope.org_id.0.into(), account.id.into()];
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
    let Some(row) = reader.query_one_raw(statement).await? else { return Ok(Measured::default()) };
    let number = |column: &str| -> Result<u64, Error> {
        let number: i64 = row.try_get("", column)?;
        Ok(u64::try_from(number).unwrap_or_default())
    };
    let (chats, done) = (number("chats")?, number("done")?);
    let total = if number("known")? == chats { Some(number("total")?) } else { None };
    Ok(Measured {
        chats,
        chats_done: number("chats_done")?,
        open: number("open")?,
        messages_done: done,
        messages_total: total,
        eta_seconds: None,
    })
}

impl Measured {
    /// With the time that the rest takes.
    #[must_use]
    pub fn at(self, account: &StoredAccount, now: DateTime<Utc>) -> Self {
        let running = account.sync_started_at.filter(|_| account.sync_state == SyncState::Running);
        let seconds = running.map(|started| u64::try_from((now - started).num_seconds()).unwrap_or_default());
        let eta_seconds = seconds.and_then(|seconds| eta(self.messages_done, self.messages_total, seconds));
        Self { eta_seconds, ..self }
    }
}

/// How far reading in the history of an account is.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn status(accounts: &BdAccounts, scope: &Scope, account: Uuid) -> Result<SyncStatus, Error> {
    scope.require(ACCOUNTS_READ)?;
    let (reader, now) = (accounts.db.reader(scope), accounts.db.clock().now());
    let stored = accounts_store::get(&reader, scope, account).await?;
    let measured = measured(&reader, scope, &stored).await?.at(&stored, now);
    Ok(SyncStatus {
        state: stored.sync_state,
        chats: Part { done: measured.chats_done, total: Some(measured.chats) },
        messages: Part { done: measured.messages_done, total: measured.messages_total },
        started_at: stored.sync_started_at,
        eta_seconds: measured.eta_seconds,
        wait_until: stored.sync_wait_until.filter(|until| *until > now),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_was_done() {
        assert_eq!(eta(100, Some(400), 10), Some(30));
        assert_eq!(eta(100, Some(50), 10), Some(0));
        assert_eq!(eta(0, Some(400), 10), None);
        assert_eq!(eta(100, None, 10), None);
    }
}
