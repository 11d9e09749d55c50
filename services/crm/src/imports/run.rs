//! The job that runs an import: chunk after chunk, each in one transaction with the note of how far it has come. Killed
//! at any point, the next attempt goes on behind the last chunk that was committed.

use std::{io, marker::PhantomData, sync::Arc};

use contracts::events as event;
use db::Tx;
use events::NewEvent;
use exchange::import::{DuplicatePolicy, Plan};
use fields::{FieldSet, RecordType};
use jobs::{Context, JobError};
use kernel::{Actor, Scope};
use sea_orm::{ActiveValue::Set, ConnectionTrait, Statement};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    csv::ImportTarget,
    deals::Deals,
    finder::Ground,
    mapping::{ImportMapping, Mapping},
    parse::{Chunk, Filled, Source, feed},
    refused::{Refused, RefusedRows},
    rows::{Own, Rows},
    store::{self, ActiveModel, ImportStatus, Model},
    subject::{Companies, Contacts, Subject},
};
use crate::{
    Crm, Error,
    bulk::batch::{self, BatchStatus, Progress},
};

pub const KIND: &str = "crm.run_import";
/// Attempts, crashes included: each goes on where the last one stopped.
pub const MAX_ATTEMPTS: i64 = 50;

/// The worker of `crm.run_import`.
pub struct RunImport(pub Arc<Crm>);

#[async_trait::async_trait]
impl jobs::Work for RunImport {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let scope = importing(&context.scope);
        let id = import_id(&payload)?;
        let import = match store::get(&self.0.db.reader(&scope), &scope, id).await {
            Err(Error::NotFound) => return Ok(()),
            found => found?,
        };
        if import.status() != ImportStatus::Running {
            return Ok(());
        }
        match RecordType::parse(&import.record_type) {
            Some(RecordType::Contact) => run_own::<Contacts>(&self.0, &scope, &context, import).await,
            Some(RecordType::Company) => run_own::<Companies>(&self.0, &scope, &context, import).await,
            Some(RecordType::Deal) => {
                let deals = Deals::open(&self.0, &scope, &plan(&import)?).await?;
                run_as(&self.0, &scope, &context, import, deals).await
            }
            None => Err(JobError::Fatal("unknown kind of record".to_owned())),
        }
    }

    async fn gave_up(&self, context: Context, payload: Value, _error: &str) {
        if let Ok(id) = import_id(&payload)
            && let Err(error) = fail(&self.0, &importing(&context.scope), id, "internal").await
        {
            tracing::error!(%error, import_id = %id, "a failed import could not be marked");
        }
    }
}

fn import_id(payload: &Value) -> Result<Uuid, JobError> {
    let id = payload["importId"].as_str().and_then(|text| text.parse().ok());
    id.ok_or_else(|| JobError::Fatal("the job names no import".to_owned()))
}

/// The person's scope, as their import.
pub(crate) fn importing(scope: &Scope) -> Scope {
    let actor = scope.user_id().map_or(scope.actor, Actor::Import);
    Scope { actor, ..scope.clone() }
}

async fn run_own<S: Subject>(crm: &Crm, scope: &Scope, context: &Context, import: Model) -> Result<(), JobError> {
    run_as(crm, scope, context, import, Own::<S>(PhantomData)).await
}

