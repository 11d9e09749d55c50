//! What the health of accounts is weighed by, out of their history: one question each, however many accounts there are.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::AccountStatus;
use kernel::Scope;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};
use uuid::Uuid;

use super::score::{Facts, Health, PEER_FLOOD_DAYS, weigh};
use crate::{
    Error,
    accounts::account::StoredAccount,
    pace::rules::{Limits, Used},
};

const WEEK: TimeDelta = TimeDelta::days(7);

fn number(row: &QueryResult, column: &str) -> Result<u32, Error> {
    let number: Option<i64> = row.try_get("", column)?;
    Ok(number.and_then(|number| u32::try_from(number).ok()).unwrap_or_default())
}

/// `$3, $4, …` for so many values.
fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

async fn rows(
    reader: &impl ConnectionTrait,
    sql: String,
    values: Vec<Value>,
) -> Result<Vec<(Uuid, QueryResult)>, Error> {
    let statement = Statement::from_sql_and_values(reader.get_database_backend(), sql, values);
    let rows = reader.query_all_raw(statement).await?;
    rows.into_iter().map(|row| Ok((row.try_get("", "account_id")?, row))).collect()
}

fn used_percent(limits: Limits, used: Used) -> u32 {
    let percent = |used: u32, limit: u32| (u64::from(used) * 100).checked_div(limit.into()).unwrap_or_default();
    let most = percent(used.messages, limits.messages_per_day)
        .max(percent(used.first_contacts, limits.first_contacts_per_day));
    u32::try_from(most).unwrap_or(u32::MAX)
}

/// How well these accounts are.
///
/// # Errors
/// When the database refuses.
#[expect(clippy::implicit_hasher, reason = "called with the map that `used_by` makes")]
pub async fn health(
    reader: &impl ConnectionTrait,
    scope: &Scope,
    accounts: &[&StoredAccount],
    used: &HashMap<Uuid, Used>,
    now: DateTime<Utc>,
) -> Result<HashMap<Uuid, Health>, Error> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut facts: HashMap<Uuid, Facts> = accounts.iter().map(|account| (account.id, known(account, used))).collect();
    let ids = || accounts.iter().map(|account| Value::from(account.id));
    let values =
        |since: DateTime<Utc>| [scope.org_id.0.into(), since.into()].into_iter().chain(ids()).collect::<Vec<Value>>();
    let among = places(3, accounts.len());
    let lines = format!(
        "select account_id, kind, count(*) as n from bd_account_health where org_id = $1 and at >= $2 \
         and account_id in ({among}) and kind in ('flood_wait', 'reconnecting') group by account_id, kind"
    );
    for (account, row) in rows(reader, lines, values(now - WEEK)).await? {
        let Some(facts) = facts.get_mut(&account) else { continue };
        match row.try_get::<String>("", "kind")?.as_str() {
            "flood_wait" => facts.floods = number(&row, "n")?,
            _ => facts.reconnects = number(&row, "n")?,
        }
    }
    let floods = format!(
        "select account_id, at from bd_account_health where org_id = $1 and at >= $2 and account_id in ({among}) \
         and kind = 'peer_flood' order by at desc limit 1000"
    );
    for (account, row) in rows(reader, floods, values(now - TimeDelta::days(PEER_FLOOD_DAYS))).await? {
        let at: DateTime<Utc> = row.try_get("", "at")?;
        if let Some(facts) = facts.get_mut(&account) {
            facts.peer_flood_at = facts.peer_flood_at.max(Some(at));
        }
    }
    let first = format!(
        "select account_id, count(*) as n, count(answered_at) as answered from bd_account_first_contacts \
         where org_id = $1 and sent_at >= $2 and account_id in ({among}) group by account_id"
    );
    for (account, row) in rows(reader, first, values(now - TimeDelta::days(PEER_FLOOD_DAYS))).await? {
        if let Some(facts) = facts.get_mut(&account) {
            (facts.first_contacts, facts.answered) = (number(&row, "n")?, number(&row, "answered")?);
        }
    }
    Ok(facts.into_iter().map(|(account, facts)| (account, weigh(&facts, now))).collect())
}

fn known(account: &StoredAccount, used: &HashMap<Uuid, Used>) -> Facts {
    Facts {
        restricted_until: account.restricted_until,
        connected_at: account.connected_at,
        used_percent: used.get(&account.id).map_or(0, |used| used_percent(account.limits, *used)),
        is_broken: matches!(account.status, AccountStatus::ReauthRequired | AccountStatus::Error),
        ..Facts::default()
    }
}
