//! When a person may be told: quiet hours and the times of the digest, on the clocks of their zone. A time that a change of
//! the clocks skips is the moment after it; one that comes twice is the first of the two.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// Hours in which nobody is to be disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub enabled: bool,
    /// Over midnight when it is later than `to`.
    pub from: NaiveTime,
    pub to: NaiveTime,
    /// All day on Saturday and Sunday.
    pub weekends: bool,
}

/// Days looked ahead: a weekend that begins on a Friday evening, and one to spare.
const DAYS: u64 = 5;
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

/// The zone of this name; UTC for a name that nobody knows any more.
#[must_use]
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

impl Quiet {
    fn covers(&self, local: NaiveDateTime) -> bool {
        let time = local.time();
        let of_night = if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        };
        let weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
        self.enabled && (of_night || (self.weekends && weekend))
    }

    /// Whether it is quiet at an instant.
    #[must_use]
    pub fn is_quiet(&self, at: DateTime<Utc>, zone: Tz) -> bool {
        self.covers(at.with_timezone(&zone).naive_local())
    }

    /// The first instant from this one on at which it is not quiet.
    #[must_use]
    pub fn over_by(&self, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        if !self.is_quiet(now, zone) {
            return now;
        }
        // Quiet ends when its time comes, or with a day.
        let ends = days(now, zone).flat_map(|day| [day.and_time(self.to), day.and_time(NaiveTime::MIN)]);
        let ends = ends.flat_map(|local| instants(local, zone)).filter(|at| *at > now && !self.is_quiet(*at, zone));
        ends.min().unwrap_or(now)
    }
}

/// The first of these times of day after an instant.
#[must_use]
pub fn next_of(times: &[NaiveTime], now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let at = days(now, zone).flat_map(|day| times.iter().map(move |time| day.and_time(*time)));
    at.filter_map(|local| instants(local, zone).into_iter().next()).filter(|at| *at > now).min()
}

/// The day of an instant, the one before and some after.
fn days(now: DateTime<Utc>, zone: Tz) -> impl Iterator<Item = NaiveDate> {
    let first = now.with_timezone(&zone).date_naive() - Days::new(1);
    (0..=DAYS).filter_map(move |days| first.checked_add_days(Days::new(days)))
}