async fn run_as<R: Rows>(crm: &Crm, scope: &Scope, context: &Context, import: Model, rows: R) -> Result<(), JobError> {
    let batch_id = import.batch_id.ok_or_else(|| JobError::Fatal("the import has no batch".to_owned()))?;
    let scope = scope.in_batch(batch_id);
    let plan = plan(&import)?;
    let source = source(crm, &scope, &import).await?;
    let errors = crm.files.errors(import.id);
    let error_bytes = u64::try_from(import.error_bytes).unwrap_or_default();
    let refused = RefusedRows::open(errors, source.format.clone(), scope.locale, error_bytes);
    let refused = match refused {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(fail(crm, &scope, import.id, "import.file_gone").await?);
        }
        opened => opened.map_err(|error| JobError::Retry(Box::new(error)))?,
    };
    let (to, mut chunks) = mpsc::channel::<Chunk<R::Row>>(2);
    let reading = tokio::task::spawn_blocking(move || feed::<R>(&source, &to));
    let mut run = Run { crm, scope: &scope, plan: &plan, rows, refused, rows_done: import.rows_done };
    while let Some(chunk) = chunks.recv().await {
        if context.cancel.is_cancelled() {
            return Err(JobError::Interrupted);
        }
        if !run.store_chunk(chunk).await? {
            // Cancelled by a person (what is stored stays, and can be reverted), or taken over by another worker.
            return Ok(());
        }
    }
    match reading.await.map_err(|panic| JobError::Retry(Box::new(panic)))? {
        Ok(()) => Ok(complete(crm, &scope, import.id).await?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(fail(crm, &scope, import.id, "import.file_gone").await?)
        }
        Err(error) => Err(JobError::Retry(Box::new(error))),
    }
}

/// Whether an import has come so far that tables are of another size than they were: at 2 000 rows, 8 000, 32 000, …
fn grown(before: i64, now: i64) -> bool {
    let steps = |rows: i64| (rows / 2000).checked_ilog(4).map_or(0, |steps| steps + 1);
    steps(now) > steps(before)
}

fn plan(import: &Model) -> Result<Plan, JobError> {
    let unreadable = |_| JobError::Fatal("the import's settings cannot be read".to_owned());
    let policy = import.duplicate_policy.clone().map(Value::String).unwrap_or_default();
    Ok(Plan {
        import_id: import.id,
        policy: serde_json::from_value::<DuplicatePolicy>(policy).map_err(unreadable)?,
        default_tags: serde_json::from_value(import.default_tags.clone()).map_err(unreadable)?,
        owner_id: import.owner_id,
    })
}

async fn source(crm: &Crm, scope: &Scope, import: &Model) -> Result<Source, JobError> {
    let unreadable = |_| JobError::Fatal("the import's settings cannot be read".to_owned());
    let mapping: Vec<ImportMapping> =
        serde_json::from_value(import.mapping.clone().unwrap_or_default()).map_err(unreadable)?;
    let own = if mapping.iter().any(|entry| entry.custom_key.is_some()) {
        crm.definitions.of(scope, import.kind()).await.map_err(Error::from)?
    } else {
        FieldSet::default()
    };
    Ok(Source {
        path: crm.files.source(import.id),
        format: serde_json::from_value(import.format.clone()).map_err(unreadable)?,
        ground: Ground::new(crm, scope, own, mapping.iter().any(|entry| entry.target == ImportTarget::Owner)).await?,
        mapping: Mapping::stored(mapping),
        skip_rows: u64::try_from(import.rows_done).unwrap_or_default(),
    })
}

/// The storing half of a run.
struct Run<'a, R> {
    crm: &'a Crm,
    scope: &'a Scope,
    plan: &'a Plan,
    rows: R,
    refused: RefusedRows,
    rows_done: i64,
}

