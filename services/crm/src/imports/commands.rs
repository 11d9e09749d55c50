//! Starting, stopping, taking back and forgetting an import.

use contracts::events as event;
use db::{Action, change_log};
use events::NewEvent;
use exchange::import::DuplicatePolicy;
use fields::RecordType;
use jobs::NewJob;
use kernel::{Fields, Scope, values::Tags};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    mapping::{ImportMapping, Mapping},
    run,
    store::{self, ActiveModel, Column, Entity, ImportStatus, Model},
    upload::{ImportPreview, changed, may_import, require_any_import},
};
use crate::{
    Crm, Error,
    bulk::{
        batch::{self, BatchKind, BatchRecord, BatchStatus, NewBatch},
        commands::begin_undo,
        undo,
    },
};

/// How a file is to be imported.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportStart {
    /// Columns that are left out are not imported.
    #[schema(max_items = 1000)]
    pub mapping: Vec<ImportMapping>,
    pub duplicate_policy: DuplicatePolicy,
    /// Put on every record that is created or changed.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub default_tags: Vec<String>,
    /// Owner of the records that are created.
    pub owner_id: Option<Uuid>,
}

/// Starts an import: a job does the rest.
///
/// # Errors
/// [`Error::Invalid`] with the entries of the mapping at fault; [`Error::ImportStarted`].
pub async fn start(crm: &Crm, scope: &Scope, id: Uuid, input: ImportStart) -> Result<Model, Error> {
    require_any_import(scope)?;
    let import = store::get(&crm.db.reader(scope), scope, id).await?;
    let kind = import.kind();
    scope.require(may_import(kind))?;
    let preview: ImportPreview =
        serde_json::from_value(import.preview.clone()).map_err(|_| db::Error::Stored("preview"))?;
    Mapping::try_new(kind, input.mapping.clone(), preview.columns.len())?;
    let mut fields = Fields::default();
    let tags = fields.take("defaultTags", Tags::parse(input.default_tags.iter().map(String::as_str)));
    let Some(tags) = tags else { return Err(fields.into()) };
    crm.check_owner(scope, store::resource(kind), input.owner_id).await?;

    let policy = serde_json::to_value(input.duplicate_policy).unwrap_or_default();
    let settings =
        json!({"mapping": input.mapping, "duplicatePolicy": policy, "defaultTags": tags, "ownerId": input.owner_id});
    let tx = crm.db.begin(scope).await?;
    let new = NewBatch {
        kind: BatchKind::Import,
        action: "import",
        record_type: batch_record(kind),
        total: 0,
        request: json!({"importId": id}),
    };
    let of_import = batch::begin(&tx, new).await?;
    let change = ActiveModel {
        batch_id: Set(Some(of_import.id)),
        mapping: Set(Some(json!(input.mapping))),
        duplicate_policy: Set(policy.as_str().map(str::to_owned)),
        default_tags: Set(json!(tags)),
        owner_id: Set(input.owner_id),
        started_at: Set(Some(tx.clock().now())),
        ..store::to_status(ImportStatus::Running)
    };
    if !store::update(&tx, scope, id, ImportStatus::Ready, change).await? {
        return Err(Error::ImportStarted);
    }
    change_log::record(&tx, [changed(id, Action::Updated, settings)]).await?;
    events::append(&tx, [NewEvent::of(event::IMPORT_STARTED, "import", id, json!({"recordType": kind}))]).await?;
    let job = NewJob { kind: run::KIND, payload: json!({"importId": id}), max_attempts: run::MAX_ATTEMPTS };
    jobs::enqueue(&tx, job).await?;
    let import = store::get(&tx, scope, id).await?;
    tx.commit().await?;
    Ok(import)
}

fn batch_record(kind: RecordType) -> BatchRecord {
    match kind {
        RecordType::Contact => BatchRecord::Contact,
        RecordType::Company => BatchRecord::Company,
        RecordType::Deal => BatchRecord::Deal,
    }
}

