//! When a campaign writes: hours of the week on whose clocks, days without, pace. What people send and what is stored is
//! [`ScheduleInput`]; the rules go by [`Schedule`], which is parsed from it. No I/O.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use kernel::{Fields, values::Problem};
use serde::{Deserialize, Serialize};

/// Most windows of a week.
pub const MAX_WINDOWS: usize = 14;
/// Most single days without, and most spans of them.
pub const MAX_DAYS_OFF: usize = 200;
/// Most messages of a day or an hour that a pace may name.
pub const MAX_PACE: i64 = 1_000_000;

/// Hours of some days of the week; over midnight when `to` is not later than `from`, a whole day when they are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Bit 0 is Monday. The day that a window over midnight begins on counts.
    pub days: u8,
    pub from: NaiveTime,
    pub to: NaiveTime,
}

/// Whose clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Those of the contact; these where nobody knows the contact's.
    Contact {
        otherwise: Tz,
    },
    Fixed(Tz),
}

/// How many messages of a campaign go at most, by all its senders together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    pub per_day: Option<u32>,
    pub per_hour: Option<u32>,
}

/// When a campaign writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ScheduleInput", try_from = "ScheduleInput")]
pub struct Schedule {
    pub zone: Zone,
    /// Never empty.
    pub windows: Vec<Window>,
    pub holidays: BTreeSet<NaiveDate>,
    /// Month and day: holidays of every year.
    pub yearly: BTreeSet<(u32, u32)>,
    /// First and last day.
    pub blackouts: Vec<(NaiveDate, NaiveDate)>,
    pub pace: Pace,
}

