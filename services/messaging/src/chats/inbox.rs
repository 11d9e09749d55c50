//! The inbox: chats within reach by queue and what else they are narrowed by, newest first. A page is one statement.

use chrono::{DateTime, Utc};
use contracts::permissions::CHATS_READ;
use db::Sql;
use kernel::{Scope, cursor::Cursor, values::search};
use sea_orm::DbBackend;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    chat::State,
    queries::{Listed, select},
    view::{self, Chat},
};
use crate::{Error, Messaging, reach::Readable};

api::words! {
    /// Which chats are listed.
    Queue {
        /// Open ones that are assigned to the caller.
        Mine = "mine",
        /// Open ones of nobody.
        Unassigned = "unassigned",
        /// All open ones.
        Team = "team",
        /// In which somebody mentioned the caller.
        Mentions = "mentions",
        Snoozed = "snoozed",
        /// In which a message waits for its time.
        Scheduled = "scheduled",
        Done = "done",
        All = "all",
    }
}

/// What the list is narrowed by.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Wanted {
    pub queue: Option<Queue>,
    pub account_id: Option<Uuid>,
    pub channel: Option<String>,
    pub tag: Option<String>,
    pub search: Option<String>,
    pub contact_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub unread: Option<bool>,
    pub cursor: Option<String>,
    pub limit: u64,
}

/// What a cursor of the list names as its order.
const ORDER: &str = "-lastMessageAt";

fn narrow(sql: &mut Sql, wanted: &Wanted, me: Option<Uuid>, backend: DbBackend) {
    let queue = wanted.queue.unwrap_or(Queue::All);
    match queue {
        Queue::Mine => {
            sql.with(" and c.state = 'open' and c.assignee_id = ?", [me.into()]);
        }
        Queue::Unassigned => {
            sql.add(" and c.state = 'open' and c.assignee_id is null");
        }
        Queue::Team => {
            sql.add(" and c.state = 'open'");
        }
        Queue::Mentions => {
            let seen =
                " and c.id in (select n.chat_id from chat_mentions n where n.org_id = c.org_id and n.user_id = ?)";
            sql.with(seen, [me.into()]);
        }
        Queue::Snoozed | Queue::Done => {
            sql.with(" and c.state = ?", [queue.as_str().into()]);
        }
        Queue::Scheduled => {
            sql.add(" and c.scheduled > 0");
        }
        Queue::All => {}
    }
    if let Some(account) = wanted.account_id {
        sql.with(" and c.source_id = ?", [account.into()]);
    }
    if let Some(channel) = &wanted.channel {
        sql.with(" and c.channel = ?", [channel.as_str().into()]);
    }
    if let Some(contact) = wanted.contact_id {
        sql.with(" and c.contact_id = ?", [contact.into()]);
    }
    if wanted.unread == Some(true) {
        sql.add(" and c.unread > 0");
    }
    let has = |column: &str| match backend {
        DbBackend::Postgres => format!(" and jsonb_exists(c.{column}, ?)"),
        _ => format!(" and exists (select 1 from json_each(c.{column}) as each where each.value = ?)"),
    };
    if let Some(tag) = &wanted.tag {
        sql.with(&has("tags"), [tag.as_str().into()]);
    }
    if let Some(deal) = wanted.deal_id {
        sql.with(&has("deal_ids"), [deal.to_string().into()]);
    }
    for term in wanted.search.iter().flat_map(|text| search::query_terms(text)) {
        // Each word may be the beginning of one.
        let forms: Vec<String> = term.any().iter().map(|form| db::like_pattern("% ", form, "%")).collect();
        sql.add(" and (");
        for (index, form) in forms.into_iter().enumerate() {
            sql.add(if index == 0 { "" } else { " or " }).with("c.search_text like ? escape '\\'", [form.into()]);
        }
        sql.add(")");
    }
}

/// Part of a list.
pub struct Part {
    pub items: Vec<Chat>,
    pub next_cursor: Option<String>,
}

type After = (DateTime<Utc>, Uuid);

fn position(text: &str) -> Result<After, db::Error> {
    let cursor = Cursor::decode(text).filter(|cursor| cursor.sort == ORDER).ok_or(db::Error::Cursor)?;
    let at = cursor.keys.first().and_then(Value::as_str).and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    Ok((at.ok_or(db::Error::Cursor)?.to_utc(), cursor.id))
}

/// Whether few chats are in a queue, however many there are.
fn is_small(queue: Queue) -> bool {
    matches!(queue, Queue::Mentions | Queue::Scheduled)
}

/// The chats of such a queue, as a table called `part`.
pub(super) fn small(sql: &mut Sql, scope: &Scope, queue: Queue) {
    if queue == Queue::Mentions {
        let me = scope.eyes().map(Uuid::from);
        sql.add("(select distinct n.chat_id as id from chat_mentions n where n.org_id = ").bind(scope.org_id.0);
        sql.with(" and n.user_id = ?) as part", [me.into()]);
    } else {
        sql.add("(select s.id as id from chats s where s.scheduled > 0 and s.org_id = ").bind(scope.org_id.0);
        sql.add(") as part");
    }
}

