//! What is known of a campaign before it starts: whom it would write to and whom not, when it would be through, what is
//! missing, how its texts read, and how a rehearsal goes.

pub mod audience;
pub mod check;
pub mod forecast;
pub mod http;
pub mod rehearsal;
pub mod stage;
pub mod texts;
