//! The floor of the inbox: the newest chats, and the newest messages that have words, within one organization.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use sea_orm::prelude::DateTimeUtc;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use uuid::Uuid;

use super::{Answer, Database, Floor, failed};

const CHATS: &str = "select id, source_id, channel, external_id, kind, title, username, phone, contact_id, deal_ids, tags, \
    assignee_id, state, last_id, last_at, last_text, last_direction, last_status, unread, waiting_since, version \
    from chats where org_id = $1 and merged_into is null order by last_at desc, id desc limit 51";

const MESSAGE: &str = "m.id, m.chat_id, m.direction, m.status, m.sender_name, m.text, m.entities, m.reactions, m.sent_at, \
    m.version, c.title";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Chat {
    id: Uuid,
    source_id: Uuid,
    channel: String,
    external_id: String,
    kind: String,
    title: String,
    username: Option<String>,
    phone: Option<String>,
    contact_id: Option<Uuid>,
    deal_ids: serde_json::Value,
    tags: serde_json::Value,
    assignee_id: Option<Uuid>,
    state: String,
    last_id: Option<Uuid>,
    last_at: DateTimeUtc,
    last_text: Option<String>,
    last_direction: Option<String>,
    last_status: Option<String>,
    unread: i64,
    waiting_since: Option<DateTimeUtc>,
    version: i64,
}

macro_rules! chat {
    ($row:expr) => {
        Ok::<_, sqlx::Error>(Chat {
            id: $row.try_get(0)?,
            source_id: $row.try_get(1)?,
            channel: $row.try_get(2)?,
            external_id: $row.try_get(3)?,
            kind: $row.try_get(4)?,
            title: $row.try_get(5)?,
            username: $row.try_get(6)?,
            phone: $row.try_get(7)?,
            contact_id: $row.try_get(8)?,
            deal_ids: $row.try_get(9)?,
            tags: $row.try_get(10)?,
            assignee_id: $row.try_get(11)?,
            state: $row.try_get(12)?,
            last_id: $row.try_get(13)?,
            last_at: $row.try_get(14)?,
            last_text: $row.try_get(15)?,
            last_direction: $row.try_get(16)?,
            last_status: $row.try_get(17)?,
            unread: $row.try_get(18)?,
            waiting_since: $row.try_get(19)?,
            version: $row.try_get(20)?,
        })
    };
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: Uuid,
    chat_id: Uuid,
    direction: String,
    status: String,
    sender_name: Option<String>,
    text: String,
    entities: serde_json::Value,
    reactions: serde_json::Value,
    sent_at: DateTimeUtc,
    version: i64,
    title: String,
}

macro_rules! message {
    ($row:expr) => {
        Ok::<_, sqlx::Error>(Message {
            id: $row.try_get(0)?,
            chat_id: $row.try_get(1)?,
            direction: $row.try_get(2)?,
            status: $row.try_get(3)?,
            sender_name: $row.try_get(4)?,
            text: $row.try_get(5)?,
            entities: $row.try_get(6)?,
            reactions: $row.try_get(7)?,
            sent_at: $row.try_get(8)?,
            version: $row.try_get(9)?,
            title: $row.try_get(10)?,
        })
    };
}

pub(super) fn routes() -> Router<Arc<Floor>> {
    Router::new().route("/inbox", get(inbox)).route("/messages", get(messages))
}

async fn inbox(State(floor): State<Arc<Floor>>) -> Answer<Vec<Chat>> {
    floor.chats().await.map(Json).map_err(failed)
}

#[derive(Deserialize)]
struct Wanted {
    /// Beginnings of words, separated by commas.
    words: String,
}

async fn messages(State(floor): State<Arc<Floor>>, Query(wanted): Query<Wanted>) -> Answer<Vec<Message>> {
    let words: Vec<&str> = wanted.words.split(',').collect();
    floor.found(&words).await.map(Json).map_err(failed)
}

impl Floor {
    async fn chats(&self) -> Result<Vec<Chat>, sqlx::Error> {
        match &self.db {
            Database::Sqlite { read, .. } => {
                sqlx::query(CHATS).bind(self.org).fetch_all(read).await?.iter().map(|row| chat!(row)).collect()
            }
            Database::Postgres(pool) => {
                sqlx::query(CHATS).bind(self.org).fetch_all(pool).await?.iter().map(|row| chat!(row)).collect()
            }
        }
    }

    async fn found(&self, words: &[&str]) -> Result<Vec<Message>, sqlx::Error> {
        match &self.db {
            Database::Sqlite { read, .. } => {
                let sql = format!(
                    "select {MESSAGE} from messages_fts f cross join messages m on m.seq = f.rowid \
                     cross join chats c on c.id = m.chat_id \
                     where messages_fts match $2 and m.org_id = $1 order by f.rowid desc limit 21"
                );
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"*")).collect();
                let value = format!("org : \"{}\" AND text : ({})", self.org.simple(), words.join(" AND "));
                let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.org).bind(value);
                query.fetch_all(read).await?.iter().map(|row| message!(row)).collect()
            }
            Database::Postgres(pool) => {
                let sql = format!(
                    "select {MESSAGE} from messages_words w join chats c on c.id = w.chat_id \
                     join messages m on m.id = w.record_id and m.sent_at = w.sent_at \
                     where w.words @@ to_tsquery('simple', $2) and m.org_id = $1 \
                     order by w.sent_at desc, w.record_id desc limit 21"
                );
                let words: Vec<String> = words.iter().map(|word| format!("{word}:*")).collect();
                let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.org).bind(words.join(" & "));
                query.fetch_all(pool).await?.iter().map(|row| message!(row)).collect()
            }
        }
    }
}
