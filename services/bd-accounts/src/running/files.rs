//! Where the bytes of files are kept, as far as accounts care.

use std::pin::Pin;

use ::telegram::Refused;
use bytes::Bytes;
use futures_util::Stream;
use kernel::OrgId;
use tokio::io::AsyncRead;

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("the file is too large")]
    TooLarge,
    #[error("there is no such file")]
    Absent,
    /// The account could not fetch it to its end.
    #[error("not fetched: {0}")]
    Source(#[source] Refused),
    #[error("files cannot be kept or read: {0}")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Bytes as they come from the network.
pub type Pieces = Pin<Box<dyn Stream<Item = Result<Bytes, Refused>> + Send>>;

/// Keeps and gives back files by a key; implemented by the server over the blob store.
#[async_trait::async_trait]
pub trait Files: Send + Sync {
    /// Keeps a file; gives its key.
    async fn put(&self, org: OrgId, pieces: Pieces) -> Result<String, FilesError>;

    /// The bytes of a file, from its beginning.
    async fn open(&self, org: OrgId, key: &str) -> Result<Pin<Box<dyn AsyncRead + Send>>, FilesError>;
}

/// For a process without a place for files.
pub struct NoFiles;

#[async_trait::async_trait]
impl Files for NoFiles {
    async fn put(&self, _: OrgId, _: Pieces) -> Result<String, FilesError> {
        Err(FilesError::Absent)
    }

    async fn open(&self, _: OrgId, _: &str) -> Result<Pin<Box<dyn AsyncRead + Send>>, FilesError> {
        Err(FilesError::Absent)
    }
}
