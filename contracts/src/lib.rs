//! What services may know of each other: permission names, event names, rows of imports, and the ports through which one
//! asks another.
//! Imports only `kernel`.

pub mod channels;
pub mod conversations;
pub mod events;
pub mod imports;
pub mod jobs;
pub mod mails;
pub mod permissions;
pub mod ports;
