//! Fields that the organization makes up: defining them, and what this service does with their values. What they are
//! is `platform/fields`.

pub mod commands;
pub mod http;
mod records;
mod values;
