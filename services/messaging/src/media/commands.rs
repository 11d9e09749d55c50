//! Uploading files, and reading those of messages.

use db::Sql;
use std::ops::Range;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use contracts::{
    channels::MediaKind,
    permissions::{CHATS_READ, MESSAGES_SEND},
    ports::PortError,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use kernel::{Scope, values::Line};
use sea_orm::FromQueryResult;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    files::{FilesError, Pieces},
    held,
    sniff::{self, Sniffed, sniff},
    thumbs, uploads,
};
use crate::{Error, Messaging, chats::store as chats};

/// The largest file, in bytes.
pub const MAX_BYTES: u64 = 50 * 1024 * 1024;

/// A file that is about to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadedFile {
    pub id: Uuid,
    pub kind: MediaKind,
    pub file_name: String,
    /// What its bytes say that it is.
    pub mime_type: String,
    pub size_bytes: u64,
    #[schema(required)]
    pub width: Option<i64>,
    #[schema(required)]
    pub height: Option<i64>,
    /// Where whoever uploaded it can look at it, until it is forgotten.
    pub url: String,
    /// A small picture of a photo.
    #[schema(required)]
    pub thumb_url: Option<String>,
}

impl From<FilesError> for Error {
    fn from(error: FilesError) -> Self {
        match error {
            FilesError::TooLarge => Self::TooLarge,
            FilesError::Absent => Self::NotFound,
            FilesError::Other(error) => Self::Port(error),
        }
    }
}

/// How a body begins, and all of it.
async fn begin(body: Body) -> Result<(Bytes, Pieces), Error> {
    let mut pieces = body.into_data_stream().map_err(PortError::from);
    let mut head = BytesMut::new();
    while head.len() < sniff::ENOUGH {
        match pieces.next().await {
            Some(piece) => head.extend_from_slice(&piece.map_err(Error::Port)?),
            None => break,
        }
    }
    let head = head.freeze();
    let all = stream::iter([Ok(head.clone())]).chain(pieces).boxed();
    Ok((head, all))
}

/// Keeps a file that the caller is about to send.
///
/// # Errors
/// [`Error::TooLarge`]; [`Error::Invalid`]; [`Error::NoBlobs`].
pub async fn upload(service: &Messaging, scope: &Scope, name: &str, body: Body) -> Result<UploadedFile, Error> {
    scope.require(MESSAGES_SEND)?;
    let me = Messaging::me(scope)?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut refused = kernel::Fields::default();
    let name = refused.take("fileName", Line::<255>::parse(name)).map(Line::into_string);
    let file_name = refused.finish(|| name.unwrap_or_default())?;
    let files = service.files.as_ref().ok_or(Error::NoBlobs)?;
    let (head, pieces) = begin(body).await?;
    if head.is_empty() {
        return Err(Error::field("", "message.file.empty"));
    }
    let Sniffed { kind, mime_type, size } = sniff(&head);
    let kept = files.keep(scope.org_id, pieces, MAX_BYTES).await?;
    let small = thumbs::keep(service, scope, &kept.key, mime_type).await?;
    let size = small.as_ref().map(|small| (small.width, small.height)).or(size);
    let thumb = small.map(|small| small.key);
    let tx = service.db.begin(scope).await?;
    let id = tx.clock().new_id();
    let (width, height) = size.unzip();
    let word = serde_json::to_value(kind).unwrap_or_default();
    let mut sql = Sql::new(
        "insert into uploads (id, org_id, user_id, kind, file_name, mime_type, size_bytes, width, height, blob, thumb, \
         created_at) values (",
    );
    sql.with(
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            id.into(),
            scope.org_id.0.into(),
            me.into(),
            word.as_str().unwrap_or_default().into(),
            file_name.as_str().into(),
            mime_type.into(),
            i64::try_from(kept.size_bytes).unwrap_or(i64::MAX).into(),
            width.into(),
            height.into(),
            kept.key.as_str().into(),
            thumb.clone().into(),
            tx.clock().now().into(),
        ],
    );
    sql.run(&tx).await?;
    let blobs: Vec<&str> = [Some(kept.key.as_str()), thumb.as_deref()].into_iter().flatten().collect();
    held::hold(&tx, scope, &blobs).await?;
    tx.commit().await?;
    let (mime_type, url) = (mime_type.to_owned(), format!("/api/messaging/uploads/{id}"));
    let thumb_url = thumb.map(|_| format!("{url}?thumb=1"));
    Ok(UploadedFile { id, kind, file_name, mime_type, size_bytes: kept.size_bytes, width, height, url, thumb_url })
}

