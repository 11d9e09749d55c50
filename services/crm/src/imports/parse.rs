//! The reading half of a run, on a thread of its own: rows are parsed and checked while the database stores earlier ones.
//! Refused rows go to the error file; how far that file reached is part of each chunk, so that a crash cannot double them.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kernel::{Fields, Locale};
use tokio::sync::mpsc::Sender;

use super::{
    csv::{Cells, ErrorFile, Format, Reader},
    finder::Ground,
    mapping::Mapping,
    subject::{Row, Subject},
};

/// Rows of a chunk: one transaction, for which other writers wait about a fifth of a second. The more rows, the less is written:
/// pages that many of them share are written once.
pub const ROWS_PER_CHUNK: i64 = 2000;

/// What the reader needs.
pub struct Source {
    pub path: PathBuf,
    pub errors: PathBuf,
    pub format: Format,
    pub mapping: Mapping,
    pub ground: Ground,
    pub locale: Locale,
    /// Rows that an earlier attempt has stored.
    pub skip_rows: u64,
    /// Length of the error file that belongs to them.
    pub error_bytes: u64,
}

/// Rows that are ready to be stored.
pub struct Chunk<F> {
    pub filled: Vec<Row<F>>,
    /// Rows read, of every kind.
    pub rows: i64,
    pub blank: i64,
    pub failed: i64,
    /// Bytes of the file read so far.
    pub bytes_done: i64,
    pub error_bytes: i64,
}

impl<F> Chunk<F> {
    fn new() -> Self {
        Self { filled: Vec::new(), rows: 0, blank: 0, failed: 0, bytes_done: 0, error_bytes: 0 }
    }
}

/// Reads the file to its end, or until nobody listens any more.
///
/// # Errors
/// When a file cannot be read or written.
pub fn feed<S: Subject>(source: &Source, to: &Sender<Chunk<S::Fields>>) -> io::Result<()> {
    let mut reader = Reader::open(File::open(&source.path)?, &source.format)?;
    reader.skip_rows(source.skip_rows)?;
    let mut errors = Errors::open(source)?;
    loop {
        let mut chunk = Chunk::new();
        while chunk.rows < ROWS_PER_CHUNK {
            let Some(row) = reader.next_row()? else { break };
            chunk.rows += 1;
            if row.is_blank {
                chunk.blank += 1;
                continue;
            }
            let parsed = match row.problem {
                Some(problem) => Err(Fields(vec![kernel::FieldError::new("", problem.code())])),
                None => S::draft(&source.mapping.values(row.cells), &source.ground),
            };
            match parsed {
                Ok(draft) => chunk.filled.push(Row::of::<S>(draft)),
                Err(fields) => {
                    chunk.failed += 1;
                    errors.write(source, row.cells, &fields)?;
                }
            }
        }
        if chunk.rows == 0 {
            return Ok(());
        }
        if source.ground.finder.has_failed() {
            return Err(io::Error::other("a name could not be looked up"));
        }
        chunk.bytes_done = i64::try_from(reader.bytes_read()).unwrap_or(i64::MAX);
        chunk.error_bytes = errors.flushed()?;
        if to.blocking_send(chunk).is_err() {
            return Ok(());
        }
    }
}

/// The error file, made with its first row.
struct Errors {
    file: Option<ErrorFile<Counted>>,
    written: Arc<AtomicU64>,
}

struct Counted {
    file: File,
    written: Arc<AtomicU64>,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Errors {
    /// Goes on behind the rows that belong to stored chunks; what a crash left behind them is cut off.
    fn open(source: &Source) -> io::Result<Self> {
        let written = Arc::new(AtomicU64::new(source.error_bytes));
        if source.error_bytes == 0 {
            return Ok(Self { file: None, written });
        }
        let mut file = OpenOptions::new().write(true).open(&source.errors)?;
        file.set_len(source.error_bytes)?;
        file.seek(SeekFrom::End(0))?;
        let counted = Counted { file, written: Arc::clone(&written) };
        Ok(Self { file: Some(ErrorFile::resume(counted, &source.format)), written })
    }

    fn write(&mut self, source: &Source, cells: &Cells, fields: &Fields) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            empty => {
                let counted = Counted { file: File::create(&source.errors)?, written: Arc::clone(&self.written) };
                let header = api::messages::text(source.locale, "import.reason_header", &[]);
                empty.insert(ErrorFile::create(counted, &source.format, &header)?)
            }
        };
        file.write(cells, &reason(source.locale, fields))
    }

    fn flushed(&mut self) -> io::Result<i64> {
        if let Some(file) = &mut self.file {
            file.flush()?;
        }
        Ok(i64::try_from(self.written.load(Ordering::Relaxed)).unwrap_or(i64::MAX))
    }
}

/// Why a row was refused, in the language of whoever imports.
fn reason(locale: Locale, fields: &Fields) -> String {
    let one = |field: &kernel::FieldError| {
        let text = api::messages::text(locale, &field.code, &field.params);
        if field.field.is_empty() { text } else { format!("{}: {text}", field.field) }
    };
    fields.0.iter().map(one).collect::<Vec<_>>().join(" ")
}
