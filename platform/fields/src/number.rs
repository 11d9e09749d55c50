//! Numbers, amounts and days as people write them in tables. No I/O.

use chrono::NaiveDate;

use crate::value::iso_day;

/// Digits behind the point of a currency's amounts (ISO 4217); two unless listed.
#[must_use]
pub fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// A number in plain form (`-1234.5`) out of `1 234,5`, `1,234.50`, `(12)`, `€ 7`; none when it is no number. A single
/// comma before exactly three digits separates thousands, a single point never does.
#[must_use]
pub fn plain_number(raw: &str) -> Option<String> {
    let text = raw.trim();
    let (text, in_brackets) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let is_affix = |c: char| c.is_whitespace() || c.is_alphabetic() || "$€£¥₽₴₸%".contains(c);
    let text = text.trim_matches(is_affix).trim_end_matches('.').trim_matches(is_affix);
    let (minus, text) = match text.strip_prefix(['-', '−', '–']) {
        Some(rest) => (true, rest.trim_start_matches(is_affix)),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '_')).collect();
    let (whole, fraction) = split(&text)?;
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(&whole) || !digits(fraction) {
        return None;
    }
    let sign = if minus || in_brackets { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { &whole };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// The digits before the decimal sign, and those behind it.
fn split(text: &str) -> Option<(String, &str)> {
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let decimal = match (points, commas) {
        (1, 0) => Some('.'),
        (0, 1) => {
            let (before, behind) = text.split_once(',')?;
            let thousands = behind.len() == 3 && !before.is_empty() && !before.starts_with('0');
            (!thousands).then_some(',')
        }
        (0, _) | (_, 0) => None,
        // Both: the last sign is the decimal one, if there is one of it only.
        _ if text.rfind('.') > text.rfind(',') => (points == 1).then_some('.'),
        _ => (commas == 1).then_some(','),
    };
    match decimal {
        Some(sign) => {
            let (whole, fraction) = text.rsplit_once(sign)?;
            Some((without_groups(whole)?, fraction))
        }
        None => Some((without_groups(text)?, "")),
    }
}

/// Digits in groups of three, or without groups.
fn without_groups(text: &str) -> Option<String> {
    let mut groups = text.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().all(|group| group.len() == 3) && (rest.is_empty() || (1..=3).contains(&first.len()));
    grouped.then(|| format!("{first}{}", rest.concat()))
}

/// Minor units out of a plain number; none when it has more digits than the currency.
#[must_use]
pub fn minor_units(plain: &str, currency: &str) -> Option<i64> {
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = usize::try_from(minor_digits(currency)).ok()?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > digits || whole.len() > 17 {
        return None;
    }
    format!("{whole}{fraction:0<digits$}").parse().ok()
}

/// An amount in minor units as a plain number.
#[must_use]
pub fn major_units(minor: i64, currency: &str) -> String {
    let digits = minor_digits(currency);
    if digits == 0 {
        return minor.to_string();
    }
    let unit = 10_u64.pow(digits);
    let (sign, minor) = (if minor < 0 { "-" } else { "" }, minor.unsigned_abs());
    let width = usize::try_from(digits).unwrap_or_default();
    format!("{sign}{}.{:0width$}", minor / unit, minor % unit)
}

/// A day out of `2026-01-31`, `31.01.2026`, `31/01/2026`, `1/31/2026` or any of them with a time behind it. Where both
/// orders are possible, the day comes first.
#[must_use]
pub fn day(raw: &str) -> Option<NaiveDate> {
    let text = raw.trim();
    let text = text.split(['T', ' ', '\u{a0}']).next()?.trim_end_matches(',');
    if let Some(day) = iso_day(text) {
        return Some(day);
    }
    let parts: Vec<&str> = text.split(['.', '/', '-']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    if [a, b, c].iter().any(|part| part.len() > 4 || !part.chars().all(|digit| digit.is_ascii_digit())) {
        return None;
    }
    let number = |part: &str| part.parse::<u32>().ok();
    let year = |part: &str| match part.len() {
        4 => part.parse::<i32>().ok(),
        2 => part.parse::<i32>().ok().map(|year| 2000 + year),
        _ => None,
    };
    if a.len() == 4 {
        return NaiveDate::from_ymd_opt(year(a)?, number(b)?, number(c)?);
    }
    let (first, second, year) = (number(a)?, number(b)?, year(c)?);
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    day_first.or_else(|| NaiveDate::from_ymd_opt(year, first, second).filter(|_| text.contains('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_usual_spellings() {
        for (raw, plain) in [
            ("7", "7"),
            (" -7,5 ", "-7.5"),
            ("1 234,50", "1234.50"),
            ("1\u{a0}234\u{202f}567", "1234567"),
            ("1,234", "1234"),
            ("0,125", "0.125"),
            ("1,234.50", "1234.50"),
            ("1.234,50", "1234.50"),
            ("1.234.567", "1234567"),
            ("1.234", "1.234"),
            (".5", "0.5"),
            ("(12)", "-12"),
            ("€ 7", "7"),
            ("1 250 руб.", "1250"),
            ("$-3", "-3"),
            ("1'234", "1234"),
            ("15 %", "15"),
        ] {
            assert_eq!(plain_number(raw).as_deref(), Some(plain), "{raw}");
        }
        for raw in ["", "abc", "1-2", "12,34,5", "1.2.3", "--1", "1e5x1", "1,23.4,5", "12:30"] {
            assert_eq!(plain_number(raw), None, "{raw}");
        }
    }

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        for (plain, currency, minor) in
            [("12.5", "EUR", 1250), ("-0.01", "USD", -1), ("7", "JPY", 7), ("1.234", "KWD", 1234), ("3.10", "EUR", 310)]
        {
            assert_eq!(minor_units(plain, currency), Some(minor), "{plain} {currency}");
        }
        assert_eq!((minor_units("1.234", "EUR"), minor_units("0.5", "JPY")), (None, None));
        for (minor, currency, plain) in
            [(1250, "EUR", "12.50"), (-1, "USD", "-0.01"), (7, "JPY", "7"), (1234, "KWD", "1.234")]
        {
            assert_eq!(major_units(minor, currency), plain);
        }
    }

    #[test]
    fn days_are_read_in_the_usual_spellings() {
        let last = NaiveDate::from_ymd_opt(2026, 1, 31);
        for raw in [
            "2026-01-31",
            "31.01.2026",
            "31.1.26",
            "31/01/2026",
            "1/31/2026",
            "2026-01-31T10:00:00Z",
            "31.01.2026 10:00",
        ] {
            assert_eq!(day(raw), last, "{raw}");
        }
        assert_eq!(day("03/04/2026"), NaiveDate::from_ymd_opt(2026, 4, 3));
        for raw in ["", "soon", "2026-02-30", "31.13.2026", "1/2", "2026", "01.31.2026"] {
            assert_eq!(day(raw), None, "{raw}");
        }
    }
}
