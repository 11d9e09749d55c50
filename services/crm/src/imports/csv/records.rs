//! Records of a byte source, one at a time, with the recovery rule: a record that never ends, or whose quotes are unbalanced,
//! costs only its first line, and reading goes on at the next line. Knows nothing of headers and columns.

use std::io::{self, Read};

use serde::{Deserialize, Serialize};

use super::cells::Cells;
use super::charset::Charset;
use super::delimiter::Delimiter;
use super::scan::{NoCells, Scan, Sink, scan};
use super::window::Window;

/// The longest record, in bytes of UTF-8; a longer one is reported and not imported.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// How many bytes may be read twice by recovery: this many, and four times the file itself. Beyond that a quoted cell may no
/// longer span lines, so that a file made of unbalanced quotes costs linear time and not a megabyte per line.
const RESCAN_FREE_BYTES: u64 = 16 * 1024 * 1024;
const RESCAN_FACTOR: u64 = 4;

/// Why a row cannot be imported as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowProblem {
    /// Cells with content beyond the last column: which column they belong to is unknown.
    TooManyCells,
    /// A quoted cell is not closed. The row holds the cells of its first line; the lines after it were read as rows.
    UnclosedQuote,
    /// A cell is longer than [`super::MAX_CELL_BYTES`]; the row holds its beginning.
    CellTooLong,
    /// One line is longer than [`MAX_RECORD_BYTES`]; the row holds its beginning.
    RecordTooLong,
}

impl RowProblem {
    /// The stable code, as serialized.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooManyCells => "too_many_cells",
            Self::UnclosedQuote => "unclosed_quote",
            Self::CellTooLong => "cell_too_long",
            Self::RecordTooLong => "record_too_long",
        }
    }
}

pub(super) struct Records<R> {
    pub(super) window: Window<R>,
    delimiter: u8,
    cells: Cells,
    line: u64,
    consumed: u64,
    rescanned: u64,
}

/// A record was read: the line it begins at (1-based) and what is wrong with it.
pub(super) struct Found {
    pub(super) line: u64,
    pub(super) problem: Option<RowProblem>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(source: R, charset: Charset, delimiter: Delimiter) -> Self {
        Self {
            window: Window::new(source, charset),
            delimiter: delimiter.byte(),
            cells: Cells::default(),
            line: 1,
            consumed: 0,
            rescanned: 0,
        }
    }

    /// The cells of the record read last.
    pub(super) fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Reads the next record into [`Self::cells`]; `None` at the end. Lines without a character are not records.
    pub(super) fn read(&mut self) -> io::Result<Option<Found>> {
        let mut cells = std::mem::take(&mut self.cells);
        let found = self.read_into(&mut cells);
        self.cells = cells;
        let mut found = found?;
        if let Some(found) = &mut found
            && found.problem.is_none()
            && self.cells.was_cut()
        {
            found.problem = Some(RowProblem::CellTooLong);
        }
        Ok(found)
    }

    /// Passes over the next record; `false` at the end.
    pub(super) fn skip(&mut self) -> io::Result<bool> {
        Ok(self.read_into(&mut NoCells)?.is_some())
    }

    fn read_into(&mut self, cells: &mut impl Sink) -> io::Result<Option<Found>> {
        if !self.pass_line_ends()? {
            return Ok(None);
        }
        if self.rescanned > RESCAN_FREE_BYTES + RESCAN_FACTOR * self.consumed {
            return self.read_line(None, cells).map(Some);
        }
        loop {
            let (view, is_all) = self.view();
            let is_full = self.window.rest().len() > MAX_RECORD_BYTES;
            let scanned = match scan(view, self.delimiter, is_all, cells) {
                Scan::Record { bytes, line_breaks } if bytes <= MAX_RECORD_BYTES => {
                    return Ok(Some(self.take_record(bytes, line_breaks)));
                }
                Scan::Unclosed { scanned } => scanned,
                Scan::Record { .. } | Scan::Incomplete if is_full => view.len(),
                Scan::Record { .. } | Scan::Incomplete => {
                    // Doubling what is there keeps the repeated scanning of a long record linear.
                    self.window.fill(view.len())?;
                    continue;
                }
            };
            self.rescanned += count(scanned);
            return self.read_line(Some(RowProblem::UnclosedQuote), cells).map(Some);
        }
    }

    /// What a record may extend over, and whether that is all the source has.
    fn view(&self) -> (&str, bool) {
        let rest = self.window.rest();
        let view = &rest[..rest.floor_char_boundary(MAX_RECORD_BYTES + 1)];
        (view, self.window.has_ended() && view.len() == rest.len())
    }

    fn take_record(&mut self, bytes: usize, line_breaks: u64) -> Found {
        let found = Found { line: self.line, problem: None };
        self.line += line_breaks;
        self.consume(bytes);
        found
    }

    /// Takes one line as a record, whatever its quotes are. With a `problem` it is what is left of a broken record.
    fn read_line(&mut self, problem: Option<RowProblem>, cells: &mut impl Sink) -> io::Result<Found> {
        while self.line_length().is_none() && !self.window.has_ended() && self.window.rest().len() <= MAX_RECORD_BYTES {
            self.window.fill(MAX_RECORD_BYTES)?;
        }
        let line = self.line;
        let (view, is_all) = self.view();
        let length = self.line_length();
        let is_too_long = length.is_none() && (!is_all || view.len() > MAX_RECORD_BYTES);
        let length = length.unwrap_or(view.len());
        let end = scan(&view[..length], self.delimiter, true, cells);
        self.consume(length);
        if is_too_long {
            self.pass_line()?;
            return Ok(Found { line, problem: Some(RowProblem::RecordTooLong) });
        }
        let is_unclosed = matches!(end, Scan::Unclosed { .. });
        Ok(Found { line, problem: problem.or(is_unclosed.then_some(RowProblem::UnclosedQuote)) })
    }

    /// The length of the line at the front, `None` if no line end is within a record's reach.
    fn line_length(&self) -> Option<usize> {
        self.view().0.bytes().position(is_line_end).filter(|&length| length <= MAX_RECORD_BYTES)
    }

    fn pass_line(&mut self) -> io::Result<()> {
        loop {
            let rest = self.window.rest();
            let found = rest.bytes().position(is_line_end);
            self.consume(found.unwrap_or(rest.len()));
            if found.is_some() || self.window.has_ended() {
                return Ok(());
            }
            self.window.fill(1)?;
        }
    }

    /// Passes the end of the record before, and empty lines; `false` at the end of the source.
    fn pass_line_ends(&mut self) -> io::Result<bool> {
        let mut before = 0;
        loop {
            let rest = self.window.rest().as_bytes();
            let length = rest.iter().position(|&b| !is_line_end(b)).unwrap_or(rest.len());
            let is_done = length < rest.len();
            let mut lines = 0;
            for &byte in &rest[..length] {
                lines += u64::from(byte == b'\r' || before != b'\r');
                before = byte;
            }
            self.line += lines;
            self.consume(length);
            if is_done || self.window.has_ended() {
                return Ok(is_done);
            }
            self.window.fill(1)?;
        }
    }

    fn consume(&mut self, bytes: usize) {
        self.window.consume(bytes);
        self.consumed += count(bytes);
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
