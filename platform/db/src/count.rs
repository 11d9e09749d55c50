//! How many rows a list has, without counting a large table on the request path: exact up to a cap, kept until the
//! organization next writes; beyond the cap an estimate that a background count refreshes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kernel::OrgId;
use moka::sync::Cache;
use sea_orm::{
    ConnectionTrait, Statement,
    sea_query::{Alias, Expr, Query, SelectStatement},
};
use sha2::{Digest, Sha256};

use crate::{Error, Reader};

/// Totals are exact up to here (`design.md` §2).
const EXACT_UP_TO: u64 = 10_000;

type Key = [u8; 32];

pub(crate) struct Counts {
    /// Bumped by every commit of the organization in this process.
    epochs: Mutex<HashMap<OrgId, u64>>,
    exact: Cache<(Key, u64), u64>,
    estimates: Cache<Key, u64>,
}

/// A total and whether it is only an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    pub count: u64,
    pub is_estimate: bool,
}

impl Default for Counts {
    fn default() -> Self {
        // Another process may write too: an exact total is kept for seconds only.
        let exact = Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(3)).build();
        let estimates = Cache::builder().max_capacity(10_000).time_to_live(Duration::from_mins(1)).build();
        Self { epochs: Mutex::default(), exact, estimates }
    }
}

impl Counts {
    pub(crate) fn changed(&self, org: OrgId) {
        *self.epochs.lock().unwrap_or_else(PoisonError::into_inner).entry(org).or_default() += 1;
    }

    fn epoch(&self, org: Option<OrgId>) -> u64 {
        let epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        org.and_then(|org| epochs.get(&org).copied()).unwrap_or_default()
    }
}

/// How many rows a statement without limit and order has.
///
/// # Errors
/// When the database is away.
pub async fn count_rows(reader: &Reader<'_>, select: &SelectStatement) -> Result<Total, Error> {
    let mut rows = select.clone();
    rows.clear_selects().clear_order_by().expr_as(Expr::value(1), Alias::new("one"));
    let backend = reader.get_database_backend();
    let full = backend.build(&rows);
    let key = key(reader.org(), &full);
    let counts = reader.db().counts();
    let epoch = counts.epoch(reader.org());
    let count = if let Some(count) = counts.exact.get(&(key, epoch)) {
        count
    } else {
        let capped = counting(rows.clone().limit(EXACT_UP_TO + 1).to_owned());
        let count = single(reader, backend.build(&capped)).await?;
        counts.exact.insert((key, epoch), count);
        count
    };
    if count <= EXACT_UP_TO {
        return Ok(Total { count, is_estimate: false });
    }
    let estimate = counts.estimates.get(&key);
    if estimate.is_none() {
        counts.estimates.insert(key, EXACT_UP_TO);
        refresh(reader, key, backend.build(&counting(rows)));
    }
    Ok(Total { count: estimate.unwrap_or(EXACT_UP_TO), is_estimate: true })
}

/// What tells two counts apart: the organization, the statement and its values.
fn key(org: Option<OrgId>, statement: &Statement) -> Key {
    let mut hash = Sha256::new();
    hash.update(org.map(|org| org.0.into_bytes()).unwrap_or_default());
    hash.update(&statement.sql);
    hash.update(format!("{:?}", statement.values));
    hash.finalize().into()
}

/// The number of rows as `n`.
fn counting(rows: SelectStatement) -> SelectStatement {
    let mut count = Query::select();
    count.expr_as(Expr::cust("count(*)"), Alias::new("n")).from_subquery(rows, Alias::new("counted"));
    count
}

fn refresh(reader: &Reader<'_>, key: Key, full: Statement) {
    let (db, org) = (reader.db().clone(), reader.org());
    tokio::spawn(async move {
        match single(&Reader::new(&db, org), full).await {
            Ok(count) => db.counts().estimates.insert(key, count),
            Err(error) => tracing::warn!(%error, "a background count failed"),
        }
    });
}

async fn single(reader: &Reader<'_>, statement: Statement) -> Result<u64, Error> {
    let row = reader.query_one_raw(statement).await?.ok_or(Error::Stored("count"))?;
    let count: i64 = row.try_get("", "n")?;
    Ok(u64::try_from(count).unwrap_or_default())
}
