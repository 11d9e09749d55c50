//! How often the network is asked to send a code: to one number, whoever asks, and for one organization. A code is a message
//! on somebody's telephone, and a number that is asked for too often is locked by the network for its owner, too.

use chrono::{DateTime, TimeDelta, Utc};
use db::Tx;
use kernel::Scope;
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use sha2::{Digest, Sha256};

use crate::{BdAccounts, Error, accounts::account::Network, sql};

const HOUR: TimeDelta = TimeDelta::hours(1);
const DAY: TimeDelta = TimeDelta::days(1);
/// So many codes go to one number within so long.
const OF_NUMBER: [(TimeDelta, i64); 2] = [(HOUR, 5), (DAY, 10)];
/// So many are asked for by one organization.
const OF_ORGANIZATION: [(TimeDelta, i64); 1] = [(DAY, 50)];

/// When one more may be sent, of what was counted since the window began; none: now.
fn free_at(counted: i64, first: Option<DateTime<Utc>>, (window, most): (TimeDelta, i64)) -> Option<DateTime<Utc>> {
    first.filter(|_| counted >= most).map(|first| first + window)
}

/// Counts one more code, for good, before it is asked for. The sandbox sends none.
///
/// # Errors
/// [`Error::TooManyCodes`] with the seconds until another one may be sent.
pub(super) async fn count(accounts: &BdAccounts, scope: &Scope, network: Network, phone: &str) -> Result<(), Error> {
    if network == Network::Sandbox {
        return Ok(());
    }
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let number: Vec<u8> = Sha256::digest(digits.as_bytes()).to_vec();
    let tx = accounts.db.begin_system().await?;
    // Always in this order: nobody who has the one of an organization waits for that of a number.
    one_at_a_time(&tx, &number).await?;
    one_at_a_time(&tx, scope.org_id.0.as_bytes()).await?;
    let now = tx.clock().now();
    sql::run(&tx, "delete from bd_code_requests where asked_at <= $1", [(now - DAY).into()]).await?;
    let mut free: Option<DateTime<Utc>> = None;
    let number_windows = OF_NUMBER.map(|limit| ("number_hash", Value::from(number.clone()), limit));
    let org_windows = OF_ORGANIZATION.map(|limit| ("org_id", Value::from(scope.org_id.0), limit));
    for (column, of, limit) in number_windows.into_iter().chain(org_windows) {
        let (counted, first) = asked_since(&tx, (column, of), now - limit.0).await?;
        free = free.max(free_at(counted, first, limit));
    }
    if let Some(free) = free {
        let seconds = u64::try_from((free - now).num_seconds()).unwrap_or_default().max(1);
        return Err(Error::TooManyCodes { seconds });
    }
    let row = "insert into bd_code_requests (id, number_hash, org_id, asked_at) values ($1, $2, $3, $4)";
    let values = [tx.clock().new_id().into(), number.into(), scope.org_id.0.into(), now.into()];
    sql::run(&tx, row, values).await?;
    Ok(tx.commit().await?)
}

/// Waits for whoever counts for the same. SQLite has one writer anyway.
async fn one_at_a_time(tx: &Tx, of: &[u8]) -> Result<(), Error> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // The end of an id is random; of a hash, all is.
        let key = of.iter().rev().take(8).fold(0_i64, |key, byte| (key << 8) | i64::from(*byte));
        sql::run(tx, "select pg_advisory_xact_lock($1)", [key.into()]).await?;
    }
    Ok(())
}

/// How many there were since then, and when the first of them was.
async fn asked_since(
    tx: &Tx,
    (column, of): (&str, Value),
    since: DateTime<Utc>,
) -> Result<(i64, Option<DateTime<Utc>>), Error> {
    let text = format!("select count(*) as n from bd_code_requests where {column} = $1 and asked_at > $2");
    let backend = tx.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, text, [of.clone(), since.into()]);
    let counted = tx.query_one_raw(statement).await?.map(|row| row.try_get::<i64>("", "n")).transpose()?;
    let text = format!(
        "select asked_at from bd_code_requests where {column} = $1 and asked_at > $2 order by asked_at, id limit 1"
    );
    let first = tx.query_one_raw(Statement::from_sql_and_values(backend, text, [of, since.into()])).await?;
    let first = first.map(|row| row.try_get::<DateTime<Utc>>("", "asked_at")).transpose()?;
    Ok((counted.unwrap_or_default(), first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_one_waits_for_the_first_of_the_window_to_be_over() {
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        assert_eq!(free_at(4, Some(at), (HOUR, 5)), None);
        assert_eq!(free_at(5, Some(at), (HOUR, 5)), Some(at + HOUR));
        assert_eq!(free_at(0, None, (HOUR, 5)), None);
    }
}
