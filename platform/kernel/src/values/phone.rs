//! Phone numbers in E.164. A number is accepted when its length is possible in its country,
//! assigned or not: numbering plans change faster than any table of them.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};
use serde::Serialize;

use super::problem::Problem;
use super::text::clean_line;
use super::text_value;

/// ITU-T E.164 §6: country code and national number together.
const DIGITS_MAX: usize = 15;

/// A number such as `+79125550011`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Phone(String);

text_value!(Phone);

impl Phone {
    /// Reads a number written anyhow: punctuation, `tel:`, `00` for `+`, digits of any script; an
    /// extension is dropped. `default_region` (ISO 3166 alpha-2) is the country of numbers without
    /// a country code; an unknown one counts as none.
    ///
    /// Without a region a number must carry its `+` and country code, with one exception, since
    /// Russian address books are full of it: 11 digits that start with 8 or 7 and go on with 3, 4,
    /// 8 or 9 (the first digits of Russian area and mobile codes) are Russian, `8 (912) 555-00-11`
    /// being `+7 912 555-00-11`. So a number of Vietnam (84…) or Taiwan (886…) needs its `+`. The
    /// regions RU and KZ read such 11 digits the same way.
    pub fn parse(raw: &str, default_region: Option<&str>) -> Result<Self, Problem> {
        let line = clean_line(raw);
        if line.is_empty() {
            return Err(Problem::Required);
        }
        let region = default_region.and_then(|code| Region::from_code(code).ok());
        let dialled = dialled(&line, region);
        let read = possible(&dialled, region).and_then(settled);
        read.map(Self).ok_or(Problem::PhoneInvalid)
    }

    /// For people: `+7 912 555-00-11`.
    pub fn international(&self) -> String {
        self.number()
            .map_or_else(|| self.0.clone(), |number| number.format_as(PhoneNumberFormat::International).into_owned())
    }

    /// All digits, country code first, without the `+`.
    pub fn digits(&self) -> &str {
        self.0.trim_start_matches('+')
    }

    /// The digits dialled within the country, without its trunk prefix: `9125550011`.
    pub fn national_digits(&self) -> String {
        self.number().map_or_else(|| self.digits().to_owned(), |number| number.get_national_significant_number())
    }

    fn number(&self) -> Option<PhoneNumber> {
        PHONE_NUMBER_UTIL.parse(&self.0, None).ok()
    }
}

/// The number as the library understands it: no `tel:` and its parameters, `+` for `00` and for a
/// Russian 8 or 7.
fn dialled(line: &str, region: Option<Region>) -> String {
    let number = without_scheme(line);
    let digits = leading_digits(number);
    if number.contains(['+', '\u{FF0B}']) {
        return number.to_owned();
    }
    if digits.starts_with("00") {
        return format!("+{}", after_digits(number, 2));
    }
    let may_be_russian = matches!(region, None | Some(Region::RU | Region::KZ));
    if may_be_russian && looks_russian(&digits) {
        return format!("+7{}", after_digits(number, 1));
    }
    number.to_owned()
}

fn without_scheme(line: &str) -> &str {
    match line.split_at_checked("tel:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => {
            rest.split_once(';').map_or(rest, |(number, _)| number)
        }
        _ => line,
    }
}

fn looks_russian(digits: &str) -> bool {
    let mut digits_in_order = digits.bytes();
    digits.len() == 11
        && matches!(digits_in_order.next(), Some(b'7' | b'8'))
        && matches!(digits_in_order.next(), Some(b'3' | b'4' | b'8' | b'9'))
}

/// The digits of the number itself: words in front are skipped, an extension is not reached.
fn leading_digits(number: &str) -> String {
    let number = number.trim_start_matches(|c| decimal(c).is_none());
    let extension = |c: char| c.is_alphabetic() || ",;#".contains(c);
    number.split(extension).next().unwrap_or(number).chars().filter_map(decimal).collect()
}

/// What follows the first `count` digits.
fn after_digits(number: &str, count: usize) -> &str {
    number.char_indices().filter(|(_, c)| decimal(*c).is_some()).nth(count).map_or("", |(start, _)| &number[start..])
}

/// The value of an ASCII or a full-width digit; the library itself reads the other scripts.
fn decimal(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{FF10}'..='\u{FF19}' => char::from_digit(u32::from(c) - 0xFF10, 10),
        _ => None,
    }
}

/// The E.164 form of a number whose length is that of a full number in its country.
fn possible(number: &str, region: Option<Region>) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(number, region).ok()?;
    let whole = matches!(number.is_possible_with_reason(), Ok(NumberLengthType::IsPossible));
    let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
    (whole && e164.len() <= 1 + DIGITS_MAX).then_some(e164)
}

