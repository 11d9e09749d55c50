//! What campaigns go through: scheduled, started, paused, resumed, ended; and accounts that are held.

use chrono::{DateTime, Utc};
use contracts::{
    events::{
        CAMPAIGN_FINISHED, CAMPAIGN_PAUSED, CAMPAIGN_SCHEDULED, CAMPAIGN_STARTED, CampaignFinished, CampaignPaused,
        CampaignScheduled,
    },
    permissions::CAMPAIGNS_START,
};
use db::Tx;
use events::NewEvent;
use kernel::Scope;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    commands::{KIND, put},
    queries::{self, stale},
    store::{self, StoredCampaign},
    view::{self, CampaignView},
};
use crate::{
    Campaigns, Error,
    campaign::{Campaign, CampaignState},
    enrolling, log, sending,
};

/// The field of a start in which somebody types the name.
const CONFIRMED: &str = "confirm";

/// When a campaign is to begin by itself.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ScheduleRequest {
    pub starts_at: DateTime<Utc>,
    #[serde(default)]
    pub version: Option<i64>,
}

/// A start.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct StartRequest {
    pub version: Option<i64>,
    /// The name of the campaign, as somebody typed it; refused when it is another one.
    pub confirm: Option<String>,
}

/// The campaign with its steps, if everything is there that a start needs.
async fn complete(tx: &Tx, scope: &Scope, stored: &StoredCampaign) -> Result<(), Error> {
    let steps = store::steps(tx, scope, stored.id).await?;
    let steps = steps.into_iter().map(|stored| stored.step).collect();
    Campaign { steps, ..stored.campaign.clone() }.check_complete()?;
    Ok(())
}

fn check_version(stored: &StoredCampaign, version: Option<i64>) -> bool {
    version.is_none_or(|version| version == stored.version)
}

/// Lets a campaign begin by itself.
///
/// # Errors
/// [`Error::Invalid`] with every part that is missing; [`Error::State`]; [`Error::Stale`].
pub async fn schedule(
    service: &Campaigns,
    scope: &Scope,
    id: Uuid,
    request: ScheduleRequest,
) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let at = request.starts_at;
    if at <= service.db.clock().now() {
        return Err(Error::field("startsAt", "campaign.starts_at.past"));
    }
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if !check_version(&old, request.version) {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    }
    if !old.state.is_open() {
        return Err(Error::State(old.state));
    }
    complete(&tx, scope, &old).await?;
    let campaign = Campaign { starts_at: Some(at), ..old.campaign.clone() };
    let mut new = StoredCampaign { campaign, state: CampaignState::Scheduled, pause_reason: None, ..old.clone() };
    sending::beginning::begin_at(&tx, scope, &mut new, at).await?;
    let told = NewEvent::of(CAMPAIGN_SCHEDULED, KIND, id, json!(CampaignScheduled { at }));
    put(&tx, scope, &old, new, vec![told]).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Makes a scheduled campaign a draft again.
