//! The CSV engine of the importer: what a file is (`sniff`), its rows as a stream (`Reader`), which column is what (`guess`),
//! and the file of rejected rows (`ErrorFile`). Pure and synchronous: no database, no async, nothing is known of jobs or HTTP.
//! Invariant: whatever the bytes are, nothing panics, memory is bounded (by a megabyte of record, not by the file) and time is linear in the file.

mod cells;
mod charset;
mod column;
mod content;
mod deal_headers;
mod delimiter;
mod detect;
mod dictionary;
mod error_file;
mod file_kind;
mod formula;
mod guess;
mod head;
mod header;
mod headers;
mod reader;
mod records;
mod scan;
mod sniff;
mod target;
mod values;
mod window;

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod sample_tests;
#[cfg(test)]
mod sniff_tests;
#[cfg(test)]
mod stream_tests;
#[cfg(test)]
mod test_tables;

pub use cells::{Cells, MAX_CELL_BYTES};
pub use charset::{Charset, UnknownCharset};
pub use delimiter::Delimiter;
pub use error_file::ErrorFile;
pub use file_kind::FileKind;
pub use formula::{guard_formula, unguard_formula};
pub use guess::{Guess, guess};
pub use head::{HEAD_BYTES, Head};
pub use header::HeaderRow;
pub use reader::{Reader, Row};
pub use records::{MAX_RECORD_BYTES, RowProblem};
pub use sniff::{Format, MAX_COLUMNS, Overrides, SniffError, Warning, sniff, sniff_head};
pub use target::{ImportTarget, RecordType};
pub use values::split_values;
