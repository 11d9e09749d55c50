//! Hours of a week on the clocks of a zone. A time that a change of the clocks skips is the moment after it; one that comes
//! twice is the first of the two. No I/O.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// From one time of day to another; over midnight when it is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveTime,
    pub to: NaiveTime,
    /// Bit 0 is Monday. The day that a span over midnight begins on counts.
    pub days: u8,
}

/// All days of the week.
pub const EVERY_DAY: u8 = 0b111_1111;
/// Days looked ahead: a week, and one to spare.
const AHEAD: u64 = 9;
/// As long as any change of clocks: a zone may skip a whole day.
const LONGEST_GAP: TimeDelta = TimeDelta::hours(25);

/// Reads `HH:MM`.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveTime> {
    let fits = text.len() == 5 && text.as_bytes()[2] == b':';
    fits.then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
}

/// Writes [`parse`] back.
#[must_use]
pub fn written(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// The day of an instant in a zone, `YYYY-MM-DD`.
#[must_use]
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).date_naive().to_string()
}

/// When the next day of a zone begins.
#[must_use]
pub fn next_day(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let tomorrow = now.with_timezone(&zone).date_naive().checked_add_days(Days::new(1));
    let begins = tomorrow.and_then(|day| first_instant(day.and_time(NaiveTime::MIN), zone));
    begins.filter(|at| *at > now).unwrap_or(now + TimeDelta::days(1))
}

impl Span {
    fn has_day(self, day: NaiveDate) -> bool {
        self.days & (1 << day.weekday().num_days_from_monday()) != 0
    }

    fn covers(self, local: NaiveDateTime) -> bool {
        let (day, time) = (local.date(), local.time());
        if self.from <= self.to {
            return self.has_day(day) && self.from <= time && time < self.to;
        }
        let began_yesterday = day.checked_sub_days(Days::new(1)).is_some_and(|day| self.has_day(day));
        (self.has_day(day) && self.from <= time) || (began_yesterday && time < self.to)
    }

    /// Whether an instant is within.
    #[must_use]
    pub fn holds(self, at: DateTime<Utc>, zone: Tz) -> bool {
        self.covers(at.with_timezone(&zone).naive_local())
    }

    /// The first instant from this one on that is within, or that is not; none when there is none for a week.
    #[must_use]
    pub fn next(self, now: DateTime<Utc>, zone: Tz, within: bool) -> Option<DateTime<Utc>> {
        if self.holds(now, zone) == within {
            return Some(now);
        }
        let first = now.with_timezone(&zone).date_naive().checked_sub_days(Days::new(1))?;
        let days = (0..=AHEAD).filter_map(|days| first.checked_add_days(Days::new(days)));
        let turns = days.flat_map(|day| [self.from, self.to, NaiveTime::MIN].map(|time| day.and_time(time)));
        let turns = turns.filter_map(|local| first_instant(local, zone));
        turns.filter(|at| *at > now && self.holds(*at, zone) == within).min()
    }
}

/// The first instant at which clocks of the zone show this, or the one after a gap.
fn first_instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let mut shown = local;
    while shown <= local + LONGEST_GAP {
        if let Some(at) = zone.from_local_datetime(&shown).earliest() {
            return Some(at.to_utc());
        }
        shown += TimeDelta::minutes(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn span(from: &str, to: &str, days: u8) -> Span {
        Span { from: parse(from).unwrap(), to: parse(to).unwrap(), days }
    }

    #[test]
    fn working_hours_open_on_the_next_working_day() {
        let work = span("09:00", "19:00", 0b001_1111);
        let warsaw: Tz = "Europe/Warsaw".parse().unwrap();
        // Friday evening; Monday is in summer time.
        assert_eq!(work.next(at("2026-03-27T19:00:00Z"), warsaw, true), Some(at("2026-03-30T07:00:00Z")));
        assert_eq!(work.next(at("2026-03-27T10:00:00Z"), warsaw, true), Some(at("2026-03-27T10:00:00Z")));
        assert_eq!(span("09:00", "19:00", 0).next(at("2026-03-27T10:00:00Z"), warsaw, true), None);
    }

    #[test]
    fn a_night_over_midnight_counts_by_the_day_it_begins_on() {
        let night = span("22:00", "08:00", 0b000_0001);
        let utc = Tz::UTC;
        // Monday is the 23rd.
        assert!(night.holds(at("2026-11-23T23:00:00Z"), utc) && night.holds(at("2026-11-24T07:59:00Z"), utc));
        assert!(!night.holds(at("2026-11-23T07:00:00Z"), utc) && !night.holds(at("2026-11-24T23:00:00Z"), utc));
        assert_eq!(night.next(at("2026-11-23T23:00:00Z"), utc, false), Some(at("2026-11-24T08:00:00Z")));
    }

    #[test]
    fn a_day_is_that_of_the_zone() {
        let moscow: Tz = "Europe/Moscow".parse().unwrap();
        assert_eq!(day_of(at("2026-11-22T21:30:00Z"), moscow), "2026-11-23");
        assert_eq!(next_day(at("2026-11-22T21:30:00Z"), moscow), at("2026-11-23T21:00:00Z"));
        // Samoa skipped the 30th of December 2011.
        let apia: Tz = "Pacific/Apia".parse().unwrap();
        assert_eq!(next_day(at("2011-12-30T05:00:00Z"), apia), at("2011-12-30T10:00:00Z"));
    }

    proptest! {
        #[test]
        fn the_next_turn_is_the_first_one(
            minutes in 0_i64..525_600, from in 0_u32..24, to in 0_u32..24, days in 1_u8..=EVERY_DAY, within: bool,
            zone in prop::sample::select(vec!["Europe/Warsaw", "America/New_York", "Asia/Kathmandu"]),
        ) {
            prop_assume!(from != to);
            let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
            let (span, zone) = (Span { from: time(from), to: time(to), days }, zone.parse::<Tz>().unwrap());
            let now = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
            let next = span.next(now, zone, within).unwrap();
            prop_assert!(next >= now && span.holds(next, zone) == within);
            let mut minute = now;
            while minute < next {
                prop_assert!(span.holds(minute, zone) != within, "{minute} comes before {next}");
                minute += TimeDelta::minutes(13);
            }
        }
    }
}
