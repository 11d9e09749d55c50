//! Reading conversations by chat and day. Statements do not grow with what is asked: the chats of the contact; the instants of
//! their last messages, day by day, each found off the index; how many messages those days have; what was said last.

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::{
    conversations::{ConversationDay, Conversations, LastSaid, WantedDays},
    permissions::CHATS_READ,
    ports::PortError,
};
use kernel::Scope;
use sea_orm::{DbBackend, FromQueryResult};
use uuid::Uuid;

use super::calendar::{Calendar, START_OF};
use crate::{ChatDirectory, Error, messages::message::Direction, reach::Readable};

/// Chats of a contact that are looked at: those with the newest messages.
const CHATS: usize = 100;
/// Messages of a day and a side are counted to this.
const COUNTED: u64 = 1000;
/// Days of one page.
const MOST: u64 = 101;

/// What was said: messages of theirs, and those of ours that went.
const SAID: &str =
    "m.deleted_at is null and m.service is null and m.status in ('received', 'sent', 'delivered', 'read')";

#[derive(FromQueryResult)]
struct Chat {
    id: Uuid,
    merged_into: Option<Uuid>,
    title: String,
    channel: String,
}

/// When something was said last in a chat on a day.
#[derive(FromQueryResult)]
struct Top {
    chat_id: Uuid,
    top: DateTime<Utc>,
}

/// A day of a conversation, before its messages are looked at.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    place: Uuid,
    /// As which the chats are shown.
    root: Uuid,
    /// When the day began, in seconds.
    start: i64,
    top: DateTime<Utc>,
    /// In which of the chats something was said last.
    last_in: Uuid,
    /// Those in which something was said.
    chats: Vec<Uuid>,
}

