//! Large, broken and hostile files: bounded memory, bounded time, one lost row per stray quote.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use super::records::MAX_RECORD_BYTES;
use super::*;

/// Makes a file row by row while it is read.
struct Generated<F> {
    rows: u64,
    made: u64,
    row: F,
    buffer: Vec<u8>,
    at: usize,
}

impl<F: FnMut(u64, &mut Vec<u8>)> Generated<F> {
    fn new(rows: u64, row: F) -> Self {
        Self { rows, made: 0, row, buffer: Vec::new(), at: 0 }
    }
}

impl<F: FnMut(u64, &mut Vec<u8>)> Read for Generated<F> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if self.at == self.buffer.len() {
            self.buffer.clear();
            self.at = 0;
            while self.made < self.rows && self.buffer.len() < 60_000 {
                (self.row)(self.made, &mut self.buffer);
                self.made += 1;
            }
        }
        let count = target.len().min(self.buffer.len() - self.at);
        target[..count].copy_from_slice(&self.buffer[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn format() -> Format {
    sniff(b"Name,Email,Phone\nAnna,a@example.com,\n", &Overrides::default()).unwrap()
}

/// Rows of `file` (which has a header): their cells and problem.
fn rows_of(file: &[u8]) -> Vec<(Vec<String>, Option<RowProblem>)> {
    let mut reader = Reader::open(file, &format()).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        rows.push((row.cells.iter().map(ToOwned::to_owned).collect(), row.problem));
    }
    rows
}

#[test]
fn a_million_rows_stay_in_small_buffers() {
    let count = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };
    let source = Generated::new(count + 1, |row, buffer| {
        if row == 0 {
            buffer.extend_from_slice(b"Name,Email,Phone\r\n");
        } else {
            buffer.extend_from_slice("\"Ольга, \"\"Оля\"\"\",user@example.com,+79005550000\r\n".as_bytes());
        }
    });
    let mut reader = Reader::open(source, &format()).unwrap();
    let mut rows = 0;
    while let Some(row) = reader.next_row().unwrap() {
        rows += 1;
        assert!(row.problem.is_none() && row.cells.get(0) == "Ольга, \"Оля\"");
    }
    assert_eq!((rows, reader.rows_read()), (count, count));
    assert!(reader.buffer_bytes() <= 512 * 1024, "{}", reader.buffer_bytes());
}

#[test]
fn a_stray_quote_costs_one_row_and_no_memory() {
    let source = Generated::new(60_001, |row, buffer| {
        let text = match row {
            0 => "Name,Email,Phone\n",
            100 => "\"Anna,anna@example.com,+1\n",
            _ => "Olga,olga@example.com,+7 900 555 00 00\n",
        };
        buffer.extend_from_slice(text.as_bytes());
    });
    let mut reader = Reader::open(source, &format()).unwrap();
    let mut broken = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        if row.problem.is_some() {
            broken.push((row.number, row.line, row.problem, row.cells.get(0).to_owned()));
        }
    }
    assert_eq!(broken, [(100, 101, Some(RowProblem::UnclosedQuote), "Anna,anna@example.com,+1".to_owned())]);
    assert_eq!(reader.rows_read(), 60_000);
    assert!(reader.buffer_bytes() <= 8 * MAX_RECORD_BYTES, "{}", reader.buffer_bytes());
}

#[test]
fn a_quote_that_swallows_up_to_the_next_quoted_cell_is_noticed() {
    let rows = rows_of(b"Name,Email,Phone\n\"Anna,a@x.com,1\nOlga,o@x.com,2\n\"Acme, Inc.\",i@x.com,3\n");
    let firsts: Vec<&str> = rows.iter().map(|(cells, _)| cells[0].as_str()).collect();
    assert_eq!(firsts, ["Anna,a@x.com,1", "Olga", "Acme, Inc."]);
    assert_eq!(rows.iter().filter(|(_, problem)| problem.is_some()).count(), 1);
}

