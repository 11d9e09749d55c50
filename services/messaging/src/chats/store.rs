//! Chats in the database.

use chrono::{DateTime, Utc};
use db::{Sql, Tx, columns::Texts};
use kernel::{Scope, values::search};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult};
use uuid::Uuid;

use super::chat::{ChatFields, State};
use crate::{Error, reach::Readable};

pub mod entity {
    use db::columns::Texts;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "chats")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub account_id: Option<Uuid>,
        pub channel_id: Option<Uuid>,
        pub source_id: Uuid,
        pub channel: String,
        pub external_id: String,
        pub kind: String,
        pub title: String,
        pub username: Option<String>,
        pub phone: Option<String>,
        pub search_text: String,
        pub contact_id: Option<Uuid>,
        #[sea_orm(column_type = "JsonBinary")]
        pub deal_ids: Texts,
        #[sea_orm(column_type = "JsonBinary")]
        pub tags: Texts,
        pub assignee_id: Option<Uuid>,
        pub state: String,
        pub snoozed_until: Option<DateTimeUtc>,
        pub merged_into: Option<Uuid>,
        pub read_inbox_until: i64,
        pub read_outbox_until: i64,
        pub has_in: bool,
        /// When the newest answer of theirs was stored.
        pub last_received_at: Option<DateTimeUtc>,
        pub last_id: Option<Uuid>,
        pub last_at: DateTimeUtc,
        pub last_text: Option<String>,
        pub last_direction: Option<String>,
        pub last_status: Option<String>,
        pub last_media: Option<String>,
        pub last_sender: Option<String>,
        pub unread: i64,
        pub waiting_since: Option<DateTimeUtc>,
        pub scheduled: i64,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A chat as it is stored.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub account_id: Option<Uuid>,
    pub channel_id: Option<Uuid>,
    pub source_id: Uuid,
    pub channel: String,
    pub external_id: String,
    pub kind: String,
    pub title: String,
    pub username: Option<String>,
    pub phone: Option<String>,
    pub contact_id: Option<Uuid>,
    pub deal_ids: Texts,
    pub tags: Texts,
    pub assignee_id: Option<Uuid>,
    pub state: String,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub merged_into: Option<Uuid>,
    pub read_inbox_until: i64,
    pub read_outbox_until: i64,
    pub has_in: bool,
    pub last_id: Option<Uuid>,
    pub last_at: DateTime<Utc>,
    pub last_text: Option<String>,
    pub last_direction: Option<String>,
    pub last_status: Option<String>,
    pub last_media: Option<String>,
    pub last_sender: Option<String>,
    pub unread: i64,
    pub waiting_since: Option<DateTime<Utc>>,
    pub scheduled: i64,
    pub version: i64,
    pub updated_at: DateTime<Utc>,
}

/// The columns of [`Row`], of a table called `c`.
pub const COLUMNS: &str = "c.id, c.account_id, c.channel_id, c.source_id, c.channel, c.external_id, c.kind, c.title, \
    c.username, c.phone, c.contact_id, c.deal_ids, c.tags, c.assignee_id, c.state, c.snoozed_until, c.merged_into, \
    c.read_inbox_until, c.read_outbox_until, c.has_in, c.last_id, c.last_at, c.last_text, c.last_direction, \
    c.last_status, c.last_media, c.last_sender, c.unread, c.waiting_since, c.scheduled, c.version, c.updated_at";

impl Row {
    /// What people set of it.
    ///
    /// # Errors
    /// When a stored word is unknown.
    pub fn fields(&self) -> Result<ChatFields, Error> {
        Ok(ChatFields {
            assignee_id: self.assignee_id,
            state: State::parse(&self.state).ok_or(db::Error::Stored("chats.state"))?,
            snoozed_until: self.snoozed_until,
            tags: self.tags.0.clone(),
            contact_id: self.contact_id,
            deal_ids: self.deals(),
        })
    }

