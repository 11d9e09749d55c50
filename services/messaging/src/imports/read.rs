//! What an export says, in the words of accounts. No I/O.

use chrono::{DateTime, Utc};
use contracts::channels::{ChatKind, Entity, ForwardedFrom, MediaKind, Peer, SeenMedia, SeenMessage};
use serde_json::{Value, json};

use super::export::{ExportedChat, ExportedMessage, ExportedText};

/// What an export calls a channel or a supergroup, less than what accounts call it.
const CHANNELS: i64 = -1_000_000_000_000;

/// The kind of a chat and what accounts call it; `None` for what is no chat with others.
#[must_use]
pub fn chat(chat: &ExportedChat) -> Option<(ChatKind, i64)> {
    Some(match chat.kind.as_str() {
        "personal_chat" => (ChatKind::Private, chat.id),
        "bot_chat" => (ChatKind::Bot, chat.id),
        "private_group" => (ChatKind::Group, -chat.id),
        "private_supergroup" | "public_supergroup" => (ChatKind::Supergroup, CHANNELS - chat.id),
        "private_channel" | "public_channel" => (ChatKind::Channel, CHANNELS - chat.id),
        _ => return None,
    })
}

/// What accounts call who wrote something.
fn peer(id: &str) -> Option<i64> {
    match id.strip_prefix("user") {
        Some(user) => user.parse().ok(),
        None => id.strip_prefix("channel").and_then(|id| Some(CHANNELS - id.parse::<i64>().ok()?)),
    }
}

fn instant(seconds: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds.parse().ok()?, 0)
}

/// A message of a chat; `None` for one without a date or a number. Without knowing whose export it is, in a private chat
/// what the other one did not write is ours.
#[must_use]
pub fn message((chat_id, kind): (i64, ChatKind), owner: Option<i64>, message: ExportedMessage) -> Option<SeenMessage> {
    let at = instant(&message.date_unixtime)?;
    let writer = message.from_id.as_deref().or(message.actor_id.as_deref()).and_then(peer);
    let outgoing = match (owner, writer) {
        (Some(owner), Some(writer)) => owner == writer,
        (None, Some(writer)) => matches!(kind, ChatKind::Private | ChatKind::Bot) && writer != chat_id,
        (_, None) => false,
    };
    let name = message.from.clone().or_else(|| message.actor.clone());
    let sender = writer.map(|id| Peer { id, name: name.unwrap_or_default(), ..Peer::default() });
    let (text, entities) = text(&message.text_entities, &message.text);
    let is_service = message.r#type == "service";
    Some(SeenMessage {
        chat_id,
        id: (message.id > 0).then_some(message.id)?,
        outgoing,
        sender: sender.filter(|_| !outgoing),
        at,
        edited_at: message.edited_unixtime.as_deref().and_then(instant).filter(|edited| *edited > at),
        text,
        entities,
        reply_to: message.reply_to_message_id,
        topic_id: None,
        forwarded_from: message.forwarded_from.clone().map(|name| ForwardedFrom { name, peer_id: None, at }),
        album_id: None,
        media: media(&message),
        reactions: Vec::new(),
        service: is_service.then(|| json!({ "kind": message.action.unwrap_or_default() })),
        random_id: None,
        automatic: false,
    })
}

