//! Uploading files, and reading those of messages.

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
    sniff::{self, Sniffed, sniff},
};
use crate::{Error, Messaging, chats::store as chats, sql::Sql};

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
    let tx = service.db.begin(scope).await?;
    let id = tx.clock().new_id();
    let (width, height) = size.unzip();
    let word = serde_json::to_value(kind).unwrap_or_default();
    let mut sql = Sql::new(
        "insert into uploads (id, org_id, user_id, kind, file_name, mime_type, size_bytes, width, height, blob, created_at) \
         values (",
    );
    sql.with(
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            kept.key.into(),
            tx.clock().now().into(),
        ],
    );
    sql.run(&tx).await?;
    tx.commit().await?;
    let mime_type = mime_type.to_owned();
    Ok(UploadedFile { id, kind, file_name, mime_type, size_bytes: kept.size_bytes, width, height })
}

/// A file of a message that is here, or not yet.
#[derive(FromQueryResult)]
pub struct Stored {
    chat_id: Uuid,
    source_id: Uuid,
    pub file_name: Option<String>,
    pub mime_type: String,
    size_bytes: i64,
    state: String,
    blob: Option<String>,
}

/// What there is of a file.
pub enum Found {
    /// Its key, and how long it is.
    Ready(Stored, String, u64),
    /// It was asked for.
    Wanted,
}

/// A file of a message; of one that is with the channel, that somebody wants it.
///
/// # Errors
/// [`Error::NotFound`] also for one that cannot be had; [`Error::NoBlobs`].
pub async fn find(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Found, Error> {
    scope.require(CHATS_READ)?;
    let reader = service.db.reader(scope);
    let mut sql =
        Sql::new("select chat_id, source_id, file_name, mime_type, size_bytes, state, blob from media where org_id = ");
    sql.bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    let stored: Stored = sql.one(&reader).await?.ok_or(Error::NotFound)?;
    let readable = service.readable(scope).await?;
    chats::get(&reader, scope, &readable, stored.chat_id).await?;
    let (state, blob) = (stored.state.clone(), stored.blob.clone());
    match (state.as_str(), blob) {
        ("ready", Some(key)) => {
            let size = u64::try_from(stored.size_bytes).unwrap_or_default();
            Ok(Found::Ready(stored, key, size))
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
