//! Where the files of imports lie: `<folder>/<id>.csv` as it was uploaded, `<folder>/<id>.errors.csv` with the refused rows.

use std::{
    io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

/// The folder of import files and the largest file taken.
#[derive(Clone, Debug)]
pub struct Files {
    pub folder: PathBuf,
    pub max_bytes: u64,
}

impl Files {
    /// The uploaded file of an import.
    #[must_use]
    pub fn source(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{}.csv", id.simple()))
    }

    /// Its rows that were refused.
    #[must_use]
    pub fn errors(&self, id: Uuid) -> PathBuf {
        self.folder.join(format!("{}.errors.csv", id.simple()))
    }

    /// Deletes both; that they are gone already is as good.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn remove(&self, id: Uuid) -> io::Result<()> {
        remove(&self.source(id)).await?;
        remove(&self.errors(id)).await
    }
}

async fn remove(path: &Path) -> io::Result<()> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
