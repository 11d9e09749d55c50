//! Campaigns for tests of the rules.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{
    capacity::Sender,
    policy,
    rehearse::Person,
    steps::{Facts, Plan},
};
use crate::campaign::{
    schedule::{Pace, Schedule, Window, Zone, time_of_day},
    step::{Action, Experiment, Message, Step, Variant, VariantState},
};

/// Monday to Friday.
pub(super) const WORKDAYS: u8 = 0b001_1111;

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Nine to six on working days, on the contact's clocks or those of Moscow.
pub(super) fn office() -> Schedule {
    Schedule {
        zone: Zone::Contact { otherwise: Tz::Europe__Moscow },
        windows: vec![Window {
            days: WORKDAYS,
            from: time_of_day("09:00").unwrap(),
            to: time_of_day("18:00").unwrap(),
        }],
        holidays: BTreeSet::new(),
        yearly: BTreeSet::new(),
        blackouts: Vec::new(),
        pace: Pace::default(),
    }
}

/// A message with two variants, whose ids are 100 n + 1 and + 2.
pub(super) fn message(n: u128) -> Action {
    let variant = |which: u128| Variant {
        id: id(n * 100 + which),
        name: which.to_string(),
        weight: 1,
        template_id: None,
        text: "Hi".to_owned(),
        media: Vec::new(),
        state: VariantState::Running,
    };
    Action::Message(Message {
        channel: None,
        variants: vec![variant(1), variant(2)],
        experiment: Experiment::default(),
    })
}

/// Steps with the ids 1, 2, 3 … at the places 0, 1, 2 …
pub(super) fn plan(actions: Vec<Action>) -> Plan {
    let step = |(index, action): (usize, Action)| Step {
        id: id(index as u128 + 1),
        place: i32::try_from(index).unwrap(),
        retired: false,
        action,
    };
    Plan::new(actions.into_iter().enumerate().map(step).collect())
}

/// One that is ready, with so many first contacts a day.
pub(super) fn sender(n: u128, first_contacts: u32) -> Sender {
    Sender {
        id: id(n),
        ready: true,
        ready_at: None,
        health: 100,
        first_contacts_left: first_contacts,
        first_contacts_per_day: first_contacts,
        messages_left: 10_000,
        messages_per_day: 10_000,
        waiting: 0,
        zone: Tz::Europe__Moscow,
        working: None,
        quiet: None,
    }
}

/// So many people on these clocks, one after the other.
pub(super) fn people(count: usize, zones: &[Option<Tz>]) -> Vec<Person> {
    let person = |n: usize| Person {
        id: id(1_000_000 + n as u128),
        policy: policy::Facts { reachable: true, zone: zones[n % zones.len()], ..policy::Facts::default() },
        facts: Facts::default(),
        has_written: false,
    };
    (0..count).map(person).collect()
}
