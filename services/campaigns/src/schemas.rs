//! The forms of what the rules read and write, for the document of the API. The rules' own types know nothing of it; these
//! are never made.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Whom a campaign is for.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignAudience)]
pub struct Audience {
    pub source: AudienceSource,
    #[schema(required = false)]
    pub exclude: AudienceExclusions,
}

/// Where contacts come from.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = CampaignAudienceSource)]
pub enum AudienceSource {
    /// A saved view of contacts.
    #[serde(rename_all = "camelCase")]
    View { view_id: Uuid },
    /// Those that fit a filter and a search; both left out: everybody.
    Filter {
        #[schema(value_type = Option<Object>)]
        filter: Option<Value>,
        search: Option<String>,
    },
    /// Those that an import made or changed.
    #[serde(rename_all = "camelCase")]
    Import { import_id: Uuid },
    /// These; at most 10 000.
    #[serde(rename_all = "camelCase")]
    Contacts { contact_ids: Vec<Uuid> },
}

/// Who is left out though they are in the source.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignAudienceExclusions)]
pub struct AudienceExclusions {
    /// Whom a program wrote to within so many days.
    pub written_to_within_days: Option<u32>,
    /// Who is or was in one of these campaigns.
    #[schema(required = false)]
    pub campaign_ids: Vec<Uuid>,
    #[schema(required = false)]
    pub contact_ids: Vec<Uuid>,
}

/// Hours of some days of the week.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignWindow)]
pub struct Window {
    /// 1 is Monday.
    pub days: Vec<u8>,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`; over midnight when it is not later than `from`.
    pub to: String,
}

/// Days, both included.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignBlackout)]
pub struct Blackout {
    /// `YYYY-MM-DD`.
    pub from: String,
    pub to: String,
}

/// When a campaign writes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignSchedule)]
pub struct Schedule {
    /// Whether windows are on the contact's clocks; otherwise on those of `timeZone`.
    pub in_contact_zone: bool,
    /// An IANA name. With `inContactZone`: for contacts whose zone nobody knows.
    pub time_zone: String,
    pub windows: Vec<Window>,
    /// `YYYY-MM-DD`, or `MM-DD` for every year.
    #[schema(required = false)]
    pub holidays: Vec<String>,
    #[schema(required = false)]
    pub blackouts: Vec<Blackout>,
    /// Most messages of a day, by all accounts together.
    pub per_day: Option<i64>,
    pub per_hour: Option<i64>,
}

/// What ends the way of a contact beside an answer, an opt-out, deletion and somebody's word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignStopOn)]
pub struct StopOn {
    /// Whether an auto-reply counts as an answer.
    #[schema(required = false)]
    pub auto_replies: bool,
    /// Whether a reaction does.
    #[schema(required = false)]
    pub reactions: bool,
    /// Stages of deals.
    #[schema(required = false)]
    pub stage_ids: Vec<Uuid>,
}

/// Most messages of programs to one contact.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactCap)]
pub struct Cap {
    pub day: Option<u32>,
    /// In seven days that end with the day.
    pub week: Option<u32>,
}

/// Where a campaign differs from the policy. Caps and cool-down only become stricter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignPolicy)]
pub struct PolicyOverrides {
    #[schema(required = false)]
    pub total: Cap,
    pub cool_down_days: Option<u32>,
    pub allow_parallel: Option<bool>,
}

/// From one time of day to another.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactQuietHours)]
pub struct Quiet {
    /// `HH:MM`.
    pub from: String,
    pub to: String,
}

/// Caps by channel.
#[derive(Serialize, ToSchema)]
#[schema(as = ContactChannelCaps)]
pub struct ChannelCaps {
    pub telegram: Option<Cap>,
    pub email: Option<Cap>,
}

/// What programs may do to a contact.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ContactPolicy)]
pub struct Policy {
    /// An IANA name: of contacts whose zone nobody knows.
    pub time_zone: String,
    /// Nothing goes in them, on the contact's clocks.
    #[schema(required)]
    pub quiet: Option<Quiet>,
    #[schema(required = false)]
    pub per_channel: ChannelCaps,
    #[schema(required = false)]
    pub total: Cap,
    /// For so long nobody is written to who said no. 0: no cool-down.
    pub cool_down_days: u32,
    /// Channels on which only those are written to who agreed.
    #[schema(required = false)]
    pub consent_needed: Vec<String>,
    /// Whether who opts out on one channel is written to on none.
    pub opt_out_everywhere: bool,
    /// Whether a contact may be in two running campaigns.
    pub allow_parallel: bool,
    /// Words that opt out, beside those that always do.
    #[schema(required = false)]
    pub opt_out_words: Vec<String>,
}

/// One text among those that a step may send.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignVariant)]
pub struct Variant {
    pub id: Uuid,
    pub name: String,
    /// Its part of those that are sent.
    pub weight: u32,
    pub template_id: Option<Uuid>,
    pub text: String,
    /// Uploads that go along.
    #[schema(required = false)]
    pub media: Vec<Uuid>,
    /// `running`, `won` or `lost`.
    #[schema(required = false)]
    pub state: String,
}

/// How variants are compared.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CampaignExperiment)]
pub struct Experiment {
    /// `replied`, `positive` or `read`.
    pub metric: String,
    /// How often each variant has to be sent before they are compared.
    pub minimum_sample: u32,
    /// Whether the better one goes to everybody once it is known.
    pub automatic: bool,
}

/// How long to wait.
#[derive(Serialize, ToSchema)]
#[serde(tag = "until", rename_all = "camelCase")]
#[schema(as = CampaignWait)]
pub enum Wait {
    Hours {
        count: u32,
    },
    Days {
        count: u32,
    },
    /// Days counted on which the campaign writes.
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

/// What is asked of a contact.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = CampaignQuestion)]
pub enum Question {
    /// What the message of an earlier step came to; of the last one unless given.
    #[serde(rename_all = "camelCase")]
    Message {
        /// `delivered`, `read`, `replied`, `positive` or `failed`.
        fate: String,
        step_id: Option<Uuid>,
    },
    /// Whether a deal of the contact is in one of these stages.
    #[serde(rename_all = "camelCase")]
    Stage { stage_ids: Vec<Uuid> },
    /// Whether the contact fits a filter.
    Fields {
        #[schema(value_type = Object)]
        filter: Value,
    },
}

/// Where it goes on.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = CampaignTarget)]
pub enum Target {
    Next,
    /// A later step.
    #[serde(rename_all = "camelCase")]
    Step {
        step_id: Uuid,
    },
    Stop,
}

/// What a step does.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase")]
#[schema(as = CampaignAction)]
pub enum Action {
    Message {
        /// That of the campaign unless given.
        channel: Option<String>,
        variants: Vec<Variant>,
        #[schema(required = false)]
        experiment: Experiment,
    },
    Wait {
        wait: Wait,
    },
    Condition {
        question: Question,
        then: Target,
        otherwise: Target,
    },
    /// A task for a person.
    #[serde(rename_all = "camelCase")]
    Task {
        title: String,
        note: Option<String>,
        due_in_days: u32,
        /// The owner of the contact unless given.
        assignee_id: Option<Uuid>,
    },
    /// The open deals of the contact go to this stage.
    #[serde(rename_all = "camelCase")]
    MoveStage {
        stage_id: Uuid,
    },
    Stop,
}

/// A step as it is sent. Its id is made by who sends it, so that conditions can name it.
#[derive(Serialize, ToSchema)]
#[schema(as = CampaignStepInput)]
pub struct StepInput {
    pub id: Uuid,
    pub action: Action,
}
