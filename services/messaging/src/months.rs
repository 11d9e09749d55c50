//! Room for messages: on PostgreSQL each month has a partition of its own, made ahead by a job and, for history, when a
//! message of that month comes.

use db::Sql;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use jobs::{Context, JobError, Schedule, Work};
use sea_orm::DbBackend;
use serde_json::Value;

use crate::{Error, Messaging};

/// Kind of the job.
const KIND: &str = "messaging.make_months";
pub const SCHEDULE: Schedule = Schedule { kind: KIND, every: TimeDelta::hours(6) };
/// Months that are made ahead.
const AHEAD: u32 = 3;

/// Months that have their partition, as far as this process knows.
#[derive(Default)]
pub struct Known(Mutex<BTreeSet<(i32, u32)>>);

fn month(at: DateTime<Utc>) -> (i32, u32) {
    (at.year(), at.month())
}

impl Known {
    fn missing(&self, at: impl IntoIterator<Item = DateTime<Utc>>) -> Vec<DateTime<Utc>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<DateTime<Utc>> = at.into_iter().filter(|at| !known.contains(&month(*at))).collect();
        missing.sort_unstable();
        missing.dedup_by_key(|at| month(*at));
        missing
    }

    fn learn(&self, at: &[DateTime<Utc>]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(at.iter().map(|at| month(*at)));
    }
}

impl Messaging {
    /// Sees to it that messages of these instants can be stored. In a transaction of its own: what it makes, others need too.
    pub(crate) async fn make_room(&self, at: impl IntoIterator<Item = DateTime<Utc>>) -> Result<(), Error> {
        if self.db.backend() != DbBackend::Postgres {
            return Ok(());
        }
        let missing = self.months.missing(at);
        if missing.is_empty() {
            return Ok(());
        }
        let tx = self.db.begin_system().await?;
        for at in &missing {
            let mut sql = Sql::new("select messages_month(");
            sql.bind(*at).add(")");
            sql.rows(&tx).await?;
        }
        tx.commit().await?;
        self.months.learn(&missing);
        Ok(())
    }
}

/// Makes months ahead.
pub struct MakeMonths(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for MakeMonths {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, _context: Context, _payload: Value) -> Result<(), JobError> {
        let now = self.0.db.clock().now();
        let ahead = (0..=AHEAD).filter_map(|months| now.checked_add_months(Months::new(months)));
        Ok(self.0.make_room(ahead.collect::<Vec<_>>()).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_month_is_made_once() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let known = Known::default();
        let days = [at("2026-01-31T23:59:59Z"), at("2026-02-01T00:00:00Z"), at("2026-01-01T00:00:00Z")];
        let missing = known.missing(days);
        assert_eq!(missing.iter().map(|at| month(*at)).collect::<Vec<_>>(), [(2026, 1), (2026, 2)]);
        known.learn(&missing);
        assert!(known.missing(days).is_empty());
        assert_eq!(known.missing([at("2025-02-01T00:00:00Z")]).len(), 1);
    }
}
