//! Putting contacts into a campaign by hand, and stopping, pausing and resuming one of them.

use std::collections::HashSet;

use contracts::permissions::{CAMPAIGNS_START, CAMPAIGNS_WRITE};
use db::{Sql, Tx};
use kernel::{Resource, Scope, values::Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    job,
    queries::{self, Enrolment},
    store::{self, Row, Whose},
};
use crate::{
    Campaigns, Error,
    campaign::{CampaignState, EnrolmentState, StopCause, audience::Exclusions},
    campaigns::store as campaigns,
    policies::facts::ReasonView,
    sending,
};

/// Most contacts put in by hand at once.
pub const MOST: usize = 1_000;

/// Contacts that are to come into a campaign.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EnrolRequest {
    #[schema(max_items = 1000)]
    pub contact_ids: Vec<Uuid>,
}

/// A contact that did not come in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotEnrolled {
    pub contact_id: Uuid,
    pub reasons: Vec<ReasonView>,
}

/// Who came in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Enrolled {
    pub enrolled: usize,
    pub refused: Vec<NotEnrolled>,
}

/// Puts contacts into a campaign that runs or is paused. Who may not start campaigns puts in their own.
///
/// # Errors
/// Too many contacts; [`Error::State`] of a campaign that has not begun or is over.
pub async fn enrol(service: &Campaigns, scope: &Scope, id: Uuid, request: EnrolRequest) -> Result<Enrolled, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let contacts = crate::unique(request.contact_ids);
    if contacts.len() > MOST {
        let mut refused = kernel::Fields::default();
        refused.refuse_with("contactIds", Problem::TooMany { max: MOST });
        return Err(refused.into());
    }
    let found = service.asked.audience.addressees(scope, &contacts).await?;
    let starts = scope.grants.allows(CAMPAIGNS_START);
    let mine = |id: &Uuid| {
        let owner = found.get(id).map(|contact| contact.owner_id);
        owner.is_some_and(|owner| starts || owner == scope.user_id().map(Uuid::from))
    };
    let wanted: Vec<Uuid> = contacts.iter().copied().filter(mine).collect();
    let tx = service.db.begin(scope).await?;
    let campaign = campaigns::lock(&tx, scope, id).await?;
    if !matches!(campaign.state, CampaignState::Running | CampaignState::Paused) {
        return Err(Error::State(campaign.state));
    }
    let came = store::insert(&tx, scope, id, &wanted, &Exclusions::default()).await?;
    job::tell(&tx, scope, id, came.clone()).await?;
    sending::job::enqueue(&tx).await?;
    tx.commit().await?;
    let came: HashSet<Uuid> = came.into_iter().collect();
    let wanted: HashSet<Uuid> = wanted.into_iter().collect();
    let why = |id: Uuid| {
        let code = if wanted.contains(&id) { "enrolment.already_in" } else { "enrolment.not_yours" };
        NotEnrolled { contact_id: id, reasons: vec![ReasonView::of_code(code)] }
    };
    let refused = contacts.into_iter().filter(|id| !came.contains(id)).map(why).collect();
    Ok(Enrolled { enrolled: came.len(), refused })
}

/// An enrolment whose contact and campaign the actor reaches.
async fn reached(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let reader = service.db.reader(scope);
    let row = store::get(&reader, scope, id).await?;
    campaigns::get(&reader, scope, row.campaign_id).await?;
    if scope.reaches_all(Resource::Clients) {
        return Ok(row);
    }
    let within = service.asked.clients.contacts_within(scope, &[row.contact_id]).await.map_err(Error::Port)?;
    if within.contains(&row.contact_id) { Ok(row) } else { Err(Error::NotFound) }
}

