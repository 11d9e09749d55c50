#![doc = include_str!("../README.md")]

mod key;
mod store;

pub use key::{Key, NotAKey};
pub use store::{Bucket, NotABucket, Store};

use std::{
    ops::Range,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt};
use kernel::{Clock, OrgId};
use opendal_core::{ErrorKind, Operator};
use sha2::{Digest, Sha256};

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More bytes came than were allowed.
    #[error("the file is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    /// Whoever sends it stopped before the end.
    #[error("the bytes did not come through: {0}")]
    Source(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("there is no such file")]
    Absent,
    #[error("files cannot be kept or read: {0}")]
    Store(#[source] opendal_core::Error),
}

impl From<opendal_core::Error> for Error {
    fn from(error: opendal_core::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound => Self::Absent,
            _ => Self::Store(error),
        }
    }
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub key: Key,
    pub size_bytes: u64,
}

/// Where files are; cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    store: Operator,
    clock: Clock,
}

/// Where bytes are until they are all there.
const PARTS: &str = "parts/";
/// What is written at once: large enough for a part of a multi-part upload.
const CHUNK: usize = 8 * 1024 * 1024;

impl Blobs {
    /// Files in a store. Does not reach for it yet.
    ///
    /// # Errors
    /// [`Error::Store`] when the store cannot be as it is said to be.
    pub fn new(store: &Store, clock: Clock) -> Result<Self, Error> {
        Ok(Self { store: store.operator()?, clock })
    }

    /// Whether files can be kept: writes and removes one.
    ///
    /// # Errors
    /// [`Error::Store`] says why not.
    pub async fn check(&self) -> Result<(), Error> {
        let name = format!("{PARTS}{}", self.clock.new_id());
        self.store.write(&name, Bytes::from_static(b"rapport")).await?;
        Ok(self.store.delete(&name).await?)
    }

    /// Whether the store answers; writes nothing, so that it can be asked often.
    ///
    /// # Errors
    /// [`Error::Store`] says why not.
    pub async fn answers(&self) -> Result<(), Error> {
        // A folder that is made with the first file is empty until then.
        self.store.lister_with(PARTS).limit(1).await?.try_next().await?;
        Ok(())
    }

    /// Keeps bytes as they come, at most `limit` of them; the same bytes again are kept once.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Source`], [`Error::Store`]; nothing is kept then.
    pub async fn keep<E>(
        &self,
        org: OrgId,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
        limit: u64,
    ) -> Result<Kept, Error>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let part = format!("{PARTS}{}", self.clock.new_id());
        let kept = match self.take(&part, bytes, limit).await {
            Ok((hash, size_bytes)) => self.place(&part, Key::new(org, hash), size_bytes).await,
            Err(error) => Err(error),
        };
        if kept.is_err() {
            // What is left is cleared away later.
            let _ = self.store.delete(&part).await;
        }
        kept
    }

    async fn take<E>(
        &self,
        part: &str,
        bytes: impl Stream<Item = Result<Bytes, E>> + Send,
        limit: u64,
    ) -> Result<([u8; 32], u64), Error>
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut writer = self.store.writer_with(part).chunk(CHUNK).await?;
        let mut bytes = std::pin::pin!(bytes);
        let (mut hash, mut size) = (Sha256::new(), 0);
        while let Some(piece) = bytes.next().await {
            let refused = match piece {
                Ok(piece) if size + piece.len() as u64 <= limit => {
                    hash.update(&piece);
                    size += piece.len() as u64;
                    writer.write(piece).await?;
                    continue;
                }
                Ok(_) => Error::TooLarge { limit },
                Err(error) => Error::Source(error.into()),
            };
            // Of an upload in parts nothing is left in the bucket, where the store knows how.
            let _ = writer.abort().await;
            return Err(refused);
        }
        writer.close().await?;
        Ok((hash.finalize().into(), size))
    }

    /// Moves what has come to its place, unless it is there already.
    async fn place(&self, part: &str, key: Key, size_bytes: u64) -> Result<Kept, Error> {
        let path = key.path();
        if self.store.exists(&path).await? {
            self.store.delete(part).await?;
        } else if self.store.info().capability().rename {
            self.store.rename(part, &path).await?;
        } else {
            self.store.copy(part, &path).await?;
            self.store.delete(part).await?;
        }
        Ok(Kept { key, size_bytes })
    }

    /// Keeps bytes that are all there.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn keep_all(&self, org: OrgId, bytes: Bytes) -> Result<Kept, Error> {
        let limit = bytes.len() as u64;
        self.keep(org, futures_util::stream::iter([Ok::<_, std::io::Error>(bytes)]), limit).await
    }

    /// How long a file is, in bytes.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Store`].
    pub async fn size(&self, key: &Key) -> Result<u64, Error> {
        Ok(self.store.stat(&key.path()).await?.content_length())
    }

    /// The bytes of a file in a range of positions, in pieces.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Store`]; the same while reading.
    pub async fn open(
        &self,
        key: &Key,
        range: Range<u64>,
    ) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + Send + use<>, Error> {
        let reader = self.store.reader_with(&key.path()).chunk(256 * 1024).await?;
        let pieces = reader.into_bytes_stream(range).await?;
        Ok(pieces.into_stream())
    }

    /// The whole of a small file.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond `limit` bytes, [`Error::Absent`], [`Error::Store`].
    pub async fn read(&self, key: &Key, limit: u64) -> Result<Bytes, Error> {
        if self.size(key).await? > limit {
            return Err(Error::TooLarge { limit });
        }
        Ok(self.store.read(&key.path()).await?.to_bytes())
    }

    /// Removes a file; one that is gone already is no error.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn remove(&self, key: &Key) -> Result<(), Error> {
        Ok(self.store.delete(&key.path()).await?)
    }

    /// The files of an organization that have been there for longer, as they are found.
    ///
    /// # Errors
    /// [`Error::Store`]; the same while looking.
    pub async fn list(
        &self,
        org: OrgId,
        older_than: Duration,
    ) -> Result<impl Stream<Item = Result<Key, Error>> + Send + use<>, Error> {
        let before = SystemTime::from(self.clock.now()) - older_than;
        let found = self.store.lister_with(&Key::folder(org)).recursive(true).await?;
        let store = self.store.clone();
        let old = move |path: String| {
            let store = store.clone();
            async move {
                let Some(key) = Key::of_path(org, &path) else { return Ok(None) };
                let came = store.stat(&path).await?.last_modified().map(SystemTime::from);
                Ok(came.is_some_and(|came| came < before).then_some(key))
            }
        };
        Ok(found
            .map_err(Error::from)
            .and_then(move |entry| old(entry.path().to_owned()))
            .try_filter_map(async |key| Ok(key)))
    }

    /// Clears away what came in only in part, so long ago; gives how many there were.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn forget_parts(&self, older_than: Duration) -> Result<u64, Error> {
        let before = SystemTime::from(self.clock.now()) - older_than;
        let mut forgotten = 0;
        let mut parts = self.store.lister(PARTS).await?;
        while let Some(part) = parts.try_next().await? {
            if part.path().ends_with('/') {
                continue;
            }
            let came = self.store.stat(part.path()).await?.last_modified().map(SystemTime::from);
            if came.is_some_and(|came| came < before) {
                self.store.delete(part.path()).await?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
}
