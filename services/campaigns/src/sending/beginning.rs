//! The job by which a campaign begins by itself: when its time has come it starts, or it is a draft again and says why.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contracts::events::{CAMPAIGN_START_FAILED, CampaignStartFailed};
use db::Tx;
use events::NewEvent;
use jobs::{Context, JobError, NewJob, Work};
use kernel::{Fields, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Campaigns, Error,
    campaign::{Campaign, CampaignState},
    campaigns::{
        commands::{KIND as CAMPAIGN, put},
        lifecycle,
        store::{self as campaigns, StoredCampaign},
    },
    enrolling::job::campaign_in,
    log,
};

/// Kind of the job.
const KIND: &str = "campaigns.begin";
const TRIES: i64 = 10;

/// Has a campaign start at an instant, as whoever acts in the transaction; jobs for other instants do nothing any more.
/// What is new of the campaign is for the caller to store.
pub(crate) async fn begin_at(
    tx: &Tx,
    scope: &Scope,
    campaign: &mut StoredCampaign,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let key = tx.clock().new_id();
    campaign.start_key = Some(key);
    campaign.launched_by = scope.user_id().map(Uuid::from);
    let payload = json!({ "campaignId": campaign.id, "startKey": key });
    jobs::enqueue_at(tx, NewJob { kind: KIND, payload, max_attempts: TRIES }, at).await?;
    Ok(())
}

/// Which campaign a job starts, and for which of its schedules.
#[derive(Clone, Copy)]
struct Start {
    campaign: Uuid,
    key: Option<Uuid>,
}

impl Start {
    fn of(payload: &Value) -> Result<Self, JobError> {
        let key = payload["startKey"].as_str().and_then(|key| key.parse().ok());
        Ok(Self { campaign: campaign_in(payload)?, key })
    }

    /// When it was to begin, if that has come: not of one that was put off, made a draft again or started meanwhile.
    fn time_of(self, stored: &StoredCampaign, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is_meant = stored.state == CampaignState::Scheduled && stored.start_key == self.key;
        stored.campaign.starts_at.filter(|at| is_meant && *at <= now)
    }
}

/// Starts a campaign whose time has come.
pub struct Begin(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for Begin {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        Ok(begin(&self.0, &context.scope, Start::of(&payload)?).await?)
    }

    /// Nothing would start it any more.
    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        let Ok(start) = Start::of(&payload) else { return };
        if let Err(error) = not_begun(&self.0, &context.scope, start, &Why::GaveUp).await {
            tracing::error!(%error, campaign_id = %start.campaign, "a campaign that did not begin could not be made a draft again");
        }
    }
}

/// Why a campaign did not begin.
enum Why {
    /// This is missing of that version.
    Incomplete { missing: Fields, version: i64 },
    /// Of whoever launched it.
    OutOfReach,
    /// All tries failed.
    GaveUp,
}

impl Why {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Incomplete { .. } => "incomplete",
            Self::OutOfReach => "out_of_reach",
            Self::GaveUp => "gave_up",
        }
    }
}

async fn begin(service: &Campaigns, scope: &Scope, start: Start) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let old = match campaigns::lock(&tx, scope, start.campaign).await {
        Err(Error::NotFound) => {
            tx.rollback().await?;
            return not_begun(service, scope, start, &Why::OutOfReach).await;
        }
        other => other?,
    };
    if start.time_of(&old, tx.clock().now()).is_none() {
        return Ok(());
    }
    match lifecycle::begin(&tx, scope, &old).await {
        Err(Error::Invalid(missing)) => {
            tx.rollback().await?;
            not_begun(service, scope, start, &Why::Incomplete { missing, version: old.version }).await
        }
        other => {
            other?;
            Ok(tx.commit().await?)
        }
    }
}

/// Makes a campaign that did not begin at its time a draft again. Whoever launched it did not do that.
async fn not_begun(service: &Campaigns, launcher: &Scope, start: Start, why: &Why) -> Result<(), Error> {
    let scope = Scope::system(launcher.org_id, &launcher.request_id);
    let tx = service.db.begin(&scope).await?;
    let id = start.campaign;
    let old = match campaigns::lock(&tx, &scope, id).await {
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    let Some(at) = start.time_of(&old, tx.clock().now()) else { return Ok(()) };
    let missing = match why {
        // Somebody may have mended it this very moment: it is tried again.
        Why::Incomplete { version, .. } if *version != old.version => return Err(Error::Stale(Value::Null)),
        Why::Incomplete { missing, .. } => missing.0.iter().map(|one| one.field.clone()).collect(),
        Why::OutOfReach | Why::GaveUp => Vec::new(),
    };
    let reason = why.as_str().to_owned();
    let line =
        log::Entry { code: Some(format!("campaign.start.{reason}")), ..log::Entry::new(id, log::What::NotStarted) };
    let told = NewEvent::of(CAMPAIGN_START_FAILED, CAMPAIGN, id, json!(CampaignStartFailed { at, reason, missing }));
    let campaign = Campaign { starts_at: None, ..old.campaign.clone() };
    let pause_reason = Some(why.as_str().to_owned());
    let new = StoredCampaign { campaign, state: CampaignState::Draft, pause_reason, ..old.clone() };
    put(&tx, &scope, &old, new, vec![told]).await?;
    log::record(&tx, &scope, [line]).await?;
    Ok(tx.commit().await?)
}