/// A window as it is sent and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WindowInput {
    /// 1 is Monday.
    pub days: Vec<u8>,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`; over midnight when it is not later than `from`.
    pub to: String,
}

/// Days as they are sent and stored, `YYYY-MM-DD`, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct BlackoutInput {
    pub from: String,
    pub to: String,
}

/// A schedule as it is sent and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ScheduleInput {
    /// Whether windows are on the contact's clocks; otherwise on those of `time_zone`.
    pub in_contact_zone: bool,
    /// An IANA name. With `in_contact_zone`: for contacts whose zone nobody knows.
    pub time_zone: String,
    pub windows: Vec<WindowInput>,
    /// `YYYY-MM-DD`, or `MM-DD` for every year.
    #[serde(default)]
    pub holidays: Vec<String>,
    #[serde(default)]
    pub blackouts: Vec<BlackoutInput>,
    #[serde(default)]
    pub per_day: Option<i64>,
    #[serde(default)]
    pub per_hour: Option<i64>,
}

/// Reads `HH:MM`.
#[must_use]
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    let fits = text.len() == 5 && text.as_bytes()[2] == b':';
    fits.then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
}

/// Writes [`time_of_day`] back.
#[must_use]
pub fn written(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

fn day(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

fn month_and_day(text: &str) -> Option<(u32, u32)> {
    // A leap year, so that there is a 29th of February.
    let date = (text.len() == 5).then(|| day(&format!("2024-{text}"))).flatten()?;
    Some((date.month(), date.day()))
}

/// A number that may be left out, from 1 to `max`.
pub(super) fn number(refused: &mut Fields, field: &str, given: Option<i64>, max: i64) -> Option<u32> {
    let given = given?;
    let number = u32::try_from(given).ok().filter(|_| (1..=max).contains(&given));
    refused.take(field, number.ok_or(Problem::NumberRange { min: 1, max }))
}

impl WindowInput {
    /// The window; every part that is refused is noted below `at`.
    pub fn parse(&self, at: &str, refused: &mut Fields) -> Option<Window> {
        let mut time = |name: &str, text: &str| {
            let time = time_of_day(text);
            if time.is_none() {
                refused.refuse(&format!("{at}.{name}"), "campaign.time.invalid");
            }
            time
        };
        let (from, to) = (time("from", &self.from), time("to", &self.to));
        if self.days.is_empty() || self.days.iter().any(|day| !(1..=7).contains(day)) {
            refused.refuse(&format!("{at}.days"), "campaign.weekdays.invalid");
            return None;
        }
        let days = self.days.iter().fold(0, |bits, day| bits | 1 << (day - 1));
        Some(Window { days, from: from?, to: to? })
    }
}

impl From<Window> for WindowInput {
    fn from(window: Window) -> Self {
        let days = (1..=7).filter(|day| window.days & (1 << (day - 1)) != 0).collect();
        Self { days, from: written(window.from), to: written(window.to) }
    }
}

impl ScheduleInput {
    /// The schedule; every part that is refused is noted below `at`.
    pub fn parse(&self, at: &str, refused: &mut Fields) -> Option<Schedule> {
        let before = refused.0.len();
        let zone = self.time_zone.parse::<Tz>().ok();
        if zone.is_none() {
            refused.refuse(&format!("{at}.timeZone"), "campaign.time_zone.unknown");
        }
        let windows = self.windows.iter().enumerate();
        let windows =
            windows.filter_map(|(index, one)| one.parse(&format!("{at}.windows[{index}]"), refused)).collect();
        if self.windows.is_empty() {
            refused.refuse_with(&format!("{at}.windows"), Problem::Required);
        }
        for (name, count, max) in [
            ("windows", self.windows.len(), MAX_WINDOWS),
            ("holidays", self.holidays.len(), MAX_DAYS_OFF),
            ("blackouts", self.blackouts.len(), MAX_DAYS_OFF),
        ] {
            if count > max {
                refused.refuse_with(&format!("{at}.{name}"), Problem::TooMany { max });
            }
        }
        let (holidays, yearly) = self.days_off(at, refused);
        let blackouts = self.spans(at, refused);
        let pace = Pace {
            per_day: number(refused, &format!("{at}.perDay"), self.per_day, MAX_PACE),
            per_hour: number(refused, &format!("{at}.perHour"), self.per_hour, MAX_PACE),
        };
        let zone = zone?;
        let zone = if self.in_contact_zone { Zone::Contact { otherwise: zone } } else { Zone::Fixed(zone) };
        (refused.0.len() == before).then_some(Schedule { zone, windows, holidays, yearly, blackouts, pace })
    }

    fn days_off(&self, at: &str, refused: &mut Fields) -> (BTreeSet<NaiveDate>, BTreeSet<(u32, u32)>) {
        let (mut holidays, mut yearly) = (BTreeSet::new(), BTreeSet::new());
        for (index, text) in self.holidays.iter().enumerate() {
            if let Some(date) = day(text) {
                holidays.insert(date);
            } else if let Some(date) = month_and_day(text) {
                yearly.insert(date);
            } else {
                refused.refuse(&format!("{at}.holidays[{index}]"), "campaign.day.invalid");
            }
        }
        (holidays, yearly)
    }

    fn spans(&self, at: &str, refused: &mut Fields) -> Vec<(NaiveDate, NaiveDate)> {
        let mut spans = Vec::new();
        for (index, span) in self.blackouts.iter().enumerate() {
            let at = format!("{at}.blackouts[{index}]");
            let (from, to) = (day(&span.from), day(&span.to));
            for (name, date) in [("from", from), ("to", to)] {
                if date.is_none() {
                    refused.refuse(&format!("{at}.{name}"), "campaign.day.invalid");
                }
            }
            match from.zip(to) {
                Some((from, to)) if from > to => refused.refuse(&format!("{at}.to"), "campaign.blackout.backwards"),
                Some(span) => spans.push(span),
                None => {}
            }
        }
        spans
    }
}

impl From<Schedule> for ScheduleInput {
    fn from(schedule: Schedule) -> Self {
        let (in_contact_zone, zone) = match schedule.zone {
            Zone::Contact { otherwise } => (true, otherwise),
            Zone::Fixed(zone) => (false, zone),
        };
        let yearly = schedule.yearly.iter().map(|(month, day)| format!("{month:02}-{day:02}"));
        let spans = schedule.blackouts.iter();
        Self {
            in_contact_zone,
            time_zone: zone.name().to_owned(),
            windows: schedule.windows.iter().copied().map(WindowInput::from).collect(),
            holidays: schedule.holidays.iter().map(NaiveDate::to_string).chain(yearly).collect(),
            blackouts: spans.map(|(from, to)| BlackoutInput { from: from.to_string(), to: to.to_string() }).collect(),
            per_day: schedule.pace.per_day.map(i64::from),
            per_hour: schedule.pace.per_hour.map(i64::from),
        }
    }
}

impl TryFrom<ScheduleInput> for Schedule {
    type Error = Fields;

    fn try_from(input: ScheduleInput) -> Result<Self, Fields> {
        let mut refused = Fields::default();
        input.parse("schedule", &mut refused).ok_or(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> ScheduleInput {
        ScheduleInput {
            in_contact_zone: true,
            time_zone: "Europe/Moscow".to_owned(),
            windows: vec![WindowInput { days: vec![5, 1, 1], from: "09:00".to_owned(), to: "18:00".to_owned() }],
            holidays: vec!["2027-03-08".to_owned(), "02-29".to_owned()],
            blackouts: vec![BlackoutInput { from: "2026-12-30".to_owned(), to: "2027-01-08".to_owned() }],
            per_day: Some(200),
            per_hour: None,
        }
    }

    #[test]
    fn a_schedule_is_stored_as_it_is_sent() {
        let schedule = Schedule::try_from(input()).unwrap();
        let stored = serde_json::to_value(&schedule).unwrap();
        assert_eq!(stored["windows"][0]["days"], serde_json::json!([1, 5]));
        assert_eq!(stored["holidays"], serde_json::json!(["2027-03-08", "02-29"]));
        assert_eq!(serde_json::from_value::<Schedule>(stored).unwrap(), schedule);
    }

    #[test]
    fn every_bad_part_is_named() {
        let bad = ScheduleInput {
            time_zone: "Mars/Olympus".to_owned(),
            windows: vec![
                WindowInput { days: vec![8], from: "9:00".to_owned(), to: "25:00".to_owned() },
                WindowInput { days: vec![], from: "09:00".to_owned(), to: "18:00".to_owned() },
            ],
            holidays: vec!["13-01".to_owned(), "02-30".to_owned(), "2027-02-29".to_owned()],
            blackouts: vec![
                BlackoutInput { from: "2027-01-08".to_owned(), to: "2027-01-01".to_owned() },
                BlackoutInput { from: "soon".to_owned(), to: "2027-01-01".to_owned() },
            ],
            per_day: Some(0),
            per_hour: Some(MAX_PACE + 1),
            ..input()
        };
        let refused = Schedule::try_from(bad).unwrap_err();
        let fields: Vec<&str> = refused.0.iter().map(|refusal| refusal.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "schedule.timeZone",
                "schedule.windows[0].from",
                "schedule.windows[0].to",
                "schedule.windows[0].days",
                "schedule.windows[1].days",
                "schedule.holidays[0]",
                "schedule.holidays[1]",
                "schedule.holidays[2]",
                "schedule.blackouts[0].to",
                "schedule.blackouts[1].from",
                "schedule.perDay",
                "schedule.perHour",
            ]
        );
        let none = ScheduleInput { windows: Vec::new(), ..input() };
        assert_eq!(Schedule::try_from(none).unwrap_err().0[0].code, "field.required");
    }
}
