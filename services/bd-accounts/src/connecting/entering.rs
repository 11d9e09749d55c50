//! What every way into an account does: how the network is got to, and what is written when a step of signing in is over.

use chrono::{DateTime, Utc};
use contracts::events::{ACCOUNT_CODE_SENT, ACCOUNT_CONNECTED, ACCOUNT_PASSWORD_REQUIRED};
use db::Tx;
use events::NewEvent;
use kernel::{FieldError, Fields, Scope};
use serde_json::json;

use super::{
    logins,
    proxy::ProxyUrl,
    sessions::{self, Kept},
    wizard::{Moved, Refusal},
};
use crate::{
    BdAccounts, Error,
    accounts::{
        account::{Network, StoredAccount, masked},
        happening, store,
    },
    health::timeline,
    leases,
    telegram::{App, Me, Way},
};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Field { field, code, params } => {
                Self::Invalid(Fields(vec![FieldError { params, ..FieldError::new(field, code) }]))
            }
            Refusal::Network(refused) => Self::Network(refused),
            Refusal::WrongStep(status) => Self::WrongStep(status),
        }
    }
}

impl BdAccounts {
    /// Whether accounts of a network can be connected here.
    #[must_use]
    pub fn offers(&self, network: Network) -> bool {
        self.telegram.offers(network) && (network != Network::Sandbox || self.options.sandbox)
    }

    /// How an account gets to its network: its own app or the server's, and its proxy as it may be connected to now.
    ///
    /// # Errors
    /// `bd.app.needed`; when the proxy may not be connected to.
    pub async fn way(&self, scope: &Scope, account: &StoredAccount, api_hash: Option<&str>) -> Result<Way, Error> {
        let own = account.api_id.zip(api_hash).map(|(id, hash)| App { id, hash: hash.to_owned() });
        let app = match account.network {
            Network::Sandbox => None,
            Network::Telegram => {
                let app = own.or_else(|| self.options.app.clone());
                Some(app.ok_or_else(|| Error::of_field("apiId", "bd.app.needed"))?)
            }
        };
        let proxy = store::proxy(&self.db.reader(scope), (&self.vault, scope), account.id).await?;
        let proxy = match proxy {
            Some(url) => Some(ProxyUrl::parse(&url)?.settled(&self.outbound).await?),
            None => None,
        };
        Ok(Way { network: account.network, app, proxy })
    }

    /// The session of an account and how it gets to its network.
    ///
    /// # Errors
    /// [`Error::NotConnected`] when it has none; as [`Self::way`].
    pub async fn session(&self, scope: &Scope, account: &StoredAccount) -> Result<(Way, Kept), Error> {
        let kept = sessions::find(&self.db.reader(scope), (&self.vault, scope), account.id).await?;
        let kept = kept.ok_or(Error::NotConnected)?;
        let way = self.way(scope, account, kept.api_hash.as_deref()).await?;
        Ok((way, kept))
    }
}

/// An account that somebody has signed in to, as it is from now on.
pub(crate) async fn entered(
    tx: &Tx,
    scope: &Scope,
    account: &StoredAccount,
    me: &Me,
    now: DateTime<Utc>,
) -> Result<StoredAccount, Error> {
    let taken = store::find_by_peer(tx, scope, account.network, me.peer_id).await?;
    if taken.is_some_and(|other| other != account.id) {
        return Err(Error::of_field("phone", "bd.session.taken"));
    }
    let unnamed = account.phone.as_deref().is_some_and(|phone| account.name == masked(phone));
    let mut entered = account.clone().signed_in(me, now);
    if unnamed && !me.name.trim().is_empty() {
        entered.name = me.name.chars().take(100).collect();
    }
    Ok(entered)
}

/// Writes what a step led to. A refusal is written too, and told afterwards by who asked.
pub(crate) async fn settle(
    accounts: &BdAccounts,
    tx: &Tx,
    scope: &Scope,
    old: &StoredAccount,
    moved: &Moved,
    kept: Option<&Kept>,
) -> Result<StoredAccount, Error> {
    let now = tx.clock().now();
    let status_code = moved.status_code.map(str::to_owned);
    let mut new = StoredAccount { status: moved.status, status_code, ..old.clone() };
    let sealing = (&*accounts.vault, scope);
    if let Some(me) = &moved.signed_in {
        new = entered(tx, scope, old, me, now).await?;
    }
    let new = happening::write(tx, scope, old, new).await?;
    match &moved.login {
        Some(login) => logins::put(tx, sealing, new.id, login).await?,
        None => logins::forget(tx, scope, new.id).await?,
    }
    if let Some(kept) = kept {
        sessions::put(tx, sealing, new.id, kept).await?;
    }
    if moved.signed_in.is_some() {
        return connected(tx, scope, new, "signed_in").await;
    }
    let (line, details, event) = told(moved);
    timeline::add(tx, scope, new.id, line, details).await?;
    let event = event.map(|(kind, data)| happening::event(kind, new.id, data));
    events::append(tx, event).await?;
    happening::note_health(tx, scope, new).await
}

/// Has an account kept connected, and tells of it.
pub(crate) async fn connected(
    tx: &Tx,
    scope: &Scope,
    account: StoredAccount,
    line: &'static str,
) -> Result<StoredAccount, Error> {
    leases::want(tx, scope, account.id).await?;
    timeline::add(tx, scope, account.id, line, json!({})).await?;
    let told = json!({ "telegramUserId": account.peer_id.map(|id| id.to_string()) });
    let event: NewEvent = happening::event(ACCOUNT_CONNECTED, account.id, told);
    events::append(tx, [event]).await?;
    happening::note_health(tx, scope, account).await
}

type Told = (&'static str, serde_json::Value, Option<(&'static str, serde_json::Value)>);

fn told(moved: &Moved) -> Told {
    match (&moved.refusal, &moved.login) {
        (Some(Refusal::Field { code, .. }), _) => ("sign_in_failed", json!({ "code": code }), None),
        (Some(_), _) => ("sign_in_failed", json!({ "code": "bd.network.unreachable" }), None),
        (None, Some(login)) if moved.status == contracts::channels::AccountStatus::CodeSent => {
            let data = json!({ "via": login.code.via });
            ("code_sent", data.clone(), Some((ACCOUNT_CODE_SENT, data)))
        }
        (None, _) => ("password_required", json!({}), Some((ACCOUNT_PASSWORD_REQUIRED, json!({})))),
    }
}
