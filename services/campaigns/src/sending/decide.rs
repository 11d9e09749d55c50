//! What to do with each of those who are due: the rules, upon facts that were gathered for all of them. No I/O.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::audience::Addressee;
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    facts::{Course, Gathered, place_of},
    words::{self, Surroundings},
};
use crate::{
    campaign::{
        Channel, StopCause,
        step::{Message, Step, Task},
    },
    enrolling::store::Row,
    policies::{facts::Elsewhere, facts::zone_of, store::counted},
    rules::{
        capacity::{Ask, Place, Rooms},
        policy::{self, Purpose, ReasonCode, Touch},
        steps::{self, Next, Standing},
        window::{closes, next_allowed},
    },
};

/// Whom the policy refuses without saying until when, or whose step is held, is asked again after so long.
const ASK_AGAIN: TimeDelta = TimeDelta::days(1);
/// More steps than a campaign has are not taken at once.
const MOST_AT_ONCE: usize = 64;
/// Why it waits: the step is held.
pub const STEP_HELD: &str = "step_held";
/// Why it is not written to: the text lacks something.
pub const MISSING: &str = "template.missing";

/// A message to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct ToSend {
    pub step_id: Uuid,
    pub variant_id: Uuid,
    pub account_id: Uuid,
    pub channel: Channel,
    pub text: String,
    pub media: Vec<Uuid>,
    pub first_contact: bool,
    pub begins: bool,
    /// What still waits then does not go: the window closes, quiet hours begin, or the day of the contact or the account ends.
    pub good_until: Option<DateTime<Utc>>,
}

/// Something done on the way that is not a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Task { step_id: Uuid, title: String },
    Move { step_id: Uuid, stage_id: Uuid },
}

/// Where an enrolment goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Send(Box<ToSend>),
    Wait { until: DateTime<Utc>, held: Option<String> },
    Stop(StopCause),
    Finish,
}

/// What is decided of one who was due.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub enrolment: Uuid,
    pub contact: Uuid,
    /// The place to keep.
    pub place: i32,
    pub step_id: Option<Uuid>,
    pub outcome: Outcome,
    pub deeds: Vec<Deed>,
    /// Why it was not written to, to be counted.
    pub refused: Vec<(Uuid, &'static str, Value)>,
}

/// Decides for those who are due in one campaign, one after the other.
pub struct Decider<'a> {
    pub scope: &'a Scope,
    pub course: &'a Course,
    pub gathered: &'a mut Gathered,
    pub rooms: &'a mut Rooms,
    pub around: &'a Surroundings,
    pub at: DateTime<Utc>,
}

