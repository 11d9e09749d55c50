//! Choosing chats, and beginning, pausing and resuming to read in their history.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    channels::ChatKind,
    events::{SYNC_CHATS_UPDATED, SYNC_PAUSED, SYNC_STARTED},
    permissions::ACCOUNTS_WRITE,
};
use db::{Action, Change, Tx};
use kernel::{Fields, Scope, values::Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    queries::{self, SyncChat, SyncStatus},
    store::{self, MAX_CHATS, Model, SyncChatState},
};
use crate::{
    BdAccounts, Error,
    accounts::{
        account::{StoredAccount, SyncState},
        happening::{self, KIND},
        queries::is_theirs,
        store as accounts_store,
    },
    dialogs,
    pace::usage,
};

/// Which chats are stored from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// In place of those before.
    #[schema(max_items = 5000)]
    pub chats: Vec<SelectedChat>,
    /// How much of their history: 7, 30, 90 or 365 days; null: all of it.
    pub days: Option<i64>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SelectedChat {
    pub chat_id: String,
}

const DAYS: [i64; 4] = [7, 30, 90, 365];

fn read(selection: &Selection) -> Result<Vec<i64>, Error> {
    let mut refused = Fields::default();
    if selection.chats.len() > MAX_CHATS {
        refused.refuse_with("chats", Problem::TooMany { max: MAX_CHATS });
        return Err(refused.into());
    }
    let mut ids = Vec::with_capacity(selection.chats.len());
    for (index, chat) in selection.chats.iter().enumerate() {
        match chat.chat_id.parse::<i64>() {
            Ok(id) => ids.push(id),
            Err(_) => refused.refuse(&format!("chats[{index}].chatId"), "bd.chat.unknown"),
        }
    }
    if selection.days.is_some_and(|days| !DAYS.contains(&days)) {
        refused.refuse("days", "bd.days.unknown");
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(refused.finish(|| ids)?)
}

async fn held(tx: &Tx, scope: &Scope, id: Uuid) -> Result<StoredAccount, Error> {
    let account = accounts_store::hold(tx, scope, id).await?;
    if is_theirs(&account, scope) { Ok(account) } else { Err(Error::NotYours) }
}

/// Chooses the chats that are stored, in place of those before. What was stored of others stays where it is.
///
/// # Errors
/// [`Error::Invalid`]; [`Error::NotFound`]; [`Error::NotYours`].
pub async fn select(
    accounts: &BdAccounts,
    scope: &Scope,
    id: Uuid,
    selection: &Selection,
) -> Result<Vec<SyncChat>, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    let wanted = read(selection)?;
    let before: HashMap<i64, Model> =
        store::all(&tx, scope, id).await?.into_iter().map(|chat| (chat.chat_id, chat)).collect();
    let now = tx.clock().now();
    let since = selection.days.map(|days| now - TimeDelta::days(days));
    let added: Vec<i64> = wanted.iter().copied().filter(|chat| !before.contains_key(chat)).collect();
    let kept: HashSet<i64> = wanted.iter().copied().collect();
    let removed: Vec<i64> = before.keys().copied().filter(|chat| !kept.contains(chat)).collect();
    let rows = chosen(&tx, scope, id, (&wanted, &added), since).await?;
    let further = |chat: &&Model| kept.contains(&chat.chat_id) && reaches_further(since, chat.since);
    let further: Vec<i64> = before.values().filter(further).map(|chat| chat.chat_id).collect();
    if added.is_empty() && removed.is_empty() && further.is_empty() {
        tx.rollback().await?;
        return queries::chats(accounts, scope, id).await;
    }
    store::insert(&tx, rows).await?;
    store::remove(&tx, scope, id, &removed).await?;
    store::reach_back(&tx, scope, id, &further, since).await?;
    let new = happening::write(&tx, scope, &old, StoredAccount { sync_days: selection.days, ..old.clone() }).await?;
    let text = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<_>>();
    let data = json!({ "added": text(&added), "removed": text(&removed) });
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Updated,
        before: Some(json!({ "chats": before.len() })),
        after: Some(json!({ "chats": wanted.len(), "days": selection.days })),
        version: new.version,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [happening::event(SYNC_CHATS_UPDATED, id, data)]).await?;
    tx.commit().await?;
    accounts.tell(id);
    queries::chats(accounts, scope, id).await
}

/// Somebody whom an account writes to for the first time.
pub(crate) struct Met {
    pub chat_id: i64,
    pub kind: ChatKind,
    pub title: String,
    pub username: Option<String>,
}

/// Notes that somebody was written to first, and has the chat with them stored from now on: they are to be able to answer.
/// The scope is the system's.
pub(crate) async fn met(accounts: &BdAccounts, scope: &Scope, id: Uuid, met: Met) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let account = accounts_store::hold(&tx, scope, id).await?;
    usage::wrote_first(&tx, scope, id, met.chat_id).await?;
    if store::selected(&tx, scope, id, &[met.chat_id]).await?.is_empty() {
        let now = tx.clock().now();
        let chats = store::counts(&tx, scope, &[id]).await?.remove(&id).unwrap_or_default();
        let row = Model {
            account_id: id,
            chat_id: met.chat_id,
            org_id: scope.org_id.0,
            kind: dialogs::store::word_of(met.kind).to_owned(),
            title: met.title,
            username: met.username,
            reference: None,
            since: Some(now),
            state: SyncChatState::Done.as_str().to_owned(),
            done: 0,
            total: None,
            reached_id: None,
            compare_from: None,
            error: None,
            added_at: now,
        };
        store::insert(&tx, vec![row]).await?;
        let change = Change {
            subject_kind: KIND,
            subject_id: id,
            record_id: id,
            action: Action::Updated,
            before: Some(json!({ "chats": chats })),
            after: Some(json!({ "chats": chats + 1 })),
            version: account.version,
        };
        db::change_log::record(&tx, [change]).await?;
        let data = json!({ "added": [met.chat_id.to_string()], "removed": [] });
        events::append(&tx, [happening::event(SYNC_CHATS_UPDATED, id, data)]).await?;
    }
    Ok(tx.commit().await?)
}

