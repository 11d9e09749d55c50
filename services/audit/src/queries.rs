//! Reading lines, as they are shown: all of them to whoever may read the audit log, their own to everybody.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::AUDIT_READ;
use db::{List, Page, Params, change_log::Entry};
use kernel::{Actor, Fields, Scope};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query as Select, SelectStatement, SimpleExpr};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    Audit, Error,
    line::{Line, hex},
};

/// Fields that a line shows.
const FIELDS: usize = 50;

/// Which lines are wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Not before this instant.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub to: Option<DateTime<Utc>>,
    /// The id of a person or of an API key.
    pub actor: Option<Uuid>,
    /// The name of an event, or the beginning of one up to a dot.
    #[param(example = "contact.")]
    pub action: Option<String>,
    /// The id of a record (the first one, of a line about several), or a kind of record.
    pub subject: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Lines of a page, 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u64>,
}

/// Something that was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditLine {
    /// Its place in the chain, from 1.
    pub number: i64,
    pub at: DateTime<Utc>,
    pub actor: AuditActor,
    /// The name of the event.
    #[schema(example = "contact.updated")]
    pub action: String,
    pub subject: AuditSubject,
    /// Empty for lines about several records, and once the record was deleted for good.
    pub changes: Vec<AuditChange>,
    #[schema(required)]
    pub ip: Option<String>,
    #[schema(required)]
    pub device: Option<String>,
    pub request_id: String,
    /// Of this line and the one before it, hexadecimal.
    pub hash: String,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// `user`, `api_key`, `import` (a person's) or `system`.
    pub kind: String,
    #[schema(required)]
    pub id: Option<Uuid>,
    /// As they are called now.
    #[schema(required)]
    pub name: Option<String>,
}

/// What it was done to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditSubject {
    pub kind: String,
    /// The first 100.
    pub ids: Vec<Uuid>,
    /// How many there are.
    pub count: i64,
}

/// A field before and after.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AuditChange {
    pub field: String,
    #[schema(value_type = Value)]
    pub before: Value,
    #[schema(value_type = Value)]
    pub after: Value,
}

const LINES: List = List { fields: &[], default_sort: "", id: || column("event_id") };

fn column(name: &'static str) -> SimpleExpr {
    Expr::col(Alias::new(name))
}

impl AuditFilter {
    /// The lines of the scope's organization that fit, as far as the caller may read them.
    fn select(&self, scope: &Scope) -> Result<SelectStatement, Error> {
        let mut select = Select::select();
        let columns = [
            "org_id",
            "number",
            "event_id",
            "at",
            "actor_kind",
            "actor_id",
            "action",
            "subject_kind",
            "subject_ids",
            "subject_count",
            "changes",
            "request_id",
            "ip",
            "device",
            "hash",
        ];
        select.columns(columns.map(Alias::new)).from(Alias::new("audit_lines"));
        select.and_where(column("org_id").eq(scope.org_id.0));
        if !scope.grants.allows(AUDIT_READ) {
            // What a key did is its own, and what its maker did is not.
            let kinds: &[&str] = match scope.actor {
                Actor::ApiKey { .. } => &["api_key"],
                _ => &["user", "import"],
            };
            select.and_where(column("actor_id").eq(scope.actor.id()));
            select.and_where(column("actor_kind").is_in(kinds.iter().copied()));
        }
        if let Some(from) = self.from {
            select.and_where(column("at").gte(from));
        }
        if let Some(to) = self.to {
            select.and_where(column("at").lt(to));
        }
        if let Some(actor) = self.actor {
            select.and_where(column("actor_id").eq(actor));
        }
        match self.action.as_deref() {
            Some(beginning) if beginning.ends_with('.') => {
                // From it to what comes after a dot: a range of the index, in both databases.
                let end = format!("{}/", beginning.trim_end_matches('.'));
                select.and_where(column("action").gte(beginning)).and_where(column("action").lt(end));
            }
            Some(action) if !action.is_empty() => {
                select.and_where(column("action").eq(action));
            }
            _ => {}
        }
        if let Some(subject) = self.subject.as_deref().filter(|subject| !subject.is_empty()) {
            let is_kind = subject.len() <= 40 && subject.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            let wanted = match subject.parse::<Uuid>() {
                Ok(id) => column("subject_id").eq(id),
                Err(_) if is_kind => column("subject_kind").eq(subject),
                Err(_) => {
                    let mut fields = Fields::default();
                    fields.refuse("subject", "field.type");
                    return Err(fields.into());
                }
            };
            select.and_where(wanted);
        }
        Ok(select)
    }
}

impl Audit {
    /// Lines, the latest first.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a filter that cannot be; the database being away.
    pub async fn lines(&self, scope: &Scope, filter: &AuditFilter) -> Result<Page<AuditLine>, Error> {
        let limit = filter.limit.unwrap_or(20).clamp(1, db::list::MAX_LIMIT);
        let cursor = filter.cursor.clone().filter(|cursor| !cursor.is_empty());
        let (select, params) = (filter.select(scope)?, Params { limit, cursor, ..Params::default() });
        let reader = self.db.reader(scope);
        let counted = select.clone();
        let page: Page<Line> =
            LINES.page_by_number(&reader, (select, column("number")), &counted, &params, None).await?;
        let shown = self.shown(scope, &page.items).await?;
        Ok(page.map(|_| shown))
    }

    /// Lines as they are shown: the names of their actors and what changed are asked for together.
    async fn shown(&self, scope: &Scope, lines: &[Line]) -> Result<Vec<AuditLine>, Error> {
        let entries = self.entries_of(scope, lines).await?;
        let mut actors: Vec<Uuid> = lines.iter().filter_map(|line| line.actor_id).collect();
        actors.sort_unstable();
        actors.dedup();
        let names = match actors.as_slice() {
            [] => HashMap::new(),
            some => self.directory.names(scope, some).await.map_err(Error::Port)?,
        };
        Ok(lines.iter().map(|line| AuditLine::of(line, &names, &entries)).collect())
    }
}

impl AuditLine {
    fn of(line: &Line, names: &HashMap<Uuid, String>, entries: &HashMap<Uuid, Entry>) -> Self {
        let recorded = line.recorded();
        let entries = recorded.iter().filter_map(|recorded| entries.get(&recorded.id));
        Self {
            number: line.number,
            at: line.at,
            actor: AuditActor {
                kind: line.actor_kind.clone(),
                id: line.actor_id,
                name: line.actor_id.and_then(|id| names.get(&id).cloned()),
            },
            action: line.action.clone(),
            subject: AuditSubject { kind: line.subject_kind.clone(), ids: line.subjects(), count: line.subject_count },
            changes: entries.flat_map(changes).take(FIELDS).collect(),
            ip: line.ip.clone(),
            device: line.device.clone(),
            request_id: line.request_id.clone(),
            hash: hex(&line.hash),
        }
    }
}

/// The fields of an entry of the change log.
fn changes(entry: &Entry) -> Vec<AuditChange> {
    let none = Map::new();
    let of = |image: &Option<Value>| image.as_ref().and_then(Value::as_object).cloned();
    let (before, after) = (of(&entry.before).unwrap_or_else(|| none.clone()), of(&entry.after).unwrap_or(none));
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    let value = |image: &Map<String, Value>, field: &str| image.get(field).cloned().unwrap_or_default();
    let change = |field: &String| AuditChange {
        field: field.clone(),
        before: value(&before, field),
        after: value(&after, field),
    };
    fields.into_iter().map(change).collect()
}
