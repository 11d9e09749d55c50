//! Asking for what was missed.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use grammers_session::types::{PeerId, PeerInfo};
use grammers_session::updates::PrematureEndReason;
use grammers_tl_types::{enums, functions as f, types};
use tokio::task::JoinError;

use super::Listener;
use crate::convert::channel_chat_id;
use crate::refused::Refused;

/// Updates of a channel in one answer; Telegram gives people no more.
const CHANNEL_MOST: i32 = 100;

/// What came of asking.
pub(super) enum Answered {
    Account(Result<enums::updates::Difference, Refused>),
    Channel(i64, Box<Result<enums::updates::ChannelDifference, Refused>>),
}

impl Listener {
    /// Asks in a task of its own: an answer must not get lost when the listener is given up meanwhile.
    pub(super) fn catch_up(&mut self, request: f::updates::GetDifference) {
        let line = Arc::clone(&self.line);
        self.asked.spawn(async move { Answered::Account(line.call(&request).await) });
    }

    pub(super) fn catch_up_channel(&mut self, mut request: f::updates::GetChannelDifference) {
        let enums::InputChannel::Channel(types::InputChannel { channel_id, .. }) = request.channel else {
            self.give_up_channel(PrematureEndReason::Banned);
            return;
        };
        if !self.follows(channel_id) {
            // Nobody hears of it; its next update begins anew.
            self.give_up_channel(PrematureEndReason::Banned);
            return;
        }
        let Some(access_hash) = self.channel_hash(channel_id) else {
            self.wait_for_hash(channel_id);
            return;
        };
        self.later.is_named(channel_id);
        if !self.later.pause.is_over() {
            self.ask_later(channel_id);
            return;
        }
        request.channel = types::InputChannel { channel_id, access_hash }.into();
        request.limit = CHANNEL_MOST;
        let line = Arc::clone(&self.line);
        self.asked.spawn(async move { Answered::Channel(channel_id, Box::new(line.call(&request).await)) });
    }

    pub(super) fn answered(&mut self, answered: Result<Answered, JoinError>) -> Result<(), Refused> {
        match answered {
            Ok(Answered::Account(Ok(answer))) => self.account_answered(answer),
            Ok(Answered::Account(Err(refused))) if refused.ends_the_session() => return Err(refused),
            Ok(Answered::Account(Err(refused))) => self.pause.after(&self.line, &refused),
            Ok(Answered::Channel(channel_id, answer)) => match *answer {
                Ok(answer) => self.channel_answered(channel_id, answer),
                Err(refused) if refused.ends_the_session() => return Err(refused),
                Err(refused) => self.channel_refused(channel_id, &refused),
            },
            Err(error) => {
                tracing::error!(me = self.line.session().me(), %error, "asking for what was missed failed");
                self.pause.after(&self.line, &Refused::Panicked);
                self.later.pause.after(&self.line, &Refused::Panicked);
            }
        }
        Ok(())
    }

    fn account_answered(&mut self, answer: enums::updates::Difference) {
        self.pause.end();
        self.live = false;
        if matches!(answer, enums::updates::Difference::TooLong(_)) {
            self.missed(None);
        }
        match catch_unwind(AssertUnwindSafe(|| self.boxes.apply_difference(answer))) {
            Ok(news) => self.hold(news, &HashMap::new()),
            Err(_) => self.after_panic(),
        }
    }

    fn channel_refused(&mut self, channel_id: i64, refused: &Refused) {
        match refused {
            // Thrown out of it, or it is gone.
            Refused::ForbiddenInChat | Refused::PeerUnknown => self.give_up_channel(PrematureEndReason::Banned),
            Refused::FloodWait { .. } | Refused::Network | Refused::Timeout | Refused::Panicked => {
                self.later.pause.after(&self.line, refused);
                self.ask_later(channel_id);
            }
            // Telegram's own trouble with this channel: its next update asks again.
            _ => self.give_up_channel(PrematureEndReason::TemporaryServerIssues),
        }
    }

    fn channel_answered(&mut self, channel_id: i64, mut answer: enums::updates::ChannelDifference) {
        self.later.pause.end();
        self.live = false;
        let others = others_of(&mut answer);
        if matches!(answer, enums::updates::ChannelDifference::TooLong(_)) {
            self.missed(channel_chat_id(channel_id));
        }
        match catch_unwind(AssertUnwindSafe(|| self.boxes.apply_channel_difference(answer))) {
            Ok(news) => {
                self.hold(news, &HashMap::new());
                self.hold_updates(others, &HashMap::new());
            }
            Err(_) => self.after_panic(),
        }
    }

    pub(super) fn give_up_channel(&mut self, reason: PrematureEndReason) {
        self.boxes.end_channel_difference(reason);
    }

    fn follows(&self, channel_id: i64) -> bool {
        let chat = channel_chat_id(channel_id);
        self.chats.as_ref().is_none_or(|chats| chat.is_some_and(|chat| chats.contains(&chat)))
    }

    pub(super) fn channel_hash(&self, channel_id: i64) -> Option<i64> {
        match self.line.session().info(PeerId::channel(channel_id)?)? {
            PeerInfo::Channel { auth, .. } => Some(auth?.hash()),
            _ => None,
        }
    }
}

/// Edits and deletions of a channel's difference. The library would move to the end of the difference first, and then take
/// them for what it had before.
fn others_of(answer: &mut enums::updates::ChannelDifference) -> Vec<enums::Update> {
    match answer {
        enums::updates::ChannelDifference::Difference(found) => std::mem::take(&mut found.other_updates),
        enums::updates::ChannelDifference::Empty(_) | enums::updates::ChannelDifference::TooLong(_) => Vec::new(),
    }
}
