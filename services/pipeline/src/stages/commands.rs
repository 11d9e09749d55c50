//! Changing stages. Each command is one transaction that holds the plan: the rule, the rows, the change log, the event.

use contracts::{
    events::{STAGE_CREATED, STAGE_DELETED, STAGE_UPDATED},
    permissions::{PIPELINES_READ, PIPELINES_WRITE},
};
use db::{Action, Change, Tx};
use events::NewEvent;
use fields::RecordType;
use kernel::{Fields, Scope};
use serde_json::json;
use uuid::Uuid;

use super::{
    stage::{MAX_STAGES, Stage, StageColor, StageInput, StageKind, StageReplace, StageRules},
    store,
};
use crate::{
    Error, Pipeline, deals,
    moves::operation::{self, Course},
    pipelines,
    plan::{self, Plan},
};

const KIND: &str = "stage";

/// The stages of a pipeline, or of all, archived ones last.
///
/// # Errors
/// [`Error::NotFound`] when there is no such pipeline.
pub async fn list(service: &Pipeline, scope: &Scope, pipeline: Option<Uuid>) -> Result<Vec<Stage>, Error> {
    scope.require(PIPELINES_READ)?;
    let plan = plan::load(&service.db.reader(scope), scope).await?;
    let Some(pipeline) = pipeline else { return Ok(plan.stages) };
    plan.pipeline(pipeline).ok_or(Error::NotFound)?;
    Ok(plan.stages.into_iter().filter(|stage| stage.pipeline_id == pipeline).collect())
}

/// The change-log entry of a new stage; it stands on the timeline of its pipeline.
#[must_use]
pub fn created(stage: &Stage) -> Change {
    pipelines::commands::created(KIND, stage.id, stage.pipeline_id, stage.image())
}

