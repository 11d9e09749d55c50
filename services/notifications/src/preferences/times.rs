//! When a person may be told: quiet hours and the slots of the digest, on the clocks of their zone. A time that a change of
//! the clocks skips is the moment after it; one that comes twice is the first of the two. A slot within quiet hours is their
//! end.

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
/// Days looked back for a slot that quiet hours put off: as long as those may last.
const HELD: u64 = 5;
/// Days looked ahead for the next slot: the same day of the next week, and some to spare for a day that a zone skips.
const AHEAD: u64 = 9;
/// As long as any change of clocks: a zone may skip a whole day.
const LONGEST_GAP: TimeDelta = TimeDelta::hours(25);

/// Days of the week on which a digest comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weekdays(u8);

impl Weekdays {
    pub const ALL: Self = Self(0b111_1111);

    /// These days; twice is as good as once.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Self {
        Self(days.into_iter().fold(0, |bits, day| bits | Self::bit(day)))
    }

    /// Reads [`Self::bits`] back; none of what stands for no day, or for more than there are.
    #[must_use]
    pub fn from_bits(bits: i64) -> Option<Self> {
        u8::try_from(bits).ok().filter(|bits| (1..=Self::ALL.0).contains(bits)).map(Self)
    }

    /// Monday is 1, Tuesday 2, Wednesday 4 and so on.
    #[must_use]
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    #[must_use]
    pub fn has(self, day: Weekday) -> bool {
        self.0 & Self::bit(day) != 0
    }

    fn bit(day: Weekday) -> u8 {
        1 << day.num_days_from_monday()
    }
}

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

/// The first slot after an instant: one of these times, on one of these days, or the end of the quiet hours that it lies in.
#[must_use]
pub fn next_slot(
    (times, on): (&[NaiveTime], Weekdays),
    quiet: Quiet,
    zone: Tz,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let days = days_of(now, zone, (HELD, AHEAD)).filter(|day| on.has(day.weekday()));
    let local = days.flat_map(|day| times.iter().map(move |time| day.and_time(*time)));
    let at = local.filter_map(|local| instants(local, zone).into_iter().next());
    at.map(|at| quiet.over_by(at, zone)).filter(|at| *at > now).min()
}

/// The day of an instant, the one before and some after.
fn days(now: DateTime<Utc>, zone: Tz) -> impl Iterator<Item = NaiveDate> {
    days_of(now, zone, (1, DAYS - 1))
}

