//! What passes between the inbox (`messaging`) and the accounts that carry messages (`bd-accounts`): what an account saw,
//! and what it is to send. Chats and messages go by the ids that the channel gives them; a chat's is a number as
//! Telegram's bots and exports write it: a person's id as it is, a group's negative, a channel's below −10¹².

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use kernel::{OrgId, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ports::PortError;

/// What a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    Private,
    Bot,
    Group,
    Supergroup,
    /// A broadcast channel.
    Channel,
}

/// Somebody as the channel knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// As in the chat's id: negative for a group that speaks as itself.
    pub id: i64,
    pub name: String,
    pub username: Option<String>,
    /// E.164, with the plus.
    pub phone: Option<String>,
}

/// A chat as an account sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenChat {
    pub id: i64,
    pub kind: ChatKind,
    pub title: String,
    pub username: Option<String>,
    pub phone: Option<String>,
    /// The last message of theirs that we have read, and of ours that they have; `None` when this does not tell.
    pub read_inbox_until: Option<i64>,
    pub read_outbox_until: Option<i64>,
}

/// What a file in a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Photo,
    Video,
    /// A video without sound that plays by itself.
    Animation,
    /// A round video.
    VideoNote,
    Voice,
    Audio,
    Sticker,
    File,
}

/// A file in a message, before its bytes are here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenMedia {
    pub kind: MediaKind,
    /// How the connector finds the bytes again; means nothing to anybody else. Empty when they cannot be had.
    pub reference: Vec<u8>,
    pub file_name: Option<String>,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    /// Loudness of a voice message over time, 0–31 each; at most 100 of them.
    pub waveform: Option<Vec<u8>>,
    /// A few hundred bytes of JPEG to show meanwhile.
    pub preview: Option<Vec<u8>>,
}

/// A stretch of a text that is set off. Offset and length count UTF-16 units, as Telegram does and the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entity {
    /// `bold`, `italic`, `underline`, `strike`, `spoiler`, `code`, `pre`, `quote`, `link`, `url`, `email`, `phone`, `mention`, `hashtag`, …
    pub kind: String,
    pub offset: u32,
    pub length: u32,
    /// Where a `link` goes; the language of a `pre`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Where a forwarded message comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForwardedFrom {
    pub name: String,
    pub peer_id: Option<i64>,
    pub at: DateTime<Utc>,
}

/// How many reacted with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reaction {
    pub emoji: String,
    pub count: i32,
    /// Whether the account is one of them.
    pub ours: bool,
}

/// A message as an account sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeenMessage {
    pub chat_id: i64,
    /// Unique in its chat; grows with time.
    pub id: i64,
    /// Whether the account wrote it.
    pub outgoing: bool,
    pub sender: Option<Peer>,
    pub at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub text: String,
    pub entities: Vec<Entity>,
    pub reply_to: Option<i64>,
    /// The topic of a forum that it is in.
    pub topic_id: Option<i64>,
    pub forwarded_from: Option<ForwardedFrom>,
    /// The same for all pictures of one album.
    pub album_id: Option<i64>,
    pub media: Option<SeenMedia>,
    pub reactions: Vec<Reaction>,
    /// What happened in the chat, when this tells of it rather than says something: `{"kind": "joined", …}`.
    pub service: Option<Value>,
    /// Ours that was sent with it, when the channel gives it back.
    pub random_id: Option<i64>,
    /// Whether the channel says that a program of the sender's wrote it, such as a note that they are away.
    #[serde(default)]
    pub automatic: bool,
}

/// Something that an account saw happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Seen {
    Message(SeenMessage),
    Edited(SeenMessage),
    /// Telegram does not say in which chat when it was a private one or a basic group.
    Deleted {
        chat_id: Option<i64>,
        ids: Vec<i64>,
    },
    /// The other side has read ours up to this one.
    ReadByThem {
        chat_id: i64,
        until: i64,
    },
    /// We have read theirs up to this one, here or on another device.
    ReadByUs {
        chat_id: i64,
        until: i64,
    },
    Reactions {
        chat_id: i64,
        id: i64,
        reactions: Vec<Reaction>,
    },
}

