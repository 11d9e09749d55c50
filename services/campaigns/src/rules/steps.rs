//! How a contact walks through the steps of a campaign. Places only grow, so each step happens at most once to a contact,
//! whatever is edited, retried or repeated meanwhile. No I/O.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{variants, window};
use crate::campaign::{
    StopCause, StopOn,
    schedule::Schedule,
    step::{Action, Condition, Fate, Message, Question, Step, Target, Task},
};

/// The place of who has passed nothing.
pub const BEFORE_ALL: i32 = -1;

/// The steps of a campaign, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    steps: Vec<Step>,
}

/// Where a contact stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub enrolment_id: Uuid,
    /// Every step up to this place is behind the contact; [`BEFORE_ALL`] at the beginning.
    pub place: i32,
}

/// What the message of a step came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    pub delivered: bool,
    pub read: bool,
    pub replied: bool,
    pub positive: bool,
    pub failed: bool,
}

/// What is known of a contact when it is asked how to go on.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// A reply that counts since the enrolment, on any account and channel.
    pub replied: bool,
    /// An auto-reply since the enrolment, and a reaction: they count when the campaign says so.
    pub auto_replied: bool,
    pub reacted: bool,
    pub opted_out: bool,
    /// In the trash, or gone.
    pub deleted: bool,
    /// Stages of the contact's open and closed deals.
    pub stages: HashSet<Uuid>,
    /// What was sent in this enrolment, by step.
    pub sent: HashMap<Uuid, Sent>,
    /// The step whose message went last.
    pub last_sent: Option<Uuid>,
    /// Condition steps of [`Plan::questions`] whose filter the contact fits.
    pub fits: HashSet<Uuid>,
}

/// What to find out before [`advance`] is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions<'a> {
    /// Conditions on fields that may be come to: the step, and its filter.
    pub filters: Vec<(Uuid, &'a serde_json::Value)>,
    /// Whether stages of deals matter.
    pub stages: bool,
    /// Whether what messages came to matters.
    pub sent: bool,
}

/// What to do with a contact.
#[derive(Clone, Debug, PartialEq)]
pub enum Next<'a> {
    /// Send this variant; none is left to send when all were given up.
    Send {
        step: &'a Step,
        message: &'a Message,
        variant: Uuid,
    },
    /// Nothing until then; the wait is behind it.
    Wait {
        until: DateTime<Utc>,
    },
    Task {
        step: &'a Step,
        task: &'a Task,
    },
    MoveStage {
        step: &'a Step,
        stage_id: Uuid,
    },
    /// `step` when one says so.
    Stop {
        cause: StopCause,
        step: Option<Uuid>,
    },
    Finish,
}

/// How a contact goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Advance<'a> {
    pub next: Next<'a>,
    /// The place to keep now: conditions that were decided stay decided, also when what comes next is put off.
    pub place: i32,
    /// The place to keep in the transaction that does `next`.
    pub done: i32,
}

impl Plan {
    /// Steps in any order, retired ones among them.
    #[must_use]
    pub fn new(mut steps: Vec<Step>) -> Self {
        steps.sort_by_key(|step| step.place);
        Self { steps }
    }

    /// Those that are not retired, in order.
    pub fn live(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| !step.retired)
    }

    #[must_use]
    pub fn step(&self, id: Uuid) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Messages that a contact gets at most.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.live().filter(|step| matches!(step.action, Action::Message(_))).count()
    }

    fn after(&self, place: i32) -> Option<&Step> {
        self.live().find(|step| step.place > place)
    }

    /// What has to be known of contacts that stand here. Conditions behind the next message or wait are not asked yet.
    #[must_use]
    pub fn questions(&self, place: i32) -> Questions<'_> {
        let mut questions = Questions::default();
        let (mut todo, mut seen) = (vec![place], HashSet::new());
        while let Some(place) = todo.pop() {
            let Some(step) = self.after(place).filter(|step| seen.insert(step.place)) else { continue };
            match &step.action {
                Action::Condition(condition) => {
                    match &condition.question {
                        Question::Message { .. } => questions.sent = true,
                        Question::Stage { .. } => questions.stages = true,
                        Question::Fields { filter } => questions.filters.push((step.id, filter)),
                    }
                    todo.extend(
                        [condition.then, condition.otherwise]
                            .map(|target| self.passed(step, target).unwrap_or(i32::MAX)),
                    );
                }
                Action::Task(_) | Action::MoveStage { .. } => todo.push(step.place),
                Action::Message(_) | Action::Wait(_) | Action::Stop => {}
            }
        }
        questions
    }

    /// The place behind which it goes on from a step; none where it stops. A step that is gone, or that an edit put before
    /// this one, stands for the next.
    fn passed(&self, from: &Step, target: Target) -> Option<i32> {
        match target {
            Target::Next => Some(from.place),
            Target::Step { step_id } => {
                let to = self.step(step_id).map_or(from.place, |to| to.place - 1);
                Some(to.max(from.place))
            }
            Target::Stop => None,
        }
    }
}

