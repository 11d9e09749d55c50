//! Tells files that are no text at all, so that the person who chose the wrong file is told what to do instead.

use serde::{Deserialize, Serialize};

use super::cells::is_invisible;

/// What a file is that cannot be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// Excel or `OpenDocument`: it can be saved as CSV.
    Spreadsheet,
    /// Compressed: it can be unpacked.
    Archive,
    Pdf,
    Image,
    /// HTML or XML: Excel's "web page", or a sign-in page that was saved instead of the export.
    Markup,
    /// vCard: where it comes from, CSV can be had as well.
    AddressCards,
    /// Anything else that is not text.
    Binary,
}

impl FileKind {
    /// A code of the advice for the person, where there is one.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        match self {
            Self::Spreadsheet | Self::Markup => Some("save_as_csv"),
            Self::AddressCards => Some("export_as_csv"),
            Self::Archive => Some("unpack"),
            Self::Pdf | Self::Image | Self::Binary => None,
        }
    }
}

/// By the signatures that such files begin with.
pub(super) fn by_signature(head: &[u8]) -> Option<FileKind> {
    const SIGNATURES: [(&[u8], FileKind); 12] = [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileKind::Spreadsheet), // Excel 97–2003
        (b"%PDF-", FileKind::Pdf),
        (b"\x89PNG\r\n\x1a\n", FileKind::Image),
        (b"\xff\xd8\xff", FileKind::Image),
        (b"GIF8", FileKind::Image),
        (b"\x1f\x8b\x08", FileKind::Archive),
        (b"PK\x05\x06", FileKind::Archive),
        (b"7z\xbc\xaf\x27\x1c", FileKind::Archive),
        (b"Rar!\x1a\x07", FileKind::Archive),
        (b"BZh", FileKind::Archive),
        (b"\xfd7zXZ\0", FileKind::Archive),
        (b"\x28\xb5\x2f\xfd", FileKind::Archive),
    ];
    if head.starts_with(b"PK\x03\x04") {
        return Some(if is_spreadsheet_zip(head) { FileKind::Spreadsheet } else { FileKind::Archive });
    }
    SIGNATURES.into_iter().find(|(signature, _)| head.starts_with(signature)).map(|(_, kind)| kind)
}

/// By the first words of a text.
pub(super) fn by_first_words(text: &str) -> Option<FileKind> {
    let text = text.trim_start_matches(is_invisible);
    let begins_with = |words: &str| text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words));
    if ["<!doctype", "<html", "<?xml"].into_iter().any(begins_with) {
        return Some(FileKind::Markup);
    }
    begins_with("BEGIN:VCARD").then_some(FileKind::AddressCards)
}

/// By what is left after decoding: text has next to no control characters, NULs and undecodable places.
pub(super) fn is_binary(text: &str) -> bool {
    let mut characters = 0_usize;
    let mut odd = 0_usize;
    for c in text.chars() {
        characters += 1;
        let is_usual = matches!(c, '\t' | '\n' | '\r' | '\x0b' | '\x0c' | '\x1a');
        odd += usize::from((c.is_control() && !is_usual) || c == '\u{fffd}');
    }
    odd * 20 > characters
}

fn is_spreadsheet_zip(head: &[u8]) -> bool {
    [b"[Content_Types].xml".as_slice(), b"xl/workbook", b"xl/worksheets", b"opendocument.spreadsheet"]
        .iter()
        .any(|name| head.windows(name.len()).any(|window| window == *name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        assert_eq!(by_signature(b"PK\x03\x04\x14\0[Content_Types].xml"), Some(FileKind::Spreadsheet));
        assert_eq!(by_signature(b"PK\x03\x04\x14\0photo.jpg"), Some(FileKind::Archive));
        assert_eq!(by_signature(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some(FileKind::Image));
        assert_eq!(by_signature(b"%PDF-1.7"), Some(FileKind::Pdf));
        assert_eq!(by_signature(b"\x1f\x8b\x08\0"), Some(FileKind::Archive));
        assert_eq!(by_signature("PK,Имя\n".as_bytes()), None);
    }

    #[test]
    fn text_with_a_stray_control_character_is_text() {
        assert!(!is_binary("Name,Email\r\nAnna\t\x0b,a@example.com\r\n\x1a"));
        assert!(is_binary("\x01\x02\x03abc"));
        assert!(!is_binary(""));
    }
}