/// Whether one beginning lies before the other; none is the beginning of all.
fn reaches_further(new: Option<DateTime<Utc>>, old: Option<DateTime<Utc>>) -> bool {
    match (new, old) {
        (_, None) => false,
        (None, Some(_)) => true,
        // A day's tolerance: the same choice again, a little later, is no other one.
        (Some(new), Some(old)) => new < old - TimeDelta::days(1),
    }
}

/// Rows for the chats that are new, out of the dialogs that the account has.
async fn chosen(
    tx: &Tx,
    scope: &Scope,
    account: Uuid,
    (wanted, added): (&[i64], &[i64]),
    since: Option<DateTime<Utc>>,
) -> Result<Vec<Model>, Error> {
    let found = dialogs::store::find(tx, scope, account, added).await?;
    let known: HashSet<i64> = found.iter().map(|dialog| dialog.chat_id).collect();
    let mut refused = Fields::default();
    let new: HashSet<i64> = added.iter().copied().collect();
    for (index, chat) in wanted.iter().enumerate() {
        if new.contains(chat) && !known.contains(chat) {
            refused.refuse(&format!("chats[{index}].chatId"), "bd.chat.unknown");
        }
    }
    let now = tx.clock().now();
    let row = |dialog: dialogs::store::entity::Model| Model {
        account_id: account,
        chat_id: dialog.chat_id,
        org_id: scope.org_id.0,
        kind: dialog.kind,
        title: dialog.title,
        username: dialog.username,
        reference: dialog.reference,
        since,
        state: SyncChatState::Waiting.as_str().to_owned(),
        done: 0,
        total: dialog.estimate,
        reached_id: None,
        compare_from: None,
        error: None,
        added_at: now,
    };
    Ok(refused.finish(|| found.into_iter().map(row).collect())?)
}

/// Begins to read in the history of the chosen chats; what was read in before is not read again.
///
/// # Errors
/// [`Error::NothingSelected`]; [`Error::NotFound`]; [`Error::NotYours`].
pub async fn start(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<SyncStatus, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    go(accounts, scope, id, true).await
}

/// Goes on where it was paused.
///
/// # Errors
/// As [`start`].
pub async fn resume(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<SyncStatus, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    go(accounts, scope, id, false).await
}

async fn go(accounts: &BdAccounts, scope: &Scope, id: Uuid, anew: bool) -> Result<SyncStatus, Error> {
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    let count = store::counts(&tx, scope, &[id]).await?.remove(&id).unwrap_or_default();
    if count == 0 {
        return Err(Error::NothingSelected);
    }
    if old.sync_state != SyncState::Running {
        let from = [SyncChatState::Paused, SyncChatState::Failed, SyncChatState::Running];
        store::move_all(&tx, scope, id, &from, SyncChatState::Waiting).await?;
        let begun = if anew { None } else { old.sync_started_at };
        let new = StoredAccount {
            sync_state: SyncState::Running,
            sync_started_at: begun.or(Some(tx.clock().now())),
            sync_ended_at: None,
            sync_wait_until: None,
            ..old.clone()
        };
        logged(&tx, scope, &old, new).await?;
        events::append(&tx, [happening::event(SYNC_STARTED, id, json!({ "chats": count }))]).await?;
    }
    tx.commit().await?;
    accounts.tell(id);
    queries::status(accounts, scope, id).await
}

/// Stops reading in history until it is resumed. New messages come in all the same.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`].
pub async fn pause(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<SyncStatus, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    if old.sync_state == SyncState::Running {
        let from = [SyncChatState::Waiting, SyncChatState::Running];
        store::move_all(&tx, scope, id, &from, SyncChatState::Paused).await?;
        logged(&tx, scope, &old, StoredAccount { sync_state: SyncState::Paused, ..old.clone() }).await?;
        events::append(&tx, [happening::event(SYNC_PAUSED, id, json!({}))]).await?;
    }
    tx.commit().await?;
    accounts.tell(id);
    queries::status(accounts, scope, id).await
}

/// Writes how reading in stands, with its line in the change log.
async fn logged(tx: &Tx, scope: &Scope, old: &StoredAccount, new: StoredAccount) -> Result<(), Error> {
    let (was, is) = (json!({ "syncState": old.sync_state }), json!({ "syncState": new.sync_state }));
    let change = Change::between(KIND, old.id, Action::Updated, &was, &is, old.version);
    if !change.is_empty() {
        db::change_log::record(tx, [change]).await?;
    }
    happening::write(tx, scope, old, new).await.map(drop)
}
