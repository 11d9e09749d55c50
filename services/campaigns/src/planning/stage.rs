//! A rehearsal by the code that really sends: the composition root builds a world of its own for it, thrown away afterwards,
//! and this puts the campaign into that world, has it looked at, and reads what came of it.

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{audience::Addressee, ports::PortError};
use jobs::NewJob;
use kernel::Scope;
use sea_orm::{DbErr, FromQueryResult, QueryResult};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{
        Campaign, StopCause,
        audience::{AudienceQuery, AudienceSource, Exclusions},
        policy::Policy,
        step::{Action, Step},
    },
    campaigns::{commands, lifecycle, store as campaigns},
    enrolling::store as enrolments,
    log::What,
    policies::store as policies,
    rules::{
        policy::{self, ReasonCode},
        rehearse::{Behaviour, RehearsalDay, Report},
    },
    sending::job::TICK,
};

/// People that are played at most: each of them is written to by the whole of the code.
pub const MOST_PLAYED: usize = 200;

/// Somebody who is played: who they are, without their addresses, and what they said to being written to.
#[derive(Clone, Debug)]
pub struct Player {
    /// Names of accounts and addresses are made up.
    pub contact: Addressee,
    pub facts: policy::Facts,
}

/// What is rehearsed.
#[derive(Clone, Debug)]
pub struct Script {
    pub campaign_id: Uuid,
    /// With its steps.
    pub campaign: Campaign,
    /// Of the organization.
    pub policy: Policy,
    pub people: Vec<Player>,
    pub snippets: HashMap<String, String>,
    pub owner_id: Option<Uuid>,
    /// Of the owner, for texts.
    pub owner: Option<String>,
    pub behaviour: Behaviour,
    pub seed: u64,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

impl Script {
    /// Its messages, in their order.
    #[must_use]
    pub fn messages(&self) -> Vec<Uuid> {
        let message = |step: &&Step| matches!(step.action, Action::Message(_)) && !step.retired;
        self.campaign.steps.iter().filter(message).map(|step| step.id).collect()
    }
}

/// What somebody made up: an address that nobody has.
#[must_use]
pub fn made_up(index: usize) -> String {
    format!("rehearsal_{index:05}")
}

/// What only the network knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    Flood,
    AutoReply,
}

/// Why a rehearsal came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("it was called off")]
    Cancelled,
    #[error("it took too long")]
    TooLong,
    #[error("it failed")]
    Away(#[from] PortError),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Away(error.into())
    }
}

/// Plays campaigns against a network that is none, in a world of their own; implemented by the composition root.
#[async_trait::async_trait]
pub trait Rehearsing: Send + Sync {
    /// Plays one. Nothing of the organization changes by it; the scope only reads.
    async fn play(&self, scope: &Scope, script: Script, cancel: CancellationToken) -> Result<Report, Failed>;
}

/// Puts the campaign into a world whose contacts and accounts are there already, and starts it.
///
/// # Errors
/// [`Error::Invalid`] of one that lacks something.
pub async fn put(world: &Campaigns, scope: &Scope, script: &Script) -> Result<(), Error> {
    let source = AudienceSource::Contacts { contact_ids: script.people.iter().map(|one| one.contact.id).collect() };
    let audience = AudienceQuery { source, exclude: Exclusions::default() };
    let campaign = Campaign { audience, starts_at: None, ..script.campaign.clone() };
    let tx = world.db.begin(scope).await?;
    policies::put_policy(&tx, scope, &script.policy, 0).await?;
    for (index, Player { contact, facts }) in script.people.iter().enumerate() {
        for (channel, consent) in &facts.consents {
            policies::say(&tx, scope, (contact.id, *channel), (consent.state, "manual")).await?;
        }
        if let Some(reason) = facts.suppressed {
            let address = (campaign.channel, made_up(index));
            policies::suppress(&tx, scope, &[address], (reason, "manual")).await?;
        }
        if let Some(at) = facts.refused_at {
            let mut sql = Sql::new("insert into declines (org_id, contact_id, at) values (");
            sql.bind(scope.org_id.0).add(", ").bind(contact.id).add(", ").bind(at).add(")");
            sql.run(&tx).await?;
        }
        for touch in &facts.touches {
            let id = tx.clock().new_id();
            policies::touch(&tx, scope, &[(id, contact.id, touch.channel)]).await?;
            policies::touch_at(&tx, scope, &[id], touch.at).await?;
        }
    }
    commands::open(&tx, scope, script.campaign_id, campaign).await?;
    let mut sql = Sql::new("update campaigns set owner_id = ");
    sql.bind(script.owner_id).add(" where org_id = ").bind(scope.org_id.0);
    sql.run(&tx).await?;
    let stored = campaigns::lock(&tx, scope, script.campaign_id).await?;
    lifecycle::begin(&tx, scope, &stored).await?;
    Ok(tx.commit().await?)
}

