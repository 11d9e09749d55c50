//! The beginning of a file, from which `sniff` judges it, and what can be learned of its character set further on.

use std::io::{self, Read};

/// How much of a file is looked at.
pub const HEAD_BYTES: usize = 256 * 1024;

const CHUNK_BYTES: usize = 64 * 1024;

/// With fewer bytes outside ASCII than this in the head, the rest of the file is searched for more.
const ENOUGH_EVIDENCE: usize = 64;

/// What `sniff` needs of a file. A file of a million English rows may have its first Cyrillic name in the middle: the head alone
/// would be taken for UTF-8 and the name would be lost, so [`Head::read`] looks on until it has seen enough text outside ASCII.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub(super) bytes: Vec<u8>,
    /// Lines from further on that are not ASCII.
    pub(super) later: Vec<u8>,
    pub(super) is_cut: bool,
}

impl Head {
    /// Reads the head, and on to the end of the file only if the head is (nearly) pure ASCII. Keeps ≤ 512 KiB.
    ///
    /// # Errors
    /// Reading fails.
    pub fn read(mut source: impl Read) -> io::Result<Self> {
        let limit = u64::try_from(HEAD_BYTES + 1).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        source.by_ref().take(limit).read_to_end(&mut bytes)?;
        let mut head = Self::from_bytes(&bytes);
        let is_wide = head.bytes.contains(&0);
        if head.is_cut && !is_wide && non_ascii(&head.bytes) < ENOUGH_EVIDENCE {
            head.later = later_lines(source)?;
        }
        Ok(head)
    }

    /// A head from memory. Less than [`HEAD_BYTES`] is taken for a whole file.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let end = bytes.len().min(HEAD_BYTES);
        Self { bytes: bytes[..end].to_vec(), later: Vec::new(), is_cut: bytes.len() >= HEAD_BYTES }
    }
}

/// Collects whole lines that are not ASCII. Lines across a chunk's edge are passed over: there are always others.
fn later_lines(mut source: impl Read) -> io::Result<Vec<u8>> {
    let mut chunk = Vec::with_capacity(CHUNK_BYTES);
    let mut found = Vec::new();
    while found.len() < HEAD_BYTES && non_ascii(&found) < ENOUGH_EVIDENCE {
        chunk.clear();
        let limit = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
        if source.by_ref().take(limit).read_to_end(&mut chunk)? == 0 {
            break;
        }
        if chunk.is_ascii() {
            continue;
        }
        let is_last = chunk.len() < CHUNK_BYTES;
        let mut lines: Vec<&[u8]> = chunk.split(|&b| b == b'\n' || b == b'\r').skip(1).collect();
        if !is_last {
            lines.pop();
        }
        for line in lines.into_iter().filter(|line| !line.is_ascii()) {
            found.extend_from_slice(line);
            found.push(b'\n');
        }
    }
    Ok(found)
}

fn non_ascii(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| !b.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::super::{Charset, Overrides, sniff_head};
    use super::*;

    fn with_a_late_name(name: &[u8]) -> Vec<u8> {
        let mut file = b"Name,Email\r\n".to_vec();
        while file.len() < 3 * HEAD_BYTES {
            file.extend_from_slice(b"Anna Kowalska,anna@example.com\r\n");
        }
        file.extend_from_slice(name);
        file.extend_from_slice(b",x@example.com\r\n");
        file
    }

    #[test]
    fn a_cyrillic_name_far_below_decides_the_character_set() {
        let late = [
            (b"\xce\xeb\xfc\xe3\xe0 \xd1\xee\xea\xee\xeb\xee\xe2\xe0".as_slice(), Charset::WINDOWS_1251),
            ("Ольга".as_bytes(), Charset::UTF_8),
        ];
        for (name, charset) in late {
            let head = Head::read(with_a_late_name(name).as_slice()).unwrap();
            assert!(head.is_cut && head.bytes.len() == HEAD_BYTES);
            assert_eq!(sniff_head(&head, &Overrides::default()).unwrap().encoding, charset);
        }
    }

    #[test]
    fn a_small_file_is_read_whole() {
        let head = Head::read(b"a,b\n".as_slice()).unwrap();
        assert_eq!((head.bytes.as_slice(), head.is_cut), (b"a,b\n".as_slice(), false));
    }
}
