//! What leaves this crate: plain values, no type of the client library among them. Chats go by one number as Telegram's
//! bots and exports write it: a person's id as it is, a group's negative, a channel's below −10¹².

mod message;
mod seen;

pub use message::{
    Entity, ForwardedFrom, Media, MediaKind, Message, NewFile, NewText, Reaction, Reference, ReferenceDamaged,
};
pub use seen::{Batch, Seen};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a chat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    Private,
    Bot,
    Group,
    Supergroup,
    /// A broadcast channel.
    Channel,
}

/// Somebody who writes: a person, or a group or channel that speaks as itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peer {
    pub id: i64,
    /// Empty when it is not known.
    pub name: String,
    pub username: Option<String>,
    /// E.164, with the plus.
    pub phone: Option<String>,
}

/// The account itself.
pub type Me = Peer;

/// A chat by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    pub id: i64,
    pub kind: ChatKind,
    pub title: String,
    pub username: Option<String>,
    pub phone: Option<String>,
    pub members: Option<i32>,
}

impl Chat {
    pub fn peer(&self) -> Peer {
        Peer { id: self.id, name: self.title.clone(), username: self.username.clone(), phone: self.phone.clone() }
    }
}

/// A chat in the account's list.
#[derive(Clone, Debug, PartialEq)]
pub struct Dialog {
    pub chat: Chat,
    pub top_message: Option<Message>,
    pub top_id: i64,
    pub unread: i32,
    pub read_inbox_until: i64,
    pub read_outbox_until: i64,
    pub pinned: bool,
    pub archived: bool,
}

/// The last message of theirs that was read here, and of ours that they have read; zero is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadUntil {
    pub inbox: i64,
    pub outbox: i64,
}

/// A folder of chats that the account's owner has made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    pub id: i32,
    pub title: String,
    /// Chats that were put in by name.
    pub chats: Vec<i64>,
    /// Chats that were left out by name.
    pub without: Vec<i64>,
    /// Whole kinds that belong in it.
    pub contacts: bool,
    pub non_contacts: bool,
    pub groups: bool,
    pub channels: bool,
    pub bots: bool,
}

/// A page of a chat's history, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub messages: Vec<Message>,
    /// How many the chat has altogether, as far as Telegram says.
    pub total: Option<i32>,
}

/// A device that the account is signed in on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub hash: i64,
    pub name: String,
    pub app: String,
    pub country: String,
    pub current: bool,
    pub last_active_at: DateTime<Utc>,
}
