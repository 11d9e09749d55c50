use proptest::prelude::*;

use super::*;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn variants(weights: &[u32]) -> Vec<Variant> {
    let variant = |(index, weight): (usize, &u32)| Variant {
        id: id(index as u128 + 1),
        name: index.to_string(),
        weight: *weight,
        template_id: None,
        text: "Hi".to_owned(),
        media: Vec::new(),
        state: VariantState::Running,
    };
    weights.iter().enumerate().map(variant).collect()
}

fn fared(counts: &[(u64, u64)]) -> Vec<Fared> {
    let one = |(index, (trials, successes)): (usize, &(u64, u64))| Fared {
        variant: id(index as u128 + 1),
        count: Count::new(*trials, *successes),
    };
    counts.iter().enumerate().map(one).collect()
}

/// Ids as they are made: by time, with chance behind it.
fn enrolment(n: u64) -> Uuid {
    let mut chance = Chance::seeded(11, &[n]);
    let random: [u8; 10] = std::array::from_fn(|_| u8::try_from(chance.below(256)).unwrap());
    uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000 + n, &random).into_uuid()
}

#[test]
fn the_split_is_stable_and_in_proportion() {
    for weights in [&[50, 50][..], &[90, 10], &[1, 1, 1], &[20, 30, 50], &[100]] {
        let (variants, step, people) = (variants(weights), id(77), 20_000_u64);
        let mut counts = vec![0_u32; weights.len()];
        for n in 0..people {
            let picked = pick(enrolment(n), step, &variants).unwrap();
            assert_eq!(pick(enrolment(n), step, &variants), Some(picked));
            counts[variants.iter().position(|variant| variant.id == picked).unwrap()] += 1;
        }
        let total: u32 = weights.iter().sum();
        for (count, weight) in counts.iter().zip(weights) {
            let share = f64::from(*weight) / f64::from(total);
            let expected = 20_000.0 * share;
            // Four standard deviations of a binomial distribution: one in 16 000 is outside.
            let bound = 4.0 * (expected * (1.0 - share)).sqrt();
            assert!((f64::from(*count) - expected).abs() <= bound, "{weights:?}: {count} is not about {expected}");
        }
    }
}

#[test]
fn steps_split_independently_of_each_other() {
    let variants = variants(&[50, 50]);
    let same = (0..10_000).filter(|n| pick(enrolment(*n), id(1), &variants) == pick(enrolment(*n), id(2), &variants));
    let same = same.count();
    assert!((4_800..5_200).contains(&same), "{same}");
}

#[test]
fn a_winner_goes_to_everybody_and_a_loser_to_nobody() {
    let mut list = variants(&[50, 50]);
    list[0].state = VariantState::Lost;
    assert!((0..100).all(|n| pick(enrolment(n), id(1), &list) == Some(id(2))));
    list[1].state = VariantState::Lost;
    assert_eq!(pick(enrolment(1), id(1), &list), None);
    list[0].state = VariantState::Won;
    assert_eq!(pick(enrolment(1), id(1), &list), Some(id(1)));
    assert_eq!(pick(enrolment(1), id(1), &[]), None);
}

#[test]
fn the_split_does_not_change_between_versions() {
    let variants = variants(&[20, 30, 50]);
    let picked: Vec<u128> = (1..=12).map(|n| pick(id(n), id(77), &variants).unwrap().as_u128()).collect();
    assert_eq!(picked, PICKED);
}

/// Counted by another program.
const PICKED: [u128; 12] = [3, 2, 2, 3, 3, 1, 3, 2, 3, 2, 3, 1];

/// A name, what was sent and answered, the minimum, looks before, who wins.
type Case<'a> = (&'a str, &'a [(u64, u64)], u32, u32, Option<u128>);

