//! What people set of an account: how input becomes it. Who reaches their own accounts only may set limits that are
//! stricter. No I/O; the address of a proxy was judged before.

use api::requests::Given;
use kernel::{
    FieldError, Fields, Level,
    values::{Line, Paragraph, Problem, optional},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::account::{Mode, Preset, StoredAccount};
use crate::pace::{
    hours::{self, EVERY_DAY, Span},
    rules::Limits,
};

/// Most people who may use an account beside its owner.
pub const MAX_ALLOWED: usize = 100;

/// The hours in which people are written to for the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WorkingHours {
    pub enabled: bool,
    /// `HH:MM`.
    #[schema(example = "09:00")]
    pub from: String,
    #[schema(example = "19:00")]
    pub to: String,
    /// 1 is Monday.
    pub days: Vec<u8>,
    /// An IANA name. The days that limits count by begin by it too.
    #[schema(example = "Europe/Warsaw")]
    pub time_zone: String,
}

/// The hours in which nothing is sent, on the clocks of the working hours' zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Quiet {
    pub enabled: bool,
    /// `HH:MM`; over midnight when it is later than `to`.
    #[schema(example = "22:00")]
    pub from: String,
    #[schema(example = "08:00")]
    pub to: String,
}

/// Limits: a preset, or numbers of one's own.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LimitsInput {
    pub preset: Preset,
    /// With `custom`.
    #[schema(minimum = 1, maximum = 60)]
    pub messages_per_minute: Option<i64>,
    #[schema(minimum = 1, maximum = 5000)]
    pub messages_per_day: Option<i64>,
    #[schema(minimum = 0, maximum = 500)]
    pub first_contacts_per_day: Option<i64>,
}

/// What is to be different: what is left out stays, null clears.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct AccountPatch {
    #[schema(min_length = 1, max_length = 100, nullable = false)]
    pub name: Option<String>,
    /// Null: everybody's, unless somebody is allowed.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub owner_id: Given<Uuid>,
    /// Who may use it beside the owner.
    #[schema(max_items = 100, nullable = false)]
    pub allowed_user_ids: Option<Vec<Uuid>>,
    #[schema(nullable = false)]
    pub limits: Option<LimitsInput>,
    #[serde(default)]
    #[schema(value_type = Option<WorkingHours>)]
    pub working_hours: Given<WorkingHours>,
    #[serde(default)]
    #[schema(value_type = Option<Quiet>)]
    pub quiet_hours: Given<Quiet>,
    /// `socks5://user:password@host:port`. Its credentials are not shown again; sent back as it is shown, it stays.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub proxy: Given<String>,
    /// Put below messages.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub signature: Given<String>,
    #[schema(nullable = false)]
    pub mode: Option<Mode>,
    /// The version this is based on; another one by now is a conflict.
    pub version: Option<i64>,
}

impl WorkingHours {
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        let bits = self.days.iter().filter(|day| (1..=7).contains(*day)).fold(0, |bits, day| bits | 1 << (day - 1));
        let (from, to) = (hours::parse(&self.from)?, hours::parse(&self.to)?);
        self.enabled.then_some(Span { from, to, days: bits })
    }
}

impl Quiet {
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        let (from, to) = (hours::parse(&self.from)?, hours::parse(&self.to)?);
        self.enabled.then_some(Span { from, to, days: EVERY_DAY })
    }
}

impl Limits {
    pub const CAREFUL: Self =
        Self { preset: Preset::Careful, messages_per_minute: 6, messages_per_day: 150, first_contacts_per_day: 10 };

    #[must_use]
    pub fn image(self) -> Value {
        json!({
            "preset": self.preset, "messagesPerMinute": self.messages_per_minute,
            "messagesPerDay": self.messages_per_day, "firstContactsPerDay": self.first_contacts_per_day,
        })
    }
}

