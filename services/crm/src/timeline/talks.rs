//! What was said with a contact, among what happened to it: both are ordered by the same kind of place, so that one cursor
//! goes through both.

use std::cmp::Reverse;

use contracts::{
    conversations::{ConversationDay, WantedDays},
    permissions::CHATS_READ,
};
use db::change_log::Entry;
use kernel::{Scope, UserId};
use uuid::Uuid;

use crate::{Crm, Error};

/// Whose zone nobody knows.
const UTC: &str = "UTC";

/// Days of the conversations with a contact, in the time zone of who asks, latest first; none where nobody knows of any.
///
/// # Errors
/// When who knows them is away.
pub async fn days(
    crm: &Crm,
    scope: &Scope,
    contact: Uuid,
    (before, down_to): (Option<Uuid>, Option<Uuid>),
    limit: u64,
) -> Result<Vec<ConversationDay>, Error> {
    let Some((conversations, recipients)) = &crm.talks else { return Ok(Vec::new()) };
    if !scope.grants.allows(CHATS_READ) {
        return Ok(Vec::new());
    }
    let who: Vec<Uuid> = scope.user_id().map(|UserId(id)| id).into_iter().collect();
    let zone = recipients.recipients(scope.org_id, &who).await.map_err(Error::Port)?.pop();
    let time_zone = zone.as_ref().map_or(UTC, |person| person.time_zone.as_str());
    let wanted = WantedDays { contact, time_zone, before, down_to, limit };
    conversations.days_with(scope, wanted).await.map_err(Error::Port)
}

/// A part of both, latest first each.
pub struct Part {
    pub rows: Vec<Entry>,
    pub days: Vec<ConversationDay>,
    /// Older ones follow this place.
    pub next: Option<Uuid>,
}

impl Part {
    /// The latest of both together, at most `limit`; of each there are more than that if there are.
    pub fn of(mut rows: Vec<Entry>, mut days: Vec<ConversationDay>, limit: u64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut places: Vec<Uuid> = rows.iter().map(|row| row.id).chain(days.iter().map(|day| day.place)).collect();
        places.sort_unstable_by_key(|place| Reverse(*place));
        let next = (places.len() > limit).then(|| places.get(limit.wrapping_sub(1)).copied()).flatten();
        if let Some(last) = next {
            rows.retain(|row| row.id >= last);
            days.retain(|day| day.place >= last);
        }
        Self { rows, days, next }
    }
}
