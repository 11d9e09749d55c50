//! Lines as a CSV file, a hundred at a time; that it is taken is a line itself, written before the first byte is sent.

use std::sync::Arc;

use bytes::Bytes;
use contracts::{
    events::AUDIT_EXPORTED,
    permissions::{AUDIT_EXPORT, AUDIT_READ},
};
use db::{Action, Change, Page, change_log};
use events::NewEvent;
use exchange::export::cell;
use futures_util::{Stream, stream::try_unfold};
use kernel::Scope;
use serde_json::{Value, json};

use crate::{
    Audit, Error,
    queries::{AuditFilter, AuditLine},
};

/// Tells spreadsheets that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
const COLUMNS: [&str; 13] = [
    "number",
    "at",
    "actorKind",
    "actorId",
    "actor",
    "action",
    "subjectKind",
    "subjectIds",
    "changes",
    "ip",
    "device",
    "requestId",
    "hash",
];

/// Where an export stands.
struct Export {
    audit: Arc<Audit>,
    scope: Scope,
    filter: AuditFilter,
    finished: bool,
}

/// Begins an export with its first lines, so that a bad filter is refused before anything is sent.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`].
pub async fn begin(
    audit: Arc<Audit>,
    scope: Scope,
    filter: AuditFilter,
) -> Result<impl Stream<Item = Result<Bytes, Error>> + use<>, Error> {
    scope.require(AUDIT_EXPORT)?;
    scope.require(AUDIT_READ)?;
    let filter = AuditFilter { limit: Some(db::list::MAX_LIMIT), cursor: None, ..filter };
    let page = audit.lines(&scope, &filter).await?;
    note(&audit, &scope, &filter, page.total.count).await?;
    let mut export = Export { audit, scope, filter, finished: false };
    let mut head = BYTE_ORDER_MARK.as_bytes().to_vec();
    head.extend(written(vec![COLUMNS.map(str::to_owned).to_vec()])?);
    head.extend(export.turn(page)?);
    Ok(try_unfold((Some(head), export), |(first, mut export)| async move {
        match first {
            Some(bytes) => Ok(Some((Bytes::from(bytes), (None, export)))),
            None if export.finished => Ok(None),
            None => Ok(Some((Bytes::from(export.next().await?), (None, export)))),
        }
    }))
}

/// Keeps who takes what: however the download ends, it is known.
async fn note(audit: &Audit, scope: &Scope, filter: &AuditFilter, lines: u64) -> Result<(), Error> {
    let asked = json!({
        "lines": lines,
        "from": filter.from,
        "to": filter.to,
        "actor": filter.actor,
        "action": filter.action,
        "subject": filter.subject,
    });
    let tx = audit.db.begin(scope).await?;
    let id = tx.clock().new_id();
    change_log::record(&tx, [Change::between("export", id, Action::Created, &json!({}), &asked, 1)]).await?;
    events::append(&tx, [NewEvent::of(AUDIT_EXPORTED, "export", id, json!({ "lines": lines }))]).await?;
    Ok(tx.commit().await?)
}

impl Export {
    /// The next lines.
    async fn next(&mut self) -> Result<Vec<u8>, Error> {
        let page = self.audit.lines(&self.scope, &self.filter).await?;
        Ok(self.turn(page)?)
    }

    /// Goes on behind a page; gives its lines.
    fn turn(&mut self, page: Page<AuditLine>) -> Result<Vec<u8>, db::Error> {
        self.finished = page.next_cursor.is_none();
        self.filter.cursor = page.next_cursor;
        written(page.items.into_iter().map(cells).collect())
    }
}

fn cells(line: AuditLine) -> Vec<String> {
    let changes = line
        .changes
        .iter()
        .map(|change| Value::from(format!("{}: {} → {}", change.field, change.before, change.after)));
    let values: [Value; 13] = [
        line.number.into(),
        json!(line.at),
        line.actor.kind.into(),
        json!(line.actor.id),
        json!(line.actor.name),
        line.action.into(),
        line.subject.kind.into(),
        json!(line.subject.ids),
        changes.collect::<Vec<_>>().into(),
        json!(line.ip),
        json!(line.device),
        line.request_id.into(),
        line.hash.into(),
    ];
    values.iter().map(cell).collect()
}

fn written(lines: Vec<Vec<String>>) -> Result<Vec<u8>, db::Error> {
    let unwritable = |_| db::Error::Stored("export");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for line in lines {
        writer.write_record(&line).map_err(unwritable)?;
    }
    writer.into_inner().map_err(|_| db::Error::Stored("export"))
}
