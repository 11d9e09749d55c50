//! The network's own memory of what happened, in order: the truth that a test compares a client with.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::world::{Event, Notice, Peer, World};

/// Something that happened to an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogLine {
    /// Counts up from 1.
    pub number: u64,
    /// Unix milliseconds.
    pub at_ms: i64,
    /// 0 when nobody is signed in yet.
    pub account: i64,
    #[serde(flatten)]
    pub entry: LogEntry,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum LogEntry {
    /// The account wrote a message.
    Sent {
        chat: Peer,
        message_id: i32,
        random_id: Option<i64>,
        text: String,
    },
    /// A message of somebody else came into a chat of the account.
    Delivered {
        chat: Peer,
        message_id: i32,
        from: i64,
        text: String,
    },
    Edited {
        chat: Peer,
        message_id: i32,
        text: String,
    },
    Deleted {
        channel: Option<i64>,
        message_ids: Vec<i32>,
    },
    /// The account has read up to here.
    Read {
        chat: Peer,
        max_id: i32,
    },
    /// Others have read up to here.
    WasRead {
        chat: Peer,
        max_id: i32,
    },
    Called {
        method: String,
        connection: u64,
        error: Option<String>,
    },
    Connected {
        connection: u64,
    },
    Disconnected {
        connection: u64,
    },
}

/// The newest lines, up to a number of them.
#[derive(Debug)]
pub(crate) struct Log {
    lines: VecDeque<LogLine>,
    capacity: usize,
    next: u64,
    open: bool,
}

impl Log {
    pub fn new(capacity: usize) -> Self {
        Self { lines: VecDeque::new(), capacity, next: 1, open: true }
    }

    /// A closed log takes nothing in.
    pub fn set_open(&mut self, open: bool) {
        self.open = open;
    }

    pub fn put(&mut self, at_ms: i64, account: i64, entry: LogEntry) {
        if !self.open {
            return;
        }
        if self.lines.len() >= self.capacity {
            self.lines.pop_front();
        }
        self.lines.push_back(LogLine { number: self.next, at_ms, account, entry });
        self.next += 1;
    }

    pub fn put_notice(&mut self, at_ms: i64, world: &World, notice: &Notice) {
        if let Some(entry) = entry_of(world, notice) {
            self.put(at_ms, notice.account, entry);
        }
    }

    /// Lines with a number above `after`.
    pub fn since(&self, after: u64) -> impl Iterator<Item = &LogLine> {
        let from = self.lines.partition_point(|line| line.number <= after);
        self.lines.range(from..)
    }
}

fn entry_of(world: &World, notice: &Notice) -> Option<LogEntry> {
    let message = |id: i32| world.find_message(notice.account, notice.channel, id);
    Some(match &notice.event {
        Event::Message { id } => {
            let (chat, post) = message(*id)?;
            let (message_id, text) = (*id, post.text.clone());
            if post.from == notice.account {
                LogEntry::Sent { chat, message_id, random_id: post.random_id, text }
            } else {
                LogEntry::Delivered { chat, message_id, from: post.from, text }
            }
        }
        Event::Edited { id } => {
            let (chat, post) = message(*id)?;
            LogEntry::Edited { chat, message_id: *id, text: post.text.clone() }
        }
        Event::Deleted { ids } => LogEntry::Deleted { channel: notice.channel, message_ids: ids.clone() },
        Event::ReadInbox { chat, max_id, .. } => LogEntry::Read { chat: *chat, max_id: *max_id },
        Event::ReadOutbox { chat, max_id } => LogEntry::WasRead { chat: *chat, max_id: *max_id },
        Event::Reactions { .. } | Event::Typing { .. } | Event::Joined { .. } => return None,
    })
}
