//! A list as a CSV file, written while it is read: a thousand rows at a time, whatever its size.

mod cells;
mod file;
mod stream;

pub use cells::{Column, cell, columns};
pub use file::{ExportParams, file};
pub use stream::{Source, Wanted, begin};
