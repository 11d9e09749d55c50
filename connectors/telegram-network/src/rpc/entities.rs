//! Formatting, as clients send it.

use grammers_tl_types::enums::{self, MessageEntity as Sent};

use crate::world::{Entity, EntityKind};

/// Kinds that are not known here are dropped: the text stays.
pub(super) fn entities_of(sent: Vec<Sent>) -> Vec<Entity> {
    sent.into_iter().filter_map(entity).collect()
}

fn entity(sent: Sent) -> Option<Entity> {
    let offset = sent.offset();
    let length = sent.length();
    let kind = match sent {
        Sent::Bold(_) => EntityKind::Bold,
        Sent::Italic(_) => EntityKind::Italic,
        Sent::Underline(_) => EntityKind::Underline,
        Sent::Strike(_) => EntityKind::Strike,
        Sent::Spoiler(_) => EntityKind::Spoiler,
        Sent::Code(_) => EntityKind::Code,
        Sent::Pre(it) => EntityKind::Pre(it.language),
        Sent::Blockquote(_) => EntityKind::Quote,
        Sent::Url(_) => EntityKind::Url,
        Sent::TextUrl(it) => EntityKind::TextUrl(it.url),
        Sent::Email(_) => EntityKind::Email,
        Sent::Phone(_) => EntityKind::Phone,
        Sent::Mention(_) => EntityKind::Mention,
        Sent::Hashtag(_) => EntityKind::Hashtag,
        Sent::BotCommand(_) => EntityKind::Command,
        Sent::CustomEmoji(it) => EntityKind::CustomEmoji(it.document_id),
        Sent::MentionName(it) => EntityKind::MentionName(it.user_id),
        Sent::InputMessageEntityMentionName(it) => match it.user_id {
            enums::InputUser::User(user) => EntityKind::MentionName(user.user_id),
            _ => return None,
        },
        _ => return None,
    };
    Some(Entity { offset, length, kind })
}
