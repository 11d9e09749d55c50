//! The files of messages, kept by `platform/blobs`: what two services ask of it, each in its own words.

use std::{ops::Range, pin::Pin, time::Duration};

use bd_accounts::running::{self, FilesError as AccountsError};
use blobs::{Blobs, Key};
use futures_util::{StreamExt, TryStreamExt};
use kernel::OrgId;
use messaging::{Files as MessageFiles, FilesError, Kept, Keys, Pieces};
use tokio::io::AsyncRead;
use tokio_util::io::StreamReader;

/// The largest file that an account brings: what Telegram lets premium users send.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

/// Files in the store that the settings name.
#[derive(Clone)]
pub struct Files(pub Blobs);

/// A key that is no key, or of another organization, finds nothing.
fn key_of(org: OrgId, text: &str) -> Option<Key> {
    text.parse().ok().filter(|key: &Key| key.is_of(org))
}

#[async_trait::async_trait]
impl MessageFiles for Files {
    async fn keep(&self, org: OrgId, pieces: Pieces, limit: u64) -> Result<Kept, FilesError> {
        let kept = self.0.keep(org, pieces, limit).await.map_err(told)?;
        Ok(Kept { key: kept.key.to_string(), size_bytes: kept.size_bytes })
    }

    async fn open(&self, org: OrgId, key: &str, range: Range<u64>) -> Result<Pieces, FilesError> {
        let key = key_of(org, key).ok_or(FilesError::Absent)?;
        let pieces = self.0.open(&key, range).await.map_err(told)?;
        Ok(pieces.map(|piece| piece.map_err(Into::into)).boxed())
    }

    async fn size(&self, org: OrgId, key: &str) -> Result<u64, FilesError> {
        let key = key_of(org, key).ok_or(FilesError::Absent)?;
        self.0.size(&key).await.map_err(told)
    }

    async fn remove(&self, org: OrgId, key: &str) -> Result<(), FilesError> {
        match key_of(org, key) {
            Some(key) => self.0.remove(&key).await.map_err(told),
            None => Ok(()),
        }
    }

    async fn list(&self, org: OrgId, older_than: Duration) -> Result<Keys, FilesError> {
        let keys = self.0.list(org, older_than).await.map_err(told)?;
        Ok(keys.map_ok(|key| key.to_string()).map_err(Into::into).boxed())
    }
}

fn told(error: blobs::Error) -> FilesError {
    match error {
        blobs::Error::TooLarge { .. } => FilesError::TooLarge,
        blobs::Error::Absent => FilesError::Absent,
        blobs::Error::Source(error) => FilesError::Other(error),
        error @ blobs::Error::Store(_) => FilesError::Other(error.into()),
    }
}

#[async_trait::async_trait]
impl running::Files for Files {
    async fn put(&self, org: OrgId, pieces: running::Pieces) -> Result<String, AccountsError> {
        let kept = self.0.keep(org, pieces, LARGEST).await.map_err(told_account)?;
        Ok(kept.key.to_string())
    }

    async fn open(&self, org: OrgId, key: &str) -> Result<Pin<Box<dyn AsyncRead + Send>>, AccountsError> {
        let key = key_of(org, key).ok_or(AccountsError::Absent)?;
        let size = self.0.size(&key).await.map_err(told_account)?;
        let pieces = self.0.open(&key, 0..size).await.map_err(told_account)?;
        Ok(Box::pin(StreamReader::new(pieces.boxed())))
    }
}

fn told_account(error: blobs::Error) -> AccountsError {
    match error {
        blobs::Error::TooLarge { .. } => AccountsError::TooLarge,
        blobs::Error::Absent => AccountsError::Absent,
        blobs::Error::Source(error) => match error.downcast() {
            Ok(refused) => AccountsError::Source(*refused),
            Err(error) => AccountsError::Store(error),
        },
        error @ blobs::Error::Store(_) => AccountsError::Store(error.into()),
    }
}
