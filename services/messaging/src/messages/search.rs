//! Searching all history: the newest messages that have every word. SQLite reads the matches in the order of their numbers,
//! which is that of time; PostgreSQL sorts those of the words' table, or goes back in time for words that are frequent.

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::permissions::CHATS_READ;
use kernel::{
    Scope,
    cursor::Cursor,
    values::search::{self, query_terms, tsquery},
};
use sea_orm::{DbBackend, FromQueryResult};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{queries, view::Message};
use crate::{
    Error, Messaging,
    chats::{store as chats, view::Named},
    reach::Readable,
};

/// What a cursor of the search names as its order.
const ORDER: &str = "-sentAt";
/// Characters of a snippet.
const SNIPPET: usize = 160;

/// A stretch of a snippet that was looked for, in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = FoundRange)]
pub struct Range {
    pub offset: usize,
    pub length: usize,
}

/// A message that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = FoundMessage)]
pub struct Found {
    pub message: Message,
    pub chat: Named,
    /// The text around the first of the words.
    pub snippet: String,
    pub ranges: Vec<Range>,
}

/// Part of what was found.
pub struct Part {
    pub items: Vec<Found>,
    pub next_cursor: Option<String>,
}

#[derive(FromQueryResult)]
struct Hit {
    id: Uuid,
    chat_id: Uuid,
    title: String,
    /// What it is sorted by.
    number: i64,
    sent_at: DateTime<Utc>,
}

/// The newest messages within reach that have every word of the question.
///
/// # Errors
/// [`Error::NotFound`] for a chat out of reach; a cursor of another list.
pub async fn search(
    service: &Messaging,
    scope: &Scope,
    (question, chat): (&str, Option<Uuid>),
    (cursor, limit): (Option<&str>, u64),
) -> Result<Part, Error> {
    scope.require(CHATS_READ)?;
    let reader = service.db.reader(scope);
    let readable = service.readable(scope).await?;
    let parts = match chat {
        Some(chat) => Some(chats::whole(&reader, scope, &readable, chat).await?),
        None => None,
    };
    let after = cursor.map(position).transpose()?;
    let places = match &parts {
        Some(parts) => Some(parts.iter().map(|part| part.id).collect()),
        None => places(service, scope, &readable).await?,
    };
    let Some(mut sql) = matches(service.db.backend(), scope, (question, places.as_deref()), after) else {
        return Ok(Part { items: Vec::new(), next_cursor: None });
    };
    if let Some(parts) = parts {
        sql.add(" and c.id in ").list(parts.iter().map(|part| part.id));
    }
    readable.narrow(&mut sql);
    let order =
        if service.db.backend() == DbBackend::Sqlite { "f.rowid desc" } else { "w.sent_at desc, w.record_id desc" };
    sql.add(&format!(" order by {order} limit {}", limit + 1));
    let mut hits: Vec<Hit> = sql.all(&reader).await?;
    let more = hits.len() as u64 > limit;
    hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = |hit: &Hit| {
        let keys = vec![Value::from(hit.number), Value::from(hit.sent_at.to_rfc3339())];
        Cursor { sort: ORDER.to_owned(), keys, id: hit.id }.encode()
    };
    let next_cursor = hits.last().filter(|_| more).map(next);
    let ids: Vec<Uuid> = hits.iter().map(|hit| hit.id).collect();
    let mut messages = queries::load(service, scope, &ids).await?;
    Ok(Part { items: found(question, hits, &mut messages), next_cursor })
}

fn found(question: &str, hits: Vec<Hit>, messages: &mut HashMap<Uuid, Message>) -> Vec<Found> {
    let view = |hit: Hit| {
        let message = messages.remove(&hit.id)?;
        let (snippet, ranges) = snippet(&message.text, question);
        Some(Found { message, chat: Named { id: hit.chat_id, name: hit.title }, snippet, ranges })
    };
    hits.into_iter().filter_map(view).collect()
}

type After = (i64, DateTime<Utc>, Uuid);

fn position(text: &str) -> Result<After, db::Error> {
    let cursor = Cursor::decode(text).filter(|cursor| cursor.sort == ORDER).ok_or(db::Error::Cursor)?;
    let [number, at] = cursor.keys.as_slice() else { return Err(db::Error::Cursor) };
    let at = at.as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok()).ok_or(db::Error::Cursor)?;
    Ok((number.as_i64().ok_or(db::Error::Cursor)?, at.to_utc(), cursor.id))
}

/// More sources and chats than these are not named to full text.
const MOST_PLACES: usize = 500;

/// The sources and chats that the caller reads; none when that is everything, or too many to be named.
async fn places(service: &Messaging, scope: &Scope, readable: &Readable) -> Result<Option<Vec<Uuid>>, Error> {
    let Readable::These { accounts, people } = readable else { return Ok(None) };
    let mut sql = Sql::new("select id from inbound_channels where org_id = ");
    sql.bind(scope.org_id.0);
    if !people.is_empty() {
        sql.add(" union all select id from chats where org_id = ").bind(scope.org_id.0);
        sql.add(" and assignee_id in ").list(people.iter().copied());
    }
    sql.add(&format!(" limit {}", MOST_PLACES + 1));
    let mut places = accounts.clone();
    for row in sql.rows(&service.db.reader(scope)).await? {
        places.push(row.try_get("", "id")?);
    }
    Ok(Some(places).filter(|places| places.len() <= MOST_PLACES))
}

