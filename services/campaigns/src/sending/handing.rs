//! Handing messages over to `messaging`, by their keys: the same again queues nothing. What was written but not handed over
//! when a process died is handed over by the next one.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::outreach::{ANSWERED, CAMPAIGN, MOST_OUTGOING, Outgoing, OutgoingSource, Queued};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{calling_back, facts::Course};
use crate::{
    Campaigns, Error,
    campaign::{CampaignState, StopCause},
    campaigns::store::{self as campaigns, StoredCampaign},
    enrolling::store::{self as enrolments, Whose},
    log,
    policies::store as policies,
};

/// For so long what comes too late is held.
const TO_CALL_BACK: TimeDelta = TimeDelta::minutes(5);

#[derive(FromQueryResult)]
struct Unhanded {
    id: Uuid,
    enrolment_id: Uuid,
    step_id: Uuid,
    variant_id: Uuid,
    account_id: Uuid,
    contact_id: Uuid,
    text: Option<String>,
    media: Option<Value>,
    answered_gate: DateTime<Utc>,
    good_until: Option<DateTime<Utc>>,
    enrolment_state: String,
}

/// Hands over what a campaign has written and not handed over; says whether there may be more.
///
/// # Errors
/// When a service is away.
pub async fn hand_over(service: &Campaigns, scope: &Scope, course: &Course) -> Result<bool, Error> {
    let mut sql = Sql::new(
        "select s.id, s.enrolment_id, s.step_id, s.variant_id, s.account_id, s.contact_id, s.text, s.media, \
         s.answered_gate, s.good_until, e.state as enrolment_state from campaign_sends s join enrolments e \
         on e.org_id = s.org_id and e.id = s.enrolment_id where s.org_id = ",
    );
    sql.bind(scope.org_id.0).add(" and s.campaign_id = ").bind(course.stored.id);
    sql.add(&format!(
        " and s.handed_at is null and s.state = 'queued' and e.state <> 'paused' order by s.id limit {MOST_OUTGOING}"
    ));
    let found: Vec<Unhanded> = sql.all(&service.db.reader(scope)).await?;
    let more = found.len() == MOST_OUTGOING;
    // Stopped since it was written. What is paused waits here.
    let (wanted, unwanted): (Vec<Unhanded>, Vec<Unhanded>) =
        found.into_iter().partition(|send| send.enrolment_state == "sending");
    drop_all(service, scope, &unwanted).await?;
    if wanted.is_empty() {
        return Ok(more);
    }
    let outgoing: Vec<Outgoing> = wanted.iter().map(|send| outgoing(service, course, send)).collect();
    let queued = service.asked.outbox.queue(scope, &outgoing).await.map_err(Error::Port)?;
    note(service, scope, course, &wanted, &queued).await?;
    Ok(more)
}

fn outgoing(service: &Campaigns, course: &Course, send: &Unhanded) -> Outgoing {
    let now = service.db.clock().now();
    // What a process that died left for too long may go no more: it is called back right away, but it has to be there for
    // that, since the process may have handed it over.
    let too_late = send.good_until.is_some_and(|until| until <= now);
    Outgoing {
        key: send.id,
        contact_id: send.contact_id,
        account_id: send.account_id,
        text: send.text.clone().unwrap_or_default(),
        media: send.media.clone().and_then(|media| serde_json::from_value(media).ok()).unwrap_or_default(),
        not_before: if too_late { now + TO_CALL_BACK } else { now },
        source: OutgoingSource { kind: CAMPAIGN, id: course.stored.id, enrolment_id: send.enrolment_id },
        unless_answered_since: Some(send.answered_gate),
        author: course.stored.owner_id,
    }
}

/// Drops what is not wanted any more. It may have been handed over by a process that died before it noted so: then it is
/// called back, and if it is on its way, what tells that it went finds it here.
async fn drop_all(service: &Campaigns, scope: &Scope, unwanted: &[Unhanded]) -> Result<(), Error> {
    if unwanted.is_empty() {
        return Ok(());
    }
    let keys: Vec<Uuid> = unwanted.iter().map(|send| send.id).collect();
    service.asked.outbox.call_back(scope, &keys).await.map_err(Error::Port)?;
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update campaign_sends set state = 'called_back', text = null, handed_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0).add(" and state = 'queued' and id in ");
    sql.list(keys.iter().copied());
    sql.run(&tx).await?;
    policies::untouch(&tx, scope, &keys).await?;
    Ok(tx.commit().await?)
}

