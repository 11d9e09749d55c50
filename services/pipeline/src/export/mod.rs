//! Exports of deals. How a list becomes a file is in `exchange`.

pub mod http;
mod source;
