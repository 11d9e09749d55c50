//! When a message may go, and when a wait is over, on the clocks of a zone. Clocks that are turned are followed exactly: an
//! hour that is skipped is not there, one that comes twice is there twice. No I/O.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::campaign::{
    schedule::{Schedule, Window, Zone},
    step::Wait,
};

/// Days looked ahead. A schedule that is closed for longer never opens.
pub const AHEAD_DAYS: i64 = 400;
/// Boundaries looked at in [`AHEAD_DAYS`]: each day has a midnight, and may have the beginning of each window.
const MOST_STEPS: usize = 8_000;
/// As long as any change of clocks: a zone may skip a whole day.
const LONGEST_GAP: TimeDelta = TimeDelta::hours(25);

impl Zone {
    /// The clocks that count for a contact whose zone is this one, if it is known.
    #[must_use]
    pub fn of(self, contact: Option<Tz>) -> Tz {
        match self {
            Self::Contact { otherwise } => contact.unwrap_or(otherwise),
            Self::Fixed(zone) => zone,
        }
    }
}

impl Window {
    fn has_day(self, day: NaiveDate) -> bool {
        self.days & (1 << day.weekday().num_days_from_monday()) != 0
    }

    /// The day whose window covers what clocks show, if one does: the same day, or the one before when it is over midnight.
    fn day_covering(self, local: NaiveDateTime) -> Option<NaiveDate> {
        let (day, time) = (local.date(), local.time());
        let same_day = self.has_day(day) && self.from <= time && (time < self.to || self.to <= self.from);
        if same_day {
            return Some(day);
        }
        let before = day.pred_opt().filter(|day| self.has_day(*day))?;
        (self.to <= self.from && time < self.to).then_some(before)
    }

    /// Whether clocks show a time within.
    #[must_use]
    pub fn covers(self, local: NaiveDateTime) -> bool {
        self.day_covering(local).is_some()
    }
}

impl Schedule {
    /// Whether nothing is sent on a day, whatever the windows say.
    #[must_use]
    pub fn is_day_off(&self, day: NaiveDate) -> bool {
        self.holidays.contains(&day)
            || self.yearly.contains(&(day.month(), day.day()))
            || self.blackouts.iter().any(|(from, to)| *from <= day && day <= *to)
    }

    /// Whether something may go when clocks show this. Neither the day that it is nor the one that the window began on may
    /// be a day off.
    #[must_use]
    pub fn covers(&self, local: NaiveDateTime) -> bool {
        let open = |day: NaiveDate| !self.is_day_off(day);
        open(local.date()) && self.windows.iter().filter_map(|window| window.day_covering(local)).any(open)
    }

    /// Whether windows begin on a day.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !self.is_day_off(day) && self.windows.iter().any(|window| window.has_day(day))
    }

    /// What clocks show when something may change: midnight, or the beginning of a window, whichever comes first after
    /// this. (What ends may be a boundary too; whoever looks for an opening need not stop there.)
    fn next_boundary(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let midnight = local.date().succ_opt()?.and_time(NaiveTime::MIN);
        let begins = self.windows.iter().map(|window| local.date().and_time(window.from));
        begins.filter(|begin| *begin > local).chain([midnight]).min()
    }
}

/// Whether something may go to a contact at an instant.
#[must_use]
pub fn is_allowed(at: DateTime<Utc>, schedule: &Schedule, contact: Option<Tz>) -> bool {
    schedule.covers(at.with_timezone(&schedule.zone.of(contact)).naive_local())
}

/// The first instant from this one on at which something may go to a contact, to the second; none when there is none within
/// [`AHEAD_DAYS`].
#[must_use]
pub fn next_allowed(at: DateTime<Utc>, schedule: &Schedule, contact: Option<Tz>) -> Option<DateTime<Utc>> {
    let zone = schedule.zone.of(contact);
    let last = at + TimeDelta::days(AHEAD_DAYS);
    let (mut at, mut steps) = (at, 0);
    while at <= last && steps < MOST_STEPS {
        let local = at.with_timezone(&zone).naive_local();
        if schedule.covers(local) {
            return Some(at);
        }
        at = forward(at, schedule.next_boundary(local)?, zone);
        steps += 1;
    }
    None
}

