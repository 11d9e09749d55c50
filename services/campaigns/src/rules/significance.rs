//! Whether two shares differ by more than chance would make them: the pooled two-proportion z-test, and Fisher's exact test
//! where samples are too small for it. Both two-sided. No I/O.

use std::f64::consts::PI;

/// How often something was tried, and how often it succeeded; never more often than tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub trials: u64,
    pub successes: u64,
}

/// Below this many expected in a cell, the normal approximation is not good enough (Cochran 1954).
const SMALLEST_EXPECTED: f64 = 5.0;
/// Tables at most so much likelier than the one that is there count as not likelier, as in R's `fisher.test`.
const RELATIVE_ERROR: f64 = 1e-7;

impl Count {
    #[must_use]
    pub fn new(trials: u64, successes: u64) -> Self {
        Self { trials, successes: successes.min(trials) }
    }

    /// The share that succeeded; 0 when nothing was tried.
    #[must_use]
    pub fn rate(self) -> f64 {
        if self.trials == 0 { 0.0 } else { real(self.successes) / real(self.trials) }
    }
}

/// Counts of messages are far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "whole numbers below 2^53 are exact")]
fn real(number: u64) -> f64 {
    number as f64
}

/// How likely chance alone makes two shares differ at least so much: by the z-test, or by Fisher's where a count below five
/// is to be expected. 1 when nothing was tried.
#[must_use]
pub fn p_value(one: Count, other: Count) -> f64 {
    let (trials, successes) = (real(one.trials + other.trials), real(one.successes + other.successes));
    if one.trials == 0 || other.trials == 0 {
        return 1.0;
    }
    let smaller = real(one.trials.min(other.trials));
    let expected = smaller * successes.min(trials - successes) / trials;
    if expected < SMALLEST_EXPECTED { fisher(one, other) } else { 2.0 * above(z_score(one, other).abs()) }
}

/// The pooled z statistic, without a correction for continuity; 0 when it is not defined.
#[must_use]
pub fn z_score(one: Count, other: Count) -> f64 {
    let (trials, successes) = (real(one.trials + other.trials), real(one.successes + other.successes));
    let pooled = successes / trials;
    let error = (pooled * (1.0 - pooled) * (1.0 / real(one.trials) + 1.0 / real(other.trials))).sqrt();
    if error > 0.0 { (one.rate() - other.rate()) / error } else { 0.0 }
}

/// The share of the standard normal distribution above a point that is not negative.
#[must_use]
pub fn above(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    0.5 * complementary_error(x)
}

/// erfc(x) for x ≥ 0: the series 7.1.6 of Abramowitz and Stegun where it converges fast, the continued fraction 7.1.14
/// behind it.
fn complementary_error(x: f64) -> f64 {
    if x < 2.5 {
        let (mut term, mut sum, mut n) = (x, x, 1.0);
        while term > sum * 1e-17 {
            term *= 2.0 * x * x / (2.0 * n + 1.0);
            sum += term;
            n += 1.0;
        }
        return 1.0 - 2.0 / PI.sqrt() * (-x * x).exp() * sum;
    }
    // From the innermost fraction outwards.
    let fraction = (1..=120_u32).rev().fold(x, |inner, n| x + f64::from(n) / 2.0 / inner);
    (-x * x).exp() / (PI.sqrt() * fraction)
}

