//! Changing pipelines. Each command is one transaction: the rule, the rows, the change log, the event.

use contracts::{
    events::{PIPELINE_CREATED, PIPELINE_DELETED, PIPELINE_UPDATED},
    permissions::PIPELINES_WRITE,
};
use db::{Action, Change, Tx};
use events::NewEvent;
use kernel::{
    Fields, Locale, Scope,
    values::{Currency, Line, optional},
};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    queries::Pipeline,
    store::{self, StoredPipeline},
};
use crate::{
    Error, deals,
    moves::operation::{self, Course},
    plan::{self, Plan},
    stages::{
        self,
        stage::{Stage, StageKind, StageRules},
    },
    templates::{PipelineTemplate, default_currency, default_name},
};

const KIND: &str = "pipeline";
/// Most pipelines of an organization.
const MAX_PIPELINES: usize = 50;

/// A new pipeline.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PipelineInput {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it begins with; `bd` unless given.
    pub template: Option<PipelineTemplate>,
    /// Of new deals: a code of ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    pub currency: Option<String>,
    #[serde(default)]
    pub is_default: bool,
}

/// A changed pipeline: what is left out stays.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PipelineReplace {
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// True makes it the default one. That cannot be taken back here: make another one the default instead.
    pub is_default: Option<bool>,
    #[schema(min_length = 3, max_length = 3)]
    pub currency: Option<String>,
    /// The version this is based on; another one by now is a conflict.
    pub version: Option<i64>,
}

/// Name and currency as they are kept; the currency may be left out.
fn parsed(name: &str, currency: Option<&str>) -> Result<(String, Option<String>), Fields> {
    let mut refused = Fields::default();
    let name = refused.take("name", Line::<100>::parse(name)).map(Line::into_string).unwrap_or_default();
    let currency = currency.and_then(|raw| refused.take("currency", optional(raw, Currency::parse)).flatten());
    refused.finish(|| (name, currency.map(Currency::into_string)))
}

/// Creates a pipeline with the stages of its template, named in the actor's language.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::TooMany`].
pub async fn create(service: &crate::Pipeline, scope: &Scope, input: PipelineInput) -> Result<Pipeline, Error> {
    scope.require(PIPELINES_WRITE)?;
    let (name, currency) = parsed(&input.name, input.currency.as_deref())?;
    let template = input.template.unwrap_or(PipelineTemplate::Bd);
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock_whole(&tx, scope).await?;
    if plan.pipelines.len() >= MAX_PIPELINES {
        return Err(Error::TooMany { max: MAX_PIPELINES });
    }
    let is_default = input.is_default || plan.pipelines.is_empty();
    if is_default {
        yield_default(&tx, &plan).await?;
    }
    let currency = currency.unwrap_or_else(|| default_currency(scope.locale).to_owned());
    let place = plan.pipelines.iter().map(|pipeline| pipeline.place + 1).max().unwrap_or_default();
    let new = open(&tx, scope.locale, &name, template, &currency, is_default, place).await?;
    let plan = plan::load(&tx, scope).await?;
    tx.commit().await?;
    Ok(Pipeline::of(plan.pipeline(new).ok_or(Error::NotFound)?, &plan))
}

/// Gives an organization that has no pipeline its first one.
///
/// # Errors
/// When the database refuses.
pub async fn open_first(tx: &Tx, locale: Locale) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    if !plan::lock_whole(tx, scope).await?.pipelines.is_empty() {
        return Ok(());
    }
    let (name, currency) = (default_name(locale), default_currency(locale));
    open(tx, locale, name, PipelineTemplate::Bd, currency, true, 0).await?;
    Ok(())
}

