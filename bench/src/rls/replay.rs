//! Asks the overheard statements again, on one connection, with and without what keeps organizations apart; and how the
//! database would find the rows. Nothing of what is written is kept.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use sqlx::{
    AssertSqlSafe, Connection, Encode, Postgres, Row, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgArguments, PgConnection, PgTypeInfo, types::Oid},
    query::Query,
};
use tokio::time::Instant;

use super::wire::{Asked, binding, opening};

/// What of the product's ways is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// The policies of the tables are in force.
    pub policies: bool,
    /// The connection is bound to the organization before each operation, as one is that another organization had last.
    pub binding: bool,
}

/// All of them, those without policies first.
pub const MODES: [Mode; 4] = [
    Mode { policies: false, binding: false },
    Mode { policies: false, binding: true },
    Mode { policies: true, binding: false },
    Mode { policies: true, binding: true },
];

/// A value in the form in which it went over the wire.
struct Raw<'a>(u32, Option<&'a [u8]>);

impl Type<Postgres> for Raw<'_> {
    fn type_info() -> PgTypeInfo {
        // Each value says its own.
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl Encode<'_, Postgres> for Raw<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let Some(bytes) = self.1 else { return Ok(IsNull::Yes) };
        buffer.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.0)))
    }

    fn size_hint(&self) -> usize {
        self.1.map_or(0, <[u8]>::len)
    }
}

fn query(sql: &str, asked: &Asked) -> Query<'static, Postgres, PgArguments> {
    let query: Query<'static, Postgres, PgArguments> = sqlx::query(AssertSqlSafe(sql.to_owned()));
    asked.values.iter().fold(query, |query, (kind, value)| query.bind(Raw(*kind, value.as_deref())))
}

/// How the rows of a statement are found: each table or index that is gone through, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    pub steps: Vec<String>,
    /// Scans that compare each row with the organization of the connection, instead of once for the statement.
    pub compared: usize,
}

impl Way {
    fn follow(&mut self, plan: &Value) {
        match plan {
            Value::Array(plans) => {
                for plan in plans {
                    self.follow(plan);
                }
            }
            Value::Object(node) => {
                let text = |key: &str| node.get(key).and_then(Value::as_str);
                if let Some((kind, place)) = text("Node Type").zip(text("Index Name").or(text("Relation Name"))) {
                    self.steps.push(format!("{kind} on {place}"));
                    self.compared += usize::from(text("Filter").is_some_and(|filter| filter.contains("app.org_id")));
                }
                for part in ["Plan", "Plans"] {
                    if let Some(plan) = node.get(part) {
                        self.follow(plan);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What is open while an operation is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// A transaction that the product opens too.
    Own,
    /// One that only keeps a lone statement from being kept.
    Guard,
}

/// A connection that asks again.
pub struct Replay {
    connection: PgConnection,
    org: String,
    /// Tables with a policy.
    tables: Vec<String>,
    policies: bool,
}

impl Replay {
    /// Connects as the product does, bound to the organization.
    pub async fn connect(url: &str, org: &str) -> Result<Self> {
        let mut connection = PgConnection::connect(url).await?;
        let sql = "select relname::text from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace";
        let rows = sqlx::query(sql).fetch_all(&mut connection).await?;
        let tables = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        let mut replay = Self { connection, org: org.to_owned(), tables, policies: true };
        replay.say(&binding(org)).await?;
        Ok(replay)
    }

    /// How many tables have a policy.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    async fn say(&mut self, text: &str) -> Result<()> {
        sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut self.connection).await?;
        Ok(())
    }

    async fn put_in_force(&mut self, policies: bool) -> Result<()> {
        if self.policies != policies {
            let verb = if policies { "enable" } else { "disable" };
            let all: Vec<String> =
                self.tables.iter().map(|table| format!("alter table {table} {verb} row level security")).collect();
            self.say(&all.join("; ")).await?;
            self.policies = policies;
        }
        Ok(())
    }

    /// Asks an operation again and again, as often or as long as said; gives the median time of one, ms, and how many rows
    /// it found or changed.
    pub async fn measure(
        &mut self,
        operation: &[Asked],
        mode: Mode,
        most: usize,
        longest: Duration,
    ) -> Result<(f64, u64)> {
        self.put_in_force(mode.policies).await?;
        // Statements are prepared, and planned for good.
        for _ in 0..10 {
            self.ask(operation, mode).await?;
        }
        let started = Instant::now();
        let (mut times, mut rows) = (Vec::new(), 0);
        while times.len() < most && (times.len() < 5 || started.elapsed() < longest) {
            let (took, found) = self.ask(operation, mode).await?;
            times.push(took);
            rows = found;
        }
        times.sort_unstable();
        Ok((times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64() * 1000.0, rows))
    }

    /// Asks an operation once. What only keeps the database as it is, is not in the time.
    async fn ask(&mut self, operation: &[Asked], mode: Mode) -> Result<(Duration, u64)> {
        let (mut took, mut rows, mut open) = (Duration::ZERO, 0, Open::Nothing);
        if mode.binding && !operation.iter().all(|asked| asked.in_transaction) {
            let started = Instant::now();
            self.say(&binding(&self.org)).await?;
            took += started.elapsed();
        }
        for asked in operation {
            let wanted = if asked.in_transaction {
                Open::Own
            } else if asked.writes() {
                Open::Guard
            } else {
                Open::Nothing
            };
            if open != wanted {
                if open != Open::Nothing {
                    self.say("rollback").await?;
                }
                let started = Instant::now();
                match wanted {
                    Open::Own if mode.binding => self.say(&opening(&self.org)).await?,
                    Open::Own | Open::Guard => self.say("begin").await?,
                    Open::Nothing => {}
                }
                if wanted == Open::Own {
                    took += started.elapsed();
                }
                open = wanted;
            }
            let started = Instant::now();
            let done = query(&asked.sql, asked).execute(&mut self.connection).await?;
            took += started.elapsed();
            rows += done.rows_affected();
        }
        if open != Open::Nothing {
            self.say("rollback").await?;
        }
        Ok((took, rows))
    }

    /// How the rows of a statement are found, with and without policies.
    pub async fn way(&mut self, asked: &Asked, policies: bool) -> Result<Way> {
        self.put_in_force(policies).await?;
        let sql = format!("explain (format json, costs off) {}", asked.sql);
        let row = query(&sql, asked).fetch_one(&mut self.connection).await?;
        let (plan, mut way): (Value, Way) = (row.try_get(0)?, Way::default());
        way.follow(&plan);
        Ok(way)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_way_is_the_scans_of_a_plan_and_not_what_decides_for_all_rows() {
        let scan = |filter: &str| json!({"Node Type": "Index Scan", "Index Name": "contacts_created", "Relation Name": "contacts", "Filter": filter});
        let once = json!([{"Plan": {"Node Type": "Result", "One-Time Filter": "app.org_id", "Plans": [scan("a")]}}]);
        let each = json!([{"Plan": scan("org_id = current_setting('app.org_id')")}]);
        let way = |plan: &Value| {
            let mut way = Way::default();
            way.follow(plan);
            way
        };
        assert_eq!(way(&once), Way { steps: vec!["Index Scan on contacts_created".to_owned()], compared: 0 });
        assert_eq!(way(&each), Way { steps: way(&once).steps, compared: 1 });
    }
}
