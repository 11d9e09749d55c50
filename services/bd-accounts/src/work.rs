//! What comes round each hour: health that got better by itself is told, dialogs of yesterday and old questions are
//! forgotten, old lines of histories too.

use std::sync::Arc;

use chrono::TimeDelta;
use jobs::{Context, JobError, Schedule, Work};
use kernel::Scope;
use serde_json::Value;

use crate::{
    BdAccounts, Error,
    accounts::{account::StoredAccount, happening, store},
    devices::requests,
    dialogs, sql,
};

const KIND: &str = "bd-accounts.look_after";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::hours(1) };

/// How long dialogs are remembered.
const DIALOGS_KEPT: TimeDelta = TimeDelta::days(1);
/// How long the history of an account is kept, and what it used.
const KEPT: TimeDelta = TimeDelta::days(180);
/// Accounts of one step.
const AT_ONCE: u64 = 100;

/// Looks after accounts.
pub struct LookAfter(pub Arc<BdAccounts>);

#[async_trait::async_trait]
impl Work for LookAfter {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        let (accounts, scope) = (&self.0, &context.scope);
        let mut after = None;
        loop {
            let some = store::list(&accounts.db.reader(scope), scope, after, AT_ONCE).await?;
            let Some(last) = some.last() else { break };
            after = Some((last.created_at, last.id));
            for account in &some {
                if context.cancel.is_cancelled() {
                    return Err(JobError::Interrupted);
                }
                look_after(accounts, scope, account).await?;
            }
        }
        Ok(forget(accounts, scope).await?)
    }
}

async fn look_after(accounts: &BdAccounts, scope: &Scope, account: &StoredAccount) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let held = match store::hold(&tx, scope, account.id).await {
        Ok(held) => held,
        // Deleted just now.
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let held = happening::note_health(&tx, scope, held).await?;
    if held.dialogs_at.is_some_and(|at| at < tx.clock().now() - DIALOGS_KEPT) {
        dialogs::store::forget(&tx, scope, held.id).await?;
    }
    Ok(tx.commit().await?)
}

async fn forget(accounts: &BdAccounts, scope: &Scope) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let before = tx.clock().now() - KEPT;
    requests::forget_old(&tx, scope).await?;
    let org = || scope.org_id.0.into();
    sql::run(&tx, "delete from bd_account_health where org_id = $1 and at < $2", [org(), before.into()]).await?;
    let day = before.date_naive().to_string();
    sql::run(&tx, "delete from bd_account_usage where org_id = $1 and day < $2", [org(), day.into()]).await?;
    let first = "delete from bd_account_first_contacts where org_id = $1 and sent_at < $2";
    sql::run(&tx, first, [org(), before.into()]).await?;
    Ok(tx.commit().await?)
}
