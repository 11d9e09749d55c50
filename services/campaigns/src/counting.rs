//! Numbers of campaigns, as triggers keep them with each change (`0002_counts.sql`): nothing here looks at enrolments or
//! messages, so a page of campaigns costs three statements however many contacts they have.

use db::Sql;
use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use kernel::Scope;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Campaigns, Error};

/// Days of a campaign in a list.
const FORTNIGHT: u64 = 14;
/// Most days that are given of one.
pub const MOST_DAYS: u64 = 90;

/// Where the contacts of a campaign stand, and what became of its messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    pub enrolled: u64,
    pub waiting: u64,
    /// Their message is on its way.
    pub sending: u64,
    pub paused: u64,
    pub finished: u64,
    pub stopped: u64,
    /// Messages.
    pub sent: u64,
    pub delivered: u64,
    pub read: u64,
    /// Contacts that answered, each once.
    pub replied: u64,
    pub positive: u64,
    pub failed: u64,
    pub opted_out: u64,
}

/// What happened on a day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = CampaignDay)]
pub struct OnDay {
    pub day: NaiveDate,
    /// Messages that went.
    pub sent: u64,
    /// Answers that came.
    pub replied: u64,
    /// Of them, those that say yes.
    pub positive: u64,
}

/// The numbers of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    pub totals: Totals,
    /// Contacts that were stopped, by cause.
    pub stops: BTreeMap<String, u64>,
    /// Of the last fortnight, the newest last; nothing is left out.
    pub days: Vec<OnDay>,
}

/// What became of messages: of a step, a variant and an account.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Sends {
    pub step_id: Uuid,
    pub variant_id: Uuid,
    pub account_id: Uuid,
    pub sent: i64,
    pub delivered: i64,
    pub read: i64,
    pub replied: i64,
    pub positive: i64,
    pub failed: i64,
    pub opted_out: i64,
}

#[derive(FromQueryResult)]
struct Standing {
    campaign_id: Uuid,
    state: String,
    cause: String,
    n: i64,
}

#[derive(FromQueryResult)]
struct Fared {
    campaign_id: Uuid,
    sent: i64,
    delivered: i64,
    read: i64,
    replied: i64,
    positive: i64,
    failed: i64,
    opted_out: i64,
}

#[derive(FromQueryResult)]
struct DayRow {
    campaign_id: Uuid,
    day: String,
    sent: i64,
    replied: i64,
    positive: i64,
}

#[derive(FromQueryResult)]
struct Refused {
    code: String,
    n: i64,
}

/// What adds rows of one key up; a sum of integers is no integer everywhere.
const SENDS: &str = "cast(sum(sent) as bigint) as sent, cast(sum(delivered) as bigint) as delivered, \
     cast(sum(read) as bigint) as read, cast(sum(replied) as bigint) as replied, \
     cast(sum(positive) as bigint) as positive, cast(sum(failed) as bigint) as failed, \
     cast(sum(opted_out) as bigint) as opted_out";
const DAYS: &str = "cast(sum(sent) as bigint) as sent, cast(sum(replied) as bigint) as replied, \
     cast(sum(positive) as bigint) as positive";

pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// The numbers of these campaigns on a day, by three statements.
///
/// # Errors
/// When the database is away.
pub async fn numbers(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    campaigns: &[Uuid],
    today: NaiveDate,
) -> Result<HashMap<Uuid, Numbers>, Error> {
    let mut all: HashMap<Uuid, Numbers> = campaigns.iter().map(|id| (*id, Numbers::default())).collect();
    if campaigns.is_empty() {
        return Ok(all);
    }
    standing(connection, scope, &mut all).await?;
    let from = today.checked_sub_days(Days::new(FORTNIGHT - 1)).unwrap_or(today);
    let mut sql = Sql::new(&format!("select campaign_id, day, {DAYS} from campaign_day_counts where org_id = "));
    sql.bind(scope.org_id.0).add(" and campaign_id in ").list(all.keys().copied()).add(" and day >= ");
    sql.bind(from.to_string()).add(" group by campaign_id, day");
    let mut by_campaign: HashMap<Uuid, Vec<DayRow>> = HashMap::new();
    for row in sql.all::<DayRow>(connection).await? {
        by_campaign.entry(row.campaign_id).or_default().push(row);
    }
    for (id, numbers) in &mut all {
        numbers.days = filled(by_campaign.remove(id).unwrap_or_default(), from, today);
    }
    Ok(all)
}

