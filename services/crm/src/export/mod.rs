//! Exports of contacts and companies. How a list becomes a file is in `exchange`.

pub mod http;
mod source;
