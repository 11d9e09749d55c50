//! Accounts that have not been connected for some minutes although they are to be: told once for each outage, however often
//! they try.

use std::sync::Arc;

use chrono::TimeDelta;
use contracts::events::ACCOUNT_DISCONNECTED;
use jobs::{Context, JobError, Schedule, Work};
use kernel::Scope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{happening, rows::entity, store};
use crate::{BdAccounts, Error};

const KIND: &str = "bd-accounts.tell_outages";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::minutes(1) };
/// How long an account may be away before anybody is told.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(5);
/// The reason that the event gives.
pub const UNREACHABLE: &str = "unreachable";
/// Accounts of one run.
const AT_ONCE: u64 = 200;

/// Tells of outages.
pub struct TellOutages(pub Arc<BdAccounts>);

#[async_trait::async_trait]
impl Work for TellOutages {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        let (accounts, scope) = (&self.0, &context.scope);
        let before = accounts.db.clock().now() - PATIENCE;
        let find = entity::Entity::find().select_only().column(store::Column::Id).filter(store::within(scope));
        let find = find.filter(store::Column::OfflineSince.lt(before)).filter(store::Column::OfflineToldAt.is_null());
        let find = find.order_by_asc(store::Column::OfflineSince).limit(AT_ONCE);
        let away: Vec<Uuid> = find.into_tuple().all(&accounts.db.reader(scope)).await.map_err(Error::from)?;
        for id in away {
            if context.cancel.is_cancelled() {
                return Err(JobError::Interrupted);
            }
            tell(accounts, scope, id).await?;
        }
        Ok(())
    }
}

async fn tell(accounts: &BdAccounts, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let tx = accounts.db.begin(scope).await?;
    let mut account = match store::hold(&tx, scope, id).await {
        Ok(account) => account,
        // Deleted just now.
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let now = tx.clock().now();
    if account.offline_told_at.is_some() || account.offline_since.is_none_or(|since| since >= now - PATIENCE) {
        return Ok(());
    }
    account.offline_told_at = Some(now);
    store::update(&tx, scope, &account).await?;
    let event = happening::event(ACCOUNT_DISCONNECTED, id, json!({ "reason": UNREACHABLE }));
    events::append(&tx, [event]).await?;
    Ok(tx.commit().await?)
}
