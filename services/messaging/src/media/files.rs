//! Where the bytes of files are kept: a port, so that this service knows nothing of folders and buckets.

use std::{ops::Range, time::Duration};

use bytes::Bytes;
use contracts::ports::PortError;
use futures_util::stream::BoxStream;
use kernel::OrgId;

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// How it is found again.
    pub key: String,
    pub size_bytes: u64,
}

/// Why a file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("too large")]
    TooLarge,
    #[error("there is no such file")]
    Absent,
    #[error(transparent)]
    Other(PortError),
}

/// Bytes on their way.
pub type Pieces = BoxStream<'static, Result<Bytes, PortError>>;

/// Keys of files, as they are found.
pub type Keys = BoxStream<'static, Result<String, PortError>>;

/// Keeps files; implemented over `platform/blobs` in `server`.
#[async_trait::async_trait]
pub trait Files: Send + Sync {
    /// Keeps bytes as they come, at most `limit` of them; the same bytes of an organization are kept once.
    async fn keep(&self, org: OrgId, pieces: Pieces, limit: u64) -> Result<Kept, FilesError>;

    /// The bytes of a file of the organization, in a range of positions.
    async fn open(&self, org: OrgId, key: &str, range: Range<u64>) -> Result<Pieces, FilesError>;

    /// How long a file of the organization is, in bytes.
    async fn size(&self, org: OrgId, key: &str) -> Result<u64, FilesError>;

    /// Removes a file of the organization; one that is gone already is no error.
    async fn remove(&self, org: OrgId, key: &str) -> Result<(), FilesError>;

    /// The files of the organization that have been there for longer.
    async fn list(&self, org: OrgId, older_than: Duration) -> Result<Keys, FilesError>;
}