/// What full text is asked on SQLite: within these sources and chats, if they are named.
fn expression(scope: &Scope, question: &str, places: Option<&[Uuid]>) -> Option<String> {
    let matches = db::search::fts5(scope, question)?;
    let Some(places) = places else { return Some(matches) };
    let names: Vec<String> = places.iter().map(|place| format!("\"{}\"", place.simple())).collect();
    (!names.is_empty()).then(|| format!("org : ({}) AND {matches}", names.join(" OR ")))
}

/// A statement over the matches; `None` when there is nothing to look for, or nowhere.
fn matches(
    backend: DbBackend,
    scope: &Scope,
    (question, places): (&str, Option<&[Uuid]>),
    after: Option<After>,
) -> Option<Sql> {
    let shown = "coalesce(c.merged_into, c.id) as chat_id, c.title";
    if backend == DbBackend::Sqlite {
        let expression = expression(scope, question, places)?;
        // SQLite keeps the order of a cross join: matches first, then the message of each, then its chat.
        let mut sql = Sql::new(&format!("select m.id, {shown}, f.rowid as number, m.sent_at from messages_fts f "));
        sql.add("cross join messages m on m.seq = f.rowid cross join chats c on c.id = m.chat_id ");
        sql.add("where messages_fts match ").bind(expression).add(" and m.org_id = ").bind(scope.org_id.0);
        sql.add(" and c.org_id = ").bind(scope.org_id.0);
        if let Some((number, ..)) = after {
            sql.with(" and f.rowid < ?", [number.into()]);
        }
        return Some(sql);
    }
    let terms = tsquery(&query_terms(question));
    if terms.is_empty() || places.is_some_and(<[Uuid]>::is_empty) {
        return None;
    }
    let mut sql = Sql::new(&format!("select w.record_id as id, {shown}, cast(0 as bigint) as number, w.sent_at "));
    sql.add("from messages_words w join chats c on c.id = w.chat_id where w.words @@ (to_tsquery('simple', ");
    sql.bind(terms).add(")");
    if let Some(places) = places {
        let names: Vec<String> = places.iter().map(|place| format!("'#{place}'")).collect();
        sql.with(" && cast(? as tsquery)", [names.join(" | ").into()]);
    }
    sql.add(") and c.org_id = ").bind(scope.org_id.0);
    if let Some((_, at, id)) = after {
        sql.with(" and (w.sent_at, w.record_id) < (?, ?)", [at.into(), id.into()]);
    }
    Some(sql)
}

/// The text around the first word that was looked for, and where such words stand in it.
fn snippet(text: &str, question: &str) -> (String, Vec<Range>) {
    let terms = query_terms(question);
    let is_meant = |word: &str| {
        let folded = search::index_tokens([word]);
        let folded: Vec<&str> = folded.split(' ').collect();
        terms.iter().any(|term| term.any().iter().any(|form| folded.iter().any(|word| word.starts_with(form.as_str()))))
    };
    let words = words(text);
    let meant: Vec<(usize, usize)> = words.into_iter().filter(|(from, to)| is_meant(&text[*from..*to])).collect();
    let first = meant.first().map_or(0, |(from, _)| *from);
    let before = text[..first].chars().rev().take(SNIPPET / 3).map(char::len_utf8).sum::<usize>();
    let start = first - before;
    let length = text[start..].chars().take(SNIPPET).map(char::len_utf8).sum::<usize>();
    let shown = &text[start..start + length];
    let units = |text: &str| super::message::utf16_len(text);
    let within = meant.into_iter().filter(|(from, to)| *from >= start && *to <= start + length);
    let ranges = within.map(|(from, to)| Range { offset: units(&text[start..from]), length: units(&text[from..to]) });
    (shown.to_owned(), ranges.collect())
}

/// Where words stand in a text, in bytes.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut from = None;
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric(), from) {
            (true, None) => from = Some(at),
            (false, Some(start)) => {
                words.push((start, at));
                from = None;
            }
            _ => {}
        }
    }
    words.extend(from.map(|start| (start, text.len())));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_shows_what_was_looked_for() {
        let (shown, ranges) = snippet("Привет, 😀 Ёлкин! Счёт готов", "елк счет");
        assert_eq!(shown, "Привет, 😀 Ёлкин! Счёт готов");
        assert_eq!(ranges, [Range { offset: 11, length: 5 }, Range { offset: 18, length: 4 }]);
        let long = format!("{} needle {}", "x ".repeat(200), "y ".repeat(200));
        let (shown, ranges) = snippet(&long, "needle");
        let at = ranges[0];
        assert_eq!(&shown[at.offset..at.offset + at.length], "needle");
        assert_eq!(shown.chars().count(), SNIPPET);
        assert_eq!(snippet("nothing here", "else"), ("nothing here".to_owned(), vec![]));
    }
}
