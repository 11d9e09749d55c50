//! A message of Telegram's as a plain value.

use grammers_tl_types::enums::{self, MessageMedia, MessageReplyHeader};
use grammers_tl_types::types;

use super::media::At;
use super::{chat_id, entities, instant, media, reactions, service};
use crate::people::People;
use crate::plain::{ForwardedFrom, Message};

/// `None` for a message that is not there any more, or in a chat outside of Telegram's ranges.
pub(crate) fn plain(message: &enums::Message, people: &People) -> Option<Message> {
    match message {
        enums::Message::Empty(_) => None,
        enums::Message::Message(message) => said(message, people),
        enums::Message::Service(message) => happened(message, people),
    }
}

fn said(message: &types::Message, people: &People) -> Option<Message> {
    let chat = chat_id(&message.peer_id)?;
    let sender = sender(message.from_id.as_ref(), chat, message.out, people);
    let (reply_to, topic_id) = replied(message.reply_to.as_ref());
    let at = At { chat_id: chat, message_id: message.id };
    let mut text = message.message.clone();
    if text.is_empty() {
        text = message.media.as_ref().and_then(in_words).unwrap_or_default();
    }
    Some(Message {
        chat_id: chat,
        id: message.id.into(),
        outgoing: message.out,
        sender,
        at: instant(message.date),
        // A change that shows nowhere, such as a reaction.
        edited_at: message.edit_date.filter(|_| !message.edit_hide).map(instant),
        text,
        entities: entities::plain(message.entities.as_ref()),
        reply_to,
        topic_id,
        forwarded_from: message.fwd_from.as_ref().map(|from| forwarded(from, people)),
        album_id: message.grouped_id,
        media: message.media.as_ref().and_then(|media| media::plain(media, at)),
        reactions: counted(message.reactions.as_ref()),
        service: None,
        random_id: None,
        // Of ours it is what was scheduled.
        automatic: message.offline && !message.out,
    })
}

fn happened(message: &types::MessageService, people: &People) -> Option<Message> {
    let chat = chat_id(&message.peer_id)?;
    let (reply_to, topic_id) = replied(message.reply_to.as_ref());
    Some(Message {
        chat_id: chat,
        id: message.id.into(),
        outgoing: message.out,
        sender: sender(message.from_id.as_ref(), chat, message.out, people),
        at: instant(message.date),
        edited_at: None,
        text: String::new(),
        entities: Vec::new(),
        reply_to,
        topic_id,
        forwarded_from: None,
        album_id: None,
        media: None,
        reactions: counted(message.reactions.as_ref()),
        service: Some(service::plain(&message.action)),
        random_id: None,
        automatic: false,
    })
}

/// In a private chat Telegram leaves out who wrote, since there are only two; a channel writes as itself.
fn sender(from: Option<&enums::Peer>, chat: i64, outgoing: bool, people: &People) -> Option<crate::plain::Peer> {
    let id = match from {
        Some(peer) => chat_id(peer)?,
        None if outgoing && chat > 0 => people.me()?,
        None => chat,
    };
    Some(people.peer(id))
}

fn counted(found: Option<&enums::MessageReactions>) -> Vec<crate::plain::Reaction> {
    found.map(|enums::MessageReactions::Reactions(found)| reactions(found)).unwrap_or_default()
}

/// What it answers, and the topic it is in. In a forum, what answers nothing "answers" the topic.
fn replied(header: Option<&MessageReplyHeader>) -> (Option<i64>, Option<i64>) {
    let Some(MessageReplyHeader::Header(header)) = header else { return (None, None) };
    let reply = header.reply_to_msg_id.map(i64::from).filter(|_| header.reply_to_peer_id.is_none());
    if !header.forum_topic {
        return (reply, None);
    }
    match header.reply_to_top_id {
        Some(topic) => (reply, Some(topic.into())),
        None => (None, reply),
    }
}

fn forwarded(enums::MessageFwdHeader::Header(from): &enums::MessageFwdHeader, people: &People) -> ForwardedFrom {
    let peer_id = from.from_id.as_ref().and_then(chat_id);
    let known = peer_id.map(|id| people.peer(id).name).filter(|name| !name.is_empty());
    let name = known.or_else(|| from.from_name.clone()).or_else(|| from.post_author.clone());
    ForwardedFrom { name: name.unwrap_or_default(), peer_id, at: instant(from.date) }
}

/// What has neither text nor file.
fn in_words(media: &MessageMedia) -> Option<String> {
    Some(match media {
        MessageMedia::Contact(it) => {
            format!("👤 {} {}\n+{}", it.first_name, it.last_name, it.phone_number.trim_start_matches('+'))
        }
        MessageMedia::Geo(it) => format!("📍 {}", place(&it.geo)?),
        MessageMedia::GeoLive(it) => format!("📍 {}", place(&it.geo)?),
        MessageMedia::Venue(it) => format!("📍 {}\n{}", it.title, it.address),
        MessageMedia::Poll(it) => {
            let enums::Poll::Poll(poll) = &it.poll;
            let enums::TextWithEntities::Entities(question) = &poll.question;
            format!("📊 {}", question.text)
        }
        MessageMedia::Dice(it) => format!("{} {}", it.emoticon, it.value),
        MessageMedia::Invoice(it) => format!("🧾 {}\n{}", it.title, it.description),
        MessageMedia::Unsupported => "⚠️".to_owned(),
        _ => return None,
    })
}

fn place(point: &enums::GeoPoint) -> Option<String> {
    match point {
        enums::GeoPoint::Point(point) => Some(format!("{:.6}, {:.6}", point.lat, point.long)),
        enums::GeoPoint::Empty => None,
    }
}
