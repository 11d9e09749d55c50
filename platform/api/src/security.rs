//! What matters to whoever watches over an installation: a line of the target `security` for each refused way in. Neither
//! passwords nor addresses stand in it: an address is told by a mark, so that tries at the same one are seen to be that.

use crate::context::{self, Origin};

/// Writes a refusal down. `what` was tried, `reason` is a code, `account` the mark of the address that was named.
pub fn refused(what: &'static str, reason: &str, account: Option<&str>) {
    let Origin { client, org, user, key } = context::origin();
    tracing::warn!(
        target: "security",
        request_id = %context::request_id(), what, reason, account,
        org_id = org.map(tracing::field::display), user_id = user.map(tracing::field::display),
        key_id = key.map(tracing::field::display), client = client.map(tracing::field::display),
        "refused"
    );
}