/// Stops a running import; what it has stored stays.
///
/// # Errors
/// [`Error::ImportNotRunning`].
pub async fn cancel(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Model, Error> {
    require_any_import(scope)?;
    let tx = crm.db.begin(scope).await?;
    let import = store::hold(&tx, scope, id).await?;
    scope.require(may_import(import.kind()))?;
    let now = tx.clock().now();
    let change = ActiveModel { finished_at: Set(Some(now)), ..store::to_status(ImportStatus::Cancelled) };
    if !store::update(&tx, scope, id, ImportStatus::Running, change).await? {
        return Err(Error::ImportNotRunning);
    }
    run::end_batch(&tx, scope, &import, BatchStatus::Completed).await?;
    change_log::record(&tx, [changed(id, Action::Updated, json!({"status": "cancelled"}))]).await?;
    let import = store::get(&tx, scope, id).await?;
    tx.commit().await?;
    Ok(import)
}

/// Takes an import back: a job deletes what it created and puts back what it changed.
///
/// # Errors
/// [`Error::ImportNotRevertible`] while it runs, before it has run, and once it is taken back.
pub async fn revert(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Model, Error> {
    require_any_import(scope)?;
    let tx = crm.db.begin(scope).await?;
    let import = store::hold(&tx, scope, id).await?;
    scope.require(may_import(import.kind()))?;
    let from = import.status();
    if !matches!(from, ImportStatus::Completed | ImportStatus::Cancelled | ImportStatus::Failed)
        || import.started_at.is_none()
    {
        return Err(Error::ImportNotRevertible);
    }
    let of_import = batch::get(&tx, scope, import.batch_id.ok_or(Error::ImportNotRevertible)?).await?;
    let undo = begin_undo(&tx, &of_import).await?;
    let change = ActiveModel { undo_id: Set(Some(undo.id)), ..store::to_status(ImportStatus::Reverting) };
    store::update(&tx, scope, id, from, change).await?;
    let job = NewJob { kind: undo::KIND, payload: json!({ "batch": undo.id }), max_attempts: run::MAX_ATTEMPTS };
    jobs::enqueue(&tx, job).await?;
    change_log::record(&tx, [changed(id, Action::Updated, json!({"status": "reverting"}))]).await?;
    let import = store::get(&tx, scope, id).await?;
    tx.commit().await?;
    Ok(import)
}

/// Notes that the import of this batch, if it is one of an import, is taken back; called by the job that did it, in its
/// last transaction.
///
/// # Errors
/// When the database refuses.
pub async fn reverted(tx: &db::Tx, batch_id: Uuid, conflicts: i64) -> Result<(), Error> {
    let scope = tx.scope().ok_or(db::Error::Stored("scope"))?;
    let of_batch = Entity::find().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::BatchId.eq(batch_id));
    let Some(import) = of_batch.one(tx).await? else { return Ok(()) };
    store::update(tx, scope, import.id, ImportStatus::Reverting, store::to_status(ImportStatus::Reverted)).await?;
    let told = NewEvent::of(event::IMPORT_REVERTED, "import", import.id, json!({"conflicts": conflicts}));
    Ok(events::append(tx, [told]).await?)
}

/// Forgets an import and its files; the records stay.
///
/// # Errors
/// [`Error::BatchRunning`] while it runs or is taken back.
pub async fn delete(crm: &Crm, scope: &Scope, id: Uuid) -> Result<(), Error> {
    require_any_import(scope)?;
    let tx = crm.db.begin(scope).await?;
    let import = store::hold(&tx, scope, id).await?;
    scope.require(may_import(import.kind()))?;
    if matches!(import.status(), ImportStatus::Running | ImportStatus::Reverting) {
        return Err(Error::BatchRunning);
    }
    Entity::delete_many().filter(Column::OrgId.eq(scope.org_id.0)).filter(Column::Id.eq(id)).exec(&tx).await?;
    change_log::record(&tx, [changed(id, Action::Deleted, json!({"fileName": import.file_name}))]).await?;
    tx.commit().await?;
    // The row is gone: files that stay behind cost space only.
    if let Err(error) = crm.files.remove(id).await {
        tracing::warn!(%error, import_id = %id, "files of an import could not be deleted");
    }
    Ok(())
}
