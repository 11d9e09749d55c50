//! Basic groups and channels. A supergroup is a channel that is not a broadcast.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::mailbox::Past;

/// A basic group: its messages are copies in the mailbox of each member, each with a number of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Group {
    pub id: i64,
    pub title: String,
    pub creator: i64,
    /// Unix seconds.
    pub created_at: i32,
    pub members: BTreeSet<i64>,
}

/// A channel or supergroup: its messages have one number for everybody, and it has its own `pts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Channel {
    pub id: i64,
    pub title: String,
    pub username: Option<String>,
    pub about: String,
    /// Only the creator and admins write.
    pub broadcast: bool,
    pub creator: i64,
    pub created_at: i32,
    pub members: BTreeMap<i64, Membership>,
    pub last_id: i32,
    /// Numbers of posts by message id.
    pub messages: BTreeMap<i32, u64>,
    pub past: Past,
}

/// How far somebody has read a channel.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Membership {
    pub joined_at: i32,
    pub read_inbox: i32,
    /// How far others have read what this member wrote.
    pub read_outbox: i32,
    #[serde(default)]
    pub admin: bool,
    #[serde(default)]
    pub pinned: bool,
    #[serde(default)]
    pub unread_mark: bool,
}

impl Channel {
    /// The newest message, 0 when there is none.
    pub fn top(&self) -> i32 {
        self.messages.last_key_value().map_or(0, |(id, _)| *id)
    }

    /// Whether this member may write.
    pub fn may_post(&self, person: i64) -> bool {
        match self.members.get(&person) {
            Some(member) => !self.broadcast || member.admin || self.creator == person,
            None => false,
        }
    }
}
