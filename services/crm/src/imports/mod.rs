//! Importing CSV files: upload and preview, mapping of columns, the run as a job that goes on after a crash, and taking
//! the whole of it back. `csv` knows files, `mapping` rows, `subject` the two kinds of record that are kept here, `chunk`
//! what becomes of a row of theirs, `deals` rows that go to another service, `run` the job.

mod chunk;
mod commands;
pub mod csv;
mod deals;
mod files;
mod finder;
pub mod http;
mod mapping;
mod parse;
mod queries;
mod refused;
mod rows;
mod run;
pub(crate) mod store;
mod subject;
mod upload;

pub(crate) use commands::reverted;
pub use commands::{ImportStart, start};
pub use exchange::import::DuplicatePolicy;
pub use files::Files;
pub use queries::{Import, get};
pub use run::RunImport;
pub(crate) use upload::code_of;
pub use upload::{proposed_mapping, upload};