#[test]
fn a_winner_needs_a_sample_a_look_and_a_difference() {
    let won = |counts: &[(u64, u64)], minimum, looked| match judge(&fared(counts), minimum, looked) {
        Judgement::Won { comparison } => Some(comparison.leader.as_u128()),
        _ => None,
    };
    let table: [Case<'_>; 9] = [
        ("one variant", &[(1000, 500)], 100, 0, None),
        ("a small sample", &[(99, 60), (1000, 10)], 100, 0, None),
        ("a clear difference", &[(100, 30), (100, 5)], 100, 0, Some(1)),
        ("the other way round", &[(100, 5), (100, 30)], 100, 0, Some(2)),
        ("looked at before", &[(100, 30), (100, 5)], 100, 1, None),
        ("at the next look", &[(200, 60), (200, 10)], 100, 1, Some(1)),
        ("hardly a difference", &[(100, 12), (100, 10)], 100, 0, None),
        // p is 0.027, which is no more than it seems at the first of many looks.
        ("a difference of some", &[(100, 20), (100, 9)], 100, 0, None),
        ("none does anything", &[(500, 0), (500, 0)], 100, 0, None),
    ];
    for (name, counts, minimum, looked, expected) in table {
        assert_eq!(won(counts, minimum, looked), expected, "{name}");
    }
    // Two variants: p is 0.012, below half of 5 %. With a third one as good, not below that divided by three pairs.
    assert_eq!(won(&[(200, 31), (200, 15)], 200, 0), Some(1));
    assert_eq!(won(&[(200, 31), (200, 15), (200, 15)], 200, 0), None);
}

#[test]
fn a_judgement_says_how_much_better_and_when_it_is_looked_at_again() {
    let Judgement::Won { comparison } = judge(&fared(&[(1000, 150), (1000, 100)]), 100, 0) else { panic!() };
    assert!((comparison.lift.unwrap() - 0.5).abs() < 1e-9);
    assert!((comparison.p - 0.000_72).abs() < 0.000_01, "{}", comparison.p);
    // 1000 is the fourth look: at 100, 200, 400, 800.
    assert!((comparison.level - ALPHA / 16.0).abs() < 1e-12);
    assert_eq!(judge(&fared(&[(40, 1), (60, 3)]), 50, 0), Judgement::TooFew { smallest: 40, needed: 50 });
    let Judgement::Open { next_at, comparison } = judge(&fared(&[(120, 5), (100, 0)]), 50, 0) else { panic!() };
    assert_eq!((next_at, comparison.lift), (200, None));
    assert_eq!([0, 49, 50, 99, 100, 399, 400].map(|smallest| looks_due(smallest, 50)), [0, 0, 1, 1, 2, 3, 4]);
}

#[test]
fn variants_that_do_not_differ_are_seldom_told_apart_however_often_they_are_looked_at() {
    let (mut found, experiments) = (0, 1000);
    for experiment in 0..experiments {
        let mut chance = Chance::seeded(experiment, &[3]);
        let (mut counts, mut looked) = ([(0_u64, 0_u64); 2], 0);
        'sends: for send in 0..1600 {
            let count = &mut counts[send % 2];
            *count = (count.0 + 1, count.1 + u64::from(chance.happens(200_000)));
            if send % 10 == 9 {
                let fared = fared(&counts);
                if matches!(judge(&fared, 50, looked), Judgement::Won { .. }) {
                    found += 1;
                    break 'sends;
                }
                looked = looked.max(looks_due(counts[0].0.min(counts[1].0), 50));
            }
        }
    }
    // At most one in twenty. Looked at after every ten messages with the plain test it would be one in three or so.
    assert!(found <= experiments / 20, "{found} of {experiments}");
}

proptest! {
    #[test]
    fn only_the_best_wins_and_only_at_a_look(
        counts in prop::collection::vec((0_u64..3000).prop_flat_map(|n| (Just(n), 0..=n)), 1..5),
        minimum in 10_u32..500, looked in 0_u32..6,
    ) {
        let fared = fared(&counts);
        let smallest = counts.iter().map(|(trials, _)| *trials).min().unwrap();
        if let Judgement::Won { comparison } = judge(&fared, minimum, looked) {
            prop_assert!(smallest >= u64::from(minimum) && looks_due(smallest, minimum) > looked);
            prop_assert!(comparison.p < ALPHA / 2.0);
            let best = fared.iter().max_by(|a, b| a.count.rate().total_cmp(&b.count.rate())).unwrap();
            let leader = fared.iter().find(|one| one.variant == comparison.leader).unwrap();
            prop_assert!(leader.count.rate() >= best.count.rate());
        }
    }
}
