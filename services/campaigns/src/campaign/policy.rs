//! What an organization lets its programs do to a contact, and how a campaign may differ from it. What people send and what
//! is stored is [`PolicyInput`]. No I/O.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use chrono_tz::Tz;
use kernel::{Fields, values::Problem};
use serde::{Deserialize, Serialize};

use super::{
    Channel,
    schedule::{time_of_day, written},
};

/// Most messages that a cap may name, and longest cool-down.
const MAX_CAP: u32 = 100;
const MAX_COOL_DOWN_DAYS: u32 = 730;
/// Most words of an organization's own that opt somebody out.
const MAX_WORDS: usize = 100;
/// Longest of them, in characters.
const MAX_WORD: usize = 60;

/// From one time of day to another, over midnight when it is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    pub from: NaiveTime,
    pub to: NaiveTime,
}

/// Most messages of programs to one contact: in a day, and in seven days that end with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Cap {
    pub day: Option<u32>,
    pub week: Option<u32>,
}

/// What programs may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "PolicyInput", try_from = "PolicyInput")]
pub struct Policy {
    /// Of contacts whose zone nobody knows.
    pub zone: Tz,
    /// Nothing goes in them, on the contact's clocks.
    pub quiet: Option<Quiet>,
    pub per_channel: BTreeMap<Channel, Cap>,
    pub total: Cap,
    /// For so long nobody is written to who said no. 0: no cool-down.
    pub cool_down_days: u32,
    /// Channels on which only those are written to who agreed.
    pub consent_needed: Vec<Channel>,
    /// Whether who opts out on one channel is written to on none.
    pub opt_out_everywhere: bool,
    /// Whether a contact may be in two running campaigns.
    pub allow_parallel: bool,
    /// Words that opt out, beside those that always do.
    pub opt_out_words: Vec<String>,
}

/// Quiet hours as they are sent and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct QuietInput {
    /// `HH:MM`.
    pub from: String,
    pub to: String,
}

/// A policy as it is sent and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicyInput {
    /// An IANA name: of contacts whose zone nobody knows.
    pub time_zone: String,
    pub quiet: Option<QuietInput>,
    #[serde(default)]
    pub per_channel: BTreeMap<Channel, Cap>,
    #[serde(default)]
    pub total: Cap,
    pub cool_down_days: u32,
    #[serde(default)]
    pub consent_needed: Vec<Channel>,
    pub opt_out_everywhere: bool,
    pub allow_parallel: bool,
    #[serde(default)]
    pub opt_out_words: Vec<String>,
}

/// Where a campaign differs. Caps and cool-down only become stricter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PolicyOverrides {
    pub total: Cap,
    pub cool_down_days: Option<u32>,
    /// Whether its contacts may be in another running campaign.
    pub allow_parallel: Option<bool>,
}

impl Default for Policy {
    /// What an organization begins with: nights are quiet, one message a day and three a week, ninety days after a no.
    fn default() -> Self {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self {
            zone: Tz::UTC,
            quiet: Some(Quiet { from: time(21), to: time(8) }),
            per_channel: BTreeMap::new(),
            total: Cap { day: Some(1), week: Some(3) },
            cool_down_days: 90,
            consent_needed: Vec::new(),
            opt_out_everywhere: true,
            allow_parallel: false,
            opt_out_words: Vec::new(),
        }
    }
}

fn stricter(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    one.into_iter().chain(other).min()
}

impl Cap {
    fn check(self, at: &str, refused: &mut Fields) {
        for (name, given) in [("day", self.day), ("week", self.week)] {
            if given.is_some_and(|given| !(1..=MAX_CAP).contains(&given)) {
                refused.refuse_with(&format!("{at}.{name}"), Problem::NumberRange { min: 1, max: MAX_CAP.into() });
            }
        }
    }
}

impl Policy {
    /// The policy as it is for a campaign.
    #[must_use]
    pub fn with(&self, overrides: &PolicyOverrides) -> Self {
        let total = Cap {
            day: stricter(self.total.day, overrides.total.day),
            week: stricter(self.total.week, overrides.total.week),
        };
        let cool_down_days = self.cool_down_days.max(overrides.cool_down_days.unwrap_or_default());
        let allow_parallel = overrides.allow_parallel.unwrap_or(self.allow_parallel);
        Self { total, cool_down_days, allow_parallel, ..self.clone() }
    }
}

fn cool_down(days: u32, at: &str, refused: &mut Fields) {
    if days > MAX_COOL_DOWN_DAYS {
        refused
            .refuse_with(&format!("{at}coolDownDays"), Problem::NumberRange { min: 0, max: MAX_COOL_DOWN_DAYS.into() });
    }
}

impl PolicyOverrides {
    /// Notes below `at` what is refused.
    pub fn check(&self, at: &str, refused: &mut Fields) {
        self.total.check(&format!("{at}.total"), refused);
        cool_down(self.cool_down_days.unwrap_or_default(), &format!("{at}."), refused);
    }
}

