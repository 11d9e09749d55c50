//! How long a campaign waits between steps: how input becomes it. No I/O.

use chrono::NaiveTime;
use kernel::{Fields, values::Problem};
use serde::{Deserialize, Serialize};

use super::schedule::{time_of_day, written};

/// Longest wait.
pub const MAX_WAIT_DAYS: u32 = 180;

/// How long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    Hours(u32),
    /// To the same time of day.
    Days(u32),
    /// To the same time of day, days counted on which the campaign writes.
    WorkingDays(u32),
    /// Until clocks show this. 1 is Monday.
    Until {
        weekday: u8,
        time: NaiveTime,
    },
}

/// A wait as it is sent and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "until", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum WaitInput {
    Hours {
        count: u32,
    },
    Days {
        count: u32,
    },
    WorkingDays {
        count: u32,
    },
    Weekday {
        /// 1 is Monday.
        weekday: u8,
        /// `HH:MM`.
        time: String,
    },
}

/// Refuses a number outside of these.
pub(super) fn within(refused: &mut Fields, field: &str, given: u32, min: u32, max: u32) {
    if !(min..=max).contains(&given) {
        refused.refuse_with(field, Problem::NumberRange { min: min.into(), max: max.into() });
    }
}

impl WaitInput {
    /// The wait; what is refused is noted below `at`.
    pub fn parse(&self, at: &str, refused: &mut Fields) -> Option<Wait> {
        let before = refused.0.len();
        let count = format!("{at}.count");
        let wait = match self {
            Self::Hours { count: hours } => {
                within(refused, &count, *hours, 1, MAX_WAIT_DAYS * 24);
                Wait::Hours(*hours)
            }
            Self::Days { count: days } => {
                within(refused, &count, *days, 1, MAX_WAIT_DAYS);
                Wait::Days(*days)
            }
            Self::WorkingDays { count: days } => {
                within(refused, &count, *days, 1, MAX_WAIT_DAYS);
                Wait::WorkingDays(*days)
            }
            Self::Weekday { weekday, time } => {
                within(refused, &format!("{at}.weekday"), (*weekday).into(), 1, 7);
                let clock = time_of_day(time);
                if clock.is_none() {
                    refused.refuse(&format!("{at}.time"), "campaign.time.invalid");
                }
                Wait::Until { weekday: *weekday, time: clock? }
            }
        };
        (refused.0.len() == before).then_some(wait)
    }
}

impl From<Wait> for WaitInput {
    fn from(wait: Wait) -> Self {
        match wait {
            Wait::Hours(count) => Self::Hours { count },
            Wait::Days(count) => Self::Days { count },
            Wait::WorkingDays(count) => Self::WorkingDays { count },
            Wait::Until { weekday, time } => Self::Weekday { weekday, time: written(time) },
        }
    }
}
