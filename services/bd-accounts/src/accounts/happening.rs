//! Writing what happens to accounts: the row, the change log, the line of its history, the event, in one transaction; and
//! the health that follows from it, when that comes into another band.

use contracts::events::{ACCOUNT_HEALTH_CHANGED, ACCOUNT_LIMIT_REACHED};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{account::StoredAccount, store, turns::Turn};
use crate::{
    BdAccounts, Error,
    health::{facts, timeline},
    leases,
    pace::{rules::Class, usage},
};

/// The word for accounts in change log and events.
pub const KIND: &str = "bd_account";

/// An event about an account.
#[must_use]
pub fn event(kind: &'static str, account: Uuid, data: Value) -> NewEvent {
    NewEvent::of(kind, KIND, account, data)
}

/// Writes a changed account with its change-log row; what can be edited, and the status, stand in that.
pub(crate) async fn write(
    tx: &Tx,
    scope: &Scope,
    old: &StoredAccount,
    mut new: StoredAccount,
) -> Result<StoredAccount, Error> {
    let change = Change::between(KIND, old.id, Action::Updated, &old.image(), &new.image(), old.version + 1);
    if !change.is_empty() {
        (new.version, new.updated_at) = (old.version + 1, tx.clock().now());
        db::change_log::record(tx, [change]).await?;
    }
    store::update(tx, scope, &new).await?;
    Ok(new)
}

/// Tells that health came into another band, if it did.
pub(crate) async fn note_health(tx: &Tx, scope: &Scope, account: StoredAccount) -> Result<StoredAccount, Error> {
    let now = tx.clock().now();
    let used = usage::of_today(tx, scope, &[&account], now).await?;
    let Some(health) = facts::health(tx, scope, &[&account], &used, now).await?.remove(&account.id) else {
        return Ok(account);
    };
    let (from, to) = (account.health_band, health.band());
    if from == to {
        return Ok(account);
    }
    let account = StoredAccount { health_band: to, ..account };
    store::update(tx, scope, &account).await?;
    let reasons: Vec<&str> = health.weights.iter().map(|weight| weight.reason.as_str()).collect();
    let data = json!({ "from": from, "to": to, "score": health.score, "reasons": reasons });
    timeline::add(tx, scope, account.id, "health_changed", data.clone()).await?;
    events::append(tx, [event(ACCOUNT_HEALTH_CHANGED, account.id, data)]).await?;
    Ok(account)
}

/// Writes what happened within a transaction; what changes nothing writes nothing.
pub(crate) async fn turn_in(tx: &Tx, scope: &Scope, old: StoredAccount, turn: &Turn) -> Result<StoredAccount, Error> {
    let Some(turned) = old.turned(turn, tx.clock().now()) else { return Ok(old) };
    let new = write(tx, scope, &old, turned.account).await?;
    let (kind, details) = turned.line;
    timeline::add(tx, scope, new.id, kind, details).await?;
    if let Some((kind, data)) = turned.event {
        events::append(tx, [event(kind, new.id, data)]).await?;
    }
    if turned.ends {
        leases::want_no_more(tx, scope, new.id).await?;
    }
    note_health(tx, scope, new).await
}

/// Writes what happened to an account that is kept connected. The scope is the system's.
///
/// # Errors
/// [`Error::NotFound`]; when the database refuses.
pub async fn turn(accounts: &BdAccounts, scope: &Scope, id: Uuid, turn: &Turn) -> Result<StoredAccount, Error> {
    let tx = accounts.db.begin(scope).await?;
    let old = store::hold(&tx, scope, id).await?;
    let new = turn_in(&tx, scope, old, turn).await?;
    tx.commit().await?;
    Ok(new)
}

/// Counts something that is being done now, and tells when a limit of the day is reached by it. `first` is the chat of a
/// first contact.
///
/// # Errors
/// [`Error::NotFound`]; when the database refuses.
pub async fn spend(
    accounts: &BdAccounts,
    scope: &Scope,
    id: Uuid,
    class: Class,
    first: Option<i64>,
) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let account = store::hold(&tx, scope, id).await?;
    let reached = usage::spend(&tx, scope, &account, class).await?;
    if let Some(chat) = first.filter(|_| class == Class::FirstContact) {
        usage::wrote_first(&tx, scope, id, chat).await?;
    }
    store::touch(&tx, scope, id).await?;
    if let Some(limit) = reached {
        timeline::add(&tx, scope, id, "limit_reached", json!({ "limit": limit })).await?;
        events::append(&tx, [event(ACCOUNT_LIMIT_REACHED, id, json!({ "limit": limit }))]).await?;
        note_health(&tx, scope, account).await?;
    }
    Ok(tx.commit().await?)
}

/// Notes that people wrote in these chats: those who were written to first have answered.
///
/// # Errors
/// When the database refuses.
pub async fn heard(accounts: &BdAccounts, scope: &Scope, id: Uuid, chats: &[i64]) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    usage::answered(&tx, scope, id, chats).await?;
    store::touch(&tx, scope, id).await?;
    Ok(tx.commit().await?)
}
