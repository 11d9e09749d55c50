//! A stage: what it is, how input becomes it. No I/O.

use api::{requests::Given, words};
use chrono::{DateTime, Utc};
use kernel::{
    Fields,
    values::{Line, Problem},
};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::moves::rules::{RequiredField, StageRole};

words! {
    /// What a deal in the stage is.
    StageKind {
        Open = "open",
        Won = "won",
        Lost = "lost",
    }
}

words! {
    /// The colour of a column.
    StageColor {
        Gray = "gray",
        Blue = "blue",
        Teal = "teal",
        Green = "green",
        Yellow = "yellow",
        Orange = "orange",
        Red = "red",
        Pink = "pink",
        Violet = "violet",
    }
}

/// What must be so before a deal enters, or leaves, a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct StageRules {
    /// What the deal must have.
    pub required_fields: Vec<RequiredField>,
    /// Whose members may do it; empty: everybody.
    pub roles: Vec<StageRole>,
}

/// A step of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stage {
    pub id: Uuid,
    pub pipeline_id: Uuid,
    pub name: String,
    pub kind: StageKind,
    pub color: StageColor,
    /// How likely a deal here is won, in percent.
    pub probability: i64,
    /// Days after which a deal here counts as rotting.
    #[schema(required)]
    pub rot_days: Option<i64>,
    /// Most deals that may be here at once.
    #[schema(required)]
    pub wip_limit: Option<i64>,
    /// Place in the pipeline, from 0.
    pub position: i64,
    #[schema(required)]
    pub archived_at: Option<DateTime<Utc>>,
    pub entry_rules: StageRules,
    pub exit_rules: StageRules,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new stage.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StageInput {
    pub pipeline_id: Uuid,
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    pub kind: Option<StageKind>,
    pub color: Option<StageColor>,
    #[schema(minimum = 0, maximum = 100)]
    pub probability: Option<i64>,
    #[schema(minimum = 1, maximum = 365)]
    pub rot_days: Option<i64>,
    #[schema(minimum = 1, maximum = 100_000)]
    pub wip_limit: Option<i64>,
    /// Place in the pipeline, from 0; behind the others of its kind when left out.
    #[schema(minimum = 0)]
    pub position: Option<i64>,
    pub entry_rules: Option<StageRules>,
    pub exit_rules: Option<StageRules>,
}

/// A changed stage: what is left out stays, null clears.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct StageReplace {
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    pub kind: Option<StageKind>,
    pub color: Option<StageColor>,
    #[schema(minimum = 0, maximum = 100)]
    pub probability: Option<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 365)]
    pub rot_days: Given<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100_000)]
    pub wip_limit: Given<i64>,
    /// The new place in the pipeline, from 0; the others close up.
    #[schema(minimum = 0)]
    pub position: Option<i64>,
    pub archived: Option<bool>,
    pub entry_rules: Option<StageRules>,
    pub exit_rules: Option<StageRules>,
    /// The version this is based on; another one by now is a conflict.
    pub version: Option<i64>,
}

impl From<StageInput> for StageReplace {
    fn from(input: StageInput) -> Self {
        Self {
            name: Some(input.name),
            kind: input.kind,
            color: input.color,
            probability: input.probability,
            rot_days: input.rot_days.into(),
            wip_limit: input.wip_limit.into(),
            position: input.position,
            archived: None,
            entry_rules: input.entry_rules,
            exit_rules: input.exit_rules,
            version: None,
        }
    }
}

impl StageReplace {
    /// The stage as it would be, its place aside.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn apply(&self, current: Stage, now: DateTime<Utc>) -> Result<Stage, Fields> {
        let mut refused = Fields::default();
        let mut stage = current;
        if let Some(name) = &self.name
            && let Some(name) = refused.take("name", Line::<100>::parse(name))
        {
            stage.name = name.into_string();
        }
        stage.kind = self.kind.unwrap_or(stage.kind);
        stage.color = self.color.unwrap_or(stage.color);
        if let Some(given) = self.probability
            && let Some(probability) = refused.take("probability", within(given, 0, 100))
        {
            stage.probability = probability;
        }
        number(&mut refused, "rotDays", &self.rot_days, &mut stage.rot_days, 365);
        number(&mut refused, "wipLimit", &self.wip_limit, &mut stage.wip_limit, 100_000);
        if self.position.is_some_and(|position| position < 0) {
            refused.refuse_with("position", Problem::NumberRange { min: 0, max: MAX_STAGES });
        }
        if let Some(archived) = self.archived {
            stage.archived_at = archived.then(|| stage.archived_at.unwrap_or(now));
        }
        for (given, rules) in [(&self.entry_rules, &mut stage.entry_rules), (&self.exit_rules, &mut stage.exit_rules)] {
            if let Some(given) = given {
                *rules = given.tidy();
            }
        }
        refused.finish(|| stage)
    }
}

