//! People that a rehearsal makes up: what is known of them, how they behave, and how far they are. No I/O.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::rules::{
    chance::Chance,
    policy,
    steps::{BEFORE_ALL, Facts},
};

/// Somebody who is written to. What is known of them may be that of a contact.
#[derive(Clone, Debug)]
pub struct Person {
    /// Of the enrolment: the split goes by it.
    pub id: Uuid,
    pub policy: policy::Facts,
    pub facts: Facts,
    /// Whether they have ever written to the accounts.
    pub has_written: bool,
}

/// How people behave: how many of a million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Behaviour {
    /// Of messages that are to go, those at which the account is told to wait.
    pub flood: u32,
    /// Of those sent, those that do not arrive.
    pub bounce: u32,
    /// Of those that arrive, those that are read.
    pub read: u32,
    /// Of those read, those that are answered …
    pub answer: u32,
    /// … and of the answers, those that opt out, those of machines, those that say yes, and no. The rest says neither.
    pub opt_out: u32,
    pub auto_reply: u32,
    pub positive: u32,
    pub negative: u32,
    /// Within how many hours people answer.
    pub within_hours: u32,
}

impl Behaviour {
    /// Nobody answers, everything arrives: the forecast.
    pub const SILENT: Self = Self {
        flood: 0,
        bounce: 0,
        read: 0,
        answer: 0,
        opt_out: 0,
        auto_reply: 0,
        positive: 0,
        negative: 0,
        within_hours: 24,
    };

    /// As outreach by messenger usually goes: six in ten are read, one in eight of those is answered.
    pub const USUAL: Self = Self {
        flood: 2_000,
        bounce: 20_000,
        read: 600_000,
        answer: 125_000,
        opt_out: 60_000,
        auto_reply: 80_000,
        positive: 300_000,
        negative: 350_000,
        within_hours: 48,
    };

    /// What a reader answers, and after how long.
    #[must_use]
    pub fn answer(&self, chance: &mut Chance) -> Option<(Answer, TimeDelta)> {
        if !chance.happens(self.answer) {
            return None;
        }
        let mut point = chance.below(1_000_000);
        let kinds = [
            (self.opt_out, Answer::OptOut),
            (self.auto_reply, Answer::AutoReply),
            (self.positive, Answer::Positive),
            (self.negative, Answer::Negative),
        ];
        let mut kind = Answer::Other;
        for (share, answer) in kinds {
            if point < share.into() {
                kind = answer;
                break;
            }
            point -= u64::from(share);
        }
        // Machines answer at once; of people, more do soon than late.
        let most = u64::from(self.within_hours.max(1)) * 3600;
        let seconds = match kind {
            Answer::AutoReply => 5 + chance.below(60),
            _ => 60 + chance.below(most).min(chance.below(most)),
        };
        Some((kind, TimeDelta::seconds(i64::try_from(seconds).unwrap_or_default())))
    }
}

/// What somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    OptOut,
    AutoReply,
    Positive,
    Negative,
    Other,
}

impl Answer {
    /// What they write; the intake takes it for what it is.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::OptOut => "Stop",
            Self::AutoReply => "I am out of office until Monday.",
            Self::Positive => "Yes, I am interested.",
            Self::Negative => "No, thanks, not interested.",
            Self::Other => "What is this about?",
        }
    }
}

/// How far somebody is.
#[derive(Clone, Debug)]
pub(super) struct Life {
    pub policy: policy::Facts,
    pub facts: Facts,
    pub place: i32,
    /// The account that wrote to them.
    pub sticky: Option<Uuid>,
    pub has_written: bool,
    pub last_variant: Option<Uuid>,
    /// When their account was told that they are due.
    pub expected_at: Option<DateTime<Utc>>,
    /// The step at whose message their account was told to wait; once is enough.
    pub flooded: Option<Uuid>,
    pub ended: bool,
}

impl Life {
    pub fn of(person: &Person) -> Self {
        Self {
            policy: person.policy.clone(),
            facts: person.facts.clone(),
            place: BEFORE_ALL,
            sticky: None,
            has_written: person.has_written,
            last_variant: None,
            expected_at: None,
            flooded: None,
            ended: false,
        }
    }
}
