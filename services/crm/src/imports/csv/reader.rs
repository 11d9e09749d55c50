//! The rows of a file as a stream, numbered, with cells in reused buffers.

use std::io::{self, Read};

use super::cells::Cells;
use super::records::{Records, RowProblem};
use super::sniff::Format;

/// One row. Its cells live until the next row is read.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// 1-based among the rows: records below the header, blank ones too, lines without a character not.
    pub number: u64,
    /// The line of the file at which the row begins, 1-based.
    pub line: u64,
    /// As in the file, neither trimmed nor padded: `cells.get(column)` gives `""` for what a short row lacks.
    pub cells: &'a Cells,
    /// No cell holds anything visible.
    pub is_blank: bool,
    pub problem: Option<RowProblem>,
}

/// Reads rows in bounded memory: some 300 KiB for ordinary files, at worst (a megabyte of nothing but delimiters) below 32 MiB.
///
/// A quoted cell may span lines. When its quote is never closed – something other than a delimiter follows the closing quote,
/// the record grows beyond [`super::MAX_RECORD_BYTES`], or the file ends – the row has the problem `unclosed_quote`, holds the
/// cells of its first line only, and reading goes on at the line after that, so one stray quote costs one row. (A real cell
/// with sloppy inner quotes over several lines therefore gives one failed row and one odd row per further line.)
pub struct Reader<R> {
    records: Records<R>,
    columns: usize,
    number: u64,
}

impl<R: Read> Reader<R> {
    /// Opens a file at its first row: passes the header and what is above it.
    ///
    /// # Errors
    /// Reading fails.
    pub fn open(source: R, format: &Format) -> io::Result<Self> {
        let mut records = Records::new(source, format.encoding, format.delimiter);
        for _ in 0..format.skip_records {
            records.skip()?;
        }
        Ok(Self { records, columns: format.headers.len(), number: 0 })
    }

    /// The next row, `None` at the end. (No `Iterator`: the row borrows the reader's buffers.)
    ///
    /// # Errors
    /// Reading fails. Whatever the file holds is no error but a [`Row::problem`].
    pub fn next_row(&mut self) -> io::Result<Option<Row<'_>>> {
        let Some(found) = self.records.read()? else {
            return Ok(None);
        };
        self.number += 1;
        let cells = self.records.cells();
        let is_too_wide = cells.len() > self.columns && !cells.is_blank_from(self.columns);
        Ok(Some(Row {
            number: self.number,
            line: found.line,
            cells,
            is_blank: cells.is_blank_from(0),
            problem: found.problem.or(is_too_wide.then_some(RowProblem::TooManyCells)),
        }))
    }

    /// Passes over up to `count` rows without building their cells, to resume; tells how many there were.
    ///
    /// # Errors
    /// Reading fails.
    pub fn skip_rows(&mut self, count: u64) -> io::Result<u64> {
        for skipped in 0..count {
            if !self.records.skip()? {
                return Ok(skipped);
            }
            self.number += 1;
        }
        Ok(count)
    }

    /// The first `count` rows that are not blank, as owned cells, one per column: for a preview and for [`super::guess`].
    ///
    /// # Errors
    /// Reading fails.
    pub fn sample(&mut self, count: usize) -> io::Result<Vec<Vec<String>>> {
        let columns = self.columns;
        let mut rows = Vec::new();
        while rows.len() < count
            && let Some(row) = self.next_row()?
        {
            if !row.is_blank {
                rows.push((0..columns).map(|column| row.cells.get(column).to_owned()).collect());
            }
        }
        Ok(rows)
    }

    /// Bytes taken from the source so far, a little ahead of the rows: for progress.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.records.window.bytes_read()
    }

    /// The number of the row read last.
    #[must_use]
    pub fn rows_read(&self) -> u64 {
        self.number
    }

    /// Some bytes so far were not text in the character set and were read as U+FFFD.
    #[must_use]
    pub fn saw_undecodable(&self) -> bool {
        self.records.window.saw_undecodable()
    }

    #[cfg(test)]
    pub(super) fn buffer_bytes(&self) -> usize {
        self.records.window.capacity()
    }
}
