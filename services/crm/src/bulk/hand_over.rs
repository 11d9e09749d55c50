//! What a member held goes to whom it was given to when they were removed: as a bulk operation of the system's.

use contracts::{
    events::{MEMBER_REMOVED, MemberRemoved},
    ports::Held,
};
use db::Tx;
use events::{Event, Handler, HandlerError};
use kernel::Scope;
use sea_orm::{
    ConnectionTrait, QueryResult,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    commands::begin,
    request::{BulkAction, Order, Selection, Task},
};
use crate::{
    Error,
    record::{Column, RecordKind},
};

/// How many records out of the trash these people own.
pub async fn held(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordKind,
    people: &[Uuid],
) -> Result<Vec<Held>, Error> {
    let mut select = Query::select();
    select.expr_as(kind.column(Column::OwnerId), "by").expr_as(Expr::cust("count(*)"), "n");
    select.from(kind.table()).cond_where(kind.within(scope)).and_where(kind.in_trash(false));
    select.and_where(kind.column(Column::OwnerId).is_in(people.iter().copied()));
    select.add_group_by([kind.column(Column::OwnerId)]);
    let held = |row: QueryResult| {
        let count: i64 = row.try_get("", "n")?;
        let count = u64::try_from(count).unwrap_or_default();
        Ok(Held { by: row.try_get("", "by")?, kind: kind.as_str(), count })
    };
    connection.query_all(&select).await?.into_iter().map(held).collect()
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
        for kind in [RecordKind::Contact, RecordKind::Company] {
            for held in held(tx, scope, kind, &event.subjects()).await? {
                start(tx, kind, held.count, (held.by, removed.reassign_to)).await?;
            }
        }
        Ok(())
    }
}

async fn start(tx: &Tx, kind: RecordKind, total: u64, (from, to): (Uuid, Option<Uuid>)) -> Result<(), Error> {
    let order = Order { task: Task::Assign(to), selection: Selection::owned_by(from) };
    begin(tx, kind, BulkAction::Assign.as_str(), &order, total).await.map(drop)
}
