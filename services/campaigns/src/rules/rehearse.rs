//! A campaign played through before it starts: a clock that jumps, people made up by a seed who answer, opt out and cannot be
//! reached, accounts that are told to wait. It goes by the rules that the scheduler goes by – [`steps::advance`],
//! [`policy::decide`], [`window::next_allowed`], [`capacity::Rooms`] – so what it shows is what would happen to such people.
//! The same seed gives the same. No I/O.

mod people;
mod report;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use self::people::Life;
pub use self::{
    people::{Answer, Behaviour, Person},
    report::{RehearsalDay, Report, VariantTotals},
};
use super::{
    capacity::{Ask, Place, Rooms, Sender},
    chance::Chance,
    policy::{self, Consent, ConsentState, Purpose, Touch},
    steps::{self, Next, Plan, Sent, Standing},
    window::{closes, next_allowed},
};
use crate::campaign::{Channel, StopCause, StopOn, policy::Policy, schedule::Schedule};

/// Days that may be rehearsed.
pub const MOST_DAYS: u32 = 120;
/// How long a flood lasts: so many minutes, and up to as many more.
const FLOOD_MINUTES: u64 = 30;
/// Whom the policy refuses without saying until when is asked again after so long.
const ASK_AGAIN: TimeDelta = TimeDelta::days(1);

/// What is rehearsed.
#[derive(Clone, Debug)]
pub struct Setup<'a> {
    pub plan: &'a Plan,
    pub schedule: &'a Schedule,
    pub stop_on: &'a StopOn,
    /// As it is for the campaign.
    pub policy: &'a Policy,
    /// That of the campaign; a step may have another.
    pub channel: Channel,
    pub senders: &'a [Sender],
    /// How far apart an account sends at least, in seconds.
    pub apart_seconds: u32,
    pub people: &'a [Person],
    pub behaviour: Behaviour,
    pub starts_at: DateTime<Utc>,
    /// At most [`MOST_DAYS`].
    pub days: u32,
    pub seed: u64,
}

/// Something that happened, in its order. Who wants to see more than the report is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Happened {
    Sent { at: DateTime<Utc>, person: usize, step: Uuid, variant: Uuid, sender: Uuid, channel: Channel },
    Answered { at: DateTime<Utc>, person: usize, stops: bool },
    Ended { at: DateTime<Utc>, person: usize, cause: Option<StopCause> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// An answer comes before anything that is sent at the same instant.
    Answer(Answer),
    /// The message in hand goes.
    Send,
    /// The enrolment is due. Those on the way go before those that begin.
    GoOn,
    Begin,
}

/// What is to happen when, in the order in which it was said, to whom.
type Due = (DateTime<Utc>, What, u64, usize);

/// What is in hand between the decision to send and the sending.
#[derive(Clone, Copy, Debug)]
struct InHand {
    step: Uuid,
    variant: Uuid,
    channel: Channel,
    sender: Uuid,
    done: i32,
    first_contact: bool,
    /// When the window closes, quiet hours begin or the account's day ends.
    until: DateTime<Utc>,
}

struct Run<'a, 'b> {
    setup: &'b Setup<'a>,
    rooms: Rooms,
    /// When each account may send again.
    free_at: HashMap<Uuid, DateTime<Utc>>,
    /// From when until when each account was last told to wait.
    floods: HashMap<Uuid, (DateTime<Utc>, DateTime<Utc>)>,
    lives: Vec<Life>,
    in_hand: HashMap<usize, InHand>,
    due: BinaryHeap<Reverse<Due>>,
    serial: u64,
    report: Report,
}

/// Plays the campaign. `tell` is called with everything that happens.
pub fn rehearse(setup: &Setup<'_>, tell: &mut impl FnMut(Happened)) -> Report {
    let zone = setup.schedule.zone.of(None);
    let rooms = Rooms::new(setup.senders, (setup.schedule.pace, zone), (0, 0), setup.starts_at);
    let mut run = Run {
        setup,
        rooms,
        free_at: HashMap::new(),
        floods: HashMap::new(),
        lives: setup.people.iter().map(Life::of).collect(),
        in_hand: HashMap::new(),
        due: BinaryHeap::with_capacity(setup.people.len()),
        serial: 0,
        report: Report::new(zone),
    };
    for person in 0..setup.people.len() {
        run.push(setup.starts_at, What::Begin, person);
    }
    let ends = setup.starts_at + TimeDelta::days(setup.days.min(MOST_DAYS).into());
    while let Some(Reverse((at, what, _, person))) = run.due.pop() {
        if at >= ends {
            break;
        }
        match what {
            What::Answer(answer) => run.answer(person, answer, at, tell),
            What::Send => run.send(person, at, tell),
            What::GoOn | What::Begin => run.go_on(person, at, tell),
        }
    }
    run.report.finish(&run.lives);
    run.report
}

