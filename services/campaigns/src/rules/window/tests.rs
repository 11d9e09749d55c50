use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::campaign::schedule::{Pace, time_of_day};

const WORKDAYS: u8 = 0b001_1111;
const EVERY_DAY: u8 = 0b111_1111;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

fn schedule(windows: &[(u8, &str, &str)]) -> Schedule {
    let window = |(days, from, to): &(u8, &str, &str)| Window {
        days: *days,
        from: time_of_day(from).unwrap(),
        to: time_of_day(to).unwrap(),
    };
    Schedule {
        zone: Zone::Contact { otherwise: Tz::Europe__Moscow },
        windows: windows.iter().map(window).collect(),
        holidays: BTreeSet::new(),
        yearly: BTreeSet::new(),
        blackouts: Vec::new(),
        pace: Pace::default(),
    }
}

fn office() -> Schedule {
    schedule(&[(WORKDAYS, "09:00", "18:00")])
}

fn next(from: &str, schedule: &Schedule, name: &str) -> Option<DateTime<Utc>> {
    next_allowed(at(from), schedule, Some(zone(name)))
}

#[test]
fn a_window_is_on_the_clocks_of_the_contact_over_changes_of_them() {
    // The 29th of March and the 25th of October 2026 are Sundays, as are the 8th of March and the 1st of November.
    let cases = [
        ("Asia/Kamchatka", "2026-03-27T12:00:00Z", "2026-03-29T21:00:00Z"),
        ("Asia/Kamchatka", "2026-03-29T21:00:00Z", "2026-03-29T21:00:00Z"),
        // Thirteen hours ahead in the summer of 2009, eleven in the winter of 2010, twelve on both sides of March 2010.
        ("Asia/Kamchatka", "2009-07-10T12:00:00Z", "2009-07-12T20:00:00Z"),
        ("Asia/Kamchatka", "2010-03-26T12:00:00Z", "2010-03-28T21:00:00Z"),
        ("Asia/Kamchatka", "2010-10-29T12:00:00Z", "2010-10-31T22:00:00Z"),
        ("Europe/Kaliningrad", "2026-10-23T18:00:00Z", "2026-10-26T07:00:00Z"),
        // Its last change: from three hours ahead to two, on Sunday the 26th of October 2014.
        ("Europe/Kaliningrad", "2014-10-24T16:00:00Z", "2014-10-27T07:00:00Z"),
        ("Europe/Kaliningrad", "2014-10-24T05:00:00Z", "2014-10-24T06:00:00Z"),
        ("America/New_York", "2026-03-06T23:30:00Z", "2026-03-09T13:00:00Z"),
        ("America/New_York", "2026-03-06T13:00:00Z", "2026-03-06T14:00:00Z"),
        ("America/New_York", "2026-10-30T22:30:00Z", "2026-11-02T14:00:00Z"),
        ("Europe/Berlin", "2026-03-27T17:30:00Z", "2026-03-30T07:00:00Z"),
        ("Europe/Berlin", "2026-10-23T16:30:00Z", "2026-10-26T08:00:00Z"),
    ];
    for (name, from, expected) in cases {
        assert_eq!(next(from, &office(), name), Some(at(expected)), "{name} {from}");
    }
    // Where nobody knows the contact's, it is the other one; a fixed one is for all.
    assert_eq!(next_allowed(at("2026-11-23T00:00:00Z"), &office(), None), Some(at("2026-11-23T06:00:00Z")));
    let fixed = Schedule { zone: Zone::Fixed(zone("America/New_York")), ..office() };
    assert_eq!(next("2026-11-23T00:00:00Z", &fixed, "Asia/Kamchatka"), Some(at("2026-11-23T14:00:00Z")));
}

#[test]
fn an_hour_that_is_skipped_is_not_there_and_one_that_comes_twice_is_there_twice() {
    // Berlin goes from two to three on the 29th of March, and from three to two on the 25th of October.
    let night = schedule(&[(EVERY_DAY, "02:00", "03:00")]);
    assert_eq!(next("2026-03-28T23:00:00Z", &night, "Europe/Berlin"), Some(at("2026-03-30T00:00:00Z")));
    let across = schedule(&[(EVERY_DAY, "02:30", "03:30")]);
    assert_eq!(next("2026-03-28T23:00:00Z", &across, "Europe/Berlin"), Some(at("2026-03-29T01:00:00Z")));
    let twice = schedule(&[(EVERY_DAY, "01:00", "02:30")]);
    assert_eq!(next("2026-10-25T00:45:00Z", &twice, "Europe/Berlin"), Some(at("2026-10-25T01:00:00Z")));
    assert_eq!(closes(at("2026-10-25T00:00:00Z"), &twice, Some(Tz::Europe__Berlin)), Some(at("2026-10-25T00:30:00Z")));
    assert_eq!(closes(at("2026-10-25T01:00:00Z"), &twice, Some(Tz::Europe__Berlin)), Some(at("2026-10-25T01:30:00Z")));
    // Samoa skipped the 30th of December 2011.
    let friday = schedule(&[(0b001_0000, "09:00", "18:00")]);
    assert_eq!(next("2011-12-29T12:00:00Z", &friday, "Pacific/Apia"), Some(at("2012-01-05T19:00:00Z")));
}