/// Comes round: has somebody look if something is due, else says when something will be. None when nothing ever is.
///
/// # Errors
/// When the database is away.
pub async fn come_round(world: &Campaigns, scope: &Scope, id: Uuid) -> Result<Option<DateTime<Utc>>, Error> {
    let (reader, now) = (world.db.reader(scope), world.db.clock().now());
    if campaigns::get(&reader, scope, id).await?.state != crate::campaign::CampaignState::Running {
        return Ok(None);
    }
    let due = enrolments::next_due(&reader, scope, id).await?;
    let mut sql = Sql::new("select good_until from campaign_sends where org_id = ");
    sql.bind(scope.org_id.0).add(" and campaign_id = ").bind(id);
    sql.add(" and state = 'queued' and handed_at is not null and good_until is not null order by good_until limit 1");
    let rows = sql.rows(&reader).await?;
    let late: Option<DateTime<Utc>> = rows.first().map(|row| row.try_get("", "good_until")).transpose()?;
    let next = due.into_iter().chain(late).min();
    if next.is_some_and(|at| at <= now) {
        let tx = world.db.begin(scope).await?;
        jobs::enqueue(&tx, NewJob { kind: TICK, payload: json!({}), max_attempts: 3 }).await?;
        tx.commit().await?;
    }
    Ok(next)
}

#[derive(FromQueryResult)]
struct SendRow {
    step_id: Uuid,
    variant_id: Uuid,
    account_id: Uuid,
    first_contact: bool,
    begins: bool,
    sent_at: Option<DateTime<Utc>>,
    read_at: Option<DateTime<Utc>>,
    replied_at: Option<DateTime<Utc>>,
    positive: bool,
    opted_out: bool,
}

/// Counts what a column of instants tells, each at its own day.
fn count(rows: &[QueryResult], column: &str, mut add: impl FnMut(DateTime<Utc>, &QueryResult)) -> Result<(), DbErr> {
    for row in rows {
        add(row.try_get("", column)?, row);
    }
    Ok(())
}