impl Run<'_, '_> {
    fn push(&mut self, at: DateTime<Utc>, what: What, person: usize) {
        self.serial += 1;
        self.due.push(Reverse((at, what, self.serial, person)));
    }

    /// Makes a person due again, and says to their account that they are.
    fn put_off(&mut self, person: usize, until: DateTime<Utc>) {
        let life = &mut self.lives[person];
        let what = if life.sticky.is_some() { What::GoOn } else { What::Begin };
        if let Some(sender) = life.sticky {
            self.rooms.expect(sender, until, 1);
            life.expected_at = Some(until);
        }
        self.push(until, what, person);
    }

    fn end(&mut self, person: usize, cause: Option<StopCause>, at: DateTime<Utc>, tell: &mut impl FnMut(Happened)) {
        let life = &mut self.lives[person];
        if life.ended {
            return;
        }
        life.ended = true;
        if let Some((sender, expected)) = life.sticky.zip(life.expected_at.take()) {
            self.rooms.came(sender, expected);
        }
        if self.in_hand.remove(&person).is_some() {
            self.report.day(at).called_back += 1;
        }
        self.report.ended(at, cause);
        tell(Happened::Ended { at, person, cause });
    }

    /// Asks the rules what to do with a person until something takes time.
    fn go_on(&mut self, person: usize, at: DateTime<Utc>, tell: &mut impl FnMut(Happened)) {
        if self.lives[person].ended || self.in_hand.contains_key(&person) {
            return;
        }
        if let Some((sender, expected)) = self.lives[person].sticky.zip(self.lives[person].expected_at.take()) {
            self.rooms.came(sender, expected);
        }
        let setup = self.setup;
        loop {
            let life = &mut self.lives[person];
            let standing = Standing { enrolment_id: setup.people[person].id, place: life.place };
            let with = (setup.schedule, life.policy.zone);
            let advance = steps::advance(setup.plan, with, setup.stop_on, standing, &life.facts, at);
            life.place = advance.place;
            match advance.next {
                Next::Wait { until } => {
                    life.place = advance.done;
                    self.put_off(person, until);
                    return;
                }
                Next::Task { .. } => {
                    life.place = advance.done;
                    self.report.day(at).tasks += 1;
                }
                Next::MoveStage { stage_id, .. } => {
                    life.place = advance.done;
                    life.facts.stages.insert(stage_id);
                    self.report.day(at).moves += 1;
                }
                Next::Send { step, message, variant } => {
                    let channel = message.channel.unwrap_or(setup.channel);
                    let wanted = (step.id, variant, channel, advance.done);
                    return self.hand_over(person, wanted, at, tell);
                }
                Next::Stop { cause, .. } => return self.end(person, Some(cause), at, tell),
                Next::Finish => return self.end(person, None, at, tell),
            }
        }
    }

    /// Takes a message in hand if window, policy and accounts let it go; puts the person off otherwise.
    fn hand_over(
        &mut self,
        person: usize,
        (step, variant, channel, done): (Uuid, Uuid, Channel, i32),
        at: DateTime<Utc>,
        tell: &mut impl FnMut(Happened),
    ) {
        let setup = self.setup;
        let zone = self.lives[person].policy.zone;
        let opens = |at| next_allowed(at, setup.schedule, zone);
        match opens(at) {
            Some(opens) if opens > at => return self.put_off(person, opens),
            Some(_) => {}
            None => return self.end(person, Some(StopCause::Policy), at, tell),
        }
        let verdict = policy::decide(&self.lives[person].policy, setup.policy, channel, Purpose::Program, at);
        if !verdict.allowed {
            for reason in &verdict.reasons {
                *self.report.day(at).refused.entry(reason.code.as_str()).or_default() += 1;
            }
            if verdict.reasons.iter().any(|reason| reason.code.is_final()) {
                return self.end(person, Some(StopCause::Policy), at, tell);
            }
            let until = verdict.not_before.unwrap_or(at + ASK_AGAIN);
            return self.put_off(person, opens(until).unwrap_or(until));
        }
        let life = &self.lives[person];
        let first_contact = !life.has_written;
        let begins = life.sticky.is_none();
        match self.rooms.place(Ask { sticky: life.sticky, first_contact, begins }, at) {
            Place::Now { sender } => {
                let slot = self.free_at.get(&sender).copied().map_or(at, |free| free.max(at));
                let until = [
                    closes(at, setup.schedule, zone),
                    policy::quiet_from(at, setup.policy, zone),
                    self.rooms.day_ends(sender),
                ];
                let until = until.into_iter().flatten().min().unwrap_or(DateTime::<Utc>::MAX_UTC);
                if slot >= until {
                    // It would be the account's turn only when it may go no more.
                    self.rooms.give_back(sender, first_contact);
                    let until = opens(slot).unwrap_or(slot);
                    return self.put_off(person, until.max(at + TimeDelta::minutes(1)));
                }
                self.free_at.insert(sender, slot + TimeDelta::seconds(setup.apart_seconds.into()));
                self.in_hand.insert(person, InHand { step, variant, channel, sender, done, first_contact, until });
                self.push(slot, What::Send, person);
            }
            Place::Later { until, because } => {
                *self.report.day(at).put_off.entry(because.as_str()).or_default() += 1;
                self.put_off(person, opens(until).unwrap_or(until));
            }
            Place::Never => self.end(person, Some(StopCause::Policy), at, tell),
        }
    }

