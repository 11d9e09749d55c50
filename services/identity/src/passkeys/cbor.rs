//! As much of CBOR (RFC 8949) as authenticators write: definite lengths, as CTAP 2 asks for, and no deeper than any of
//! them goes. What is of no use here is read over.

/// Entries of one map; none that we read has ten. Looking for a key that is there twice takes their square.
const MOST_ENTRIES: u64 = 64;
/// Values inside of each other.
const DEEPEST: u8 = 8;

/// One value.
#[derive(Debug, PartialEq)]
pub enum Item<'a> {
    Int(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    Map(Vec<(Self, Self)>),
    /// An array, a number that is no integer, true, false, null.
    Other,
}

impl<'a> Item<'a> {
    /// The value of a key in a map.
    pub fn get(&self, key: &Item<'_>) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub fn bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Reads the first value; gives it with what follows it.
pub fn read(bytes: &[u8]) -> Option<(Item<'_>, &[u8])> {
    item(bytes, 0)
}

fn item(bytes: &[u8], depth: u8) -> Option<(Item<'_>, &[u8])> {
    if depth == DEEPEST {
        return None;
    }
    let (&first, rest) = bytes.split_first()?;
    let (major, (value, rest)) = (first >> 5, argument(first & 0x1f, rest)?);
    match major {
        0 => Some((Item::Int(i64::try_from(value).ok()?), rest)),
        1 => Some((Item::Int(-1 - i64::try_from(value).ok()?), rest)),
        2 => {
            let (bytes, rest) = rest.split_at_checked(usize::try_from(value).ok()?)?;
            Some((Item::Bytes(bytes), rest))
        }
        3 => {
            let (text, rest) = rest.split_at_checked(usize::try_from(value).ok()?)?;
            Some((Item::Text(std::str::from_utf8(text).ok()?), rest))
        }
        4 => {
            let mut rest = rest;
            for _ in 0..value {
                rest = item(rest, depth + 1)?.1;
            }
            Some((Item::Other, rest))
        }
        5 => map(value, rest, depth),
        6 => item(rest, depth + 1),
        _ => Some((Item::Other, rest)),
    }
}

fn map(entries: u64, bytes: &[u8], depth: u8) -> Option<(Item<'_>, &[u8])> {
    if entries > MOST_ENTRIES {
        return None;
    }
    let (mut read, mut rest) = (Vec::new(), bytes);
    for _ in 0..entries {
        let (key, after_key) = item(rest, depth + 1)?;
        let (value, after_value) = item(after_key, depth + 1)?;
        // Which of two would count is for nobody to choose.
        if read.iter().any(|(name, _)| *name == key) {
            return None;
        }
        read.push((key, value));
        rest = after_value;
    }
    Some((Item::Map(read), rest))
}

/// The number in the first byte, or in those behind it.
fn argument(short: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let length = match short {
        0..24 => return Some((short.into(), rest)),
        24..28 => 1_usize << (short - 24),
        _ => return None,
    };
    let (number, rest) = rest.split_at_checked(length)?;
    Some((number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of RFC 8949, appendix A.
    #[test]
    fn the_examples_of_the_rfc_are_read() {
        let whole = |bytes: &'static [u8]| read(bytes).filter(|(_, rest)| rest.is_empty()).map(|(item, _)| item);
        assert_eq!(whole(&[0x17]), Some(Item::Int(23)));
        assert_eq!(whole(&[0x18, 0x64]), Some(Item::Int(100)));
        assert_eq!(whole(&[0x1a, 0x00, 0x0f, 0x42, 0x40]), Some(Item::Int(1_000_000)));
        assert_eq!(whole(&[0x39, 0x03, 0xe7]), Some(Item::Int(-1000)));
        assert_eq!(whole(&[0x44, 1, 2, 3, 4]), Some(Item::Bytes(&[1, 2, 3, 4])));
        assert_eq!(whole(&[0x62, 0xc3, 0xbc]), Some(Item::Text("ü")));
        assert_eq!(whole(&[0x83, 1, 2, 3]), Some(Item::Other));
        assert_eq!(whole(&[0xf9, 0x3c, 0x00]), Some(Item::Other), "a number of half precision");
        let map = whole(&[0xa2, 0x01, 0x02, 0x03, 0x04]).unwrap();
        assert_eq!(map.get(&Item::Int(3)), Some(&Item::Int(4)));
        assert_eq!(map.get(&Item::Int(2)), None);
    }

    #[test]
    fn what_is_cut_endless_deep_or_twice_there_is_refused() {
        for bytes in [&[][..], &[0x18], &[0x44, 1, 2], &[0x61, 0xff], &[0xa1, 1], &[0x5f, 0x41, 1, 0xff], &[0x1c]] {
            assert_eq!(read(bytes), None, "{bytes:02x?}");
        }
        assert_eq!(read(&[0xa2, 1, 1, 1, 2]), None, "a key that is there twice");
        assert_eq!(read(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]), None, "longer than there is");
        assert_eq!(read(&[0x81; 1000]), None);
        let map = |entries: u8| {
            let pairs = (0..entries).flat_map(|key| [0x18, key + 24, 1]);
            [0xb8, entries].into_iter().chain(pairs).collect::<Vec<_>>()
        };
        assert!(read(&map(64)).is_some());
        assert_eq!(read(&map(65)), None, "more entries than any of them has");
    }
}
