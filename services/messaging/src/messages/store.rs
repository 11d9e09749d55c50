//! Messages in the database.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use contracts::channels::{Entity, ForwardedFrom, Reaction};
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ActiveValue, ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryResult};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::message::{Direction, Source, Status};
use crate::Error;

pub mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        /// On SQLite only.
        pub seq: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub chat_id: Uuid,
        pub source_id: Uuid,
        pub external_id: Option<i64>,
        pub place: i64,
        pub direction: String,
        pub status: String,
        pub sender_id: Option<i64>,
        pub sender_name: Option<String>,
        pub author_id: Option<Uuid>,
        pub text: String,
        #[sea_orm(column_type = "JsonBinary")]
        pub entities: Json,
        pub reply_to: Option<i64>,
        pub topic_id: Option<i64>,
        #[sea_orm(column_type = "JsonBinary")]
        pub forwarded: Option<Json>,
        pub album_id: Option<i64>,
        pub media_kind: Option<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub reactions: Json,
        #[sea_orm(column_type = "JsonBinary")]
        pub service: Option<Json>,
        pub sent_at: DateTimeUtc,
        pub edited_at: Option<DateTimeUtc>,
        pub deleted_at: Option<DateTimeUtc>,
        pub read_at: Option<DateTimeUtc>,
        pub scheduled_at: Option<DateTimeUtc>,
        pub error: Option<String>,
        pub source: String,
        pub import_id: Option<Uuid>,
        pub client_id: Option<Uuid>,
        pub search_text: String,
        pub program_kind: Option<String>,
        pub program_id: Option<Uuid>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: Uuid,
    pub chat_id: Uuid,
    pub source_id: Uuid,
    pub external_id: Option<i64>,
    pub place: i64,
    pub direction: Direction,
    pub status: Status,
    pub sender_id: Option<i64>,
    pub sender_name: Option<String>,
    pub author_id: Option<Uuid>,
    pub text: String,
    pub entities: Vec<Entity>,
    pub reply_to: Option<i64>,
    pub topic_id: Option<i64>,
    pub forwarded: Option<ForwardedFrom>,
    pub album_id: Option<i64>,
    pub media_kind: Option<String>,
    pub reactions: Vec<Reaction>,
    pub service: Option<Value>,
    pub sent_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub read_at: Option<DateTime<Utc>>,
    pub scheduled_at: Option<DateTime<Utc>>,
    pub error: Option<String>,
    pub source: Source,
    pub client_id: Option<Uuid>,
    /// The program that sent it: the word for what it is, and its id.
    pub program_kind: Option<String>,
    pub program_id: Option<Uuid>,
    pub version: i64,
}

/// The columns of [`Row`], of a table called `m`.
pub const COLUMNS: &str = "m.id, m.chat_id, m.source_id, m.external_id, m.place, m.direction, m.status, m.sender_id, \
    m.sender_name, m.author_id, m.text, m.entities, m.reply_to, m.topic_id, m.forwarded, m.album_id, m.media_kind, \
    m.reactions, m.service, m.sent_at, m.edited_at, m.deleted_at, m.read_at, m.scheduled_at, m.error, m.source, \
    m.client_id, m.program_kind, m.program_id, m.version";

fn stored<T: DeserializeOwned>(value: Value, what: &'static str) -> Result<T, DbErr> {
    serde_json::from_value(value).map_err(|_| DbErr::Custom(format!("what is stored cannot be read: {what}")))
}

fn word<T>(row: &QueryResult, column: &'static str, parse: fn(&str) -> Option<T>) -> Result<T, DbErr> {
    let word: String = row.try_get("", column)?;
    parse(&word).ok_or_else(|| DbErr::Custom(format!("what is stored cannot be read: messages.{column}")))
}

impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let forwarded: Option<Value> = row.try_get("", "forwarded")?;
        Ok(Self {
            id: row.try_get("", "id")?,
            chat_id: row.try_get("", "chat_id")?,
            source_id: row.try_get("", "source_id")?,
            external_id: row.try_get("", "external_id")?,
            place: row.try_get("", "place")?,
            direction: word(row, "direction", Direction::parse)?,
            status: word(row, "status", Status::parse)?,
            sender_id: row.try_get("", "sender_id")?,
            sender_name: row.try_get("", "sender_name")?,
            author_id: row.try_get("", "author_id")?,
            text: row.try_get("", "text")?,
            entities: stored(row.try_get("", "entities")?, "messages.entities")?,
            reply_to: row.try_get("", "reply_to")?,
            topic_id: row.try_get("", "topic_id")?,
            forwarded: forwarded.map(|value| stored(value, "messages.forwarded")).transpose()?,
            album_id: row.try_get("", "album_id")?,
            media_kind: row.try_get("", "media_kind")?,
            reactions: stored(row.try_get("", "reactions")?, "messages.reactions")?,
            service: row.try_get("", "service")?,
            sent_at: row.try_get("", "sent_at")?,
            edited_at: row.try_get("", "edited_at")?,
            deleted_at: row.try_get("", "deleted_at")?,
            read_at: row.try_get("", "read_at")?,
            scheduled_at: row.try_get("", "scheduled_at")?,
            error: row.try_get("", "error")?,
            source: word(row, "source", Source::parse)?,
            client_id: row.try_get("", "client_id")?,
            program_kind: row.try_get("", "program_kind")?,
            program_id: row.try_get("", "program_id")?,
            version: row.try_get("", "version")?,
        })
    }
}

