//! The deals of a member go to whom they were given to when the member was removed: as a bulk operation of the system's.

use batches::{BatchKind, BatchRecord, NewBatch, Selection};
use contracts::events::{MEMBER_REMOVED, MemberRemoved};
use db::Tx;
use events::{Event, Handler, HandlerError};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    request::{DealBulkAction, Order, Task},
    run,
};
use crate::{
    Error,
    deals::store::{self, column, entity},
};

/// How many deals out of the trash somebody owns.
pub async fn count(connection: &impl ConnectionTrait, scope: &Scope, user: Uuid) -> Result<u64, Error> {
    let mut select = Query::select();
    select.expr_as(Expr::cust("count(*)"), "n").from(entity::Entity).cond_where(store::within(scope));
    select.and_where(column(entity::Column::OwnerId).eq(user)).and_where(column(entity::Column::DeletedAt).is_null());
    let row = connection.query_one(&select).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Hands deals over.
pub struct HandOver;

#[async_trait::async_trait]
impl Handler for HandOver {
    fn name(&self) -> &'static str {
        "pipeline.hand_over"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MEMBER_REMOVED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let removed: MemberRemoved = serde_json::from_value(event.data.clone())?;
        let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
        for user in event.subjects() {
            let total = count(tx, scope, user).await?;
            if total > 0 {
                start(tx, total, (user, removed.reassign_to)).await?;
            }
        }
        Ok(())
    }
}

async fn start(tx: &Tx, total: u64, (from, to): (Uuid, Option<Uuid>)) -> Result<(), Error> {
    let order = Order { task: Task::Assign(to), selection: Selection::owned_by(from) };
    let request = serde_json::to_value(&order).unwrap_or_default();
    let action = DealBulkAction::Assign.as_str();
    let new = NewBatch { kind: BatchKind::Bulk, action, record_type: BatchRecord::Deal, total, request };
    let batch = batches::begin(tx, new).await?;
    Ok(batches::start(tx, run::KIND, batch.id).await?)
}