/// Adds a stage to a pipeline.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::TooMany`].
pub async fn create(service: &Pipeline, scope: &Scope, input: StageInput) -> Result<Stage, Error> {
    scope.require(PIPELINES_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock_whole(&tx, scope).await?;
    let pipeline = plan.pipeline(input.pipeline_id);
    let pipeline = pipeline.ok_or_else(|| Error::field("pipelineId", "reference.unknown"))?.id;
    let max = usize::try_from(MAX_STAGES).unwrap_or_default();
    if plan.stages_of(pipeline).count() >= max {
        return Err(Error::TooMany { max });
    }
    let now = tx.clock().now();
    let blank = Stage {
        id: tx.clock().new_id(),
        pipeline_id: pipeline,
        name: String::new(),
        kind: StageKind::Open,
        color: StageColor::Gray,
        probability: probability_of(input.kind.unwrap_or(StageKind::Open)),
        rot_days: None,
        wip_limit: None,
        position: 0,
        archived_at: None,
        entry_rules: StageRules::default(),
        exit_rules: StageRules::default(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let wanted = input.position;
    let mut stage = StageReplace::from(input).apply(blank.clone(), now)?;
    check_own_fields(&tx, &blank, &stage).await?;
    stage.position = wanted.unwrap_or_else(|| behind_its_kind(&plan, &stage));
    let order = placed(&plan, stage.clone());
    stage.position = index_of(&order, stage.id);
    store::insert_many(&tx, std::slice::from_ref(&stage)).await?;
    db::change_log::record(&tx, [created(&stage)]).await?;
    events::append(&tx, [NewEvent::of(STAGE_CREATED, KIND, stage.id, json!({ "pipelineId": pipeline }))]).await?;
    close_up(&tx, &plan, &order).await?;
    tx.commit().await?;
    Ok(stage)
}

/// Refuses rules that newly name a field which is not there.
async fn check_own_fields(tx: &Tx, old: &Stage, new: &Stage) -> Result<(), Error> {
    let sides = [("entryRules", &old.entry_rules, &new.entry_rules), ("exitRules", &old.exit_rules, &new.exit_rules)];
    let named = |(side, old, new): (&str, &StageRules, &StageRules)| -> Vec<(String, String)> {
        let new = new.own_fields().filter(|(_, key)| old.own_fields().all(|(_, before)| before != *key));
        new.map(|(index, key)| (format!("{side}.requiredFields[{index}]"), key.to_owned())).collect()
    };
    let named: Vec<(String, String)> = sides.into_iter().flat_map(named).collect();
    if named.is_empty() {
        return Ok(());
    }
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let known = fields::list(tx, scope, Some(RecordType::Deal)).await?;
    let mut refused = Fields::default();
    for (field, key) in named {
        if !known.iter().any(|field| field.key == key && !field.archived) {
            refused.refuse(&field, "reference.unknown");
        }
    }
    Ok(refused.finish(|| ())?)
}

fn probability_of(kind: StageKind) -> i64 {
    match kind {
        StageKind::Open => 50,
        StageKind::Won => 100,
        StageKind::Lost => 0,
    }
}

/// The place behind the last stage of the same kind; before the ends for an open one when there is none.
fn behind_its_kind(plan: &Plan, stage: &Stage) -> i64 {
    let same = plan.stages_of(stage.pipeline_id).filter(|other| other.kind == stage.kind);
    let last = same.map(|other| other.position + 1).max();
    last.unwrap_or(if stage.kind == StageKind::Open { 0 } else { MAX_STAGES })
}

/// The stages of the pipeline in their order, with this one at the place it asks for.
fn placed(plan: &Plan, stage: Stage) -> Vec<Stage> {
    let mut order: Vec<Stage> =
        plan.stages_of(stage.pipeline_id).filter(|other| other.id != stage.id).cloned().collect();
    order.sort_by_key(|other| other.position);
    let at = usize::try_from(stage.position).unwrap_or_default().min(order.len());
    order.insert(at, stage);
    order
}

fn index_of(order: &[Stage], id: Uuid) -> i64 {
    let index = order.iter().position(|stage| stage.id == id);
    index.and_then(|index| i64::try_from(index).ok()).unwrap_or_default()
}

/// Writes the places of those that stand elsewhere now, with history and event of each.
async fn close_up(tx: &Tx, plan: &Plan, order: &[Stage]) -> Result<(), Error> {
    for stage in order {
        let (Some(old), position) = (plan.stage(stage.id), index_of(order, stage.id)) else { continue };
        write(tx, old, Stage { position, ..stage.clone() }).await?;
    }
    Ok(())
}

/// Writes a stage that changed, with its history and event; what changes nothing writes nothing.
async fn write(tx: &Tx, old: &Stage, mut new: Stage) -> Result<(), Error> {
    let (before, after) = (old.image(), new.image());
    if before == after {
        return Ok(());
    }
    (new.version, new.updated_at) = (old.version + 1, tx.clock().now());
    store::update(tx, &new).await?;
    let change = Change {
        record_id: old.pipeline_id,
        ..Change::between(KIND, old.id, Action::Updated, &before, &after, new.version)
    };
    let data = json!({ "pipelineId": old.pipeline_id, "fields": db::image::changed_fields(&change) });
    db::change_log::record(tx, [change]).await?;
    Ok(events::append(tx, [NewEvent::of(STAGE_UPDATED, KIND, old.id, data)]).await?)
}

/// Changes a stage, and its place among the others.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`]; [`Error::NotFound`]; [`Error::StageHasDeals`] when
/// its kind changes, or it is archived, while it has deals; [`Error::LastOpenStage`].
pub async fn change(service: &Pipeline, scope: &Scope, id: Uuid, body: StageReplace) -> Result<Stage, Error> {
    scope.require(PIPELINES_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock_whole(&tx, scope).await?;
    let old = plan.stage(id).ok_or(Error::NotFound)?;
    if body.version.is_some_and(|version| version != old.version) {
        return Err(Error::Stale(serde_json::to_value(old).unwrap_or_default()));
    }
    let mut new = body.apply(old.clone(), tx.clock().now())?;
    check_own_fields(&tx, old, &new).await?;
    if new.kind != old.kind || (new.archived_at.is_some() && old.archived_at.is_none()) {
        let deals = deals::store::count_in(&tx, scope, id).await?;
        if deals > 0 {
            return Err(Error::StageHasDeals { deals });
        }
        if new.kind != StageKind::Open || new.archived_at.is_some() {
            keep_an_open_stage(&plan, old)?;
        }
    }
    new.position = body.position.unwrap_or(old.position);
    let order = placed(&plan, new);
    close_up(&tx, &plan, &order).await?;
    let plan = plan::load(&tx, scope).await?;
    tx.commit().await?;
    plan.stage(id).cloned().ok_or(Error::NotFound)
}

/// Refuses what would take the last open stage from a pipeline.
fn keep_an_open_stage(plan: &Plan, going: &Stage) -> Result<(), Error> {
    let open = |other: &Stage| other.kind == StageKind::Open && other.archived_at.is_none() && other.id != going.id;
    let was_open = going.kind == StageKind::Open && going.archived_at.is_none();
    if was_open && !plan.stages_of(going.pipeline_id).any(open) { Err(Error::LastOpenStage) } else { Ok(()) }
}

/// Deletes a stage; its deals go to another one.
///
/// # Errors
/// [`Error::StageHasDeals`] when it is not said where they go; [`Error::LastOpenStage`]; [`Error::NotFound`].
pub async fn delete(service: &Pipeline, scope: &Scope, id: Uuid, move_to: Option<Uuid>) -> Result<(), Error> {
    scope.require(PIPELINES_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock_whole(&tx, scope).await?;
    let old = plan.stage(id).ok_or(Error::NotFound)?;
    keep_an_open_stage(&plan, old)?;
    let target = match move_to {
        Some(same) if same == id => return Err(Error::field("moveTo", "stage.same")),
        Some(to) => Some(plan.target("moveTo", to)?),
        None => None,
    };
    let deals = deals::store::in_stages(&tx, scope, &[id]).await?;
    let live = deals.iter().filter(|deal| deal.deleted_at.is_none()).count() as u64;
    if live > 0 && target.is_none() {
        return Err(Error::StageHasDeals { deals: live });
    }
    // Those in the trash go along, so that they can be restored.
    let open = plan.stages_of(old.pipeline_id).find(|s| s.id != id && s.kind == StageKind::Open);
    let target = target.or(open).ok_or(Error::LastOpenStage)?;
    operation::shift(&tx, &plan, target, deals, &Course::stage_deleted()).await?;
    store::remove(&tx, &[id]).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: old.pipeline_id,
        action: Action::Deleted,
        before: Some(old.image()),
        after: None,
        version: old.version,
    };
    db::change_log::record(&tx, [change]).await?;
    let data = json!({ "pipelineId": old.pipeline_id, "movedTo": move_to });
    events::append(&tx, [NewEvent::of(STAGE_DELETED, KIND, id, data)]).await?;
    let mut order: Vec<Stage> = plan.stages_of(old.pipeline_id).filter(|stage| stage.id != id).cloned().collect();
    order.sort_by_key(|stage| stage.position);
    close_up(&tx, &plan, &order).await?;
    Ok(tx.commit().await?)
}