/// The day of an instant, so many before and so many after.
fn days_of(now: DateTime<Utc>, zone: Tz, (before, after): (u64, u64)) -> impl Iterator<Item = NaiveDate> {
    let first = now.with_timezone(&zone).date_naive() - Days::new(before);
    (0..=before + after).filter_map(move |days| first.checked_add_days(Days::new(days)))
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

    const ZONES: [&str; 9] = [
        "Europe/Moscow",
        "Europe/Berlin",
        "Asia/Kamchatka",
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

    const NEVER_QUIET: Quiet = Quiet { enabled: false, from: NaiveTime::MIN, to: NaiveTime::MIN, weekends: false };

    fn daily(time: &str, now: &str, name: &str) -> DateTime<Utc> {
        next_slot((&[parse(time).unwrap()], Weekdays::ALL), NEVER_QUIET, zone(name), at(now)).unwrap()
    }

    #[test]
    fn clocks_that_go_forward_skip_no_digest() {
        // 02:30 is skipped: the moment after.
        assert_eq!(daily("02:30", "2026-03-28T12:00:00Z", "Europe/Berlin"), at("2026-03-29T01:00:00Z"));
        assert_eq!(daily("02:30", "2026-03-29T01:00:00Z", "Europe/Berlin"), at("2026-03-30T00:30:00Z"));
        assert_eq!(daily("02:30", "2026-03-07T12:00:00Z", "America/New_York"), at("2026-03-08T07:00:00Z"));
        assert_eq!(daily("02:30", "2011-03-26T12:00:00Z", "Asia/Kamchatka"), at("2011-03-26T15:00:00Z"));
        // In 2010 it changed its zone and its clocks in the same night, which nobody saw.
        assert_eq!(daily("02:30", "2010-03-27T12:00:00Z", "Asia/Kamchatka"), at("2010-03-27T14:30:00Z"));
        // What is far from the change keeps its time of day.
        assert_eq!(daily("09:00", "2026-03-28T12:00:00Z", "Europe/Berlin"), at("2026-03-29T07:00:00Z"));
        assert_eq!(daily("09:00", "2026-03-07T15:00:00Z", "America/New_York"), at("2026-03-08T13:00:00Z"));
    }

    #[test]
    fn clocks_that_go_back_bring_no_digest_twice() {
        // 02:30 comes twice: the first of the two, and then not until the next day.
        assert_eq!(daily("02:30", "2026-10-24T12:00:00Z", "Europe/Berlin"), at("2026-10-25T00:30:00Z"));
        assert_eq!(daily("02:30", "2026-10-25T00:30:00Z", "Europe/Berlin"), at("2026-10-26T01:30:00Z"));
        assert_eq!(daily("01:30", "2026-10-31T12:00:00Z", "America/New_York"), at("2026-11-01T05:30:00Z"));
        assert_eq!(daily("01:30", "2026-11-01T05:30:00Z", "America/New_York"), at("2026-11-02T06:30:00Z"));
        assert_eq!(daily("02:30", "2010-10-30T12:00:00Z", "Asia/Kamchatka"), at("2010-10-30T14:30:00Z"));
        assert_eq!(daily("02:30", "2010-10-30T14:30:00Z", "Asia/Kamchatka"), at("2010-10-31T15:30:00Z"));
    }

    #[test]
    fn a_digest_comes_on_chosen_days_only() {
        let weekdays = Weekdays::of([Weekday::Mon, Weekday::Thu, Weekday::Mon]);
        let times = [parse("09:00").unwrap(), parse("18:00").unwrap()];
        let next = |now| next_slot((&times, weekdays), NEVER_QUIET, Tz::Asia__Kamchatka, at(now)).unwrap();
        // 2026-11-02 is a Monday there; it begins there at noon of Sunday in UTC.
        assert_eq!(next("2026-11-01T12:00:00Z"), at("2026-11-01T21:00:00Z"));
        assert_eq!(next("2026-11-01T21:00:00Z"), at("2026-11-02T06:00:00Z"));
        assert_eq!(next("2026-11-02T06:00:00Z"), at("2026-11-04T21:00:00Z"));
        assert_eq!(next("2026-11-05T06:00:00Z"), at("2026-11-08T21:00:00Z"));
        assert_eq!(next_slot((&[], Weekdays::ALL), NEVER_QUIET, Tz::UTC, at("2026-11-01T12:00:00Z")), None);
    }

    #[test]
    fn a_slot_in_quiet_hours_is_their_end() {
        let times = [parse("07:00").unwrap()];
        let quiet = night("22:00", "08:00", true);
        let next = |now| next_slot((&times, Weekdays::ALL), quiet, zone("Europe/Berlin"), at(now)).unwrap();
        assert_eq!(next("2026-01-14T20:00:00Z"), at("2026-01-15T07:00:00Z"));
        // Of a quiet weekend nothing is left but Monday.
        assert_eq!(next("2026-01-16T12:00:00Z"), at("2026-01-19T07:00:00Z"));
        assert_eq!(next("2026-01-18T12:00:00Z"), at("2026-01-19T07:00:00Z"));
        let saturdays = Weekdays::of([Weekday::Sat]);
        let put_off = next_slot((&times, saturdays), quiet, zone("Europe/Berlin"), at("2026-01-18T12:00:00Z"));
        assert_eq!(put_off, Some(at("2026-01-19T07:00:00Z")), "that of Saturday");
    }

    #[test]
    fn days_are_read_as_they_are_written() {
        for days in [Weekdays::ALL, Weekdays::of([Weekday::Sun]), Weekdays::of([Weekday::Mon, Weekday::Wed])] {
            assert_eq!(Weekdays::from_bits(days.bits()), Some(days));
        }
        assert_eq!(Weekdays::of([Weekday::Mon, Weekday::Wed]).bits(), 5);
        assert!([0, -1, 128, 1000].into_iter().all(|bits| Weekdays::from_bits(bits).is_none()));
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
            let next = next_slot((&[time], Weekdays::ALL), NEVER_QUIET, zone, now).unwrap();
            prop_assert!(next > now && next - now <= TimeDelta::hours(50), "{next}");
            let shown = next.with_timezone(&zone).time();
            let before = (next - TimeDelta::minutes(1)).with_timezone(&zone).naive_local();
            let jumped = next.with_timezone(&zone).naive_local() - before > TimeDelta::minutes(1);
            prop_assert!(shown == time || jumped, "{shown} instead of {time}");
            prop_assert_eq!(shown.second(), 0);
        }

        /// Whenever one asks on the way to a slot, it is the same slot: none comes between, none is passed over.
        #[test]
        fn the_next_slot_stays_the_next_until_it_comes(
            now in moments(), name in prop::sample::select(ZONES.to_vec()), chosen in prop::collection::vec(times(), 1..4),
            bits in 1_i64..128, (from, to) in (times(), times()).prop_filter("a span", |(from, to)| from != to),
            part in 0_i32..100, enabled: bool, weekends: bool,
        ) {
            let (quiet, zone) = (Quiet { enabled, from, to, weekends }, zone(name));
            let on = Weekdays::from_bits(bits).unwrap();
            let next = |now| next_slot((chosen.as_slice(), on), quiet, zone, now).unwrap();
            let slot = next(now);
            prop_assert!(slot > now && !quiet.is_quiet(slot, zone), "{slot}");
            prop_assert!(slot - now <= TimeDelta::days(14), "{slot}");
            prop_assert_eq!(next(now + (slot - now) * part / 100), slot);
            prop_assert_eq!(next(slot - TimeDelta::seconds(1)), slot);
            prop_assert!(next(slot) > slot);
        }

        /// Without quiet hours a slot lies on a chosen day, but for one that a change of the clocks moved over midnight.
        #[test]
        fn a_slot_lies_on_a_chosen_day(
            now in moments(), name in prop::sample::select(ZONES.to_vec()), time in times(), bits in 1_i64..128,
        ) {
            let (on, zone) = (Weekdays::from_bits(bits).unwrap(), zone(name));
            let slot = next_slot((&[time], on), NEVER_QUIET, zone, now).unwrap().with_timezone(&zone);
            prop_assert!(on.has(slot.weekday()) || slot.time() == NaiveTime::MIN, "{slot}");
        }
    }
}
