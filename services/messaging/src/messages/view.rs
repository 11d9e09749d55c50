//! Messages as they are shown: with their files, what they answer, and the names they speak of.

use db::Sql;
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use contracts::channels::{Entity, ForwardedFrom, MediaKind, Reaction, Waiting};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    message::{Direction, Source, Status},
    store::Row,
};
use crate::{Error, Messaging, chats::view::Named};

/// Who wrote a message, as the channel knows them.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = MessageSender)]
pub struct Sender {
    pub name: String,
    /// What the channel calls them.
    #[schema(required)]
    pub id: Option<String>,
}

/// What a message answers.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageReply)]
pub struct Reply {
    pub id: Uuid,
    /// The first 120 characters.
    pub text: String,
    #[schema(required)]
    pub sender_name: Option<String>,
    pub direction: Direction,
}

api::words! {
    /// Where the bytes of a file are.
    #[schema(as = MediaState)]
    MediaState {
        /// With the channel; asking for them makes them come.
        Remote = "remote",
        /// On their way.
        Wanted = "wanted",
        Ready = "ready",
        /// They cannot be had.
        Failed = "failed",
    }
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MessageMedia)]
pub struct Media {
    pub id: Uuid,
    pub kind: MediaKind,
    #[schema(required)]
    pub file_name: Option<String>,
    pub mime_type: String,
    pub size_bytes: i64,
    #[schema(required)]
    pub width: Option<i64>,
    #[schema(required)]
    pub height: Option<i64>,
    #[schema(required)]
    pub duration_ms: Option<i64>,
    /// Loudness over time, 0–31 each.
    #[schema(required)]
    pub waveform: Option<Vec<u8>>,
    pub state: MediaState,
    /// A small JPEG, base64.
    #[schema(required)]
    pub preview: Option<String>,
    pub url: String,
    #[schema(required)]
    pub thumb_url: Option<String>,
}

/// Why a message did not go.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SendFailure {
    pub code: String,
    /// A sentence.
    pub text: String,
}

/// Why a message waits.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ShownWaiting {
    /// Such as `flood_wait`.
    pub because: String,
    /// When it will be tried next, as far as that is known.
    #[schema(required)]
    pub until: Option<DateTime<Utc>>,
    /// A sentence.
    pub text: String,
}

impl From<Waiting> for ShownWaiting {
    fn from(waiting: Waiting) -> Self {
        let locale = api::context::locale();
        let code = format!("message.waits.{}", waiting.because);
        let text = api::messages::text(locale, &code, &[]);
        // Of an account that knows more reasons than this service has words for.
        let text = if text == code { api::messages::text(locale, "message.waits.sending", &[]) } else { text };
        Self { because: waiting.because, until: waiting.until, text }
    }
}

/// A program that sends messages, such as a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = MessageProgram)]
pub struct Program {
    /// `campaign`.
    pub kind: String,
    pub id: Uuid,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    pub id: Uuid,
    pub chat_id: Uuid,
    #[schema(required)]
    pub external_id: Option<String>,
    pub direction: Direction,
    pub status: Status,
    #[schema(required)]
    pub sender: Option<Sender>,
    /// Who of us wrote it.
    #[schema(required)]
    pub author: Option<Named>,
    /// Empty of one that was deleted.
    pub text: String,
    pub entities: Vec<Entity>,
    #[schema(required)]
    pub reply_to: Option<Reply>,
    #[schema(required)]
    pub forwarded_from: Option<ForwardedFrom>,
    /// The same for all pictures of one album.
    #[schema(required)]
    pub album_id: Option<String>,
    pub media: Vec<Media>,
    pub reactions: Vec<Reaction>,
    /// What happened in the chat, if it tells of that.
    #[schema(value_type = Option<Object>, required)]
    pub service: Option<Value>,
    pub sent_at: DateTime<Utc>,
    #[schema(required)]
    pub edited_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub deleted_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub read_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub scheduled_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub waiting: Option<ShownWaiting>,
    #[schema(required)]
    pub error: Option<SendFailure>,
    pub source: Source,
    /// The program that sent it; none of what a person wrote.
    #[schema(required)]
    pub program: Option<Program>,
    /// As it was sent with it.
    #[schema(required)]
    pub client_id: Option<Uuid>,
    pub version: i64,
}

/// Longest piece of a text that an answer shows.
const SNIPPET: usize = 120;

/// The columns of [`File`], of a table called `f`.
pub const FILE_COLUMNS: &str = "f.id as file_id, f.message_id, f.kind, f.file_name, f.mime_type, f.size_bytes, \
    f.width, f.height, f.duration_ms, f.waveform, f.preview, f.state, f.thumb is not null as has_thumb";

/// A file of a message as it is stored.
#[expect(clippy::struct_field_names, reason = "`file_name` is the column")]
#[derive(FromQueryResult)]
pub struct File {
    pub file_id: Uuid,
    message_id: Uuid,
    kind: String,
    file_name: Option<String>,
    mime_type: String,
    size_bytes: i64,
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    waveform: Option<Vec<u8>>,
    preview: Option<Vec<u8>>,
    state: String,
    has_thumb: bool,
}

