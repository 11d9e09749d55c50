//! Where the days of a time zone begin. The database asks the same as a table of the turns of the zone's clocks, so that both
//! cut at the same instants. No I/O.

use chrono::{DateTime, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;

const DAY: i64 = 86_400;
/// Turns are looked for from here on: before, no messenger that we know was there. Days before are those of the clocks of then.
const FIRST: i64 = 1_262_304_000;
/// How far ahead of now they are looked for.
const AHEAD: i64 = 400 * DAY;
/// No zone turns its clocks twice within this time.
const STEP: i64 = 7 * DAY;

/// From when on clocks are how far ahead of UTC, and how far they were before. In seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    since: i64,
    shift: i64,
    was: i64,
}

/// The days of a zone.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Oldest first; the first is from ever.
    turns: Vec<Turn>,
}

fn shift_at(zone: Tz, at: i64) -> i64 {
    let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into()
}

impl Calendar {
    /// The days of a zone, by its IANA name; of UTC if there is no such.
    #[must_use]
    pub fn of(zone: &str, now: DateTime<Utc>) -> Self {
        let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
        let mut shift = shift_at(zone, FIRST);
        let mut turns = vec![Turn { since: i64::from(i32::MIN) * 100, shift, was: shift }];
        let mut at = FIRST;
        while at < now.timestamp() + AHEAD {
            let next = at + STEP;
            let then = shift_at(zone, next);
            if then != shift {
                let (mut before, mut after) = (at, next);
                while after - before > 1 {
                    let middle = i64::midpoint(before, after);
                    if shift_at(zone, middle) == shift { before = middle } else { after = middle }
                }
                turns.push(Turn { since: after, shift: then, was: shift });
                shift = then;
            }
            at = next;
        }
        Self { turns }
    }

    fn turn(&self, at: i64) -> Turn {
        let next = self.turns.partition_point(|turn| turn.since <= at);
        self.turns[next.saturating_sub(1)]
    }

    /// When the day of an instant began, in seconds.
    #[must_use]
    pub fn start(&self, at: i64) -> i64 {
        let Turn { since, shift, was } = self.turn(at);
        let start = at - (at + shift).rem_euclid(DAY);
        if start >= since { start } else { since.min(start + shift - was) }
    }

    /// When the day after that of an instant begins.
    #[must_use]
    pub fn end(&self, at: i64) -> i64 {
        // Days have 23 to 25 hours.
        self.start(self.start(at) + 26 * 3600)
    }

    /// What day it is at an instant.
    #[must_use]
    pub fn date(&self, at: i64) -> NaiveDate {
        let local = DateTime::from_timestamp(at + self.turn(at).shift, 0);
        local.unwrap_or_default().date_naive()
    }

    /// The turns as a table `zone (since, shift, was)` of a statement, as which [`START_OF`] asks for it.
    #[must_use]
    pub fn table(&self) -> String {
        let rows = self.turns.iter().map(|Turn { since, shift, was }| format!("({since}, {shift}, {was})"));
        format!("zone (since, shift, was) as (values {})", rows.collect::<Vec<_>>().join(", "))
    }
}

/// [`Calendar::start`] of `{at}`, seconds of a statement that has [`Calendar::table`].
pub const START_OF: &str = "(select case when {at} - ({at} + z.shift) % 86400 >= z.since \
    then {at} - ({at} + z.shift) % 86400 \
    when {at} - ({at} + z.shift) % 86400 + z.shift - z.was < z.since \
    then {at} - ({at} + z.shift) % 86400 + z.shift - z.was else z.since end \
    from zone z where z.since <= {at} order by z.since desc limit 1)";

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().unwrap().timestamp()
    }

    fn calendar(zone: &str) -> Calendar {
        Calendar::of(zone, "2026-11-22T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone_whatever_its_clocks_did_since() {
        let cases = [
            ("UTC", "2026-11-22T10:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("Nowhere/Atall", "2026-11-22T10:00:00Z", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("Europe/Moscow", "2026-11-22T21:30:00Z", "2026-11-22T21:00:00Z", "2026-11-23T21:00:00Z"),
            ("Asia/Kolkata", "2026-11-22T18:29:59Z", "2026-11-21T18:30:00Z", "2026-11-22T18:30:00Z"),
            // Summer time begins and ends within these days.
            ("Europe/Warsaw", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("Europe/Warsaw", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("America/New_York", "2026-03-08T03:00:00Z", "2026-03-07T05:00:00Z", "2026-03-08T05:00:00Z"),
            // Its clocks went from midnight to one.
            ("America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
            // The 30th was left out.
            ("Pacific/Apia", "2011-12-31T12:00:00Z", "2011-12-31T10:00:00Z", "2012-01-01T10:00:00Z"),
        ];
        for (zone, instant, start, end) in cases {
            let calendar = calendar(zone);
            assert_eq!(
                (calendar.start(at(instant)), calendar.end(at(instant))),
                (at(start), at(end)),
                "{zone} {instant}"
            );
        }
        assert_eq!(calendar("Europe/Moscow").date(at("2026-11-22T21:30:00Z")).to_string(), "2026-11-23");
    }

    proptest! {
        #[test]
        fn days_follow_each_other_without_gaps(
            seconds in 1_300_000_000..1_790_000_000_i64,
            zone in prop::sample::select(vec![
                "UTC", "Europe/Warsaw", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York",
            ]),
        ) {
            let calendar = calendar(zone);
            let (start, end) = (calendar.start(seconds), calendar.end(seconds));
            prop_assert!(start <= seconds && seconds < end);
            prop_assert_eq!(calendar.start(start), start);
            prop_assert_eq!(calendar.start(end - 1), start);
            prop_assert_eq!(calendar.start(end), end);
            let zone: Tz = zone.parse().unwrap();
            let shown = |at: i64| (DateTime::from_timestamp(at, 0).unwrap()).with_timezone(&zone).date_naive();
            prop_assert_eq!(calendar.date(seconds), shown(seconds));
            prop_assert_eq!(shown(start), shown(end - 1));
            prop_assert!(shown(start - 1) + TimeDelta::days(1) == shown(start));
        }
    }
}
