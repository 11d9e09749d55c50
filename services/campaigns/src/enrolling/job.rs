//! The job that reads the audience of a campaign that was started: part by part, each in a transaction that also notes how
//! far it came. A job that died goes on after the last part that was committed, and puts nobody in twice.

use std::sync::Arc;

use contracts::events::{ENROLMENT_STARTED, EnrolmentStarted};
use db::Tx;
use events::NewEvent;
use jobs::{Context, JobError, NewJob, Work};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::store;
use crate::{
    Campaigns, Error,
    campaign::{
        CampaignState,
        audience::{AudienceQuery, AudienceSource},
    },
    campaigns::{
        lifecycle,
        store::{self as campaigns, StoredCampaign},
    },
    log, sending,
};

/// Kind of the job.
const KIND: &str = "campaigns.enrol";
/// Contacts of one transaction.
const PART: usize = 5_000;
/// Tries before it is given up; each goes on where the one before came to.
const TRIES: i64 = 20;

/// Puts the job into the queue. It reads contacts as whoever acts in the transaction.
pub(crate) async fn enqueue(tx: &Tx, campaign: Uuid) -> Result<(), Error> {
    let payload = json!({ "campaignId": campaign });
    jobs::enqueue(tx, NewJob { kind: KIND, payload, max_attempts: TRIES }).await?;
    Ok(())
}

/// The campaign that the payload of a job names.
pub(crate) fn campaign_in(payload: &Value) -> Result<Uuid, JobError> {
    let id = payload["campaignId"].as_str().and_then(|id| id.parse().ok());
    id.ok_or_else(|| JobError::Fatal("the job names no campaign".to_owned()))
}

/// Reads audiences.
pub struct Enrol(pub Arc<Campaigns>);

#[async_trait::async_trait]
impl Work for Enrol {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let id = campaign_in(&payload)?;
        while !context.cancel.is_cancelled() {
            match part(&self.0, &context.scope, id).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                // The view or a field is gone, or not theirs to see any more. It stays so.
                Err(Error::Invalid(refused)) => return Err(JobError::Fatal(refused.to_string())),
                Err(error) => return Err(error.into()),
            }
        }
        Err(JobError::Interrupted)
    }

    /// The rest of the audience does not come in by itself: that is shown, and whoever resumes the campaign has it tried again.
    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        let Ok(id) = campaign_in(&payload) else { return };
        let scope = Scope::system(context.scope.org_id, &context.scope.request_id);
        if let Err(error) = lifecycle::pause_by_itself(&self.0, &scope, id, "audience").await {
            tracing::error!(%error, campaign_id = %id, "a campaign whose audience cannot be read could not be paused");
        }
    }
}

/// What is asked of the keeper of contacts.
pub(crate) fn wanted(query: &AudienceQuery) -> Result<contracts::audience::AudienceQuery, Error> {
    let mut wanted = contracts::audience::AudienceQuery::default();
    match &query.source {
        AudienceSource::View { view_id } => wanted.view_id = Some(*view_id),
        AudienceSource::Import { import_id } => wanted.import_id = Some(*import_id),
        AudienceSource::Contacts { contact_ids } => wanted.ids = Some(contact_ids.clone()),
        AudienceSource::Filter { filter, search } => {
            let parse = |filter: &Value| kernel::filter::Filter::parse(&filter.to_string());
            wanted.filter = filter.as_ref().map(parse).transpose().map_err(db::Error::from)?;
            wanted.search.clone_from(search);
        }
    }
    Ok(wanted)
}

/// Puts the next part in; `false` when there is nothing more to do.
async fn part(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<bool, Error> {
    let campaign = match campaigns::get(&service.db.reader(scope), scope, id).await {
        Ok(campaign) => campaign,
        // It went out of the reach of who started it, or it is gone.
        Err(Error::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
    if campaign.state != CampaignState::Running || !campaign.enrolling {
        return Ok(false);
    }
    let query = &campaign.campaign.audience;
    let limit = u64::try_from(PART).unwrap_or_default();
    let contacts = service.asked.audience.ids(scope, &wanted(query)?, campaign.enrolled_to, limit).await?;
    let done = contacts.len() < PART;
    let tx = service.db.begin(scope).await?;
    let span = (campaign.enrolled_to, contacts.last().copied().or(campaign.enrolled_to));
    if !store::reach(&tx, scope, id, span, done).await? {
        // Paused, or another worker was quicker; it looks again.
        tx.rollback().await?;
        return Ok(true);
    }
    put(&tx, scope, &campaign, &contacts).await?;
    if done || campaign.enrolled_to.is_none() {
        sending::job::enqueue(&tx).await?;
    }
    tx.commit().await?;
    Ok(!done)
}

async fn put(tx: &Tx, scope: &Scope, campaign: &StoredCampaign, contacts: &[Uuid]) -> Result<(), Error> {
    let exclude = &campaign.campaign.audience.exclude;
    let wanted: Vec<Uuid> =
        contacts.iter().copied().filter(|id| exclude.contact_ids.binary_search(id).is_err()).collect();
    let came = store::insert(tx, scope, campaign.id, &wanted, exclude).await?;
    tell(tx, scope, campaign.id, came).await
}

/// Tells of contacts that came in, all at once.
pub(crate) async fn tell(tx: &Tx, scope: &Scope, campaign_id: Uuid, came: Vec<Uuid>) -> Result<(), Error> {
    if came.is_empty() {
        return Ok(());
    }
    let contact_id = (came.len() == 1).then(|| came[0]);
    let code = Some(came.len().to_string());
    log::record(tx, scope, [log::Entry { contact_id, code, ..log::Entry::new(campaign_id, log::What::Enrolled) }])
        .await?;
    let event = NewEvent {
        kind: ENROLMENT_STARTED,
        subject_kind: "contact",
        subject_ids: came,
        data: json!(EnrolmentStarted { campaign_id }),
    };
    Ok(events::append(tx, [event]).await?)
}