/// A file of a message that is here, or not yet.
#[derive(FromQueryResult)]
struct Stored {
    chat_id: Uuid,
    source_id: Uuid,
    file_name: Option<String>,
    mime_type: String,
    size_bytes: i64,
    state: String,
    blob: Option<String>,
    thumb: Option<String>,
}

/// A file whose bytes are here.
pub struct Readable {
    pub file_name: String,
    pub mime_type: String,
    pub key: String,
    pub size_bytes: u64,
}

/// What there is of a file.
pub enum Found {
    Ready(Readable),
    /// It was asked for.
    Wanted,
}

/// A small picture that is here.
async fn small(service: &Messaging, scope: &Scope, thumb: Option<String>) -> Result<Readable, Error> {
    let (files, key) = (service.files.as_ref().ok_or(Error::NoBlobs)?, thumb.ok_or(Error::NotFound)?);
    let size_bytes = files.size(scope.org_id, &key).await?;
    let head: Vec<Bytes> =
        files.open(scope.org_id, &key, 0..size_bytes.min(16)).await?.try_collect().await.map_err(Error::Port)?;
    let mime_type = sniff(&head.concat()).mime_type.to_owned();
    Ok(Readable { file_name: "thumb".to_owned(), mime_type, key, size_bytes })
}

/// A file that the caller has uploaded, or its small picture.
///
/// # Errors
/// [`Error::NotFound`] also for those of others; [`Error::NoBlobs`].
pub async fn uploaded(service: &Messaging, scope: &Scope, id: Uuid, thumb: bool) -> Result<Readable, Error> {
    scope.require(MESSAGES_SEND)?;
    let me = Messaging::me(scope)?;
    let found = uploads::find(service, scope, me, &[id]).await?.pop().ok_or(Error::NotFound)?;
    if thumb {
        return small(service, scope, found.thumb).await;
    }
    let size_bytes = u64::try_from(found.size_bytes).unwrap_or_default();
    Ok(Readable { file_name: found.file_name, mime_type: found.mime_type, key: found.blob, size_bytes })
}

/// A file of a message, or its small picture; of one that is with the channel, that somebody wants it.
///
/// # Errors
/// [`Error::NotFound`] also for one that cannot be had; [`Error::NoBlobs`].
pub async fn find(service: &Messaging, scope: &Scope, id: Uuid, thumb: bool) -> Result<Found, Error> {
    scope.require(CHATS_READ)?;
    let reader = service.db.reader(scope);
    let mut sql = Sql::new("select chat_id, source_id, file_name, mime_type, size_bytes, state, blob, thumb ");
    sql.add("from media where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    let stored: Stored = sql.one(&reader).await?.ok_or(Error::NotFound)?;
    let readable = service.readable(scope).await?;
    chats::get(&reader, scope, &readable, stored.chat_id).await?;
    if thumb {
        return small(service, scope, stored.thumb).await.map(Found::Ready);
    }
    match (stored.state.as_str(), stored.blob) {
        // Who looks as somebody else has nothing brought.
        ("remote", _) if scope.viewing_as.is_some() => Err(Error::NotFound),
        ("ready", Some(key)) => {
            let size_bytes = u64::try_from(stored.size_bytes).unwrap_or_default();
            let file_name = stored.file_name.unwrap_or_else(|| "file".to_owned());
            Ok(Found::Ready(Readable { file_name, mime_type: stored.mime_type, key, size_bytes }))
        }
        ("remote", _) => {
            want(service, scope, id).await?;
            service.accounts.wake(stored.source_id);
            Ok(Found::Wanted)
        }
        ("wanted", _) => Ok(Found::Wanted),
        _ => Err(Error::NotFound),
    }
}

async fn want(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update media set state = 'wanted', wanted_at = ");
    sql.bind(tx.clock().now()).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and state = 'remote'", [id.into()]);
    sql.run(&tx).await?;
    Ok(tx.commit().await?)
}

/// The bytes of a file.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NoBlobs`].
pub async fn read(service: &Messaging, scope: &Scope, key: &str, range: Range<u64>) -> Result<Pieces, Error> {
    let files = service.files.as_ref().ok_or(Error::NoBlobs)?;
    Ok(files.open(scope.org_id, key, range).await?)
}
