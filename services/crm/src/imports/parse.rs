//! The reading half of a run, on a thread of its own: rows are parsed and checked while the database stores earlier ones.

use std::{fs::File, io, path::PathBuf};

use kernel::Fields;
use tokio::sync::mpsc::Sender;

use super::{
    csv::{Cells, Format, Reader},
    finder::Ground,
    mapping::Mapping,
    refused::Refused,
    rows::Rows,
};

/// Rows of a chunk: one transaction, for which other writers wait about a fifth of a second. The more rows, the less is written:
/// pages that many of them share are written once.
pub const ROWS_PER_CHUNK: i64 = 2000;
/// Bytes of rows that a chunk keeps as they stand in the file.
const BYTES_PER_CHUNK: usize = 8 << 20;

/// What the reader needs.
pub struct Source {
    pub path: PathBuf,
    pub format: Format,
    pub mapping: Mapping,
    pub ground: Ground,
    /// Rows that an earlier attempt has stored.
    pub skip_rows: u64,
}

/// A row that is ready to be stored.
pub struct Filled<R> {
    /// Its place among the rows of the chunk.
    pub place: usize,
    pub row: R,
    /// As it stands in the file, where storing may refuse it.
    pub cells: Cells,
}

/// Rows that belong into one transaction.
pub struct Chunk<R> {
    pub filled: Vec<Filled<R>>,
    pub refused: Vec<Refused>,
    /// Rows read, of every kind.
    pub rows: i64,
    pub blank: i64,
    /// Bytes of the file read so far.
    pub bytes_done: i64,
}

impl<R> Chunk<R> {
    fn new() -> Self {
        Self { filled: Vec::new(), refused: Vec::new(), rows: 0, blank: 0, bytes_done: 0 }
    }
}

/// Reads the file to its end, or until nobody listens any more.
///
/// # Errors
/// When the file cannot be read.
pub fn feed<S: Rows>(source: &Source, to: &Sender<Chunk<S::Row>>) -> io::Result<()> {
    let mut reader = Reader::open(File::open(&source.path)?, &source.format)?;
    reader.skip_rows(source.skip_rows)?;
    loop {
        let (mut chunk, mut kept) = (Chunk::new(), 0);
        while chunk.rows < ROWS_PER_CHUNK && kept < BYTES_PER_CHUNK {
            let Some(row) = reader.next_row()? else { break };
            chunk.rows += 1;
            if row.is_blank {
                chunk.blank += 1;
                continue;
            }
            let place = chunk.filled.len() + chunk.refused.len();
            let parsed = match row.problem {
                Some(problem) => Err(Fields(vec![kernel::FieldError::new("", problem.code())])),
                None => S::read(&source.mapping.values(row.cells), &source.ground),
            };
            let mut keep = || {
                kept += row.cells.bytes();
                row.cells.clone()
            };
            match parsed {
                Ok(read) => {
                    let cells = if S::MAY_REFUSE { keep() } else { Cells::default() };
                    chunk.filled.push(Filled { place, row: read, cells });
                }
                Err(fields) => chunk.refused.push(Refused { place, cells: keep(), fields }),
            }
        }
        if chunk.rows == 0 {
            return Ok(());
        }
        if source.ground.finder.has_failed() {
            return Err(io::Error::other("a name could not be looked up"));
        }
        chunk.bytes_done = i64::try_from(reader.bytes_read()).unwrap_or(i64::MAX);
        if to.blocking_send(chunk).is_err() {
            return Ok(());
        }
    }
}