/// Chats of a source, or of whom they are assigned to, that are in one state: they stand together in an index, newest first.
type Stretch = (&'static str, Uuid, &'static str);
/// With more sources than these, the whole inbox is gone through instead.
const MOST_SOURCES: usize = 40;

/// The stretches that the wanted chats are in; none where the whole inbox is gone through.
async fn stretches(
    service: &Messaging,
    scope: &Scope,
    readable: &Readable,
    wanted: &Wanted,
) -> Result<Vec<Stretch>, Error> {
    let queue = wanted.queue.unwrap_or(Queue::All);
    // Those have indexes of their own.
    if queue == Queue::Mine || is_small(queue) || wanted.contact_id.is_some() {
        return Ok(Vec::new());
    }
    let (mut sources, mut people) = match readable {
        Readable::All => (wanted.account_id.into_iter().collect(), Vec::new()),
        Readable::These { accounts, people } => {
            let mut sql = Sql::new("select id from inbound_channels where org_id = ");
            sql.bind(scope.org_id.0).add(&format!(" limit {}", MOST_SOURCES + 1));
            let mut sources = accounts.clone();
            for row in sql.rows(&service.db.reader(scope)).await? {
                sources.push(row.try_get("", "id")?);
            }
            // Whom a chat is assigned to says nothing of those that are assigned to nobody.
            let people = if queue == Queue::Unassigned { Vec::new() } else { people.clone() };
            (sources, people)
        }
    };
    if let Some(account) = wanted.account_id {
        sources.retain(|source| *source == account);
        if !sources.is_empty() {
            people.clear();
        }
    }
    if sources.len() + people.len() > MOST_SOURCES {
        return Ok(Vec::new());
    }
    let states = match queue {
        Queue::Team | Queue::Unassigned => vec![State::Open],
        Queue::Snoozed => vec![State::Snoozed],
        Queue::Done => vec![State::Done],
        _ => vec![State::Open, State::Snoozed, State::Done],
    };
    let places = sources
        .into_iter()
        .map(|source| ("source_id", source))
        .chain(people.into_iter().map(|person| ("assignee_id", person)));
    let all = places.flat_map(|(column, id)| states.iter().map(move |state| (column, id, state.as_str())));
    Ok(all.collect())
}

/// Chats within reach, the one with the newest message first.
///
/// # Errors
/// A cursor of another list; the database being away.
pub async fn list(service: &Messaging, scope: &Scope, wanted: &Wanted) -> Result<Part, Error> {
    scope.require(CHATS_READ)?;
    let readable = service.readable(scope).await?;
    let after = wanted.cursor.as_deref().map(position).transpose()?;
    let limit = wanted.limit.clamp(1, db::list::MAX_LIMIT);
    let (me, backend) = (scope.eyes().map(Uuid::from), service.db.backend());
    // What is wanted, newest first; of the inbox, or of one stretch of an index of it.
    let wanted_ones = |sql: &mut Sql| {
        sql.add(" and c.merged_into is null");
        narrow(sql, wanted, me, backend);
        if let Some((at, id)) = after {
            sql.with(" and (c.last_at, c.id) < (?, ?)", [at.into(), id.into()]);
        }
        sql.add(&format!(" order by c.last_at desc, c.id desc limit {}", limit + 1));
    };
    let stretches = stretches(service, scope, &readable, wanted).await?;
    let part = |sql: &mut Sql| {
        if let Some(queue) = wanted.queue.filter(|queue| is_small(*queue)) {
            small(sql, scope, queue);
            return true;
        }
        for (index, (column, id, state)) in stretches.iter().enumerate() {
            sql.add(if index == 0 { "(" } else { " union " })
                .add("select s.id as id from (select c.id from chats c where c.org_id = ");
            sql.bind(scope.org_id.0).add(&format!(" and c.{column} = ")).bind(*id).add(" and c.state = ").bind(*state);
            wanted_ones(sql);
            sql.add(") as s");
        }
        sql.add(if stretches.is_empty() { "" } else { ") as part" });
        !stretches.is_empty()
    };
    let mut sql = select(scope, &readable, part);
    wanted_ones(&mut sql);
    let mut rows: Vec<Listed> = sql.all(&service.db.reader(scope)).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let cursor = |listed: &Listed| {
        let keys = vec![Value::from(listed.row.last_at.to_rfc3339())];
        Cursor { sort: ORDER.to_owned(), keys, id: listed.row.id }.encode()
    };
    let next_cursor = rows.last().filter(|_| more).map(cursor);
    Ok(Part { items: view::shown(service, scope, &readable, rows).await?, next_cursor })
}
