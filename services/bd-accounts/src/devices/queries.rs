//! The devices that are signed in to an account, as its network tells.

use contracts::permissions::ACCOUNTS_WRITE;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::requests;
use crate::{
    BdAccounts, Error,
    accounts::{account::StoredAccount, queries},
    health::timeline,
    telegram::{Device, Refused},
};

/// Longest hash of a device, characters.
const MAX_HASH: usize = 64;

async fn connected(accounts: &BdAccounts, scope: &Scope, account: Uuid) -> Result<StoredAccount, Error> {
    let account = queries::own(&accounts.db.reader(scope), scope, account).await?;
    if account.is_online { Ok(account) } else { Err(Error::NotConnected) }
}

/// Which devices are signed in.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NotYours`]; [`Error::NotConnected`]; [`Error::Network`].
pub async fn list(accounts: &BdAccounts, scope: &Scope, account: Uuid) -> Result<Vec<Device>, Error> {
    scope.require(ACCOUNTS_WRITE)?;
    if scope.viewing_as.is_some() {
        return Err(Error::NotYours);
    }
    connected(accounts, scope, account).await?;
    let answer = requests::ask(accounts, scope, account, requests::DEVICES, json!({})).await?;
    serde_json::from_value(answer).map_err(|_| Error::Db(db::Error::Stored("bd_account_requests")))
}

/// Signs a device out.
///
/// # Errors
/// As [`list`].
pub async fn end(accounts: &BdAccounts, scope: &Scope, account: Uuid, hash: &str) -> Result<(), Error> {
    scope.require(ACCOUNTS_WRITE)?;
    connected(accounts, scope, account).await?;
    if hash.is_empty() || hash.chars().nth(MAX_HASH).is_some() {
        return Err(Error::NotFound);
    }
    let asked = requests::ask(accounts, scope, account, requests::END_DEVICE, json!({ "hash": hash })).await;
    asked.map_err(|error| if names_no_device(&error) { Error::NotFound } else { error })?;
    let tx = accounts.db.begin(scope).await?;
    timeline::add(&tx, scope, account, "device_ended", json!({})).await?;
    Ok(tx.commit().await?)
}

/// Whether the network knows no such device. What it refused is a text here: it may have been asked by another process.
fn names_no_device(error: &Error) -> bool {
    let Error::Network(Refused::Other(text)) = error else { return false };
    ["HASH_INVALID", "NO_DEVICE_NAMED"].iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_the_network_does_not_know_is_told_from_a_network_that_is_away() {
        let refused = |text: &str| names_no_device(&Error::Network(Refused::Other(text.to_owned())));
        assert!(refused("refused: HASH_INVALID (400)"));
        assert!(refused("refused: NO_DEVICE_NAMED (0)"));
        assert!(!refused("refused: INTERNAL (500)"));
        assert!(!names_no_device(&Error::Network(Refused::Unreachable)));
    }
}
