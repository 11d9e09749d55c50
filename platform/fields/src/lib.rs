//! Fields that an organization makes up for its contacts, companies and deals: what they are, how their values are
//! checked, compared, written as cells and read from them. The table is here, and the memory of it; who may change it,
//! and what a record does with its values, is the business of the services.

mod cell;
mod column;
mod definitions;
mod field;
mod input;
mod key;
mod messages;
pub mod number;
mod set;
mod source;
mod store;
mod value;

pub use cell::{People, Readable};
pub use definitions::Definitions;
pub use field::{CustomField, FieldKind, FieldOption, OptionColor, RecordType, key_of_path, path};
pub use input::{CustomFieldInput, CustomFieldPatch, MAX_FIELDS, OptionInput};
pub use messages::MESSAGES;
pub use set::{FieldSet, Reference, Referred};
pub use source::{RecordSource, SourceError};
pub use store::{get, insert, list, lock, remove, renumber, update};
pub use value::Wrong;

use db::Migration;

/// Runs before those of the services.
pub const MIGRATIONS: &[Migration] =
    &[Migration { name: "fields_0001_custom_fields", sql: include_str!("../migrations/0001_custom_fields.sql") }];
