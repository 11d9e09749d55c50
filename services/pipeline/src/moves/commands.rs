//! Moving one deal: by the deal, or by its client. Each command is one transaction that holds the plan.

use contracts::{
    events::STAGE_RULE_REJECTED,
    permissions::{DEALS_WRITE, PIPELINES_WRITE},
};
use db::Tx;
use events::NewEvent;
use kernel::Scope;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    operation::{self, Cause, Course, Rules, Spot},
    rules::Lack,
};
use crate::{
    Error, Pipeline,
    deals::{
        commands::{KIND, stale},
        deal::{DealFields, StoredDeal},
        queries::{self, Deal},
        store::{self, Loaded},
    },
    error::Candidate,
    plan::{self, Plan},
    stages::stage::Stage,
};

/// Where a deal shall go. Without a card to stand beside it goes to the top of the column.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DealMove {
    pub stage_id: Uuid,
    /// The version this is based on; another one by now is a conflict. Without it the last move wins.
    pub version: Option<i64>,
    /// The card that shall follow.
    pub before_id: Option<Uuid>,
    /// The card that shall precede.
    pub after_id: Option<Uuid>,
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Needed for a stage that counts as lost.
    #[schema(max_length = 500)]
    pub lost_reason: Option<String>,
    /// Passes the rules of the stages; takes the permission to change pipelines.
    #[serde(default, rename = "override")]
    pub override_rules: bool,
}

/// Where the deal of a contact shall go.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClientMove {
    pub stage_id: Uuid,
    /// Which deal, when the contact has several open ones.
    pub deal_id: Option<Uuid>,
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Needed for a stage that counts as lost.
    #[schema(max_length = 500)]
    pub lost_reason: Option<String>,
    pub before_id: Option<Uuid>,
    pub after_id: Option<Uuid>,
}

/// Moves a deal to a stage, or within its column.
///
/// # Errors
/// [`Error::StageRules`]; [`Error::Stale`] when `wanted.version` is no longer the deal's; [`Error::InTrash`]; a stage
/// that is not there, by its field.
pub async fn move_deal(service: &Pipeline, scope: &Scope, id: Uuid, wanted: DealMove) -> Result<Deal, Error> {
    scope.require(DEALS_WRITE)?;
    let rules = if wanted.override_rules {
        scope.require(PIPELINES_WRITE)?;
        Rules::Overridden
    } else {
        Rules::Obeyed
    };
    let course = Course::parse(Cause::Manual, wanted.reason.as_deref(), wanted.lost_reason.as_deref())?;
    let course = Course { rules, ..course };
    let spot = Spot { before: wanted.before_id, after: wanted.after_id, last: false };
    if let Some(moved) = slip(service, scope, id, &wanted, (&spot, &course)).await? {
        return Ok(moved);
    }

    let course = Course { role: service.role(scope).await?, ..course };
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock(&tx, scope).await?;
    let deal = store::lock_many(&tx, scope, &[id]).await?.pop().ok_or(Error::NotFound)?.deal;
    if deal.deleted_at.is_some() {
        return Err(Error::InTrash);
    }
    if wanted.version.is_some_and(|version| version != deal.version) {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    }
    let target = plan.target("stageId", wanted.stage_id)?;
    finish(service, scope, tx, &plan, target, deal, (&spot, &course)).await
}

/// Moves a deal without holding anything; `None`, and nothing done, when that cannot be.
async fn slip(
    service: &Pipeline,
    scope: &Scope,
    id: Uuid,
    wanted: &DealMove,
    how: (&Spot, &Course),
) -> Result<Option<Deal>, Error> {
    let reader = service.db.reader(scope);
    let plan = service.plans.recent(&reader, scope).await?;
    let (deal, top) = store::get_and_top(&reader, scope, id, wanted.stage_id).await?;
    let as_wanted = deal.deleted_at.is_none() && wanted.version.is_none_or(|version| version == deal.version);
    let target = plan.target("stageId", wanted.stage_id).ok().filter(|_| as_wanted);
    if let Some(target) = target
        && let Some(deal) = operation::slip(&service.db, scope, &plan, target, (deal, top), how).await?
    {
        let moved = Loaded { deal, kind: target.kind, rot_days: target.rot_days };
        return queries::view(service, scope, moved).await.map(Some);
    }
    service.plans.forget(scope);
    Ok(None)
}