async fn files(service: &Messaging, scope: &Scope, rows: &[Row]) -> Result<HashMap<Uuid, Vec<Media>>, Error> {
    let with: Vec<Uuid> = rows.iter().filter(|row| row.media_kind.is_some()).map(|row| row.id).collect();
    let mut of: HashMap<Uuid, Vec<Media>> = HashMap::new();
    if with.is_empty() {
        return Ok(of);
    }
    let mut sql = Sql::new(&format!("select {FILE_COLUMNS} from media f where f.org_id = "));
    sql.bind(scope.org_id.0).add(" and f.message_id in ").list(with).add(" order by f.id");
    for file in sql.all::<File>(&service.db.reader(scope)).await? {
        of.entry(file.message_id).or_default().push(shown_file(file)?);
    }
    Ok(of)
}

/// A file as it is shown.
///
/// # Errors
/// When what is stored cannot be read.
pub fn shown_file(file: File) -> Result<Media, Error> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let url = format!("/api/messaging/media/{}", file.file_id);
    Ok(Media {
        id: file.file_id,
        kind: serde_json::from_value(Value::from(file.kind)).map_err(|_| db::Error::Stored("media.kind"))?,
        state: MediaState::parse(&file.state).ok_or(db::Error::Stored("media.state"))?,
        preview: file.preview.map(|bytes| STANDARD.encode(bytes)),
        thumb_url: file.has_thumb.then(|| format!("{url}?thumb=1")),
        url,
        file_name: file.file_name,
        mime_type: file.mime_type,
        size_bytes: file.size_bytes,
        width: file.width,
        height: file.height,
        duration_ms: file.duration_ms,
        waveform: file.waveform,
    })
}

#[derive(FromQueryResult)]
struct Answered {
    id: Uuid,
    chat_id: Uuid,
    place: i64,
    text: String,
    sender_name: Option<String>,
    direction: String,
}

async fn answered(service: &Messaging, scope: &Scope, rows: &[Row]) -> Result<HashMap<(Uuid, i64), Reply>, Error> {
    let mut wanted: Vec<(Uuid, i64)> = rows.iter().filter_map(|row| Some((row.chat_id, row.reply_to?))).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new("select id, chat_id, place, text, sender_name, direction from messages where org_id = ");
    sql.bind(scope.org_id.0).add(" and (chat_id, place) in (");
    for (index, (chat, place)) in wanted.into_iter().enumerate() {
        sql.add(if index == 0 { "" } else { ", " }).with("(?, ?)", [chat.into(), place.into()]);
    }
    sql.add(")");
    let mut found = HashMap::new();
    for row in sql.all::<Answered>(&service.db.reader(scope)).await? {
        let direction = Direction::parse(&row.direction).ok_or(db::Error::Stored("messages.direction"))?;
        let text = row.text.chars().take(SNIPPET).collect();
        found.insert((row.chat_id, row.place), Reply { id: row.id, text, sender_name: row.sender_name, direction });
    }
    Ok(found)
}

/// Messages as they are shown, in their order.
///
/// # Errors
/// When somebody who is asked is away.
pub async fn shown(service: &Messaging, scope: &Scope, rows: Vec<Row>) -> Result<Vec<Message>, Error> {
    let mut files = files(service, scope, &rows).await?;
    let answered = answered(service, scope, &rows).await?;
    let people = service.member_names(scope, rows.iter().filter_map(|row| row.author_id)).await?;
    let mut waiting = crate::errands::waiting::of_messages(service, scope, &rows).await?;
    let view = |row: Row| {
        let media = files.remove(&row.id).unwrap_or_default();
        let reply = row.reply_to.and_then(|place| answered.get(&(row.chat_id, place)).cloned());
        let author = row.author_id.and_then(|id| Some(Named { id, name: people.get(&id)?.clone() }));
        let waits = waiting.remove(&row.id).map(Into::into);
        Message { waiting: waits, ..view(row, media, reply, author) }
    };
    Ok(rows.into_iter().map(view).collect())
}

fn view(row: Row, media: Vec<Media>, reply_to: Option<Reply>, author: Option<Named>) -> Message {
    let sender_id = row.sender_id.map(|id| id.to_string());
    let failure = |code: String| {
        let locale = api::context::locale();
        let known = format!("message.failed.{code}");
        let text = api::messages::text(locale, &known, &[]);
        let text = if text == known { api::messages::text(locale, "message.failed.other", &[]) } else { text };
        SendFailure { code, text }
    };
    Message {
        id: row.id,
        chat_id: row.chat_id,
        external_id: row.external_id.map(|id| id.to_string()),
        direction: row.direction,
        status: row.status,
        sender: row.sender_name.map(|name| Sender { name, id: sender_id }),
        author,
        text: row.text,
        entities: row.entities,
        reply_to,
        forwarded_from: row.forwarded,
        album_id: row.album_id.map(|id| id.to_string()),
        media,
        reactions: row.reactions,
        service: row.service,
        sent_at: row.sent_at,
        edited_at: row.edited_at,
        deleted_at: row.deleted_at,
        read_at: row.read_at,
        scheduled_at: row.scheduled_at,
        waiting: None,
        error: row.error.map(failure),
        source: row.source,
        program: row.program_kind.zip(row.program_id).map(|(kind, id)| Program { kind, id }),
        client_id: row.client_id,
        version: row.version,
    }
}
