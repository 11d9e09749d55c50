//! Finds the end of one CSV record in a piece of text and hands out its cells (RFC 4180, read leniently as csv-core does:
//! a quote inside an unquoted cell is text, text after a closing quote is kept, `\n`, `\r\n` and `\r` all end a record).
//! Written here, and not taken from the `csv` crate, because recovery needs to stop in the middle of a record and to know why.

/// Receives the cells of a record piece by piece.
pub(super) trait Sink {
    fn clear(&mut self);
    fn push(&mut self, piece: &str);
    fn end_cell(&mut self);
}

/// Throws the cells away: for skipping.
pub(super) struct NoCells;

impl Sink for NoCells {
    fn clear(&mut self) {}
    fn push(&mut self, _piece: &str) {}
    fn end_cell(&mut self) {}
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// A record of so many bytes (its line end not among them) with so many line breaks inside quotes.
    Record { bytes: usize, line_breaks: u64 },
    /// The text ends before the record does.
    Incomplete,
    /// A quoted cell is still open at the end of the file, or spans lines and something follows its closing quote,
    /// which means that quote was meant to open another cell. `scanned` bytes had been looked at.
    Unclosed { scanned: usize },
}

/// Scans the record at the start of `text`. `at_end`: nothing follows `text`. The answer for a text is the answer for every
/// longer text that begins with it, unless it is `Incomplete`: so it does not depend on how the source was cut into chunks.
pub(super) fn scan(text: &str, delimiter: u8, at_end: bool, cells: &mut impl Sink) -> Scan {
    cells.clear();
    let mut scanner = Scanner { text, delimiter, at_end, at: 0, line_breaks: 0, cells };
    loop {
        match scanner.cell() {
            Stop::Delimiter => scanner.at += 1,
            Stop::Record => {
                return Scan::Record { bytes: scanner.at, line_breaks: scanner.line_breaks };
            }
            Stop::Incomplete => return Scan::Incomplete,
            Stop::Unclosed => {
                return Scan::Unclosed { scanned: scanner.at };
            }
        }
    }
}

enum Stop {
    Delimiter,
    Record,
    Incomplete,
    Unclosed,
}

struct Scanner<'a, S> {
    text: &'a str,
    delimiter: u8,
    at_end: bool,
    at: usize,
    line_breaks: u64,
    cells: &'a mut S,
}

impl<S: Sink> Scanner<'_, S> {
    fn cell(&mut self) -> Stop {
        if self.text.as_bytes().get(self.at) == Some(&b'"') { self.quoted() } else { self.plain() }
    }

    fn plain(&mut self) -> Stop {
        let rest = &self.text.as_bytes()[self.at..];
        let delimiter = self.delimiter;
        let found = rest.iter().position(|&b| b == delimiter || b == b'\n' || b == b'\r');
        let end = match found {
            Some(length) => self.at + length,
            None if self.at_end => self.text.len(),
            None => return Stop::Incomplete,
        };
        self.cells.push(&self.text[self.at..end]);
        self.cells.end_cell();
        self.at = end;
        match self.text.as_bytes().get(end) {
            Some(&b) if b == delimiter => Stop::Delimiter,
            _ => Stop::Record,
        }
    }

    fn quoted(&mut self) -> Stop {
        let bytes = self.text.as_bytes();
        let breaks_before = self.line_breaks;
        self.at += 1;
        loop {
            let Some(length) = bytes[self.at..].iter().position(|&b| b == b'"') else {
                return self.open_at_end();
            };
            let closing = self.at + length;
            self.line_breaks += line_breaks(&bytes[self.at..closing]);
            self.cells.push(&self.text[self.at..closing]);
            self.at = closing + 1;
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.cells.push("\"");
                    self.at += 1;
                }
                None if !self.at_end => return Stop::Incomplete,
                None | Some(b'\n' | b'\r') => return self.plain(),
                Some(&b) if b == self.delimiter => return self.plain(),
                Some(_) if self.line_breaks > breaks_before => return self.unclosed(),
                Some(_) => return self.plain(),
            }
        }
    }

    fn open_at_end(&mut self) -> Stop {
        if !self.at_end {
            return Stop::Incomplete;
        }
        self.cells.push(&self.text[self.at..]);
        self.at = self.text.len();
        self.unclosed()
    }

    fn unclosed(&mut self) -> Stop {
        self.cells.end_cell();
        Stop::Unclosed
    }
}

/// Counts line ends, `\r\n` as one. A pair split between two calls (by a doubled quote) cannot occur: nothing stands between.
pub(super) fn line_breaks(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut before = 0;
    for &byte in bytes {
        count += u64::from(byte == b'\r' || (byte == b'\n' && before != b'\r'));
        before = byte;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::Cells;
    use super::*;

    fn cells_of(text: &str) -> (Scan, Vec<String>) {
        let mut cells = Cells::default();
        let end = scan(text, b',', true, &mut cells);
        (end, cells.iter().map(ToOwned::to_owned).collect())
    }

    #[test]
    fn quotes_line_breaks_and_doubled_quotes_belong_to_the_cell() {
        let (end, cells) = cells_of("a,\"b \"\"c\"\"\r\nd\",\r\nnext");
        assert_eq!(cells, ["a", "b \"c\"\r\nd", ""]);
        assert_eq!(end, Scan::Record { bytes: 15, line_breaks: 1 });
    }

    #[test]
    fn sloppy_quotes_on_one_line_are_read_leniently() {
        assert_eq!(cells_of("5\" disk,\"ООО \"Ромашка\"\",z").1, ["5\" disk", "ООО Ромашка\"\"", "z"]);
    }

    #[test]
    fn a_cell_over_lines_must_close_before_a_delimiter() {
        let (end, cells) = cells_of("\"open,a\nb,\"Quoted, Inc\",c\n");
        assert_eq!(end, Scan::Unclosed { scanned: 11 });
        assert_eq!(cells, ["open,a\nb,"]);
    }

    #[test]
    fn an_open_quote_at_the_end_of_the_file_is_told() {
        let (end, cells) = cells_of("a,\"b,c");
        assert_eq!((end, cells), (Scan::Unclosed { scanned: 6 }, vec!["a".to_owned(), "b,c".to_owned()]));
    }

    #[test]
    fn a_record_without_its_end_is_incomplete() {
        for text in ["a", "a,", "\"a", "\"a\"", "a,\"b\"\"", ""] {
            assert_eq!(scan(text, b',', false, &mut NoCells), Scan::Incomplete, "{text}");
        }
    }

    #[test]
    fn line_breaks_count_pairs_once() {
        assert_eq!(line_breaks(b"a\r\nb\nc\rd\r\r\n"), 5);
    }
}
