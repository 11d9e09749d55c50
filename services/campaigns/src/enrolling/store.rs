//! Enrolments in the database. Each contact is in a campaign once, whoever tries how often.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::events::{ENROLMENT_STOPPED, EnrolmentStopped};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error,
    campaign::{EnrolmentState, StopCause, audience::Exclusions},
    log,
};

/// Contacts of one statement that puts them in.
const ROWS: usize = 1_000;

/// An enrolment as it is kept.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub campaign_id: Uuid,
    pub contact_id: Uuid,
    pub account_id: Option<Uuid>,
    pub state: String,
    pub place: i64,
    pub step_id: Option<Uuid>,
    pub due_at: DateTime<Utc>,
    pub held: Option<String>,
    pub answered_gate: DateTime<Utc>,
    pub cause: Option<String>,
    pub enrolled_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// The columns of [`Row`].
pub const COLUMNS: &str = "id, campaign_id, contact_id, account_id, state, place, step_id, due_at, held, answered_gate, \
     cause, enrolled_at, ended_at";

/// Puts contacts into a campaign who are not in it and whom nothing excludes; says who came in. They are due at once.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &Tx,
    scope: &Scope,
    campaign: Uuid,
    contacts: &[Uuid],
    exclude: &Exclusions,
) -> Result<Vec<Uuid>, Error> {
    let now = tx.clock().now();
    let org = scope.org_id.0;
    let mut came = Vec::with_capacity(contacts.len());
    for part in contacts.chunks(ROWS) {
        let mut sql = Sql::new(
            "insert into enrolments (id, org_id, campaign_id, contact_id, state, place, due_at, answered_gate, \
             enrolled_at) select v.column1, ",
        );
        sql.bind(org).add(", ").bind(campaign).add(", v.column2, 'waiting', -1, ").bind(now).add(", ").bind(now);
        sql.add(", ").bind(now).add(" from (values ");
        for (index, contact) in part.iter().enumerate() {
            sql.add(if index == 0 { "(" } else { ", (" }).bind(tx.clock().new_id()).add(", ").bind(*contact).add(")");
        }
        sql.add(") as v where true");
        if let Some(days) = exclude.written_to_within_days {
            sql.add(" and not exists (select 1 from touches t where t.org_id = ").bind(org);
            sql.add(" and t.contact_id = v.column2 and t.at > ").bind(now - TimeDelta::days(days.into())).add(")");
        }
        if !exclude.campaign_ids.is_empty() {
            sql.add(" and not exists (select 1 from enrolments e where e.org_id = ").bind(org);
            sql.add(" and e.contact_id = v.column2 and e.campaign_id in ");
            sql.list(exclude.campaign_ids.iter().copied()).add(")");
        }
        sql.add(" on conflict (org_id, campaign_id, contact_id) do nothing returning contact_id");
        for row in sql.rows(tx).await? {
            came.push(row.try_get("", "contact_id")?);
        }
    }
    if !came.is_empty() {
        let mut sql = Sql::new("update campaigns set enrolled = enrolled + ");
        sql.bind(i64::try_from(came.len()).unwrap_or_default()).add(" where org_id = ").bind(org);
        sql.add(" and id = ").bind(campaign);
        sql.run(tx).await?;
    }
    Ok(came)
}

/// Notes how far the audience was read, if nobody else came further meanwhile; `false` then.
///
/// # Errors
/// When the database refuses.
pub async fn reach(
    tx: &Tx,
    scope: &Scope,
    campaign: Uuid,
    (from, to): (Option<Uuid>, Option<Uuid>),
    done: bool,
) -> Result<bool, Error> {
    let mut sql = Sql::new("update campaigns set enrolled_to = ");
    sql.bind(to).add(", enrolling = ").bind(!done).add(" where org_id = ").bind(scope.org_id.0).add(" and id = ");
    sql.bind(campaign).add(" and state = 'running' and enrolling = ").bind(true);
    match from {
        Some(from) => sql.add(" and enrolled_to = ").bind(from),
        None => sql.add(" and enrolled_to is null"),
    };
    Ok(sql.run(tx).await? > 0)
}

