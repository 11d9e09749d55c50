//! Reading the activity log. A page reads so many lines at most, and asks for what they need together.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use contracts::permissions::MEMBERS_READ;
use db::change_log::Entry;
use kernel::{Fields, Scope};
use realtime::Judged;
use sea_orm::{
    ConnectionTrait, FromQueryResult,
    sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement, UnionType},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::told;
use crate::{
    Audit, Error,
    line::Line,
    queries::{column, lines_of},
};

/// Lines read for a page; those that are no work, or not for the reader, are among them.
const READ: u64 = 100;
/// People whose lines are each looked up in the index of actors. For more, who are most of an organization, the log is read
/// from its end.
const LOOKED_UP: usize = 64;

/// Which part of the log is wanted.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ActivityFilter {
    /// What this person did.
    pub member: Option<Uuid>,
    /// What those did who are in this team now.
    pub team: Option<Uuid>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
    /// Most entries of a page, 30 unless given.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<usize>,
}

/// A part of the activity log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActivityPage {
    items: Vec<Activity>,
    /// Null at the end.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Something that a member did.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Its place in the log.
    number: i64,
    at: DateTime<Utc>,
    actor: ActivityActor,
    /// The name of the event.
    #[schema(example = "contact.updated")]
    action: String,
    #[schema(required)]
    record: Option<ActivityRecord>,
    /// How many records of the kind it was done to, as far as the caller sees them.
    count: i64,
    /// Names of the fields that changed; none for what was done to several records.
    fields: Vec<String>,
}

/// Who did it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActivityActor {
    id: Uuid,
    /// As they are called now.
    #[schema(required)]
    name: Option<String>,
}

/// What it was about: for a note its record, for a message or a comment its chat. The first, of several.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActivityRecord {
    /// Such as `contact`, `deal`, `chat`, `user`, `team`.
    kind: String,
    id: Uuid,
    /// As it is called now; null once it is gone.
    #[schema(required)]
    name: Option<String>,
}

/// A line that is told.
struct Told {
    line: Line,
    record: Option<(String, Uuid)>,
    count: i64,
}

impl Audit {
    /// What members did, the latest first, as far as the actor may learn of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Invalid`] for a team that there is not; a cursor that is none; the database being away.
    pub async fn activity(&self, scope: &Scope, filter: &ActivityFilter) -> Result<ActivityPage, Error> {
        scope.require(MEMBERS_READ)?;
        let cursor = filter.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        let before = cursor.map(|cursor| cursor.parse::<i64>().map_err(|_| db::Error::Cursor)).transpose()?;
        let people = self.people(scope, filter).await?;
        let lines = match &people {
            Some(people) if people.is_empty() => Vec::new(),
            _ => self.latest_of(scope, people.as_deref(), before).await?,
        };
        let more = lines.len() as u64 == READ;
        let last_read = lines.last().map(|line| line.number);
        let mut told = self.told(scope, lines).await?;
        let limit = filter.limit.unwrap_or(30).clamp(1, 100);
        let next = if told.len() > limit {
            told.truncate(limit);
            told.last().map(|told| told.line.number)
        } else {
            last_read.filter(|_| more)
        };
        let items = self.shown_as_activity(scope, told).await?;
        Ok(ActivityPage { items, next_cursor: next.map(|number| number.to_string()) })
    }

    /// Whose lines are wanted; none: everybody's.
    async fn people(&self, scope: &Scope, filter: &ActivityFilter) -> Result<Option<Vec<Uuid>>, Error> {
        let Some(team) = filter.team else { return Ok(filter.member.map(|member| vec![member])) };
        let Some(mut people) = self.teams.members_of(scope, team).await.map_err(Error::Port)? else {
            let mut fields = Fields::default();
            fields.refuse("team", "reference.unknown");
            return Err(fields.into());
        };
        people.retain(|person| filter.member.is_none_or(|member| member == *person));
        Ok(Some(people))
    }

