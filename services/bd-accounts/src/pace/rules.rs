//! How fast an account may go: buckets by class of method, budgets of a day, hours, floods. Sending and telling why a
//! message waits ask the same function, so they never differ. No I/O; chance is an input.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::{Rng, RngExt};

use super::hours::{self, Span};
use crate::accounts::account::{Mode, Network, Preset};

/// What is to be done, as far as its pace goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// To somebody who has written to the account.
    Reply,
    /// To somebody who never has.
    FirstContact,
    /// Dialogs, history.
    History,
    /// Files, up and down.
    Media,
}

/// How much an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub preset: Preset,
    pub messages_per_minute: u32,
    pub messages_per_day: u32,
    pub first_contacts_per_day: u32,
}

/// When it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub zone: Tz,
    /// Nobody is written to for the first time outside of them.
    pub working: Option<Span>,
    /// Nothing is sent in them.
    pub quiet: Option<Span>,
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub network: Network,
    pub is_connected: bool,
    pub mode: Mode,
    pub flood_until: Option<DateTime<Utc>>,
    pub peer_flood_until: Option<DateTime<Utc>>,
    pub restricted_until: Option<DateTime<Utc>>,
    pub limits: Limits,
    pub hours: Hours,
}

/// What it did today, and from when on each bucket would be full again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    pub messages: u32,
    pub first_contacts: u32,
    pub messages_at: Option<DateTime<Utc>>,
    pub first_contacts_at: Option<DateTime<Utc>>,
    pub history_at: Option<DateTime<Utc>>,
    pub media_at: Option<DateTime<Utc>>,
}

/// Whether to go ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Go,
    /// `until` is none where somebody has to do something first.
    Wait {
        because: Because,
        until: Option<DateTime<Utc>>,
    },
}

api::words! {
    /// Why something waits.
    Because {
        Disconnected = "disconnected",
        Paused = "paused",
        RepliesOnly = "replies_only",
        Restricted = "restricted",
        FloodWait = "flood_wait",
        PeerFlood = "peer_flood",
        QuietHours = "quiet_hours",
        WorkingHours = "working_hours",
        MessagesUsedUp = "messages_used_up",
        FirstContactsUsedUp = "first_contacts_used_up",
        Pace = "pace",
    }
}

/// The part of a day's messages that first contacts leave to replies, one in so many.
const KEPT_FOR_REPLIES: u32 = 5;
/// A day's first contacts are spread over so many hours …
const SPREAD: TimeDelta = TimeDelta::hours(6);
/// … each at least, and at most, so far from the next.
const APART: (TimeDelta, TimeDelta) = (TimeDelta::seconds(20), TimeDelta::minutes(10));

impl Preset {
    /// What it allows; those of a custom one are its own.
    #[must_use]
    pub fn limits(self) -> Option<Limits> {
        let limits = |messages_per_minute, messages_per_day, first_contacts_per_day| {
            Some(Limits { preset: self, messages_per_minute, messages_per_day, first_contacts_per_day })
        };
        match self {
            Self::Careful => limits(6, 150, 10),
            Self::Normal => limits(15, 500, 30),
            Self::Custom => None,
        }
    }
}

/// A token bucket as one instant: how far apart, and how many at once (GCRA, ITU-T I.371).
#[derive(Clone, Copy)]
struct Bucket {
    every: TimeDelta,
    burst: i32,
}

impl Bucket {
    /// When the next one may go.
    fn free_at(self, full_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        full_at.map_or(now, |full_at| (full_at - self.every * (self.burst - 1)).max(now))
    }

    /// The bucket after one went, a little later than it had to.
    fn after(self, full_at: Option<DateTime<Utc>>, now: DateTime<Utc>, random: &mut impl Rng) -> DateTime<Utc> {
        let every = self.every.num_milliseconds().max(1);
        let jitter = random.random_range(0..=every / 2);
        full_at.unwrap_or(now).max(now) + TimeDelta::milliseconds(every + jitter)
    }
}

impl Network {
    /// How far apart what reads is. The sandbox is on this machine, and bans nobody.
    fn pace(self, careful: TimeDelta) -> TimeDelta {
        match self {
            Self::Telegram => careful,
            Self::Sandbox => TimeDelta::milliseconds(20),
        }
    }
}

impl Limits {
    /// How many of a day's messages first contacts may take.
    fn messages_for_first_contacts(self) -> u32 {
        self.messages_per_day - self.messages_per_day / KEPT_FOR_REPLIES
    }

    /// How many messages, and how many first contacts, are left of the day.
    #[must_use]
    pub fn left(self, used: &Used) -> (u32, u32) {
        let messages = self.messages_per_day.saturating_sub(used.messages);
        let first = self.first_contacts_per_day.saturating_sub(used.first_contacts);
        (messages, first.min(self.messages_for_first_contacts().saturating_sub(used.messages)))
    }

    fn messages(self) -> Bucket {
        Bucket { every: TimeDelta::seconds(60) / i32::try_from(self.messages_per_minute.max(1)).unwrap_or(1), burst: 4 }
    }

    fn first_contacts(self) -> Bucket {
        let apart = SPREAD / i32::try_from(self.first_contacts_per_day.max(1)).unwrap_or(1);
        Bucket { every: apart.clamp(APART.0, APART.1), burst: 1 }
    }

    fn history(self, network: Network) -> Bucket {
        let careful = self.preset == Preset::Careful;
        Bucket { every: network.pace(TimeDelta::milliseconds(if careful { 1500 } else { 700 })), burst: 4 }
    }