impl PolicyInput {
    /// The policy.
    ///
    /// # Errors
    /// Every part that was refused.
    pub fn parse(&self) -> Result<Policy, Fields> {
        let mut refused = Fields::default();
        let zone = self.time_zone.parse::<Tz>().ok();
        if zone.is_none() {
            refused.refuse("timeZone", "campaign.time_zone.unknown");
        }
        let quiet = self.quiet.as_ref().and_then(|quiet| {
            let mut time = |name: &str, text: &str| {
                let time = time_of_day(text);
                if time.is_none() {
                    refused.refuse(&format!("quiet.{name}"), "campaign.time.invalid");
                }
                time
            };
            let (from, to) = (time("from", &quiet.from), time("to", &quiet.to));
            let (from, to) = (from?, to?);
            if from == to {
                // The whole day would be quiet.
                refused.refuse("quiet.to", "campaign.hours.empty");
            }
            Some(Quiet { from, to })
        });
        for (channel, cap) in &self.per_channel {
            cap.check(&format!("perChannel.{}", channel.as_str()), &mut refused);
        }
        self.total.check("total", &mut refused);
        cool_down(self.cool_down_days, "", &mut refused);
        let mut words: Vec<String> =
            self.opt_out_words.iter().map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        if words.len() > MAX_WORDS {
            refused.refuse_with("optOutWords", Problem::TooMany { max: MAX_WORDS });
        }
        if words.iter().any(|word| word.chars().nth(MAX_WORD).is_some()) {
            refused.refuse_with("optOutWords", Problem::TooLong { max: MAX_WORD });
        }
        let mut consent_needed = self.consent_needed.clone();
        consent_needed.sort_unstable();
        consent_needed.dedup();
        refused.finish(|| Policy {
            zone: zone.unwrap_or(Tz::UTC),
            quiet,
            per_channel: self.per_channel.clone(),
            total: self.total,
            cool_down_days: self.cool_down_days,
            consent_needed,
            opt_out_everywhere: self.opt_out_everywhere,
            allow_parallel: self.allow_parallel,
            opt_out_words: words,
        })
    }
}

impl From<Policy> for PolicyInput {
    fn from(policy: Policy) -> Self {
        Self {
            time_zone: policy.zone.name().to_owned(),
            quiet: policy.quiet.map(|quiet| QuietInput { from: written(quiet.from), to: written(quiet.to) }),
            per_channel: policy.per_channel,
            total: policy.total,
            cool_down_days: policy.cool_down_days,
            consent_needed: policy.consent_needed,
            opt_out_everywhere: policy.opt_out_everywhere,
            allow_parallel: policy.allow_parallel,
            opt_out_words: policy.opt_out_words,
        }
    }
}

impl TryFrom<PolicyInput> for Policy {
    type Error = Fields;

    fn try_from(input: PolicyInput) -> Result<Self, Fields> {
        input.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_stored_as_it_is_sent() {
        let policy = Policy {
            per_channel: BTreeMap::from([(Channel::Email, Cap { day: Some(2), week: None })]),
            consent_needed: vec![Channel::Email],
            ..Policy::default()
        };
        let stored = serde_json::to_value(&policy).unwrap();
        assert_eq!((stored["quiet"]["from"].as_str(), stored["timeZone"].as_str()), (Some("21:00"), Some("UTC")));
        assert_eq!(stored["perChannel"]["email"]["day"], 2);
        assert_eq!(serde_json::from_value::<Policy>(stored).unwrap(), policy);
    }

    #[test]
    fn every_bad_part_is_named() {
        let bad = PolicyInput {
            time_zone: "Nowhere".to_owned(),
            quiet: Some(QuietInput { from: "8".to_owned(), to: "x".to_owned() }),
            per_channel: BTreeMap::from([(Channel::Telegram, Cap { day: Some(0), week: Some(101) })]),
            total: Cap { day: Some(1000), week: None },
            cool_down_days: 10_000,
            opt_out_words: (0..=MAX_WORDS).map(|n| n.to_string()).collect(),
            ..PolicyInput::from(Policy::default())
        };
        let refused = bad.parse().unwrap_err();
        let fields: Vec<&str> = refused.0.iter().map(|refusal| refusal.field.as_str()).collect();
        let expected = [
            "timeZone",
            "quiet.from",
            "quiet.to",
            "perChannel.telegram.day",
            "perChannel.telegram.week",
            "total.day",
            "coolDownDays",
            "optOutWords",
        ];
        assert_eq!(fields, expected);
        let all_day = QuietInput { from: "08:00".to_owned(), to: "08:00".to_owned() };
        let all_day = PolicyInput { quiet: Some(all_day), ..PolicyInput::from(Policy::default()) };
        assert_eq!(all_day.parse().unwrap_err().0[0].code, "campaign.hours.empty");
    }

    #[test]
    fn a_campaign_makes_caps_stricter_and_never_looser() {
        let org = Policy { total: Cap { day: Some(2), week: None }, cool_down_days: 30, ..Policy::default() };
        let cap = |day, week| PolicyOverrides { total: Cap { day, week }, ..PolicyOverrides::default() };
        let total = |overrides: &PolicyOverrides| org.with(overrides).total;
        assert_eq!(total(&cap(Some(5), Some(4))), Cap { day: Some(2), week: Some(4) });
        assert_eq!(total(&cap(Some(1), None)), Cap { day: Some(1), week: None });
        let days = |days| org.with(&PolicyOverrides { cool_down_days: Some(days), ..PolicyOverrides::default() });
        assert_eq!((days(10).cool_down_days, days(60).cool_down_days), (30, 60));
    }
}
