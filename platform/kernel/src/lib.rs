//! What every crate of Rapport speaks: ids, time, who acts ([`Scope`]), value types, filters and error kinds.
//! Nothing here does I/O, and nothing here knows a business word.

pub mod clock;
pub mod cursor;
pub mod error;
pub mod filter;
pub mod ids;
pub mod locale;
pub mod permission;
pub mod reach;
pub mod scope;
pub mod values;

pub use clock::Clock;
pub use error::{Coded, ErrorKind, FieldError, Fields};
pub use ids::{OrgId, UserId};
pub use locale::Locale;
pub use permission::{Grants, Permission};
pub use reach::{Level, Levels, Owners, Reach, Resource};
pub use scope::{Actor, Scope};
