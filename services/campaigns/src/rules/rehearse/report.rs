//! What came of a rehearsal, day by day on the campaign's own clocks. No I/O.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use uuid::Uuid;

use super::people::Life;
use crate::{campaign::StopCause, rules::window::day_of};

/// What happened on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalDay {
    pub sent: u64,
    /// Of them, first messages of contacts.
    pub begins: u64,
    /// Of them, those to people who had never written.
    pub first_contacts: u64,
    pub delivered: u64,
    pub read: u64,
    pub failed: u64,
    /// Answers that are of people and no opt-outs.
    pub replied: u64,
    pub positive: u64,
    pub negative: u64,
    pub opted_out: u64,
    pub auto_replies: u64,
    /// Times that an account was told to wait.
    pub floods: u64,
    /// Messages that were in hand and did not go.
    pub called_back: u64,
    pub tasks: u64,
    pub moves: u64,
    /// How often the policy refused, by the code of the reason.
    pub refused: BTreeMap<&'static str, u64>,
    /// How often there was no room, by the word of the reason.
    pub put_off: BTreeMap<&'static str, u64>,
    /// Contacts who were through with it, and those for whom it stopped, by cause.
    pub finished: u64,
    pub stopped: BTreeMap<&'static str, u64>,
}

/// How a variant did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VariantTotals {
    pub sent: u64,
    pub read: u64,
    pub replied: u64,
    pub positive: u64,
}

/// What came of a rehearsal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Days on which something happened.
    pub days: BTreeMap<NaiveDate, RehearsalDay>,
    /// By step and variant.
    pub variants: BTreeMap<Uuid, BTreeMap<Uuid, VariantTotals>>,
    /// Messages by account.
    pub senders: BTreeMap<Uuid, u64>,
    /// Contacts who were still on the way when it ended; of them, those who had got nothing.
    pub on_the_way: u64,
    pub not_begun: u64,
    #[serde(skip)]
    zone: Tz,
}

impl Report {
    #[must_use]
    pub fn new(zone: Tz) -> Self {
        Self {
            days: BTreeMap::new(),
            variants: BTreeMap::new(),
            senders: BTreeMap::new(),
            on_the_way: 0,
            not_begun: 0,
            zone,
        }
    }

    /// The day that an instant is on.
    pub fn day(&mut self, at: DateTime<Utc>) -> &mut RehearsalDay {
        self.days.entry(day_of(at, self.zone)).or_default()
    }

    /// Counts a message; its day.
    pub fn sent(
        &mut self,
        at: DateTime<Utc>,
        (step, variant, sender): (Uuid, Uuid, Uuid),
        (begins, first_contact): (bool, bool),
    ) -> &mut RehearsalDay {
        self.variant(step, variant).sent += 1;
        *self.senders.entry(sender).or_default() += 1;
        let day = self.day(at);
        day.sent += 1;
        day.begins += u64::from(begins);
        day.first_contacts += u64::from(first_contact);
        day
    }

    /// The numbers of a variant.
    pub fn variant(&mut self, step: Uuid, variant: Uuid) -> &mut VariantTotals {
        self.variants.entry(step).or_default().entry(variant).or_default()
    }

    /// Counts somebody for whom it ended.
    pub fn ended(&mut self, at: DateTime<Utc>, cause: Option<StopCause>) {
        let day = self.day(at);
        match cause {
            Some(cause) => *day.stopped.entry(cause.as_str()).or_default() += 1,
            None => day.finished += 1,
        }
    }

    pub(super) fn finish(&mut self, lives: &[Life]) {
        let live = || lives.iter().filter(|life| !life.ended);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.on_the_way = count(live().count());
        self.not_begun = count(live().filter(|life| life.sticky.is_none()).count());
    }

    /// Messages of all days.
    #[must_use]
    pub fn sent_in_all(&self) -> u64 {
        self.days.values().map(|day| day.sent).sum()
    }
}
