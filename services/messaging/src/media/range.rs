//! Which bytes of a file a request wants (RFC 9110 §14). No I/O.

use std::ops::Range;

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    Part(Range<u64>),
    /// Nothing that the file has.
    Nothing,
}

/// The first range of the header, within a file of so many bytes. What cannot be read is passed over, as the standard says.
#[must_use]
pub fn wanted(header: Option<&str>, size: u64) -> Wanted {
    let Some(range) = header.and_then(|text| text.trim().strip_prefix("bytes=")) else { return Wanted::Whole };
    let Some((from, to)) = range.split(',').next().and_then(|first| first.trim().split_once('-')) else {
        return Wanted::Whole;
    };
    let range = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from <= to => from..to.saturating_add(1).min(size),
        (Ok(from), Err(_)) if to.is_empty() => from..size,
        (Err(_), Ok(last)) if from.is_empty() => size.saturating_sub(last)..size,
        _ => return Wanted::Whole,
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        for (header, expected) in [
            (None, Wanted::Whole),
            (Some("bytes=0-99"), Wanted::Part(0..100)),
            (Some("bytes=10-"), Wanted::Part(10..1000)),
            (Some("bytes=-10"), Wanted::Part(990..1000)),
            (Some("bytes=900-5000"), Wanted::Part(900..1000)),
            (Some("bytes=0-0, 5-6"), Wanted::Part(0..1)),
            (Some("bytes=1000-"), Wanted::Nothing),
            (Some("bytes=-0"), Wanted::Nothing),
            (Some("bytes=5-1"), Wanted::Whole),
            (Some("lines=1-2"), Wanted::Whole),
            (Some("bytes=x"), Wanted::Whole),
            (Some("bytes=18446744073709551615-18446744073709551615"), Wanted::Nothing),
        ] {
            assert_eq!(wanted(header, 1000), expected, "{header:?}");
        }
    }
}
