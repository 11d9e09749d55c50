//! A campaign: what it is, which states it goes through, how input becomes it. No I/O.

pub mod audience;
pub mod policy;
pub mod schedule;
pub mod step;
pub mod wait;

use chrono::{DateTime, Utc};
use kernel::{
    Fields,
    values::{Line, Problem},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::{
    audience::AudienceQuery,
    policy::PolicyOverrides,
    schedule::{Schedule, ScheduleInput},
    step::{Action, Step, StepInput, parse_steps},
};
use crate::words::words;

/// Most accounts that send for a campaign, and most stages that stop it.
pub const MAX_SENDERS: usize = 100;
const MAX_STAGES: usize = 50;

words! {
    /// A kind of network.
    Channel {
        Telegram = "telegram",
        Email = "email",
        /// Another program brings messages in; none go out.
        Api = "api",
    }
}

words! {
    /// Where a campaign stands.
    CampaignState {
        Draft = "draft",
        Scheduled = "scheduled",
        Running = "running",
        Paused = "paused",
        Finished = "finished",
        Archived = "archived",
    }
}

words! {
    /// Where the enrolment of a contact stands.
    EnrolmentState {
        Waiting = "waiting",
        /// Its message was handed over and has not gone yet.
        Sending = "sending",
        Paused = "paused",
        Finished = "finished",
        Stopped = "stopped",
    }
}

words! {
    /// Why an enrolment stopped.
    StopCause {
        Replied = "replied",
        OptedOut = "opted_out",
        /// A deal of the contact came into a stage that ends it.
        Stage = "stage",
        /// The contact is in the trash, or gone.
        Deleted = "deleted",
        /// Somebody stopped it.
        Manual = "manual",
        /// The policy says never.
        Policy = "policy",
        /// The message cannot reach the contact.
        Failed = "failed",
        /// A step says so.
        Step = "step",
    }
}

impl CampaignState {
    /// Whether a campaign may go from this state to that one.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        use CampaignState::{Archived, Draft, Finished, Paused, Running, Scheduled};
        matches!(
            (self, next),
            (Draft, Scheduled | Running | Archived)
                | (Scheduled, Draft | Running | Archived)
                | (Running, Paused | Finished)
                | (Paused, Running | Finished)
                | (Finished, Archived)
        )
    }

    /// Whether steps may be put in any order: nobody is on the way yet.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled)
    }
}

impl EnrolmentState {
    /// Whether the contact is still on the way.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Sending | Self::Paused)
    }
}

/// What ends the enrolment of a contact beside a reply, an opt-out, deletion and somebody's word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct StopOn {
    /// Whether an auto-reply counts as a reply.
    pub auto_replies: bool,
    /// Whether a reaction does.
    pub reactions: bool,
    /// Stages of deals.
    pub stage_ids: Vec<Uuid>,
}

/// A campaign as it is sent. What is left out of a draft is missing at its start.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CampaignInput {
    pub name: String,
    pub channel: Channel,
    #[serde(default)]
    pub audience: AudienceQuery,
    #[serde(default)]
    pub schedule: Option<ScheduleInput>,
    /// Accounts that send.
    #[serde(default)]
    pub account_ids: Vec<Uuid>,
    #[serde(default)]
    pub stop_on: StopOn,
    #[serde(default)]
    pub policy: PolicyOverrides,
    #[serde(default)]
    pub steps: Vec<StepInput>,
    /// When it begins by itself.
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
}

/// Everything of a campaign that people set.
#[derive(Clone, Debug, PartialEq)]
pub struct Campaign {
    pub name: String,
    pub channel: Channel,
    pub audience: AudienceQuery,
    pub schedule: Option<Schedule>,
    pub account_ids: Vec<Uuid>,
    pub stop_on: StopOn,
    pub policy: PolicyOverrides,
    pub steps: Vec<Step>,
    pub starts_at: Option<DateTime<Utc>>,
}

fn each_once(ids: Vec<Uuid>, field: &str, max: usize, refused: &mut Fields) -> Vec<Uuid> {
    let mut seen = std::collections::HashSet::new();
    let ids: Vec<Uuid> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
    if ids.len() > max {
        refused.refuse_with(field, Problem::TooMany { max });
    }
    ids
}

