//! Asking for what was missed.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use grammers_session::types::{PeerId, PeerInfo};
use grammers_session::updates::PrematureEndReason;
use grammers_tl_types::{enums, functions as f, types};
use tokio::time::{Instant, sleep};

use super::Listener;
use crate::convert::channel_chat_id;
use crate::refused::Refused;

/// Updates of a channel in one answer; Telegram gives people no more.
const CHANNEL_MOST: i32 = 100;
/// How long a hash is waited for that the list of chats may bring …
const HASH_WAITED_FOR: Duration = Duration::from_secs(30);
/// … and how often it is looked for.
const HASH_LOOKED_EVERY: Duration = Duration::from_millis(100);

impl Listener {
    pub(super) async fn catch_up(&mut self, request: f::updates::GetDifference) -> Result<(), Refused> {
        let answer = match self.line.call(&request).await {
            Ok(answer) => answer,
            Err(refused) if refused.ends_the_session() => return Err(refused),
            Err(refused) => {
                self.wait_again(&refused).await;
                return Ok(());
            }
        };
        self.attempt = 0;
        self.live = false;
        if matches!(answer, enums::updates::Difference::TooLong(_)) {
            self.missed(None);
        }
        match catch_unwind(AssertUnwindSafe(|| self.boxes.apply_difference(answer))) {
            Ok(news) => self.hold(news, &HashMap::new()),
            Err(_) => self.after_panic(),
        }
        Ok(())
    }

    pub(super) async fn catch_up_channel(
        &mut self,
        mut request: f::updates::GetChannelDifference,
    ) -> Result<(), Refused> {
        let enums::InputChannel::Channel(types::InputChannel { channel_id, .. }) = request.channel else {
            self.give_up_channel(PrematureEndReason::Banned);
            return Ok(());
        };
        if !self.follows(channel_id) {
            // Nobody hears of it; its next update begins anew.
            self.give_up_channel(PrematureEndReason::Banned);
            return Ok(());
        }
        let Some(access_hash) = self.channel_hash(channel_id) else {
            self.wait_for_hash(channel_id).await;
            return Ok(());
        };
        request.channel = types::InputChannel { channel_id, access_hash }.into();
        request.limit = CHANNEL_MOST;
        match self.line.call(&request).await {
            Ok(answer) => self.channel_answered(channel_id, answer),
            Err(refused) if refused.ends_the_session() => return Err(refused),
            // Thrown out of it, or it is gone.
            Err(Refused::ForbiddenInChat | Refused::PeerUnknown) => self.give_up_channel(PrematureEndReason::Banned),
            Err(refused @ (Refused::FloodWait { .. } | Refused::Network | Refused::Timeout | Refused::Panicked)) => {
                self.wait_again(&refused).await;
            }
            // Telegram's own trouble with this channel: its next update asks again.
            Err(_) => self.give_up_channel(PrematureEndReason::TemporaryServerIssues),
        }
        Ok(())
    }

    /// A position names a channel that the session does not: who was killed had not stored whom it had met in its last
    /// seconds. The list of chats is about to bring it. Given up at once, the channel would go on with its next update, and
    /// what came before would be left out.
    async fn wait_for_hash(&mut self, channel_id: i64) {
        if self.nameless_since.get_or_insert_with(Instant::now).elapsed() < HASH_WAITED_FOR {
            sleep(HASH_LOOKED_EVERY).await;
            return;
        }
        self.missed(channel_chat_id(channel_id));
        self.give_up_channel(PrematureEndReason::Banned);
    }

    fn channel_answered(&mut self, channel_id: i64, mut answer: enums::updates::ChannelDifference) {
        self.attempt = 0;
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

    fn give_up_channel(&mut self, reason: PrematureEndReason) {
        self.boxes.end_channel_difference(reason);
    }

    fn follows(&self, channel_id: i64) -> bool {
        let chat = channel_chat_id(channel_id);
        self.chats.as_ref().is_none_or(|chats| chat.is_some_and(|chat| chats.contains(&chat)))
    }

    fn channel_hash(&self, channel_id: i64) -> Option<i64> {
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
