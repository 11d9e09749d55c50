//! Campaigns as they are shown.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{StoredCampaign, StoredStep};
pub(crate) use crate::counting::{Totals, count, totals};
use crate::{
    campaign::{Channel, StopOn, audience::AudienceQuery, policy::PolicyOverrides, schedule::Schedule, step::Action},
    counting::{Numbers, OnDay},
    schemas,
};

/// Somebody or something by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// Somebody by name; none when they are gone for good.
#[must_use]
pub(crate) fn named(id: Option<Uuid>, names: &HashMap<Uuid, String>) -> Option<Named> {
    id.and_then(|id| Some(Named { id, name: names.get(&id)?.clone() }))
}

/// What a campaign does, one after the other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepView {
    pub id: Uuid,
    /// Grows along the campaign.
    pub place: i32,
    /// Taken out of a running campaign.
    pub retired: bool,
    /// Nobody is moved over it for the time being.
    pub held: bool,
    #[schema(value_type = schemas::Action)]
    pub action: Action,
}

impl From<StoredStep> for StepView {
    fn from(stored: StoredStep) -> Self {
        let StoredStep { step, held, .. } = stored;
        Self { id: step.id, place: step.place, retired: step.retired, held, action: step.action }
    }
}

/// A campaign: messages to many contacts, one after the other, until somebody answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Campaign)]
pub struct CampaignView {
    pub id: Uuid,
    pub name: String,
    /// `telegram` or `email`.
    #[schema(value_type = String)]
    pub channel: Channel,
    /// `draft`, `scheduled`, `running`, `paused`, `finished` or `archived`.
    pub state: &'static str,
    #[schema(required)]
    pub owner: Option<Named>,
    #[schema(value_type = schemas::Audience)]
    pub audience: AudienceQuery,
    #[schema(value_type = Option<schemas::Schedule>, required)]
    pub schedule: Option<Schedule>,
    /// Accounts that send.
    pub account_ids: Vec<Uuid>,
    /// Of them, those that send nothing for it for the time being.
    pub held_account_ids: Vec<Uuid>,
    #[schema(value_type = schemas::StopOn)]
    pub stop_on: StopOn,
    /// Where it differs from the policy of the organization.
    #[schema(value_type = schemas::PolicyOverrides)]
    pub policy: PolicyOverrides,
    /// In order; a list leaves them out.
    pub steps: Vec<StepView>,
    #[schema(required)]
    pub starts_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub started_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it is paused: `manual`, `no_sender`, `steps` or `audience`. Of a draft, why it did not begin at its time: `incomplete`,
    /// `out_of_reach` or `gave_up`.
    #[schema(required)]
    pub pause_reason: Option<String>,
    /// Whether its audience is being read.
    pub enrolling: bool,
    pub totals: Totals,
    /// Each of the last 14 days, UTC, the newest last.
    pub days: Vec<OnDay>,
    /// Contacts that were stopped, by cause: `replied`, `opted_out`, `stage`, `deleted`, `manual`, `policy`, `failed` or `step`.
    pub stops: BTreeMap<String, u64>,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl CampaignView {
    /// The campaign with the names and numbers around it.
    #[must_use]
    pub(crate) fn of(
        stored: StoredCampaign,
        steps: Vec<StoredStep>,
        members: &HashMap<Uuid, String>,
        numbers: Numbers,
    ) -> Self {
        let campaign = stored.campaign;
        Self {
            id: stored.id,
            name: campaign.name,
            channel: campaign.channel,
            state: stored.state.as_str(),
            owner: named(stored.owner_id, members),
            audience: campaign.audience,
            schedule: campaign.schedule,
            account_ids: campaign.account_ids,
            held_account_ids: stored.held_accounts,
            stop_on: campaign.stop_on,
            policy: campaign.policy,
            steps: steps.into_iter().map(StepView::from).collect(),
            starts_at: campaign.starts_at,
            started_at: stored.started_at,
            finished_at: stored.finished_at,
            pause_reason: stored.pause_reason,
            enrolling: stored.enrolling,
            totals: numbers.totals,
            days: numbers.days,
            stops: numbers.stops,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
        }
    }
}
