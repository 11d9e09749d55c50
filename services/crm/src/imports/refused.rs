//! The file of refused rows as the run writes it. How long it was after the rows that are stored is noted with them: what
//! a crash left behind that is cut off.

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

use super::csv::{Cells, ErrorFile, Format};

/// A row that is not stored, and why.
pub struct Refused {
    /// Its place among the rows of its chunk.
    pub place: usize,
    pub cells: Cells,
    pub fields: Fields,
}

/// The file, made with its first row.
pub struct RefusedRows {
    path: PathBuf,
    format: Format,
    locale: Locale,
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

impl RefusedRows {
    /// Goes on behind the `bytes` that belong to stored rows.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: PathBuf, format: Format, locale: Locale, bytes: u64) -> io::Result<Self> {
        let written = Arc::new(AtomicU64::new(bytes));
        let mut rows = Self { path, format, locale, file: None, written };
        if bytes > 0 {
            let mut file = OpenOptions::new().write(true).open(&rows.path)?;
            file.set_len(bytes)?;
            file.seek(SeekFrom::End(0))?;
            rows.file = Some(ErrorFile::resume(rows.counted(file), &rows.format));
        }
        Ok(rows)
    }

    fn counted(&self, file: File) -> Counted {
        Counted { file, written: Arc::clone(&self.written) }
    }

    /// Adds rows; they are in the file afterwards.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&mut self, rows: &[Refused]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        if self.file.is_none() {
            let counted = self.counted(File::create(&self.path)?);
            let header = api::messages::text(self.locale, "import.reason_header", &[]);
            self.file = Some(ErrorFile::create(counted, &self.format, &header)?);
        }
        let Some(file) = &mut self.file else { return Ok(()) };
        for row in rows {
            file.write(&row.cells, &reason(self.locale, &row.fields))?;
        }
        file.flush()
    }

    /// Length of the file.
    #[must_use]
    pub fn bytes(&self) -> i64 {
        i64::try_from(self.written.load(Ordering::Relaxed)).unwrap_or(i64::MAX)
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