/// Notes what became of messages that were handed over.
async fn note(
    service: &Campaigns,
    scope: &Scope,
    course: &Course,
    sends: &[Unhanded],
    queued: &[Queued],
) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let campaign = campaigns::lock(&tx, scope, course.stored.id).await?;
    let now = tx.clock().now();
    let mut sql = Sql::new(
        "update campaign_sends set handed_at = v.column2, text = null, chat_id = v.column3, \
         first_contact = v.column4, code = v.column5, \
         state = case when v.column5 is null then state else 'refused' end from (values ",
    );
    let mut lines = Vec::new();
    let mut refused: BTreeMap<&'static str, Vec<&Unhanded>> = BTreeMap::new();
    for (index, (send, queued)) in sends.iter().zip(queued).enumerate() {
        let (chat, first, code) = match queued {
            Queued::Message { chat_id, first_contact, .. } => (Some(*chat_id), *first_contact, None),
            Queued::Refused { code } => {
                refused.entry(*code).or_default().push(send);
                (None, true, Some((*code).to_owned()))
            }
        };
        let what = if code.is_some() { log::What::Refused } else { log::What::Queued };
        lines.push(log::Entry { code: code.clone(), chat_id: chat, ..line(course, send, what) });
        sql.add(if index == 0 { "(" } else { ", (" }).bind(send.id).add(", ").bind(now).add(", ").bind(chat);
        sql.add(", ").bind(first).add(", ").bind(code).add(")");
    }
    sql.add(") as v where campaign_sends.id = v.column1 and campaign_sends.handed_at is null and org_id = ");
    // Named once more, so that SQLite goes by the ids whatever it believes of the table.
    sql.bind(scope.org_id.0).add(" and campaign_sends.id in ").list(sends.iter().map(|send| send.id));
    sql.add(" returning id");
    let noted = sql.rows(&tx).await?;
    let noted: HashSet<Uuid> = noted.iter().map(|row| row.try_get("", "id")).collect::<Result<_, sea_orm::DbErr>>()?;
    let ids: Vec<Uuid> = noted.iter().copied().collect();
    policies::touch_at(&tx, scope, &ids, now).await?;
    // Another process handed the same over and noted it before.
    lines.retain(|line| line.message_id.is_some_and(|id| noted.contains(&id)));
    log::record(&tx, scope, lines).await?;
    for (code, sends) in refused {
        let sends: Vec<&Unhanded> = sends.into_iter().filter(|send| noted.contains(&send.id)).collect();
        let keys: Vec<Uuid> = sends.iter().map(|send| send.id).collect();
        policies::untouch(&tx, scope, &keys).await?;
        let counted: Vec<_> = sends.iter().map(|send| (send.contact_id, code, json!({}))).collect();
        policies::refuse(&tx, scope, course.stored.id, &counted).await?;
        let enrolments: Vec<Uuid> = sends.iter().map(|send| send.enrolment_id).collect();
        let cause = if code == ANSWERED { StopCause::Replied } else { StopCause::Failed };
        enrolments::stop(&tx, scope, Whose::Enrolments(&enrolments), cause).await?;
    }
    let queued = sends.iter().zip(queued).filter(|(_, queued)| matches!(queued, Queued::Message { .. }));
    let keys: Vec<Uuid> = queued.map(|(send, _)| send.id).collect();
    let unwanted = unwanted(&tx, scope, &campaign, keys).await?;
    calling_back::enqueue(&tx, calling_back::Wanted::of_keys(unwanted)).await?;
    Ok(tx.commit().await?)
}

#[derive(FromQueryResult)]
struct Handed {
    id: Uuid,
    state: String,
    account_id: Uuid,
    enrolment_state: String,
    held: bool,
}

/// Those of the messages that were handed over which nobody wants any more: somebody paused or stopped while they were, and
/// whoever called back then may not have found them yet.
async fn unwanted(tx: &Tx, scope: &Scope, campaign: &StoredCampaign, keys: Vec<Uuid>) -> Result<Vec<Uuid>, Error> {
    if keys.is_empty() {
        return Ok(keys);
    }
    let mut sql = Sql::new(
        "select s.id, s.state, s.account_id, e.state as enrolment_state, st.held from campaign_sends s \
         join enrolments e on e.org_id = s.org_id and e.id = s.enrolment_id \
         join campaign_steps st on st.org_id = s.org_id and st.campaign_id = s.campaign_id and st.id = s.step_id \
         where s.org_id = ",
    );
    sql.bind(scope.org_id.0).add(" and s.id in ").list(keys.iter().copied());
    let goes = |one: &Handed| match one.state.as_str() {
        "queued" => {
            campaign.state == CampaignState::Running
                && one.enrolment_state == "sending"
                && !one.held
                && !campaign.held_accounts.contains(&one.account_id)
        }
        "called_back" => false,
        // It went, or it will not.
        _ => true,
    };
    let handed: Vec<Handed> = sql.all(tx).await?;
    let wanted: HashSet<Uuid> = handed.iter().filter(|one| goes(one)).map(|one| one.id).collect();
    Ok(keys.into_iter().filter(|key| !wanted.contains(key)).collect())
}

fn line(course: &Course, send: &Unhanded, what: log::What) -> log::Entry {
    log::Entry {
        contact_id: Some(send.contact_id),
        enrolment_id: Some(send.enrolment_id),
        step_id: Some(send.step_id),
        variant_id: Some(send.variant_id),
        account_id: Some(send.account_id),
        message_id: Some(send.id),
        ..log::Entry::new(course.stored.id, what)
    }
}
