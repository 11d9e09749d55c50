//! Making and changing campaigns. Each command is one transaction: the rule, the rows, the change log, the event.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contracts::{
    events::{CAMPAIGN_CREATED, CAMPAIGN_UPDATED, CampaignUpdated},
    permissions::{CAMPAIGNS_START, CAMPAIGNS_WRITE},
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{Fields, Scope, UserId};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    queries::{self, stale},
    steps,
    store::{self, StoredCampaign},
    view::CampaignView,
};
use crate::{
    Campaigns, Error,
    campaign::{
        Campaign, CampaignInput, CampaignState, Channel, StopOn,
        audience::AudienceQuery,
        policy::PolicyOverrides,
        schedule::ScheduleInput,
        step::{self, Step, StepInput},
    },
    schemas,
    sending::{
        self,
        calling_back::{self, Wanted},
    },
};

/// The word for campaigns in change log and events.
pub const KIND: &str = "campaign";

/// A new campaign. What is left out is filled in before its start.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NewCampaign {
    #[schema(max_length = 120)]
    pub name: String,
    /// `telegram` or `email`.
    #[schema(value_type = String)]
    pub channel: Channel,
    #[serde(default)]
    #[schema(value_type = schemas::Audience)]
    pub audience: AudienceQuery,
    #[serde(default)]
    #[schema(value_type = Option<schemas::Schedule>)]
    pub schedule: Option<ScheduleInput>,
    #[serde(default)]
    pub account_ids: Vec<Uuid>,
    #[serde(default)]
    #[schema(value_type = schemas::StopOn)]
    pub stop_on: StopOn,
    #[serde(default)]
    #[schema(value_type = schemas::PolicyOverrides)]
    pub policy: PolicyOverrides,
    #[serde(default)]
    #[schema(value_type = Vec<schemas::StepInput>)]
    pub steps: Vec<StepInput>,
    #[serde(default)]
    pub starts_at: Option<DateTime<Utc>>,
}

/// Changes of a campaign: fields that are there.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct CampaignPatch {
    #[schema(max_length = 120)]
    pub name: Option<String>,
    #[schema(value_type = Option<String>)]
    pub channel: Option<Channel>,
    #[schema(value_type = Option<schemas::Audience>)]
    pub audience: Option<AudienceQuery>,
    #[schema(value_type = Option<schemas::Schedule>)]
    pub schedule: Option<ScheduleInput>,
    pub account_ids: Option<Vec<Uuid>>,
    #[schema(value_type = Option<schemas::StopOn>)]
    pub stop_on: Option<StopOn>,
    #[schema(value_type = Option<schemas::PolicyOverrides>)]
    pub policy: Option<PolicyOverrides>,
    pub starts_at: Option<DateTime<Utc>>,
    pub owner_id: Option<Uuid>,
    /// The version that the change is based on.
    pub version: Option<i64>,
}

impl From<NewCampaign> for CampaignInput {
    fn from(new: NewCampaign) -> Self {
        Self {
            name: new.name,
            channel: new.channel,
            audience: new.audience,
            schedule: new.schedule,
            account_ids: new.account_ids,
            stop_on: new.stop_on,
            policy: new.policy,
            steps: new.steps,
            starts_at: new.starts_at,
        }
    }
}

impl CampaignPatch {
    /// What does not change once it began.
    fn is_for_drafts(&self) -> bool {
        self.channel.is_some() || self.audience.is_some() || self.starts_at.is_some()
    }

    fn apply(self, old: &Campaign) -> Result<Campaign, Fields> {
        let old = old.clone();
        CampaignInput {
            name: self.name.unwrap_or(old.name),
            channel: self.channel.unwrap_or(old.channel),
            audience: self.audience.unwrap_or(old.audience),
            schedule: self.schedule.or(old.schedule.map(ScheduleInput::from)),
            account_ids: self.account_ids.unwrap_or(old.account_ids),
            stop_on: self.stop_on.unwrap_or(old.stop_on),
            policy: self.policy.unwrap_or(old.policy),
            steps: Vec::new(),
            starts_at: self.starts_at.or(old.starts_at),
        }
        .parse()
    }
}

/// Makes a draft, the actor's.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault.
pub async fn create(service: &Campaigns, scope: &Scope, input: NewCampaign) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let campaign = CampaignInput::from(input).parse()?;
    check_accounts(service, scope, &[], &campaign.account_ids).await?;
    steps::keep_media(service, scope, &campaign.steps).await?;
    let id = service.db.clock().new_id();
    let tx = service.db.begin(scope).await?;
    open(&tx, scope, id, campaign).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