/// Reads the E.164 form again until it stays as it is: a trunk prefix may only show once the
/// country code is off. A number that never settles is none.
fn settled(mut e164: String) -> Option<String> {
    for _ in 0..DIGITS_MAX {
        let again = possible(&e164, None)?;
        if again == e164 {
            return Some(again);
        }
        e164 = again;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::{any_text, word_of};
    use super::*;
    use proptest::prelude::*;

    fn parsed(raw: &str, region: Option<&str>) -> String {
        Phone::parse(raw, region).unwrap_or_else(|problem| panic!("{raw:?} {problem}")).into_string()
    }

    #[test]
    fn a_russian_number_is_read_with_its_trunk_8() {
        for region in [Some("RU"), Some("ru"), Some("KZ"), None, Some("??")] {
            assert_eq!(parsed(" 8 (912) 555-00-11 ", region), "+79125550011");
            assert_eq!(parsed("8 901 555 01 07", region), "+79015550107");
            assert_eq!(parsed("7 (900) 555-0000", region), "+79005550000");
        }
        assert_eq!(parsed("912 555-00-11", Some("RU")), "+79125550011");
        assert_eq!(parsed("+7 (8) 912 555 00 11", None), "+79125550011");
    }

    #[test]
    fn fictitious_numbers_of_the_right_length_are_accepted() {
        assert_eq!(parsed("+442079460000", None), "+442079460000");
        assert_eq!(parsed("+44 20 7946 0001", Some("RU")), "+442079460001");
        assert_eq!(parsed("+7 (900) 555-0000", None), "+79005550000");
        assert_eq!(parsed("+1 202 555 0100", None), "+12025550100");
    }

    #[test]
    fn two_zeros_are_a_plus() {
        assert_eq!(parsed("0044 (0)20 7946 0000", None), "+442079460000");
        assert_eq!(parsed("(00) 7 912 555-00-11", Some("RU")), "+79125550011");
    }

    #[test]
    fn a_region_reads_its_own_national_form() {
        assert_eq!(parsed("020 7946 0000", Some("GB")), "+442079460000");
        assert_eq!(parsed("(202) 555-0100", Some("US")), "+12025550100");
        assert_eq!(parsed("8 10 44 20 7946 0000", Some("RU")), "+442079460000");
    }

    #[test]
    fn links_extensions_and_words_in_front_are_dropped() {
        assert_eq!(parsed("TEL:+7-912-555-00-11;ext=5", None), "+79125550011");
        assert_eq!(parsed("+7 912 555-00-11 доб. 12", None), "+79125550011");
        assert_eq!(parsed("тел. 8 912 555-00-11 доб. 12", Some("RU")), "+79125550011");
        assert_eq!(parsed("тел. 8 912 555-00-11 доб. 12", None), "+79125550011");
        assert_eq!(parsed("mob.: +7 912 555-00-11", None), "+79125550011");
    }

    #[test]
    fn digits_of_other_scripts_are_read() {
        assert_eq!(parsed("＋７９１２５５５００１１", None), "+79125550011");
        assert_eq!(parsed("８ ９１２ ５５５ ００ １１", None), "+79125550011");
        assert_eq!(parsed("+٧٩١٢٥٥٥٠٠١١", None), "+79125550011");
    }

    #[test]
    fn what_is_not_one_whole_number_is_refused() {
        for raw in [
            "12",
            "555-0011",
            "+7812",
            "+7 912 555 00 1",
            "+44 20 7946 0000 123",
            "+999 123 456 789",
            "hello",
            "+7 912 555 00 11, +7 912 555 00 12",
            "+7 (900) 555-0000 ::: +1 202 555 0100",
            "442079460000",
            "+",
            "tel:",
            "+49 30 1234567890123",
            "@plain",
        ] {
            assert_eq!(Phone::parse(raw, None), Err(Problem::PhoneInvalid), "{raw}");
        }
        assert_eq!(Phone::parse("555-00-11", Some("RU")), Err(Problem::PhoneInvalid), "no area code");
        assert_eq!(Phone::parse("  ", None), Err(Problem::Required));
    }

    #[test]
    fn a_number_is_shown_the_way_its_country_groups_it() {
        let shown = |raw| Phone::parse(raw, None).unwrap().international();
        assert_eq!(shown("89125550011"), "+7 912 555-00-11");
        assert_eq!(shown("+442079460000"), "+44 20 7946 0000");
        assert_eq!(Phone::from_stored("broken".into()).international(), "broken");
    }

    #[test]
    fn national_digits_leave_out_country_and_trunk() {
        let phone = Phone::parse("+39 06 1234 5678", None).unwrap();
        assert_eq!((phone.digits(), phone.national_digits().as_str()), ("390612345678", "0612345678"));
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(
            raw in any_text(),
            digits in word_of("0123456789", 17),
            region in word_of("ABEGIKMRSTUXZ", 2),
        ) {
            for candidate in [raw, format!("+{digits}"), format!("+7{digits}"), digits] {
                if let Ok(phone) = Phone::parse(&candidate, Some(&region)) {
                    prop_assert_eq!(Phone::parse(phone.as_str(), Some("GB")), Ok(phone.clone()));
                    prop_assert_eq!(Phone::parse(&phone.international(), None), Ok(phone));
                }
            }
        }
    }
}
