//! What programs may do to a contact: the policy of the organization, consents, suppressed addresses, and the one answer
//! that every sender asks for. The rule itself is `rules::policy`.

pub mod commands;
pub mod facts;
pub mod http;
pub mod port;
pub mod store;
