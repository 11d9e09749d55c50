//! Files that are with the channel: asking for them, and their coming.

use contracts::{
    channels::WantedMedia,
    events::{MEDIA_READY, MediaReady},
};
use db::Sql;
use events::NewEvent;
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{held, thumbs};
use crate::{Error, Messaging};

#[derive(FromQueryResult)]
struct Wanted {
    id: Uuid,
    chat: String,
    message: Option<i64>,
    kind: String,
    reference: Vec<u8>,
    size_bytes: i64,
}

/// Files of the account that somebody waits for, who asked first comes first.
pub(crate) async fn wanted(
    service: &Messaging,
    scope: &Scope,
    account: Uuid,
    limit: u64,
) -> Result<Vec<WantedMedia>, Error> {
    let mut sql =
        Sql::new("select f.id, c.external_id as chat, m.external_id as message, f.kind, f.reference, f.size_bytes ");
    sql.add("from media f join chats c on c.org_id = f.org_id and c.id = f.chat_id ");
    sql.add("join messages m on m.org_id = f.org_id and m.id = f.message_id where f.org_id = ").bind(scope.org_id.0);
    sql.with(" and f.source_id = ? and f.state = 'wanted'", [account.into()]);
    sql.add(&format!(" order by f.wanted_at, f.id limit {}", limit.clamp(1, 1000)));
    let rows: Vec<Wanted> = sql.all(&service.db.reader(scope)).await?;
    let media = |row: Wanted| {
        Some(WantedMedia {
            id: row.id,
            chat_id: row.chat.parse().ok()?,
            message_id: row.message?,
            kind: serde_json::from_value(Value::from(row.kind)).ok()?,
            reference: row.reference,
            size_bytes: row.size_bytes,
        })
    };
    Ok(rows.into_iter().filter_map(media).collect())
}

#[derive(FromQueryResult)]
struct File {
    message_id: Uuid,
    chat_id: Uuid,
    kind: String,
    mime_type: String,
    size_bytes: i64,
}

/// Notes that a file is here, or that it cannot be had.
pub(crate) async fn arrived(service: &Messaging, scope: &Scope, id: Uuid, blob: Option<&str>) -> Result<(), Error> {
    let mut sql = Sql::new("select message_id, chat_id, kind, mime_type, size_bytes from media where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ? and state in ('remote', 'wanted')", [id.into()]);
    let Some(file) = sql.one::<File>(&service.db.reader(scope)).await? else { return Ok(()) };
    let thumb = match blob {
        Some(blob) => small(service, scope, blob, &file).await,
        None => None,
    };
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update media set state = ");
    sql.bind(if blob.is_some() { "ready" } else { "failed" }).add(", blob = ").bind(blob.map(str::to_owned));
    sql.add(", thumb = ").bind(thumb.clone());
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and state in ('remote', 'wanted')", [id.into()]);
    if sql.run(&tx).await? > 0 && blob.is_some() {
        let blobs: Vec<&str> = blob.into_iter().chain(thumb.as_deref()).collect();
        held::hold(&tx, scope, &blobs).await?;
        let data = MediaReady {
            media_id: id,
            message_id: file.message_id,
            chat_id: file.chat_id,
            kind: file.kind,
            size_bytes: file.size_bytes,
        };
        events::append(&tx, [NewEvent::of(MEDIA_READY, "media", id, json!(data))]).await?;
    }
    Ok(tx.commit().await?)
}

/// Its small picture; a file without one is here all the same.
async fn small(service: &Messaging, scope: &Scope, blob: &str, file: &File) -> Option<String> {
    match thumbs::keep(service, scope, blob, &file.mime_type).await {
        Ok(thumb) => thumb.map(|thumb| thumb.key),
        Err(error) => {
            tracing::warn!(%error, "a photo has no small picture");
            None
        }
    }
}