/// Writes a new pipeline with its stages, their history and their event; gives its id.
async fn open(
    tx: &Tx,
    locale: Locale,
    name: &str,
    template: PipelineTemplate,
    currency: &str,
    is_default: bool,
    place: i64,
) -> Result<Uuid, Error> {
    let (id, now) = (tx.clock().new_id(), tx.clock().now());
    let pipeline = StoredPipeline {
        id,
        name: name.to_owned(),
        is_default,
        place,
        currency: currency.to_owned(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let stages: Vec<Stage> = (0..)
        .zip(template.stages())
        .map(|(position, stage)| Stage {
            id: tx.clock().new_id(),
            pipeline_id: id,
            name: stage.name(locale).to_owned(),
            kind: stage.kind,
            color: stage.color,
            probability: stage.probability,
            rot_days: None,
            wip_limit: None,
            position,
            archived_at: None,
            entry_rules: StageRules::default(),
            exit_rules: StageRules::default(),
            version: 1,
            created_at: now,
            updated_at: now,
        })
        .collect();
    store::insert(tx, &pipeline).await?;
    stages::store::insert_many(tx, &stages).await?;
    let created = created(KIND, id, id, pipeline.image());
    let changes = stages.iter().map(stages::commands::created);
    db::change_log::record(tx, [created].into_iter().chain(changes)).await?;
    events::append(tx, [NewEvent::of(PIPELINE_CREATED, KIND, id, json!({}))]).await?;
    Ok(id)
}

/// The change-log entry of something new.
#[must_use]
pub fn created(subject_kind: &'static str, subject_id: Uuid, record_id: Uuid, image: Value) -> Change {
    let after = Some(db::image::filled_in(image));
    Change { subject_kind, subject_id, record_id, action: Action::Created, before: None, after, version: 1 }
}

/// Takes the mark of the default pipeline from the one that has it.
async fn yield_default(tx: &Tx, plan: &Plan) -> Result<(), Error> {
    match plan.default_pipeline() {
        Some(old) => write(tx, old, StoredPipeline { is_default: false, ..old.clone() }).await,
        None => Ok(()),
    }
}

/// Writes a pipeline that changed, with its history and event; what changes nothing writes nothing.
async fn write(tx: &Tx, old: &StoredPipeline, mut new: StoredPipeline) -> Result<(), Error> {
    let (before, after) = (old.image(), new.image());
    if before == after {
        return Ok(());
    }
    (new.version, new.updated_at) = (old.version + 1, tx.clock().now());
    store::update(tx, &new).await?;
    let change = Change::between(KIND, old.id, Action::Updated, &before, &after, new.version);
    let data = json!({ "fields": db::image::changed_fields(&change) });
    db::change_log::record(tx, [change]).await?;
    Ok(events::append(tx, [NewEvent::of(PIPELINE_UPDATED, KIND, old.id, data)]).await?)
}

/// Changes a pipeline.
///
/// # Errors
/// [`Error::Invalid`] with every field at fault; [`Error::Stale`]; [`Error::NotFound`].
pub async fn change(
    service: &crate::Pipeline,
    scope: &Scope,
    id: Uuid,
    body: PipelineReplace,
) -> Result<Pipeline, Error> {
    scope.require(PIPELINES_WRITE)?;
    let (name, currency) = parsed(&body.name, body.currency.as_deref())?;
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock_whole(&tx, scope).await?;
    let old = plan.pipeline(id).ok_or(Error::NotFound)?;
    if body.version.is_some_and(|version| version != old.version) {
        return Err(Error::Stale(serde_json::to_value(Pipeline::of(old, &plan)).unwrap_or_default()));
    }
    if old.is_default && body.is_default == Some(false) {
        return Err(Error::field("isDefault", "pipelines.default"));
    }
    let is_default = old.is_default || body.is_default == Some(true);
    if is_default && !old.is_default {
        yield_default(&tx, &plan).await?;
    }
    let currency = currency.unwrap_or_else(|| old.currency.clone());
    write(&tx, old, StoredPipeline { name, is_default, currency, ..old.clone() }).await?;
    let plan = plan::load(&tx, scope).await?;
    tx.commit().await?;
    Ok(Pipeline::of(plan.pipeline(id).ok_or(Error::NotFound)?, &plan))
}

/// Deletes a pipeline; its deals go to the stages of the same kind of another one.
///
/// # Errors
/// [`Error::LastPipeline`]; [`Error::PipelineHasDeals`] when it is not said where they go; [`Error::NotFound`].
pub async fn delete(service: &crate::Pipeline, scope: &Scope, id: Uuid, move_to: Option<Uuid>) -> Result<(), Error> {
    scope.require(PIPELINES_WRITE)?;
    let tx = service.db.begin(scope).await?;
    let plan = plan::lock_whole(&tx, scope).await?;
    let old = plan.pipeline(id).ok_or(Error::NotFound)?;
    let heir = heir(&plan, id, move_to)?;
    let stage_ids: Vec<Uuid> = plan.stages_of(id).map(|stage| stage.id).collect();
    let deals = deals::store::in_stages(&tx, scope, &stage_ids).await?;
    let live = deals.iter().filter(|deal| deal.deleted_at.is_none()).count() as u64;
    if live > 0 && move_to.is_none() {
        return Err(Error::PipelineHasDeals { deals: live });
    }
    for kind in [StageKind::Open, StageKind::Won, StageKind::Lost] {
        let of_kind = plan.stages_of(id).filter(|stage| stage.kind == kind);
        let moving = of_kind.flat_map(|stage| deals.iter().filter(|deal| deal.place.stage_id == stage.id));
        let moving = moving.cloned().collect();
        let target = plan.first_of(heir.id, kind).or_else(|| plan.first_of(heir.id, StageKind::Open));
        operation::shift(&tx, &plan, target.ok_or(Error::LastOpenStage)?, moving, &Course::stage_deleted()).await?;
    }
    store::remove(&tx, id).await?;
    stages::store::remove(&tx, &stage_ids).await?;
    let change = Change {
        subject_kind: KIND,
        subject_id: id,
        record_id: id,
        action: Action::Deleted,
        before: Some(old.image()),
        after: None,
        version: old.version,
    };
    db::change_log::record(&tx, [change]).await?;
    events::append(&tx, [NewEvent::of(PIPELINE_DELETED, KIND, id, json!({ "movedTo": move_to }))]).await?;
    if old.is_default {
        write(&tx, heir, StoredPipeline { is_default: true, ..heir.clone() }).await?;
    }
    Ok(tx.commit().await?)
}

/// The pipeline that takes over from one that goes: the named one, else the first other.
fn heir(plan: &Plan, id: Uuid, move_to: Option<Uuid>) -> Result<&StoredPipeline, Error> {
    let mut others = plan.pipelines.iter().filter(|pipeline| pipeline.id != id);
    match move_to {
        Some(same) if same == id => Err(Error::field("moveTo", "stage.same")),
        Some(wanted) => {
            others.find(|other| other.id == wanted).ok_or_else(|| Error::field("moveTo", "reference.unknown"))
        }
        None => others.next().ok_or(Error::LastPipeline),
    }
}
