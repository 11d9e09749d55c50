//! The job that ends a session on the network's side. It waits until nobody keeps the account connected: a session that is
//! used from two places is revoked.

use std::sync::Arc;

use jobs::{Context, JobError, NewJob, Work};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sessions;
use crate::{BdAccounts, Error, accounts::store, leases, telegram::Refused};

pub const KIND: &str = "bd-accounts.log_out";
/// More than enough for a network that is away for a day; then the session is forgotten here, and stays there.
const ATTEMPTS: i64 = 12;

/// Has a session ended, once nobody may keep the account connected any more.
pub(crate) async fn plan(tx: &db::Tx, account: Uuid) -> Result<(), Error> {
    let payload = json!({ "accountId": account });
    let at = leases::kept_until(tx, account).await?.unwrap_or(tx.clock().now()).max(tx.clock().now());
    jobs::enqueue_at(tx, NewJob { kind: KIND, payload, max_attempts: ATTEMPTS }, at).await?;
    Ok(())
}

/// Logs out.
pub struct LogOut(pub Arc<BdAccounts>);

fn named_in(payload: &Value) -> Result<Uuid, JobError> {
    let id = payload["accountId"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| JobError::Fatal("no account is named".to_owned()))
}

#[async_trait::async_trait]
impl Work for LogOut {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let (accounts, scope, id) = (&self.0, &context.scope, named_in(&payload)?);
        let account = match store::get(&accounts.db.reader(scope), scope, id).await {
            Ok(account) if !account.is_signed_in() => account,
            // Gone, or signed in again since.
            Ok(_) | Err(Error::NotFound) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let (way, kept) = match accounts.session(scope, &account).await {
            Ok(found) => found,
            Err(Error::NotConnected) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        match accounts.telegram.log_out(&way, kept.session).await {
            Ok(()) | Err(Refused::SessionEnded) => {}
            Err(refused) => return Err(Error::Network(refused).into()),
        }
        self.forget(&context, id).await
    }

    async fn gave_up(&self, context: Context, payload: Value, error: &str) {
        let Ok(id) = named_in(&payload) else { return };
        tracing::warn!(account = %id, error, "a session could not be ended on the network's side; it is forgotten here");
        if self.forget(&context, id).await.is_err() {
            tracing::error!(account = %id, "a session that was logged out could not be forgotten");
        }
    }
}

impl LogOut {
    async fn forget(&self, context: &Context, id: Uuid) -> Result<(), JobError> {
        let tx = self.0.db.begin(&context.scope).await.map_err(Error::Db)?;
        sessions::forget(&tx, &context.scope, id).await?;
        tx.commit().await.map_err(Error::Db)?;
        Ok(())
    }
}