/// Fisher's exact test, two-sided: how likely are tables with the same sums that are not likelier than this one.
#[must_use]
pub fn fisher(one: Count, other: Count) -> f64 {
    let successes = one.successes + other.successes;
    let trials = one.trials + other.trials;
    let (least, most) = (successes.saturating_sub(other.trials), successes.min(one.trials));
    let whole = ln_choose(trials, successes);
    let ln_likelihood = |k: u64| ln_choose(one.trials, k) + ln_choose(other.trials, successes - k) - whole;
    let limit = ln_likelihood(one.successes) + RELATIVE_ERROR;
    let unlikely = (least..=most).map(ln_likelihood).filter(|ln| *ln <= limit);
    unlikely.map(f64::exp).sum::<f64>().min(1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// ln n!: the sum for small ones, Stirling's series (Abramowitz and Stegun 6.1.41) for others.
fn ln_factorial(n: u64) -> f64 {
    if n < 64 {
        return (2..=n).map(|factor| real(factor).ln()).sum();
    }
    let x = real(n) + 1.0;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
        + 1.0 / (1260.0 * x.powi(5))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(value: f64, expected: f64, digits: i32) -> bool {
        (value - expected).abs() <= expected.abs() * 10_f64.powi(-digits)
    }

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        // Abramowitz and Stegun, table 26.1 (1 − P), and 26.2 for the tail.
        let table = [
            (0.0, 0.5),
            (0.5, 0.308_537_538_7),
            (1.0, 0.158_655_253_9),
            (1.644_853_627, 0.05),
            (1.959_963_985, 0.025),
            (2.575_829_304, 0.005),
            (3.0, 1.349_898_032e-3),
            (4.0, 3.167_124_183e-5),
            (5.0, 2.866_515_719e-7),
            (6.0, 9.865_876_45e-10),
        ];
        for (z, expected) in table {
            assert!(near(above(z), expected, 8), "{z}: {} is not {expected}", above(z));
        }
    }

    #[test]
    fn the_z_test_gives_what_was_published() {
        // The Physicians' Health Study: heart attacks with placebo and aspirin. Agresti, Categorical Data Analysis, gives
        // X² = 25.01, which is z².
        let (placebo, aspirin) = (Count::new(11_034, 189), Count::new(11_037, 104));
        let z = z_score(placebo, aspirin);
        assert!((z * z - 25.01).abs() < 0.01, "{z}");
        assert!(p_value(placebo, aspirin) < 1e-6);
        // Jobs with callbacks by name, Bertrand and Mullainathan 2004: 9.65 % of 2435 and 6.45 % of 2435, z = 4.1, p < 0.0001.
        let (white, black) = (Count::new(2435, 235), Count::new(2435, 157));
        assert!((z_score(white, black) - 4.11).abs() < 0.01 && p_value(white, black) < 1e-4);
    }

    #[test]
    fn fishers_test_gives_what_was_published() {
        let table = [
            // The lady tasting tea: Fisher 1935, in R's `fisher.test`.
            (Count::new(4, 3), Count::new(4, 1), 0.485_714),
            // Convictions of like-sex twins: Fisher 1962, in R's `fisher.test`.
            (Count::new(13, 10), Count::new(17, 2), 0.000_536_7),
            // Men and women who study: Wikipedia, "Fisher's exact test".
            (Count::new(12, 1), Count::new(12, 9), 0.002_759_456),
        ];
        for (one, other, expected) in table {
            let p = fisher(one, other);
            assert!(near(p, expected, 3), "{p} is not {expected}");
            assert!(near(fisher(other, one), p, 9));
        }
        // Four of eight: two are to be expected in a cell. Where five are, it is the z-test.
        assert!(near(p_value(Count::new(4, 3), Count::new(4, 1)), 0.485_714, 3));
        let (one, other) = (Count::new(12, 1), Count::new(12, 9));
        assert!(near(p_value(one, other), 2.0 * above(z_score(one, other).abs()), 9));
    }

    #[test]
    fn factorials_join_where_the_series_takes_over() {
        let sum = |n: u64| (2..=n).map(|factor| real(factor).ln()).sum::<f64>();
        for n in [0, 1, 5, 63, 64, 65, 1000] {
            assert!((ln_factorial(n) - sum(n)).abs() < 1e-9, "{n}");
        }
    }

    proptest! {
        #[test]
        fn a_p_value_is_one_and_does_not_depend_on_the_order(
            (a, x) in (1_u64..5000).prop_flat_map(|n| (Just(n), 0..=n)),
            (b, y) in (1_u64..5000).prop_flat_map(|n| (Just(n), 0..=n)),
        ) {
            let (one, other) = (Count::new(a, x), Count::new(b, y));
            let p = p_value(one, other);
            prop_assert!((0.0..=1.0 + 1e-9).contains(&p), "{}", p);
            prop_assert!((p - p_value(other, one)).abs() < 1e-9);
            // What did not succeed differs as much.
            let flipped = p_value(Count::new(a, a - x), Count::new(b, b - y));
            prop_assert!((p - flipped).abs() < 1e-6, "{} {}", p, flipped);
        }
    }
}