#[test]
fn an_open_quote_at_the_end_is_a_row_with_a_problem() {
    let rows = rows_of(b"Name,Email,Phone\nAnna,a@x.com,1\nOlga,\"o@x.com");
    assert_eq!(rows[1], (vec!["Olga".to_owned(), "o@x.com".to_owned()], Some(RowProblem::UnclosedQuote)));
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_line_without_end_is_one_failed_row() {
    let mut file = b"Name,Email,Phone\nAnna,".to_vec();
    file.resize(5 * MAX_RECORD_BYTES, b'x');
    file.extend_from_slice(b"\nOlga,o@x.com,2\n");
    let rows = rows_of(&file);
    assert_eq!((rows.len(), rows[0].1), (2, Some(RowProblem::RecordTooLong)));
    assert_eq!((rows[0].0[0].as_str(), rows[0].0[1].len()), ("Anna", MAX_CELL_BYTES));
    assert_eq!((rows[1].0[0].as_str(), rows[1].1), ("Olga", None));
}

#[test]
fn a_record_of_just_the_limit_is_read() {
    let cell = "x".repeat(MAX_CELL_BYTES - 1);
    let line = [cell.as_str(); MAX_RECORD_BYTES / MAX_CELL_BYTES].join(",");
    for (extra, problem) in [(1, RowProblem::TooManyCells), (2, RowProblem::RecordTooLong)] {
        let file = format!("Name,Email,Phone\n{line}{}\nOlga,,\n", "y".repeat(extra));
        let rows = rows_of(file.as_bytes());
        assert_eq!((rows.len(), rows[0].1), (2, Some(problem)));
    }
}

#[test]
fn a_long_quoted_cell_is_cut_and_the_rows_after_it_are_whole() {
    let note = "line of a very long note\n".repeat(4000);
    let rows = rows_of(format!("Name,Email,Phone\nAnna,\"{note}\",1\nOlga,o@x.com,2\n").as_bytes());
    assert_eq!((rows.len(), rows[0].1, rows[0].0[1].len()), (2, Some(RowProblem::CellTooLong), MAX_CELL_BYTES));
    assert_eq!(rows[0].0[2], "1");
}

#[test]
fn a_file_of_unbalanced_quotes_costs_linear_time() {
    let count = if cfg!(debug_assertions) { 100_000 } else { 2_000_000 };
    let begun = Instant::now();
    let source = Generated::new(count, |_, buffer| buffer.extend_from_slice(b"a\",\"b\n"));
    let mut reader = Reader::open(source, &format()).unwrap();
    let mut broken = 0;
    while let Some(row) = reader.next_row().unwrap() {
        broken += u64::from(row.problem == Some(RowProblem::UnclosedQuote));
    }
    assert_eq!(broken, reader.rows_read());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn old_mac_line_ends_and_lines_are_counted() {
    let file = b"Name,Email,Phone\rAnna,\"a\rb\",\r\rOlga,,\r";
    let mut reader = Reader::open(file.as_slice(), &format()).unwrap();
    let first = reader.next_row().unwrap().map(|row| (row.line, row.cells.get(1).to_owned()));
    assert_eq!(first, Some((2, "a\rb".to_owned())));
    assert_eq!(reader.next_row().unwrap().map(|row| row.line), Some(5));
}

#[test]
fn a_failing_source_is_an_error_and_an_interrupted_one_is_not() {
    struct Flaky(u8);
    impl Read for Flaky {
        fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1 => Err(io::Error::from(io::ErrorKind::Interrupted)),
                2 => {
                    target[..9].copy_from_slice(b"Name\nAnna");
                    Ok(9)
                }
                _ => Err(io::Error::other("disk")),
            }
        }
    }
    let mut reader = Reader::open(Flaky(0), &format()).unwrap();
    assert_eq!(reader.next_row().unwrap_err().to_string(), "disk");
}

#[test]
fn nul_characters_are_left_out_and_undecodable_bytes_are_told() {
    let mut reader = Reader::open(b"Name,Email,Phone\nAn\0na,\xff,\n".as_slice(), &format()).unwrap();
    let cells = reader.next_row().unwrap().map(|row| row.cells.clone());
    assert_eq!(cells, Some(["Anna", "\u{fffd}", ""].iter().collect()));
    assert!(reader.saw_undecodable());
}