/// Moves the open deal of a contact; makes one when there is none.
///
/// # Errors
/// [`Error::SeveralDeals`] when it is not said which; [`Error::NotFound`] when the contact is unknown or out of reach;
/// as [`move_deal`].
pub async fn move_client(service: &Pipeline, scope: &Scope, contact: Uuid, wanted: ClientMove) -> Result<Deal, Error> {
    scope.require(DEALS_WRITE)?;
    let client = service.clients.find_contact(scope, contact).await.map_err(Error::Port)?.ok_or(Error::NotFound)?;
    let course = Course::parse(Cause::Manual, wanted.reason.as_deref(), wanted.lost_reason.as_deref())?;
    let course = Course { role: service.role(scope).await?, ..course };
    let spot = Spot { before: wanted.before_id, after: wanted.after_id, last: false };

    let tx = service.db.begin(scope).await?;
    let plan = plan::lock(&tx, scope).await?;
    let target = plan.target("stageId", wanted.stage_id)?;
    let mut open = store::open_of_contact(&tx, scope, contact).await?;
    if let Some(id) = wanted.deal_id {
        open.retain(|deal| deal.id == id);
        if open.is_empty() {
            return Err(Error::field("dealId", "reference.unknown"));
        }
    }
    if open.len() > 1 {
        let candidate =
            |deal: StoredDeal| Candidate { id: deal.id, title: deal.fields.title, stage_id: deal.place.stage_id };
        return Err(Error::SeveralDeals(open.into_iter().map(candidate).collect()));
    }
    let Some(deal) = open.pop() else {
        let course = Course { cause: Cause::Created, ..course };
        let fields = DealFields {
            title: client.name,
            contact_id: Some(contact),
            company_id: client.company_id,
            owner_id: client.owner_id,
            ..DealFields::default()
        };
        return match operation::open(&tx, &plan, target, fields, &spot, &course).await {
            Ok(deal) => {
                tx.commit().await?;
                queries::current(service, scope, deal.id).await
            }
            Err(error) => Err(error),
        };
    };
    let deal = store::lock_many(&tx, scope, &[deal.id]).await?.pop().ok_or(Error::NotFound)?.deal;
    finish(service, scope, tx, &plan, target, deal, (&spot, &course)).await
}

/// Moves a held deal and commits; a refusal by the stages is told as an event of its own.
pub(super) async fn finish(
    service: &Pipeline,
    scope: &Scope,
    tx: Tx,
    plan: &Plan,
    target: &Stage,
    deal: StoredDeal,
    (spot, course): (&Spot, &Course),
) -> Result<Deal, Error> {
    let id = deal.id;
    if deal.place.stage_id == target.id {
        operation::reorder(&tx, deal, spot).await?;
    } else if let Some((_, lacks)) = operation::carry(&tx, plan, target, vec![deal], spot, course).await?.refused.pop()
    {
        tx.rollback().await?;
        tell_rejected(service, scope, id, target.id, &lacks).await?;
        return Err(Error::StageRules { stage_id: target.id, lacks });
    }
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Tells that the rules of a stage kept a deal out. The request that was refused did nothing, so its idempotency key
/// stays free.
async fn tell_rejected(service: &Pipeline, scope: &Scope, id: Uuid, stage: Uuid, lacks: &[Lack]) -> Result<(), Error> {
    let tx = service.db.begin(&Scope { idempotency: None, ..scope.clone() }).await?;
    let missing: Vec<_> = lacks.iter().map(Lack::word).collect();
    let data = json!({ "dealId": id, "toStage": stage, "missing": missing });
    events::append(&tx, [NewEvent::of(STAGE_RULE_REJECTED, KIND, id, data)]).await?;
    Ok(tx.commit().await?)
}