/// The instants at which clocks of the zone show this: two where they are turned back, the one after a gap where it is
/// skipped.
fn instants(local: NaiveDateTime, zone: Tz) -> Vec<DateTime<Utc>> {
    let mut shown = local;
    while shown <= local + LONGEST_GAP {
        let found = zone.from_local_datetime(&shown);
        if let Some(first) = found.earliest() {
            let all = [Some(first), found.latest().filter(|last| *last != first)];
            return all.into_iter().flatten().map(|at| at.to_utc()).collect();
        }
        shown += TimeDelta::minutes(1);
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;
    use proptest::prelude::*;

    use super::*;

    const ZONES: [&str; 7] = [
        "Europe/Moscow",
        "Europe/Warsaw",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Asia/Kathmandu",
    ];

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn night(from: &str, to: &str, weekends: bool) -> Quiet {
        Quiet { enabled: true, from: parse(from).unwrap(), to: parse(to).unwrap(), weekends }
    }

    #[test]
    fn a_time_is_hours_and_minutes() {
        assert_eq!(parse("09:05").map(written).as_deref(), Some("09:05"));
        for wrong in ["9:05", "24:00", "09:60", "0905", "09:05:00", "", "аб:вг", "+1:00"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_night_ends_in_the_morning_of_the_person() {
        let quiet = night("22:00", "08:00", false);
        let warsaw = zone("Europe/Warsaw");
        // 23:30 on a winter evening there.
        assert_eq!(quiet.over_by(at("2026-01-14T22:30:00Z"), warsaw), at("2026-01-15T07:00:00Z"));
        // The night in which the clocks go forward.
        assert_eq!(quiet.over_by(at("2026-03-28T22:30:00Z"), warsaw), at("2026-03-29T06:00:00Z"));
        assert_eq!(quiet.over_by(at("2026-01-14T12:00:00Z"), warsaw), at("2026-01-14T12:00:00Z"));
        let off = Quiet { enabled: false, ..quiet };
        assert_eq!(off.over_by(at("2026-01-14T22:30:00Z"), warsaw), at("2026-01-14T22:30:00Z"));
    }

    #[test]
    fn a_weekend_lasts_until_monday_morning() {
        let quiet = night("22:00", "08:00", true);
        // Friday evening.
        assert_eq!(quiet.over_by(at("2026-01-16T21:30:00Z"), zone("Europe/Warsaw")), at("2026-01-19T07:00:00Z"));
        let days_only = night("12:00", "13:00", true);
        assert_eq!(days_only.over_by(at("2026-01-17T10:00:00Z"), Tz::UTC), at("2026-01-19T00:00:00Z"));
    }

    #[test]
    fn a_time_that_is_skipped_is_the_moment_after() {
        let times = [parse("02:30").unwrap()];
        let warsaw = zone("Europe/Warsaw");
        assert_eq!(next_of(&times, at("2026-03-28T12:00:00Z"), warsaw), Some(at("2026-03-29T01:00:00Z")));
        // And one that comes twice is told once.
        assert_eq!(next_of(&times, at("2026-10-24T12:00:00Z"), warsaw), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(next_of(&times, at("2026-10-25T00:30:00Z"), warsaw), Some(at("2026-10-26T01:30:00Z")));
        assert_eq!(next_of(&[], at("2026-10-25T00:30:00Z"), warsaw), None);
    }

    prop_compose! {
        // Around the changes of clocks of 2011 (Samoa skipped a day), 2018 and 2026.
        fn moments()(year in prop::sample::select(vec![2011, 2018, 2026]), minutes in 0_i64..525_600)
            -> DateTime<Utc> {
            at(&format!("{year}-01-01T00:00:00Z")) + TimeDelta::minutes(minutes)
        }
    }

    fn times() -> impl Strategy<Value = NaiveTime> {
        (0_u32..24, 0_u32..4).prop_map(|(hour, quarter)| NaiveTime::from_hms_opt(hour, quarter * 15, 0).unwrap())
    }

    proptest! {
        #[test]
        fn quiet_ends_at_the_first_moment_that_is_not_quiet(
            now in moments(), name in prop::sample::select(ZONES.to_vec()),
            (from, to) in (times(), times()).prop_filter("a span", |(from, to)| from != to), weekends: bool,
        ) {
            let (quiet, zone) = (Quiet { enabled: true, from, to, weekends }, zone(name));
            let end = quiet.over_by(now, zone);
            prop_assert!(end >= now && !quiet.is_quiet(end, zone), "{end}");
            prop_assert!(end - now <= TimeDelta::hours(100));
            let mut minute = now;
            while minute < end {
                prop_assert!(quiet.is_quiet(minute, zone), "{minute} is not quiet, and comes before {end}");
                minute += TimeDelta::minutes(7);
            }
        }

        #[test]
        fn a_digest_comes_every_day_at_its_time_or_just_after_a_gap(
            now in moments(), name in prop::sample::select(ZONES.to_vec()), time in times(),
        ) {
            let zone = zone(name);
            let next = next_of(&[time], now, zone).unwrap();
            prop_assert!(next > now && next - now <= TimeDelta::hours(50), "{next}");
            let shown = next.with_timezone(&zone).time();
            let before = (next - TimeDelta::minutes(1)).with_timezone(&zone).naive_local();
            let jumped = next.with_timezone(&zone).naive_local() - before > TimeDelta::minutes(1);
            prop_assert!(shown == time || jumped, "{shown} instead of {time}");
            prop_assert_eq!(shown.second(), 0);
        }
    }
}