impl CampaignInput {
    /// The campaign. Whether what it names is there is not asked.
    ///
    /// # Errors
    /// Every field that was refused.
    pub fn parse(self) -> Result<Campaign, Fields> {
        let mut refused = Fields::default();
        let name = refused.take("name", Line::<120>::parse(&self.name)).map(Line::into_string);
        if self.channel == Channel::Api {
            refused.refuse("channel", "campaign.channel.receives_only");
        }
        let audience = self.audience.parse("audience", &mut refused);
        let schedule = self.schedule.and_then(|schedule| schedule.parse("schedule", &mut refused));
        let account_ids = each_once(self.account_ids, "accountIds", MAX_SENDERS, &mut refused);
        let stage_ids = each_once(self.stop_on.stage_ids, "stopOn.stageIds", MAX_STAGES, &mut refused);
        self.policy.check("policy", &mut refused);
        let steps = parse_steps(&self.steps, "steps", &mut refused);
        refused.finish(|| Campaign {
            name: name.unwrap_or_default(),
            channel: self.channel,
            audience,
            schedule,
            account_ids,
            stop_on: StopOn { stage_ids, ..self.stop_on },
            policy: self.policy,
            steps,
            starts_at: self.starts_at,
        })
    }
}

impl Campaign {
    /// What has to be there before it starts, and is not.
    ///
    /// # Errors
    /// Every part that is missing.
    pub fn check_complete(&self) -> Result<(), Fields> {
        let mut refused = Fields::default();
        let is_message = |step: &Step| !step.retired && matches!(step.action, Action::Message(_));
        for (field, missing) in [
            ("audience", self.audience.is_nobody()),
            ("schedule", self.schedule.is_none()),
            ("accountIds", self.account_ids.is_empty()),
        ] {
            if missing {
                refused.refuse_with(field, Problem::Required);
            }
        }
        if !self.steps.iter().any(is_message) {
            refused.refuse("steps", "campaign.steps.no_message");
        }
        refused.finish(|| ())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parsed(input: Value) -> Result<Campaign, Vec<String>> {
        let input: CampaignInput = serde_json::from_value(input).unwrap();
        let named = |refused: Fields| {
            refused.0.iter().map(|refusal| format!("{} {}", refusal.field, refusal.code)).collect::<Vec<_>>()
        };
        input.parse().map_err(named)
    }

    #[test]
    fn a_draft_needs_a_name_and_a_channel_and_says_what_it_misses() {
        let draft = parsed(json!({ "name": " Spring ", "channel": "telegram" })).unwrap();
        assert_eq!(draft.name, "Spring");
        let missing = draft.check_complete().unwrap_err();
        let missing: Vec<&str> = missing.0.iter().map(|refusal| refusal.field.as_str()).collect();
        assert_eq!(missing, ["audience", "schedule", "accountIds", "steps"]);
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let many: Vec<Uuid> = (0..101).map(Uuid::from_u128).collect();
        let refused = parsed(json!({
            "name": "", "channel": "api",
            "audience": { "source": { "kind": "filter", "filter": 1 } },
            "schedule": { "inContactZone": true, "timeZone": "UTC", "windows": [] },
            "accountIds": many, "stopOn": { "stageIds": many },
            "policy": { "total": { "day": 0 }, "coolDownDays": 9999 },
            "steps": [{ "id": Uuid::nil(), "action": { "kind": "message", "variants": [] } }],
        }))
        .unwrap_err();
        assert_eq!(
            refused,
            [
                "name field.required",
                "channel campaign.channel.receives_only",
                "audience.source.filter filter.malformed",
                "schedule.windows field.required",
                "accountIds field.too_many",
                "stopOn.stageIds field.too_many",
                "policy.total.day field.number.range",
                "policy.coolDownDays field.number.range",
                "steps[0].action.variants field.required",
            ]
        );
    }

    #[test]
    fn states_lead_from_draft_to_archive_and_not_back() {
        use CampaignState::{Archived, Draft, Finished, Paused, Running, Scheduled};
        let all = [Draft, Scheduled, Running, Paused, Finished, Archived];
        let ways: Vec<(CampaignState, Vec<CampaignState>)> =
            all.map(|from| (from, all.into_iter().filter(|to| from.may_become(*to)).collect())).into();
        let expected = vec![
            (Draft, vec![Scheduled, Running, Archived]),
            (Scheduled, vec![Draft, Running, Archived]),
            (Running, vec![Paused, Finished]),
            (Paused, vec![Running, Finished]),
            (Finished, vec![Archived]),
            (Archived, vec![]),
        ];
        assert_eq!(ways, expected);
    }
}