impl Decider<'_> {
    /// What to do with one.
    pub fn decide(&mut self, row: &Row) -> Decision {
        let mut decision = Decision {
            enrolment: row.id,
            contact: row.contact_id,
            place: place_of(row),
            step_id: None,
            outcome: Outcome::Finish,
            deeds: Vec::new(),
            refused: Vec::new(),
        };
        let mut facts = self.gathered.of(row);
        let zone = self.gathered.addressees.get(&row.contact_id).and_then(zone_of);
        let course = self.course;
        // What it waits for is counted from when the step before was done, however late it is looked at.
        let mut since = row.due_at.min(self.at);
        for _ in 0..MOST_AT_ONCE {
            let standing = Standing { enrolment_id: row.id, place: decision.place };
            let with = (&course.schedule, zone);
            let advance = steps::advance(&course.plan, with, course.stop_on(), standing, &facts, since);
            decision.place = advance.place;
            let held = |step: &Step| course.held.contains(&step.id);
            match advance.next {
                Next::Send { step, .. } | Next::Task { step, .. } | Next::MoveStage { step, .. } if held(step) => {
                    let held = Some(STEP_HELD.to_owned());
                    decision.outcome = Outcome::Wait { until: self.at + ASK_AGAIN, held };
                    return decision;
                }
                Next::Send { step, message, variant } => {
                    if let Some(sent) = self.send(row, (step, message, variant), &mut decision) {
                        decision.place = advance.done;
                        decision.step_id = Some(sent.step_id);
                        decision.outcome = Outcome::Send(sent);
                    }
                    return decision;
                }
                Next::Wait { until } if until <= self.at => {
                    since = until;
                    decision.place = advance.done;
                    continue;
                }
                Next::Wait { until } => {
                    decision.place = advance.done;
                    decision.outcome = Outcome::Wait { until, held: None };
                    return decision;
                }
                Next::Task { step, task } => decision.deeds.push(task_of(step, task)),
                Next::MoveStage { step, stage_id } => {
                    facts.stages.insert(stage_id);
                    decision.deeds.push(Deed::Move { step_id: step.id, stage_id });
                }
                Next::Stop { cause, step } => {
                    decision.step_id = step;
                    decision.outcome = Outcome::Stop(cause);
                    return decision;
                }
                Next::Finish => return decision,
            }
            decision.place = advance.done;
            since = self.at;
        }
        decision.outcome = Outcome::Wait { until: self.at, held: None };
        decision
    }

    /// A message to one, if window, policy, accounts and the text let it go; what else becomes of the enrolment is put into
    /// the decision.
    fn send(
        &mut self,
        row: &Row,
        (step, message, variant): (&Step, &Message, Uuid),
        decision: &mut Decision,
    ) -> Option<Box<ToSend>> {
        let Some(contact) = self.gathered.addressees.get(&row.contact_id).cloned() else {
            decision.outcome = Outcome::Stop(StopCause::Deleted);
            return None;
        };
        let zone = zone_of(&contact);
        let opens = |at| next_allowed(at, &self.course.schedule, zone);
        match opens(self.at) {
            Some(at) if at > self.at => {
                decision.outcome = Outcome::Wait { until: at, held: None };
                return None;
            }
            Some(_) => {}
            None => {
                decision.outcome = Outcome::Stop(StopCause::Policy);
                return None;
            }
        }
        let channel = message.channel.unwrap_or(self.course.stored.campaign.channel);
        if let Some(outcome) = self.refused(row, &contact, channel, decision) {
            decision.outcome = outcome;
            return None;
        }
        let history = self.gathered.sent.get(&row.id);
        let first_contact = history.and_then(|history| history.first_contact).unwrap_or(true);
        let begins = row.account_id.is_none();
        // An account that was taken out of the campaign does not stay.
        let sticky = row.account_id.filter(|id| self.course.stored.campaign.account_ids.contains(id));
        let ask = Ask { sticky, first_contact, begins };
        let account_id = match self.rooms.place(ask, self.at) {
            Place::Now { sender } => sender,
            Place::Later { until, because } => {
                let opens = next_allowed(until, &self.course.schedule, zone).unwrap_or(until);
                decision.outcome = Outcome::Wait { until: opens, held: Some(because.as_str().to_owned()) };
                return None;
            }
            Place::Never => {
                let held = Some("no_sender".to_owned());
                decision.outcome = Outcome::Wait { until: self.at + TimeDelta::hours(1), held };
                return None;
            }
        };
        let variant = message.variants.iter().find(|one| one.id == variant)?;
        let rendered = words::text(&variant.text, &contact, self.around, Some(account_id));
        if !rendered.missing.is_empty() {
            self.rooms.give_back(account_id, first_contact);
            let params = json!({ "variables": rendered.missing.join(", ") });
            decision.refused.push((row.contact_id, MISSING, params));
            decision.outcome = Outcome::Stop(StopCause::Failed);
            return None;
        }
        let ends = [
            closes(self.at, &self.course.schedule, zone),
            policy::quiet_from(self.at, &self.course.policy, zone),
            policy::day_ends(self.at, &self.course.policy, zone),
            self.rooms.day_ends(account_id),
        ];
        self.gathered.known.touched(row.contact_id, Touch { channel, at: self.at });
        Some(Box::new(ToSend {
            step_id: step.id,
            variant_id: variant.id,
            account_id,
            channel,
            text: rendered.text,
            media: variant.media.clone(),
            first_contact,
            begins,
            good_until: ends.into_iter().flatten().min(),
        }))
    }

    /// What becomes of the enrolment when the policy does not let a message go; none when it does.
    fn refused(&self, row: &Row, contact: &Addressee, channel: Channel, decision: &mut Decision) -> Option<Outcome> {
        let own = Elsewhere { campaign_id: row.campaign_id, since: row.enrolled_at };
        let facts = self.gathered.known.of(self.scope, (row.contact_id, Some(contact)), channel, Some(own));
        let verdict = policy::decide(&facts, &self.course.policy, channel, Purpose::Program, self.at);
        if verdict.allowed {
            return None;
        }
        decision.refused.extend(verdict.reasons.iter().map(|reason| counted(row.contact_id, reason)));
        let has = |code: ReasonCode| verdict.reasons.iter().any(|reason| reason.code == code);
        if has(ReasonCode::Deleted) {
            return Some(Outcome::Stop(StopCause::Deleted));
        }
        if has(ReasonCode::OptedOut) {
            return Some(Outcome::Stop(StopCause::OptedOut));
        }
        if has(ReasonCode::Unreachable) {
            return Some(Outcome::Stop(StopCause::Failed));
        }
        // Consent does not come by itself.
        if has(ReasonCode::NoConsent) || verdict.reasons.iter().any(|reason| reason.code.is_final()) {
            return Some(Outcome::Stop(StopCause::Policy));
        }
        let until = verdict.not_before.unwrap_or(self.at + ASK_AGAIN);
        let until = next_allowed(until, &self.course.schedule, zone_of(contact)).unwrap_or(until);
        let held = verdict.reasons.first().map(|reason| reason.code.as_str().to_owned());
        Some(Outcome::Wait { until, held })
    }
}

fn task_of(step: &Step, task: &Task) -> Deed {
    Deed::Task { step_id: step.id, title: task.title.clone() }
}