/// Where a batch comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// As it happens: told to everybody, counted as unread.
    Live,
    /// What happened while nobody listened: as live, but no one is notified of what is older than an hour.
    CatchUp,
    /// History that is read in: told as progress, not message by message.
    History,
}

/// What an account saw, to be stored whole or not at all.
#[derive(Clone, Debug)]
pub struct SeenBatch {
    pub origin: Origin,
    /// Chats that the news are in, as far as they are known; only those that are selected.
    pub chats: Vec<SeenChat>,
    pub news: Vec<Seen>,
    /// How far the account has read its channel once this batch is stored; opaque.
    pub position: Option<Vec<u8>>,
}

/// How far a chat of an account is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    pub oldest_id: Option<i64>,
    pub newest_id: Option<i64>,
    pub messages: i64,
}

/// What an account is to do for the inbox, oldest first within a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Errand {
    pub id: Uuid,
    pub chat_id: i64,
    /// For a chat that the account has never seen: whom it is with.
    pub to: Option<Peer>,
    /// Whether the other side has never written to this account.
    pub first_contact: bool,
    pub not_before: DateTime<Utc>,
    /// Times it has been tried.
    pub attempts: i32,
    /// Whether an answer stops it: what was written while the account was away is to be stored before it is started.
    pub unless_answered: bool,
    pub action: Action,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Send {
        /// The same however often it is tried: the channel then sends it once.
        random_id: i64,
        text: String,
        entities: Vec<Entity>,
        reply_to: Option<i64>,
        /// Files in the blob store; several are an album.
        files: Vec<OutgoingFile>,
    },
    Edit {
        message_id: i64,
        text: String,
        entities: Vec<Entity>,
    },
    /// For both sides.
    Delete {
        message_ids: Vec<i64>,
    },
    Read {
        until: i64,
    },
    React {
        message_id: i64,
        emoji: Option<String>,
    },
}

/// A file to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingFile {
    /// Key in the blob store.
    pub blob: String,
    /// As in [`Action::Send`]: every file of an album has its own.
    pub random_id: i64,
    pub kind: MediaKind,
    pub file_name: String,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub waveform: Option<Vec<u8>>,
}

