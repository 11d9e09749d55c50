//! Reading messages: the thread of a chat, of a contact, of an account; always a stretch of it, oldest first.

use db::Sql;
use std::collections::HashMap;

use contracts::permissions::CHATS_READ;
use kernel::Scope;
use sea_orm::DbBackend;
use uuid::Uuid;

use super::{
    edits::{self, MessageVersion},
    store::{self, COLUMNS, Row},
    view::{self, Message},
};
use crate::{
    Error, Messaging,
    chats::{queries as chat_queries, store as chats},
    errands::commands::reached,
};

/// Most messages of a stretch.
pub const MAX_LIMIT: u64 = 100;

/// Which stretch of which thread.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub chat_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    /// `telegram` or `api`.
    pub channel: Option<String>,
    /// An inbound channel.
    pub channel_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub before: Option<Uuid>,
    pub after: Option<Uuid>,
    pub around: Option<Uuid>,
    pub limit: u64,
}

/// A stretch of a thread.
pub struct Stretch {
    /// Oldest first.
    pub items: Vec<Message>,
    /// Whether there are older ones.
    pub has_before: bool,
    /// Whether there are newer ones.
    pub has_after: bool,
}

/// Whose messages are read: those of some chats, or all of accounts and channels, by time.
enum Thread {
    Chats(Vec<Uuid>),
    /// A column of `m` or `c`, and what it is.
    Where(&'static str, sea_orm::Value),
}

/// Where a message stands.
#[derive(Clone, Debug)]
struct At {
    row: Row,
}

async fn thread(service: &Messaging, scope: &Scope, wanted: &Wanted) -> Result<Thread, Error> {
    let readable = service.readable(scope).await?;
    let reader = service.db.reader(scope);
    if let Some(chat) = wanted.chat_id {
        let parts = chats::whole(&reader, scope, &readable, chat).await?;
        return Ok(Thread::Chats(parts.into_iter().map(|part| part.id).collect()));
    }
    if let Some(contact) = wanted.contact_id {
        return Ok(Thread::Chats(chat_queries::ids_of_contact(&reader, scope, &readable, contact).await?));
    }
    if let Some(id) = wanted.account_id.or(wanted.channel_id) {
        return Ok(Thread::Where("m.source_id", id.into()));
    }
    match &wanted.channel {
        Some(channel) => Ok(Thread::Where("c.channel", channel.as_str().into())),
        None => Err(Error::field("chatId", "messages.question")),
    }
}

/// A stretch of messages, oldest first.
///
/// # Errors
/// [`Error::NotFound`]; nothing named; a cursor that is no message of the thread.
pub async fn list(service: &Messaging, scope: &Scope, wanted: &Wanted) -> Result<Stretch, Error> {
    scope.require(CHATS_READ)?;
    let thread = thread(service, scope, wanted).await?;
    let limit = wanted.limit.clamp(1, MAX_LIMIT);
    let at = match wanted.around.or(wanted.before).or(wanted.after) {
        Some(id) => Some(cursor(service, scope, &thread, id).await?),
        None => None,
    };
    let (rows, has_before, has_after) = match (at, wanted.around, wanted.before, wanted.after) {
        (Some(at), Some(_), _, _) => around(service, scope, &thread, &at, limit).await?,
        (Some(at), _, None, Some(_)) => {
            let (rows, more) = side(service, scope, &thread, Some(&at), (false, limit)).await?;
            (rows, true, more)
        }
        (at, ..) => {
            let (mut rows, more) = side(service, scope, &thread, at.as_ref(), (true, limit)).await?;
            rows.reverse();
            (rows, more, at.is_some())
        }
    };
    Ok(Stretch { items: view::shown(service, scope, rows).await?, has_before, has_after })
}

async fn cursor(service: &Messaging, scope: &Scope, thread: &Thread, id: Uuid) -> Result<At, Error> {
    let (row, _) = reached(service, scope, id).await?;
    match thread {
        Thread::Chats(ids) if !ids.contains(&row.chat_id) => Err(Error::NotFound),
        _ => Ok(At { row }),
    }
}

async fn around(
    service: &Messaging,
    scope: &Scope,
    thread: &Thread,
    at: &At,
    limit: u64,
) -> Result<(Vec<Row>, bool, bool), Error> {
    let half = limit / 2;
    let (mut rows, has_before) = match half {
        0 => (Vec::new(), true),
        half => side(service, scope, thread, Some(at), (true, half)).await?,
    };
    rows.reverse();
    rows.push(at.row.clone());
    let rest = (limit - 1).saturating_sub(half).max(1);
    let (newer, has_after) = side(service, scope, thread, Some(at), (false, rest)).await?;
    rows.extend(newer);
    Ok((rows, has_before, has_after))
}

/// Messages on one side of a place, the nearest first, and whether there are more. A chat is read along its index; several
/// are read one by one, and put together by time.
async fn side(
    service: &Messaging,
    scope: &Scope,
    thread: &Thread,
    at: Option<&At>,
    (older, limit): (bool, u64),
) -> Result<(Vec<Row>, bool), Error> {
    let mut rows = match thread {
        Thread::Chats(ids) => {
            let mut rows: Vec<Row> = Vec::new();
            for chat in ids {
                rows.extend(of_chat(service, scope, *chat, at, (older, limit)).await?);
            }
            if ids.len() > 1 {
                rows.sort_by_key(|row| (row.sent_at, row.place, row.id));
                if older {
                    rows.reverse();
                }
            }
            rows
        }
        Thread::Where(column, value) => of_source(service, scope, (column, value), at, (older, limit)).await?,
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    Ok((rows, more))
}

async fn of_chat(
    service: &Messaging,
    scope: &Scope,
    chat: Uuid,
    at: Option<&At>,
    (older, limit): (bool, u64),
) -> Result<Vec<Row>, Error> {
    let (beyond, order) = if older { ("<", "desc") } else { (">", "asc") };
    let mut sql = Sql::new(&format!("select {COLUMNS} from messages m where m.org_id = "));
    sql.bind(scope.org_id.0).with(" and m.chat_id = ?", [chat.into()]);
    let mut by = "m.place";
    if let Some(At { row }) = at {
        if row.chat_id == chat {
            sql.with(&format!(" and (m.place, m.id) {beyond} (?, ?)"), [row.place.into(), row.id.into()]);
        } else {
            by = "m.sent_at";
            sql.with(
                &format!(" and (m.sent_at, m.place, m.id) {beyond} (?, ?, ?)"),
                [row.sent_at.into(), row.place.into(), row.id.into()],
            );
        }
    }
    sql.add(&format!(" order by {by} {order}, m.id {order} limit {}", limit + 1));
    Ok(sql.all(&service.db.reader(scope)).await?)
}

async fn of_source(
    service: &Messaging,
    scope: &Scope,
    (column, value): (&str, &sea_orm::Value),
    at: Option<&At>,
    (older, limit): (bool, u64),
) -> Result<Vec<Row>, Error> {
    let (beyond, order) = if older { ("<", "desc") } else { (">", "asc") };
    let readable = service.readable(scope).await?;
    let mut sql = Sql::new(&format!("select {COLUMNS} from messages m cross join chats c "));
    // SQLite keeps the order of a cross join: messages by time, then the chat of each.
    sql.add("where c.org_id = m.org_id and c.id = m.chat_id ");
    // Numbers are by time there: the sign keeps SQLite from going through all of the organization by another index.
    let by_number = service.db.backend() == DbBackend::Sqlite;
    sql.add(if by_number { "and +m.org_id = " } else { "and m.org_id = " }).bind(scope.org_id.0);
    sql.with(&format!(" and {column} = ?"), [value.clone()]);
    readable.narrow(&mut sql);
    match at {
        Some(At { row }) if by_number => {
            let number = format!(" and m.seq {beyond} (select s.seq from messages s where s.org_id = ? and s.id = ?)");
            sql.with(&number, [scope.org_id.0.into(), row.id.into()]);
        }
        Some(At { row }) => {
            sql.with(&format!(" and (m.sent_at, m.id) {beyond} (?, ?)"), [row.sent_at.into(), row.id.into()]);
        }
        None => {}
    }
    let by = if by_number { format!("m.seq {order}") } else { format!("m.sent_at {order}, m.id {order}") };
    sql.add(&format!(" order by {by} limit {}", limit + 1));
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// One message.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Message, Error> {
    scope.require(CHATS_READ)?;
    let (row, _) = reached(service, scope, id).await?;
    view::shown(service, scope, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// What a message said before, the newest first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn versions(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Vec<MessageVersion>, Error> {
    scope.require(CHATS_READ)?;
    let (row, _) = reached(service, scope, id).await?;
    edits::list(&service.db.reader(scope), scope, row.id).await
}

/// Messages by id, as far as their chats are within reach.
///
/// # Errors
/// When the database is away.
pub async fn load(service: &Messaging, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, Message>, Error> {
    let rows = store::load_many(&service.db.reader(scope), scope, ids).await?;
    Ok(view::shown(service, scope, rows).await?.into_iter().map(|message| (message.id, message)).collect())
}