/// What came of it. What failed counts as sent, as in [`crate::rules::rehearse`]; refusals of a contact for the same reason
/// are counted on the day of the last.
///
/// # Errors
/// When the database is away.
pub async fn report(
    world: &Campaigns,
    scope: &Scope,
    script: &Script,
    noted: &[(DateTime<Utc>, Noted)],
) -> Result<Report, Error> {
    let reader = world.db.reader(scope);
    let zone = script.campaign.schedule.as_ref().map_or(chrono_tz::Tz::UTC, |schedule| schedule.zone.of(None));
    let mut report = Report::new(zone);
    let of = |text: &str| {
        let mut sql = Sql::new(text);
        sql.add(" where org_id = ").bind(scope.org_id.0).add(" and campaign_id = ").bind(script.campaign_id);
        sql
    };
    let sends: Vec<SendRow> = of("select step_id, variant_id, account_id, first_contact, begins, sent_at, read_at, \
         replied_at, positive, opted_out from campaign_sends")
    .all(&reader)
    .await?;
    for send in &sends {
        let Some(at) = send.sent_at else { continue };
        report
            .sent(at, (send.step_id, send.variant_id, send.account_id), (send.begins, send.first_contact))
            .delivered += 1;
        if let Some(at) = send.read_at {
            report.day(at).read += 1;
            report.variant(send.step_id, send.variant_id).read += 1;
        }
        let Some(at) = send.replied_at else { continue };
        if send.opted_out {
            report.day(at).opted_out += 1;
            continue;
        }
        report.day(at).replied += 1;
        report.day(at).positive += u64::from(send.positive);
        let variant = report.variant(send.step_id, send.variant_id);
        variant.replied += 1;
        variant.positive += u64::from(send.positive);
    }
    let rows = of("select at, kind, step_id, variant_id, account_id from campaign_log").rows(&reader).await?;
    for row in &rows {
        let (at, kind): (DateTime<Utc>, String) = (row.try_get("", "at")?, row.try_get("", "kind")?);
        match What::parse(&kind) {
            Some(What::Failed) => {
                let ids = (row.try_get("", "step_id")?, row.try_get("", "variant_id")?, row.try_get("", "account_id")?);
                report.sent(at, ids, (false, false)).failed += 1;
            }
            Some(What::CalledBack) => report.day(at).called_back += 1,
            Some(What::Task) => report.day(at).tasks += 1,
            Some(What::Moved) => report.day(at).moves += 1,
            _ => {}
        }
    }
    let rows = of("select at, code, count from campaign_refusals").rows(&reader).await?;
    for row in &rows {
        let (code, count): (String, i64) = (row.try_get("", "code")?, row.try_get("", "count")?);
        let at = row.try_get("", "at")?;
        let code = ReasonCode::parse(&code).map_or("other", ReasonCode::as_str);
        *report.day(at).refused.entry(code).or_default() += u64::try_from(count).unwrap_or_default();
    }
    // Of the contacts of this campaign: there are no others.
    let mut declines = Sql::new("select at from declines where org_id = ");
    declines.bind(scope.org_id.0).add(" and at > ").bind(script.starts_at);
    count(&declines.rows(&reader).await?, "at", |at, _| report.day(at).negative += 1)?;
    let rows = of("select ended_at, state, cause, account_id from enrolments").rows(&reader).await?;
    for row in &rows {
        let (state, cause): (String, Option<String>) = (row.try_get("", "state")?, row.try_get("", "cause")?);
        match row.try_get::<Option<DateTime<Utc>>>("", "ended_at")? {
            Some(at) if state == "finished" => report.ended(at, None),
            Some(at) => report.ended(at, cause.as_deref().and_then(StopCause::parse).or(Some(StopCause::Manual))),
            None => {
                report.on_the_way += 1;
                report.not_begun += u64::from(row.try_get::<Option<Uuid>>("", "account_id")?.is_none());
            }
        }
    }
    for (at, noted) in noted {
        let day: &mut RehearsalDay = report.day(*at);
        match noted {
            Noted::Flood => day.floods += 1,
            Noted::AutoReply => day.auto_replies += 1,
        }
    }
    Ok(report)
}

/// Whether somebody who is refused may be played all the same: the other world knows of the reason, too.
pub(super) fn may_play(codes: &[&'static str]) -> bool {
    let known = [ReasonCode::DoNotContact, ReasonCode::Suppressed, ReasonCode::OptedOut, ReasonCode::NoConsent];
    codes.iter().all(|code| known.iter().any(|known| known.as_str() == *code))
}

/// Somebody without their addresses.
pub(super) fn masked(index: usize, contact: Addressee, facts: policy::Facts) -> Player {
    let emails = if contact.emails.is_empty() { Vec::new() } else { vec![format!("{}@example.com", made_up(index))] };
    let telegram_username = (contact.telegram_username.is_some() || !contact.phones.is_empty()).then(|| made_up(index));
    let contact = Addressee { emails, telegram_username, phones: Vec::new(), owner_id: None, ..contact };
    Player { contact, facts }
}
