//! Files that people are about to send, and how they become files of messages.

use std::collections::HashSet;

use db::{Sql, Tx};
use kernel::Scope;
use sea_orm::{ActiveValue::Set, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;

use super::held;
use crate::{Error, Messaging, errands::payload::SentFile};

/// Ids of one statement.
const AT_ONCE: usize = 500;

pub mod file {
    //! A file of a message.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "media")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub org_id: Uuid,
        pub chat_id: Uuid,
        pub message_id: Uuid,
        pub source_id: Uuid,
        pub kind: String,
        pub reference: Vec<u8>,
        pub file_name: Option<String>,
        pub mime_type: String,
        pub size_bytes: i64,
        pub width: Option<i64>,
        pub height: Option<i64>,
        pub duration_ms: Option<i64>,
        pub waveform: Option<Vec<u8>>,
        pub preview: Option<Vec<u8>>,
        pub state: String,
        pub blob: Option<String>,
        pub thumb: Option<String>,
        pub wanted_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A file that somebody is about to send.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Upload {
    pub id: Uuid,
    pub kind: String,
    pub file_name: String,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub blob: String,
    pub thumb: Option<String>,
}

impl Upload {
    /// The bytes that it speaks of.
    pub fn blobs(&self) -> impl Iterator<Item = &str> {
        [Some(self.blob.as_str()), self.thumb.as_deref()].into_iter().flatten()
    }
}

/// Those of somebody's uploads that are there; those that programs send are everybody's.
pub(crate) async fn find(service: &Messaging, scope: &Scope, me: Uuid, ids: &[Uuid]) -> Result<Vec<Upload>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("select id, kind, file_name, mime_type, size_bytes, width, height, blob, thumb from uploads ");
    sql.add("where org_id = ")
        .bind(scope.org_id.0)
        .with(" and (user_id = ? or kept_at is not null) and id in ", [me.into()]);
    sql.list(ids.iter().copied());
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Keeps uploads for as long as a program may send them; gives those that are kept: the actor's own, and those that are
/// everybody's already.
pub(crate) async fn keep(service: &Messaging, scope: &Scope, ids: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let mut kept = HashSet::with_capacity(ids.len());
    if ids.is_empty() {
        return Ok(kept);
    }
    let tx = service.db.begin(scope).await?;
    for ids in ids.chunks(AT_ONCE) {
        let mut sql = Sql::new("update uploads set kept_at = coalesce(kept_at, ");
        sql.bind(tx.clock().now()).add(") where org_id = ").bind(scope.org_id.0);
        sql.with(" and (user_id = ? or kept_at is not null) and id in ", [scope.user_id().map(Uuid::from).into()]);
        sql.list(ids.iter().copied()).add(" returning id");
        for row in sql.rows(&tx).await? {
            kept.insert(row.try_get("", "id")?);
        }
    }
    tx.commit().await?;
    Ok(kept)
}

/// Those of these uploads that are there, whoever's they are; at most 5000.
pub(crate) async fn of_anybody(service: &Messaging, scope: &Scope, ids: &[Uuid]) -> Result<Vec<Upload>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql =
        Sql::new("select id, kind, file_name, mime_type, size_bytes, width, height, blob, thumb from uploads ");
    sql.add("where org_id = ").bind(scope.org_id.0).add(" and id in ").list(ids.iter().copied());
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Somebody's uploads, in the order of these ids.
pub(crate) async fn take(service: &Messaging, scope: &Scope, me: Uuid, ids: &[Uuid]) -> Result<Vec<Upload>, Error> {
    let found = find(service, scope, me, ids).await?;
    let of = |(index, id): (usize, &Uuid)| {
        let upload = found.iter().find(|upload| upload.id == *id).cloned();
        upload.ok_or_else(|| Error::field(&format!("media[{index}]"), "reference.unknown"))
    };
    ids.iter().enumerate().map(of).collect()
}

/// Makes uploads files of the messages that they go with; gives them as they are sent.
pub(crate) async fn attach(
    tx: &Tx,
    scope: &Scope,
    (chat, account): (Uuid, Uuid),
    uploads: &[Upload],
    parts: &[(Uuid, i64)],
) -> Result<Vec<SentFile>, Error> {
    db::insert_all(tx, rows(tx, scope, (chat, account), uploads, parts).collect::<Vec<_>>()).await?;
    held::hold(tx, scope, &uploads.iter().flat_map(Upload::blobs).collect::<Vec<_>>()).await?;
    sent_all(uploads, parts)
}

/// The rows of files of the messages that uploads go with.
pub(crate) fn rows<'a>(
    tx: &'a Tx,
    scope: &'a Scope,
    (chat, account): (Uuid, Uuid),
    uploads: &'a [Upload],
    parts: &'a [(Uuid, i64)],
) -> impl Iterator<Item = file::ActiveModel> + Send + 'a {
    uploads.iter().zip(parts).map(move |(upload, (message, _))| file::ActiveModel {
        id: Set(tx.clock().new_id()),
        org_id: Set(scope.org_id.0),
        chat_id: Set(chat),
        message_id: Set(*message),
        source_id: Set(account),
        kind: Set(upload.kind.clone()),
        reference: Set(Vec::new()),
        file_name: Set(Some(upload.file_name.clone())),
        mime_type: Set(upload.mime_type.clone()),
        size_bytes: Set(upload.size_bytes),
        width: Set(upload.width),
        height: Set(upload.height),
        duration_ms: Set(None),
        waveform: Set(None),
        preview: Set(None),
        state: Set("ready".to_owned()),
        blob: Set(Some(upload.blob.clone())),
        thumb: Set(upload.thumb.clone()),
        wanted_at: Set(None),
        created_at: Set(tx.clock().now()),
    })
}

/// Uploads as they are sent.
pub(crate) fn sent_all(uploads: &[Upload], parts: &[(Uuid, i64)]) -> Result<Vec<SentFile>, Error> {
    uploads.iter().zip(parts).map(|(upload, part)| sent(upload, *part)).collect()
}

fn sent(upload: &Upload, (message_id, random_id): (Uuid, i64)) -> Result<SentFile, Error> {
    let kind = serde_json::from_value(Value::from(upload.kind.as_str()));
    let pixels = |size: Option<i64>| size.and_then(|size| i32::try_from(size).ok());
    Ok(SentFile {
        message_id,
        blob: upload.blob.clone(),
        random_id,
        kind: kind.map_err(|_| db::Error::Stored("uploads.kind"))?,
        file_name: upload.file_name.clone(),
        mime_type: upload.mime_type.clone(),
        size_bytes: upload.size_bytes,
        width: pixels(upload.width),
        height: pixels(upload.height),
    })
}