#[test]
fn a_window_over_midnight_counts_by_the_day_it_begins_on() {
    // Mondays; the 23rd is one.
    let late = schedule(&[(0b000_0001, "22:00", "02:00")]);
    let allowed = |text: &str| is_allowed(at(text), &late, Some(Tz::UTC));
    assert!(allowed("2026-11-23T22:00:00Z") && allowed("2026-11-24T01:59:59Z"));
    assert!(!allowed("2026-11-24T02:00:00Z") && !allowed("2026-11-23T01:00:00Z") && !allowed("2026-11-24T22:00:00Z"));
    assert_eq!(next("2026-11-24T02:00:00Z", &late, "UTC"), Some(at("2026-11-30T22:00:00Z")));
    assert_eq!(closes(at("2026-11-23T23:00:00Z"), &late, Some(Tz::UTC)), Some(at("2026-11-24T02:00:00Z")));
    let all_day = schedule(&[(0b000_0001, "00:00", "00:00")]);
    assert_eq!(closes(at("2026-11-23T00:00:00Z"), &all_day, Some(Tz::UTC)), Some(at("2026-11-24T00:00:00Z")));
    assert_eq!(closes(at("2026-11-23T00:00:00Z"), &schedule(&[(EVERY_DAY, "00:00", "00:00")]), None), None);
}

#[test]
fn days_off_are_closed_also_to_windows_that_began_before_and_end_after_them() {
    let late = schedule(&[(EVERY_DAY, "22:00", "02:00")]);
    let late = Schedule { holidays: BTreeSet::from([day("2026-11-24")]), ..late };
    // The evening before is cut at midnight, and that of the holiday does not begin.
    assert_eq!(closes(at("2026-11-23T23:00:00Z"), &late, Some(Tz::UTC)), Some(at("2026-11-24T00:00:00Z")));
    assert_eq!(next("2026-11-24T00:00:00Z", &late, "UTC"), Some(at("2026-11-25T22:00:00Z")));
    let new_year = Schedule {
        yearly: BTreeSet::from([(1, 1)]),
        blackouts: vec![(day("2026-12-28"), day("2026-12-31")), (day("2027-01-02"), day("2027-01-05"))],
        ..office()
    };
    assert_eq!(next("2026-12-25T18:00:00Z", &new_year, "UTC"), Some(at("2027-01-06T09:00:00Z")));
    // A holiday is one on the contact's clocks.
    let march = Schedule { holidays: BTreeSet::from([day("2027-03-08")]), ..office() };
    assert_eq!(next("2027-03-07T21:30:00Z", &march, "Asia/Kamchatka"), Some(at("2027-03-08T21:00:00Z")));
    assert_eq!(next("2027-03-08T00:00:00Z", &march, "America/New_York"), Some(at("2027-03-09T14:00:00Z")));
    let never = Schedule { blackouts: vec![(day("2026-01-01"), day("2030-01-01"))], ..office() };
    assert_eq!(next("2026-11-23T00:00:00Z", &never, "UTC"), None);
}

#[test]
fn a_wait_in_days_keeps_the_time_of_day_and_one_in_hours_does_not() {
    let office = Schedule { holidays: BTreeSet::from([day("2026-10-27")]), ..office() };
    let until = |wait, from: &str, name: &str| wait_until(at(from), wait, &office, Some(zone(name)));
    let tuesday = |text| Wait::Until { weekday: 2, time: time_of_day(text).unwrap() };
    // Friday the 23rd of October, ten in the morning in Berlin; clocks go back on Sunday, Tuesday is a holiday.
    let friday = "2026-10-23T08:00:00Z";
    let cases = [
        (Wait::Hours(72), friday, "Europe/Berlin", "2026-10-26T08:00:00Z"),
        (Wait::Days(3), friday, "Europe/Berlin", "2026-10-26T09:00:00Z"),
        (Wait::Days(3), friday, "Europe/Kaliningrad", "2026-10-26T08:00:00Z"),
        (Wait::WorkingDays(1), friday, "Europe/Berlin", "2026-10-26T09:00:00Z"),
        (Wait::WorkingDays(2), friday, "Europe/Berlin", "2026-10-28T09:00:00Z"),
        // The time that the clocks skip is the moment after it.
        (Wait::Days(1), "2026-03-07T07:30:00Z", "America/New_York", "2026-03-08T07:00:00Z"),
        (tuesday("10:30"), friday, "Europe/Berlin", "2026-10-27T09:30:00Z"),
        (tuesday("10:30"), "2026-10-27T09:29:59Z", "Europe/Berlin", "2026-10-27T09:30:00Z"),
        (tuesday("10:30"), "2026-10-27T09:30:00Z", "Europe/Berlin", "2026-11-03T09:30:00Z"),
        (tuesday("02:30"), friday, "Asia/Kamchatka", "2026-10-26T14:30:00Z"),
    ];
    for (wait, from, name, expected) in cases {
        assert_eq!(until(wait, from, name), at(expected), "{wait:?} {name} {from}");
    }
}