impl<R: Rows> Run<'_, R> {
    /// Stores a chunk and how far that is; `false` when the import is not running any more, or not where this worker left
    /// it.
    async fn store_chunk(&mut self, chunk: Chunk<R::Row>) -> Result<bool, Error> {
        let Chunk { filled, mut refused, rows, blank, bytes_done } = chunk;
        let mut cells = Vec::with_capacity(filled.len());
        let mut drafts = Vec::with_capacity(filled.len());
        for Filled { place, row, cells: as_read } in filled {
            cells.push((place, as_read));
            drafts.push(row);
        }
        let tx = self.crm.db.begin(self.scope).await?;
        let stored = self.rows.store(&tx, self.scope, self.plan, drafts).await?;
        for (index, fields) in stored.refused {
            let (place, cells) = std::mem::take(&mut cells[index]);
            refused.push(Refused { place, cells, fields });
        }
        refused.sort_unstable_by_key(|row| row.place);
        self.refused.write(&refused)?;
        let failed = i64::try_from(refused.len()).unwrap_or(i64::MAX);
        let sql = "update imports set rows_done = rows_done + $3, created = created + $4, updated = updated + $5, \
                   skipped = skipped + $6, failed = failed + $7, bytes_done = $8, error_bytes = $9 \
                   where org_id = $1 and id = $2 and status = 'running' and rows_done = $10";
        let values = [
            self.scope.org_id.0.into(),
            self.plan.import_id.into(),
            rows.into(),
            stored.outcome.created.into(),
            stored.outcome.updated.into(),
            (stored.outcome.skipped + blank).into(),
            failed.into(),
            bytes_done.into(),
            self.refused.bytes().into(),
            self.rows_done.into(),
        ];
        let done = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        if done.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.commit().await?;
        if grown(self.rows_done, self.rows_done + rows)
            && let Err(error) = self.crm.db.refresh_statistics(R::GROWING).await
        {
            tracing::warn!(%error, "the database's statistics were not refreshed");
        }
        self.rows_done += rows;
        Ok(true)
    }
}

async fn complete(crm: &Crm, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let tx = crm.db.begin(scope).await?;
    let sql = "select count(*) as n from change_log where org_id = $1 and batch_id = $2 and subject_kind = 'company' \
               and action = 'created'";
    let values = [scope.org_id.0.into(), scope.batch_id.into()];
    let count = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let companies: i64 = match tx.query_one_raw(count).await? {
        Some(row) => row.try_get("", "n")?,
        None => 0,
    };
    let import = store::get(&tx, scope, id).await?;
    let companies = if import.kind() == RecordType::Company { 0 } else { companies };
    let change = ActiveModel {
        finished_at: Set(Some(tx.clock().now())),
        companies_created: Set(companies),
        bytes_done: Set(import.size_bytes),
        ..store::to_status(ImportStatus::Completed)
    };
    if !store::update(&tx, scope, id, ImportStatus::Running, change).await? {
        return Ok(tx.rollback().await?);
    }
    end_batch(&tx, scope, &import, BatchStatus::Completed).await?;
    let counts = json!({
        "rows": import.rows_done, "created": import.created, "updated": import.updated, "skipped": import.skipped,
        "failed": import.failed,
    });
    events::append(&tx, [NewEvent::of(event::IMPORT_COMPLETED, "import", id, counts)]).await?;
    Ok(tx.commit().await?)
}

async fn fail(crm: &Crm, scope: &Scope, id: Uuid, code: &str) -> Result<(), Error> {
    let tx = crm.db.begin(scope).await?;
    let change = ActiveModel {
        finished_at: Set(Some(tx.clock().now())),
        error_code: Set(Some(code.to_owned())),
        ..store::to_status(ImportStatus::Failed)
    };
    if store::update(&tx, scope, id, ImportStatus::Running, change).await? {
        let import = store::get(&tx, scope, id).await?;
        end_batch(&tx, scope, &import, BatchStatus::Failed).await?;
    }
    Ok(tx.commit().await?)
}

/// Settles the batch of an import that ended: its changes can be taken back from now on.
pub(super) async fn end_batch(tx: &Tx, scope: &Scope, import: &Model, status: BatchStatus) -> Result<(), Error> {
    let Some(id) = import.batch_id else { return Ok(()) };
    let mut of_import = batch::get(tx, scope, id).await?;
    let done = u64::try_from(import.created + import.updated).unwrap_or_default();
    batch::advance(tx, &mut of_import, Progress { done, ..Progress::default() }).await?;
    Ok(batch::set_status(tx, id, status).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_of_another_size_at_growing_distances() {
        let chunks: Vec<i64> = (0..200).map(|chunk| chunk * 1000).filter(|rows| grown(*rows, rows + 1000)).collect();
        assert_eq!(chunks, [1000, 7000, 31_000, 127_000]);
    }
}
