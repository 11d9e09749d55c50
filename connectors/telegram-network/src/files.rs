//! Bytes of uploaded files: in memory, or in a folder with one file each.

use std::{collections::HashMap, fs, io, path::PathBuf, sync::Arc};

use crate::world::Media;

/// Parts that no message ever used are thrown away beyond this.
const MAX_PENDING_BYTES: usize = 256 << 20;
/// Uploads, and media that were not sent yet.
const MAX_REMEMBERED: usize = 10_000;
/// The size of a part is at most 512 KiB: what Telegram allows a client without Premium is 4000 of them.
const MAX_PARTS: i32 = 4_000;

#[derive(Debug)]
enum Place {
    Memory(HashMap<i64, Arc<[u8]>>),
    Folder(PathBuf),
}

/// Where files are, and the parts that have come so far of those to be.
#[derive(Debug)]
pub(crate) struct Files {
    place: Place,
    /// By account and the number that the client gave the file.
    pending: HashMap<(i64, i64), HashMap<i32, Vec<u8>>>,
    pending_bytes: usize,
    /// Files that uploads became: a client may send one upload twice.
    finished: HashMap<(i64, i64), i64>,
    /// Files that were made into media and not sent yet (`messages.uploadMedia`).
    media: HashMap<i64, Media>,
}

impl Files {
    pub fn in_memory() -> Self {
        Self::at(Place::Memory(HashMap::new()))
    }

    pub fn in_folder(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self::at(Place::Folder(folder)))
    }

    fn at(place: Place) -> Self {
        Self { place, pending: HashMap::new(), pending_bytes: 0, finished: HashMap::new(), media: HashMap::new() }
    }

    /// Keeps a part; false when the client asks for too much.
    pub fn put_part(&mut self, account: i64, upload: i64, part: i32, bytes: Vec<u8>) -> bool {
        if !(0..MAX_PARTS).contains(&part) || bytes.len() > 512 << 10 {
            return false;
        }
        if self.pending_bytes + bytes.len() > MAX_PENDING_BYTES {
            self.pending.clear();
            self.pending_bytes = 0;
        }
        self.pending_bytes += bytes.len();
        let replaced = self.pending.entry((account, upload)).or_default().insert(part, bytes);
        self.pending_bytes -= replaced.map_or(0, |bytes| bytes.len());
        true
    }

    /// The bytes of an upload when all its parts are there.
    pub fn take_upload(&mut self, account: i64, upload: i64, parts: i32) -> Option<Vec<u8>> {
        let pending = self.pending.get(&(account, upload))?;
        let parts = (0..parts).map(|part| pending.get(&part).map(Vec::as_slice));
        let whole = parts.collect::<Option<Vec<&[u8]>>>()?.concat();
        self.pending.remove(&(account, upload));
        self.pending_bytes = self.pending_bytes.saturating_sub(whole.len());
        Some(whole)
    }

    pub fn finished(&self, account: i64, upload: i64) -> Option<i64> {
        self.finished.get(&(account, upload)).copied()
    }

    pub fn finish(&mut self, account: i64, upload: i64, file: i64) {
        if self.finished.len() >= MAX_REMEMBERED {
            self.finished.clear();
        }
        self.finished.insert((account, upload), file);
    }

    pub fn media(&self, file: i64) -> Option<Media> {
        self.media.get(&file).cloned()
    }

    pub fn remember(&mut self, media: &Media) {
        if self.media.len() >= MAX_REMEMBERED {
            self.media.clear();
        }
        if let Some(file) = media.file() {
            self.media.insert(file, media.clone());
        }
    }

    pub fn put(&mut self, file: i64, bytes: Vec<u8>) -> io::Result<()> {
        match &mut self.place {
            Place::Memory(files) => {
                files.insert(file, bytes.into());
                Ok(())
            }
            Place::Folder(folder) => {
                let partial = folder.join(format!("{file}.partial"));
                fs::write(&partial, bytes)?;
                fs::rename(partial, folder.join(file.to_string()))
            }
        }
    }

    /// Up to `limit` bytes from `offset`; nothing beyond the end.
    pub fn read(&self, file: i64, offset: u64, limit: usize) -> io::Result<Vec<u8>> {
        match &self.place {
            Place::Memory(files) => {
                let bytes = files.get(&file).ok_or(io::ErrorKind::NotFound)?;
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes[from..from.saturating_add(limit).min(bytes.len())].to_vec())
            }
            Place::Folder(folder) => {
                use std::io::{Read, Seek, SeekFrom};
                let mut opened = fs::File::open(folder.join(file.to_string()))?;
                opened.seek(SeekFrom::Start(offset))?;
                let mut bytes = Vec::new();
                opened.take(limit as u64).read_to_end(&mut bytes)?;
                Ok(bytes)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_a_file_when_all_are_there() {
        let mut files = Files::in_memory();
        assert!(files.put_part(1, 9, 1, vec![2]));
        assert_eq!(files.take_upload(1, 9, 2), None);
        assert!(files.put_part(1, 9, 0, vec![1]));
        assert_eq!(files.take_upload(2, 9, 2), None, "the upload of another account");
        assert_eq!(files.take_upload(1, 9, 2), Some(vec![1, 2]));
        assert_eq!(files.pending_bytes, 0);
    }

    #[test]
    fn ranges_are_cut_at_the_end_in_memory_and_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        for mut files in [Files::in_memory(), Files::in_folder(folder.path().join("files")).unwrap()] {
            files.put(5, (0..100).collect()).unwrap();
            assert_eq!(files.read(5, 98, 10).unwrap(), [98, 99]);
            assert!(files.read(5, 200, 10).unwrap().is_empty());
            assert!(files.read(6, 0, 10).is_err());
        }
    }
}