pub(crate) async fn open(tx: &Tx, scope: &Scope, id: Uuid, campaign: Campaign) -> Result<(), Error> {
    let now = tx.clock().now();
    let steps = campaign.steps.clone();
    let person = scope.user_id().map(Uuid::from);
    let stored = StoredCampaign {
        id,
        campaign,
        state: CampaignState::Draft,
        owner_id: person,
        held_accounts: Vec::new(),
        started_at: None,
        finished_at: None,
        pause_reason: None,
        enrolling: false,
        enrolled_to: None,
        enrolled: 0,
        created_by: person,
        launched_by: None,
        start_key: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, scope, &stored).await?;
    store::insert_steps(tx, scope, id, &steps).await?;
    let after = Some(db::image::filled_in(stored.image()));
    let created = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Created,
        before: None,
        after,
        version: 1,
    };
    db::change_log::record(tx, [created]).await?;
    Ok(events::append(tx, [NewEvent::of(CAMPAIGN_CREATED, KIND, id, json!({}))]).await?)
}

/// Refuses accounts that are new to the campaign and that the actor may not write through.
async fn check_accounts(service: &Campaigns, scope: &Scope, old: &[Uuid], new: &[Uuid]) -> Result<(), Error> {
    let added: Vec<Uuid> = new.iter().copied().filter(|id| !old.contains(id)).collect();
    if added.is_empty() {
        return Ok(());
    }
    let usable = service.asked.senders.usable(scope).await.map_err(Error::Port)?;
    if added.iter().all(|id| usable.contains(id)) {
        Ok(())
    } else {
        Err(Error::field("accountIds", "reference.unknown"))
    }
}

/// Changes a campaign. Who may not start campaigns changes drafts only. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`]; [`Error::State`] for what does not change any more.
pub async fn change(service: &Campaigns, scope: &Scope, id: Uuid, patch: CampaignPatch) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let old = store::get(&service.db.reader(scope), scope, id).await?;
    if patch.version.is_some_and(|version| version != old.version) {
        return Err(stale(service, scope, id).await?);
    }
    if old.state != CampaignState::Draft {
        scope.require(CAMPAIGNS_START)?;
    }
    let is_over = matches!(old.state, CampaignState::Finished | CampaignState::Archived);
    if is_over || (!old.state.is_open() && patch.is_for_drafts()) {
        return Err(Error::State(old.state));
    }
    let owner_id = patch.owner_id.or(old.owner_id);
    let campaign = patch.apply(&old.campaign)?;
    check_accounts(service, scope, &old.campaign.account_ids, &campaign.account_ids).await?;
    if owner_id != old.owner_id {
        check_owner(service, scope, owner_id).await?;
    }
    let begins_at = campaign.starts_at.filter(|_| campaign.starts_at != old.campaign.starts_at);
    if begins_at.is_some_and(|at| at <= service.db.clock().now()) {
        return Err(Error::field("startsAt", "campaign.starts_at.past"));
    }
    let held_accounts = old.held_accounts.iter().copied().filter(|id| campaign.account_ids.contains(id)).collect();
    let mut new = StoredCampaign { campaign, owner_id, held_accounts, ..old.clone() };
    let begins_at = begins_at.filter(|_| new.state == CampaignState::Scheduled);
    if new != old {
        let tx = service.db.begin(scope).await?;
        if let Some(at) = begins_at {
            sending::beginning::begin_at(&tx, scope, &mut new, at).await?;
        }
        let Some(new) = put(&tx, scope, &old, new, Vec::new()).await? else {
            tx.rollback().await?;
            return Err(stale(service, scope, id).await?);
        };
        call_back(&tx, &old, &new).await?;
        tx.commit().await?;
    }
    queries::current(service, scope, id).await
}

/// Calls back what waits in queues and was decided upon something else: all of it when there are other hours or another
/// policy, otherwise what accounts would send that were taken out. It is decided anew.
async fn call_back(tx: &Tx, old: &StoredCampaign, new: &StoredCampaign) -> Result<(), Error> {
    if new.state.is_open() {
        return Ok(());
    }
    let (before, after) = (&old.campaign, &new.campaign);
    if before.schedule != after.schedule || before.policy != after.policy {
        calling_back::enqueue(tx, Wanted::of_campaign(new.id)).await?;
        return sending::job::enqueue(tx).await;
    }
    let gone: Vec<Uuid> =
        before.account_ids.iter().copied().filter(|account| !after.account_ids.contains(account)).collect();
    for account in gone {
        let wanted = Wanted { account_id: Some(account), ..Wanted::of_campaign(new.id) };
        calling_back::enqueue(tx, wanted).await?;
    }
    Ok(())
}

async fn check_owner(service: &Campaigns, scope: &Scope, owner: Option<Uuid>) -> Result<(), Error> {
    let Some(owner) = owner else { return Ok(()) };
    if !scope.reaches(kernel::Resource::Clients, Some(owner)) {
        return Err(Error::field("ownerId", "owner.not_allowed"));
    }
    if service.asked.directory.is_member(scope, UserId(owner)).await.map_err(Error::Port)? {
        Ok(())
    } else {
        Err(Error::field("ownerId", "reference.unknown"))
    }
}