/// The first instant from this one on at which nothing may go; none when something always may, or never stops for a week.
#[must_use]
pub fn closes(at: DateTime<Utc>, schedule: &Schedule, contact: Option<Tz>) -> Option<DateTime<Utc>> {
    let zone = schedule.zone.of(contact);
    let last = at + TimeDelta::days(8);
    let (mut at, mut steps) = (at, 0);
    while at <= last && steps < MOST_STEPS {
        steps += 1;
        let local = at.with_timezone(&zone).naive_local();
        if !schedule.covers(local) {
            return Some(at);
        }
        let ends = schedule.windows.iter().map(|window| local.date().and_time(window.to)).filter(|end| *end > local);
        let boundary = ends.chain(schedule.next_boundary(local)).min()?;
        at = forward(at, boundary, zone);
    }
    None
}

/// The instant at which clocks that go on without being turned would show this; if they are turned before, the instant at
/// which they are. Later than `at` either way.
fn forward(at: DateTime<Utc>, boundary: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let shift = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    let now = shift(at);
    let then = boundary.and_utc() - TimeDelta::seconds(now.into());
    if shift(then) == now {
        return then;
    }
    let (mut before, mut after) = (at.timestamp(), then.timestamp());
    let instant = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap_or(then);
    // Halved each time, so that a day takes 17 times.
    for _ in 0..64 {
        if after - before <= 1 {
            break;
        }
        let middle = i64::midpoint(before, after);
        if shift(instant(middle)) == now { before = middle } else { after = middle }
    }
    instant(after).max(at + TimeDelta::seconds(1))
}

/// The first instant at which clocks of the zone show this, or the one after a gap.
fn first_instant(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let mut shown = (0..=LONGEST_GAP.num_minutes()).map(|minutes| local + TimeDelta::minutes(minutes));
    shown.find_map(|shown| zone.from_local_datetime(&shown).earliest()).map(|at| at.to_utc())
}

/// The first instant at which clocks of the zone show this, or the one after a gap.
#[must_use]
pub fn instant_of(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    first_instant(local, zone).unwrap_or_else(|| local.and_utc())
}

/// The day of an instant in a zone.
#[must_use]
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// When a day of a zone begins.
#[must_use]
pub fn begin_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    instant_of(day.and_time(NaiveTime::MIN), zone)
}

/// When a wait that begins at an instant is over. Hours go by; days keep the time of day on the contact's clocks; working
/// days are those on which windows of the schedule begin. Windows are not waited for: [`next_allowed`] does that.
#[must_use]
pub fn wait_until(at: DateTime<Utc>, wait: Wait, schedule: &Schedule, contact: Option<Tz>) -> DateTime<Utc> {
    let zone = schedule.zone.of(contact);
    let local = at.with_timezone(&zone).naive_local();
    let on = |day: Option<NaiveDate>, time: NaiveTime| {
        let instant = day.and_then(|day| first_instant(day.and_time(time), zone));
        instant.filter(|instant| *instant > at)
    };
    match wait {
        Wait::Hours(hours) => at + TimeDelta::hours(hours.into()),
        Wait::Days(days) => {
            let day = local.date().checked_add_days(Days::new(days.into()));
            on(day, local.time()).unwrap_or(at + TimeDelta::days(days.into()))
        }
        Wait::WorkingDays(days) => {
            let ahead = local.date().iter_days().skip(1).take(usize::try_from(AHEAD_DAYS).unwrap_or_default());
            let mut working = ahead.filter(|day| schedule.is_working_day(*day));
            let day = working.nth(usize::try_from(days.max(1) - 1).unwrap_or_default());
            on(day, local.time()).unwrap_or(at + TimeDelta::days(AHEAD_DAYS))
        }
        Wait::Until { weekday, time } => {
            let days = local
                .date()
                .iter_days()
                .take(15)
                .filter(|day| day.weekday().number_from_monday() == u32::from(weekday));
            days.filter_map(|day| on(Some(day), time)).min().unwrap_or(at + TimeDelta::days(7))
        }
    }
}

#[cfg(test)]
mod tests;
