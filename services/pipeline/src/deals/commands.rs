//! Creating and editing deals. Each command is one transaction: the rule, the rows, the change log, the event. Where a
//! deal stands is changed by moves only.

use std::collections::BTreeSet;

use contracts::{
    events::{Assigned, DEAL_UPDATED, DealsUpdated},
    permissions::DEALS_WRITE,
};
use db::{Action, Change};
use events::NewEvent;
use kernel::Scope;
use serde_json::{Map, json};
use uuid::Uuid;

use super::{
    deal::{DealFields, DealInput, DealPatch, DealReplace, StoredDeal},
    queries::{self, Deal},
    store,
};
use crate::{
    Error, Pipeline,
    moves::operation::{self, Course, Spot},
    plan::{self, Plan},
    stages::stage::{Stage, StageKind},
};

/// The word for deals in change log and events.
pub const KIND: &str = "deal";

/// Creates a deal, at the top of its column.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::StageRules`].
pub async fn create(service: &Pipeline, scope: &Scope, mut input: DealInput) -> Result<Deal, Error> {
    scope.require(DEALS_WRITE)?;
    let (pipeline, stage) = (input.pipeline_id.take(), input.stage_id.take());
    let course = Course { role: service.role(scope).await?, ..Course::created(input.lost_reason.take().as_deref())? };
    let plan = plan::load(&service.db.reader(scope), scope).await?;
    let target = target(&plan, pipeline, stage)?;
    let currency = plan.pipeline(target.pipeline_id).map(|pipeline| pipeline.currency.as_str()).unwrap_or_default();
    let own = service.own_fields(scope, &input.custom).await?;
    let fields = DealPatch::from(input).apply(DealFields::default(), currency, &own)?;
    check_references(service, scope, &DealFields::default(), &fields).await?;
    service.check_own_references(scope, &own, &Map::new(), &fields.custom).await?;

    let tx = service.db.begin(scope).await?;
    let plan = plan::lock(&tx, scope).await?;
    let target = plan.target("stageId", target.id)?;
    let id = operation::open(&tx, &plan, target, fields, &Spot::default(), &course).await?.id;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// Where a new deal goes: the named stage, else the first open one of the named pipeline, else of the default one.
fn target(plan: &Plan, pipeline: Option<Uuid>, stage: Option<Uuid>) -> Result<&Stage, Error> {
    if let Some(stage) = stage {
        let found = plan.target("stageId", stage)?;
        return match pipeline {
            Some(pipeline) if pipeline != found.pipeline_id => Err(Error::field("stageId", "stage.other_pipeline")),
            _ => Ok(found),
        };
    }
    let pipeline = match pipeline {
        Some(id) => plan.pipeline(id),
        None => plan.default_pipeline(),
    };
    let pipeline = pipeline.ok_or_else(|| Error::field("pipelineId", "reference.unknown"))?;
    plan.first_of(pipeline.id, StageKind::Open).ok_or(Error::LastOpenStage)
}

/// Refuses an owner, contact or company that is new to the deal and that the actor may not name.
async fn check_references(service: &Pipeline, scope: &Scope, old: &DealFields, new: &DealFields) -> Result<(), Error> {
    if new.owner_id != old.owner_id {
        service.check_owner(scope, new.owner_id).await?;
    }
    if let Some(id) = new.contact_id.filter(|_| new.contact_id != old.contact_id)
        && service.clients.find_contact(scope, id).await.map_err(Error::Port)?.is_none()
    {
        return Err(Error::field("contactId", "reference.unknown"));
    }
    if let Some(id) = new.company_id.filter(|_| new.company_id != old.company_id)
        && service.clients.find_company(scope, id).await.map_err(Error::Port)?.is_none()
    {
        return Err(Error::field("companyId", "reference.unknown"));
    }
    Ok(())
}

/// Replaces every field of a deal.
///
/// # Errors
/// As [`change`].
pub async fn replace(service: &Pipeline, scope: &Scope, id: Uuid, body: DealReplace) -> Result<Deal, Error> {
    change(service, scope, id, DealPatch::from(body)).await
}

/// Changes some fields of a deal. What changes nothing writes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`] when `patch.version` is no longer the deal's;
/// [`Error::InTrash`].
pub async fn change(service: &Pipeline, scope: &Scope, id: Uuid, patch: DealPatch) -> Result<Deal, Error> {
    scope.require(DEALS_WRITE)?;
    let reader = service.db.reader(scope);
    let old = store::get(&reader, scope, id).await?.deal;
    if old.deleted_at.is_some() {
        return Err(Error::InTrash);
    }
    if patch.version.is_some_and(|version| version != old.version) {
        return Err(stale(service, scope, id).await?);
    }
    let plan = plan::load(&reader, scope).await?;
    let currency = plan.pipeline(old.place.pipeline_id).map(|pipeline| pipeline.currency.as_str()).unwrap_or_default();
    let own = service.own_fields(scope, &patch.custom).await?;
    let fields = patch.apply(old.fields.clone(), currency, &own)?;
    if fields == old.fields {
        return queries::current(service, scope, id).await;
    }
    check_references(service, scope, &old.fields, &fields).await?;
    service.check_own_references(scope, &own, &old.fields.custom, &fields.custom).await?;
    let tx = service.db.begin(scope).await?;
    let Some(new) = store::update_fields(&tx, &old, fields).await? else {
        tx.rollback().await?;
        return Err(stale(service, scope, id).await?);
    };
    let change = changed(&old, &new);
    let event = updated(std::slice::from_ref(&change));
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [event]).await?;
    tx.commit().await?;
    queries::current(service, scope, id).await
}

/// The change-log entry of an edit.
#[must_use]
pub fn changed(old: &StoredDeal, new: &StoredDeal) -> Change {
    Change::between(KIND, old.id, Action::Updated, &old.image(), &new.image(), new.version)
}

/// The event of edits.
#[must_use]
pub fn updated(changes: &[Change]) -> NewEvent {
    let fields: BTreeSet<&str> = changes.iter().flat_map(db::image::changed_fields).collect();
    let fields = fields.into_iter().map(str::to_owned).collect();
    let assigned = Assigned::of(db::image::ids_put(changes, "ownerId"));
    NewEvent {
        kind: DEAL_UPDATED,
        subject_kind: KIND,
        subject_ids: changes.iter().map(|change| change.subject_id).collect(),
        data: json!(DealsUpdated { fields, assigned }),
    }
}

/// The change-log entry of a move, which changes nothing but the place.
#[must_use]
pub fn moved(old: &StoredDeal, new: &StoredDeal) -> Change {
    Change::between(KIND, old.id, Action::Updated, &old.place.image(), &new.place.image(), new.version)
}

/// The refusal of a change that is based on another version.
///
/// # Errors
/// [`Error::NotFound`] when the deal is gone by now.
pub(crate) async fn stale(service: &Pipeline, scope: &Scope, id: Uuid) -> Result<Error, Error> {
    let current = queries::current(service, scope, id).await?;
    Ok(Error::Stale(serde_json::to_value(current).unwrap_or_default()))
}
