//! Reading events in the order of their positions. Whoever has read up to a position misses nothing by asking for what
//! comes after it: positions are given once an event is committed, one batch after the other.

use chrono::{DateTime, Utc};
use db::{Db, Error, Hints};
use kernel::OrgId;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use crate::Event;

pub(crate) const COLUMNS: &str = "id, org_id, kind, version, occurred_at, actor_kind, actor_id, subject_kind, subject_ids, data, \
                       batch_id, cause_event_id, request_id, position";

/// The events of all organizations.
#[derive(Clone)]
pub struct Feed {
    db: Db,
    placed: Hints,
}

impl Feed {
    pub(crate) fn new(db: Db, placed: Hints) -> Self {
        Self { db, placed }
    }

    /// The database the events are in.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Events of every organization after a position, the oldest first; at most `limit`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn after(&self, position: i64, limit: u64) -> Result<Vec<Event>, Error> {
        after(&self.db, position, limit).await
    }

    /// Events of one organization after a position, the oldest first; at most `limit`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of_organization(&self, org: OrgId, position: i64, limit: u64) -> Result<Vec<Event>, Error> {
        let sql =
            format!("select {COLUMNS} from events where org_id = $1 and position > $2 order by position limit {limit}");
        let select = Statement::from_sql_and_values(self.db.backend(), sql, [org.0.into(), position.into()]);
        Ok(Event::find_by_statement(select).all(&self.db.system_reader()).await?)
    }

    /// The position of the newest event.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn head(&self) -> Result<i64, Error> {
        self.of_head("position").await
    }

    /// The position up to which events have been forgotten.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forgotten(&self) -> Result<i64, Error> {
        self.of_head("forgotten").await
    }

    async fn of_head(&self, column: &str) -> Result<i64, Error> {
        let sql = format!("select {column} as n from event_head where id = 1");
        let row = self.db.system_reader().query_one_raw(Statement::from_string(self.db.backend(), sql)).await?;
        Ok(row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default())
    }

    /// Resolves when this process has placed events since it was last asked; never when it stops placing any.
    pub async fn grown(&mut self) {
        self.placed.next().await;
    }
}

/// Events of one clean-up.
const FORGOTTEN_AT_ONCE: i64 = 5000;

/// Events of every organization after a position.
pub(crate) async fn after(db: &Db, position: i64, limit: u64) -> Result<Vec<Event>, Error> {
    let sql = format!("select {COLUMNS} from events where position > $1 order by position limit {limit}");
    let select = Statement::from_sql_and_values(db.backend(), sql, [Value::from(position)]);
    Ok(Event::find_by_statement(select).all(&db.system_reader()).await?)
}

/// Deletes events up to a position that happened before an instant; returns how many.
pub(crate) async fn forget(db: &Db, before: DateTime<Utc>, up_to: i64) -> Result<u64, Error> {
    let cut = "select coalesce(max(position), 0) as n from (select position from events \
               where position <= $1 and occurred_at < $2 order by position limit $3) as old";
    let values: [Value; 3] = [up_to.into(), before.into(), FORGOTTEN_AT_ONCE.into()];
    let tx = db.begin_system().await?;
    let row = tx.query_one_raw(Statement::from_sql_and_values(db.backend(), cut, values)).await?;
    let cut: i64 = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or_default();
    let run = async |sql: &'static str| {
        let statement = Statement::from_sql_and_values(db.backend(), sql, [Value::from(cut)]);
        tx.execute_raw(statement).await.map(|done| done.rows_affected())
    };
    run("delete from event_inbox where event_id in (select id from events where position <= $1)").await?;
    let done = run("delete from events where position <= $1").await?;
    run("update event_head set forgotten = $1 where id = 1 and forgotten < $1").await?;
    tx.commit().await?;
    Ok(done)
}
