//! How well an account is, from 0 to 100, and what weighs on it. No I/O.

use chrono::{DateTime, TimeDelta, Utc};

/// What is known of an account's last days.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Facts {
    /// Flood waits of the last seven days.
    pub floods: u32,
    pub peer_flood_at: Option<DateTime<Utc>>,
    pub restricted_until: Option<DateTime<Utc>>,
    /// Lost connections of the last seven days.
    pub reconnects: u32,
    /// Since when the session exists.
    pub connected_at: Option<DateTime<Utc>>,
    /// Whom it wrote to first in the last 14 days, and how many of them answered.
    pub first_contacts: u32,
    pub answered: u32,
    /// The part of a day's limits that is used, percent.
    pub used_percent: u32,
    /// Whether it cannot work until somebody does something.
    pub is_broken: bool,
}

/// Something that weighs on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    pub reason: Reason,
    /// Points that it takes.
    pub points: u8,
}

api::words! {
    /// What weighs on the health of an account.
    Reason {
        Broken = "broken",
        Restricted = "restricted",
        PeerFlood = "peer_flood",
        Floods = "floods",
        Reconnects = "reconnects",
        NewSession = "new_session",
        FewAnswers = "few_answers",
        NearLimit = "near_limit",
    }
}

api::words! {
    /// Health in a word.
    Band {
        Good = "good",
        Fair = "fair",
        Poor = "poor",
    }
}

/// How well an account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub score: u8,
    /// The heaviest first.
    pub weights: Vec<Weight>,
}

/// How long a `PEER_FLOOD` is remembered, days; it weighs less each day.
pub const PEER_FLOOD_DAYS: i64 = 14;
/// First contacts below which their answers say nothing.
const TOO_FEW: u32 = 10;

impl Health {
    #[must_use]
    pub fn band(&self) -> Band {
        match self.score {
            80.. => Band::Good,
            50.. => Band::Fair,
            _ => Band::Poor,
        }
    }
}

/// Weighs what is known.
#[must_use]
pub fn weigh(facts: &Facts, now: DateTime<Utc>) -> Health {
    let restricted = facts.restricted_until.is_some_and(|until| until > now);
    let weights = [
        (Reason::Broken, if facts.is_broken { 60 } else { 0 }),
        (Reason::Restricted, if restricted { 50 } else { 0 }),
        (Reason::PeerFlood, peer_flood(facts, now)),
        (Reason::Floods, (facts.floods * 6).min(30)),
        (Reason::Reconnects, (facts.reconnects / 5 * 5).min(15)),
        (Reason::NewSession, new_session(facts, now)),
        (Reason::FewAnswers, few_answers(facts)),
        (Reason::NearLimit, if facts.used_percent >= 90 { 5 } else { 0 }),
    ];
    let weights = weights.into_iter().filter(|(_, points)| *points > 0);
    let mut weights: Vec<Weight> =
        weights.map(|(reason, points)| Weight { reason, points: u8::try_from(points).unwrap_or(u8::MAX) }).collect();
    weights.sort_by_key(|weight| (std::cmp::Reverse(weight.points), weight.reason));
    let lost: u32 = weights.iter().map(|weight| u32::from(weight.points)).sum();
    Health { score: u8::try_from(100_u32.saturating_sub(lost)).unwrap_or_default(), weights }
}

fn peer_flood(facts: &Facts, now: DateTime<Utc>) -> u32 {
    let Some(at) = facts.peer_flood_at else { return 0 };
    let days = (now - at).num_days().clamp(0, PEER_FLOOD_DAYS);
    u32::try_from(40 * (PEER_FLOOD_DAYS - days) / PEER_FLOOD_DAYS).unwrap_or_default()
}

fn new_session(facts: &Facts, now: DateTime<Utc>) -> u32 {
    match facts.connected_at.map(|at| now - at) {
        Some(age) if age < TimeDelta::days(2) => 15,
        Some(age) if age < TimeDelta::days(14) => 5,
        _ => 0,
    }
}