/// A text with what is set off in it.
fn text(parts: &[ExportedText], plain: &Value) -> (String, Vec<Entity>) {
    if parts.is_empty() {
        return (plain.as_str().unwrap_or_default().to_owned(), Vec::new());
    }
    let (mut text, mut entities, mut offset) = (String::new(), Vec::new(), 0_usize);
    for part in parts {
        let length = crate::messages::message::utf16_len(&part.text);
        if let (Some(kind), Ok(from), Ok(units)) = (entity(&part.r#type), u32::try_from(offset), u32::try_from(length))
            && units > 0
        {
            let value = part.href.clone().or_else(|| part.language.clone()).filter(|value| !value.is_empty());
            entities.push(Entity { kind: kind.to_owned(), offset: from, length: units, value });
        }
        text.push_str(&part.text);
        offset += length;
    }
    (text, entities)
}

/// Our word for how a stretch is set off.
fn entity(kind: &str) -> Option<&str> {
    Some(match kind {
        "plain" | "unknown" | "custom_emoji" => return None,
        "strikethrough" => "strike",
        "blockquote" => "quote",
        "link" => "url",
        "text_link" => "link",
        other => other,
    })
}

/// A file, as far as the export names it. Its bytes are brought by `files.rs`, if they came along.
fn media(message: &ExportedMessage) -> Option<SeenMedia> {
    let kind = match (message.media_type.as_deref(), &message.photo, &message.file) {
        (Some("voice_message"), ..) => MediaKind::Voice,
        (Some("video_message"), ..) => MediaKind::VideoNote,
        (Some("video_file"), ..) => MediaKind::Video,
        (Some("audio_file"), ..) => MediaKind::Audio,
        (Some("animation"), ..) => MediaKind::Animation,
        (Some("sticker"), ..) => MediaKind::Sticker,
        (_, Some(_), _) => MediaKind::Photo,
        (_, None, Some(_)) => MediaKind::File,
        (_, None, None) => return None,
    };
    let photo = kind == MediaKind::Photo;
    let mime_type = message
        .mime_type
        .clone()
        .unwrap_or_else(|| if photo { "image/jpeg" } else { "application/octet-stream" }.to_owned());
    Some(SeenMedia {
        kind,
        reference: Vec::new(),
        file_name: message.file_name.clone(),
        mime_type,
        size_bytes: message.file_size.or(message.photo_file_size).unwrap_or_default(),
        width: message.width,
        height: message.height,
        duration_ms: message.duration_seconds.map(|seconds| seconds.saturating_mul(1000)),
        waveform: None,
        preview: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported(value: Value) -> ExportedMessage {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn chats_get_the_numbers_that_accounts_use() {
        let of = |kind: &str| chat(&ExportedChat { id: 5, name: String::new(), kind: kind.to_owned() });
        assert_eq!(of("personal_chat"), Some((ChatKind::Private, 5)));
        assert_eq!(of("private_group"), Some((ChatKind::Group, -5)));
        assert_eq!(of("public_channel"), Some((ChatKind::Channel, -1_000_000_000_005)));
        assert_eq!(of("saved_messages"), None);
    }

    #[test]
    fn a_message_is_read_with_its_text_and_its_file() {
        let raw = json!({"id": 3, "type": "message", "date_unixtime": "1790000000", "from": "Boris", "from_id": "user5",
            "edited_unixtime": "1790000060", "reply_to_message_id": 2, "text": ["😀 ", {"type": "bold", "text": "Hi"}],
            "text_entities": [{"type": "plain", "text": "😀 "}, {"type": "strikethrough", "text": "Hi"}],
            "photo": "photos/1.jpg", "width": 10, "height": 20, "photo_file_size": 99});
        let seen = message((5, ChatKind::Private), None, exported(raw.clone())).unwrap();
        assert_eq!((seen.text.as_str(), seen.outgoing, seen.reply_to), ("😀 Hi", false, Some(2)));
        assert_eq!(seen.entities, [Entity { kind: "strike".to_owned(), offset: 3, length: 2, value: None }]);
        assert_eq!(seen.sender.unwrap().name, "Boris");
        assert_eq!(seen.edited_at.unwrap().timestamp(), 1_790_000_060);
        let media = seen.media.unwrap();
        assert_eq!((media.kind, media.mime_type.as_str(), media.size_bytes), (MediaKind::Photo, "image/jpeg", 99));
        assert!(
            message((6, ChatKind::Private), None, exported(raw.clone())).unwrap().outgoing,
            "not by whom the chat is with"
        );
        assert!(message((-7, ChatKind::Group), Some(5), exported(raw)).unwrap().outgoing);
        assert!(message((5, ChatKind::Private), None, exported(json!({"id": 3}))).is_none());
    }
}
