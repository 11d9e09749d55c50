//! Reading chats: the inbox, and one by one. A page is one statement; names are asked of those who keep them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    channels::{AccountName, ChatKind, Usable},
    permissions::CHATS_READ,
};
use kernel::{Scope, cursor::Cursor, values::search};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    chat::State,
    store::{COLUMNS, Row},
};
use crate::{
    Error, Messaging,
    messages::message::{Direction, Status},
    reach::{self, Readable},
    sql::Sql,
};

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

/// Somebody or something by name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Named {
    pub id: Uuid,
    pub name: String,
}

/// The last message of a chat, in short.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastMessage {
    pub id: Uuid,
    /// The first 120 characters.
    pub text: String,
    pub direction: Direction,
    pub status: Status,
    pub at: DateTime<Utc>,
    /// What file it has, such as `photo`.
    #[schema(required)]
    pub media_kind: Option<String>,
    #[schema(required)]
    pub sender_name: Option<String>,
}

/// What the caller has begun to write.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShownDraft {
    pub text: String,
    #[schema(required)]
    pub reply_to: Option<Uuid>,
    pub at: DateTime<Utc>,
}

/// A chat.
#[expect(clippy::struct_field_names, reason = "`chatId` is what it is called")]
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Chat {
    pub id: Uuid,
    #[schema(required)]
    pub account_id: Option<Uuid>,
    #[schema(required)]
    pub account: Option<Named>,
    /// `telegram` or `api`.
    pub channel: String,
    /// What the channel calls it.
    pub chat_id: String,
    pub kind: ChatKind,
    pub title: String,
    #[schema(required)]
    pub username: Option<String>,
    #[schema(required)]
    pub phone: Option<String>,
    #[schema(required)]
    pub contact_id: Option<Uuid>,
    #[schema(required)]
    pub contact: Option<Named>,
    pub deal_ids: Vec<Uuid>,
    #[schema(required)]
    pub assignee_id: Option<Uuid>,
    #[schema(required)]
    pub assignee: Option<Named>,
    pub state: State,
    #[schema(required)]
    pub snoozed_until: Option<DateTime<Utc>>,
    pub tags: Vec<String>,
    /// Messages of theirs that we have not read, counted to 1000.
    pub unread: i64,
    /// Comments that mention the caller and were not seen.
    pub mentions_unread: i64,
    #[schema(required)]
    pub last_message: Option<LastMessage>,
    /// Of a chat without messages when it came to be.
    pub last_message_at: DateTime<Utc>,
    /// Since when they wait for an answer; only of chats with one person.
    #[schema(required)]
    pub waiting_since: Option<DateTime<Utc>>,
    /// Messages that wait for their time.
    pub scheduled: i64,
    #[schema(required)]
    pub draft: Option<ShownDraft>,
    pub can_write: bool,
    /// A sentence.
    #[schema(required)]
    pub read_only_because: Option<String>,
    /// Whether it is shown as part of another chat.
    #[schema(required)]
    pub merged_into: Option<Uuid>,
    pub version: i64,
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

/// A chat with what the caller has begun in it.
struct Listed {
    row: Row,
    draft: Option<ShownDraft>,
    mentions: i64,
}

impl FromQueryResult for Listed {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, sea_orm::DbErr> {
        let text: Option<String> = row.try_get("", "draft_text")?;
        let draft = match text {
            Some(text) => Some(ShownDraft {
                text,
                reply_to: row.try_get("", "draft_reply_to")?,
                at: row.try_get("", "draft_at")?,
            }),
            None => None,
        };
        Ok(Self { row: Row::from_query_result(row, prefix)?, draft, mentions: row.try_get("", "mentions")? })
    }
}

/// What a cursor of the list names as its order.
const ORDER: &str = "-lastMessageAt";

/// A statement over chats within reach, with the caller's drafts and mentions; over those of a part, if there is one.
fn select(scope: &Scope, readable: &Readable, part: impl FnOnce(&mut Sql) -> bool) -> Sql {
    let me = scope.user_id().map(Uuid::from);
    let mut sql = Sql::new(&format!("select {COLUMNS}, d.text as draft_text, d.reply_to as draft_reply_to, "));
    sql.add("d.updated_at as draft_at, (select count(*) from chat_mentions n where n.org_id = ").bind(scope.org_id.0);
    sql.with(" and n.user_id = ? and n.chat_id = c.id) as mentions from ", [me.into()]);
    let of_part = part(&mut sql);
    sql.add(if of_part { " cross join chats c" } else { "chats c" });
    sql.with(
        " left join drafts d on d.org_id = ? and d.chat_id = c.id and d.user_id = ?",
        [scope.org_id.0.into(), me.into()],
    );
    sql.add(" where c.org_id = ").bind(scope.org_id.0).add(if of_part { " and c.id = part.id" } else { "" });
    readable.narrow(&mut sql);
    sql
}

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
        let me = scope.user_id().map(Uuid::from);
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
    let (mut sources, mut me) = match readable {
        Readable::All => (wanted.account_id.into_iter().collect(), None),
        Readable::These { accounts, me } => {
            let mut sql = Sql::new("select id from inbound_channels where org_id = ");
            sql.bind(scope.org_id.0).add(&format!(" limit {}", MOST_SOURCES + 1));
            let mut sources = accounts.clone();
            for row in sql.rows(&service.db.reader(scope)).await? {
                sources.push(row.try_get("", "id")?);
            }
            (sources, *me)
        }
    };
    if let Some(account) = wanted.account_id {
        sources.retain(|source| *source == account);
        me = me.filter(|_| sources.is_empty());
    }
    if sources.len() > MOST_SOURCES {
        return Ok(Vec::new());
    }
    let states = match queue {
        Queue::Team | Queue::Unassigned => vec![State::Open],
        Queue::Snoozed => vec![State::Snoozed],
        Queue::Done => vec![State::Done],
        _ => vec![State::Open, State::Snoozed, State::Done],
    };
    let places = sources.into_iter().map(|source| ("source_id", source)).chain(me.map(|me| ("assignee_id", me)));
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
    let (me, backend) = (scope.user_id().map(Uuid::from), service.db.backend());
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
    Ok(Part { items: shown(service, scope, rows).await?, next_cursor })
}

