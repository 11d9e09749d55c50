//! Imports of history in the database.

use chrono::{DateTime, Utc};
use db::{Sql, Tx};
use kernel::{Resource, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Error;

/// A chat of an export.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundChat {
    /// What accounts call it.
    pub id: String,
    pub title: String,
    /// Such as `private`.
    pub kind: String,
    pub messages: u64,
    /// How many people write in it.
    pub people: u64,
    #[schema(required)]
    pub from: Option<DateTime<Utc>>,
    #[schema(required)]
    pub to: Option<DateTime<Utc>>,
    /// The contact that an account knows it as.
    #[schema(required)]
    pub contact_id: Option<Uuid>,
}

/// A chat that is to be taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ChosenChat {
    /// As in the preview.
    pub id: String,
    /// Whom it is with, unless the chat has a contact.
    pub contact_id: Option<Uuid>,
}

/// What was chosen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    pub chats: Vec<ChosenChat>,
    /// Those that were here before: what of them is unread stays so.
    pub known: Vec<String>,
}

/// An import as it is stored.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub id: Uuid,
    pub file_name: String,
    pub blob: String,
    pub size_bytes: i64,
    pub status: String,
    pub account_id: Option<Uuid>,
    pub preview: Value,
    pub plan: Option<Value>,
    pub chats_done: i64,
    pub messages_done: i64,
    pub messages_new: i64,
    pub files_done: i64,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl Row {
    /// The chats of the export.
    #[must_use]
    pub fn chats(&self) -> Vec<FoundChat> {
        serde_json::from_value(self.preview["chats"].clone()).unwrap_or_default()
    }

    /// How many files came with it.
    #[must_use]
    pub fn files(&self) -> u64 {
        self.preview["files"].as_u64().unwrap_or_default()
    }

    #[must_use]
    pub fn plan(&self) -> Plan {
        self.plan.clone().and_then(|plan| serde_json::from_value(plan).ok()).unwrap_or_default()
    }
}

/// Only the imports of the actor, unless they reach all chats.
fn narrow(sql: &mut Sql, scope: &Scope) {
    if !scope.reaches_all(Resource::Chats) {
        sql.with(" and user_id = ?", [scope.user_id().map(Uuid::from).into()]);
    }
}

/// An import as a list shows it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Listed {
    pub id: Uuid,
    pub user_id: Uuid,
    pub file_name: String,
    pub size_bytes: i64,
    pub status: String,
    pub account_id: Option<Uuid>,
    pub messages_total: i64,
    pub messages_done: i64,
    pub messages_new: i64,
    pub error: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Imports within reach, newest first: at most `limit` after one.
///
/// # Errors
/// When the database is away.
pub async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Result<Vec<Listed>, Error> {
    let mut sql = Sql::new(
        "select id, user_id, file_name, size_bytes, status, account_id, messages_total, messages_done, messages_new, \
         error, created_at from chat_imports where org_id = ",
    );
    sql.bind(scope.org_id.0);
    narrow(&mut sql, scope);
    if let Some((at, id)) = after {
        sql.with(" and (created_at, id) < (?, ?)", [at.into(), id.into()]);
    }
    sql.add(&format!(" order by created_at desc, id desc limit {limit}"));
    Ok(sql.all(connection).await?)
}

/// One import, if it is within reach.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(connection: &impl ConnectionTrait, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    let mut sql = Sql::new(
        "select id, file_name, blob, size_bytes, status, account_id, preview, plan, chats_done, messages_done, \
         messages_new, files_done, error, created_at from chat_imports where org_id = ",
    );
    sql.bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    narrow(&mut sql, scope);
    sql.one(connection).await?.ok_or(Error::NotFound)
}

/// Keeps an import that was looked at.
///
/// # Errors
/// When the database refuses.
pub async fn insert(
    tx: &Tx,
    scope: &Scope,
    (id, user): (Uuid, Uuid),
    (file_name, blob, size_bytes): (&str, &str, i64),
    (chats, files): (&[FoundChat], u64),
) -> Result<(), Error> {
    let mut sql = Sql::new(
        "insert into chat_imports (id, org_id, user_id, file_name, blob, size_bytes, status, preview, chats_done, \
         messages_done, messages_new, created_at) values (",
    );
    sql.with(
        "?, ?, ?, ?, ?, ?, 'ready', ?, 0, 0, 0, ?)",
        [
            id.into(),
            scope.org_id.0.into(),
            user.into(),
            file_name.into(),
            blob.into(),
            size_bytes.into(),
            json!({ "chats": chats, "files": files }).into(),
            tx.clock().now().into(),
        ],
    );
    sql.run(tx).await?;
    Ok(())
}

/// Moves an import from one of these states to another; whether it was in one of them.
///
/// # Errors
/// When the database refuses.
pub async fn turn(
    tx: &Tx,
    scope: &Scope,
    id: Uuid,
    from: &[&str],
    (to, error): (&str, Option<&str>),
) -> Result<bool, Error> {
    let mut sql = Sql::new("update chat_imports set status = ");
    sql.bind(to).add(", error = ").bind(error.map(str::to_owned)).add(", ended_at = ").bind(tx.clock().now());
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and status in ", [id.into()]);
    sql.list(from.iter().copied());
    Ok(sql.run(tx).await? > 0)
}
