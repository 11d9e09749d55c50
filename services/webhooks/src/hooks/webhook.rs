//! A webhook: what it is told, how long its failures are borne, how input becomes it. No I/O.

use api::{requests::Given, words};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::events;
use kernel::{
    Fields,
    values::{Line, Problem, optional},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// Most webhooks of an organization.
pub const MAX_WEBHOOKS: usize = 20;
/// Most names that a body may have.
const MAX_TYPES: usize = 200;
/// In place of names: every event.
pub const ALL: &str = "*";
/// A webhook that has only failed for so long is switched off …
const PATIENCE: TimeDelta = TimeDelta::days(3);
/// … if that was more than bad luck, tries.
const TRIES_AT_LEAST: i64 = 5;

words! {
    /// Why a webhook was switched off, if nobody did it.
    DisabledBecause {
        Failures = "failures",
        Gone = "gone",
    }
}

/// A new webhook.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WebhookInput {
    /// https, on the public internet.
    #[schema(min_length = 1, max_length = 2048)]
    pub url: String,
    #[schema(max_length = 255)]
    pub description: Option<String>,
    /// Names of events, or only `*` for all of them.
    #[schema(min_items = 1, max_items = 200)]
    pub types: Vec<String>,
}

/// A changed webhook: what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct WebhookPatch {
    #[schema(min_length = 1, max_length = 2048, nullable = false)]
    pub url: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub description: Given<String>,
    #[schema(min_items = 1, max_items = 200, nullable = false)]
    pub types: Option<Vec<String>>,
    /// To switch it on again forgives its failures. Switched off, it is told of nothing, and what waits is given up.
    #[schema(nullable = false)]
    pub enabled: Option<bool>,
    /// The version this is based on; another one by now is a conflict.
    pub version: Option<i64>,
}

/// A webhook as it is kept, its secrets aside.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredWebhook {
    pub id: Uuid,
    pub url: String,
    pub description: Option<String>,
    pub types: Vec<String>,
    pub enabled: bool,
    pub failures: i64,
    pub failing_since: Option<DateTime<Utc>>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub disabled_because: Option<DisabledBecause>,
    pub last: Option<(DateTime<Utc>, String)>,
    pub secret_rotated_at: DateTime<Utc>,
    pub previous_until: Option<DateTime<Utc>>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub created_by: Option<Uuid>,
    pub updated_at: DateTime<Utc>,
}

impl From<WebhookInput> for WebhookPatch {
    fn from(input: WebhookInput) -> Self {
        let WebhookInput { url, description, types } = input;
        Self { url: Some(url), description: description.into(), types: Some(types), enabled: None, version: None }
    }
}

impl WebhookPatch {
    /// The webhook as it would be. The address was read before, as it takes the network to judge it.
    ///
    /// # Errors
    /// Every part that was refused.
    pub fn apply(
        &self,
        current: StoredWebhook,
        url: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<StoredWebhook, Fields> {
        let mut refused = Fields::default();
        let mut webhook = current;
        webhook.url = url.unwrap_or(webhook.url);
        match &self.description {
            Given::Absent => {}
            Given::Null => webhook.description = None,
            Given::Value(text) => {
                if let Some(text) = refused.take("description", optional(text, Line::<255>::parse)) {
                    webhook.description = text.map(Line::into_string);
                }
            }
        }
        if let Some(types) = &self.types {
            webhook.types = types_of(types, &mut refused);
        }
        if let Some(enabled) = self.enabled.filter(|enabled| *enabled != webhook.enabled) {
            webhook = if enabled { webhook.switched_on() } else { webhook.switched_off(None, now) };
        }
        refused.finish(|| webhook)
    }
}

fn types_of(given: &[String], refused: &mut Fields) -> Vec<String> {
    if given.is_empty() {
        refused.refuse_with("types", Problem::Required);
    }
    if given.len() > MAX_TYPES {
        refused.refuse_with("types", Problem::TooMany { max: MAX_TYPES });
        return Vec::new();
    }
    for (index, name) in given.iter().enumerate() {
        if name != ALL && !offered().any(|known| known == name) {
            refused.refuse_with(&format!("types[{index}]"), Problem::ChoiceUnknown);
        }
    }
    let mut types = given.to_vec();
    types.sort_unstable();
    types.dedup();
    if types.len() > 1 && types.iter().any(|name| name == ALL) {
        refused.refuse("types", "webhook.all_or_some");
    }
    types
}

/// Names of the events that a webhook can be told of: all but those that are told to one person only.
pub fn offered() -> impl Iterator<Item = &'static str> {
    events::ALL.iter().copied().filter(|name| !name.starts_with("notification."))
}

/// Whether a list of types has this one.
#[must_use]
pub fn covers(types: &[String], kind: &str) -> bool {
    types.iter().any(|name| name == ALL || name == kind)
}

impl StoredWebhook {
    /// What can be edited, for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        json!({
            "url": self.url, "description": self.description, "types": self.types, "enabled": self.enabled,
            "disabledBecause": self.disabled_because,
        })
    }

    fn switched_on(self) -> Self {
        let forgiven = Self { failures: 0, failing_since: None, disabled_at: None, disabled_because: None, ..self };
        Self { enabled: true, ..forgiven }
    }

    #[must_use]
    pub fn switched_off(self, because: Option<DisabledBecause>, now: DateTime<Utc>) -> Self {
        Self { enabled: false, disabled_at: Some(now), disabled_because: because, ..self }
    }

    /// The webhook after a try that succeeded.
    #[must_use]
    pub fn answered(self) -> Self {
        Self { failures: 0, failing_since: None, ..self }
    }

    /// The webhook after a try that failed; switched off when it is gone, or when that has gone on for too long.
    #[must_use]
    pub fn failed(self, gone: bool, now: DateTime<Utc>) -> Self {
        let since = self.failing_since.unwrap_or(now);
        let failed = Self { failures: self.failures + 1, failing_since: Some(since), ..self };
        let because = if gone {
            DisabledBecause::Gone
        } else if failed.failures >= TRIES_AT_LEAST && now - since >= PATIENCE {
            DisabledBecause::Failures
        } else {
            return failed;
        };
        if failed.enabled { failed.switched_off(Some(because), now) } else { failed }
    }
}

#[cfg(test)]
mod tests;
