//! An export in a zip, with its files: read where it lies, nothing is unpacked to a path. A name in the export finds an entry
//! or none, so that no name leads anywhere else; and what an entry says of its size is not believed – bytes are counted as
//! they come out, against what so large an archive may hold.

use std::io::{Read, Seek, SeekFrom};

use bytes::Bytes;
use zip::ZipArchive;

/// What an archive may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub entries: usize,
    /// Bytes of the list of entries, which is read into memory.
    pub list_bytes: u64,
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all that is read, for each byte of the archive; beside these, that many more.
    pub ratio: u64,
    pub slack: u64,
}

pub const LIMITS: Limits = Limits {
    entries: 500_000,
    list_bytes: 128 * 1024 * 1024,
    file_bytes: 2 * 1024 * 1024 * 1024,
    ratio: 100,
    slack: 64 * 1024 * 1024,
};

/// Why nothing more is read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("this is no zip with a result.json in it")]
    NoExport,
    #[error("the archive unpacks to more than it may")]
    TooLarge,
    #[error("the file is damaged")]
    Damaged,
    #[error("nobody takes it")]
    Unwanted,
}

/// What begins a zip.
pub const BEGINS: &[u8] = b"PK\x03\x04";
/// What the export is called.
const EXPORT: &str = "result.json";
/// Bytes that are passed on at once.
const PIECE: usize = 256 * 1024;

/// A zip with an export.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    /// The folder that the export is in; ends with a slash, or is empty.
    folder: String,
    limits: Limits,
    /// Bytes that may still come out.
    left: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the list of entries.
    ///
    /// # Errors
    /// [`Refused::NoExport`], [`Refused::TooLarge`].
    pub fn open(mut reader: R, limits: Limits) -> Result<Self, Refused> {
        let size = reader.seek(SeekFrom::End(0)).map_err(|_| Refused::NoExport)?;
        if list_bytes(&mut reader, size).ok_or(Refused::NoExport)? > limits.list_bytes {
            return Err(Refused::TooLarge);
        }
        let zip = ZipArchive::new(reader).map_err(|_| Refused::NoExport)?;
        if zip.len() > limits.entries {
            return Err(Refused::TooLarge);
        }
        let folder = |name: &str| name.strip_suffix(EXPORT).filter(|folder| is_folder(folder)).map(str::to_owned);
        let folder = zip
            .file_names()
            .flatten()
            .filter_map(|name| folder(&name))
            .min_by_key(String::len)
            .ok_or(Refused::NoExport)?;
        let left = size.saturating_mul(limits.ratio).saturating_add(limits.slack);
        Ok(Self { zip, folder, limits, left })
    }

    /// How many files there are beside the export.
    #[must_use]
    pub fn files(&self) -> u64 {
        let is_file = |name: &str| !name.ends_with('/') && name.starts_with(&self.folder);
        (self.zip.file_names().flatten().filter(|name| is_file(name)).count() as u64).saturating_sub(1)
    }

    /// The export.
    ///
    /// # Errors
    /// [`Refused::Damaged`].
    pub fn export(&mut self) -> Result<impl Read, Refused> {
        let left = self.left;
        let name = format!("{}{EXPORT}", self.folder);
        Ok(self.zip.by_name(&name).map_err(|_| Refused::Damaged)?.take(left))
    }

    /// The entry of a name in the export.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<usize> {
        let steps = path.split('/').collect::<Vec<_>>();
        let leads_out = steps.iter().any(|step| matches!(*step, "" | "." | "..")) || path.contains(['\\', '\0']);
        if leads_out || path == EXPORT {
            return None;
        }
        let name = format!("{}{path}", self.folder);
        let found = self.zip.index_for_name_raw(name.as_bytes());
        // Written in another alphabet than it says, it is looked for one by one.
        found.or_else(|| if name.is_ascii() { None } else { self.zip.index_for_name(&name) })
    }

    /// Passes on the bytes of an entry, as far as somebody takes them.
    ///
    /// # Errors
    /// [`Refused`]; after [`Refused::TooLarge`] nothing more is read of the archive.
    pub fn read(&mut self, entry: usize, mut take: impl FnMut(Bytes) -> bool) -> Result<(), Refused> {
        let mut file = self.zip.by_index(entry).map_err(|_| Refused::Damaged)?;
        if file.encrypted() || !file.is_file() || file.size() > self.limits.file_bytes {
            return Err(Refused::Damaged);
        }
        let mut read = 0_u64;
        loop {
            let mut piece = vec![0; PIECE];
            let length = file.read(&mut piece).map_err(|_| Refused::Damaged)?;
            if length == 0 {
                return Ok(());
            }
            read += length as u64;
            self.left = self.left.saturating_sub(length as u64);
            if self.left == 0 || read > self.limits.file_bytes {
                self.left = 0;
                return Err(Refused::TooLarge);
            }
            piece.truncate(length);
            if !take(Bytes::from(piece)) {
                return Err(Refused::Unwanted);
            }
        }
    }
}

/// Telegram puts an export into a folder of its own, or who packs it packs what is inside.
fn is_folder(folder: &str) -> bool {
    folder.is_empty() || folder.find('/') == Some(folder.len() - 1)
}

