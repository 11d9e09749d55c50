//! The floor of campaigns: as many rows of the same shape, with the same indexes, in plain statements and nothing besides.

use std::{fmt::Write, time::Duration};

use anyhow::Result;
use db::{Db, Tx};
use kernel::Scope;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use tokio::time::Instant;
use uuid::Uuid;

/// Rows of a statement, and of a transaction: as the product has them.
const ROWS: u64 = 1_000;
const PART: u64 = 5_000;
/// What a step that is due adds rows to, as far as they have ids.
const TABLES: [&str; 6] = ["chats", "messages", "errands", "campaign_sends", "touches", "campaign_log"];

pub struct Floor<'a> {
    db: &'a Db,
    scope: &'a Scope,
}

/// What is newer than this was written meanwhile.
pub struct Since(Uuid);

impl<'a> Floor<'a> {
    pub fn over(db: &'a Db, scope: &'a Scope) -> Self {
        Self { db, scope }
    }

    async fn run(&self, tx: &Tx, sql: String, values: Vec<Value>) -> Result<()> {
        tx.execute_raw(Statement::from_sql_and_values(self.db.backend(), sql, values)).await?;
        Ok(())
    }

    async fn write(&self, sql: String, values: Vec<Value>) -> Result<()> {
        let tx = self.db.begin(self.scope).await?;
        self.run(&tx, sql, values).await?;
        Ok(tx.commit().await?)
    }

    /// Makes an empty table of the same shape; gives its name.
    async fn beside(&self, table: &str) -> Result<String> {
        let name = format!("bare_{table}");
        if self.db.backend() == DbBackend::Postgres {
            self.write(format!("create table {name} (like {table} including all)"), Vec::new()).await?;
            return Ok(name);
        }
        let sql = "select sql from sqlite_master where tbl_name = $1 and type in ('table', 'index') and sql is not null \
                   order by type desc";
        let statement = Statement::from_sql_and_values(self.db.backend(), sql, [table.into()]);
        for row in self.db.reader(self.scope).query_all_raw(statement).await? {
            let made: String = row.try_get("", "sql")?;
            self.write(made.replace(table, &name), Vec::new()).await?;
        }
        Ok(name)
    }

    async fn drop(&self, name: &str) -> Result<()> {
        self.write(format!("drop table {name}"), Vec::new()).await
    }

    /// How long it takes to insert so many enrolments.
    pub async fn enrolments(&self, campaign: Uuid, many: u64) -> Result<Duration> {
        let name = self.beside("enrolments").await?;
        let (org, clock) = (self.scope.org_id.0, self.db.clock());
        let begun = Instant::now();
        let mut left = many;
        while left > 0 {
            let tx = self.db.begin(self.scope).await?;
            let mut of_part = left.min(PART);
            left -= of_part;
            while of_part > 0 {
                let rows = of_part.min(ROWS);
                of_part -= rows;
                let now = clock.now();
                let mut values: Vec<Value> = vec![org.into(), campaign.into(), now.into()];
                let mut sql = format!(
                    "insert into {name} (id, org_id, campaign_id, contact_id, state, place, due_at, answered_gate, \
                     enrolled_at) values "
                );
                for row in 0..rows {
                    let at = values.len();
                    let comma = if row == 0 { "" } else { ", " };
                    let _ = write!(sql, "{comma}(${}, $1, $2, ${}, 'waiting', -1, $3, $3, $3)", at + 1, at + 2);
                    values.extend([clock.new_id().into(), clock.new_id().into()]);
                }
                self.run(&tx, sql, values).await?;
            }
            tx.commit().await?;
        }
        let took = begun.elapsed();
        self.drop(&name).await?;
        Ok(took)
    }

    /// How long it takes each time to ask who is due, and nothing else.
    pub async fn question(&self, campaign: Uuid, times: usize) -> Result<Vec<Duration>> {
        let sql = "select id from enrolments where org_id = $1 and campaign_id = $2 and state = 'waiting' and due_at <= $3 \
                   order by due_at, id limit 500";
        let mut all = Vec::with_capacity(times);
        for _ in 0..times.max(1) {
            let values = [self.scope.org_id.0.into(), campaign.into(), self.db.clock().now().into()];
            let begun = Instant::now();
            let statement = Statement::from_sql_and_values(self.db.backend(), sql, values);
            self.db.reader(self.scope).query_all_raw(statement).await?;
            all.push(begun.elapsed());
        }
        Ok(all)
    }

    /// Rows that there are not yet.
    pub fn since(&self) -> Since {
        Since(self.db.clock().new_id())
    }

    /// How long it takes to insert what was added since then once more, a statement for each table.
    pub async fn copy(&self, since: &Since) -> Result<Duration> {
        let mut took = Duration::ZERO;
        for table in TABLES {
            let name = self.beside(table).await?;
            let begun = Instant::now();
            let sql = format!("insert into {name} select * from {table} where org_id = $1 and id > $2");
            self.write(sql, vec![self.scope.org_id.0.into(), since.0.into()]).await?;
            took += begun.elapsed();
            self.drop(&name).await?;
        }
        Ok(took)
    }
}
