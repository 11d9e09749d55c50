//! Places within a column as texts that sort by bytes, with room between any two: fractional indexing, after David
//! Greenspan ("Implementing Fractional Indexing", 2020). A key is a whole number of variable length, whose first letter
//! tells its length, and a fraction. Putting a card first or last lengthens keys by logarithm only; putting cards
//! between the same two again and again lengthens them by a character for every five or six, until the column is
//! [`spread`] anew.

use uuid::Uuid;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ZERO: u8 = b'0';
const LAST: u8 = b'z';
/// Whole numbers with this letter have one digit and are not negative; those before it in the alphabet are negative.
const SMALLEST_POSITIVE: u8 = b'a';
const GREATEST_NEGATIVE: u8 = b'Z';

/// Keys longer than this are a reason to spread the column anew.
pub const LONG: usize = 40;

/// A key between two others, `None` standing for the ends; `None` when there is no room: the keys are out of order, or
/// were not made here.
#[must_use]
pub fn between(left: Option<&str>, right: Option<&str>) -> Option<String> {
    let left = left.map(parse).map_or(Some(None), |key| key.map(Some))?;
    let right = right.map(parse).map_or(Some(None), |key| key.map(Some))?;
    let bytes = match (left, right) {
        (None, None) => vec![SMALLEST_POSITIVE, ZERO],
        (Some(left), None) => match next(left.whole) {
            Some(whole) => whole,
            None => joined(left.whole, &middle(left.fraction, None)),
        },
        (None, Some(right)) if !right.fraction.is_empty() => right.whole.to_vec(),
        (None, Some(right)) => previous(right.whole)?,
        (Some(left), Some(right)) if (left.whole, left.fraction) >= (right.whole, right.fraction) => return None,
        (Some(left), Some(right)) if left.whole == right.whole => {
            joined(left.whole, &middle(left.fraction, Some(right.fraction)))
        }
        (Some(left), Some(right)) => match next(left.whole) {
            Some(whole) if (whole.as_slice(), [].as_slice()) < (right.whole, right.fraction) => whole,
            _ => joined(left.whole, &middle(left.fraction, None)),
        },
    };
    String::from_utf8(bytes).ok()
}

/// A key between two others with a tail of its own, so that two cards that are put to one place at the same time get two keys.
/// `None` as in [`between`].
#[must_use]
pub fn apart(left: Option<&str>, right: Option<&str>, card: Uuid) -> Option<String> {
    let mut key = match (left, right) {
        // Not the whole number that the other one begins with: that would be halved again and again.
        (None, Some(right)) => match previous(parse(right)?.whole) {
            Some(whole) => String::from_utf8(whole).ok()?,
            None => between(None, Some(right))?,
        },
        _ => between(left, right)?,
    };
    while right.is_some_and(|right| right.starts_with(&key)) {
        key = between(Some(&key), right)?;
    }
    let mut salt = card.as_u128();
    let mut digit = |from: usize| {
        let digits = &DIGITS[from..];
        let digit = digits[usize::try_from(salt % digits.len() as u128).unwrap_or_default()];
        salt /= digits.len() as u128;
        char::from(digit)
    };
    let tail = [digit(0), digit(0), digit(0), digit(1)];
    key.extend(tail);
    Some(key)
}

/// So many keys between two others, in order, as short as they can be; `None` when there is no room.
#[must_use]
pub fn spread(left: Option<&str>, right: Option<&str>, count: usize) -> Option<Vec<String>> {
    if count == 0 {
        return Some(Vec::new());
    }
    if right.is_none() {
        let mut keys: Vec<String> = Vec::with_capacity(count);
        while keys.len() < count {
            keys.push(between(keys.last().map(String::as_str).or(left), None)?);
        }
        return Some(keys);
    }
    if left.is_none() {
        let mut keys: Vec<String> = Vec::with_capacity(count);
        while keys.len() < count {
            keys.push(between(None, keys.last().map(String::as_str).or(right))?);
        }
        keys.reverse();
        return Some(keys);
    }
    let (before, middle) = (count / 2, between(left, right)?);
    let mut keys = spread(left, Some(&middle), before)?;
    let after = spread(Some(&middle), right, count - before - 1)?;
    keys.push(middle);
    keys.extend(after);
    Some(keys)
}

#[derive(Clone, Copy)]
struct Key<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
}

/// Takes a key apart; `None` for what was not made here.
fn parse(key: &str) -> Option<Key<'_>> {
    let bytes = key.as_bytes();
    let length = match *bytes.first()? {
        head @ b'a'..=b'z' => usize::from(head - SMALLEST_POSITIVE) + 2,
        head @ b'A'..=b'Z' => usize::from(GREATEST_NEGATIVE - head) + 2,
        _ => return None,
    };
    let (whole, fraction) = (bytes.get(..length)?, &bytes[length..]);
    let digits = bytes.iter().all(|byte| DIGITS.contains(byte));
    (digits && fraction.last() != Some(&ZERO)).then_some(Key { whole, fraction })
}

fn joined(whole: &[u8], fraction: &[u8]) -> Vec<u8> {
    [whole, fraction].concat()
}

fn value(digit: u8) -> usize {
    DIGITS.iter().position(|known| *known == digit).unwrap_or_default()
}

/// The whole number one greater; `None` behind the greatest.
fn next(whole: &[u8]) -> Option<Vec<u8>> {
    let mut number = whole.to_vec();
    for digit in number.iter_mut().skip(1).rev() {
        if *digit != LAST {
            *digit = DIGITS[value(*digit) + 1];
            return Some(number);
        }
        *digit = ZERO;
    }
    match number[0] {
        GREATEST_NEGATIVE => return Some(vec![SMALLEST_POSITIVE, ZERO]),
        b'z' => return None,
        head => number[0] = head + 1,
    }
    if number[0] > SMALLEST_POSITIVE {
        number.push(ZERO);
    } else {
        number.truncate(number.len() - 1);
    }
    Some(number)
}

