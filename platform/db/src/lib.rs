//! The database: connections, transactions bound to a scope, migrations, the change log, and lists. The only crate in
//! which SQLite and PostgreSQL differ; everything above it writes one query for both.

pub mod change_log;
pub mod columns;
mod connect;
mod connections;
mod count;
mod error;
mod filter;
mod hints;
mod idempotency;
pub mod image;
mod insert;
pub mod json;
pub mod list;
pub mod migrate;
mod planning;
mod reader;
pub mod search;
mod sql;
mod text;
mod tx;

pub use change_log::{Action, Change};
pub use connect::{Db, Options};
pub use count::{Total, count_rows};
pub use error::Error;
pub use filter::{Column, condition};
pub use hints::{Hint, Hints};
pub use idempotency::{Recorded, forget_expired, recall, remember_answer};
pub use insert::insert_all;
pub use list::{Field, List, OwnField, Page, Params, limited};
pub use migrate::Migration;
pub use planning::by_index;
pub use reader::Reader;
pub use sql::Sql;
pub use text::like_pattern;
pub use tx::{Pending, Tx};

/// Tables of this crate, run before those of the services.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "db_0001_change_log", sql: include_str!("../migrations/0001_change_log.sql") },
    Migration { name: "db_0002_change_log_key", sql: include_str!("../migrations/0002_change_log_key.sql") },
    Migration { name: "db_0003_sealed_answers", sql: include_str!("../migrations/0003_sealed_answers.sql") },
];