/// Most stages of a pipeline.
pub const MAX_STAGES: i64 = 50;

fn within(number: i64, min: i64, max: i64) -> Result<i64, Problem> {
    if (min..=max).contains(&number) { Ok(number) } else { Err(Problem::NumberRange { min, max }) }
}

fn number(refused: &mut Fields, field: &str, given: &Given<i64>, into: &mut Option<i64>, max: i64) {
    match given {
        Given::Absent => {}
        Given::Null => *into = None,
        Given::Value(number) => *into = refused.take(field, within(*number, 1, max)),
    }
}

impl StageRules {
    /// The fields that the organization made up, by their place among the required ones and their keys.
    pub fn own_fields(&self) -> impl Iterator<Item = (usize, &str)> {
        self.required_fields.iter().enumerate().filter_map(|(index, field)| match field {
            RequiredField::Own(key) => Some((index, key.as_str())),
            RequiredField::Known(_) => None,
        })
    }

    /// The same rules, each word once and in order.
    fn tidy(&self) -> Self {
        let mut rules = self.clone();
        rules.required_fields.sort_unstable();
        rules.required_fields.dedup();
        rules.roles.sort_unstable();
        rules.roles.dedup();
        rules
    }
}

impl Stage {
    /// Whether its rules name a field that the organization made up.
    #[must_use]
    pub fn asks_for_own_fields(&self) -> bool {
        [&self.entry_rules, &self.exit_rules].into_iter().any(|rules| rules.own_fields().next().is_some())
    }

    /// For how many whole days a deal that came in then has been here.
    #[must_use]
    pub fn days_in(entered_at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
        (now - entered_at).num_days().max(0)
    }

    /// Whether a deal that came in then has been here too long.
    #[must_use]
    pub fn rots(kind: StageKind, rot_days: Option<i64>, entered_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        kind == StageKind::Open && rot_days.is_some_and(|days| (now - entered_at).num_days() >= days)
    }

    /// The image for the change log.
    #[must_use]
    pub fn image(&self) -> Value {
        let mut image = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(map) = &mut image {
            for known in ["id", "version", "createdAt", "updatedAt"] {
                map.remove(known);
            }
        }
        image
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;

    pub(crate) fn stage() -> Stage {
        Stage {
            id: Uuid::nil(),
            pipeline_id: Uuid::nil(),
            name: "Lead".to_owned(),
            kind: StageKind::Open,
            color: StageColor::Gray,
            probability: 10,
            rot_days: Some(7),
            wip_limit: None,
            position: 0,
            archived_at: None,
            entry_rules: StageRules::default(),
            exit_rules: StageRules::default(),
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn every_bad_value_is_named_and_what_is_left_out_stays() {
        let body = json!({"name": " ", "probability": 101, "rotDays": 0, "wipLimit": 100_001, "position": -1});
        let replace: StageReplace = serde_json::from_value(body).unwrap();
        let refused = replace.apply(stage(), DateTime::UNIX_EPOCH).unwrap_err();
        let fields: Vec<_> = refused.0.iter().map(|f| f.field.as_str()).collect();
        assert_eq!(fields, ["name", "probability", "rotDays", "wipLimit", "position"]);
        let replace: StageReplace = serde_json::from_value(json!({"rotDays": null, "name": "  New "})).unwrap();
        let changed = replace.apply(stage(), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!(changed, Stage { name: "New".to_owned(), rot_days: None, ..stage() });
    }

    #[test]
    fn a_deal_rots_in_open_stages_only() {
        let (entered, days) = (DateTime::UNIX_EPOCH, |n| DateTime::UNIX_EPOCH + TimeDelta::days(n));
        assert!(!Stage::rots(StageKind::Open, Some(7), entered, days(6)));
        assert!(Stage::rots(StageKind::Open, Some(7), entered, days(7)));
        assert!(!Stage::rots(StageKind::Won, Some(7), entered, days(70)));
        assert!(!Stage::rots(StageKind::Open, None, entered, days(70)));
    }
}
