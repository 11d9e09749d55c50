//! The data of events of campaigns. Those of enrolments are about the contacts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

data! {
    CampaignUpdated {
        /// Names of the changed fields: `name`, `state`, `steps` …
        fields: Vec<String>,
    }
    CampaignScheduled {
        at: DateTime<Utc>,
    }
    /// It was to begin by itself, and is a draft again.
    CampaignStartFailed {
        /// When it was to begin.
        at: DateTime<Utc>,
        /// `incomplete`, `out_of_reach` of who launched it, or `gave_up` after all tries.
        reason: String,
        /// Of `incomplete` the fields that are missing: `accountIds`, `audience`, `schedule`, `steps`.
        missing: Vec<String>,
    }
    CampaignPaused {
        /// `manual`; by itself: `no_sender` when no account is left that could send, `steps` or `audience` when these cannot
        /// be read any more.
        reason: String,
    }
    CampaignFinished {
        /// Contacts that were in it.
        enrolled: u64,
        sent: u64,
        replied: u64,
    }
    CampaignVariantWon {
        step_id: Uuid,
        variant_id: Uuid,
        /// By how much it is better than the next one: 0.5 is half as much again. None when nobody did anything with that.
        lift: Option<f64>,
        /// How likely chance alone makes so much of a difference.
        p: f64,
    }
    /// Contacts came into a campaign; many at once are told of together.
    EnrolmentStarted {
        campaign_id: Uuid,
    }
    #[expect(clippy::struct_field_names, reason = "they are ids of different things")]
    EnrolmentStepSent {
        campaign_id: Uuid,
        enrolment_id: Uuid,
        step_id: Uuid,
        variant_id: Uuid,
        message_id: Uuid,
    }
    EnrolmentStopped {
        campaign_id: Uuid,
        /// `replied`, `opted_out`, `stage`, `deleted`, `manual`, `policy`, `failed` or `step`.
        cause: String,
    }
    ContactOptedOut {
        /// `telegram` or `email`.
        channel: String,
        /// `reply`, or `manual` when a member said so.
        source: String,
    }
}
