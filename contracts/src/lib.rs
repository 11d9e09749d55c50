//! What services may know of each other: permission names, event names, rows of imports, and the ports through which one
//! asks another.
//! Imports only `kernel`.

pub mod answers;
pub mod audience;
pub mod channels;
pub mod contact_policy;
pub mod conversations;
pub mod deals;
pub mod events;
pub mod imports;
pub mod jobs;
pub mod mails;
pub mod outreach;
pub mod permissions;
pub mod ports;
