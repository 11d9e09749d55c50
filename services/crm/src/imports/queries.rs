//! What is shown of imports.

use chrono::{DateTime, Utc};
use db::{Field, List, Page, Params};
use exchange::import::DuplicatePolicy;
use fields::RecordType;
use kernel::{Scope, filter::FieldType};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, SimpleExpr},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    mapping::ImportMapping,
    store::{self, Column, Entity, ImportStatus, Model},
    upload::{ImportPreview, may_import, require_any_import},
};
use crate::{
    Crm, Error,
    bulk::batch::{self, Batch},
};

/// How many rows came to what; `rows` is the sum of the others but `companiesCreated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportCounts {
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub failed: i64,
    pub companies_created: i64,
}

/// How far taking an import back has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportRevert {
    pub reverted: i64,
    /// Records that somebody changed since: they were left as they are.
    pub conflicts: i64,
}

/// An import.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    pub id: Uuid,
    pub record_type: RecordType,
    pub status: ImportStatus,
    pub file_name: String,
    pub size_bytes: i64,
    #[schema(value_type = ImportPreview)]
    pub preview: serde_json::Value,
    #[schema(required, value_type = Option<Vec<ImportMapping>>)]
    pub mapping: Option<serde_json::Value>,
    #[schema(required)]
    pub duplicate_policy: Option<DuplicatePolicy>,
    /// 0 to 1.
    pub progress: f64,
    pub counts: ImportCounts,
    #[schema(required)]
    pub error_code: Option<String>,
    #[schema(required)]
    pub revert: Option<ImportRevert>,
    pub has_error_file: bool,
    #[schema(required)]
    pub created_by: Option<Uuid>,
    #[schema(required)]
    pub created_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
    #[schema(required)]
    pub started_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub finished_at: Option<DateTime<Utc>>,
    /// The batch of its changes, once it was started.
    #[schema(required)]
    pub batch_id: Option<Uuid>,
}

fn created_at() -> SimpleExpr {
    Expr::col((Entity, Column::CreatedAt))
}

fn id() -> SimpleExpr {
    Expr::col((Entity, Column::Id))
}

const IMPORTS: List = List {
    fields: &[Field { name: "createdAt", kind: FieldType::Instant, expr: created_at, order: Some(created_at) }],
    default_sort: "-createdAt",
    id,
};

/// One import.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn get(crm: &Crm, scope: &Scope, id: Uuid) -> Result<Import, Error> {
    require_any_import(scope)?;
    let import = store::get(&crm.db.reader(scope), scope, id).await?;
    scope.require(may_import(import.kind()))?;
    view(crm, scope, import).await
}

/// Imports within reach of kinds that the actor may import, newest first.
///
/// # Errors
/// Parameters that do not fit; the database being away.
pub async fn list(crm: &Crm, scope: &Scope, params: &Params) -> Result<Page<Import>, Error> {
    require_any_import(scope)?;
    let kinds = [RecordType::Contact, RecordType::Company, RecordType::Deal];
    let may = kinds.into_iter().filter(|kind| scope.grants.allows(may_import(*kind))).map(RecordType::as_str);
    let select = Entity::find().filter(store::within(scope)).filter(Column::RecordType.is_in(may)).into_query();
    let page: Page<Model> = IMPORTS.page(&crm.db.reader(scope), select, params, None).await?;
    let mut people: Vec<Uuid> = page.items.iter().filter_map(|import| import.created_by).collect();
    people.sort_unstable();
    people.dedup();
    let names = crm.directory.names(scope, &people).await.map_err(Error::Port)?;
    let undone: Vec<Uuid> = page.items.iter().filter_map(|import| import.undo_id).collect();
    let undos = batch::get_many(&crm.db.reader(scope), scope, &undone).await?;
    let shown = |import: Model| {
        let name = import.created_by.and_then(|id| names.get(&id).cloned());
        let undo = undos.iter().find(|undo| Some(undo.id) == import.undo_id);
        Import::of(import, name, undo)
    };
    Ok(page.map(|items| items.into_iter().map(shown).collect()))
}

/// An import as it is shown.
///
/// # Errors
/// When the database is away.
pub async fn view(crm: &Crm, scope: &Scope, import: Model) -> Result<Import, Error> {
    let people: Vec<Uuid> = import.created_by.into_iter().collect();
    let mut names = crm.directory.names(scope, &people).await.map_err(Error::Port)?;
    let undo = match import.undo_id {
        Some(id) => batch::get_many(&crm.db.reader(scope), scope, &[id]).await?.pop(),
        None => None,
    };
    let name = import.created_by.and_then(|id| names.remove(&id));
    Ok(Import::of(import, name, undo.as_ref()))
}

impl Import {
    fn of(import: Model, created_by_name: Option<String>, undo: Option<&Batch>) -> Self {
        let status = import.status();
        #[expect(clippy::cast_precision_loss, reason = "a share for a progress bar")]
        let share = if import.size_bytes > 0 { import.bytes_done as f64 / import.size_bytes as f64 } else { 0.0 };
        let done = matches!(status, ImportStatus::Completed | ImportStatus::Reverted);
        let record_type = import.kind();
        let policy = import.duplicate_policy.map(serde_json::Value::String);
        Self {
            id: import.id,
            record_type,
            status,
            file_name: import.file_name,
            size_bytes: import.size_bytes,
            preview: import.preview,
            mapping: import.mapping,
            duplicate_policy: policy.and_then(|word| serde_json::from_value(word).ok()),
            progress: if done { 1.0 } else { share.clamp(0.0, 1.0) },
            counts: ImportCounts {
                rows: import.rows_done,
                created: import.created,
                updated: import.updated,
                skipped: import.skipped,
                failed: import.failed,
                companies_created: import.companies_created,
            },
            error_code: import.error_code,
            revert: undo.map(|undo| ImportRevert { reverted: undo.done, conflicts: undo.conflicts }),
            has_error_file: import.error_bytes > 0,
            created_by: import.created_by,
            created_by_name,
            created_at: import.created_at,
            started_at: import.started_at,
            finished_at: import.finished_at,
            batch_id: import.batch_id,
        }
    }
}
