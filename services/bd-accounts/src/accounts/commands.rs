//! What people do to accounts: set them up, pause them, take them off and up again, delete them.

use api::requests::Given;
use contracts::{
    channels::AccountStatus,
    events::{ACCOUNT_CONFIG_UPDATED, ACCOUNT_DELETED},
    permissions::ACCOUNTS_WRITE,
};
use db::{Action, Change, Tx, image::changed_fields};
use kernel::{Fields, Owners, Resource, Scope, UserId};
use serde_json::json;
use uuid::Uuid;

use super::{
    account::{Mode, StoredAccount},
    config::AccountPatch,
    happening::{self, KIND},
    queries::{self, Account, is_theirs},
    store,
    turns::Turn,
};
use crate::{
    BdAccounts, Error,
    connecting::{log_out, proxy::ProxyUrl, sessions},
    dialogs,
    health::timeline,
    leases,
};

/// The account, kept from other writers, if the actor may change it.
async fn held(tx: &Tx, scope: &Scope, id: Uuid) -> Result<StoredAccount, Error> {
    let account = store::hold(tx, scope, id).await?;
    if is_theirs(&account, scope) { Ok(account) } else { Err(Error::NotYours) }
}

/// Changes what is set of an account. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every part at fault; [`Error::NotFound`]; [`Error::NotYours`]; [`Error::Stale`].
pub async fn configure(accounts: &BdAccounts, scope: &Scope, id: Uuid, patch: AccountPatch) -> Result<Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let seen = queries::own(&accounts.db.reader(scope), scope, id).await?;
    let mut refused = people(accounts, scope, &seen, &patch).await?;
    let proxy = match proxy(accounts, &seen, &patch).await {
        Ok(proxy) => proxy,
        Err(Error::Invalid(fields)) => {
            refused.0.extend(fields.0);
            ProxyChange::Stays
        }
        Err(error) => return Err(error),
    };
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    if patch.version.is_some_and(|version| version != old.version) {
        tx.rollback().await?;
        let current = queries::get(accounts, scope, id).await?;
        return Err(Error::Stale(serde_json::to_value(current).unwrap_or_default()));
    }
    let mut new = match patch.apply(old.clone(), scope.reach.level(Resource::Accounts)) {
        Ok(new) => new,
        Err(fields) => {
            refused.0.extend(fields.0);
            return Err(refused.into());
        }
    };
    refused.finish(|| ())?;
    match &proxy {
        ProxyChange::Stays => {}
        ProxyChange::Becomes(url) => new.proxy_shown = url.as_ref().map(ProxyUrl::shown),
    }
    if new == old && matches!(proxy, ProxyChange::Stays) {
        tx.rollback().await?;
        return queries::shown(accounts, scope, old).await;
    }
    let new = write(&tx, scope, &old, new, &proxy, accounts).await?;
    tx.commit().await?;
    accounts.tell(id);
    queries::shown(accounts, scope, new).await
}

/// What becomes of a proxy.
enum ProxyChange {
    Stays,
    Becomes(Option<ProxyUrl>),
}

async fn write(
    tx: &Tx,
    scope: &Scope,
    old: &StoredAccount,
    new: StoredAccount,
    proxy: &ProxyChange,
    accounts: &BdAccounts,
) -> Result<StoredAccount, Error> {
    let change = Change::between(KIND, old.id, Action::Updated, &old.image(), &new.image(), old.version + 1);
    let mut fields: Vec<&str> = changed_fields(&change);
    if matches!(proxy, ProxyChange::Becomes(_)) && !fields.contains(&"proxy") {
        // Other credentials at the same address.
        fields.push("proxy");
    }
    let data = json!({ "fields": fields });
    let allowed_changed = new.allowed != old.allowed;
    let new = happening::write(tx, scope, old, new).await?;
    if allowed_changed {
        store::set_allowed(tx, scope, &new).await?;
    }
    if let ProxyChange::Becomes(url) = proxy {
        store::set_proxy(tx, (&accounts.vault, scope), new.id, url.as_ref().map(ProxyUrl::reveal)).await?;
    }
    timeline::add(tx, scope, new.id, "config_updated", data.clone()).await?;
    events::append(tx, [happening::event(ACCOUNT_CONFIG_UPDATED, new.id, data)]).await?;
    Ok(new)
}

/// Whether the actor may hand an account to this person: to anybody, or within their teams.
fn may_hand(scope: &Scope, owner: Option<Uuid>) -> bool {
    match scope.owners(Resource::Accounts) {
        Owners::All => true,
        // One's own account stays one's own.
        Owners::These(people) if people.len() < 2 => false,
        Owners::These(people) => owner.is_some_and(|owner| people.contains(&owner)),
    }
}

