//! What is looked at in updates before the library has them.

use std::collections::HashMap;

use grammers_session::updates::UpdatesLike;
use grammers_tl_types::enums::{Update, Updates};

use crate::convert::channel_chat_id;

/// Channels that have moved on by more than Telegram tells. The library would go on from there and leave out what is
/// between: that it knows where there is, is taken away from it.
pub(super) fn left_out(updates: &mut UpdatesLike) -> Vec<i64> {
    let updates = match updates {
        UpdatesLike::Updates(Updates::Updates(updates)) => &mut updates.updates,
        UpdatesLike::Updates(Updates::Combined(updates)) => &mut updates.updates,
        _ => return Vec::new(),
    };
    let too_long = updates.iter_mut().filter_map(|update| match update {
        Update::ChannelTooLong(update) => {
            update.pts = None;
            channel_chat_id(update.channel_id)
        }
        _ => None,
    });
    too_long.collect()
}

/// Of messages of ours in what Telegram answers to their sending: its id, and ours.
pub(super) fn random_ids(updates: &UpdatesLike) -> HashMap<i32, i64> {
    let updates = match updates {
        UpdatesLike::ShortSentMessage { request, update } => return HashMap::from([(update.id, request.random_id)]),
        UpdatesLike::Updates(Updates::Updates(updates)) => &updates.updates,
        UpdatesLike::Updates(Updates::Combined(updates)) => &updates.updates,
        _ => return HashMap::new(),
    };
    let told = updates.iter().filter_map(|update| match update {
        Update::MessageId(update) => Some((update.id, update.random_id)),
        _ => None,
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::types;

    use super::*;

    fn of(updates: Vec<Update>) -> UpdatesLike {
        let (users, chats) = (Vec::new(), Vec::new());
        UpdatesLike::Updates(types::Updates { updates, users, chats, date: 1, seq: 0 }.into())
    }

    #[test]
    fn a_channel_that_moved_on_is_named_and_read_on_from_where_it_was() {
        let mut updates = of(vec![types::UpdateChannelTooLong { channel_id: 7, pts: Some(500) }.into()]);
        assert_eq!(left_out(&mut updates), [-1_000_000_000_007]);
        let UpdatesLike::Updates(Updates::Updates(left)) = updates else { unreachable!("as it was made") };
        assert_eq!(left.updates, [types::UpdateChannelTooLong { channel_id: 7, pts: None }.into()]);
    }

    #[test]
    fn our_numbers_are_found_beside_their_messages() {
        let updates = of(vec![types::UpdateMessageId { id: 5, random_id: 77 }.into()]);
        assert_eq!(random_ids(&updates), HashMap::from([(5, 77)]));
        assert_eq!(random_ids(&UpdatesLike::ConnectionClosed), HashMap::new());
    }
}
