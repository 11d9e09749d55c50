//! Taking a file: streamed to disk, judged by its beginning, previewed. A file that cannot be a table is refused at once
//! and leaves nothing behind.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use axum::body::Body;
use contracts::permissions;
use db::{Action, Change, change_log};
use fields::{CustomField, FieldSet, RecordType};
use futures_util::StreamExt;
use kernel::{Permission, Scope, values::clean_line};
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use uuid::Uuid;

use super::{
    csv::{
        Charset, Delimiter, Format, Guess, Head, HeaderRow, ImportTarget, Overrides, Reader, SniffError, guess,
        sniff_head,
    },
    mapping::ImportMapping,
    store::{self, ActiveModel, Entity, ImportStatus, Model},
};
use crate::{Crm, Error, record::name_key};

/// Records shown of a file, and values shown of a column.
const PREVIEW_ROWS: usize = 20;
const SAMPLES: usize = 3;
/// Rows the guesses look at.
const JUDGED_ROWS: usize = 100;

/// What a file was found to be.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// WHATWG name, e.g. `windows-1251`.
    pub encoding: String,
    pub delimiter: ImportDelimiter,
    /// Which record is the header, from 0; what is above it is passed over. -1: there is none.
    pub header_row: i64,
    pub columns: Vec<ImportColumn>,
    /// The first records as they stand in the file, header and what is above it included.
    pub rows: Vec<Vec<String>>,
    /// What to look at before importing, as codes.
    pub warnings: Vec<String>,
}

/// What stands between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportDelimiter {
    #[serde(rename = ",")]
    Comma,
    #[serde(rename = ";")]
    Semicolon,
    #[serde(rename = "\t")]
    Tab,
    #[serde(rename = "|")]
    Pipe,
}

// By hand: the derive writes the tab as a backslash and a t.
impl PartialSchema for ImportDelimiter {
    fn schema() -> RefOr<Schema> {
        let words = [",", ";", "\t", "|"];
        let description = "What stands between two cells.";
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).description(Some(description)).into()
    }
}

impl ToSchema for ImportDelimiter {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Delimiter")
    }
}

impl ImportDelimiter {
    const PAIRS: [(Self, Delimiter); 4] = [
        (Self::Comma, Delimiter::Comma),
        (Self::Semicolon, Delimiter::Semicolon),
        (Self::Tab, Delimiter::Tab),
        (Self::Pipe, Delimiter::Pipe),
    ];

    fn of(delimiter: Delimiter) -> Self {
        Self::PAIRS.into_iter().find(|(_, d)| *d == delimiter).map_or(Self::Comma, |(own, _)| own)
    }

    fn engine(self) -> Delimiter {
        Self::PAIRS.into_iter().find(|(own, _)| *own == self).map_or(Delimiter::Comma, |(_, d)| d)
    }
}

/// A column of a file.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ImportColumn {
    pub index: usize,
    pub header: String,
    pub samples: Vec<String>,
    /// What it seems to be.
    #[schema(required)]
    pub guess: Option<ImportTarget>,
    /// With `custom`: the key of the field that the header names.
    #[serde(rename = "customKey", default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub custom_key: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
}

/// What a person knows better about a file.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImportPreviewRequest {
    #[schema(max_length = 40, nullable = false)]
    pub encoding: Option<String>,
    #[schema(nullable = false)]
    pub delimiter: Option<ImportDelimiter>,
    /// -1: there is no header.
    #[schema(nullable = false)]
    pub header_row: Option<i64>,
    #[schema(nullable = false)]
    pub record_type: Option<RecordType>,
}

/// The permission to import records of a kind.
pub(super) fn may_import(kind: RecordType) -> Permission {
    match kind {
        RecordType::Contact => permissions::CONTACTS_IMPORT,
        RecordType::Company => permissions::COMPANIES_IMPORT,
        RecordType::Deal => permissions::DEALS_IMPORT,
    }
}

/// Refuses who may import nothing.
pub(super) fn require_any_import(scope: &Scope) -> Result<(), Error> {
    let any = [RecordType::Contact, RecordType::Company, RecordType::Deal].map(may_import);
    let held = any.into_iter().find(|permission| scope.grants.allows(*permission));
    Ok(scope.require(held.unwrap_or(permissions::CONTACTS_IMPORT))?)
}