/// The totals of these campaigns, by two statements.
///
/// # Errors
/// When the database is away.
pub async fn totals(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    campaigns: &[Uuid],
) -> Result<HashMap<Uuid, Totals>, Error> {
    let mut all: HashMap<Uuid, Numbers> = campaigns.iter().map(|id| (*id, Numbers::default())).collect();
    if !campaigns.is_empty() {
        standing(connection, scope, &mut all).await?;
    }
    Ok(all.into_iter().map(|(id, numbers)| (id, numbers.totals)).collect())
}

/// Totals and stops.
async fn standing(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    all: &mut HashMap<Uuid, Numbers>,
) -> Result<(), Error> {
    let org = scope.org_id.0;
    let sum = "select campaign_id, state, cause, cast(sum(n) as bigint) as n from enrolment_counts where org_id = ";
    let mut sql = Sql::new(sum);
    sql.bind(org).add(" and campaign_id in ").list(all.keys().copied()).add(" group by campaign_id, state, cause");
    for row in sql.all::<Standing>(connection).await? {
        let Some(numbers) = all.get_mut(&row.campaign_id) else { continue };
        let (n, totals) = (count(row.n), &mut numbers.totals);
        totals.enrolled += n;
        match row.state.as_str() {
            "waiting" => totals.waiting += n,
            "sending" => totals.sending += n,
            "paused" => totals.paused += n,
            "finished" => totals.finished += n,
            _ => {
                totals.stopped += n;
                if n > 0 && !row.cause.is_empty() {
                    *numbers.stops.entry(row.cause).or_default() += n;
                }
            }
        }
    }
    let mut sql = Sql::new(&format!("select campaign_id, {SENDS} from campaign_send_counts where org_id = "));
    sql.bind(org).add(" and campaign_id in ").list(all.keys().copied()).add(" group by campaign_id");
    for row in sql.all::<Fared>(connection).await? {
        let Some(Numbers { totals, .. }) = all.get_mut(&row.campaign_id) else { continue };
        totals.sent = count(row.sent);
        totals.delivered = count(row.delivered);
        totals.read = count(row.read);
        totals.replied = count(row.replied);
        totals.positive = count(row.positive);
        totals.failed = count(row.failed);
        totals.opted_out = count(row.opted_out);
    }
    Ok(())
}

/// The days from one to another, also those on which nothing happened.
fn filled(rows: Vec<DayRow>, from: NaiveDate, to: NaiveDate) -> Vec<OnDay> {
    let known: HashMap<String, DayRow> = rows.into_iter().map(|row| (row.day.clone(), row)).collect();
    let day = |day: NaiveDate| {
        let row = known.get(&day.to_string());
        let of = |number: fn(&DayRow) -> i64| row.map_or(0, |row| count(number(row)));
        OnDay { day, sent: of(|row| row.sent), replied: of(|row| row.replied), positive: of(|row| row.positive) }
    };
    from.iter_days().take_while(|day| *day <= to).map(day).collect()
}

/// The days of a campaign from the first on which something happened to the last, or to an end that is later: of them, the
/// last [`MOST_DAYS`].
///
/// # Errors
/// When the database is away.
pub async fn days(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    campaign: Uuid,
    end: Option<NaiveDate>,
) -> Result<Vec<OnDay>, Error> {
    let mut sql = Sql::new(&format!("select campaign_id, day, {DAYS} from campaign_day_counts where org_id = "));
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    // A row of which everything was taken back is no day.
    sql.add(" group by campaign_id, day having sum(sent) > 0 or sum(replied) > 0 order by day desc ");
    sql.add(&format!("limit {MOST_DAYS}"));
    let rows: Vec<DayRow> = sql.all(connection).await?;
    let date = |row: Option<&DayRow>| row.and_then(|row| row.day.parse::<NaiveDate>().ok());
    let (Some(last), Some(first)) = (date(rows.first()), date(rows.last())) else { return Ok(Vec::new()) };
    let to = end.map_or(last, |end| end.max(last));
    let earliest = to.checked_sub_days(Days::new(MOST_DAYS - 1)).unwrap_or(first);
    Ok(filled(rows, first.max(earliest), to))
}

