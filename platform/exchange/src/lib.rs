//! Records as tables, for every service: exports as a CSV file that is written while it is read, and the port by which
//! imported rows get to who keeps the records. Which records and which columns there are is the business of the services.

pub mod export;
pub mod import;

use api::messages::Message;

/// Texts of the codes of this crate.
pub const MESSAGES: &[Message] = &[("export.column", "There is no such column.", "Такого столбца нет.")];
