//! Chance that is the same for the same seed. (`SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>)

/// A source of numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// Of its own for each thing that is decided, so that one more decision changes no other.
    pub fn of(seed: u64, what: &[i64]) -> Self {
        let mix = |state: u64, part: &i64| Self(state ^ part.cast_unsigned()).next();
        Self(what.iter().fold(seed, mix))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0).cast_unsigned() + 1;
        low + (self.next() % span).cast_signed()
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n.max(1))
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let length = from.len() as u64;
        let at = if length == 0 { 0 } else { self.next() % length };
        from.get(usize::try_from(at).unwrap_or(0))
    }
}
