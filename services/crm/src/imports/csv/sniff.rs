//! Judges a file by its beginning: character set, delimiter, header and columns, or why it cannot be imported.

use serde::{Deserialize, Serialize};

use super::cells::{Cells, is_blank};
use super::charset::Charset;
use super::delimiter::{self, Delimiter};
use super::detect::detect;
use super::file_kind::{self, FileKind};
use super::head::Head;
use super::header::{self, Header, HeaderRow};
use super::records::Records;

/// A table with more columns is refused.
pub const MAX_COLUMNS: usize = 1000;

/// How many records are judged.
const MAX_RECORDS: usize = 500;

/// How a file is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Format {
    pub encoding: Charset,
    pub has_bom: bool,
    pub delimiter: Delimiter,
    /// The index of the header among the records (0-based, lines without a character are not counted); `None`: no header.
    pub header_row: Option<usize>,
    /// How many records stand above the first row: the header and what is above it.
    pub skip_records: usize,
    /// One name per column, unique and not empty.
    pub headers: Vec<String>,
    pub warnings: Vec<Warning>,
}

/// What a person should look at before importing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Some bytes are not text in this character set and are read as U+FFFD.
    UndecodableBytes,
    /// Only one column: perhaps the delimiter is another one.
    SingleColumn,
    /// No header was found; columns are named `Column 1` and so on.
    NoHeader,
    /// The first row was taken for the header, but nothing tells it from the others.
    HeaderUncertain,
    /// A header occurs twice; the later one was given a number.
    DuplicateHeaders,
    /// A column with content has no header and was named `Column N`.
    EmptyHeaders,
    /// Most rows have more cells than the header; the columns beyond it were named `Column N`.
    RowsWiderThanHeader,
    /// Lines above the header are passed over.
    PreambleSkipped,
}

/// What a person knows better.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overrides {
    pub encoding: Option<Charset>,
    pub delimiter: Option<Delimiter>,
    pub header_row: Option<HeaderRow>,
}

/// Why a file cannot be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SniffError {
    #[error("the file has no text")]
    Empty,
    #[error("the file is no table in text form but {0:?}")]
    NotText(FileKind),
    #[error("there is no record {row} near the beginning of the file")]
    NoSuchHeaderRow { row: usize },
    #[error("the file has {columns} columns, more than {MAX_COLUMNS}")]
    TooManyColumns { columns: usize },
}

impl SniffError {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "import.empty",
            Self::NotText(_) => "import.not_text",
            Self::NoSuchHeaderRow { .. } => "import.no_such_header_row",
            Self::TooManyColumns { .. } => "import.too_many_columns",
        }
    }

    /// A code of the advice for the person (`save_as_csv`, `export_as_csv`, `unpack`), where there is one.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        if let Self::NotText(kind) = self { kind.hint() } else { None }
    }
}

/// Judges a file by its first bytes: [`super::HEAD_BYTES`] of them, or all. They may end inside a character or a record.
///
/// # Errors
/// The file is empty or no text, has too many columns, or lacks the header row asked for.
pub fn sniff(head: &[u8], overrides: &Overrides) -> Result<Format, SniffError> {
    sniff_head(&Head::from_bytes(head), overrides)
}

/// As [`sniff`], with what is known of the rest of the file: this is what an upload should use.
///
/// # Errors
/// As [`sniff`].
pub fn sniff_head(head: &Head, overrides: &Overrides) -> Result<Format, SniffError> {
    if let Some(kind) = file_kind::by_signature(&head.bytes) {
        return Err(SniffError::NotText(kind));
    }
    let detected = detect(&head.bytes, &head.later);
    let encoding = overrides.encoding.unwrap_or(detected.charset);
    let (text, has_replaced) = encoding.decode_start(&head.bytes);
    refuse_what_is_no_table(&text, overrides)?;
    let mut warnings = Vec::new();
    if has_replaced || encoding.decode_start(&head.later).1 {
        warnings.push(Warning::UndecodableBytes);
    }
    let declared = separator_line(&text);
    let (delimiter, table) =
        choose_delimiter(head, encoding, overrides.delimiter.or(declared.and_then(Delimiter::from_char)));
    let from = usize::from(declared.is_some());
    let layout = lay_out(&table, from, overrides.header_row)?;
    warnings.extend(layout.warnings);
    Ok(Format {
        encoding,
        has_bom: detected.has_bom && encoding == detected.charset,
        delimiter,
        header_row: layout.header_row,
        skip_records: layout.skip_records,
        headers: layout.headers,
        warnings,
    })
}

fn refuse_what_is_no_table(text: &str, overrides: &Overrides) -> Result<(), SniffError> {
    // In a character set that a person tries out, a sound file may look broken.
    if overrides.encoding.is_none() && file_kind::is_binary(text) {
        return Err(SniffError::NotText(FileKind::Binary));
    }
    if is_blank(text) {
        return Err(SniffError::Empty);
    }
    file_kind::by_first_words(text).map_or(Ok(()), |kind| Err(SniffError::NotText(kind)))
}