/// Takes a file.
///
/// # Errors
/// `import.not_text`, `import.empty`, `import.too_large` and what else keeps it from being a table.
pub async fn upload(crm: &Crm, scope: &Scope, kind: RecordType, file_name: &str, body: Body) -> Result<Model, Error> {
    scope.require(may_import(kind))?;
    let id = crm.db.clock().new_id();
    let path = crm.files.source(id);
    let own = crm.definitions.of(scope, kind).await?;
    let taken = take(crm, &path, (id, kind, own), body).await;
    let (size, judged) = match taken {
        Ok(taken) => taken,
        Err(error) => {
            let _ = crm.files.remove(id).await;
            return Err(error);
        }
    };
    let row = Model {
        id,
        org_id: scope.org_id.0,
        record_type: kind.as_str().to_owned(),
        status: ImportStatus::Ready.as_str().to_owned(),
        file_name: short_name(file_name),
        size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
        format: judged.0,
        preview: judged.1,
        mapping: None,
        duplicate_policy: None,
        default_tags: json!([]),
        owner_id: None,
        bytes_done: 0,
        rows_done: 0,
        created: 0,
        updated: 0,
        skipped: 0,
        failed: 0,
        companies_created: 0,
        error_bytes: 0,
        error_code: None,
        batch_id: None,
        undo_id: None,
        created_by: scope.user_id().map(Uuid::from),
        created_at: crm.db.clock().now(),
        started_at: None,
        finished_at: None,
    };
    let tx = crm.db.begin(scope).await?;
    Entity::insert(ActiveModel::from(row.clone())).exec_without_returning(&tx).await?;
    let image = json!({"fileName": row.file_name, "sizeBytes": row.size_bytes, "recordType": row.record_type});
    change_log::record(&tx, [changed(id, Action::Created, image)]).await?;
    tx.commit().await?;
    Ok(row)
}

/// A change-log entry of an import itself.
pub(super) fn changed(id: Uuid, action: Action, after: serde_json::Value) -> Change {
    Change {
        subject_kind: "import",
        subject_id: id,
        record_id: id,
        action,
        before: None,
        after: Some(after),
        version: 1,
    }
}

fn short_name(raw: &str) -> String {
    let name = clean_line(raw.rsplit(['/', '\\']).next().unwrap_or_default());
    if name.is_empty() { "import.csv".to_owned() } else { name.chars().take(255).collect() }
}

type Judged = (serde_json::Value, serde_json::Value);

async fn take(
    crm: &Crm,
    path: &Path,
    (id, kind, own): (Uuid, RecordType, FieldSet),
    body: Body,
) -> Result<(u64, Judged), Error> {
    tokio::fs::create_dir_all(&crm.files.folder).await?;
    let size = stream_to(path, body, crm.files.max_bytes).await?;
    let judged = judge(crm, id, (kind, own), Overrides::default()).await?;
    Ok((size, judged))
}

async fn stream_to(path: &Path, body: Body, max_bytes: u64) -> Result<u64, Error> {
    let mut file = tokio::fs::File::create(path).await?;
    let mut stream = body.into_data_stream();
    let mut size: u64 = 0;
    while let Some(bytes) = stream.next().await {
        let bytes = bytes.map_err(|_| Error::UploadBroken)?;
        size += bytes.len() as u64;
        if size > max_bytes {
            return Err(Error::FileTooLarge { megabytes: max_bytes >> 20 });
        }
        file.write_all(&bytes).await?;
    }
    file.sync_all().await?;
    Ok(size)
}

/// Judges the stored file, off the runtime.
async fn judge(
    crm: &Crm,
    id: Uuid,
    (kind, own): (RecordType, FieldSet),
    overrides: Overrides,
) -> Result<Judged, Error> {
    let path = crm.files.source(id);
    let judged = tokio::task::spawn_blocking(move || judge_file(&path, (kind, &own), &overrides)).await;
    let (format, preview) = judged.map_err(|panic| Error::File(io::Error::other(panic)))??;
    let stored = |_| db::Error::Stored("preview");
    Ok((serde_json::to_value(format).map_err(stored)?, serde_json::to_value(preview).map_err(stored)?))
}