/// Stops one: nothing more goes to the contact in it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Enrolment`] of one that has ended.
pub async fn stop(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Enrolment, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    reached(service, scope, id).await?;
    let tx = service.db.begin(scope).await?;
    let stopped = store::stop(&tx, scope, Whose::Enrolments(&[id]), StopCause::Manual).await?;
    if stopped.is_empty() {
        return Err(Error::Enrolment("ended"));
    }
    sending::calling_back::enqueue(&tx, sending::calling_back::Wanted::of_enrolments(&stopped)).await?;
    tx.commit().await?;
    queries::one(service, scope, id).await
}

/// Pauses one; a message of it that waits in a queue is called back.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Enrolment`] of one that has ended or is paused.
pub async fn pause(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Enrolment, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let row = reached(service, scope, id).await?;
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update enrolments set state = 'paused' where org_id = ");
    sql.bind(scope.org_id.0).add(" and id = ").bind(id).add(" and state in ('waiting', 'sending')");
    if sql.run(&tx).await? == 0 {
        return Err(Error::Enrolment("not_on_the_way"));
    }
    logged(&tx, scope, &row, crate::log::What::Paused).await?;
    sending::calling_back::enqueue(&tx, sending::calling_back::Wanted::of_enrolments(&[row])).await?;
    tx.commit().await?;
    queries::one(service, scope, id).await
}

/// Lets one go on that is paused, or that an answer, a failure or somebody stopped: behind its last step, from now on. What the
/// contact wrote until now does not stop again one that was stopped. It does stop one that is paused: an answer that nobody
/// reacted to yet was not seen by whoever lets it go on.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Enrolment`] of one that does not go on; [`Error::State`] of a campaign that is over.
pub async fn resume(service: &Campaigns, scope: &Scope, id: Uuid) -> Result<Enrolment, Error> {
    scope.require(CAMPAIGNS_WRITE)?;
    let row = reached(service, scope, id).await?;
    let again = [StopCause::Replied, StopCause::Manual, StopCause::Failed].map(StopCause::as_str);
    let may = row.state == EnrolmentState::Paused.as_str()
        || (row.state == EnrolmentState::Stopped.as_str()
            && row.cause.as_deref().is_some_and(|cause| again.contains(&cause)));
    if !may {
        return Err(Error::Enrolment("not_paused"));
    }
    let tx = service.db.begin(scope).await?;
    let campaign = campaigns::lock(&tx, scope, row.campaign_id).await?;
    if !matches!(campaign.state, CampaignState::Running | CampaignState::Paused) {
        return Err(Error::State(campaign.state));
    }
    let now = tx.clock().now();
    let gate = if row.state == EnrolmentState::Paused.as_str() { row.answered_gate } else { now };
    // A message that was written and not handed over goes now. One that is still on its way is waited for: it goes, or the
    // job that calls it back has not come to it yet, and puts the contact before its step again.
    let mut sql = Sql::new("update campaign_sends set answered_gate = ");
    sql.bind(gate).add(" where org_id = ").bind(scope.org_id.0).add(" and enrolment_id = ").bind(id);
    sql.add(" and state = 'queued'");
    let state = if sql.run(&tx).await? > 0 { "sending" } else { "waiting" };
    let mut sql = Sql::new("update enrolments set state = ");
    sql.bind(state).add(", cause = null, ended_at = null, held = null, due_at = ");
    sql.bind(now).add(", answered_gate = ").bind(gate).add(" where org_id = ").bind(scope.org_id.0);
    sql.add(" and id = ").bind(id).add(" and state = ").bind(row.state.clone());
    if sql.run(&tx).await? == 0 {
        return Err(Error::Enrolment("changed"));
    }
    logged(&tx, scope, &row, crate::log::What::Started).await?;
    sending::job::enqueue(&tx).await?;
    tx.commit().await?;
    queries::one(service, scope, id).await
}

async fn logged(tx: &Tx, scope: &Scope, row: &Row, what: crate::log::What) -> Result<(), Error> {
    let line = crate::log::Entry {
        contact_id: Some(row.contact_id),
        enrolment_id: Some(row.id),
        step_id: row.step_id,
        ..crate::log::Entry::new(row.campaign_id, what)
    };
    crate::log::record(tx, scope, [line]).await
}
