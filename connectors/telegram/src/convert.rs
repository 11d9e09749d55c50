//! Telegram's types into plain values. Nothing here fails: what is not known is left out.

pub(crate) mod entities;
pub(crate) mod media;
pub(crate) mod message;
mod preview;
mod service;
mod waveform;

use chrono::{DateTime, Utc};
use grammers_session::types::{PeerId, PeerKind};
use grammers_tl_types::{enums, types};

use crate::plain::Reaction;

/// A chat's number; `None` outside the ranges that Telegram gives out.
pub(crate) fn chat_id(peer: &enums::Peer) -> Option<i64> {
    match peer {
        enums::Peer::User(peer) => PeerId::user(peer.user_id),
        enums::Peer::Chat(peer) => PeerId::chat(peer.chat_id),
        enums::Peer::Channel(peer) => PeerId::channel(peer.channel_id),
    }
    .and_then(PeerId::bot_api_dialog_id)
}

pub(crate) fn channel_chat_id(bare: i64) -> Option<i64> {
    PeerId::channel(bare).and_then(PeerId::bot_api_dialog_id)
}

pub(crate) fn input_chat_id(peer: &enums::InputPeer, me: Option<i64>) -> Option<i64> {
    use enums::InputPeer as I;
    match peer {
        I::Empty => None,
        I::PeerSelf => me,
        I::User(peer) => Some(peer.user_id),
        I::UserFromMessage(peer) => Some(peer.user_id),
        I::Chat(peer) => PeerId::chat(peer.chat_id)?.bot_api_dialog_id(),
        I::Channel(peer) => channel_chat_id(peer.channel_id),
        I::ChannelFromMessage(peer) => channel_chat_id(peer.channel_id),
    }
}

/// The id that Telegram's calls want, and what sort it is.
pub(crate) fn bare(chat_id: i64) -> Option<(PeerKind, i64)> {
    let peer = PeerId::from_bot_api_dialog_id(chat_id)?;
    Some((peer.kind(), peer.bare_id()?))
}

pub(crate) fn instant(seconds: i32) -> DateTime<Utc> {
    DateTime::from_timestamp(i64::from(seconds), 0).unwrap_or_default()
}

pub(crate) fn reactions(reactions: &types::MessageReactions) -> Vec<Reaction> {
    let counted = reactions.results.iter().map(|enums::ReactionCount::Count(counted)| counted);
    counted
        .filter_map(|counted| {
            let emoji = match &counted.reaction {
                enums::Reaction::Emoji(reaction) => reaction.emoticon.clone(),
                // An own picture of a paid subscription: there is no character for it.
                enums::Reaction::CustomEmoji(_) => "✨".to_owned(),
                enums::Reaction::Paid => "⭐".to_owned(),
                enums::Reaction::Empty => return None,
            };
            Some(Reaction { emoji, count: counted.count, ours: counted.chosen_order.is_some() })
        })
        .collect()
}
