//! What an account saw happen.

use super::{Chat, Message, Reaction};

/// Something that an account saw happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Message(Message),
    Edited(Message),
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
    /// Somebody writes, records or uploads; `still` is false when they have stopped.
    Typing {
        chat_id: i64,
        who: i64,
        still: bool,
    },
    /// Telegram left out what happened: the chat, or every private chat and basic group when there is none, is to be
    /// compared with its history.
    Missed {
        chat_id: Option<i64>,
    },
}

/// What was seen since the last batch, to be stored together with how far that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Whether it happened just now, rather than while nobody listened.
    pub live: bool,
    pub seen: Vec<Seen>,
    /// The chats that it happened in, as far as they are known.
    pub chats: Vec<Chat>,
    /// Where to go on from, once this batch is stored; means nothing to anybody else.
    pub position: Vec<u8>,
}
