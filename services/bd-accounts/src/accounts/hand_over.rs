//! The accounts of a member go to whom they were given to when the member was removed; where the member could use others,
//! they no longer can.

use std::sync::Arc;

use contracts::events::{ACCOUNT_CONFIG_UPDATED, MEMBER_REMOVED, MemberRemoved};
use db::Tx;
use events::{Event, Handler, HandlerError};
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{account::StoredAccount, happening, store};
use crate::{BdAccounts, Error, health::timeline};

const JOB: &str = "bd-accounts.hand_over";

#[derive(Serialize, Deserialize)]
struct Payload {
    from: Uuid,
    to: Option<Uuid>,
}

/// Has accounts handed over.
pub struct PlanHandOver;

#[async_trait::async_trait]
impl Handler for PlanHandOver {
    fn name(&self) -> &'static str {
        "bd-accounts.hand_over"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MEMBER_REMOVED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let removed: MemberRemoved = serde_json::from_value(event.data.clone())?;
        for from in event.subjects() {
            let payload = json!(Payload { from, to: removed.accounts_to });
            jobs::enqueue(tx, NewJob { kind: JOB, payload, max_attempts: 10 }).await?;
        }
        Ok(())
    }
}

/// Hands accounts over, each in a transaction of its own; what was handed over is not found again.
pub struct HandOver(pub Arc<BdAccounts>);

#[async_trait::async_trait]
impl Work for HandOver {
    fn kind(&self) -> &'static str {
        JOB
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let order: Payload = serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        let (accounts, scope) = (&self.0, &context.scope);
        for id in store::ids_of(&accounts.db.reader(scope), scope, order.from).await? {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            hand_over(accounts, scope, id, &order).await?;
        }
        Ok(())
    }
}

async fn hand_over(accounts: &BdAccounts, scope: &Scope, id: Uuid, order: &Payload) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let old = match store::hold(&tx, scope, id).await {
        Ok(old) => old,
        // Deleted just now.
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let new = without(&old, order);
    let fields: Vec<&str> = [("ownerId", new.owner_id != old.owner_id), ("allowedUserIds", new.allowed != old.allowed)]
        .into_iter()
        .filter_map(|(field, changed)| changed.then_some(field))
        .collect();
    if fields.is_empty() {
        return Ok(());
    }
    let data = json!({ "fields": fields });
    let new = happening::write(&tx, scope, &old, new).await?;
    store::set_allowed(&tx, scope, &new).await?;
    timeline::add(&tx, scope, id, "config_updated", data.clone()).await?;
    events::append(&tx, [happening::event(ACCOUNT_CONFIG_UPDATED, id, data)]).await?;
    tx.commit().await?;
    accounts.tell(id);
    Ok(())
}

/// The account without somebody. One that would be nobody's, and so everybody's, goes to the heir as well.
fn without(account: &StoredAccount, order: &Payload) -> StoredAccount {
    let mut new = account.clone();
    new.allowed.retain(|user| *user != order.from);
    if new.owner_id == Some(order.from) || (new.owner_id.is_none() && new.allowed.is_empty()) {
        new.owner_id = order.to;
        new.allowed.retain(|user| Some(*user) != order.to);
    }
    new
}
