//! The bytes of an export, chunk by chunk. Nothing is held but the chunk under way: no transaction, no cursor of the
//! database.

use std::{collections::HashMap, sync::Arc};

use bytes::Bytes;
use contracts::events::EXPORT_COMPLETED;
use db::Params;
use events::NewEvent;
use fields::{FieldKind, FieldSet, Readable, RecordType};
use futures_util::{Stream, stream::try_unfold};
use kernel::Scope;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::cells::{Column, columns};
use crate::{Crm, Error, companies, contacts, record::RecordKind};

/// Rows read at a time.
const CHUNK: u64 = 1000;
/// Names asked for at a time.
const AT_ONCE: usize = 1000;
/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// An export under way.
pub struct Export {
    crm: Arc<Crm>,
    scope: Scope,
    kind: RecordKind,
    params: Params,
    columns: Vec<Column>,
    own: FieldSet,
    rows: u64,
    finished: bool,
}

/// Begins an export with its first chunk, so that a bad filter is refused before anything is sent.
///
/// # Errors
/// Filter, sort or columns that do not fit.
pub async fn begin(
    crm: Arc<Crm>,
    scope: Scope,
    kind: RecordKind,
    params: Params,
    wanted: Option<&str>,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
    scope.require(kind.rights().export)?;
    let own = crm.definitions.of(&scope, kind.into()).await?;
    let columns = columns(kind, wanted, &own)?;
    let params = Params { limit: CHUNK, page: None, cursor: None, ..params };
    let mut export = Export { crm, scope, kind, params, columns, own, rows: 0, finished: false };
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(written([export.columns.iter().map(|column| column.header(&export.columns)).collect::<Vec<_>>()])?);
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

impl Export {
    /// The next rows; tells of the export's end after the last.
    async fn next(&mut self) -> Result<Vec<u8>, Error> {
        let (crm, scope) = (&self.crm, &self.scope);
        let (bytes, count, next) = match self.kind {
            RecordKind::Contact => self.lines(contacts::queries::chunk(crm, scope, &self.params).await?).await?,
            RecordKind::Company => self.lines(companies::queries::chunk(crm, scope, &self.params).await?).await?,
        };
        self.rows += count;
        self.finished = next.is_none();
        self.params.cursor = next;
        if self.finished {
            self.tell().await?;
        }
        Ok(bytes)
    }

    async fn lines<T: Serialize>(&self, (items, next): (Vec<T>, Option<String>)) -> Result<Lines, Error> {
        let records: Vec<Value> =
            items.into_iter().map(|item| serde_json::to_value(item).unwrap_or_default()).collect();
        let (members, named) = self.names(&records).await?;
        let names = Readable { members: &members, records: &named };
        let line = |record| self.columns.iter().map(|column| column.cell(record, &self.own, names)).collect();
        Ok((written(records.iter().map(line))?, records.len() as u64, next))
    }

    /// Names of the members and records that fields of the organization's own name.
    async fn names(&self, rows: &[Value]) -> Result<(HashMap<Uuid, String>, HashMap<Uuid, String>), Error> {
        let (mut members, mut records) = (Vec::new(), HashMap::<RecordType, Vec<Uuid>>::new());
        for column in &self.columns {
            let Column::Own(field) = column else { continue };
            let values = rows.iter().filter_map(|row| row["custom"][&field.key].as_str()?.parse::<Uuid>().ok());
            match (field.kind, field.relation) {
                (FieldKind::User, _) => members.extend(values),
                (FieldKind::Relation, Some(of)) => records.entry(of).or_default().extend(values),
                _ => {}
            }
        }
        let (mut of_members, mut of_records) = (HashMap::new(), HashMap::new());
        for ids in unique(members).chunks(AT_ONCE) {
            of_members.extend(self.crm.names(&self.scope, ids.iter().copied()).await?);
        }
        for (of, ids) in records {
            for ids in unique(ids).chunks(AT_ONCE) {
                let names = self.crm.definitions.names(&self.scope, of, ids).await;
                of_records.extend(names.map_err(Error::Port)?);
            }
        }
        Ok((of_members, of_records))
    }

    async fn tell(&self) -> Result<(), Error> {
        let tx = self.crm.db.begin(&self.scope).await?;
        let id = tx.clock().new_id();
        let columns: Vec<String> = self.columns.iter().map(Column::name).collect();
        let data = json!({ "recordType": self.kind, "rows": self.rows, "columns": columns });
        events::append(&tx, [NewEvent::of(EXPORT_COMPLETED, "export", id, data)]).await?;
        Ok(tx.commit().await?)
    }
}

fn unique(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Bytes, their number of rows, and the cursor to go on from.
type Lines = (Vec<u8>, u64, Option<String>);

fn written(lines: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, Error> {
    let unwritable = |_| db::Error::Stored("export");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        writer.write_record(&line).map_err(unwritable)?;
    }
    Ok(writer.into_inner().map_err(|_| db::Error::Stored("export"))?)
}