fn zones() -> impl Strategy<Value = Tz> {
    prop::sample::select(vec![
        Tz::Asia__Kamchatka,
        Tz::Europe__Kaliningrad,
        Tz::America__New_York,
        Tz::Europe__Berlin,
        Tz::Australia__Lord_Howe,
        Tz::America__Sao_Paulo,
    ])
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let window = (1_u8..=EVERY_DAY, 0_u32..96, 0_u32..96);
    let off = prop::collection::btree_set(0_i64..365, 0..20);
    (prop::collection::vec(window, 1..4), off).prop_map(|(windows, off)| {
        let time = |quarter: u32| NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15, 0).unwrap();
        let windows = windows.into_iter().map(|(days, from, to)| Window { days, from: time(from), to: time(to) });
        Schedule {
            windows: windows.collect(),
            holidays: off.into_iter().map(|days| day("2018-01-01") + TimeDelta::days(days)).collect(),
            ..office()
        }
    })
}

proptest! {
    #[test]
    fn the_next_allowed_instant_is_the_first_one(schedule in schedules(), zone in zones(), minutes in 0_i64..525_600) {
        // 2018: Sao Paulo still turned its clocks, at midnight.
        let from = at("2018-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
        let next = next_allowed(from, &schedule, Some(zone)).unwrap();
        prop_assert!(next >= from && is_allowed(next, &schedule, Some(zone)));
        prop_assert_eq!(next_allowed(next, &schedule, Some(zone)), Some(next));
        let mut minute = from;
        while minute < next {
            prop_assert!(!is_allowed(minute, &schedule, Some(zone)), "{minute} comes before {next}");
            minute += TimeDelta::minutes(11);
        }
        if let Some(end) = closes(next, &schedule, Some(zone)) {
            prop_assert!(end > next && !is_allowed(end, &schedule, Some(zone)));
            let mut minute = next;
            while minute < end {
                prop_assert!(is_allowed(minute, &schedule, Some(zone)), "{minute} is before {end}");
                minute += TimeDelta::minutes(11);
            }
        }
    }

    #[test]
    fn who_asks_later_never_goes_earlier(
        schedule in schedules(), zone in zones(), minutes in 0_i64..525_600, later in 0_i64..20_000, count in 1_u32..20,
    ) {
        let from = at("2018-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
        let then = from + TimeDelta::minutes(later);
        prop_assert!(next_allowed(from, &schedule, Some(zone)) <= next_allowed(then, &schedule, Some(zone)));
        for wait in [Wait::Hours(count), Wait::Days(count), Wait::WorkingDays(count)] {
            prop_assert!(wait_until(from, wait, &schedule, Some(zone)) > from, "{wait:?}");
        }
        let weekday = Wait::Until { weekday: u8::try_from(count % 7 + 1).unwrap(), time: NaiveTime::MIN };
        let reached = wait_until(from, weekday, &schedule, Some(zone));
        prop_assert!(reached > from && reached <= from + TimeDelta::hours(8 * 24));
    }
}

#[test]
fn a_schedule_that_never_opens_or_never_closes_comes_to_an_answer() {
    let always = schedule(&[(EVERY_DAY, "00:00", "00:00")]);
    let by_parts =
        schedule(&[(EVERY_DAY, "00:00", "12:00"), (EVERY_DAY, "12:00", "00:00"), (EVERY_DAY, "23:59", "00:01")]);
    let mut never = office();
    never.blackouts = vec![(day("2026-01-01"), day("2099-12-31"))];
    let empty = Schedule { windows: Vec::new(), ..office() };
    let of_no_day = schedule(&[(0, "09:00", "09:00")]);
    let clocks = Some(zone("America/New_York"));
    for from in ["2026-03-08T06:59:59.5Z", "2026-11-01T05:30:00Z", "2026-06-15T00:00:00Z"] {
        let from = at(from);
        for schedule in [&always, &by_parts] {
            assert_eq!((next_allowed(from, schedule, clocks), closes(from, schedule, clocks)), (Some(from), None));
        }
        for schedule in [&never, &empty, &of_no_day] {
            assert_eq!((next_allowed(from, schedule, clocks), closes(from, schedule, clocks)), (None, Some(from)));
            let after = wait_until(from, Wait::WorkingDays(180), schedule, clocks);
            assert_eq!(after, from + TimeDelta::days(AHEAD_DAYS));
        }
    }
}
