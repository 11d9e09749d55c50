//! The deals of a member go to whom they were given to when the member was removed: as a bulk operation of the system's.

use batches::Selection;
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
    request::{DealBulkAction, Order, Task},
};
use crate::{
    Error,
    deals::{
        commands::KIND,
        store::{self, column, entity},
    },
};

/// How many deals out of the trash these people own.
pub async fn held(connection: &impl ConnectionTrait, scope: &Scope, people: &[Uuid]) -> Result<Vec<Held>, Error> {
    let owner = || column(entity::Column::OwnerId);
    let mut select = Query::select();
    select.expr_as(owner(), "by").expr_as(Expr::cust("count(*)"), "n").from(entity::Entity);
    select.cond_where(store::within(scope)).and_where(column(entity::Column::DeletedAt).is_null());
    select.and_where(owner().is_in(people.iter().copied())).add_group_by([owner()]);
    let held = |row: QueryResult| {
        let count: i64 = row.try_get("", "n")?;
        Ok(Held { by: row.try_get("", "by")?, kind: KIND, count: u64::try_from(count).unwrap_or_default() })
    };
    connection.query_all(&select).await?.into_iter().map(held).collect()
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
        for held in held(tx, scope, &event.subjects()).await? {
            start(tx, held.count, (held.by, removed.reassign_to)).await?;
        }
        Ok(())
    }
}

async fn start(tx: &Tx, total: u64, (from, to): (Uuid, Option<Uuid>)) -> Result<(), Error> {
    let order = Order { task: Task::Assign(to), selection: Selection::owned_by(from) };
    begin(tx, DealBulkAction::Assign.as_str(), &order, total).await.map(drop)
}