/// How long the list of entries says it is (APPNOTE 4.3.14, 4.3.16).
fn list_bytes(reader: &mut (impl Read + Seek), size: u64) -> Option<u64> {
    const END: u64 = 22;
    const COMMENT: u64 = 65_535;
    let from = size.saturating_sub(END + COMMENT);
    reader.seek(SeekFrom::Start(from)).ok()?;
    let mut tail = Vec::new();
    reader.by_ref().take(END + COMMENT).read_to_end(&mut tail).ok()?;
    let end = tail.windows(4).rposition(|bytes| bytes == b"PK\x05\x06")?;
    let number = |at: usize| Some(u32::from_le_bytes(tail.get(at..at + 4)?.try_into().ok()?));
    let listed = number(end + 12)?;
    if listed != u32::MAX {
        return Some(listed.into());
    }
    // Of a large archive it stands in a record of its own, which another one leads to.
    let locator = end.checked_sub(20).filter(|at| tail[*at..].starts_with(b"PK\x06\x07"))?;
    let record = u64::from_le_bytes(tail.get(locator + 8..locator + 16)?.try_into().ok()?);
    reader.seek(SeekFrom::Start(record.checked_add(40)?)).ok()?;
    let mut listed = [0; 8];
    reader.read_exact(&mut listed).ok()?;
    Some(u64::from_le_bytes(listed))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn open(bytes: Vec<u8>, limits: Limits) -> Result<Archive<Cursor<Vec<u8>>>, Refused> {
        Archive::open(Cursor::new(bytes), limits)
    }

    fn read(archive: &mut Archive<Cursor<Vec<u8>>>, path: &str) -> Result<Vec<u8>, Refused> {
        let mut all = Vec::new();
        let entry = archive.find(path).ok_or(Refused::NoExport)?;
        archive.read(entry, |piece| {
            all.extend_from_slice(&piece);
            true
        })?;
        Ok(all)
    }

    #[test]
    fn the_export_is_found_with_its_files_in_a_folder_or_not() {
        for folder in ["", "ChatExport_2026-11-22/"] {
            let names = [format!("{folder}result.json"), format!("{folder}photos/1.jpg")];
            let mut archive = open(archive(&[(&names[0], b"{}"), (&names[1], b"a photo")]), LIMITS).unwrap();
            let mut export = String::new();
            archive.export().unwrap().read_to_string(&mut export).unwrap();
            assert_eq!((export.as_str(), archive.files()), ("{}", 1));
            assert_eq!(read(&mut archive, "photos/1.jpg").unwrap(), b"a photo");
            assert_eq!(archive.find("photos/2.jpg"), None);
        }
    }

    #[test]
    fn no_name_leads_out_of_the_folder_of_the_export() {
        let bytes = archive(&[("out.txt", b"x"), ("a/result.json", b"{}"), ("a/../out.txt", b"y"), ("a/b.txt", b"z")]);
        let archive = open(bytes, LIMITS).unwrap();
        for path in ["../out.txt", "/etc/passwd", "..\\out.txt", "b.txt\0", "./b.txt", "", "a//b", "result.json"] {
            assert_eq!(archive.find(path), None, "{path}");
        }
        assert!(archive.find("b.txt").is_some());
    }

    #[test]
    fn what_unpacks_to_more_than_it_may_is_not_unpacked() {
        let large = vec![0; 3_000_000];
        let bytes = archive(&[("result.json", b"{}"), ("a", &large), ("b", b"small")]);
        let limits = Limits { ratio: 10, slack: 1_000_000, ..LIMITS };
        let mut bomb = open(bytes.clone(), limits).unwrap();
        assert_eq!(read(&mut bomb, "a"), Err(Refused::TooLarge));
        assert_eq!(read(&mut bomb, "b"), Err(Refused::TooLarge), "nothing after it either");
        let mut of_file = open(bytes.clone(), Limits { file_bytes: 1_000, ..LIMITS }).unwrap();
        assert_eq!(read(&mut of_file, "a"), Err(Refused::Damaged));
        assert_eq!(read(&mut of_file, "b").unwrap(), b"small");
        assert!(matches!(open(bytes.clone(), Limits { entries: 2, ..LIMITS }), Err(Refused::TooLarge)));
        assert!(matches!(open(bytes, Limits { list_bytes: 10, ..LIMITS }), Err(Refused::TooLarge)));
    }

    #[test]
    fn the_same_bytes_under_many_names_count_each_time() {
        let names: Vec<String> = (0..20).map(|n| format!("f{n}")).collect();
        let large = vec![0; 200_000];
        let mut files: Vec<(&str, &[u8])> = vec![("result.json", b"{}")];
        files.extend(names.iter().map(|name| (name.as_str(), large.as_slice())));
        let mut bomb = open(archive(&files), Limits { ratio: 1, slack: 1_000_000, ..LIMITS }).unwrap();
        let read: Vec<_> = names.iter().map(|name| read(&mut bomb, name)).collect();
        assert!(read[0].is_ok() && read[19] == Err(Refused::TooLarge));
    }

    #[test]
    fn what_is_no_zip_or_damaged_is_refused() {
        let whole = archive(&[("result.json", b"{}"), ("a", b"some bytes")]);
        for bytes in [Vec::new(), b"PK\x03\x04".to_vec(), whole[..whole.len() - 8].to_vec(), archive(&[("a", b"x")])] {
            assert!(matches!(open(bytes, LIMITS), Err(Refused::NoExport)));
        }
        assert!(matches!(open(archive(&[("a/b/result.json", b"{}")]), LIMITS), Err(Refused::NoExport)));
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (name, bytes) in [("result.json", b"{}".as_slice()), ("a", b"some bytes")] {
            zip.start_file(name, stored).unwrap();
            zip.write_all(bytes).unwrap();
        }
        let mut broken = zip.finish().unwrap().into_inner();
        let at = broken.windows(10).position(|bytes| bytes == b"some bytes").unwrap();
        assert_eq!(read(&mut open(broken.clone(), LIMITS).unwrap(), "a").unwrap(), b"some bytes");
        broken[at] ^= 1;
        assert_eq!(read(&mut open(broken, LIMITS).unwrap(), "a"), Err(Refused::Damaged), "the checksum does not fit");
    }
}
