//! Chance that comes out the same each time: a hash of ids, and numbers made of it. The same on every machine and in every
//! version, because what it decided may be asked again. Not for secrets.

use uuid::Uuid;

/// FNV-1a, 64 bits (draft-eastlake-fnv).
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
/// The increment of `SplitMix64` (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A source of numbers that goes by what it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance(u64);

impl Chance {
    /// Of some ids, in their order.
    #[must_use]
    pub fn of(ids: &[Uuid]) -> Self {
        let bytes = ids.iter().flat_map(Uuid::as_bytes);
        Self(bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME)))
    }

    /// Of a seed, and of numbers that tell what it is for.
    #[must_use]
    pub fn seeded(seed: u64, parts: &[u64]) -> Self {
        let mut chance = Self(seed);
        for part in parts {
            chance = Self(chance.bits() ^ *part);
        }
        chance
    }

    /// The next 64 bits (`SplitMix64`).
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one; 0 when there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.bits()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or_default()
    }

    /// Whether something happens that happens so many times in a million.
    pub fn happens(&mut self, in_a_million: u32) -> bool {
        self.below(1_000_000) < in_a_million.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_that_were_published() {
        // FNV-1a of "a" and "foobar", from the test vectors of the draft; SplitMix64 of the seed 1234567, from its authors.
        let hash = |text: &str| text.bytes().fold(OFFSET, |h, byte| (h ^ u64::from(byte)).wrapping_mul(PRIME));
        assert_eq!((hash("a"), hash("foobar")), (0xaf63_dc4c_8601_ec8c, 0x8594_4171_f739_67e8));
        let mut chance = Chance(1_234_567);
        let numbers: Vec<u64> = (0..3).map(|_| chance.bits()).collect();
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn what_differs_in_one_part_differs_in_its_numbers() {
        let first = |mut chance: Chance| chance.bits();
        let numbers = [
            first(Chance::seeded(1, &[2, 3])),
            first(Chance::seeded(1, &[3, 2])),
            first(Chance::seeded(2, &[2, 3])),
            first(Chance::seeded(1, &[2])),
        ];
        for (index, number) in numbers.iter().enumerate() {
            assert!(!numbers[index + 1..].contains(number));
        }
        assert_eq!(first(Chance::seeded(1, &[2, 3])), numbers[0]);
    }

    #[test]
    fn what_happens_one_time_in_four_does() {
        let mut chance = Chance::seeded(7, &[]);
        let times = (0..40_000).filter(|_| chance.happens(250_000)).count();
        assert!((9_600..10_400).contains(&times), "{times}");
        assert!(!chance.happens(0) && chance.happens(1_000_000) && chance.below(0) == 0);
    }
}