    /// Sends what is in hand, unless the window has closed or the account was told to wait.
    fn send(&mut self, person: usize, at: DateTime<Utc>, tell: &mut impl FnMut(Happened)) {
        let Some(in_hand) = self.in_hand.get(&person).copied() else { return };
        let setup = self.setup;
        let InHand { step, variant, channel, sender, done, first_contact, until } = in_hand;
        if at >= until {
            self.in_hand.remove(&person);
            self.report.day(at).called_back += 1;
            return self.go_on(person, at, tell);
        }
        // What the account has in hand goes later by as long as it was told to wait.
        if let Some((from, until)) = self.floods.get(&sender).filter(|(from, until)| *from <= at && at < *until) {
            return self.push(at + (*until - *from), What::Send, person);
        }
        let mut chance = Chance::seeded(setup.seed, &[number(person), number_of(step)]);
        if chance.happens(setup.behaviour.flood) && self.lives[person].flooded != Some(step) {
            let minutes = FLOOD_MINUTES + chance.below(FLOOD_MINUTES);
            let until = at + TimeDelta::minutes(i64::try_from(minutes).unwrap_or_default());
            self.floods.insert(sender, (at, until));
            let free = self.free_at.entry(sender).or_insert(at);
            *free += until - at;
            self.rooms.hold(sender, until);
            self.lives[person].flooded = Some(step);
            self.report.day(at).floods += 1;
            return self.push(until, What::Send, person);
        }
        self.in_hand.remove(&person);
        let life = &mut self.lives[person];
        let begins = life.sticky.is_none();
        life.place = done;
        life.sticky = Some(sender);
        life.policy.touches.push(Touch { channel, at });
        (life.facts.last_sent, life.last_variant) = (Some(step), Some(variant));
        let day = self.report.sent(at, (step, variant, sender), (begins, first_contact));
        tell(Happened::Sent { at, person, step, variant, sender, channel });
        let mut sent = Sent::default();
        if chance.happens(setup.behaviour.bounce) {
            sent.failed = true;
            day.failed += 1;
            life.facts.sent.insert(step, sent);
            return self.end(person, Some(StopCause::Failed), at, tell);
        }
        sent.delivered = true;
        day.delivered += 1;
        if chance.happens(setup.behaviour.read) {
            sent.read = true;
            day.read += 1;
            self.report.variant(step, variant).read += 1;
            if let Some((answer, after)) = setup.behaviour.answer(&mut chance) {
                self.push(at + after, What::Answer(answer), person);
            }
        }
        self.lives[person].facts.sent.insert(step, sent);
        self.go_on(person, at, tell);
    }

    /// Takes an answer in, as the intake would: everything of the person stops with it.
    fn answer(&mut self, person: usize, answer: Answer, at: DateTime<Utc>, tell: &mut impl FnMut(Happened)) {
        let setup = self.setup;
        let life = &mut self.lives[person];
        life.has_written = true;
        let last = life.facts.last_sent;
        let sent = last.and_then(|step| life.facts.sent.get_mut(&step));
        let day = self.report.day(at);
        match answer {
            Answer::AutoReply => {
                day.auto_replies += 1;
                life.facts.auto_replied = true;
            }
            Answer::OptOut => {
                day.opted_out += 1;
                life.facts.opted_out = true;
                let said = Consent { state: ConsentState::Denied, at };
                life.policy.consents.insert(setup.channel, said);
            }
            Answer::Positive | Answer::Negative | Answer::Other => {
                day.replied += 1;
                life.facts.replied = true;
                if answer == Answer::Negative {
                    day.negative += 1;
                    life.policy.refused_at = Some(at);
                }
                if answer == Answer::Positive {
                    day.positive += 1;
                }
                if let Some(sent) = sent {
                    (sent.replied, sent.positive) = (true, answer == Answer::Positive);
                }
                if let Some((step, variant)) = last.zip(life.last_variant) {
                    let totals = self.report.variant(step, variant);
                    totals.replied += 1;
                    totals.positive += u64::from(answer == Answer::Positive);
                }
            }
        }
        let cause = self.lives[person].facts.stops(setup.stop_on);
        tell(Happened::Answered { at, person, stops: cause.is_some() });
        if cause.is_some() {
            self.end(person, cause, at, tell);
        }
    }
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// A step as a number that tells it from others.
#[must_use]
pub fn number_of(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    high ^ low
}

#[cfg(test)]
mod tests;