    async fn latest_of(&self, scope: &Scope, people: Option<&[Uuid]>, before: Option<i64>) -> Result<Vec<Line>, Error> {
        let rows = self.db.reader(scope).query_all(&latest_of(scope, people, before)).await?;
        Ok(rows.iter().map(|row| Line::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// Those of the lines that are work and that the actor may learn of.
    async fn told(&self, scope: &Scope, lines: Vec<Line>) -> Result<Vec<Told>, Error> {
        let lines: Vec<Line> = lines.into_iter().filter(|line| told::is_work(&line.action)).collect();
        let mut data = self.data_of(scope, &lines).await?;
        let events: Vec<_> = lines.iter().map(|line| told::event_of(line, data.remove(&line.event_id))).collect();
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let judged = self.judge.judge(events).await.map_err(Error::Port)?;
        let part = |(line, judged): (Line, Judged)| {
            let subjects = judged.told(scope)?.subject.ids;
            let record = told::record_of(&judged.event, &subjects);
            let may_read = |(kind, _): &(String, Uuid)| told::may_read(scope, kind);
            if !record.as_ref().is_none_or(may_read) {
                return None;
            }
            Some(Told { count: told::count_of(scope, &line, &subjects), record, line })
        };
        Ok(lines.into_iter().zip(judged).filter_map(part).collect())
    }

    /// The data of events that tell only by it what they are about, as far as the feed has them.
    async fn data_of(&self, scope: &Scope, lines: &[Line]) -> Result<HashMap<Uuid, Value>, Error> {
        let wanted = lines.iter().filter(|line| told::needs_data(&line.action)).map(|line| line.event_id);
        let wanted: Vec<Uuid> = wanted.collect();
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let mut select = Query::select();
        select.columns(["id", "data"].map(Alias::new)).from(Alias::new("events"));
        select.and_where(column("org_id").eq(scope.org_id.0)).and_where(column("id").is_in(wanted));
        let rows = self.db.reader(scope).query_all(&select).await?;
        let data = rows.iter().map(|row| Ok((row.try_get("", "id")?, row.try_get("", "data")?)));
        Ok(data.collect::<Result<_, sea_orm::DbErr>>()?)
    }

    /// Entries as they are shown: each kind of name is asked for once.
    async fn shown_as_activity(&self, scope: &Scope, told: Vec<Told>) -> Result<Vec<Activity>, Error> {
        let single: Vec<Line> =
            told.iter().filter(|told| told.line.subject_count == 1).map(|t| t.line.clone()).collect();
        let entries = self.entries_of(scope, &single).await?;
        let people = told.iter().filter_map(|told| told.line.actor_id);
        let subjects = told.iter().filter_map(|told| told.record.as_ref()).filter(|(kind, _)| kind == "user");
        let people: BTreeSet<Uuid> = people.chain(subjects.map(|(_, id)| *id)).collect();
        let people: Vec<Uuid> = people.into_iter().collect();
        let people = match people.as_slice() {
            [] => HashMap::new(),
            some => self.directory.names(scope, some).await.map_err(Error::Port)?,
        };
        let names = self.names_of(scope, &told).await?;
        let shown = |told: Told| {
            let Told { line, record, count } = told;
            let changes = line.recorded();
            let changes: Vec<&Entry> = changes.iter().filter_map(|recorded| entries.get(&recorded.id)).collect();
            let name = |kind: &str, id: Uuid| match kind {
                "user" => people.get(&id).cloned(),
                "contact" | "company" | "deal" | "chat" => names.get(&id).cloned(),
                _ => changes.iter().rev().find_map(|entry| name_in(entry)),
            };
            Some(Activity {
                number: line.number,
                at: line.at,
                actor: ActivityActor { id: line.actor_id?, name: people.get(&line.actor_id?).cloned() },
                record: record.map(|(kind, id)| ActivityRecord { name: name(&kind, id), kind, id }),
                count,
                fields: fields(&changes),
                action: line.action,
            })
        };
        Ok(told.into_iter().filter_map(shown).collect())
    }

    /// What the records are called; all of them are within reach.
    async fn names_of(&self, scope: &Scope, told: &[Told]) -> Result<HashMap<Uuid, String>, Error> {
        let of = |wanted: &str| {
            let records = told.iter().filter_map(|told| told.record.as_ref());
            let ids: BTreeSet<Uuid> = records.filter(|(kind, _)| kind == wanted).map(|(_, id)| *id).collect();
            ids.into_iter().collect::<Vec<_>>()
        };
        let mut names = HashMap::new();
        for kind in ["contact", "company", "deal", "chat"] {
            let ids = of(kind);
            if ids.is_empty() {
                continue;
            }
            names.extend(
                match kind {
                    "contact" => self.clients.contact_names(scope, &ids).await,
                    "company" => self.clients.company_names(scope, &ids).await,
                    "deal" => self.deals.titles(scope, &ids).await,
                    _ => self.chats.titles(scope, &ids).await,
                }
                .map_err(Error::Port)?,
            );
        }
        Ok(names)
    }
}

/// The latest lines of people, or of these, that come before a number.
fn latest_of(scope: &Scope, people: Option<&[Uuid]>, before: Option<i64>) -> SelectStatement {
    let narrowed = |mut select: SelectStatement| {
        // What a key did is a program's.
        select.and_where(column("actor_kind").is_in(["user", "import"]));
        if let Some(before) = before {
            select.and_where(column("number").lt(before));
        }
        select.order_by(Alias::new("number"), Order::Desc).limit(READ).take()
    };
    let mut lines = lines_of(scope);
    match people {
        None => narrowed(lines),
        Some(people) if people.len() > LOOKED_UP => {
            lines.and_where(column("actor_id").is_in(people.iter().copied()));
            narrowed(lines)
        }
        Some(people) => {
            // Each person's are a part: asked for together, the whole log might be walked for whoever did nothing lately.
            let part = |person: &Uuid| {
                let mut part = Query::select();
                part.column(Alias::new("number")).from(Alias::new("audit_lines"));
                part.and_where(column("org_id").eq(scope.org_id.0)).and_where(column("actor_id").eq(*person));
                // SQLite takes an order and a limit in a part of a union only one level down.
                let part = narrowed(part);
                Query::select().column(Alias::new("number")).from_subquery(part, Alias::new("part")).take()
            };
            let parts = people.iter().map(part).reduce(|mut all, more| all.union(UnionType::All, more).take());
            match parts {
                Some(parts) => {
                    let mut newest = Query::select();
                    newest.column(Alias::new("number")).from_subquery(parts, Alias::new("parts"));
                    newest.order_by(Alias::new("number"), Order::Desc).limit(READ);
                    lines.and_where(column("number").in_subquery(newest));
                }
                None => {
                    lines.and_where(Expr::cust("1 = 0"));
                }
            }
            lines.order_by(Alias::new("number"), Order::Desc).take()
        }
    }
}

/// What something that is no record was called, by its history.
fn name_in(entry: &Entry) -> Option<String> {
    let images = [&entry.after, &entry.before];
    let texts = images.into_iter().flatten().flat_map(|image| ["name", "email"].map(|key| image.get(key)));
    texts.flatten().find_map(|text| text.as_str().map(str::to_owned))
}

/// Names of the fields that differ.
fn fields(changes: &[&Entry]) -> Vec<String> {
    let images = changes.iter().flat_map(|entry| [&entry.before, &entry.after]).flatten();
    let keys: BTreeSet<&String> = images.filter_map(Value::as_object).flat_map(Map::keys).collect();
    keys.into_iter().cloned().collect()
}
