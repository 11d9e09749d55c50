//! Writing what was decided: one transaction for a whole part, by statements for all of it. What was decided upon facts that
//! somebody changed meanwhile is not written.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::events::{ENROLMENT_STOPPED, EnrolmentStopped};
use db::{Sql, Tx};
use events::NewEvent;
use jobs::NewJob;
use kernel::Scope;
use sea_orm::{ActiveValue::Set, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::{
    decide::{Decision, Deed, Outcome, ToSend},
    facts::Course,
    store::{self, entity},
};
use crate::{
    Campaigns, Error,
    campaign::{CampaignState, StopCause},
    campaigns::store as campaigns,
    enrolling::store::Row,
    log,
    policies::store as policies,
};

/// Kind of the job that moves deals.
pub const MOVE: &str = "campaigns.move_deals";

/// Writes decisions; `false` when they do not hold any more and are to be made anew.
///
/// # Errors
/// When the database refuses.
pub async fn write(
    service: &Campaigns,
    scope: &Scope,
    (course, turn): (&Course, i64),
    due: &[Row],
    decisions: Vec<Decision>,
) -> Result<bool, Error> {
    let tx = service.db.begin(scope).await?;
    let now_is = campaigns::lock(&tx, scope, course.stored.id).await?;
    // Paused, ended, or its steps are others: whoever did that holds its row while they do it.
    let same = now_is.version == course.stored.version && now_is.state == CampaignState::Running;
    if !same || !store::take_turn(&tx, scope, turn).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let held = update(&tx, scope, &decisions).await?;
    // Those that somebody stopped meanwhile are left as they are.
    let decisions: Vec<Decision> = decisions.into_iter().filter(|one| held.contains(&one.enrolment)).collect();
    let rows: BTreeMap<Uuid, &Row> = due.iter().map(|row| (row.id, row)).collect();
    insert_sends(&tx, scope, course, (&decisions, &rows)).await?;
    let refused: Vec<_> = decisions.iter().flat_map(|one| one.refused.iter().cloned()).collect();
    policies::refuse(&tx, scope, course.stored.id, &store::counted_once(refused)).await?;
    log::record(&tx, scope, decisions.iter().flat_map(|one| lines(course, one)).collect::<Vec<_>>()).await?;
    events::append(&tx, stopped(course, &decisions)).await?;
    move_deals(&tx, course, &decisions).await?;
    tx.commit().await?;
    Ok(true)
}

/// What of an enrolment is written.
struct Kept<'a> {
    state: &'static str,
    due_at: DateTime<Utc>,
    held: Option<&'a str>,
    account_id: Option<Uuid>,
    cause: Option<&'static str>,
    ended_at: Option<DateTime<Utc>>,
}

fn kept(decision: &Decision, now: DateTime<Utc>) -> Kept<'_> {
    let kept = Kept { state: "waiting", due_at: now, held: None, account_id: None, cause: None, ended_at: None };
    match &decision.outcome {
        Outcome::Send(send) => Kept { state: "sending", account_id: Some(send.account_id), ..kept },
        // Nobody is looked at twice at once.
        Outcome::Wait { until, held } => {
            Kept { due_at: (*until).max(now + TimeDelta::seconds(1)), held: held.as_deref(), ..kept }
        }
        Outcome::Stop(cause) => Kept { state: "stopped", cause: Some(cause.as_str()), ended_at: Some(now), ..kept },
        Outcome::Finish => Kept { state: "finished", ended_at: Some(now), ..kept },
    }
}

/// Moves enrolments on by one statement; says which were still waiting.
async fn update(tx: &Tx, scope: &Scope, decisions: &[Decision]) -> Result<HashSet<Uuid>, Error> {
    if decisions.is_empty() {
        return Ok(HashSet::new());
    }
    let now = tx.clock().now();
    let mut sql = Sql::new(
        "update enrolments set state = v.column2, place = v.column3, step_id = coalesce(v.column4, step_id), \
         due_at = v.column5, held = v.column6, account_id = coalesce(v.column7, account_id), cause = v.column8, \
         ended_at = v.column9 from (values ",
    );
    for (index, decision) in decisions.iter().enumerate() {
        let kept = kept(decision, now);
        let step = decision.step_id.or_else(|| decision.deeds.last().map(Deed::step));
        sql.add(if index == 0 { "(" } else { ", (" }).bind(decision.enrolment).add(", ").bind(kept.state);
        sql.add(", ").bind(i64::from(decision.place)).add(", ").bind(step).add(", ").bind(kept.due_at);
        sql.add(", ").bind(kept.held.map(str::to_owned)).add(", ").bind(kept.account_id);
        sql.add(", ").bind(kept.cause.map(str::to_owned)).add(", ").bind(kept.ended_at).add(")");
    }
    sql.add(") as v where enrolments.id = v.column1 and enrolments.state = 'waiting' and enrolments.org_id = ");
    // Named once more, so that SQLite goes by the ids whatever it believes of the table.
    sql.bind(scope.org_id.0).add(" and enrolments.id in ").list(decisions.iter().map(|decision| decision.enrolment));
    sql.add(" returning id");
    let rows = sql.rows(tx).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?)
}

