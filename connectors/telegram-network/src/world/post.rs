//! A message as the network has it: once, however many mailboxes show it.

use serde::{Deserialize, Serialize};

use super::{Media, Peer};

/// What is known of a message before it is sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewPost {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entities: Vec<Entity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Media>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<ReplyTo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_id: Option<i64>,
    /// Messages of one album share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<i64>,
}

impl NewPost {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A message that was sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Post {
    /// Its index in the world.
    pub number: u64,
    pub from: i64,
    pub to: Peer,
    /// Unix seconds.
    pub sent_at: i32,
    #[serde(flatten)]
    content: NewPost,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Account and message id there; a channel's message has one copy, of account 0.
    pub copies: Vec<(i64, i32)>,
}

impl std::ops::Deref for Post {
    type Target = NewPost;

    fn deref(&self) -> &NewPost {
        &self.content
    }
}

impl Post {
    pub(crate) fn new(number: u64, from: i64, to: Peer, sent_at: i32, content: NewPost) -> Self {
        Self { number, from, to, sent_at, content, edited_at: None, reactions: Vec::new(), copies: Vec::new() }
    }

    pub(crate) fn content_mut(&mut self) -> &mut NewPost {
        &mut self.content
    }

    /// The message id under which this account sees it.
    pub fn id_for(&self, account: i64) -> Option<i32> {
        let owner = if matches!(self.to, Peer::Channel(_)) { 0 } else { account };
        self.copies.iter().find(|(copy, _)| *copy == owner).map(|(_, id)| *id)
    }
}

/// Which message is answered: by its number in the world, so that each reader gets the id of their own copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    pub post: u64,
}

/// Where a forwarded message came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    pub from: Peer,
    pub sent_at: i32,
    /// The message id, when it is from a channel.
    pub channel_post: Option<i32>,
}

/// What a service message tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Created { title: String },
    Joined { people: Vec<i64> },
    Left { person: i64 },
    Renamed { title: String },
    Pinned,
    SignedUp,
}

/// One person's reaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub person: i64,
    pub emoji: String,
    pub at: i32,
}

/// A part of the text with a meaning. Offsets are in UTF-16 units, as the protocol counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    pub offset: i32,
    pub length: i32,
    #[serde(flatten)]
    pub kind: EntityKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum EntityKind {
    Bold,
    Italic,
    Underline,
    Strike,
    Spoiler,
    Code,
    Pre(String),
    Quote,
    Url,
    TextUrl(String),
    Email,
    Phone,
    Mention,
    MentionName(i64),
    Hashtag,
    Command,
    CustomEmoji(i64),
}