impl LimitsInput {
    fn limits(self, now: Limits, refused: &mut Fields) -> Limits {
        if let Some(limits) = self.preset.limits() {
            return limits;
        }
        let mut number = |field: &str, given: Option<i64>, now: u32, min: i64, max: i64| match given {
            None => now,
            Some(given) if (min..=max).contains(&given) => u32::try_from(given).unwrap_or(now),
            Some(_) => {
                refused.refuse_with(&format!("limits.{field}"), Problem::NumberRange { min, max });
                now
            }
        };
        Limits {
            preset: Preset::Custom,
            messages_per_minute: number("messagesPerMinute", self.messages_per_minute, now.messages_per_minute, 1, 60),
            messages_per_day: number("messagesPerDay", self.messages_per_day, now.messages_per_day, 1, 5000),
            first_contacts_per_day: number(
                "firstContactsPerDay",
                self.first_contacts_per_day,
                now.first_contacts_per_day,
                0,
                500,
            ),
        }
    }
}

fn only_stricter(new: Limits, old: Limits, refused: &mut Fields) {
    for (field, new, old) in [
        ("limits.messagesPerMinute", new.messages_per_minute, old.messages_per_minute),
        ("limits.messagesPerDay", new.messages_per_day, old.messages_per_day),
        ("limits.firstContactsPerDay", new.first_contacts_per_day, old.first_contacts_per_day),
    ] {
        if new > old {
            let params = vec![("max", old.to_string())];
            refused.0.push(FieldError { params, ..FieldError::new(field, "bd.limits.only_stricter") });
        }
    }
}

fn checked_hours(field: &str, from: &str, to: &str, refused: &mut Fields) {
    for (name, time) in [("from", from), ("to", to)] {
        if hours::parse(time).is_none() {
            refused.refuse(&format!("{field}.{name}"), "bd.time.invalid");
        }
    }
    if from == to {
        refused.refuse(&format!("{field}.to"), "bd.hours.empty");
    }
}

impl AccountPatch {
    /// The account as it would be. Owner and proxy were judged before: they take asking others.
    ///
    /// # Errors
    /// Every part that was refused.
    pub fn apply(&self, current: StoredAccount, level: Level) -> Result<StoredAccount, Fields> {
        let mut refused = Fields::default();
        let mut account = current;
        if let Some(name) = &self.name
            && let Some(name) = refused.take("name", Line::<100>::parse(name))
        {
            account.name = name.into_string();
        }
        match self.owner_id {
            Given::Absent => {}
            Given::Null => account.owner_id = None,
            Given::Value(id) => account.owner_id = Some(id),
        }
        if let Some(allowed) = &self.allowed_user_ids {
            if allowed.len() > MAX_ALLOWED {
                refused.refuse_with("allowedUserIds", Problem::TooMany { max: MAX_ALLOWED });
            }
            account.allowed.clone_from(allowed);
            account.allowed.sort_unstable();
            account.allowed.dedup();
        }
        if let Some(given) = self.limits {
            let limits = given.limits(account.limits, &mut refused);
            if level != Level::Organization {
                only_stricter(limits, account.limits, &mut refused);
            }
            account.limits = limits;
        }
        self.apply_hours(&mut account, &mut refused);
        match &self.signature {
            Given::Absent => {}
            Given::Null => account.signature = None,
            Given::Value(text) => {
                if let Some(text) = refused.take("signature", optional(text, Paragraph::<500>::parse)) {
                    account.signature = text.map(Paragraph::into_string);
                }
            }
        }
        account.mode = self.mode.unwrap_or(account.mode);
        refused.finish(|| account)
    }

    fn apply_hours(&self, account: &mut StoredAccount, refused: &mut Fields) {
        match &self.working_hours {
            Given::Absent => {}
            Given::Null => account.working_hours = None,
            Given::Value(given) => {
                checked_hours("workingHours", &given.from, &given.to, refused);
                if given.time_zone.parse::<chrono_tz::Tz>().is_err() {
                    refused.refuse("workingHours.timeZone", "bd.time_zone.unknown");
                }
                let mut days = given.days.clone();
                days.sort_unstable();
                days.dedup();
                if days.is_empty() || days.iter().any(|day| !(1..=7).contains(day)) {
                    refused.refuse_with("workingHours.days", Problem::ChoiceUnknown);
                }
                account.time_zone.clone_from(&given.time_zone);
                account.working_hours = Some(WorkingHours { days, ..given.clone() });
            }
        }
        match &self.quiet_hours {
            Given::Absent => {}
            Given::Null => account.quiet_hours = None,
            Given::Value(given) => {
                checked_hours("quietHours", &given.from, &given.to, refused);
                account.quiet_hours = Some(given.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests;
