//! The chats of a member go to whom they were given to when the member was removed.

use std::sync::Arc;

use contracts::{
    events::{MEMBER_REMOVED, MemberRemoved},
    ports::Held,
};
use db::{Sql, Tx};
use events::{Event, Handler, HandlerError};
use jobs::{Context, JobError, NewJob, Work};
use kernel::{OrgId, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    chat::ChatFields,
    commands,
    store::{COLUMNS, Row},
};
use crate::{Error, Messaging};

const KIND: &str = "messaging.hand_over";
/// Chats of one transaction.
const CHUNK: u64 = 200;

#[derive(Serialize, Deserialize)]
struct Payload {
    from: Uuid,
    to: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Count {
    by: Uuid,
    n: i64,
}

/// How many chats are assigned to these people.
pub async fn held(connection: &impl ConnectionTrait, org: OrgId, people: &[Uuid]) -> Result<Vec<Held>, Error> {
    let mut sql =
        Sql::new("select assignee_id as \"by\", count(*) as n from chats where merged_into is null and org_id = ");
    sql.bind(org.0).add(" and assignee_id in ").list(people.iter().copied()).add(" group by assignee_id");
    let rows: Vec<Count> = sql.all(connection).await?;
    let held = |row: Count| Held { by: row.by, kind: commands::KIND, count: u64::try_from(row.n).unwrap_or_default() };
    Ok(rows.into_iter().map(held).collect())
}

/// Has chats handed over.
pub struct PlanHandOver;

#[async_trait::async_trait]
impl Handler for PlanHandOver {
    fn name(&self) -> &'static str {
        "messaging.hand_over"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MEMBER_REMOVED]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let removed: MemberRemoved = serde_json::from_value(event.data.clone())?;
        for from in event.subjects() {
            let payload = json!(Payload { from, to: removed.reassign_to });
            jobs::enqueue(tx, NewJob { kind: KIND, payload, max_attempts: 10 }).await?;
        }
        Ok(())
    }
}

/// Hands chats over, some at a time; what was handed over is not found again.
pub struct HandOver(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for HandOver {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let order: Payload = serde_json::from_value(payload).map_err(|error| JobError::Fatal(error.to_string()))?;
        // Each half goes along an index of its own.
        for half in ["is null", "is not null"] {
            while step(&self.0, &context.scope, half, &order).await? {
                if context.cancel.is_cancelled() {
                    return Err(JobError::Interrupted);
                }
            }
        }
        Ok(())
    }
}

/// Whether there was anything left to hand over.
async fn step(service: &Messaging, scope: &Scope, half: &str, order: &Payload) -> Result<bool, Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.merged_into {half} and c.org_id = "));
    sql.bind(scope.org_id.0).add(" and c.assignee_id = ").bind(order.from).add(&format!(" limit {CHUNK}"));
    let rows: Vec<Row> = sql.all(&tx).await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let mut sql = Sql::new("update chats set version = version + 1, assignee_id = ");
    sql.bind(order.to).add(", updated_at = ").bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0);
    sql.add(" and id in ").list(rows.iter().map(|row| row.id));
    sql.run(&tx).await?;
    let changes = rows.iter().map(|row| Ok((row, ChatFields { assignee_id: order.to, ..row.fields()? })));
    commands::record(&tx, &changes.collect::<Result<Vec<_>, Error>>()?).await?;
    tx.commit().await?;
    Ok(true)
}
