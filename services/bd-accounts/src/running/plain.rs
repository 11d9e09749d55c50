//! The connector's values as those that services pass to each other.

use ::telegram as connector;
use contracts::channels::{
    ChatKind, Entity, ForwardedFrom, MediaKind, Peer, Reaction, Seen, SeenChat, SeenMedia, SeenMessage,
};

pub(super) fn kind(kind: connector::ChatKind) -> ChatKind {
    match kind {
        connector::ChatKind::Private => ChatKind::Private,
        connector::ChatKind::Bot => ChatKind::Bot,
        connector::ChatKind::Group => ChatKind::Group,
        connector::ChatKind::Supergroup => ChatKind::Supergroup,
        connector::ChatKind::Channel => ChatKind::Channel,
    }
}

pub(super) fn chat(chat: connector::Chat) -> SeenChat {
    SeenChat {
        id: chat.id,
        kind: kind(chat.kind),
        title: chat.title,
        username: chat.username,
        phone: chat.phone,
        read_inbox_until: None,
        read_outbox_until: None,
    }
}

fn peer(peer: connector::Peer) -> Peer {
    let connector::Peer { id, name, username, phone } = peer;
    Peer { id, name, username, phone }
}

pub(super) fn entity(entity: connector::Entity) -> Entity {
    let connector::Entity { kind, offset, length, value } = entity;
    Entity { kind, offset, length, value }
}

pub(super) fn entities_out(entities: &[Entity]) -> Vec<connector::Entity> {
    let one = |entity: &Entity| connector::Entity {
        kind: entity.kind.clone(),
        offset: entity.offset,
        length: entity.length,
        value: entity.value.clone(),
    };
    entities.iter().map(one).collect()
}

fn reaction(reaction: connector::Reaction) -> Reaction {
    let connector::Reaction { emoji, count, ours } = reaction;
    Reaction { emoji, count, ours }
}

fn media_kind(kind: connector::MediaKind) -> MediaKind {
    match kind {
        connector::MediaKind::Photo => MediaKind::Photo,
        connector::MediaKind::Video => MediaKind::Video,
        connector::MediaKind::Animation => MediaKind::Animation,
        connector::MediaKind::VideoNote => MediaKind::VideoNote,
        connector::MediaKind::Voice => MediaKind::Voice,
        connector::MediaKind::Audio => MediaKind::Audio,
        connector::MediaKind::Sticker => MediaKind::Sticker,
        connector::MediaKind::File => MediaKind::File,
    }
}

pub(super) fn media_kind_out(kind: MediaKind) -> connector::MediaKind {
    match kind {
        MediaKind::Photo => connector::MediaKind::Photo,
        MediaKind::Video => connector::MediaKind::Video,
        MediaKind::Animation => connector::MediaKind::Animation,
        MediaKind::VideoNote => connector::MediaKind::VideoNote,
        MediaKind::Voice => connector::MediaKind::Voice,
        MediaKind::Audio => connector::MediaKind::Audio,
        MediaKind::Sticker => connector::MediaKind::Sticker,
        MediaKind::File => connector::MediaKind::File,
    }
}

fn media(media: connector::Media) -> SeenMedia {
    SeenMedia {
        kind: media_kind(media.kind),
        reference: media.reference.to_bytes(),
        file_name: media.file_name,
        mime_type: media.mime_type,
        size_bytes: media.size_bytes,
        width: media.width,
        height: media.height,
        duration_ms: media.duration_ms,
        waveform: media.waveform,
        preview: media.preview,
    }
}

pub(super) fn message(message: connector::Message) -> SeenMessage {
    let forwarded =
        |from: connector::ForwardedFrom| ForwardedFrom { name: from.name, peer_id: from.peer_id, at: from.at };
    SeenMessage {
        chat_id: message.chat_id,
        id: message.id,
        outgoing: message.outgoing,
        sender: message.sender.map(peer),
        at: message.at,
        edited_at: message.edited_at,
        text: message.text,
        entities: message.entities.into_iter().map(entity).collect(),
        reply_to: message.reply_to,
        topic_id: message.topic_id,
        forwarded_from: message.forwarded_from.map(forwarded),
        album_id: message.album_id,
        media: message.media.map(media),
        reactions: message.reactions.into_iter().map(reaction).collect(),
        service: message.service,
        random_id: message.random_id,
        automatic: message.automatic,
    }
}

/// What was seen, where anybody above keeps it.
pub(super) fn seen(seen: connector::Seen) -> Option<Seen> {
    use connector::Seen as S;
    Some(match seen {
        S::Message(it) => Seen::Message(message(it)),
        S::Edited(it) => Seen::Edited(message(it)),
        S::Deleted { chat_id, ids } => Seen::Deleted { chat_id, ids },
        S::ReadByThem { chat_id, until } => Seen::ReadByThem { chat_id, until },
        S::ReadByUs { chat_id, until } => Seen::ReadByUs { chat_id, until },
        S::Reactions { chat_id, id, reactions } => {
            Seen::Reactions { chat_id, id, reactions: reactions.into_iter().map(reaction).collect() }
        }
        S::Typing { .. } | S::Missed { .. } => return None,
    })
}

/// The chat that something was seen in; `None` when Telegram does not say.
pub(super) fn chat_of(seen: &Seen) -> Option<i64> {
    match seen {
        Seen::Message(message) | Seen::Edited(message) => Some(message.chat_id),
        Seen::Deleted { chat_id, .. } => *chat_id,
        Seen::ReadByThem { chat_id, .. } | Seen::ReadByUs { chat_id, .. } | Seen::Reactions { chat_id, .. } => {
            Some(*chat_id)
        }
    }
}