/// Numbers within a second.
static NEXT: AtomicU32 = AtomicU32::new(0);
/// Bits of a row number that are left for it.
const WITHIN: u32 = 29;

/// The row number of a message on SQLite: the second it was sent in, then a number that does not come twice in one. So the
/// newest are found first by full text, and messages of all chats by time without an index of their own.
#[must_use]
pub fn seq(backend: DbBackend, sent_at: DateTime<Utc>, id: Uuid) -> ActiveValue<i64> {
    if backend != DbBackend::Sqlite {
        return ActiveValue::NotSet;
    }
    // Begun anew by each process at a place of its own.
    let begun = || u32::try_from(id.as_u128() & 0x0fff_ffff).unwrap_or_default();
    let _ = NEXT.compare_exchange(0, begun().max(1), Ordering::Relaxed, Ordering::Relaxed);
    let within = NEXT.fetch_add(1, Ordering::Relaxed) & ((1 << WITHIN) - 1);
    ActiveValue::Set(first_of(sent_at) | i64::from(within))
}

/// The lowest row number of the second of an instant.
#[must_use]
pub fn first_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().clamp(0, i64::from(u32::MAX)) << WITHIN
}

/// The words a message is found by.
#[must_use]
pub fn search_text(text: &str, file_name: Option<&str>) -> String {
    kernel::values::search::index_tokens([text].into_iter().chain(file_name))
}

/// Messages by id.
///
/// # Errors
/// When the database is away.
pub async fn load_many(connection: &impl ConnectionTrait, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!("select {COLUMNS} from messages m where m.org_id = "));
    sql.bind(scope.org_id.0).add(" and m.id in ").list(ids.iter().copied());
    Ok(sql.all(connection).await?)
}

/// One message.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    load_many(connection, scope, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// Messages of a chat by what the channel calls them.
///
/// # Errors
/// When the database is away.
pub async fn by_external(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    chat: Uuid,
    ids: &[i64],
) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!("select {COLUMNS} from messages m where m.org_id = "));
    sql.bind(scope.org_id.0).with(" and m.chat_id = ? and m.place in ", [chat.into()]).list(ids.iter().copied());
    Ok(sql.all(connection).await?)
}

/// Inserts messages.
///
/// # Errors
/// When the database refuses.
pub async fn insert(tx: &Tx, rows: Vec<entity::ActiveModel>) -> Result<(), Error> {
    Ok(db::insert_all(tx, rows).await?)
}

/// Removes what hangs on messages of a chat that are not there any more.
///
/// # Errors
/// When the database refuses.
pub async fn remove_orphans(tx: &Tx, scope: &Scope, chat: Uuid) -> Result<(), Error> {
    let mut sql = Sql::new("delete from media where org_id = ");
    sql.bind(scope.org_id.0).with(" and chat_id = ? and not exists (select 1 from messages m ", [chat.into()]);
    sql.add("where m.org_id = media.org_id and m.id = media.message_id)");
    sql.run(tx).await?;
    Ok(())
}

/// The newest message of each chat that the channel has a name for.
///
/// # Errors
/// When the database is away.
pub async fn newest(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    chats: impl Iterator<Item = Uuid>,
) -> Result<std::collections::HashMap<Uuid, i64>, Error> {
    let mut sql = Sql::new("select chat_id, max(place) as place from messages where org_id = ");
    sql.bind(scope.org_id.0).with(" and place < ? and chat_id in ", [crate::chats::refresh::UNSENT.into()]);
    sql.list(chats).add(" group by chat_id");
    let rows = sql.rows(connection).await?;
    let pair = |row: &QueryResult| Ok((row.try_get("", "chat_id")?, row.try_get("", "place")?));
    Ok(rows.iter().map(pair).collect::<Result<_, DbErr>>()?)
}
