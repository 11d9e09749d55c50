//! Forgetting what nobody asks for any more: errands that ended long ago, marks and uploads that nothing came of, and bytes
//! that nothing speaks of.

use db::Sql;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use jobs::{Context, JobError, Schedule, Work};
use kernel::Scope;
use serde_json::Value;

use crate::{Error, Messaging, media::held};

/// Kind of the job.
const KIND: &str = "messaging.clear";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::days(1) };
/// Kind of the job that removes bytes.
const REMOVE: &str = "messaging.remove_files";
pub const REMOVING: Schedule = Schedule { kind: REMOVE, every: TimeDelta::hours(6) };
/// Kind of the job that looks for bytes that nothing has ever spoken of.
const SWEEP: &str = "messaging.sweep_files";
pub const SWEEPING: Schedule = Schedule { kind: SWEEP, every: TimeDelta::days(7) };
/// How long ended errands are kept.
const ERRANDS: TimeDelta = TimeDelta::days(30);
/// How long marks of messages that did not come, and uploads, are kept.
const OTHERS: TimeDelta = TimeDelta::days(7);

/// Forgets.
pub struct Clear(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for Clear {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        let (service, scope) = (&self.0, &context.scope);
        let now = service.db.clock().now();
        clear(service, scope, "message_marks where noted_at", now - OTHERS).await?;
        clear(service, scope, "uploads where kept_at is null and created_at", now - OTHERS).await?;
        clear(service, scope, "chat_imports where status = 'ready' and created_at", now - OTHERS).await?;
        let randoms = "sent_randoms where errand_id in (select e.id from errands e where e.org_id = sent_randoms.org_id \
                       and e.status <> 'failed' and e.ended_at";
        clear_with(service, scope, randoms, now - ERRANDS, ")").await?;
        Ok(clear(service, scope, "errands where status <> 'failed' and ended_at", now - ERRANDS).await?)
    }
}

async fn clear(service: &Messaging, scope: &Scope, what: &str, before: DateTime<Utc>) -> Result<(), Error> {
    clear_with(service, scope, what, before, "").await
}

async fn clear_with(
    service: &Messaging,
    scope: &Scope,
    what: &str,
    before: DateTime<Utc>,
    end: &str,
) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new(&format!("delete from {what} < "));
    sql.bind(before).add(end).add(" and org_id = ").bind(scope.org_id.0);
    sql.run(&tx).await?;
    Ok(tx.commit().await?)
}

/// Removes bytes that nothing speaks of any more.
pub struct RemoveFiles(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for RemoveFiles {
    fn kind(&self) -> &'static str {
        REMOVE
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        held::remove(&self.0, &context.scope).await?;
        Ok(())
    }
}

/// Notes bytes that nothing has ever spoken of.
pub struct SweepFiles(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for SweepFiles {
    fn kind(&self) -> &'static str {
        SWEEP
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        Ok(held::sweep(&self.0, &context.scope).await?)
    }
}
