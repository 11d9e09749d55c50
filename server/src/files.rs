//! Files of messages in a folder of the data folder, until they are kept by `platform/blobs`: named after their hash, so that
//! the same bytes of an organization are kept once.

use std::{io::SeekFrom, ops::Range, path::PathBuf};

use bytes::Bytes;
use contracts::ports::PortError;
use futures_util::{StreamExt, stream};
use kernel::{Clock, OrgId};
use messaging::{Files, FilesError, Kept, Pieces};
use sha2::{Digest, Sha256};
use tokio::{
    fs,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

/// Bytes that are read at once.
const PIECE: u64 = 256 * 1024;

/// A folder of files.
pub struct Folder {
    pub path: PathBuf,
    pub clock: Clock,
}

fn failed(error: std::io::Error) -> FilesError {
    if error.kind() == std::io::ErrorKind::NotFound { FilesError::Absent } else { FilesError::Other(error.into()) }
}

impl Folder {
    fn of(&self, org: OrgId) -> PathBuf {
        self.path.join(org.0.simple().to_string())
    }
}

#[async_trait::async_trait]
impl Files for Folder {
    async fn keep(&self, org: OrgId, mut pieces: Pieces, limit: u64) -> Result<Kept, FilesError> {
        let folder = self.of(org);
        fs::create_dir_all(&folder).await.map_err(failed)?;
        let part = folder.join(format!("{}.part", self.clock.new_id().simple()));
        let mut file = fs::File::create(&part).await.map_err(failed)?;
        let (mut hash, mut size_bytes) = (Sha256::new(), 0);
        while let Some(piece) = pieces.next().await {
            let refused = match piece {
                Ok(piece) if size_bytes + piece.len() as u64 <= limit => {
                    hash.update(&piece);
                    size_bytes += piece.len() as u64;
                    file.write_all(&piece).await.map_err(failed)?;
                    continue;
                }
                Ok(_) => FilesError::TooLarge,
                Err(error) => FilesError::Other(error),
            };
            let _ = fs::remove_file(&part).await;
            return Err(refused);
        }
        file.flush().await.map_err(failed)?;
        let key: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        fs::rename(&part, folder.join(&key)).await.map_err(failed)?;
        Ok(Kept { key, size_bytes })
    }

    async fn open(&self, org: OrgId, key: &str, range: Range<u64>) -> Result<Pieces, FilesError> {
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(FilesError::Absent);
        }
        let mut file = fs::File::open(self.of(org).join(key)).await.map_err(failed)?;
        file.seek(SeekFrom::Start(range.start)).await.map_err(failed)?;
        let left = range.end.saturating_sub(range.start);
        let pieces = stream::try_unfold((file, left), |(mut file, left)| async move {
            let mut piece = vec![0; usize::try_from(left.min(PIECE)).unwrap_or_default()];
            let read = file.read(&mut piece).await?;
            piece.truncate(read);
            Ok::<_, PortError>((read > 0).then(|| (Bytes::from(piece), (file, left - read as u64))))
        });
        Ok(pieces.boxed())
    }
}
