//! Telegram's updates as plain values.

use grammers_tl_types::enums::{self, Update as U};

use crate::convert::{channel_chat_id, chat_id, message, reactions};
use crate::people::People;
use crate::plain::Seen;

/// Whether anybody above hears of it.
pub(super) fn matters(update: &U) -> bool {
    matches!(
        update,
        U::NewMessage(_)
            | U::NewChannelMessage(_)
            | U::EditMessage(_)
            | U::EditChannelMessage(_)
            | U::DeleteMessages(_)
            | U::DeleteChannelMessages(_)
            | U::ReadHistoryInbox(_)
            | U::ReadHistoryOutbox(_)
            | U::ReadChannelInbox(_)
            | U::ReadChannelOutbox(_)
            | U::MessageReactions(_)
            | U::UserTyping(_)
            | U::ChatUserTyping(_)
            | U::ChannelUserTyping(_)
    )
}

pub(super) fn plain(update: &U, random_id: Option<i64>, people: &People) -> Option<Seen> {
    let with = |message: &enums::Message| {
        let message = message::plain(message, people)?;
        Some(crate::plain::Message { random_id, ..message })
    };
    Some(match update {
        U::NewMessage(u) => Seen::Message(with(&u.message)?),
        U::NewChannelMessage(u) => Seen::Message(with(&u.message)?),
        U::EditMessage(u) => Seen::Edited(with(&u.message)?),
        U::EditChannelMessage(u) => Seen::Edited(with(&u.message)?),
        U::DeleteMessages(u) => Seen::Deleted { chat_id: None, ids: ids(&u.messages) },
        U::DeleteChannelMessages(u) => {
            Seen::Deleted { chat_id: Some(channel_chat_id(u.channel_id)?), ids: ids(&u.messages) }
        }
        U::MessageReactions(u) => {
            let enums::MessageReactions::Reactions(found) = &u.reactions;
            Seen::Reactions { chat_id: chat_id(&u.peer)?, id: u.msg_id.into(), reactions: reactions(found) }
        }
        _ => return read(update).or_else(|| typing(update)),
    })
}

fn read(update: &U) -> Option<Seen> {
    Some(match update {
        U::ReadHistoryInbox(u) => Seen::ReadByUs { chat_id: chat_id(&u.peer)?, until: u.max_id.into() },
        U::ReadChannelInbox(u) => Seen::ReadByUs { chat_id: channel_chat_id(u.channel_id)?, until: u.max_id.into() },
        U::ReadHistoryOutbox(u) => Seen::ReadByThem { chat_id: chat_id(&u.peer)?, until: u.max_id.into() },
        U::ReadChannelOutbox(u) => Seen::ReadByThem { chat_id: channel_chat_id(u.channel_id)?, until: u.max_id.into() },
        _ => return None,
    })
}

fn typing(update: &U) -> Option<Seen> {
    let still =
        |action: &enums::SendMessageAction| !matches!(action, enums::SendMessageAction::SendMessageCancelAction);
    Some(match update {
        U::UserTyping(u) => Seen::Typing { chat_id: u.user_id, who: u.user_id, still: still(&u.action) },
        U::ChatUserTyping(u) => {
            Seen::Typing { chat_id: -u.chat_id, who: chat_id(&u.from_id)?, still: still(&u.action) }
        }
        U::ChannelUserTyping(u) => {
            Seen::Typing { chat_id: channel_chat_id(u.channel_id)?, who: chat_id(&u.from_id)?, still: still(&u.action) }
        }
        _ => return None,
    })
}

pub(super) fn message_id(update: &U) -> Option<i32> {
    let message = match update {
        U::NewMessage(u) => &u.message,
        U::NewChannelMessage(u) => &u.message,
        _ => return None,
    };
    Some(message.id())
}

/// Who wrote a message, when that is a person.
pub(super) fn writer(update: &U) -> Option<i64> {
    let message = match update {
        U::NewMessage(u) => &u.message,
        U::NewChannelMessage(u) => &u.message,
        _ => return None,
    };
    let (from, peer) = match message {
        enums::Message::Message(message) => (message.from_id.as_ref(), &message.peer_id),
        enums::Message::Service(message) => (message.from_id.as_ref(), &message.peer_id),
        enums::Message::Empty(_) => return None,
    };
    match from.unwrap_or(peer) {
        enums::Peer::User(user) => Some(user.user_id),
        _ => None,
    }
}

pub(super) fn chat_of(seen: &Seen) -> Option<i64> {
    match seen {
        Seen::Message(message) | Seen::Edited(message) => Some(message.chat_id),
        Seen::Deleted { chat_id, .. } | Seen::Missed { chat_id } => *chat_id,
        Seen::ReadByThem { chat_id, .. }
        | Seen::ReadByUs { chat_id, .. }
        | Seen::Reactions { chat_id, .. }
        | Seen::Typing { chat_id, .. } => Some(*chat_id),
    }
}

fn ids(messages: &[i32]) -> Vec<i64> {
    messages.iter().map(|id| i64::from(*id)).collect()
}