    /// The deals it is linked to.
    #[must_use]
    pub fn deals(&self) -> Vec<Uuid> {
        self.deal_ids.0.iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// The chat it is shown as.
    #[must_use]
    pub fn shown_as(&self) -> Uuid {
        self.merged_into.unwrap_or(self.id)
    }
}

/// The words a chat is found by: each after a space, so that a word is found by its beginning.
#[must_use]
pub fn search_text(title: &str, username: Option<&str>) -> String {
    let words = search::index_tokens([title].into_iter().chain(username));
    format!(" {words}")
}

/// Chats by id, as far as they are within reach.
///
/// # Errors
/// When the database is away.
pub async fn load_many(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    readable: &Readable,
    ids: &[Uuid],
) -> Result<Vec<Row>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(scope.org_id.0).add(" and c.id in ").list(ids.iter().copied());
    readable.narrow(&mut sql);
    Ok(sql.all(connection).await?)
}

/// One chat.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    readable: &Readable,
    id: Uuid,
) -> Result<Row, Error> {
    load_many(connection, scope, readable, &[id]).await?.pop().ok_or(Error::NotFound)
}

/// A chat with those that are shown as part of it; it itself comes first.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn whole(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    readable: &Readable,
    id: Uuid,
) -> Result<Vec<Row>, Error> {
    let mut sql = Sql::new(&format!("select {COLUMNS} from chats c where c.org_id = "));
    sql.bind(scope.org_id.0).with(" and (c.id = ? or c.merged_into = ?)", [id.into(), id.into()]);
    readable.narrow(&mut sql);
    let mut rows: Vec<Row> = sql.all(connection).await?;
    rows.sort_by_key(|row| (row.id != id, row.id));
    if rows.first().is_none_or(|row| row.id != id) {
        return Err(Error::NotFound);
    }
    Ok(rows)
}

/// Holds chats until the transaction ends, in the order in which everybody holds several.
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &Tx, scope: &Scope, ids: &[Uuid]) -> Result<(), Error> {
    if tx.get_database_backend() != DbBackend::Postgres || ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("select id from chats where org_id = ");
    sql.bind(scope.org_id.0).add(" and id in ").list(ids.iter().copied()).add(" order by id for update");
    sql.run(tx).await?;
    Ok(())
}

/// Writes what differs into chats that all change alike, each a version on; of a single one only while it has the version
/// that it was read with. Gives how many that were.
///
/// # Errors
/// When the database refuses.
pub async fn update_many(
    tx: &Tx,
    scope: &Scope,
    changes: &[(&Row, ChatFields)],
    patch: &super::chat::ChatPatch,
) -> Result<u64, Error> {
    use api::requests::Given;
    let Some((first, fields)) = changes.first() else { return Ok(0) };
    let mut sql = Sql::new("update chats set version = version + 1, updated_at = ");
    sql.bind(tx.clock().now());
    if !matches!(patch.assignee_id, Given::Absent) {
        sql.add(", assignee_id = ").bind(fields.assignee_id);
    }
    if patch.state.is_some() || !matches!(patch.snoozed_until, Given::Absent) {
        sql.add(", state = ").bind(fields.state.as_str()).add(", snoozed_until = ").bind(fields.snoozed_until);
    }
    if patch.tags.is_some() {
        sql.add(", tags = ").bind(serde_json::json!(fields.tags));
    }
    if !matches!(patch.contact_id, Given::Absent) {
        sql.add(", contact_id = ").bind(fields.contact_id);
    }
    if patch.deal_ids.is_some() {
        sql.add(", deal_ids = ").bind(serde_json::json!(fields.deal_ids));
    }
    sql.add(" where org_id = ").bind(scope.org_id.0).add(" and id in ").list(changes.iter().map(|(row, _)| row.id));
    if changes.len() == 1 {
        sql.add(" and version = ").bind(first.version);
    }
    Ok(sql.run(tx).await?)
}