/// How an errand ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// With what was sent, one for each file of an album; empty for what is no message.
    Done { sent: Vec<SeenMessage> },
    /// To be tried again, not before then. `code` says why, such as `flood_wait`.
    Later { not_before: DateTime<Utc>, code: &'static str, counts: bool },
    /// It will not go. `code` names a text, such as `peer.blocked_us`.
    Never { code: &'static str },
}

/// A file that is wanted and not here yet.
#[derive(Clone, Debug, PartialEq)]
pub struct WantedMedia {
    pub id: Uuid,
    pub chat_id: i64,
    pub message_id: i64,
    pub kind: MediaKind,
    pub reference: Vec<u8>,
    pub size_bytes: i64,
}

/// The inbox, as accounts see it; implemented by `messaging`. The scope's actor is the account (`sync`).
#[async_trait::async_trait]
pub trait Inbox: Send + Sync {
    /// Stores what an account saw, each message once however often it comes, with its position, in one transaction.
    /// Gives how many messages were new.
    async fn receive(&self, scope: &Scope, account: Uuid, batch: SeenBatch) -> Result<u64, PortError>;

    /// Somebody types in a chat of the account: shown to whoever looks at it, and not stored.
    async fn typing(&self, scope: &Scope, account: Uuid, chat: i64, name: Option<&str>) -> Result<(), PortError>;

    /// The position stored last.
    async fn position(&self, scope: &Scope, account: Uuid) -> Result<Option<Vec<u8>>, PortError>;

    /// How far these chats are stored; at most 1000.
    async fn extents(&self, scope: &Scope, account: Uuid, chats: &[i64]) -> Result<HashMap<i64, Extent>, PortError>;

    /// What is stored of a chat, and not deleted, up to this message: the latest so many, newest first; at most 1000.
    async fn latest(
        &self,
        scope: &Scope,
        account: Uuid,
        chat: i64,
        until: i64,
        limit: u64,
    ) -> Result<Vec<i64>, PortError>;

    /// What the account is to do now, those that answer somebody first, then by age; leaves out what waits for its time.
    /// The first of each chat only: what comes after it in the same chat waits for it.
    async fn errands(&self, scope: &Scope, account: Uuid, limit: u64) -> Result<Vec<Errand>, PortError>;

    /// When the next errand is due that waits for its time.
    async fn next_errand_at(&self, scope: &Scope, account: Uuid) -> Result<Option<DateTime<Utc>>, PortError>;

    /// Notes that an errand is being tried, before anything is sent; says whether it is still wanted.
    async fn start_errand(&self, scope: &Scope, errand: Uuid) -> Result<bool, PortError>;

    /// Whether an errand that was started, and is tried once more after a wait, is still wanted. It is no other try.
    async fn is_still_wanted(&self, scope: &Scope, errand: Uuid) -> Result<bool, PortError>;

    /// Notes how an errand ended.
    async fn end_errand(&self, scope: &Scope, errand: Uuid, ended: Ended) -> Result<(), PortError>;

    /// Files of the account that somebody waits for.
    async fn wanted_media(&self, scope: &Scope, account: Uuid, limit: u64) -> Result<Vec<WantedMedia>, PortError>;

    /// The file is in the blob store under this key; `None` when it cannot be had.
    async fn media_arrived(&self, scope: &Scope, media: Uuid, blob: Option<&str>) -> Result<(), PortError>;
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    New,
    CodeSent,
    PasswordRequired,
    Connected,
    Reconnecting,
    FloodWait,
    Restricted,
    ReauthRequired,
    Disconnected,
    Error,
}

/// An account by name.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountName {
    pub id: Uuid,
    pub name: String,
    pub username: Option<String>,
    pub status: AccountStatus,
    pub owner_id: Option<Uuid>,
}

/// Which accounts an actor may read the chats of, or write through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Usable {
    All,
    These(Vec<Uuid>),
}

/// Why a message waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// `scheduled`, `undo`, `flood_wait`, `peer_flood`, `pace`, `first_contacts_used_up`, `quiet_hours`, `paused`, `disconnected`, `behind_another`, `sending`, …
    pub because: String,
    /// When it will be tried next, as far as that is known.
    pub until: Option<DateTime<Utc>>,
}

/// Accounts that carry messages; implemented by `bd-accounts`.
#[async_trait::async_trait]
pub trait Accounts: Send + Sync {
    /// Names of these accounts of the organization, within reach or not; at most 1000.
    async fn names(&self, scope: &Scope, ids: &[Uuid]) -> Result<HashMap<Uuid, AccountName>, PortError>;

    /// The accounts whose chats the actor may read.
    async fn readable(&self, scope: &Scope) -> Result<Usable, PortError>;

    /// The accounts that the actor may write through.
    async fn writable(&self, scope: &Scope) -> Result<Usable, PortError>;

    /// The people who may read the chats of these accounts, besides those who may read all: owner and allowed users. An
    /// account that is nobody's and lists nobody has an empty list: everybody's. Those that are gone are absent.
    async fn readers(&self, org: OrgId, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>, PortError>;

    /// Why an errand of the account would wait now; `None` when it would go at once.
    async fn why_waiting(
        &self,
        scope: &Scope,
        account: Uuid,
        first_contact: bool,
    ) -> Result<Option<Waiting>, PortError>;

    /// There is something new to do for the account, in whatever process it is connected.
    fn wake(&self, account: Uuid);
}