/// The whole number one less; `None` before the least.
fn previous(whole: &[u8]) -> Option<Vec<u8>> {
    let mut number = whole.to_vec();
    for digit in number.iter_mut().skip(1).rev() {
        if *digit != ZERO {
            *digit = DIGITS[value(*digit) - 1];
            return Some(number);
        }
        *digit = LAST;
    }
    match number[0] {
        SMALLEST_POSITIVE => return Some(vec![GREATEST_NEGATIVE, LAST]),
        b'A' => return None,
        head => number[0] = head - 1,
    }
    if number[0] < GREATEST_NEGATIVE {
        number.push(LAST);
    } else {
        number.truncate(number.len() - 1);
    }
    Some(number)
}

/// A fraction between two others that do not end in zero, `None` standing for one.
fn middle(low: &[u8], high: Option<&[u8]>) -> Vec<u8> {
    let digit = |of: &[u8], place: usize| of.get(place).copied().unwrap_or(ZERO);
    let shared = high.map_or(0, |high| (0..high.len()).take_while(|n| digit(low, *n) == high[*n]).count());
    if let Some(high) = high.filter(|_| shared > 0) {
        let rest = middle(low.get(shared..).unwrap_or_default(), Some(&high[shared..]));
        return joined(&high[..shared], &rest);
    }
    let (bottom, top) = (low.first().map_or(0, |d| value(*d)), high.map_or(DIGITS.len(), |h| value(digit(h, 0))));
    match high {
        _ if top - bottom > 1 => vec![DIGITS[usize::midpoint(bottom, top)]],
        Some(high) if high.len() > 1 => vec![high[0]],
        _ => joined(&[DIGITS[bottom]], &middle(low.get(1..).unwrap_or_default(), None)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_go_on_at_both_ends_without_growing() {
        let (mut first, mut last) = ("a0".to_owned(), "a0".to_owned());
        for _ in 0..20_000 {
            let (earlier, later) = (between(None, Some(&first)).unwrap(), between(Some(&last), None).unwrap());
            assert!(earlier < first && last < later);
            (first, last) = (earlier, later);
        }
        assert!(first.len() <= 4 && last.len() <= 4, "{first} {last}");
    }

    #[test]
    fn putting_cards_first_or_last_apart_does_not_lengthen_keys() {
        let (mut first, mut last) = ("a0".to_owned(), "a0".to_owned());
        for card in 0..20_000 {
            first = apart(None, Some(&first), Uuid::from_u128(card)).unwrap();
            last = apart(Some(&last), None, Uuid::from_u128(card)).unwrap();
        }
        assert!(first.len() <= 8 && last.len() <= 8, "{first} {last}");
    }

    #[test]
    fn there_is_no_room_between_equal_or_swapped_keys() {
        assert_eq!(between(Some("a1"), Some("a1")), None);
        assert_eq!(between(Some("a2"), Some("a1")), None);
        for foreign in ["", "-", "a", "a10", "é0"] {
            assert_eq!(between(Some(foreign), None), None, "{foreign}");
        }
    }

    #[test]
    fn the_whole_numbers_have_an_end_that_fractions_pass() {
        let greatest = format!("z{}", "z".repeat(26));
        assert!(between(Some(&greatest), None).unwrap() > greatest);
        let least = format!("A{}", "0".repeat(26));
        assert_eq!(between(None, Some(&least)), None);
        assert!(between(None, Some(&format!("{least}1"))).unwrap().starts_with('A'));
    }

    proptest! {
        #[test]
        fn a_key_put_anywhere_stands_where_it_was_put(places in prop::collection::vec(any::<prop::sample::Index>(), 1..200)) {
            let mut keys: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(keys.len() + 1);
                let left = at.checked_sub(1).map(|n| keys[n].as_str());
                let key = between(left, keys.get(at).map(String::as_str)).unwrap();
                keys.insert(at, key);
            }
            prop_assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
        }

        #[test]
        fn cards_put_to_one_place_at_once_stand_apart(
            places in prop::collection::vec((any::<prop::sample::Index>(), any::<u128>(), any::<u128>()), 1..200),
        ) {
            let mut keys: Vec<String> = Vec::new();
            for (place, one, other) in places {
                let at = place.index(keys.len() + 1);
                let (left, right) = (at.checked_sub(1).map(|n| keys[n].as_str()), keys.get(at).map(String::as_str));
                let put = |card: u128| apart(left, right, Uuid::from_u128(card)).unwrap();
                let (key, rival) = (put(one), put(other));
                prop_assert_eq!(key == rival, key.ends_with(&rival[rival.len() - 4..]));
                keys.insert(at, key);
            }
            prop_assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
            prop_assert!(keys.iter().all(|key| parse(key).is_some()), "{keys:?}");
        }

        #[test]
        fn keys_that_are_spread_are_distinct_short_and_in_order(count in 0_usize..3000) {
            for (left, right) in [(None, None), (Some("a1"), None), (None, Some("a1")), (Some("a1"), Some("a2"))] {
                let keys = spread(left, right, count).unwrap();
                prop_assert_eq!(keys.len(), count);
                let all: Vec<&str> = left.into_iter().chain(keys.iter().map(String::as_str)).chain(right).collect();
                prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
                prop_assert!(keys.iter().all(|key| key.len() <= 6));
            }
        }
    }
}
