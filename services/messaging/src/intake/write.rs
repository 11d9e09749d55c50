//! Rows of messages that are new, and of their files.

use chrono::{DateTime, Utc};
use contracts::channels::{Origin, SeenMedia, SeenMessage};
use db::Tx;
use kernel::Scope;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    DbBackend,
};
use serde_json::json;
use uuid::Uuid;

use super::marks::Mark;
use crate::{
    chats::store::Row as ChatRow,
    media::uploads::file,
    messages::{
        message::{Direction, Source, Status},
        store::{self as messages, entity::ActiveModel},
    },
};

/// Where new messages come from.
#[derive(Clone, Copy, Debug)]
pub struct From {
    pub origin: Origin,
    pub import: Option<Uuid>,
    pub backend: DbBackend,
    pub now: DateTime<Utc>,
}

impl From {
    fn source(self) -> Source {
        match (self.import, self.origin) {
            (Some(_), _) => Source::Import,
            (None, Origin::History) => Source::Sync,
            (None, Origin::Live | Origin::CatchUp) => Source::Live,
        }
    }
}

/// The word of a kind of file.
#[must_use]
pub fn kind_of(media: &SeenMedia) -> String {
    serde_json::to_value(media.kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The row of a message that is new; without what it said, if it was deleted.
#[must_use]
pub fn row(
    scope: &Scope,
    id: Uuid,
    chat: &ChatRow,
    seen: &SeenMessage,
    mark: Option<&Mark>,
    from: From,
) -> ActiveModel {
    let deleted_at = mark.and_then(|mark| mark.deleted_at);
    let here = deleted_at.is_none();
    let reactions = mark.and_then(|mark| mark.reactions.as_ref()).unwrap_or(&seen.reactions);
    let text = if here { seen.text.replace('\0', "") } else { String::new() };
    let file_name = seen.media.as_ref().and_then(|media| media.file_name.as_deref());
    let read = seen.outgoing && seen.id <= chat.read_outbox_until;
    let status = match (seen.outgoing, read) {
        (false, _) => Status::Received,
        (true, true) => Status::Read,
        (true, false) => Status::Sent,
    };
    ActiveModel {
        seq: messages::seq(from.backend, seen.at, id),
        id: Set(id),
        org_id: Set(scope.org_id.0),
        chat_id: Set(chat.id),
        source_id: Set(chat.source_id),
        external_id: Set(Some(seen.id)),
        place: Set(seen.id),
        direction: Set(if seen.outgoing { Direction::Out } else { Direction::In }.as_str().to_owned()),
        status: Set(status.as_str().to_owned()),
        sender_id: Set(seen.sender.as_ref().map(|peer| peer.id)),
        sender_name: Set(seen.sender.as_ref().map(|peer| peer.name.replace('\0', ""))),
        author_id: Set(None),
        search_text: Set(if here { messages::search_text(&text, file_name) } else { String::new() }),
        text: Set(text),
        entities: Set(if here { json!(seen.entities) } else { json!([]) }),
        reply_to: Set(seen.reply_to),
        topic_id: Set(seen.topic_id),
        forwarded: Set(seen.forwarded_from.as_ref().filter(|_| here).map(|from| json!(from))),
        album_id: Set(seen.album_id),
        media_kind: Set(seen.media.as_ref().filter(|_| here).map(kind_of)),
        reactions: Set(if here { json!(reactions) } else { json!([]) }),
        service: Set(seen.service.clone().filter(|_| here).map(|service| api::requests::storable_value(&service))),
        sent_at: Set(seen.at),
        edited_at: Set(seen.edited_at.filter(|_| here)),
        deleted_at: Set(deleted_at),
        read_at: Set((read && from.origin != Origin::History).then_some(from.now)),
        scheduled_at: Set(None),
        error: Set(None),
        source: Set(from.source().as_str().to_owned()),
        import_id: Set(from.import),
        client_id: Set(None),
        program_kind: NotSet,
        program_id: NotSet,
        version: Set(1),
    }
}

/// The row of the file of a message.
#[must_use]
pub fn file(tx: &Tx, scope: &Scope, message: Uuid, chat: &ChatRow, media: &SeenMedia) -> file::ActiveModel {
    let remote = !media.reference.is_empty();
    file::ActiveModel {
        id: Set(tx.clock().new_id()),
        org_id: Set(scope.org_id.0),
        chat_id: Set(chat.id),
        message_id: Set(message),
        source_id: Set(chat.source_id),
        kind: Set(kind_of(media)),
        reference: Set(media.reference.clone()),
        file_name: Set(media.file_name.as_ref().map(|name| name.replace('\0', ""))),
        mime_type: Set(media.mime_type.clone()),
        size_bytes: Set(media.size_bytes),
        width: Set(media.width.map(i64::from)),
        height: Set(media.height.map(i64::from)),
        duration_ms: Set(media.duration_ms),
        waveform: Set(media.waveform.clone()),
        preview: Set(media.preview.clone()),
        state: Set(if remote { "remote" } else { "failed" }.to_owned()),
        blob: Set(None),
        thumb: Set(None),
        wanted_at: Set(None),
        created_at: Set(tx.clock().now()),
    }
}