/// What is wrong with the people that a patch names.
async fn people(
    accounts: &BdAccounts,
    scope: &Scope,
    account: &StoredAccount,
    patch: &AccountPatch,
) -> Result<Fields, Error> {
    let mut refused = Fields::default();
    let owner = match patch.owner_id {
        Given::Absent => account.owner_id,
        Given::Null => None,
        Given::Value(id) => Some(id),
    };
    if owner != account.owner_id && !may_hand(scope, owner) {
        refused.refuse("ownerId", "bd.owner.not_yours");
    } else if let Some(id) = owner.filter(|_| owner != account.owner_id)
        && !accounts.directory.is_member(scope, UserId(id)).await.map_err(Error::Port)?
    {
        refused.refuse("ownerId", "bd.owner.unknown");
    }
    let Some(allowed) = patch.allowed_user_ids.as_ref().filter(|ids| ids.len() <= super::config::MAX_ALLOWED) else {
        return Ok(refused);
    };
    // Names are known of people of other organizations, too: asked is who is a member, of those who come new.
    for (index, id) in allowed.iter().enumerate().filter(|(_, id)| !account.allowed.contains(id)) {
        if !accounts.directory.is_member(scope, UserId(*id)).await.map_err(Error::Port)? {
            refused.refuse(&format!("allowedUserIds[{index}]"), "bd.owner.unknown");
        }
    }
    Ok(refused)
}

async fn proxy(accounts: &BdAccounts, account: &StoredAccount, patch: &AccountPatch) -> Result<ProxyChange, Error> {
    let text = match &patch.proxy {
        Given::Absent => return Ok(ProxyChange::Stays),
        Given::Null => None,
        Given::Value(text) => Some(text.trim()).filter(|text| !text.is_empty()),
    };
    match text {
        None if account.proxy_shown.is_none() => Ok(ProxyChange::Stays),
        None => Ok(ProxyChange::Becomes(None)),
        Some(text) if account.proxy_shown.as_deref() == Some(text) => Ok(ProxyChange::Stays),
        Some(text) => {
            let url = ProxyUrl::parse(text)?;
            url.addresses(&accounts.outbound).await?;
            Ok(ProxyChange::Becomes(Some(url)))
        }
    }
}

/// Sends nothing through an account until it is resumed; it stays connected, and receives.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`].
pub async fn pause(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    set_mode(accounts, scope, id, Mode::Paused).await
}

/// Takes it up again.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`].
pub async fn resume(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    set_mode(accounts, scope, id, Mode::Active).await
}

async fn set_mode(accounts: &BdAccounts, scope: &Scope, id: Uuid, mode: Mode) -> Result<Account, Error> {
    configure(accounts, scope, id, AccountPatch { mode: Some(mode), ..AccountPatch::default() }).await
}

/// Connects again by the session that is kept.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`]; [`Error::WrongStep`] where a sign-in is needed.
pub async fn reconnect(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    let kept = sessions::find(&tx, (&accounts.vault, scope), id).await?;
    let can = matches!(
        old.status,
        AccountStatus::Disconnected | AccountStatus::Error | AccountStatus::Connected | AccountStatus::Reconnecting
    );
    if kept.is_none() || old.connected_at.is_none() || !can {
        return Err(Error::WrongStep("reauth_required"));
    }
    if old.is_online {
        tx.rollback().await?;
        return queries::shown(accounts, scope, old).await;
    }
    leases::want(&tx, scope, id).await?;
    let new = happening::turn_in(&tx, scope, old, &Turn::TakenUp).await?;
    tx.commit().await?;
    accounts.tell(id);
    queries::shown(accounts, scope, new).await
}

/// Takes an account off; keeps its session, or has it ended on the network's side.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`].
pub async fn disconnect(accounts: &BdAccounts, scope: &Scope, id: Uuid, log_out: bool) -> Result<Account, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    let new = match old.status {
        AccountStatus::Disconnected if !log_out => old,
        _ => happening::turn_in(&tx, scope, old, &Turn::Disconnected { logged_out: log_out }).await?,
    };
    crate::connecting::logins::forget(&tx, scope, id).await?;
    dialogs::store::forget(&tx, scope, id).await?;
    if log_out {
        log_out::plan(&tx, id).await?;
    }
    tx.commit().await?;
    accounts.tell(id);
    queries::shown(accounts, scope, new).await
}

/// Deletes an account that is not connected; the messages that came through it stay.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`]; [`Error::StillConnected`].
pub async fn delete(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(ACCOUNTS_WRITE)?;
    let tx = accounts.db.begin(scope).await?;
    let old = held(&tx, scope, id).await?;
    let kept_until = leases::kept_until(&tx, id).await?;
    if old.is_signed_in() || kept_until.is_some_and(|until| until > tx.clock().now()) {
        return Err(Error::StillConnected);
    }
    store::remove(&tx, scope, id).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Deleted,
        before: Some(old.image()),
        after: None,
        version: old.version,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [happening::event(ACCOUNT_DELETED, id, json!({}))]).await?;
    Ok(tx.commit().await?)
}