/// Writes a campaign, its history and what is to be told: `campaign.updated` with the names of what differs, and these
/// events. `None` when somebody else was quicker.
pub(crate) async fn put(
    tx: &Tx,
    scope: &Scope,
    old: &StoredCampaign,
    new: StoredCampaign,
    told: Vec<NewEvent>,
) -> Result<Option<StoredCampaign>, Error> {
    let Some(new) = store::update(tx, scope, old, new).await? else { return Ok(None) };
    let change = Change::between(KIND, old.id, Action::Updated, &old.image(), &new.image(), new.version);
    let fields: BTreeSet<&str> = db::image::changed_fields(&change).into_iter().collect();
    let mut events = told;
    if !fields.is_empty() {
        events.push(updated(old.id, fields.into_iter()));
    }
    if !change.is_empty() {
        db::change_log::record(tx, [change]).await?;
    }
    events::append(tx, events).await?;
    Ok(Some(new))
}

/// The event of a change.
pub(crate) fn updated<'a>(id: Uuid, fields: impl Iterator<Item = &'a str>) -> NewEvent {
    let data = json!(CampaignUpdated { fields: fields.map(str::to_owned).collect() });
    NewEvent::of(CAMPAIGN_UPDATED, KIND, id, data)
}

/// Puts a campaign away.
///
/// # Errors
/// [`Error::State`] while it runs or is paused.
pub async fn archive(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if !old.state.may_become(CampaignState::Archived) {
        return Err(Error::State(old.state));
    }
    if old.state == CampaignState::Scheduled {
        // As to make it a draft again.
        scope.require(CAMPAIGNS_START)?;
    }
    let new = StoredCampaign { state: CampaignState::Archived, ..old.clone() };
    put(&tx, scope, &old, new, Vec::new()).await?;
    Ok(tx.commit().await?)
}

/// Makes a draft of the actor's that does the same; its steps and variants have ids of their own.
///
/// # Errors
/// [`Error::NotFound`]; a name that is refused.
pub async fn duplicate(
    service: &Campaigns,
    scope: &Scope,
    id: Uuid,
    name: Option<String>,
) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let reader = service.db.reader(scope);
    let old = store::get(&reader, scope, id).await?;
    let steps = store::steps(&reader, scope, id).await?;
    let live: Vec<Step> = steps.into_iter().map(|stored| stored.step).filter(|step| !step.retired).collect();
    let patch = CampaignPatch { name: Some(name.unwrap_or_else(|| copied(&old.campaign.name))), ..Default::default() };
    let campaign = Campaign { starts_at: None, ..patch.apply(&old.campaign)? };
    let campaign = Campaign { steps: renamed(service, live), ..campaign };
    let usable = service.asked.senders.usable(scope).await.map_err(Error::Port)?;
    let account_ids = campaign.account_ids.iter().copied().filter(|id| usable.contains(id)).collect();
    let copy = service.db.clock().new_id();
    let tx = service.db.begin(scope).await?;
    open(&tx, scope, copy, Campaign { account_ids, ..campaign }).await?;
    tx.commit().await?;
    queries::current(service, scope, copy).await
}

/// The name of a copy, as long as a name may be.
fn copied(name: &str) -> String {
    let kept: String = name.chars().take(116).collect();
    format!("{} (2)", kept.trim_end())
}

/// The same steps by new ids, which conditions follow.
fn renamed(service: &Campaigns, steps: Vec<Step>) -> Vec<Step> {
    let ids: HashMap<Uuid, Uuid> = steps.iter().map(|step| (step.id, service.db.clock().new_id())).collect();
    let new = |id: Uuid| ids.get(&id).copied().unwrap_or(id);
    let target = |target: step::Target| match target {
        step::Target::Step { step_id } => step::Target::Step { step_id: new(step_id) },
        other => other,
    };
    let places = 0_i32..;
    let again = |(place, step): (i32, Step)| {
        let action = match step.action {
            step::Action::Message(mut message) => {
                for variant in &mut message.variants {
                    variant.id = service.db.clock().new_id();
                    variant.state = step::VariantState::Running;
                }
                step::Action::Message(message)
            }
            step::Action::Condition(mut condition) => {
                if let step::Question::Message { step_id: Some(asked), .. } = &mut condition.question {
                    *asked = new(*asked);
                }
                condition.then = target(condition.then);
                condition.otherwise = target(condition.otherwise);
                step::Action::Condition(condition)
            }
            other => other,
        };
        Step { id: new(step.id), place, retired: false, action }
    };
    places.zip(steps).map(again).collect()
}