/// The character of Excel's own first line `sep=;`.
fn separator_line(text: &str) -> Option<char> {
    let first = text.trim_start_matches(['\r', '\n']).split(['\r', '\n']).next()?;
    let (key, value) = first.trim_matches('"').split_at_checked(4)?;
    let mut rest = value.chars();
    let separator = rest.next()?;
    let is_whole = rest.as_str().is_empty();
    (key.eq_ignore_ascii_case("sep=") && is_whole).then_some(separator)
}

fn choose_delimiter(head: &Head, charset: Charset, given: Option<Delimiter>) -> (Delimiter, Vec<Cells>) {
    if let Some(delimiter) = given {
        return (delimiter, read_table(head, charset, delimiter));
    }
    let mut tables = Delimiter::ALL.map(|delimiter| read_table(head, charset, delimiter));
    let shapes = [0, 1, 2, 3].map(|index: usize| delimiter::shape(&tables[index]));
    // One column: the delimiter that occurs least, so that a comma in a name does not split it.
    let rarest = || {
        (0..tables.len()).min_by_key(|&index| tables[index].iter().filter(|cells| cells.len() > 1).count()).unwrap_or(0)
    };
    let index = delimiter::best(&shapes).unwrap_or_else(rarest);
    (Delimiter::ALL[index], std::mem::take(&mut tables[index]))
}

fn read_table(head: &Head, charset: Charset, delimiter: Delimiter) -> Vec<Cells> {
    let mut records = Records::new(head.bytes.as_slice(), charset, delimiter);
    let mut table = Vec::new();
    while table.len() < MAX_RECORDS {
        let Ok(Some(_)) = records.read() else {
            // The last record of a cut head may be cut itself.
            if head.is_cut && table.len() > 1 {
                table.pop();
            }
            break;
        };
        table.push(records.cells().clone());
    }
    table
}

struct Layout {
    header_row: Option<usize>,
    skip_records: usize,
    headers: Vec<String>,
    warnings: Vec<Warning>,
}

fn lay_out(table: &[Cells], from: usize, wanted: Option<HeaderRow>) -> Result<Layout, SniffError> {
    let width = delimiter::shape(table.get(from..).unwrap_or_default()).width;
    let header = match wanted {
        Some(HeaderRow::At(row)) if row < table.len() => Header::Sure(row),
        Some(HeaderRow::At(row)) => return Err(SniffError::NoSuchHeaderRow { row }),
        Some(HeaderRow::Absent) => Header::Absent(header::first_row(table, from, width)),
        None => header::find(table, from, width),
    };
    let mut warnings = Vec::new();
    let (header_row, skip_records) = match header {
        Header::Sure(row) => (Some(row), row + 1),
        Header::Likely(row) => {
            warnings.push(Warning::HeaderUncertain);
            (Some(row), row + 1)
        }
        Header::Absent(first) => {
            warnings.push(Warning::NoHeader);
            (None, first)
        }
    };
    if header_row.unwrap_or(skip_records) > from {
        warnings.push(Warning::PreambleSkipped);
    }
    let rows = table.get(skip_records..).unwrap_or_default();
    let headers = name_columns(header_row.and_then(|row| table.get(row)), rows, width, &mut warnings)?;
    Ok(Layout { header_row, skip_records, headers, warnings })
}

fn name_columns(
    header: Option<&Cells>,
    rows: &[Cells],
    width: usize,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<String>, SniffError> {
    let widest = || rows.iter().map(Cells::len).max().unwrap_or(width);
    let given = header.map_or_else(widest, Cells::len);
    let wider = rows.iter().filter(|row| !row.is_blank_from(given)).count();
    let is_too_short = header.is_some() && width > given && wider * 2 > rows.len();
    let columns = if is_too_short { width } else { given };
    if columns > MAX_COLUMNS {
        return Err(SniffError::TooManyColumns { columns });
    }
    let (headers, has_repeated) = header::names(header.unwrap_or(&Cells::default()), columns);
    // Excel exports empty columns on the right: nobody needs to hear of them.
    let is_nameless =
        |header: &Cells, column| is_blank(header.get(column)) && rows.iter().any(|row| !is_blank(row.get(column)));
    let has_nameless = header.is_some_and(|header| (0..columns).any(|column| is_nameless(header, column)));
    let found = [
        (is_too_short, Warning::RowsWiderThanHeader),
        (has_nameless && !is_too_short, Warning::EmptyHeaders),
        (has_repeated, Warning::DuplicateHeaders),
        (columns == 1, Warning::SingleColumn),
    ];
    warnings.extend(found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, warning)| warning));
    Ok(headers)
}
