//! Which variant a contact gets, and which one is better. The split goes by a hash, so it comes out the same whenever it is
//! asked. Variants are compared pair by pair ([`super::significance`]); the level of 5 % is divided among the pairs
//! (Bonferroni) and among the times they are looked at, so that looking often finds nothing that is not there. No I/O.

use serde::Serialize;
use uuid::Uuid;

use super::{
    chance::Chance,
    significance::{Count, p_value},
};
use crate::campaign::step::{Variant, VariantState};

/// How often, of all experiments in which variants do not differ, one may be found better all the same.
pub const ALPHA: f64 = 0.05;

/// The variant of a step that an enrolment gets: the winner once there is one, else by weight among those that run; none
/// when none does.
#[must_use]
pub fn pick(enrolment: Uuid, step: Uuid, variants: &[Variant]) -> Option<Uuid> {
    if let Some(won) = variants.iter().find(|variant| variant.state == VariantState::Won) {
        return Some(won.id);
    }
    let running = || variants.iter().filter(|variant| variant.state == VariantState::Running);
    let total: u64 = running().map(|variant| u64::from(variant.weight)).sum();
    let mut point = Chance::of(&[enrolment, step]).below(total);
    for variant in running() {
        let weight = u64::from(variant.weight);
        if point < weight {
            return Some(variant.id);
        }
        point -= weight;
    }
    None
}

/// How a variant fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fared {
    pub variant: Uuid,
    /// Messages that went, and those of them that did what they are compared by.
    pub count: Count,
}

/// The leader against the one that comes closest to it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    pub leader: Uuid,
    pub runner_up: Uuid,
    /// How likely chance alone makes so much of a difference.
    pub p: f64,
    /// What `p` has to be below.
    pub level: f64,
    /// By how much the leader is better: 0.5 is half as much again. None when nobody did anything with the other.
    pub lift: Option<f64>,
}

/// What is known of an experiment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Judgement {
    /// There is nothing to compare.
    Single,
    /// Some variant went too seldom yet.
    TooFew {
        smallest: u64,
        needed: u64,
    },
    /// Nothing is certain yet. It is looked at again when each variant went `next_at` times.
    Open {
        comparison: Comparison,
        next_at: u64,
    },
    Won {
        comparison: Comparison,
    },
}

/// How many looks are due when the variant that went least went so often: at the minimum sample, and at each doubling.
#[must_use]
pub fn looks_due(smallest: u64, minimum: u32) -> u32 {
    let minimum = u64::from(minimum.max(1));
    if smallest < minimum { 0 } else { (smallest / minimum).ilog2() + 1 }
}

/// Compares the variants that run. `looked` is how many looks were taken before ([`looks_due`] at that time, kept with the
/// step): without a new one nobody wins, whatever the numbers. With look n comes half the level of look n − 1, the first
/// having half of [`ALPHA`]; so all of them together keep to it.
#[must_use]
pub fn judge(fared: &[Fared], minimum: u32, looked: u32) -> Judgement {
    let smallest = fared.iter().map(|one| one.count.trials).min().unwrap_or_default();
    let rate = |one: &Fared| one.count.rate();
    let Some(leader) = fared.iter().max_by(|a, b| rate(a).total_cmp(&rate(b)).then(b.variant.cmp(&a.variant))) else {
        return Judgement::Single;
    };
    let others = fared.iter().filter(|one| one.variant != leader.variant);
    let closest = others.map(|one| (one, p_value(leader.count, one.count))).max_by(|a, b| a.1.total_cmp(&b.1));
    let Some((runner_up, p)) = closest else { return Judgement::Single };
    let due = looks_due(smallest, minimum);
    if due == 0 {
        return Judgement::TooFew { smallest, needed: minimum.into() };
    }
    let pairs = fared.len() * (fared.len() - 1) / 2;
    let pairs = u32::try_from(pairs).map_or(f64::MAX, f64::from);
    let level = ALPHA / pairs / 2_f64.powi(i32::try_from(due.max(looked)).unwrap_or(i32::MAX));
    let base = rate(runner_up);
    let lift = (base > 0.0).then(|| rate(leader) / base - 1.0);
    let comparison = Comparison { leader: leader.variant, runner_up: runner_up.variant, p, level, lift };
    if due > looked && p < level && rate(leader) > base {
        Judgement::Won { comparison }
    } else {
        let next_at = u64::from(minimum.max(1)).saturating_mul(1_u64.checked_shl(due.max(looked)).unwrap_or(u64::MAX));
        Judgement::Open { comparison, next_at }
    }
}

#[cfg(test)]
mod tests;