/// Where a day of a chat stands: at the millisecond of its last message, among those by chat.
fn place(at: DateTime<Utc>, chat: Uuid) -> Uuid {
    let mut bytes = *chat.as_bytes();
    bytes[..6].copy_from_slice(&at.timestamp_millis().to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

/// What a day of a chat is called.
fn name(start: i64, chat: Uuid) -> Uuid {
    let mut bytes = *chat.as_bytes();
    bytes[..6].copy_from_slice(&start.to_be_bytes()[2..]);
    // None of another kind has the same.
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The millisecond of a place.
fn instant(place: Uuid) -> DateTime<Utc> {
    let mut bytes = [0; 8];
    bytes[2..].copy_from_slice(&place.as_bytes()[..6]);
    DateTime::from_timestamp_millis(i64::from_be_bytes(bytes)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Puts days of chats together as they are shown; at most `limit` that stand before a place, latest first.
fn lines(tops: Vec<Top>, chats: &[Chat], calendar: &Calendar, (before, limit): (Option<Uuid>, u64)) -> Vec<Line> {
    let roots: HashMap<Uuid, Uuid> = chats
        .iter()
        .map(|chat| (chat.id, chat.merged_into.filter(|root| chats.iter().any(|c| c.id == *root)).unwrap_or(chat.id)))
        .collect();
    let mut lines: HashMap<(Uuid, i64), Line> = HashMap::new();
    for Top { chat_id, top } in tops {
        let Some(root) = roots.get(&chat_id).copied() else { continue };
        let start = calendar.start(top.timestamp());
        let new = || Line { place: place(top, root), root, start, top, last_in: chat_id, chats: Vec::new() };
        let line = lines.entry((root, start)).or_insert_with(new);
        if line.top < top {
            *line = Line { chats: std::mem::take(&mut line.chats), ..new() };
        }
        line.chats.push(chat_id);
    }
    let mut lines: Vec<Line> =
        lines.into_values().filter(|line| before.is_none_or(|before| line.place < before)).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.place));
    lines.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    lines
}

/// Writes an expression around another.
type Around = fn(&str) -> String;

/// How an instant is written in a statement, and how many seconds it is.
fn written(backend: DbBackend) -> (Around, Around) {
    match backend {
        DbBackend::Postgres => (
            |seconds| format!("to_timestamp({seconds})"),
            |instant| format!("cast(floor(extract(epoch from {instant})) as bigint)"),
        ),
        _ => (
            |seconds| format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', {seconds}, 'unixepoch')"),
            |instant| format!("cast(strftime('%s', {instant}) as integer)"),
        ),
    }
}

impl ChatDirectory {
    async fn chats_with(&self, scope: &Scope, contact: Uuid) -> Result<Vec<Chat>, Error> {
        let readable = Readable::of(&*self.accounts, scope).await?;
        let mut sql = Sql::new("select c.id, c.merged_into, c.title, c.channel from chats c where c.org_id = ");
        sql.bind(scope.org_id.0).with(" and c.contact_id = ?", [contact.into()]);
        readable.narrow(&mut sql);
        sql.add(&format!(" order by c.last_at desc, c.id desc limit {CHATS}"));
        Ok(sql.all(&self.db.reader(scope)).await?)
    }

    /// The last messages of the latest days of each chat.
    async fn tops(
        &self,
        scope: &Scope,
        chats: &[Chat],
        calendar: &Calendar,
        wanted: &WantedDays<'_>,
    ) -> Result<Vec<Top>, Error> {
        let (as_instant, as_seconds) = written(self.db.backend());
        let newest = format!("(select max(m.sent_at) from messages m where {SAID} and m.org_id = ");
        let mut sql = Sql::new(&format!("with recursive {}, days (chat_id, top, n) as (", calendar.table()));
        sql.add(&format!("select c.id, {newest}")).bind(scope.org_id.0).add(" and m.chat_id = c.id");
        if let Some(before) = wanted.before {
            // The whole day that the place is in: whether a line of it stands before is seen at its last message.
            let end = calendar.end(instant(before).timestamp());
            sql.add(" and m.sent_at < ").bind(DateTime::from_timestamp(end, 0).unwrap_or(DateTime::<Utc>::MAX_UTC));
        }
        sql.add("), 0 from chats c where c.org_id = ").bind(scope.org_id.0).add(" and c.id in ");
        sql.list(chats.iter().map(|chat| chat.id));
        sql.add(&format!(" union all select d.chat_id, {newest}")).bind(scope.org_id.0);
        sql.add(" and m.chat_id = d.chat_id and m.sent_at < ");
        sql.add(&as_instant(&START_OF.replace("{at}", &as_seconds("d.top"))));
        sql.add("), d.n + 1 from days d where d.top is not null and d.n <= ")
            .bind(i64::try_from(wanted.limit).unwrap_or(0));
        if let Some(down_to) = wanted.down_to {
            sql.add(" and d.top >= ").bind(instant(down_to));
        }
        sql.add(") select chat_id, top from days where top is not null");
        Ok(sql.all(&self.db.reader(scope)).await?)
    }

    /// How many messages there are on the days of these lines, by side, and the last of each.
    async fn counts(
        &self,
        scope: &Scope,
        lines: &[Line],
        calendar: &Calendar,
    ) -> Result<Vec<(u64, u64, Option<Uuid>)>, Error> {
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        let mut sql = Sql::new("with wanted (n, chat_id, since, until, top) as (values ");
        let days = lines.iter().enumerate().flat_map(|(n, line)| line.chats.iter().map(move |chat| (n, line, *chat)));
        for (index, (n, line, chat)) in days.enumerate() {
            // Of the others nothing was the last.
            let top = if chat == line.last_in { line.top } else { DateTime::UNIX_EPOCH };
            sql.add(if index == 0 { "" } else { ", " }).with(
                &format!("({n}, ?, ?, ?, ?)"),
                [chat.into(), at(line.start).into(), at(calendar.end(line.start)).into(), top.into()],
            );
        }
        sql.add(") select w.n");
        for (direction, name) in [(Direction::In, "received"), (Direction::Out, "sent")] {
            sql.add(", (select count(*) from (select 1 as one from messages m where m.org_id = ").bind(scope.org_id.0);
            sql.add(&format!(" and m.chat_id = w.chat_id and m.sent_at >= w.since and m.sent_at < w.until and {SAID}"));
            sql.add(&format!(" and m.direction = '{}' limit {COUNTED}) as counted) as {name}", direction.as_str()));
        }
        sql.add(", (select m.id from messages m where m.org_id = ").bind(scope.org_id.0);
        sql.add(&format!(" and m.chat_id = w.chat_id and m.sent_at = w.top and {SAID} order by m.place desc limit 1)"));
        sql.add(" as last_id from wanted w");
        let mut counts = vec![(0, 0, None); lines.len()];
        for row in sql.rows(&self.db.reader(scope)).await? {
            // SQLite counts in 64 bits, PostgreSQL takes a small literal for 32.
            let n = match self.db.backend() {
                DbBackend::Postgres => row.try_get::<i32>("", "n")?.into(),
                _ => row.try_get::<i64>("", "n")?,
            };
            let Some(counted) = usize::try_from(n).ok().and_then(|n| counts.get_mut(n)) else { continue };
            let several = |column: &str| row.try_get::<i64>("", column).map(i64::unsigned_abs);
            counted.0 += several("received")?;
            counted.1 += several("sent")?;
            counted.2 = counted.2.or(row.try_get("", "last_id")?);
        }
        Ok(counts)
    }

    async fn said(&self, scope: &Scope, ids: &[Uuid], lines: &[Line]) -> Result<HashMap<Uuid, LastSaid>, Error> {
        let mut sql = Sql::new(
            "select m.id, m.sent_at, substr(m.text, 1, 120) as text, m.direction, m.media_kind, m.sender_name \
             from messages m where m.org_id = ",
        );
        sql.bind(scope.org_id.0).add(" and m.id in ").list(ids.iter().copied());
        // On PostgreSQL only the months of these are looked into.
        if let (Some(oldest), Some(newest)) = (lines.iter().map(|l| l.top).min(), lines.iter().map(|l| l.top).max()) {
            sql.with(" and m.sent_at >= ? and m.sent_at <= ?", [oldest.into(), newest.into()]);
        }
        let rows: Vec<Said> = sql.all(&self.db.reader(scope)).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }

    async fn days(&self, scope: &Scope, wanted: WantedDays<'_>) -> Result<Vec<ConversationDay>, Error> {
        let chats = self.chats_with(scope, wanted.contact).await?;
        if chats.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = WantedDays { limit: wanted.limit.clamp(1, MOST), ..wanted };
        let calendar = Calendar::of(wanted.time_zone, self.db.clock().now());
        let tops = self.tops(scope, &chats, &calendar, &wanted).await?;
        let lines = lines(tops, &chats, &calendar, (wanted.before, wanted.limit));
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let counts = self.counts(scope, &lines, &calendar).await?;
        let last: Vec<Uuid> = counts.iter().filter_map(|(_, _, last)| *last).collect();
        let mut said = self.said(scope, &last, &lines).await?;
        let by_id: HashMap<Uuid, &Chat> = chats.iter().map(|chat| (chat.id, chat)).collect();
        let days = lines.into_iter().zip(counts).filter_map(|(line, (received, sent, last))| {
            let chat = by_id.get(&line.root)?;
            Some(ConversationDay {
                id: name(line.start, line.root),
                place: line.place,
                chat_id: line.root,
                title: chat.title.clone(),
                channel: chat.channel.clone(),
                day: calendar.date(line.top.timestamp()),
                received: received.min(COUNTED),
                sent: sent.min(COUNTED),
                last: said.remove(&last?)?,
            })
        });
        Ok(days.collect())
    }
}

#[derive(FromQueryResult)]
struct Said {
    id: Uuid,
    sent_at: DateTime<Utc>,
    text: String,
    direction: String,
    media_kind: Option<String>,
    sender_name: Option<String>,
}

impl From<Said> for LastSaid {
    fn from(said: Said) -> Self {
        Self {
            message_id: said.id,
            at: said.sent_at,
            text: said.text,
            is_ours: said.direction == Direction::Out.as_str(),
            media_kind: said.media_kind,
            sender_name: said.sender_name,
        }
    }
}

#[async_trait::async_trait]
impl Conversations for ChatDirectory {
    async fn days_with(&self, scope: &Scope, wanted: WantedDays<'_>) -> Result<Vec<ConversationDay>, PortError> {
        if !scope.grants.allows(CHATS_READ) {
            return Ok(Vec::new());
        }
        Ok(Box::pin(self.days(scope, wanted)).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn id(n: u8) -> Uuid {
        uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &[n; 10]).into_uuid()
    }

    fn chat(n: u8, merged_into: Option<u8>) -> Chat {
        Chat { id: id(n), merged_into: merged_into.map(id), title: n.to_string(), channel: "telegram".to_owned() }
    }

    fn put(tops: &[(u8, &str)], chats: &[Chat], before: Option<Uuid>) -> Vec<(Uuid, String, Vec<Uuid>)> {
        let calendar = Calendar::of("UTC", at("2026-11-22T10:00:00Z"));
        let tops = tops.iter().map(|(n, text)| Top { chat_id: id(*n), top: at(text) }).collect();
        let lines = lines(tops, chats, &calendar, (before, 10));
        lines.into_iter().map(|line| (line.root, line.top.to_rfc3339(), line.chats)).collect()
    }

    #[test]
    fn parts_are_told_as_the_chat_that_they_are_shown_as() {
        let chats = [chat(1, None), chat(2, Some(1)), chat(3, Some(9))];
        let tops = [(1, "2026-11-22T08:00:00Z"), (2, "2026-11-22T09:00:00Z"), (3, "2026-11-22T07:00:00Z")];
        let told = put(&tops, &chats, None);
        assert_eq!(told[0], (id(1), "2026-11-22T09:00:00+00:00".to_owned(), vec![id(1), id(2)]));
        assert_eq!(told[1].0, id(3), "what it is shown as is out of reach");
        // The line of the day stands at nine: it is not told again of the message at eight.
        assert_eq!(put(&tops, &chats, Some(place(at("2026-11-22T08:30:00Z"), id(1)))).len(), 1);
    }

    #[test]
    fn places_sort_as_instants_among_uuids_of_change_logs() {
        let noon = at("2026-11-22T12:00:00.25Z");
        let change = |millis| uuid::Builder::from_unix_timestamp_millis(millis, &[255; 10]).into_uuid();
        let millis = u64::try_from(noon.timestamp_millis()).unwrap();
        assert!(change(millis - 1) < place(noon, id(1)) && place(noon, id(1)) < change(millis));
        assert!(place(noon, id(1)) < place(noon, id(2)));
        assert_eq!(instant(place(noon, id(1))), noon);
        assert_ne!(name(0, id(1)), name(86_400, id(1)));
    }
}
