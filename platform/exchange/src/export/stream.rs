//! The bytes of an export, chunk by chunk. Nothing is held but the chunk under way: no transaction, no cursor of the
//! database.

use std::collections::HashMap;

use bytes::Bytes;
use db::{Db, Params};
use events::NewEvent;
use fields::{FieldKind, FieldSet, Readable, RecordType};
use futures_util::{Stream, stream::try_unfold};
use kernel::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cells::Column;

/// Rows read at a time.
const CHUNK: u64 = 1000;
/// Names asked for at a time.
const AT_ONCE: usize = 1000;
/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// Records that can be exported.
#[async_trait::async_trait]
pub trait Source: Send + Sync + 'static {
    type Error: From<db::Error> + std::error::Error + Send + Sync + 'static;

    fn db(&self) -> &Db;

    /// The next records as they are shown, as many as `params.limit` says, and the cursor to go on from.
    async fn chunk(&self, scope: &Scope, params: &Params) -> Result<(Vec<Value>, Option<String>), Self::Error>;

    /// Names of these members; at most 1000.
    async fn member_names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Self::Error>;

    /// Names of these records; at most 1000.
    async fn record_names(
        &self,
        scope: &Scope,
        of: RecordType,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, String>, Self::Error>;
}

/// What is to be exported.
pub struct Wanted {
    pub scope: Scope,
    pub record_type: RecordType,
    pub params: Params,
    pub columns: Vec<Column>,
    /// The fields that the organization made up.
    pub own: FieldSet,
    /// The event that tells of the end.
    pub completed: &'static str,
}

/// An export under way.
struct Export<S> {
    source: S,
    wanted: Wanted,
    rows: u64,
    finished: bool,
}

/// Begins an export with its first chunk, so that a bad filter is refused before anything is sent.
///
/// # Errors
/// Filter or sort that do not fit.
pub async fn begin<S: Source>(
    source: S,
    mut wanted: Wanted,
) -> Result<impl Stream<Item = Result<Bytes, S::Error>> + use<S>, S::Error> {
    wanted.params = Params { limit: CHUNK, page: None, cursor: None, ..wanted.params };
    let mut export = Export { source, wanted, rows: 0, finished: false };
    let columns = &export.wanted.columns;
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(written([columns.iter().map(|column| column.header(columns)).collect::<Vec<_>>()])?);
    head.extend(export.next().await?);
    Ok(try_unfold((Some(Bytes::from(head)), export), |(first, mut export)| async move {
        if let Some(bytes) = first {
            return Ok(Some((bytes, (None, export))));
        }
        if export.finished {
            return Ok(None);
        }
        let bytes = export.next().await?;
        Ok(Some((Bytes::from(bytes), (None, export))))
    }))
}

impl<S: Source> Export<S> {
    /// The next rows; tells of the export's end after the last.
    async fn next(&mut self) -> Result<Vec<u8>, S::Error> {
        let Wanted { scope, params, columns, own, .. } = &self.wanted;
        let (records, next) = self.source.chunk(scope, params).await?;
        let (members, named) = self.names(&records).await?;
        let names = Readable { members: &members, records: &named };
        let line = |record| columns.iter().map(|column| column.cell(record, own, names)).collect();
        let bytes = written(records.iter().map(line))?;
        self.rows += records.len() as u64;
        self.finished = next.is_none();
        self.wanted.params.cursor = next;
        if self.finished {
            self.tell().await?;
        }
        Ok(bytes)
    }

    /// Names of the members and records that fields of the organization's own name.
    async fn names(&self, rows: &[Value]) -> Result<(HashMap<Uuid, String>, HashMap<Uuid, String>), S::Error> {
        let (mut members, mut records) = (Vec::new(), HashMap::<RecordType, Vec<Uuid>>::new());
        for column in &self.wanted.columns {
            let Column::Own(field) = column else { continue };
            let values = rows.iter().filter_map(|row| row["custom"][&field.key].as_str()?.parse::<Uuid>().ok());
            match (field.kind, field.relation) {
                (FieldKind::User, _) => members.extend(values),
                (FieldKind::Relation, Some(of)) => records.entry(of).or_default().extend(values),
                _ => {}
            }
        }
        let scope = &self.wanted.scope;
        let (mut of_members, mut of_records) = (HashMap::new(), HashMap::new());
        for ids in unique(members).chunks(AT_ONCE) {
            of_members.extend(self.source.member_names(scope, ids).await?);
        }
        for (of, ids) in records {
            for ids in unique(ids).chunks(AT_ONCE) {
                of_records.extend(self.source.record_names(scope, of, ids).await?);
            }
        }
        Ok((of_members, of_records))
    }

    async fn tell(&self) -> Result<(), S::Error> {
        let Wanted { scope, record_type, columns, completed, .. } = &self.wanted;
        let tx = self.source.db().begin(scope).await?;
        let id = tx.clock().new_id();
        let columns: Vec<String> = columns.iter().map(Column::name).collect();
        let data = json!({ "recordType": record_type, "rows": self.rows, "columns": columns });
        events::append(&tx, [NewEvent::of(completed, "export", id, data)]).await?;
        Ok(tx.commit().await?)
    }
}

fn unique(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn written(lines: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, db::Error> {
    let unwritable = |_| db::Error::Stored("export");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        writer.write_record(&line).map_err(unwritable)?;
    }
    writer.into_inner().map_err(|_| db::Error::Stored("export"))
}
