//! What cannot be asked for yet: waits, which last however often the listener is given up and called again, and channels
//! whose difference has to wait while everything else goes on. The library keeps how far such a channel was told, so that
//! nothing of it is left out, and nothing of it is behind a position that was stored.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use grammers_session::updates::{PrematureEndReason, UpdatesLike};
use grammers_tl_types::{enums, types};
use tokio::time::{Instant, sleep_until};

use super::Listener;
use crate::convert::channel_chat_id;
use crate::line::Line;
use crate::refused::Refused;

/// How often it is looked whether the list of chats has named a channel by now.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

/// Until when something is not asked for.
#[derive(Default)]
pub(super) struct Pause {
    until: Option<Instant>,
    attempt: u32,
}

impl Pause {
    /// As long as Telegram says; else longer with each time.
    pub(super) fn after(&mut self, line: &Line, refused: &Refused) {
        let wait = match refused {
            Refused::FloodWait { seconds } => Duration::from_secs((*seconds).into()),
            _ => line.before_again(self.attempt),
        };
        self.attempt += 1;
        self.until = Some(Instant::now() + wait);
    }

    pub(super) fn end(&mut self) {
        *self = Self::default();
    }

    pub(super) fn is_over(&self) -> bool {
        self.until.is_none_or(|until| until <= Instant::now())
    }

    pub(super) async fn over(&self) {
        if let Some(until) = self.until {
            sleep_until(until).await;
        }
    }
}

/// Channels whose difference is asked for later.
#[derive(Default)]
pub(super) struct Later {
    /// Before that of any channel is asked for again.
    pub(super) pause: Pause,
    /// Those that the session cannot name, each since when.
    nameless: HashMap<i64, Instant>,
    /// Those that wait for the pause to end.
    paused: HashSet<i64>,
}

impl Later {
    /// When it is to be looked whether one may be asked for.
    pub(super) fn looked_at(&self) -> Option<Instant> {
        let named = (!self.nameless.is_empty()).then(|| Instant::now() + LOOKED_EVERY);
        let paused = self.pause.until.filter(|_| !self.paused.is_empty());
        named.into_iter().chain(paused).min()
    }

    pub(super) fn is_named(&mut self, channel_id: i64) {
        self.nameless.remove(&channel_id);
    }

    pub(super) fn forget(&mut self) {
        self.nameless.clear();
        self.paused.clear();
    }
}

impl Listener {
    /// Has the channel whose difference is due asked for when the pause is over.
    pub(super) fn ask_later(&mut self, channel_id: i64) {
        self.later.paused.insert(channel_id);
        self.give_up_channel(PrematureEndReason::TemporaryServerIssues);
    }

    /// A position names a channel that the session does not: who was killed had not stored whom it had met in its last
    /// seconds. The list of chats is about to bring it. Given up at once, the channel would go on with its next update, and
    /// what came before would be left out.
    pub(super) fn wait_for_hash(&mut self, channel_id: i64) {
        let since = *self.later.nameless.entry(channel_id).or_insert_with(Instant::now);
        if since.elapsed() < self.line.endpoint().patience.names {
            self.give_up_channel(PrematureEndReason::TemporaryServerIssues);
            return;
        }
        self.later.is_named(channel_id);
        self.missed(channel_chat_id(channel_id));
        self.give_up_channel(PrematureEndReason::Banned);
    }

    /// Has the library ask again for what need not wait any longer.
    pub(super) fn take_up_again(&mut self) {
        let patience = self.line.endpoint().patience.names;
        let nameless = self.later.nameless.iter();
        let due = nameless.filter(|(id, since)| since.elapsed() >= patience || self.channel_hash(**id).is_some());
        let mut due: Vec<i64> = due.map(|(id, _)| *id).collect();
        if self.later.pause.is_over() {
            due.extend(self.later.paused.drain());
        }
        if due.is_empty() {
            return;
        }
        let too_long = |channel_id| types::UpdateChannelTooLong { channel_id, pts: None }.into();
        let updates = due.into_iter().map(too_long).collect();
        let (users, chats) = (Vec::new(), Vec::new());
        let updates = enums::Updates::Updates(types::Updates { updates, users, chats, date: 0, seq: 0 });
        // Without a date and a number of its own it is never a gap.
        let _ = self.boxes.process_updates(UpdatesLike::Updates(updates));
    }
}
