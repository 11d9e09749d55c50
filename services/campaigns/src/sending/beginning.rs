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

/// Starts a campaign at an instant, as whoever acts in the transaction.
pub(crate) async fn begin_at(tx: &Tx, campaign: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    let payload = json!({ "campaignId": campaign });
    jobs::enqueue_at(tx, NewJob { kind: KIND, payload, max_attempts: TRIES }, at).await?;
    Ok(())
}

/// Starts a campaign whose time has come.
pub struct Begin(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for Begin {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        Ok(begin(&self.0, &context.scope, campaign_in(&payload)?).await?)
    }

    /// Nothing would start it any more.
    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        let Ok(id) = campaign_in(&payload) else { return };
        if let Err(error) = not_begun(&self.0, &context.scope, id, &Why::GaveUp).await {
            tracing::error!(%error, campaign_id = %id, "a campaign that did not begin could not be made a draft again");
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

async fn begin(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let old = match campaigns::lock(&tx, scope, id).await {
        Err(Error::NotFound) => {
            tx.rollback().await?;
            return not_begun(service, scope, id, &Why::OutOfReach).await;
        }
        other => other?,
    };
    if time_of(&old, tx.clock().now()).is_none() {
        return Ok(());
    }
    match lifecycle::begin(&tx, scope, &old).await {
        Err(Error::Invalid(missing)) => {
            tx.rollback().await?;
            not_begun(service, scope, id, &Why::Incomplete { missing, version: old.version }).await
        }
        other => {
            other?;
            Ok(tx.commit().await?)
        }
    }
}

/// When it was to begin, if that has come: not of one that was put off, made a draft again or started meanwhile.
fn time_of(stored: &StoredCampaign, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    stored.campaign.starts_at.filter(|at| stored.state == CampaignState::Scheduled && *at <= now)
}

/// Makes a campaign that did not begin at its time a draft again. Whoever launched it did not do that.
async fn not_begun(service: &Campaigns, launcher: &Scope, id: Uuid, why: &Why) -> Result<(), Error> {
    let scope = Scope::system(launcher.org_id, &launcher.request_id);
    let tx = service.db.begin(&scope).await?;
    let old = match campaigns::lock(&tx, &scope, id).await {
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    let Some(at) = time_of(&old, tx.clock().now()) else { return Ok(()) };
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
    // Who put it off last launched it, and is to learn of it.
    let launched_by = launcher.user_id().map(Uuid::from).or(old.launched_by);
    let new = StoredCampaign { campaign, state: CampaignState::Draft, launched_by, ..old.clone() };
    put(&tx, &scope, &old, new, vec![told]).await?;
    log::record(&tx, &scope, [line]).await?;
    Ok(tx.commit().await?)
}
