//! What programs, such as campaigns, send to contacts: the queue that `messaging` keeps for them, and the accounts of
//! `bd-accounts` that carry it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveTime, Utc};
use kernel::Scope;
use uuid::Uuid;

use crate::ports::PortError;

/// The word for a campaign, in [`OutgoingSource::kind`].
pub const CAMPAIGN: &str = "campaign";
/// Most messages that are queued at once.
pub const MOST_OUTGOING: usize = 500;

/// Why a message was canceled: the contact has answered meanwhile.
pub const ANSWERED: &str = "campaign.answered";
/// Why a message was canceled: the program called it back.
pub const CALLED_BACK: &str = "campaign.called_back";

/// What wants a message sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutgoingSource {
    /// A word such as [`CAMPAIGN`].
    pub kind: &'static str,
    pub id: Uuid,
    /// The enrolment of the contact, for those who listen to what becomes of the message.
    pub enrolment_id: Uuid,
}

/// A message that a program wants sent to a contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// The same again queues nothing, as long as what became of it is kept: 30 days after it ended. A UUIDv7: it is the id of
    /// the message too, of an album that of its first part, so that events tell of the message by its key.
    pub key: Uuid,
    pub contact_id: Uuid,
    pub account_id: Uuid,
    /// At most 4096 UTF-16 units; may be empty with a file.
    pub text: String,
    /// Uploads that [`Outbox::keep_media`] keeps, at most 10; several are an album.
    pub media: Vec<Uuid>,
    /// Not before then; now if that is past.
    pub not_before: DateTime<Utc>,
    pub source: OutgoingSource,
    /// It does not go once the contact has written, on whatever account or channel, and the message was stored after this.
    pub unless_answered_since: Option<DateTime<Utc>>,
    /// In whose name it goes.
    pub author: Option<Uuid>,
}

/// What became of a wanted message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    Message {
        message_id: Uuid,
        /// Where it goes; may be made for it.
        chat_id: Uuid,
        /// Whether the other side has never written to the account.
        first_contact: bool,
    },
    /// It will not go. The code has a text.
    Refused { code: &'static str },
}

/// The queue of programs; implemented by `messaging`. The actor may send messages.
#[async_trait::async_trait]
pub trait Outbox: Send + Sync {
    /// Queues messages in one transaction, all or none; as many answers as questions, in their order. At most
    /// [`MOST_OUTGOING`].
    async fn queue(&self, scope: &Scope, wanted: &[Outgoing]) -> Result<Vec<Queued>, PortError>;

    /// Calls back those of these messages that wait. Gives those that will not go: called back now or before,
    /// without having been tried. What is on its way, was tried, or is unknown is not among them: if it cannot go at once it is
    /// canceled too, and `message.canceled` says whether it may have gone before. At most [`MOST_OUTGOING`].
    async fn call_back(&self, scope: &Scope, keys: &[Uuid]) -> Result<Vec<Uuid>, PortError>;

    /// Keeps uploads that a program is to send, for good: others are cleared after a week. Gives those that are kept: the
    /// actor's own, and those that a program sends already. At most 5000.
    async fn keep_media(&self, scope: &Scope, media: &[Uuid]) -> Result<HashSet<Uuid>, PortError>;

    /// How many messages of programs each of these accounts has yet to send; none of who has none. At most 1000.
    async fn waiting(&self, scope: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, u64>, PortError>;

    /// Those of these contacts who have written, on whatever account or channel, and the message was stored after the
    /// instant beside them. History, notes of the service, reactions and automatic answers do not count. At most 1000.
    async fn answered_since(&self, scope: &Scope, asked: &[(Uuid, DateTime<Utc>)]) -> Result<HashSet<Uuid>, PortError>;
}

/// Hours of a week, on the clocks of the sender's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderHours {
    pub from: NaiveTime,
    /// Over midnight when it is earlier than `from`.
    pub to: NaiveTime,
    /// Bit 0 is Monday. The day that a span over midnight begins on counts.
    pub days: u8,
}

/// What an account can carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderState {
    pub account_id: Uuid,
    pub name: String,
    /// Whether it writes to new people, as soon as its hours, its pace and what is left of the day let it.
    pub ready: bool,
    /// Why it does not: `disconnected`, `paused`, `replies_only`, `restricted`, `flood_wait`, `peer_flood`, or
    /// `first_contacts_used_up` of one that may never. A word of `message.waits.…`.
    pub why_not: Option<&'static str>,
    /// Until when, where that is known.
    pub not_ready_until: Option<DateTime<Utc>>,
    /// 0 to 100.
    pub health: u8,
    pub first_contacts_left_today: u32,
    pub first_contacts_per_day: u32,
    pub messages_left_today: u32,
    pub messages_per_day: u32,
    /// An IANA name; days are counted by it.
    pub time_zone: String,
    /// Nobody is written to for the first time outside of them.
    pub working_hours: Option<SenderHours>,
    /// Nothing is sent in them.
    pub quiet_hours: Option<SenderHours>,
}

/// Accounts that carry what programs send; implemented by `bd-accounts`.
#[async_trait::async_trait]
pub trait Senders: Send + Sync {
    /// How these accounts of the organization stand, within reach or not; at most 1000. Those that are gone are absent.
    async fn states(&self, scope: &Scope, accounts: &[Uuid]) -> Result<HashMap<Uuid, SenderState>, PortError>;

    /// The accounts that the actor may write through, the oldest first; at most 1000.
    async fn usable(&self, scope: &Scope) -> Result<Vec<Uuid>, PortError>;
}
