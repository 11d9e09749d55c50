//! Loudness of voice messages: Telegram packs five bits for each.

/// More than a screen shows; Telegram sends 100.
const SAMPLES_MOST: usize = 100;
const BITS: usize = 5;

pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let samples = (bytes.len() * 8 / BITS).min(SAMPLES_MOST);
    (0..samples).map(|index| sample(bytes, index * BITS)).collect()
}

fn sample(bytes: &[u8], bit: usize) -> u8 {
    let low = bytes.get(bit / 8).copied().unwrap_or_default();
    let high = bytes.get(bit / 8 + 1).copied().unwrap_or_default();
    let both = u16::from_le_bytes([low, high]) >> (bit % 8);
    both.to_le_bytes()[0] & 0x1f
}

/// As Telegram takes it.
pub(crate) fn packed(samples: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; (samples.len() * BITS).div_ceil(8)];
    for (index, sample) in samples.iter().enumerate() {
        let bit = index * BITS;
        let [low, high] = (u16::from(sample & 0x1f) << (bit % 8)).to_le_bytes();
        if let Some(byte) = bytes.get_mut(bit / 8) {
            *byte |= low;
        }
        if let Some(byte) = bytes.get_mut(bit / 8 + 1) {
            *byte |= high;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_unpacks(samples in prop::collection::vec(0_u8..32, 0..100)) {
            let unpacked = unpacked(&packed(&samples));
            prop_assert_eq!(&unpacked[..samples.len()], &samples[..]);
        }

        #[test]
        fn never_more_than_a_hundred(bytes: Vec<u8>) {
            prop_assert!(unpacked(&bytes).len() <= SAMPLES_MOST);
        }
    }

    #[test]
    fn the_bits_are_where_telegram_puts_them() {
        assert_eq!(unpacked(&[0b0100_0001, 0b0000_1100, 0, 0, 0])[..3], [1, 0b00010, 0b00011]);
    }
}