async fn insert_sends(
    tx: &Tx,
    scope: &Scope,
    course: &Course,
    (decisions, rows): (&[Decision], &BTreeMap<Uuid, &Row>),
) -> Result<(), Error> {
    let now = tx.clock().now();
    let (mut sends, mut touches) = (Vec::new(), Vec::new());
    for decision in decisions {
        let Outcome::Send(send) = &decision.outcome else { continue };
        let Some(row) = rows.get(&decision.enrolment) else { continue };
        let id = tx.clock().new_id();
        touches.push((id, row.contact_id, send.channel));
        sends.push(to_insert((id, now), scope, course, row, send));
    }
    db::insert_all(tx, sends).await?;
    policies::touch(tx, scope, &touches).await
}

fn to_insert(
    (id, now): (Uuid, DateTime<Utc>),
    scope: &Scope,
    course: &Course,
    row: &Row,
    send: &ToSend,
) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(id),
        org_id: Set(scope.org_id.0),
        campaign_id: Set(course.stored.id),
        enrolment_id: Set(row.id),
        step_id: Set(send.step_id),
        variant_id: Set(send.variant_id),
        account_id: Set(send.account_id),
        contact_id: Set(row.contact_id),
        channel: Set(send.channel.as_str().to_owned()),
        state: Set("queued".to_owned()),
        text: Set(Some(send.text.clone())),
        media: Set(Some(json!(send.media))),
        answered_gate: Set(row.answered_gate),
        good_until: Set(send.good_until),
        first_contact: Set(send.first_contact),
        begins: Set(send.begins),
        queued_at: Set(now),
        positive: Set(false),
        opted_out: Set(false),
        ..Default::default()
    }
}

impl Deed {
    fn step(&self) -> Uuid {
        match self {
            Self::Task { step_id, .. } | Self::Move { step_id, .. } => *step_id,
        }
    }
}

fn lines(course: &Course, decision: &Decision) -> Vec<log::Entry> {
    let line = |what| log::Entry {
        contact_id: Some(decision.contact),
        enrolment_id: Some(decision.enrolment),
        step_id: decision.step_id,
        ..log::Entry::new(course.stored.id, what)
    };
    let deed = |deed: &Deed| match deed {
        Deed::Task { step_id, title } => {
            log::Entry { step_id: Some(*step_id), code: Some(title.clone()), ..line(log::What::Task) }
        }
        Deed::Move { step_id, .. } => log::Entry { step_id: Some(*step_id), ..line(log::What::Moved) },
    };
    let mut lines: Vec<log::Entry> = decision.deeds.iter().map(deed).collect();
    match &decision.outcome {
        // What is sent is logged when it is handed over, what waits not at all: it would be told each day.
        Outcome::Send(_) | Outcome::Wait { .. } => {}
        Outcome::Stop(cause) => {
            let code = decision.refused.first().map_or(cause.as_str(), |(_, code, _)| *code);
            lines.push(log::Entry { code: Some(code.to_owned()), ..line(log::What::Stopped) });
        }
        Outcome::Finish => lines.push(line(log::What::Through)),
    }
    lines
}

/// One event for each cause.
fn stopped(course: &Course, decisions: &[Decision]) -> Vec<NewEvent> {
    let mut by_cause: BTreeMap<StopCause, Vec<Uuid>> = BTreeMap::new();
    for decision in decisions {
        if let Outcome::Stop(cause) = decision.outcome {
            by_cause.entry(cause).or_default().push(decision.contact);
        }
    }
    let event = |(cause, subject_ids): (StopCause, Vec<Uuid>)| NewEvent {
        kind: ENROLMENT_STOPPED,
        subject_kind: "contact",
        subject_ids,
        data: json!(EnrolmentStopped { campaign_id: course.stored.id, cause: cause.as_str().to_owned() }),
    };
    by_cause.into_iter().map(event).collect()
}

/// Has deals moved once this is committed: one job for each stage.
async fn move_deals(tx: &Tx, course: &Course, decisions: &[Decision]) -> Result<(), Error> {
    let mut by_stage: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for decision in decisions {
        for deed in &decision.deeds {
            if let Deed::Move { stage_id, .. } = deed {
                by_stage.entry(*stage_id).or_default().push(decision.contact);
            }
        }
    }
    for (stage, contacts) in by_stage {
        let payload = json!({ "campaignId": course.stored.id, "stageId": stage, "contactIds": contacts });
        jobs::enqueue(tx, NewJob { kind: MOVE, payload, max_attempts: 5 }).await?;
    }
    Ok(())
}
