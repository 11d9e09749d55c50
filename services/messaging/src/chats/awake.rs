//! Chats that are open again: because they wrote, or because their time has come.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Action, Change, Sql, Tx};
use events::NewEvent;
use jobs::{Context, JobError, Schedule, Work};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    chat::{ChatFields, State},
    commands::{KIND, tell},
    store::{COLUMNS, Row},
};
use crate::{Error, Messaging};

/// Kind of the job.
const JOB: &str = "messaging.wake_chats";
pub const SCHEDULE: Schedule = Schedule { kind: JOB, every: TimeDelta::minutes(1) };
/// Chats of one transaction.
const AT_ONCE: usize = 200;

/// Opens those of these chats that are put off or finished; with an instant, only those whose time has come by then. Writes
/// the change log; gives what is to be told.
pub(crate) async fn wake(
    tx: &Tx,
    scope: &Scope,
    chats: &[Uuid],
    by: Option<DateTime<Utc>>,
) -> Result<Vec<NewEvent>, Error> {
    if chats.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(scope.org_id.0).add(" and c.state <> 'open' and c.id in ").list(chats.iter().copied());
    if let Some(by) = by {
        sql.with(" and c.state = 'snoozed' and c.snoozed_until <= ?", [by.into()]);
    }
    let rows: Vec<Row> = sql.all(tx).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("update chats set state = 'open', snoozed_until = null, version = version + 1, updated_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).add(" and id in ");
    sql.list(rows.iter().map(|row| row.id));
    sql.run(tx).await?;
    let (mut log, mut told) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in &rows {
        let old = row.fields()?;
        let new = ChatFields { state: State::Open, snoozed_until: None, ..old.clone() };
        let change = Change::between(KIND, row.id, Action::Updated, &json!(old), &json!(new), row.version + 1);
        told.extend(tell(row.id, &old, &new, &change));
        log.push(change);
    }
    db::change_log::record(tx, log).await?;
    Ok(told)
}

/// Opens chats whose time has come.
pub struct WakeChats(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for WakeChats {
    fn kind(&self) -> &'static str {
        JOB
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

async fn step(service: &Messaging, scope: &Scope) -> Result<usize, Error> {
    let now = service.db.clock().now();
    let mut sql = Sql::new("select id from chats where org_id = ");
    sql.bind(scope.org_id.0).with(" and state = 'snoozed' and snoozed_until <= ?", [now.into()]);
    sql.add(&format!(" order by snoozed_until limit {AT_ONCE}"));
    let rows = sql.rows(&service.db.reader(scope)).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, sea_orm::DbErr>>()?;
    if !ids.is_empty() {
        let tx = service.db.begin(scope).await?;
        let told = wake(&tx, scope, &ids, Some(now)).await?;
        events::append(&tx, told).await?;
        tx.commit().await?;
    }
    Ok(ids.len())
}
