//! What was shared in a chat, the newest first: files of a kind, or links. One statement over an index that holds messages
//! with files, and one that holds those with links.

use chrono::{DateTime, Utc};
use contracts::{channels::Entity, permissions::CHATS_READ};
use db::Sql;
use kernel::{Scope, cursor::Cursor};
use sea_orm::{DbBackend, DbErr, FromQueryResult, QueryResult};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Error, Messaging,
    chats::{store as chats, view::Named},
    messages::{
        message::Direction,
        store::{COLUMNS, Row},
        view::{self, FILE_COLUMNS, File, Media, Sender},
    },
};

api::words! {
    /// What of a chat is looked for.
    SharedKind {
        Photo = "photo",
        /// Round ones and animations too.
        Video = "video",
        /// Music too.
        File = "file",
        Voice = "voice",
        Link = "link",
    }
}

impl SharedKind {
    /// The kinds of file that it means.
    fn files(kind: Option<Self>) -> &'static [&'static str] {
        match kind {
            Some(Self::Photo) => &["photo"],
            Some(Self::Video) => &["video", "animation", "video_note"],
            Some(Self::File) => &["file", "audio"],
            Some(Self::Voice) => &["voice"],
            Some(Self::Link) => &[],
            None => &["photo", "video", "animation", "video_note", "file", "audio", "voice"],
        }
    }
}

/// A link of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SharedLink {
    pub url: String,
    /// What it is written as.
    pub title: String,
}

/// Something that was shared.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shared {
    /// Of the file; of a link, of its message.
    pub id: Uuid,
    pub message_id: Uuid,
    pub chat_id: Uuid,
    pub kind: SharedKind,
    /// The first 120 characters.
    pub text: String,
    pub direction: Direction,
    #[schema(required)]
    pub sender: Option<Sender>,
    /// Who of us wrote it.
    #[schema(required)]
    pub author: Option<Named>,
    pub sent_at: DateTime<Utc>,
    #[schema(required)]
    pub media: Option<Media>,
    pub links: Vec<SharedLink>,
}

/// Part of what was shared.
pub struct Part {
    pub items: Vec<Shared>,
    pub next_cursor: Option<String>,
}

/// Most of a part.
pub const MAX_LIMIT: u64 = 100;
/// Longest piece of a text that is shown.
const SNIPPET: usize = 120;
/// What a cursor names as its order.
const ORDER: &str = "-sentAt";

/// A message with its file, if files are looked for.
struct Hit {
    row: Row,
    file: Option<File>,
}

impl FromQueryResult for Hit {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let file: Option<Uuid> = row.try_get("", "file_id")?;
        let file = file.map(|_| File::from_query_result(row, prefix)).transpose()?;
        Ok(Self { row: Row::from_query_result(row, prefix)?, file })
    }
}

/// That a message has a link; the same as in the index.
fn has_link(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "(strpos(m.text, '://') > 0 or m.entities @> '[{\"kind\": \"url\"}]' or m.entities @> '[{\"kind\": \"link\"}]')"
        }
        _ => {
            "(instr(m.text, '://') > 0 or instr(m.entities, '\"kind\":\"url\"') > 0 \
             or instr(m.entities, '\"kind\":\"link\"') > 0)"
        }
    }
}

/// What was shared in a chat, and in those that are shown as part of it.
///
/// # Errors
/// [`Error::NotFound`]; a cursor of another list.
pub async fn list(
    service: &Messaging,
    scope: &Scope,
    (chat, kind): (Uuid, Option<SharedKind>),
    (cursor, limit): (Option<&str>, u64),
) -> Result<Part, Error> {
    scope.require(CHATS_READ)?;
    let readable = service.readable(scope).await?;
    let reader = service.db.reader(scope);
    let parts = chats::whole(&reader, scope, &readable, chat).await?;
    let after = cursor.map(position).transpose()?;
    let links = kind == Some(SharedKind::Link);
    let mut sql = Sql::new(&format!("select {COLUMNS}, "));
    if links {
        sql.add("cast(null as ").add(if service.db.backend() == DbBackend::Postgres { "uuid" } else { "blob" });
        sql.add(") as file_id from messages m where ");
    } else {
        // SQLite keeps the order of a cross join: messages by time, then the file of each.
        sql.add(FILE_COLUMNS).add(" from messages m cross join media f where f.org_id = m.org_id and ");
        sql.add("f.message_id = m.id and m.media_kind is not null and ");
    }
    sql.add("m.deleted_at is null and m.org_id = ").bind(scope.org_id.0);
    sql.add(" and m.chat_id in ").list(parts.iter().map(|part| part.id));
    if links {
        sql.add(" and ").add(has_link(service.db.backend()));
    } else {
        sql.add(" and f.kind in ").list(SharedKind::files(kind).iter().copied());
    }
    let last = if links { "m.id" } else { "f.id" };
    if let Some((at, message, id)) = after {
        sql.with(&format!(" and (m.sent_at, m.id, {last}) < (?, ?, ?)"), [at.into(), message.into(), id.into()]);
    }
    sql.add(&format!(" order by m.sent_at desc, m.id desc, {last} desc limit {}", limit + 1));
    let mut hits: Vec<Hit> = sql.all(&reader).await?;
    let more = hits.len() as u64 > limit;
    hits.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = hits.last().filter(|_| more).map(|hit| {
        let keys = vec![Value::from(hit.row.sent_at.to_rfc3339()), Value::from(hit.row.id.to_string())];
        let id = hit.file.as_ref().map_or(hit.row.id, |file| file.file_id);
        Cursor { sort: ORDER.to_owned(), keys, id }.encode()
    });
    let people = service.member_names(scope, hits.iter().filter_map(|hit| hit.row.author_id)).await?;
    let named = |id: Uuid| Some(Named { id, name: people.get(&id)?.clone() });
    let items = hits.into_iter().map(|hit| view(hit, named)).collect::<Result<_, Error>>()?;
    Ok(Part { items, next_cursor })
}

