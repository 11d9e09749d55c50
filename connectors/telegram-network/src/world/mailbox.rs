//! What one account sees: message ids, dialogs, and the numbered events (`pts`) from which a difference is made.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::Peer;

/// Older events are forgotten, and whoever asks from before them is told that the difference is too long.
const MAX_EVENTS: usize = 200_000;

/// Messages and dialogs of one account. Channels keep their messages themselves.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Mailbox {
    pub last_id: i32,
    /// Chat and number of the post by message id; what was deleted is gone.
    #[serde(default)]
    pub messages: BTreeMap<i32, (Peer, u64)>,
    #[serde(default)]
    pub dialogs: BTreeMap<Peer, Dialog>,
    #[serde(default)]
    pub past: Past,
}

/// A private chat or basic group in a mailbox.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Dialog {
    /// Ascending.
    pub ids: Vec<i32>,
    pub read_inbox: i32,
    pub read_outbox: i32,
    #[serde(default)]
    pub pinned: bool,
    #[serde(default)]
    pub unread_mark: bool,
}

impl Dialog {
    pub fn top(&self) -> i32 {
        self.ids.last().copied().unwrap_or(0)
    }
}

/// Something an account is told of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Message { id: i32 },
    Edited { id: i32 },
    Deleted { ids: Vec<i32> },
    ReadInbox { chat: Peer, max_id: i32, still_unread: i32 },
    ReadOutbox { chat: Peer, max_id: i32 },
    Reactions { chat: Peer, id: i32 },
    Typing { chat: Peer, person: i64, action: String },
    Joined { chat: Peer },
}

/// An event on its way to one account.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub account: i64,
    /// Whose `pts` it counts by: the account's own when `None`.
    pub channel: Option<i64>,
    pub event: Event,
    pub pts: i32,
    /// 0 for what has no place in the count.
    pub count: i32,
}

/// Numbered events, oldest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Past {
    pub pts: i32,
    /// `pts` after the event, how much it counts, the event.
    pub events: VecDeque<(i32, i32, Event)>,
}

impl Default for Past {
    fn default() -> Self {
        // 0 would mean to a client that it has no state yet.
        Self { pts: 1, events: VecDeque::new() }
    }
}

impl Past {
    /// Counts an event; gives its `pts`.
    pub(crate) fn record(&mut self, count: i32, event: Event) -> i32 {
        self.pts = self.pts.saturating_add(count);
        self.events.push_back((self.pts, count, event));
        if self.events.len() > MAX_EVENTS {
            self.events.pop_front();
        }
        self.pts
    }

    /// Events after `pts`, or nothing when some of them are forgotten.
    pub(crate) fn since(&self, pts: i32) -> Option<impl Iterator<Item = &(i32, i32, Event)>> {
        let first_known = self.events.front().map_or(self.pts, |(at, count, _)| at - count);
        let from = self.events.partition_point(|(at, _, _)| *at <= pts);
        (pts >= first_known).then(|| self.events.range(from..))
    }
}