/// One chat.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Chat, Error> {
    scope.require(CHATS_READ)?;
    load(service, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Chats by id, in the order of these.
///
/// # Errors
/// When the database is away.
pub async fn load(service: &Messaging, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Chat>, Error> {
    let readable = service.readable(scope).await?;
    let mut sql = select(scope, &readable, |_| false);
    sql.add(" and c.id in ").list(ids.iter().copied());
    let rows: Vec<Listed> = sql.all(&service.db.reader(scope)).await?;
    let mut chats = shown(service, scope, rows).await?;
    chats.sort_by_key(|chat| ids.iter().position(|id| *id == chat.id));
    Ok(chats)
}

/// Names that chats speak of.
struct Names {
    accounts: HashMap<Uuid, AccountName>,
    contacts: HashMap<Uuid, String>,
    people: HashMap<Uuid, String>,
    writable: Usable,
}

async fn shown(service: &Messaging, scope: &Scope, rows: Vec<Listed>) -> Result<Vec<Chat>, Error> {
    let of = |get: fn(&Row) -> Option<Uuid>| rows.iter().filter_map(move |listed| get(&listed.row));
    let names = Names {
        accounts: service.account_names(scope, of(|row| row.account_id)).await?,
        contacts: service.contact_names(scope, of(|row| row.contact_id)).await?,
        people: service.member_names(scope, of(|row| row.assignee_id)).await?,
        writable: service.writable(scope).await?,
    };
    rows.into_iter().map(|listed| view(listed, &names)).collect()
}

/// What a stored word of a kind of chat says.
///
/// # Errors
/// When it is unknown.
pub fn kind_of(word: &str) -> Result<ChatKind, db::Error> {
    serde_json::from_value(Value::from(word)).map_err(|_| db::Error::Stored("chats.kind"))
}

/// Why nothing can be written into a chat; `None` when it can.
#[must_use]
pub fn read_only(row: &Row, account: Option<&AccountName>, writable: &Usable) -> Option<&'static str> {
    let Some(account_id) = row.account_id else { return Some("chat.read_only.api") };
    if account.is_none() {
        Some("chat.read_only.gone")
    } else if !reach::includes(writable, account_id) {
        Some("chat.read_only.account")
    } else {
        (row.kind == "channel").then_some("chat.read_only.channel")
    }
}

fn view(listed: Listed, names: &Names) -> Result<Chat, Error> {
    let Listed { row, draft, mentions } = listed;
    let account = row.account_id.and_then(|id| names.accounts.get(&id));
    let because = read_only(&row, account, &names.writable);
    let fields = row.fields()?;
    let named = |id: Option<Uuid>, names: &HashMap<Uuid, String>| {
        id.and_then(|id| Some(Named { id, name: names.get(&id)?.clone() }))
    };
    Ok(Chat {
        id: row.id,
        account_id: row.account_id,
        account: account.map(|account| Named { id: account.id, name: account.name.clone() }),
        kind: kind_of(&row.kind)?,
        contact: named(row.contact_id, &names.contacts),
        assignee: named(row.assignee_id, &names.people),
        last_message: last_message(&row)?,
        channel: row.channel,
        chat_id: row.external_id,
        title: row.title,
        username: row.username,
        phone: row.phone,
        contact_id: fields.contact_id,
        deal_ids: fields.deal_ids,
        assignee_id: fields.assignee_id,
        state: fields.state,
        snoozed_until: fields.snoozed_until,
        tags: fields.tags,
        unread: row.unread,
        mentions_unread: mentions,
        last_message_at: row.last_at,
        waiting_since: row.waiting_since,
        scheduled: row.scheduled,
        draft,
        can_write: because.is_none(),
        read_only_because: because.map(|code| api::messages::text(api::context::locale(), code, &[])),
        merged_into: row.merged_into,
        version: row.version,
    })
}

fn last_message(row: &Row) -> Result<Option<LastMessage>, Error> {
    let (Some(id), Some(direction), Some(status)) = (row.last_id, &row.last_direction, &row.last_status) else {
        return Ok(None);
    };
    Ok(Some(LastMessage {
        id,
        text: row.last_text.clone().unwrap_or_default(),
        direction: Direction::parse(direction).ok_or(db::Error::Stored("chats.last_direction"))?,
        status: Status::parse(status).ok_or(db::Error::Stored("chats.last_status"))?,
        at: row.last_at,
        media_kind: row.last_media.clone(),
        sender_name: row.last_sender.clone(),
    }))
}

/// The chats of a contact within reach; at most 100.
///
/// # Errors
/// When the database is away.
pub async fn ids_of_contact(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    readable: &Readable,
    contact: Uuid,
) -> Result<Vec<Uuid>, Error> {
    let mut sql = Sql::new("select c.id from chats c where c.org_id = ");
    sql.bind(scope.org_id.0).with(" and c.contact_id = ?", [contact.into()]);
    readable.narrow(&mut sql);
    sql.add(" order by c.last_at desc, c.id desc limit 100");
    let rows = sql.rows(connection).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}
