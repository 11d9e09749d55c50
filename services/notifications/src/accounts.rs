//! Reactions to what happens to accounts of messengers: their owner is told, else those who administer accounts. Not of each
//! try to connect, and not of what people did themselves.

use std::sync::Arc;

use contracts::{
    events as e,
    permissions::{ACCOUNTS_READ, ACCOUNTS_WRITE},
    ports::{Holding, Recipient},
};
use db::Tx;
use events::{Event, Handler, HandlerError};
use kernel::{OrgId, Resource, Scope, UserId};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Notifications,
    kinds::Kind,
    subscriptions::each_once,
    telling::{self, News},
};

/// The word for accounts as subjects.
pub const ACCOUNT: &str = "bd_account";
/// Shorter waits are nothing to tell of, in seconds.
const LONG_WAIT: i64 = 300;

/// Tells them.
pub struct TellOfAccounts(pub Arc<Notifications>);

/// What an event is told as.
fn meant(event: &Event) -> Option<Kind> {
    let data = &event.data;
    match event.kind.as_str() {
        e::ACCOUNT_DISCONNECTED if data["reason"] == "asked" || data["reason"] == "logged_out" => None,
        e::ACCOUNT_DISCONNECTED => Some(Kind::AccountDisconnected),
        e::ACCOUNT_SESSION_REVOKED if data["cause"] == "banned" => Some(Kind::AccountBanned),
        e::ACCOUNT_SESSION_REVOKED => Some(Kind::AccountSignedOut),
        e::ACCOUNT_RESTRICTED => Some(Kind::AccountRestricted),
        e::ACCOUNT_FLOOD_WAIT => (data["seconds"].as_i64()? >= LONG_WAIT).then_some(Kind::AccountFlood),
        _ => None,
    }
}

#[async_trait::async_trait]
impl Handler for TellOfAccounts {
    fn name(&self) -> &'static str {
        "notifications.tell_of_accounts"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::ACCOUNT_DISCONNECTED, e::ACCOUNT_SESSION_REVOKED, e::ACCOUNT_RESTRICTED, e::ACCOUNT_FLOOD_WAIT]
    }

    async fn wants(&self, event: &Event) -> Result<bool, HandlerError> {
        Ok(meant(event).is_some())
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let (Some(kind), Some(id)) = (meant(event), event.subjects().first().copied()) else { return Ok(()) };
        let service = &self.0;
        let Some(holding) = service.held(event, ACCOUNT, &[id]).await?.remove(&id) else { return Ok(()) };
        let people = minding(service, event, &holding).await?;
        let minutes = event.data["seconds"].as_i64().map(|seconds| seconds.saturating_add(59) / 60);
        let data = json!({ "account": name_of(service, event, id).await?, "minutes": minutes });
        let news = News { kind, subject: (ACCOUNT.to_owned(), id), actor: None, data, in_batch: false };
        Ok(telling::tell(service, tx, &news, &each_once(people)).await?)
    }
}

/// The owner, if they may still see accounts; else those who administer them and reach this one.
async fn minding(service: &Notifications, event: &Event, holding: &Holding) -> Result<Vec<Recipient>, Error> {
    let mut people = service.members(event, &holding.owner_id.into_iter().collect::<Vec<_>>()).await?;
    people.retain(|person| person.grants.allows(ACCOUNTS_READ));
    if people.is_empty() {
        people = service.recipients.holders(OrgId(event.org_id), ACCOUNTS_WRITE).await.map_err(Error::Port)?;
        people.retain(|person| holding.is_within(&person.reach.owners(Resource::Accounts, Some(UserId(person.id)))));
    }
    Ok(people)
}

async fn name_of(service: &Notifications, event: &Event, id: Uuid) -> Result<Option<String>, Error> {
    let Some(accounts) = &service.accounts else { return Ok(None) };
    let scope = Scope::system(OrgId(event.org_id), "notifications");
    let names = accounts.names(&scope, &[id]).await.map_err(Error::Port)?;
    Ok(names.get(&id).map(|account| account.name.clone()))
}
