//! A list as a CSV file, written while it is read: a thousand rows at a time, whatever its size.

pub mod cells;
pub mod http;
pub mod stream;
