//! How many messages there were, by channel, direction, status and day.

use db::Sql;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::permissions::CHATS_READ;
use kernel::Scope;
use sea_orm::{DbBackend, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::first_of;
use crate::{Error, Messaging};

/// The longest period.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// Messages of a day.
#[expect(clippy::struct_field_names, reason = "`day` is what it is called")]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = MessagesOfDay)]
pub struct Day {
    /// In UTC, `YYYY-MM-DD`.
    pub day: String,
    #[serde(rename = "in")]
    pub received: i64,
    #[serde(rename = "out")]
    pub sent: i64,
}

/// Messages of a period.
#[expect(clippy::struct_field_names, reason = "counted by different things")]
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageStats {
    pub by_channel: BTreeMap<String, i64>,
    pub by_direction: BTreeMap<String, i64>,
    pub by_status: BTreeMap<String, i64>,
    pub by_day: Vec<Day>,
}

#[derive(FromQueryResult)]
struct Counted {
    channel: String,
    direction: String,
    status: String,
    day: String,
    n: i64,
}

/// Messages of a period within reach: the last 30 days unless it is given.
///
/// # Errors
/// A period that ends before it begins, or is too long.
pub async fn stats(
    service: &Messaging,
    scope: &Scope,
    (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    account: Option<Uuid>,
) -> Result<MessageStats, Error> {
    scope.require(CHATS_READ)?;
    let to = to.unwrap_or_else(|| service.db.clock().now());
    let from = from.unwrap_or(to - TimeDelta::days(30));
    if from >= to || to - from > LONGEST {
        return Err(Error::field("from", "stats.period"));
    }
    let readable = service.readable(scope).await?;
    let day = match service.db.backend() {
        DbBackend::Postgres => "to_char(m.sent_at at time zone 'UTC', 'YYYY-MM-DD')",
        _ => "substr(m.sent_at, 1, 10)",
    };
    let mut sql = Sql::new(&format!("select c.channel, m.direction, m.status, {day} as day, count(*) as n "));
    sql.add("from messages m join chats c on c.org_id = m.org_id and c.id = m.chat_id where m.org_id = ");
    sql.bind(scope.org_id.0).with(" and m.sent_at >= ? and m.sent_at < ?", [from.into(), to.into()]);
    if let Some(account) = account {
        sql.with(" and m.source_id = ?", [account.into()]);
    }
    if service.db.backend() == DbBackend::Sqlite {
        // All of a period lie in one stretch of numbers.
        let numbers = [first_of(from).into(), first_of(to + TimeDelta::seconds(1)).into()];
        sql.with(" and m.seq >= ? and m.seq < ?", numbers);
    }
    readable.narrow(&mut sql);
    sql.add(&format!(" group by c.channel, m.direction, m.status, {day}"));
    Ok(summed(sql.all(&service.db.reader(scope)).await?))
}

fn summed(rows: Vec<Counted>) -> MessageStats {
    let mut stats = MessageStats::default();
    let mut days: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in rows {
        let day = days.entry(row.day).or_default();
        *(if row.direction == "in" { &mut day.0 } else { &mut day.1 }) += row.n;
        for (sums, word) in [
            (&mut stats.by_channel, row.channel),
            (&mut stats.by_direction, row.direction),
            (&mut stats.by_status, row.status),
        ] {
            *sums.entry(word).or_default() += row.n;
        }
    }
    stats.by_day = days.into_iter().map(|(day, (received, sent))| Day { day, received, sent }).collect();
    stats
}