impl Sent {
    fn came_to(self, fate: Fate) -> bool {
        match fate {
            // What was read or answered was delivered, even if nobody said so.
            Fate::Delivered => self.delivered || self.read || self.replied,
            Fate::Read => self.read || self.replied,
            Fate::Replied => self.replied,
            Fate::Positive => self.positive,
            Fate::Failed => self.failed,
        }
    }
}

impl Facts {
    /// Why nothing more may go to the contact, if so.
    #[must_use]
    pub fn stops(&self, stop_on: &StopOn) -> Option<StopCause> {
        let replied =
            self.replied || (stop_on.auto_replies && self.auto_replied) || (stop_on.reactions && self.reacted);
        let staged = stop_on.stage_ids.iter().any(|stage| self.stages.contains(stage));
        let causes = [
            (self.deleted, StopCause::Deleted),
            (self.opted_out, StopCause::OptedOut),
            (replied, StopCause::Replied),
            (staged, StopCause::Stage),
        ];
        causes.into_iter().find(|(holds, _)| *holds).map(|(_, cause)| cause)
    }

    fn answer(&self, step: &Step, condition: &Condition) -> bool {
        match &condition.question {
            Question::Message { fate, step_id } => {
                let step = step_id.or(self.last_sent);
                step.and_then(|step| self.sent.get(&step)).is_some_and(|sent| sent.came_to(*fate))
            }
            Question::Stage { stage_ids } => stage_ids.iter().any(|stage| self.stages.contains(stage)),
            Question::Fields { .. } => self.fits.contains(&step.id),
        }
    }
}

/// What to do with a contact that is due. A wait is counted from `since`, when the step before was done. Asked again before its answer was kept, it says the
/// same; afterwards it says what comes then. A message whose step was sent already ([`Facts::sent`]) is not sent again: the
/// contact goes on behind it.
#[must_use]
pub fn advance<'a>(
    plan: &'a Plan,
    (schedule, zone): (&Schedule, Option<Tz>),
    stop_on: &StopOn,
    standing: Standing,
    facts: &Facts,
    since: DateTime<Utc>,
) -> Advance<'a> {
    let mut place = standing.place;
    if let Some(cause) = facts.stops(stop_on) {
        return Advance { next: Next::Stop { cause, step: None }, place, done: place };
    }
    while let Some(step) = plan.after(place) {
        let next = match &step.action {
            Action::Message(message) => {
                let sent = facts.sent.contains_key(&step.id);
                let variant = variants::pick(standing.enrolment_id, step.id, &message.variants).filter(|_| !sent);
                let Some(variant) = variant else {
                    place = step.place;
                    continue;
                };
                Next::Send { step, message, variant }
            }
            Action::Wait(wait) => Next::Wait { until: window::wait_until(since, *wait, schedule, zone) },
            Action::Condition(condition) => {
                let target = if facts.answer(step, condition) { condition.then } else { condition.otherwise };
                match plan.passed(step, target) {
                    Some(passed) => {
                        place = passed;
                        continue;
                    }
                    None => Next::Stop { cause: StopCause::Step, step: Some(step.id) },
                }
            }
            Action::Task(task) => Next::Task { step, task },
            Action::MoveStage { stage_id } => Next::MoveStage { step, stage_id: *stage_id },
            Action::Stop => Next::Stop { cause: StopCause::Step, step: Some(step.id) },
        };
        return Advance { next, place, done: step.place };
    }
    Advance { next: Next::Finish, place, done: place }
}

#[cfg(test)]
mod tests;
