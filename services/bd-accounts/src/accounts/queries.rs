//! Reading accounts.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{channels::AccountStatus, permissions::ACCOUNTS_READ};
use kernel::{Locale, Owners, Resource, Scope, cursor::Cursor};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    account::{StoredAccount, masked},
    store,
    view::{AccountHealth, AccountLimits, AccountOwner, AccountProxy, HealthReason, UsedToday},
};
use crate::{
    BdAccounts, Error,
    health::{
        facts,
        score::{Health, Reason},
    },
    pace::{rules::Used, usage},
};

pub use super::view::{Account, AccountList, ShortStatus};

/// Accounts of a page.
pub const PAGE: u64 = 200;
/// What a cursor of the list is of.
const SORT: &str = "createdAt";

/// Whether the actor may change an account, not only use it.
#[must_use]
pub fn is_theirs(account: &StoredAccount, scope: &Scope) -> bool {
    match scope.owners(Resource::Accounts) {
        Owners::All => true,
        Owners::These(people) => account.owner_id.is_some_and(|owner| people.contains(&owner)),
    }
}

/// An account that the actor may change.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`].
pub async fn own(reader: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<StoredAccount, Error> {
    let account = store::get(reader, scope, id).await?;
    if is_theirs(&account, scope) { Ok(account) } else { Err(Error::NotYours) }
}

fn status_text(account: &StoredAccount, now: DateTime<Utc>, locale: Locale) -> Option<String> {
    let code = match account.shown_status(now) {
        AccountStatus::FloodWait => "bd.status.flood_wait",
        AccountStatus::Restricted => "bd.status.restricted",
        AccountStatus::Reconnecting => "bd.status.reconnecting",
        AccountStatus::Connected => return None,
        _ => account.status_code.as_deref()?,
    };
    Some(api::messages::text(locale, code, &[]))
}

fn health_shown(health: Option<Health>, locale: Locale) -> AccountHealth {
    let health = health.unwrap_or(Health { score: 100, weights: Vec::new() });
    let reason = |code: Reason, weight| {
        let text = api::messages::text(locale, &format!("bd.health.{}", code.as_str()), &[]);
        HealthReason { code, text, weight }
    };
    let band = health.band();
    let reasons = health.weights.into_iter().map(|weight| reason(weight.reason, weight.points)).collect();
    AccountHealth { score: health.score, band, reasons }
}

struct Beside {
    owners: HashMap<Uuid, String>,
    health: HashMap<Uuid, Health>,
    used: HashMap<Uuid, Used>,
    chats: HashMap<Uuid, u64>,
}

fn account_shown(account: StoredAccount, beside: &mut Beside, scope: &Scope, now: DateTime<Utc>) -> Account {
    let id = account.id;
    let later = |until: Option<DateTime<Utc>>| until.filter(|until| *until > now);
    let used = beside.used.remove(&id).unwrap_or_default();
    let owner = |id: Uuid| AccountOwner { id, name: beside.owners.get(&id).cloned() };
    Account {
        id,
        network: account.network,
        phone_masked: account.phone.as_deref().map(masked),
        telegram_user_id: account.peer_id.map(|id| id.to_string()),
        status: account.shown_status(now),
        status_text: status_text(&account, now, scope.locale),
        is_connected: account.is_online,
        owner: account.owner_id.map(owner),
        owner_id: account.owner_id,
        is_yours: is_theirs(&account, scope),
        health: health_shown(beside.health.remove(&id), scope.locale),
        limits: AccountLimits {
            preset: account.limits.preset,
            messages_per_minute: account.limits.messages_per_minute,
            messages_per_day: account.limits.messages_per_day,
            first_contacts_per_day: account.limits.first_contacts_per_day,
        },
        used_today: UsedToday { messages: used.messages, first_contacts: used.first_contacts },
        flood_until: later(account.flood_until),
        restricted_until: later(account.restricted_until),
        first_contacts_paused_until: later(account.peer_flood_until),
        synced_chats: beside.chats.remove(&id).unwrap_or_default(),
        proxy: account.proxy_shown.map(|url| AccountProxy { url }),
        name: account.name,
        username: account.username,
        allowed_user_ids: account.allowed,
        working_hours: account.working_hours,
        quiet_hours: account.quiet_hours,
        time_zone: account.time_zone,
        signature: account.signature,
        mode: account.mode,
        last_activity: account.last_activity_at,
        connected_at: account.connected_at,
        dc: account.dc,
        version: account.version,
        created_at: account.created_at,
    }
}

/// Accounts as they are shown; what stands beside them is asked for together.
async fn all_shown(accounts: &BdAccounts, scope: &Scope, rows: Vec<StoredAccount>) -> Result<Vec<Account>, Error> {
    let (reader, now) = (accounts.db.reader(scope), accounts.db.clock().now());
    let each: Vec<&StoredAccount> = rows.iter().collect();
    let used = usage::of_today(&reader, scope, &each, now).await?;
    let health = facts::health(&reader, scope, &each, &used, now).await?;
    let ids: Vec<Uuid> = rows.iter().map(|account| account.id).collect();
    let chats = crate::syncing::store::counts(&reader, scope, &ids).await?;
    let owners = accounts.names(scope, rows.iter().filter_map(|account| account.owner_id)).await?;
    let mut beside = Beside { owners, health, used, chats };
    Ok(rows.into_iter().map(|account| account_shown(account, &mut beside, scope, now)).collect())
}

/// An account that was just changed, as it is shown.
pub(crate) async fn shown(accounts: &BdAccounts, scope: &Scope, account: StoredAccount) -> Result<Account, Error> {
    all_shown(accounts, scope, vec![account]).await?.pop().ok_or(Error::NotFound)
}

/// The accounts within reach, the oldest first; at most [`PAGE`] of them.
///
/// # Errors
/// [`Error::Forbidden`]; a cursor that is none.
pub async fn list(accounts: &BdAccounts, scope: &Scope, cursor: Option<&str>) -> Result<AccountList, Error> {
    scope.require(ACCOUNTS_READ)?;
    let after = cursor.map(place_of).transpose()?;
    let mut rows = store::list(&accounts.db.reader(scope), scope, after, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let last = rows.last().filter(|_| more);
    let next_cursor =
        last.map(|last| Cursor { sort: SORT.to_owned(), keys: vec![json!(last.created_at)], id: last.id }.encode());
    Ok(AccountList { items: all_shown(accounts, scope, rows).await?, next_cursor })
}

fn place_of(text: &str) -> Result<(DateTime<Utc>, Uuid), Error> {
    let cursor = Cursor::decode(text).filter(|cursor| cursor.sort == SORT);
    let at = cursor.as_ref().and_then(|cursor| serde_json::from_value(cursor.keys.first()?.clone()).ok());
    at.zip(cursor.map(|cursor| cursor.id)).ok_or(Error::Db(db::Error::Cursor))
}

/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn get(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<Account, Error> {
    scope.require(ACCOUNTS_READ)?;
    let account = store::get(&accounts.db.reader(scope), scope, id).await?;
    shown(accounts, scope, account).await
}

/// How an account stands, in short.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::NotFound`].
pub async fn status(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<ShortStatus, Error> {
    scope.require(ACCOUNTS_READ)?;
    let now = accounts.db.clock().now();
    let account = store::get(&accounts.db.reader(scope), scope, id).await?;
    let later = |until: Option<DateTime<Utc>>| until.filter(|until| *until > now);
    Ok(ShortStatus {
        status: account.shown_status(now),
        is_connected: account.is_online,
        last_activity: account.last_activity_at,
        flood_until: later(account.flood_until),
        restricted_until: later(account.restricted_until),
        dc: account.dc,
        connected_at: account.connected_at,
    })
}