/// Makes due at once those who wait for this reason, of an account if one is named.
///
/// # Errors
/// When the database refuses.
pub async fn wake(tx: &Tx, scope: &Scope, campaign: Uuid, (held, account): (&str, Option<Uuid>)) -> Result<(), Error> {
    let mut sql = Sql::new("update enrolments set held = null, due_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    sql.add(" and state = 'waiting' and held = ").bind(held);
    if let Some(account) = account {
        sql.add(" and (account_id is null or account_id = ").bind(account).add(")");
    }
    sql.run(tx).await?;
    Ok(())
}

/// Whom something stops.
#[derive(Clone, Copy, Debug)]
pub enum Whose<'a> {
    Contacts(&'a [Uuid]),
    Enrolments(&'a [Uuid]),
    /// Those of these contacts, in these campaigns.
    ContactsIn(&'a [Uuid], &'a [Uuid]),
    /// Those of these contacts that what was written at an instant counts for.
    Answered(&'a [Uuid], DateTime<Utc>),
}

/// Stops those of these enrolments that are on the way: nothing more goes to the contact in them. Writes the log, tells of
/// it, and gives what they were.
///
/// # Errors
/// When the database refuses.
pub async fn stop(tx: &Tx, scope: &Scope, whose: Whose<'_>, cause: StopCause) -> Result<Vec<Row>, Error> {
    let empty = match whose {
        Whose::Contacts(ids) | Whose::Enrolments(ids) | Whose::Answered(ids, _) => ids.is_empty(),
        Whose::ContactsIn(ids, campaigns) => ids.is_empty() || campaigns.is_empty(),
    };
    if empty {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("update enrolments set state = 'stopped', held = null, cause = ");
    sql.bind(cause.as_str()).add(", ended_at = ").bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0);
    match whose {
        Whose::Contacts(ids) => sql.add(" and contact_id in ").list(ids.iter().copied()),
        Whose::Enrolments(ids) => sql.add(" and id in ").list(ids.iter().copied()),
        Whose::ContactsIn(ids, campaigns) => {
            sql.add(" and contact_id in ").list(ids.iter().copied());
            sql.add(" and campaign_id in ").list(campaigns.iter().copied())
        }
        Whose::Answered(ids, at) => {
            sql.add(" and contact_id in ").list(ids.iter().copied());
            sql.add(" and answered_gate < ").bind(at)
        }
    };
    sql.add(&format!(" and ended_at is null returning {COLUMNS}"));
    let stopped: Vec<Row> = sql.all(tx).await?;
    tell_stopped(tx, scope, &stopped, cause).await?;
    Ok(stopped)
}

/// Writes the log of enrolments that were stopped, and tells of each campaign once.
///
/// # Errors
/// When the database refuses.
pub async fn tell_stopped(tx: &Tx, scope: &Scope, stopped: &[Row], cause: StopCause) -> Result<(), Error> {
    let line = |row: &Row| log::Entry {
        contact_id: Some(row.contact_id),
        enrolment_id: Some(row.id),
        step_id: row.step_id,
        account_id: row.account_id,
        code: Some(cause.as_str().to_owned()),
        ..log::Entry::new(row.campaign_id, log::What::Stopped)
    };
    log::record(tx, scope, stopped.iter().map(line).collect::<Vec<_>>()).await?;
    let mut campaigns: Vec<Uuid> = stopped.iter().map(|row| row.campaign_id).collect();
    campaigns.sort_unstable();
    campaigns.dedup();
    let event = |campaign_id: &Uuid| NewEvent {
        kind: ENROLMENT_STOPPED,
        subject_kind: "contact",
        subject_ids: stopped.iter().filter(|row| row.campaign_id == *campaign_id).map(|row| row.contact_id).collect(),
        data: json!(EnrolmentStopped { campaign_id: *campaign_id, cause: cause.as_str().to_owned() }),
    };
    Ok(events::append(tx, campaigns.iter().map(event).collect::<Vec<_>>()).await?)
}

/// Stops everybody who is on the way in a campaign that ends, by one statement; the log has one line of it.
///
/// # Errors
/// When the database refuses.
pub async fn end_all(tx: &Tx, scope: &Scope, campaign: Uuid) -> Result<u64, Error> {
    let mut sql = Sql::new("update enrolments set state = 'stopped', held = null, cause = 'manual', ended_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    sql.add(" and state in ('waiting', 'sending', 'paused')");
    Ok(sql.run(tx).await?)
}

/// One enrolment of the organization.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl sea_orm::ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from enrolments where org_id = "));
    sql.bind(scope.org_id.0).add(" and id = ").bind(id);
    sql.one::<Row>(connection).await?.ok_or(Error::NotFound)
}

/// Whether anybody is on the way in a campaign.
///
/// # Errors
/// When the database is away.
pub async fn any_live(
    connection: &impl sea_orm::ConnectionTrait,
    scope: &Scope,
    campaign: Uuid,
) -> Result<bool, Error> {
    let states = [EnrolmentState::Waiting, EnrolmentState::Sending, EnrolmentState::Paused];
    let mut sql = Sql::new("select id from enrolments where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign).add(" and state in ");
    sql.list(states.map(EnrolmentState::as_str)).add(" limit 1");
    Ok(!sql.rows(connection).await?.is_empty())
}

/// When the next one of a campaign is due; none when nobody waits.
///
/// # Errors
/// When the database is away.
pub async fn next_due(
    connection: &impl sea_orm::ConnectionTrait,
    scope: &Scope,
    campaign: Uuid,
) -> Result<Option<DateTime<Utc>>, Error> {
    let mut sql = Sql::new("select due_at from enrolments where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(campaign);
    sql.add(" and state = 'waiting' order by due_at limit 1");
    let rows = sql.rows(connection).await?;
    Ok(rows.first().map(|row| row.try_get("", "due_at")).transpose()?)
}