type After = (DateTime<Utc>, Uuid, Uuid);

fn position(text: &str) -> Result<After, db::Error> {
    let cursor = Cursor::decode(text).filter(|cursor| cursor.sort == ORDER).ok_or(db::Error::Cursor)?;
    let [at, message] = cursor.keys.as_slice() else { return Err(db::Error::Cursor) };
    let at = at.as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok()).ok_or(db::Error::Cursor)?;
    let message = message.as_str().and_then(|id| id.parse().ok()).ok_or(db::Error::Cursor)?;
    Ok((at.to_utc(), message, cursor.id))
}

fn view(Hit { row, file }: Hit, named: impl Fn(Uuid) -> Option<Named>) -> Result<Shared, Error> {
    let media = file.map(view::shown_file).transpose()?;
    let kind = match media.as_ref().map(|media| media.kind) {
        None => SharedKind::Link,
        Some(kind) => kind_of(kind),
    };
    let sender_id = row.sender_id.map(|id| id.to_string());
    Ok(Shared {
        id: media.as_ref().map_or(row.id, |media| media.id),
        message_id: row.id,
        chat_id: row.chat_id,
        kind,
        links: if media.is_none() { links(&row.text, &row.entities) } else { Vec::new() },
        text: row.text.chars().take(SNIPPET).collect(),
        direction: row.direction,
        sender: row.sender_name.map(|name| Sender { name, id: sender_id }),
        author: row.author_id.and_then(named),
        sent_at: row.sent_at,
        media,
    })
}

fn kind_of(kind: contracts::channels::MediaKind) -> SharedKind {
    use contracts::channels::MediaKind as M;
    match kind {
        M::Photo | M::Sticker => SharedKind::Photo,
        M::Video | M::Animation | M::VideoNote => SharedKind::Video,
        M::Voice => SharedKind::Voice,
        M::Audio | M::File => SharedKind::File,
    }
}

/// The links of a text, each once: those that are set off, and those that are only written.
fn links(text: &str, entities: &[Entity]) -> Vec<SharedLink> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut found: Vec<SharedLink> = Vec::new();
    let mut add = |url: String, title: String| {
        let url = if url.contains(':') { url } else { format!("https://{url}") };
        let is_web = ["http://", "https://"].iter().any(|scheme| url.to_ascii_lowercase().starts_with(scheme));
        if is_web && !found.iter().any(|link| link.url == url) {
            found.push(SharedLink { url, title });
        }
    };
    for entity in entities.iter().filter(|entity| matches!(entity.kind.as_str(), "url" | "link")) {
        let (from, length) = (entity.offset as usize, entity.length as usize);
        let Some(said) = units.get(from..from.saturating_add(length)) else { continue };
        let said = String::from_utf16_lossy(said);
        add(entity.value.clone().filter(|value| !value.is_empty()).unwrap_or_else(|| said.clone()), said);
    }
    for word in text.split_whitespace() {
        if let Some(at) = ["https://", "http://"].iter().find_map(|scheme| word.find(scheme)) {
            let url = word[at..].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '»', '"', '\'']);
            add(url.to_owned(), url.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(kind: &str, offset: u32, length: u32, value: Option<&str>) -> Entity {
        Entity { kind: kind.to_owned(), offset, length, value: value.map(str::to_owned) }
    }

    #[test]
    fn links_are_found_each_once_and_only_those_of_the_web() {
        let text = "😀 see example.com, the list (https://a.org/x). javascript://y";
        let entities = [
            entity("url", 7, 11, None),
            entity("link", 20, 8, Some("https://b.org")),
            entity("link", 0, 2, Some("javascript:alert(1)")),
            entity("url", 900, 5, None),
            entity("bold", 0, 2, None),
        ];
        let found: Vec<_> = links(text, &entities).into_iter().map(|link| (link.url, link.title)).collect();
        let expected = [
            ("https://example.com", "example.com"),
            ("https://b.org", "the list"),
            ("https://a.org/x", "https://a.org/x"),
        ];
        assert_eq!(found, expected.map(|(url, title)| (url.to_owned(), title.to_owned())));
    }
}
