//! What a member held goes to whom it was given to when they were removed: as a bulk operation of the system's.

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
    batch::{self, BatchKind, NewBatch},
    request::{BulkAction, Order, Selection, Task},
    run,
};
use crate::{
    Error,
    record::{Column, RecordKind},
};

/// How many records out of the trash somebody owns.
pub async fn count(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordKind,
    user: Uuid,
) -> Result<u64, Error> {
    let mut select = Query::select();
    select.expr_as(Expr::cust("count(*)"), "n").from(kind.table()).cond_where(kind.within(scope));
    select.and_where(kind.column(Column::OwnerId).eq(user)).and_where(kind.in_trash(false));
    let row = connection.query_one(&select).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Hands contacts and companies over.
pub struct HandOver;

#[async_trait::async_trait]
impl Handler for HandOver {
    fn name(&self) -> &'static str {
        "crm.hand_over"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MEMBER_REMOVED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let removed: MemberRemoved = serde_json::from_value(event.data.clone())?;
        let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
        for user in event.subjects() {
            for kind in [RecordKind::Contact, RecordKind::Company] {
                let total = count(tx, scope, kind, user).await?;
                if total > 0 {
                    start(tx, kind, total, (user, removed.reassign_to)).await?;
                }
            }
        }
        Ok(())
    }
}

async fn start(tx: &Tx, kind: RecordKind, total: u64, (from, to): (Uuid, Option<Uuid>)) -> Result<(), Error> {
    let order = Order { task: Task::Assign(to), selection: Selection::owned_by(from) };
    let request = serde_json::to_value(&order).unwrap_or_default();
    let action = BulkAction::Assign.as_str();
    let new = NewBatch { kind: BatchKind::Bulk, action, record_type: kind.into(), total, request };
    let batch = batch::begin(tx, new).await?;
    Ok(batches::start(tx, run::KIND, batch.id).await?)
}
