//! The file of rows that were not imported: the original cells and the reason, ready to be mended and imported again.

use std::io::{self, Write};

use super::cells::Cells;
use super::delimiter::Delimiter;
use super::formula::guard_formula;
use super::sniff::Format;

/// Writes a CSV in UTF-8 with a byte-order mark: the columns of the source, then the reason. Cells beyond the last column
/// follow the reason, so that nothing is lost. Cells are guarded by [`guard_formula`]; the importer takes the guard off again.
pub struct ErrorFile<W: Write> {
    writer: ::csv::Writer<W>,
    columns: usize,
}

impl<W: Write> ErrorFile<W> {
    /// Begins a file with its header; `reason_header` names the last column.
    ///
    /// # Errors
    /// Writing fails.
    pub fn create(mut target: W, format: &Format, reason_header: &str) -> io::Result<Self> {
        target.write_all("\u{feff}".as_bytes())?;
        let mut file = Self::resume(target, format);
        file.write_record(format.headers.iter().map(String::as_str).chain([reason_header]))?;
        Ok(file)
    }

    /// Goes on with a file that has its header, `target` being at its end.
    #[must_use]
    pub fn resume(target: W, format: &Format) -> Self {
        // Excel opens a .csv by the list separator of the country: only the semicolon is worth keeping from the source.
        let delimiter = if format.delimiter == Delimiter::Semicolon { Delimiter::Semicolon } else { Delimiter::Comma };
        let writer = ::csv::WriterBuilder::new()
            .delimiter(delimiter.byte())
            .terminator(::csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(target);
        Self { writer, columns: format.headers.len() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Writing fails.
    pub fn write(&mut self, cells: &Cells, reason: &str) -> io::Result<()> {
        let own = (0..self.columns).map(|index| cells.get(index));
        let extra = (self.columns..cells.len()).map(|index| cells.get(index));
        self.write_record(own.chain([reason]).chain(extra))
    }

    /// Writes out what is buffered: after it, everything added so far is in the target.
    ///
    /// # Errors
    /// Writing fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Ends the file and gives the target back.
    ///
    /// # Errors
    /// Writing fails.
    pub fn finish(self) -> io::Result<W> {
        self.writer.into_inner().map_err(::csv::IntoInnerError::into_error)
    }

    fn write_record<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(guard_formula(cell).as_bytes())?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Overrides, sniff};
    use super::*;

    fn written(source: &[u8], rows: &[&[&str]]) -> String {
        let format = sniff(source, &Overrides::default()).unwrap();
        let mut file = ErrorFile::create(Vec::new(), &format, "Reason").unwrap();
        for row in rows {
            file.write(&row.iter().collect(), "bad e-mail").unwrap();
        }
        String::from_utf8(file.finish().unwrap()).unwrap()
    }

    #[test]
    fn rows_keep_their_columns_and_get_a_reason() {
        let text = written(b"Name,Email\nx,a@b.cd\n", &[&["Anna, A.", "=1"], &["short"], &["a", "b", "extra"]]);
        assert_eq!(
            text,
            "\u{feff}Name,Email,Reason\r\n\"Anna, A.\",'=1,bad e-mail\r\nshort,,bad e-mail\r\na,b,bad e-mail,extra\r\n"
        );
    }

    #[test]
    fn a_semicolon_source_gives_a_semicolon_file() {
        assert_eq!(
            written(b"Name;Email\nx;a@b.cd\n", &[&["A", "+7 900"]]),
            "\u{feff}Name;Email;Reason\r\nA;+7 900;bad e-mail\r\n"
        );
    }

    #[test]
    fn a_resumed_file_has_one_header() {
        let format = sniff(b"Name,Email\nx,a@b.cd\n", &Overrides::default()).unwrap();
        let begun = ErrorFile::create(Vec::new(), &format, "Reason").unwrap().finish().unwrap();
        let mut file = ErrorFile::resume(begun, &format);
        file.write(&["a", "b"].iter().collect(), "no").unwrap();
        assert_eq!(file.finish().unwrap(), b"\xef\xbb\xbfName,Email,Reason\r\na,b,no\r\n");
    }
}