fn few_answers(facts: &Facts) -> u32 {
    if facts.first_contacts < TOO_FEW {
        return 0;
    }
    match facts.answered * 100 / facts.first_contacts {
        0..5 => 20,
        5..15 => 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    fn settled() -> Facts {
        Facts { connected_at: Some(now() - TimeDelta::days(100)), ..Facts::default() }
    }

    #[test]
    #[expect(clippy::type_complexity, reason = "the rows of a table")]
    fn what_weighs_is_named_with_its_weight() {
        let ago = |days| Some(now() - TimeDelta::days(days));
        let table: Vec<(Facts, u8, Vec<(Reason, u8)>)> = vec![
            (settled(), 100, vec![]),
            (Facts { connected_at: ago(1), ..settled() }, 85, vec![(Reason::NewSession, 15)]),
            (Facts { connected_at: ago(7), ..settled() }, 95, vec![(Reason::NewSession, 5)]),
            (Facts { floods: 2, ..settled() }, 88, vec![(Reason::Floods, 12)]),
            (Facts { floods: 90, ..settled() }, 70, vec![(Reason::Floods, 30)]),
            (Facts { peer_flood_at: ago(0), ..settled() }, 60, vec![(Reason::PeerFlood, 40)]),
            (Facts { peer_flood_at: ago(7), ..settled() }, 80, vec![(Reason::PeerFlood, 20)]),
            (Facts { peer_flood_at: ago(14), ..settled() }, 100, vec![]),
            (Facts { reconnects: 4, ..settled() }, 100, vec![]),
            (Facts { reconnects: 11, ..settled() }, 90, vec![(Reason::Reconnects, 10)]),
            (Facts { first_contacts: 9, ..settled() }, 100, vec![]),
            (Facts { first_contacts: 50, answered: 2, ..settled() }, 80, vec![(Reason::FewAnswers, 20)]),
            (Facts { first_contacts: 50, answered: 5, ..settled() }, 90, vec![(Reason::FewAnswers, 10)]),
            (Facts { used_percent: 95, floods: 1, ..settled() }, 89, vec![(Reason::Floods, 6), (Reason::NearLimit, 5)]),
            (
                Facts { restricted_until: Some(now() + TimeDelta::hours(1)), ..settled() },
                50,
                vec![(Reason::Restricted, 50)],
            ),
            (Facts { restricted_until: ago(0), ..settled() }, 100, vec![]),
            (Facts { is_broken: true, ..settled() }, 40, vec![(Reason::Broken, 60)]),
        ];
        for (facts, score, reasons) in table {
            let health = weigh(&facts, now());
            let found: Vec<_> = health.weights.iter().map(|weight| (weight.reason, weight.points)).collect();
            assert_eq!((health.score, found), (score, reasons), "{facts:?}");
        }
    }

    #[test]
    fn bands_begin_at_80_and_50() {
        let band = |score| Health { score, weights: Vec::new() }.band();
        assert_eq!(
            [0, 49, 50, 79, 80, 100].map(band).map(Band::as_str),
            ["poor", "poor", "fair", "fair", "good", "good"]
        );
    }

    proptest! {
        #[test]
        fn more_trouble_never_makes_it_better(floods in 0_u32..100, more in 0_u32..100, reconnects in 0_u32..100) {
            let facts = Facts { floods, reconnects, ..settled() };
            let worse = Facts { floods: floods + more, reconnects: reconnects + more, ..facts };
            let (before, after) = (weigh(&facts, now()), weigh(&worse, now()));
            prop_assert!(after.score <= before.score);
            let lost: u32 = after.weights.iter().map(|weight| u32::from(weight.points)).sum();
            prop_assert_eq!(u32::from(after.score), 100_u32.saturating_sub(lost));
        }
    }
}