    fn media(self, network: Network) -> Bucket {
        let careful = self.preset == Preset::Careful;
        Bucket { every: network.pace(TimeDelta::milliseconds(if careful { 1000 } else { 400 })), burst: 6 }
    }
}

/// Whether something of a class may be done now; if several things speak against it, the one that lasts longest.
#[must_use]
pub fn decide(now: DateTime<Utc>, standing: &Standing, used: &Used, class: Class) -> Verdict {
    let against = objections(now, standing, used, class);
    // Of equals the one that is named first.
    let longest =
        against.into_iter().flatten().rev().max_by_key(|(_, until)| until.map_or((1, now), |until| (0, until)));
    match longest {
        Some((because, until)) => Verdict::Wait { because, until },
        None => Verdict::Go,
    }
}

/// What keeps an account from writing to anybody new that its hours, its pace and a new day do not end.
#[must_use]
pub fn why_not_ready(now: DateTime<Utc>, standing: &Standing) -> Option<(Because, Option<DateTime<Utc>>)> {
    let hours = Hours { working: None, quiet: None, ..standing.hours };
    match decide(now, &Standing { hours, ..standing.clone() }, &Used::default(), Class::FirstContact) {
        Verdict::Go => None,
        // One that may never write first does not begin to when the day ends.
        Verdict::Wait { because: because @ (Because::FirstContactsUsedUp | Because::MessagesUsedUp), .. } => {
            Some((because, None))
        }
        Verdict::Wait { because, until } => Some((because, until)),
    }
}

type Objection = Option<(Because, Option<DateTime<Utc>>)>;

fn objections(now: DateTime<Utc>, standing: &Standing, used: &Used, class: Class) -> [Objection; 11] {
    let Standing { limits, hours, .. } = *standing;
    let sends = matches!(class, Class::Reply | Class::FirstContact);
    let first = class == Class::FirstContact;
    let when = |holds: bool, because: Because| holds.then_some((because, None));
    let later = |because: Because, until: Option<DateTime<Utc>>| {
        until.filter(|until| *until > now).map(|until| (because, Some(until)))
    };
    let tomorrow = || Some(hours::next_day(now, hours.zone));
    let outside = |span: Option<Span>, because, within| {
        let span = span.filter(|span| span.holds(now, hours.zone) != within)?;
        Some((because, span.next(now, hours.zone, within)))
    };
    let of_a_day = if first { limits.messages_for_first_contacts() } else { limits.messages_per_day };
    [
        when(!standing.is_connected, Because::Disconnected),
        when(sends && standing.mode == Mode::Paused, Because::Paused),
        when(first && standing.mode == Mode::RepliesOnly, Because::RepliesOnly),
        later(Because::Restricted, standing.restricted_until.filter(|_| sends)),
        later(Because::FloodWait, standing.flood_until),
        later(Because::PeerFlood, standing.peer_flood_until.filter(|_| first)),
        outside(hours.quiet.filter(|_| sends), Because::QuietHours, false),
        outside(hours.working.filter(|_| first), Because::WorkingHours, true),
        later(Because::MessagesUsedUp, tomorrow().filter(|_| sends && used.messages >= of_a_day)),
        later(
            Because::FirstContactsUsedUp,
            tomorrow().filter(|_| first && used.first_contacts >= limits.first_contacts_per_day),
        ),
        later(Because::Pace, Some(free_at(now, standing, used, class))),
    ]
}

fn free_at(now: DateTime<Utc>, standing: &Standing, used: &Used, class: Class) -> DateTime<Utc> {
    let Standing { network, limits, .. } = *standing;
    match class {
        Class::Reply => limits.messages().free_at(used.messages_at, now),
        Class::FirstContact => {
            let as_any = limits.messages().free_at(used.messages_at, now);
            as_any.max(limits.first_contacts().free_at(used.first_contacts_at, now))
        }
        Class::History => limits.history(network).free_at(used.history_at, now),
        Class::Media => limits.media(network).free_at(used.media_at, now),
    }
}

impl Used {
    /// What is used after something of a class was done; counts of another day are dropped by who keeps them.
    #[must_use]
    pub fn after(self, now: DateTime<Utc>, standing: &Standing, class: Class, random: &mut impl Rng) -> Self {
        let Standing { network, limits, .. } = *standing;
        let mut used = self;
        match class {
            Class::Reply | Class::FirstContact => {
                used.messages = used.messages.saturating_add(1);
                used.messages_at = Some(limits.messages().after(used.messages_at, now, random));
            }
            Class::History => used.history_at = Some(limits.history(network).after(used.history_at, now, random)),
            Class::Media => used.media_at = Some(limits.media(network).after(used.media_at, now, random)),
        }
        if class == Class::FirstContact {
            used.first_contacts = used.first_contacts.saturating_add(1);
            used.first_contacts_at = Some(limits.first_contacts().after(used.first_contacts_at, now, random));
        }
        used
    }

    /// The limit of a day that this step reached, if it did.
    #[must_use]
    pub fn reached(&self, before: &Self, limits: Limits) -> Option<&'static str> {
        let reaches = |was: u32, is: u32, limit: u32| was < limit && is >= limit;
        if reaches(before.first_contacts, self.first_contacts, limits.first_contacts_per_day) {
            Some("first_contacts_per_day")
        } else if reaches(before.messages, self.messages, limits.messages_per_day) {
            Some("messages_per_day")
        } else {
            None
        }
    }
}

/// The order in which what waits is tried: answers first, then by age.
#[must_use]
pub fn precedence(first_contact: bool, since: DateTime<Utc>) -> (bool, DateTime<Utc>) {
    (first_contact, since)
}

#[cfg(test)]
mod tests;
