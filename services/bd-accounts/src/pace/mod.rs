//! How fast an account may go.

pub mod hours;
pub mod rules;
pub mod usage;
