//! Conversations with a contact, as a service that keeps none of them shows them: by chat and day.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Scope;
use uuid::Uuid;

use crate::ports::PortError;

/// What was said in a chat on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationDay {
    /// The same for the chat and the day, whatever is said later.
    pub id: Uuid,
    /// Where it stands among things that are ordered by `UUIDv7`: at its last message. No two stand at the same.
    pub place: Uuid,
    pub chat_id: Uuid,
    pub title: String,
    /// `telegram` or `api`.
    pub channel: String,
    pub day: NaiveDate,
    /// Messages of theirs, counted to 1000.
    pub received: u64,
    /// Messages of ours that went, likewise.
    pub sent: u64,
    pub last: LastSaid,
}

/// The last message of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSaid {
    pub message_id: Uuid,
    pub at: DateTime<Utc>,
    /// The first 120 characters.
    pub text: String,
    /// Whether it is ours.
    pub is_ours: bool,
    /// What file it has, such as `photo`.
    pub media_kind: Option<String>,
    pub sender_name: Option<String>,
}

/// Which days of which conversations.
#[derive(Clone, Copy, Debug)]
pub struct WantedDays<'a> {
    pub contact: Uuid,
    /// Whose days: an IANA name. UTC where it is unknown.
    pub time_zone: &'a str,
    /// Only those that stand before this place.
    pub before: Option<Uuid>,
    /// Those that stand before this place are not needed; some may be given.
    pub down_to: Option<Uuid>,
    /// Most days, at most 101.
    pub limit: u64,
}

/// Conversations; implemented by `messaging`.
#[async_trait::async_trait]
pub trait Conversations: Send + Sync {
    /// The latest days of the conversations with a contact that the actor may read, latest first. A chat that is shown as part
    /// of another one counts as that. None for who may not read chats.
    async fn days_with(&self, scope: &Scope, wanted: WantedDays<'_>) -> Result<Vec<ConversationDay>, PortError>;
}
