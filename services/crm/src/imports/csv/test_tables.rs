//! For the property tests: random tables and texts, the ways of writing them, and reading them in odd chunks.

use std::io::{self, Read};

use proptest::prelude::*;

use super::*;

/// Hands out its bytes in pieces of the given lengths, repeated.
pub(super) struct Chunked<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) lengths: &'a [usize],
    pub(super) turn: usize,
}

impl Read for Chunked<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let length = self.lengths[self.turn % self.lengths.len()].min(target.len()).min(self.bytes.len());
        self.turn += 1;
        target[..length].copy_from_slice(&self.bytes[..length]);
        self.bytes = &self.bytes[length..];
        Ok(length)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnedRow {
    pub(super) number: u64,
    pub(super) line: u64,
    pub(super) cells: Cells,
    pub(super) is_blank: bool,
    pub(super) problem: Option<RowProblem>,
}

pub(super) fn read_on(reader: &mut Reader<impl Read>) -> Vec<OwnedRow> {
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        let Row { number, line, cells, is_blank, problem } = row;
        rows.push(OwnedRow { number, line, cells: cells.clone(), is_blank, problem });
    }
    rows
}

pub(super) fn read_all(source: impl Read, format: &Format) -> Vec<OwnedRow> {
    read_on(&mut Reader::open(source, format).unwrap())
}

pub(super) fn format(encoding: Charset, delimiter: Delimiter, columns: usize) -> Format {
    Format {
        encoding,
        has_bom: false,
        delimiter,
        header_row: None,
        skip_records: 0,
        headers: (0..columns).map(|column| column.to_string()).collect(),
        warnings: Vec::new(),
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) delimiter: Delimiter,
    pub(super) encoding: Charset,
    pub(super) has_bom: bool,
    pub(super) quotes_all: bool,
    pub(super) line_end: &'static str,
    pub(super) ends_with_line_end: bool,
}

pub(super) fn style() -> impl Strategy<Value = Style> {
    let encodings = vec![
        Charset::UTF_8,
        Charset::UTF_16LE,
        Charset::UTF_16BE,
        Charset::WINDOWS_1251,
        Charset::KOI8_R,
        Charset::IBM866,
    ];
    let parts = (
        prop::sample::select(Delimiter::ALL.to_vec()),
        prop::sample::select(encodings),
        any::<[bool; 3]>(),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
    );
    parts.prop_map(|(delimiter, encoding, [has_bom, quotes_all, ends_with_line_end], line_end)| Style {
        delimiter,
        encoding,
        has_bom,
        quotes_all,
        line_end,
        ends_with_line_end,
    })
}

pub(super) fn encode(text: &str, encoding: Charset, has_bom: bool) -> Vec<u8> {
    let is_unicode = encoding.name().starts_with("UTF");
    let marked = if has_bom && is_unicode { format!("\u{feff}{text}") } else { text.to_owned() };
    match encoding.name() {
        "UTF-16LE" => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other => encoding_rs::Encoding::for_label(other.as_bytes()).unwrap().encode(&marked).0.into_owned(),
    }
}

pub(super) fn write(table: &[Vec<String>], style: Style) -> Vec<u8> {
    let delimiter = char::from(style.delimiter.byte());
    let cell = |cell: &String| {
        let is_odd = cell.contains([delimiter, '"', '\n', '\r']);
        if style.quotes_all || is_odd { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
    };
    let lines: Vec<String> =
        table.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(&delimiter.to_string())).collect();
    let mut text = lines.join(style.line_end);
    if style.ends_with_line_end {
        text.push_str(style.line_end);
    }
    encode(&text, style.encoding, style.has_bom)
}

/// Rectangular tables of two to six columns, of characters that every encoding above has.
pub(super) fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..=6).prop_flat_map(|columns| {
        prop::collection::vec(prop::collection::vec("[a-zА-Яа-я ,;|\t\"\n\r'@+=0-9]{0,9}", columns), 1..12)
    })
}

/// Text in which quotes, delimiters and line ends are frequent enough to be out of balance.
pub(super) fn messy_text() -> impl Strategy<Value = String> {
    "[ab;,\"\"\"\n\n\ré]{0,60}"
}