///
/// # Errors
/// [`Error::State`] of one that is not scheduled.
pub async fn unschedule(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if old.state != CampaignState::Scheduled {
        return Err(Error::State(old.state));
    }
    let campaign = Campaign { starts_at: None, ..old.campaign.clone() };
    let new = StoredCampaign { campaign, state: CampaignState::Draft, ..old.clone() };
    put(&tx, scope, &old, new, Vec::new()).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Starts a campaign: its audience is read, and what is due goes.
///
/// # Errors
/// [`Error::Invalid`] with every part that is missing; [`Error::State`]; [`Error::Stale`].
pub async fn start(service: &Campaigns, scope: &Scope, id: Uuid, request: StartRequest) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if !check_version(&old, request.version) {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    }
    if !old.state.is_open() {
        return Err(Error::State(old.state));
    }
    if request.confirm.is_some_and(|typed| typed.trim() != old.campaign.name) {
        return Err(Error::field(CONFIRMED, "campaign.not_confirmed"));
    }
    begin(&tx, scope, &old).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Starts a campaign that is held.
pub(crate) async fn begin(tx: &Tx, scope: &Scope, old: &StoredCampaign) -> Result<(), Error> {
    complete(tx, scope, old).await?;
    let new = StoredCampaign {
        state: CampaignState::Running,
        started_at: Some(tx.clock().now()),
        pause_reason: None,
        enrolling: true,
        enrolled_to: None,
        launched_by: scope.user_id().map(Uuid::from).or(old.launched_by),
        ..old.clone()
    };
    let told = NewEvent::of(CAMPAIGN_STARTED, KIND, old.id, json!({}));
    put(tx, scope, old, new, vec![told]).await?;
    log::record(tx, scope, [log::Entry::new(old.id, log::What::Started)]).await?;
    enrolling::job::enqueue(tx, old.id).await
}

/// Pauses a campaign: what waits in queues is called back.
///
/// # Errors
/// [`Error::State`] of one that does not run.
pub async fn pause(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if old.state != CampaignState::Running {
        return Err(Error::State(old.state));
    }
    paused(&tx, scope, &old, "manual").await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Pauses a campaign that runs and cannot go on, for a reason.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn pause_by_itself(service: &Campaigns, scope: &Scope, id: Uuid, reason: &str) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if old.state == CampaignState::Running {
        paused(&tx, scope, &old, reason).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Pauses a campaign that is held, for a reason.
pub(crate) async fn paused(tx: &Tx, scope: &Scope, old: &StoredCampaign, reason: &str) -> Result<(), Error> {
    let pause_reason = Some(reason.to_owned());
    let new = StoredCampaign { state: CampaignState::Paused, pause_reason, ..old.clone() };
    let data = json!(CampaignPaused { reason: reason.to_owned() });
    put(tx, scope, old, new, vec![NewEvent::of(CAMPAIGN_PAUSED, KIND, old.id, data)]).await?;
    log::record(
        tx,
        scope,
        [log::Entry { code: Some(reason.to_owned()), ..log::Entry::new(old.id, log::What::Paused) }],
    )
    .await?;
    sending::calling_back::enqueue(tx, sending::calling_back::Wanted::of_campaign(old.id)).await
}

/// Lets a paused campaign go on.
///
/// # Errors
/// [`Error::State`] of one that is not paused.
pub async fn resume(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if old.state != CampaignState::Paused {
        return Err(Error::State(old.state));
    }
    let new = StoredCampaign { state: CampaignState::Running, pause_reason: None, ..old.clone() };
    put(&tx, scope, &old, new, vec![NewEvent::of(CAMPAIGN_STARTED, KIND, id, json!({}))]).await?;
    log::record(&tx, scope, [log::Entry::new(id, log::What::Started)]).await?;
    if old.enrolling {
        enrolling::job::enqueue(&tx, id).await?;
    }
    sending::job::enqueue(&tx).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Ends a campaign: nobody in it is written to any more.
///
/// # Errors
/// [`Error::State`] of one that neither runs nor is paused.
pub async fn finish(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if !old.state.may_become(CampaignState::Finished) {
        return Err(Error::State(old.state));
    }
    finished(&tx, scope, &old).await?;
    sending::calling_back::enqueue(&tx, sending::calling_back::Wanted::of_campaign(id)).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Ends a campaign that is held. Contacts that are on the way are stopped.
pub(crate) async fn finished(tx: &Tx, scope: &Scope, old: &StoredCampaign) -> Result<(), Error> {
    enrolling::store::end_all(tx, scope, old.id).await?;
    let totals = view::totals(tx, scope, &[old.id]).await?.remove(&old.id).unwrap_or_default();
    let now = tx.clock().now();
    let new = StoredCampaign {
        state: CampaignState::Finished,
        finished_at: Some(now),
        pause_reason: None,
        enrolling: false,
        ..old.clone()
    };
    let data = json!(CampaignFinished { enrolled: totals.enrolled, sent: totals.sent, replied: totals.replied });
    put(tx, scope, old, new, vec![NewEvent::of(CAMPAIGN_FINISHED, KIND, old.id, data)]).await?;
    log::record(tx, scope, [log::Entry::new(old.id, log::What::Finished)]).await
}

/// Holds an account for the time being, or lets it go on; what waits in its queue is called back.
///
/// # Errors
/// [`Error::NotFound`] when it is none of the campaign's; [`Error::State`] of one that is over.
pub async fn hold_account(
    service: &Campaigns,
    scope: &Scope,
    (id, account): (Uuid, Uuid),
    held: bool,
) -> Result<CampaignView, Error> {
    scope.require(CAMPAIGNS_START)?;
    let tx = service.db.begin(scope).await?;
    let old = store::lock(&tx, scope, id).await?;
    if matches!(old.state, CampaignState::Finished | CampaignState::Archived) {
        return Err(Error::State(old.state));
    }
    if !old.campaign.account_ids.contains(&account) {
        return Err(Error::NotFound);
    }
    let mut held_accounts = old.held_accounts.clone();
    held_accounts.retain(|id| *id != account);
    if held {
        held_accounts.push(account);
    }
    if held_accounts != old.held_accounts {
        put(&tx, scope, &old, StoredCampaign { held_accounts, ..old.clone() }, Vec::new()).await?;
        if held {
            let wanted = sending::calling_back::Wanted {
                account_id: Some(account),
                ..sending::calling_back::Wanted::of_campaign(id)
            };
            sending::calling_back::enqueue(&tx, wanted).await?;
        } else {
            enrolling::store::wake(&tx, scope, id, ("not_ready", Some(account))).await?;
            sending::job::enqueue(&tx).await?;
        }
    }
    tx.commit().await?;
    queries::current(service, scope, id).await
}