/// What became of the messages of a campaign: one statement, a row for each step, variant and account.
///
/// # Errors
/// When the database is away.
pub async fn sends(connection: &impl ConnectionTrait, scope: &Scope, campaign: Uuid) -> Result<Vec<Sends>, Error> {
    let sum = format!("select step_id, variant_id, account_id, {SENDS} from campaign_send_counts where org_id = ");
    let mut sql = Sql::new(&sum);
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    sql.add(" group by step_id, variant_id, account_id order by step_id, variant_id, account_id");
    Ok(sql.all(connection).await?)
}

/// Why a campaign did not write to contacts, and to how many: the most frequent first.
///
/// # Errors
/// When the database is away.
pub async fn refusals(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    campaign: Uuid,
) -> Result<Vec<(String, u64)>, Error> {
    let mut sql = Sql::new("select code, cast(sum(n) as bigint) as n from campaign_refusal_counts where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    sql.add(" group by code having sum(n) > 0 order by 2 desc, code");
    let rows: Vec<Refused> = sql.all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.code, count(row.n))).collect())
}

/// A table of numbers: what its rows are of, and its numbers.
const TABLES: [(&str, &[&str], &[&str]); 4] = [
    ("enrolment_counts", &["campaign_id", "state", "cause"], &["n"]),
    (
        "campaign_send_counts",
        &["campaign_id", "step_id", "variant_id", "account_id"],
        &["sent", "delivered", "read", "replied", "positive", "failed", "opted_out"],
    ),
    ("campaign_day_counts", &["campaign_id", "day"], &["sent", "replied", "positive"]),
    ("campaign_refusal_counts", &["campaign_id", "code"], &["n"]),
];

/// Folds what transactions wrote apart into one row of each key. What is read meanwhile is the same before and after: a
/// statement sees either.
///
/// # Errors
/// When the database refuses.
pub async fn fold(service: &Campaigns, scope: &Scope) -> Result<(), Error> {
    // Where there is one writer, it adds to that row itself.
    if service.db.backend() != DbBackend::Postgres || !is_apart(service, scope).await? {
        return Ok(());
    }
    let tx = service.db.begin(scope).await?;
    for (table, keys, numbers) in TABLES {
        let (keys, names) = (keys.join(", "), numbers.join(", "));
        let sums: Vec<String> = numbers.iter().map(|number| format!("sum({number})")).collect();
        let added: Vec<String> =
            numbers.iter().map(|number| format!("{number} = kept.{number} + excluded.{number}")).collect();
        let mut sql = Sql::new(&format!("with apart as (delete from {table} where org_id = "));
        sql.bind(scope.org_id.0).add(&format!(
            " and slot <> 0 returning *) insert into {table} as kept (org_id, {keys}, slot, {names}) \
             select org_id, {keys}, 0, {} from apart group by org_id, {keys} order by {keys} \
             on conflict (org_id, {keys}, slot) do update set {}",
            sums.join(", "),
            added.join(", "),
        ));
        sql.run(&tx).await?;
    }
    Ok(tx.commit().await?)
}

async fn is_apart(service: &Campaigns, scope: &Scope) -> Result<bool, Error> {
    let mut sql = Sql::new("select 1 as one where false");
    for (table, ..) in TABLES {
        sql.add(&format!(" or exists (select 1 from {table} where slot <> 0 and org_id = "))
            .bind(scope.org_id.0)
            .add(")");
    }
    Ok(!sql.rows(&service.db.reader(scope)).await?.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_on_which_nothing_happened_are_there() {
        let row =
            |day: &str, sent| DayRow { campaign_id: Uuid::nil(), day: day.to_owned(), sent, replied: 0, positive: 0 };
        let (from, to) = ("2027-02-27".parse().unwrap_or_default(), "2027-03-02".parse().unwrap_or_default());
        let days = filled(vec![row("2027-03-01", 3), row("2027-02-27", 1)], from, to);
        assert_eq!(days.iter().map(|day| day.sent).collect::<Vec<_>>(), [1, 0, 3, 0]);
        assert_eq!(days.iter().map(|day| day.day.to_string()).collect::<Vec<_>>()[1], "2027-02-28");
    }
}
