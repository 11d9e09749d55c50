//! Notifications are kept for 90 days after they were read, and for 180 at most.

use std::sync::Arc;

use chrono::TimeDelta;
use jobs::{Context, JobError, Schedule, Work};
use kernel::Scope;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Error, Notifications, deliveries, digests,
    inbox::store::{Column, entity},
};

/// Kind of the job.
const KIND: &str = "notifications.expire";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::days(1) };

const KEPT_READ: TimeDelta = TimeDelta::days(90);
const KEPT: TimeDelta = TimeDelta::days(180);
/// Rows of one transaction.
const AT_ONCE: u64 = 500;

/// Deletes old notifications.
pub struct Expire(pub Arc<Notifications>);

#[async_trait::async_trait]
impl Work for Expire {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, _payload: Value) -> Result<(), JobError> {
        while !context.cancel.is_cancelled() {
            if step(&self.0, &context.scope).await? < AT_ONCE {
                return Ok(());
            }
        }
        Err(JobError::Interrupted)
    }
}

/// Deletes some, with their deliveries; returns how many.
async fn step(service: &Notifications, scope: &Scope) -> Result<u64, Error> {
    let tx = service.db.begin(scope).await?;
    let now = tx.clock().now();
    let old = Condition::any()
        .add(Column::LastAt.lt(now - KEPT))
        .add(Condition::all().add(Column::LastAt.lt(now - KEPT_READ)).add(Column::ReadAt.lt(now - KEPT_READ)));
    let find = entity::Entity::find().select_only().column(Column::Id).filter(Column::OrgId.eq(scope.org_id.0));
    let ids: Vec<Uuid> = find.filter(old).order_by_asc(Column::LastAt).limit(AT_ONCE).into_tuple().all(&tx).await?;
    if !ids.is_empty() {
        deliveries::forget_of(&tx, scope, &ids).await?;
        let rows = entity::Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0));
        rows.filter(Column::Id.is_in(ids.iter().copied())).exec(&tx).await?;
    }
    digests::forget(&tx, scope, now - KEPT).await?;
    tx.commit().await?;
    Ok(ids.len() as u64)
}
