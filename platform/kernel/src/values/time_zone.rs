//! Time zones by their names in the IANA database, and the one that a phone number tells of.

use chrono_tz::{TZ_VARIANTS, Tz};
use serde::Serialize;

use super::phone::Phone;
use super::problem::Problem;
use super::text::clean_line;
use super::{parsed_from_text, text_value};

mod calling_codes;

use calling_codes::CALLING_CODES;

/// A name such as `Europe/Berlin`, as the database writes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TimeZone(String);

text_value!(TimeZone);
parsed_from_text!(TimeZone);

impl TimeZone {
    /// Takes a name in any case, with spaces or underscores: `europe/berlin`, `America/New York`. Offsets and abbreviations
    /// that are no names of zones (`GMT+3`, `MSK`) are refused: they do not know when clocks are changed.
    pub fn parse(raw: &str) -> Result<Self, Problem> {
        let line = clean_line(raw);
        if line.is_empty() {
            return Err(Problem::Required);
        }
        let exact = line.parse::<Tz>().ok();
        let name = line.replace(' ', "_");
        let zone = exact.or_else(|| TZ_VARIANTS.iter().copied().find(|zone| zone.name().eq_ignore_ascii_case(&name)));
        zone.map(|zone| Self(zone.name().to_owned())).ok_or(Problem::TimeZoneUnknown)
    }

    /// The zone of the country that the number belongs to; none where that is not known, or has several times.
    pub fn name_of_phone(phone: &Phone) -> Option<&'static str> {
        let digits = phone.digits();
        // No code begins with another, so the only one that can fit is the last that does not come after the number.
        let after = CALLING_CODES.partition_point(|(code, _)| *code <= digits);
        let (code, zone) = CALLING_CODES.get(after.checked_sub(1)?)?;
        digits.starts_with(code).then_some(*zone)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::any_text;
    use super::*;
    use proptest::prelude::*;

    fn of(number: &str) -> Option<&'static str> {
        TimeZone::name_of_phone(&Phone::from_stored(number.to_owned()))
    }

    #[test]
    fn a_name_is_taken_in_any_case_and_kept_as_the_database_has_it() {
        for (raw, name) in [
            ("Europe/Berlin", "Europe/Berlin"),
            (" europe/BERLIN ", "Europe/Berlin"),
            ("America/New York", "America/New_York"),
            ("Asia/Kamchatka", "Asia/Kamchatka"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(TimeZone::parse(raw).as_ref().map(TimeZone::as_str), Ok(name), "{raw}");
        }
        assert_eq!(TimeZone::parse(" "), Err(Problem::Required));
        for raw in ["Mars/Olympus", "GMT+3", "MSK", "+03:00", "(GMT+03:00) Moscow", "Berlin"] {
            assert_eq!(TimeZone::parse(raw), Err(Problem::TimeZoneUnknown), "{raw}");
        }
    }

    #[test]
    fn a_phone_tells_the_zone_of_a_country_with_one_time() {
        for (number, zone) in [
            ("+4930901820", "Europe/Berlin"),
            ("+442079460000", "Europe/London"),
            ("+48221234567", "Europe/Warsaw"),
            ("+375291234567", "Europe/Minsk"),
            ("+77271234567", "Asia/Almaty"),
            ("+18095550100", "America/Santo_Domingo"),
            ("+262639123456", "Indian/Mayotte"),
            ("+998901234567", "Asia/Tashkent"),
        ] {
            assert_eq!(of(number), Some(zone), "{number}");
        }
    }

    #[test]
    fn a_country_with_several_times_and_no_country_tell_none() {
        // Russia, the United States, Canada, Spain, Australia, Brazil, a satellite phone, the first and the last there could be.
        for number in [
            "+79125550011",
            "+12125550100",
            "+14165550100",
            "+34911234567",
            "+61212345678",
            "+5511912345678",
            "+881612345678",
            "+0",
            "+9999999",
            "",
        ] {
            assert_eq!(of(number), None, "{number}");
        }
    }

    #[test]
    fn every_zone_is_one_and_no_code_hides_another() {
        for (code, zone) in CALLING_CODES {
            assert!(zone.parse::<Tz>().is_ok(), "{zone}");
            assert!(code.bytes().all(|digit| digit.is_ascii_digit()), "{code}");
            assert_eq!(of(&format!("+{code}5550100")), Some(*zone), "{code}");
        }
        assert!(CALLING_CODES.is_sorted_by(|(a, _), (b, _)| a < b && !b.starts_with(a)));
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(raw in any_text()) {
            if let Ok(zone) = TimeZone::parse(&raw) {
                prop_assert_eq!(TimeZone::parse(zone.as_str()), Ok(zone));
            }
        }
    }
}