fn judge_file(
    path: &Path,
    (kind, own): (RecordType, &FieldSet),
    overrides: &Overrides,
) -> Result<(Format, ImportPreview), Error> {
    let head = Head::read(BufReader::new(File::open(path)?))?;
    let format = sniff_head(&head, overrides).map_err(Error::NotATable)?;
    let rows = Reader::open(File::open(path)?, &format)?.sample(JUDGED_ROWS)?;
    let guesses = guess(kind, &format.headers, &rows);
    let whole = Format { skip_records: 0, ..format.clone() };
    let shown = Reader::open(File::open(path)?, &whole)?.sample(PREVIEW_ROWS)?;
    let column = |(index, (header, guess)): (usize, (&String, &Guess))| {
        // A header that is the name of a field says more than a guess.
        let custom_key = own_field(own, header).filter(|_| guess.target.is_none() || guess.confidence < 1.0);
        let guess = match custom_key {
            Some(_) => Guess { target: Some(ImportTarget::Custom), confidence: 1.0 },
            None => *guess,
        };
        ImportColumn {
            index,
            header: header.clone(),
            samples: samples(&rows, index),
            guess: guess.target,
            custom_key,
            confidence: guess.confidence,
        }
    };
    let preview = ImportPreview {
        encoding: format.encoding.name().to_owned(),
        delimiter: ImportDelimiter::of(format.delimiter),
        header_row: format.header_row.and_then(|row| i64::try_from(row).ok()).unwrap_or(-1),
        columns: format.headers.iter().zip(&guesses).enumerate().map(column).collect(),
        rows: shown,
        warnings: format.warnings.iter().filter_map(word).collect(),
    };
    Ok((format, preview))
}

/// The key of the field that a header names.
fn own_field(own: &FieldSet, header: &str) -> Option<String> {
    let wanted = name_key(header.trim());
    let named = |field: &&CustomField| {
        name_key(&field.name) == wanted || field.key == wanted || fields::path(&field.key) == wanted
    };
    own.shown().find(named).map(|field| field.key.clone())
}

fn samples(rows: &[Vec<String>], column: usize) -> Vec<String> {
    let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    cells.take(SAMPLES).map(|cell| cell.chars().take(100).collect()).collect()
}

fn word(code: &impl Serialize) -> Option<String> {
    serde_json::to_value(code).ok()?.as_str().map(str::to_owned)
}

/// Judges a file once more, with what a person knows better.
///
/// # Errors
/// As [`upload`]; `import.started` when it has been.
pub async fn preview(crm: &Crm, scope: &Scope, id: Uuid, request: ImportPreviewRequest) -> Result<Model, Error> {
    require_any_import(scope)?;
    let import = store::get(&crm.db.reader(scope), scope, id).await?;
    scope.require(may_import(import.kind()))?;
    let kind = request.record_type.unwrap_or_else(|| import.kind());
    scope.require(may_import(kind))?;
    let overrides = overrides(&request)?;
    let own = crm.definitions.of(scope, kind).await?;
    let (format, preview) = judge(crm, id, (kind, own), overrides).await?;
    let change = ActiveModel {
        format: Set(format),
        preview: Set(preview),
        record_type: Set(kind.as_str().to_owned()),
        ..Default::default()
    };
    let tx = crm.db.begin(scope).await?;
    if !store::update(&tx, scope, id, ImportStatus::Ready, change).await? {
        return Err(Error::ImportStarted);
    }
    let import = store::get(&tx, scope, id).await?;
    tx.commit().await?;
    Ok(import)
}

fn overrides(request: &ImportPreviewRequest) -> Result<Overrides, Error> {
    let encoding = match request.encoding.as_deref() {
        Some(label) => Some(Charset::from_label(label).map_err(|_| Error::field("encoding", "import.encoding"))?),
        None => None,
    };
    let header_row = request.header_row.map(|row| usize::try_from(row).map_or(HeaderRow::Absent, HeaderRow::At));
    Ok(Overrides { encoding, delimiter: request.delimiter.map(ImportDelimiter::engine), header_row })
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// The mapping that the preview of an import proposes.
///
/// # Errors
/// When what is stored cannot be read.
pub fn proposed_mapping(import: &Model) -> Result<Vec<ImportMapping>, Error> {
    let preview: ImportPreview =
        serde_json::from_value(import.preview.clone()).map_err(|_| db::Error::Stored("preview"))?;
    let guessed = |column: ImportColumn| {
        Some(ImportMapping { column: column.index, target: column.guess?, custom_key: column.custom_key })
    };
    Ok(preview.columns.into_iter().filter_map(guessed).collect())
}

/// The code of a refused file, with its hint when there is one.
pub(crate) fn code_of(error: SniffError) -> &'static str {
    match error.hint() {
        Some("save_as_csv") => "import.spreadsheet",
        Some("unpack") => "import.archive",
        _ => error.code(),
    }
}
