//! What messages said, and say now. Every version that was ever seen is kept once; the newest one is shown.

use chrono::{DateTime, Utc};
use contracts::channels::Entity;
use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{Row, search_text};
use crate::Error;

/// Most versions that are shown.
const MOST: u64 = 100;

/// What a message said before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageVersion {
    pub text: String,
    pub entities: Vec<Entity>,
    /// Since when it said so.
    pub said_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Stored {
    said_at: DateTime<Utc>,
    text: String,
    entities: Value,
}

/// What a message said before, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn list(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    message: Uuid,
) -> Result<Vec<MessageVersion>, Error> {
    let mut sql = Sql::new("select said_at, text, entities from message_edits where org_id = ");
    sql.bind(scope.org_id.0).with(" and message_id = ? order by said_at desc", [message.into()]);
    sql.add(&format!(" limit {MOST}"));
    let versions: Vec<Stored> = sql.all(connection).await?;
    let shown = |stored: Stored| MessageVersion {
        text: stored.text,
        entities: serde_json::from_value(stored.entities).unwrap_or_default(),
        said_at: stored.said_at,
    };
    Ok(versions.into_iter().map(shown).collect())
}

/// A version of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    pub message_id: Uuid,
    pub said_at: DateTime<Utc>,
    pub text: String,
    pub entities: Vec<Entity>,
}

/// Keeps versions; those that are kept already stay as they are.
///
/// # Errors
/// When the database refuses.
pub async fn keep(tx: &Tx, scope: &Scope, versions: &[Version]) -> Result<(), Error> {
    for chunk in versions.chunks(200) {
        let mut sql = Sql::new("insert into message_edits (org_id, message_id, said_at, text, entities) values ");
        for (index, version) in chunk.iter().enumerate() {
            sql.add(if index == 0 { "" } else { ", " }).with(
                "(?, ?, ?, ?, ?)",
                [
                    scope.org_id.0.into(),
                    version.message_id.into(),
                    version.said_at.into(),
                    version.text.as_str().into(),
                    serde_json::json!(version.entities).into(),
                ],
            );
        }
        sql.add(" on conflict do nothing");
        sql.run(tx).await?;
    }
    Ok(())
}

/// What a message says now, as a version.
#[must_use]
pub fn current(row: &Row) -> Version {
    Version {
        message_id: row.id,
        said_at: row.edited_at.unwrap_or(row.sent_at),
        text: row.text.clone(),
        entities: row.entities.clone(),
    }
}

/// Makes a message say something else.
///
/// # Errors
/// When the database refuses.
pub async fn say(
    tx: &Tx,
    scope: &Scope,
    message: Uuid,
    (text, entities): (&str, &[Entity]),
    edited_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let mut sql = Sql::new("update messages set version = version + 1, error = null, text = ");
    sql.bind(text).add(", search_text = ").bind(search_text(text, None)).add(", entities = ");
    sql.bind(serde_json::json!(entities)).add(", edited_at = ").bind(edited_at);
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and deleted_at is null", [message.into()]);
    sql.run(tx).await?;
    Ok(())
}

/// Notes when the channel says that a message of ours was edited.
///
/// # Errors
/// When the database refuses.
pub async fn confirm(tx: &Tx, scope: &Scope, message: Uuid, at: DateTime<Utc>) -> Result<(), Error> {
    let mut sql = Sql::new("update messages set edited_at = ");
    sql.bind(at).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and edited_at is not null", [message.into()]);
    sql.run(tx).await?;
    Ok(())
}

/// Gives a message back what it said before an edit that did not go.
///
/// # Errors
/// When the database refuses.
pub async fn take_back(tx: &Tx, scope: &Scope, message: Uuid, code: &str) -> Result<(), Error> {
    let Some(before) = list(tx, scope, message).await?.into_iter().next() else { return Ok(()) };
    let row = super::store::get(tx, scope, message).await?;
    let edited_at = (before.said_at != row.sent_at).then_some(before.said_at);
    say(tx, scope, message, (&before.text, &before.entities), edited_at).await?;
    let mut sql = Sql::new("delete from message_edits where org_id = ");
    sql.bind(scope.org_id.0).with(" and message_id = ? and said_at = ?", [message.into(), before.said_at.into()]);
    sql.run(tx).await?;
    let mut sql = Sql::new("update messages set error = ");
    sql.bind(code).add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [message.into()]);
    sql.run(tx).await?;
    Ok(())
}
