//! Messages that have not gone yet: their rows, and where they stand in their chat.

use chrono::{DateTime, Utc};
use contracts::channels::Entity;
use kernel::Scope;
use sea_orm::{ActiveValue::Set, DbBackend};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Messaging,
    chats::refresh::UNSENT,
    media::uploads::Upload,
    messages::{
        message::{Direction, Source, Status},
        store::{self as messages, entity::ActiveModel},
    },
};

/// A number that the channel knows a message by.
pub(crate) fn random(service: &Messaging) -> i64 {
    let bytes = service.db.clock().secret_bytes();
    i64::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]])
}

/// Where a message stands in its chat that has not gone yet: behind all that have, by the time it is for.
#[must_use]
pub fn unsent_place(at: DateTime<Utc>) -> i64 {
    UNSENT.saturating_add(at.timestamp_micros().max(0))
}

/// A message, or a part of an album.
pub(crate) struct Unsent<'a> {
    pub id: Uuid,
    pub chat: Uuid,
    pub account: Uuid,
    /// Which part of its album.
    pub index: usize,
    /// What the first part says, and the number that it was asked for with.
    pub said: Option<(&'a str, &'a [Entity], Option<Uuid>)>,
    pub reply_to: Option<i64>,
    pub album: Option<i64>,
    pub upload: Option<&'a Upload>,
    /// When it is for.
    pub at: DateTime<Utc>,
    pub scheduled_at: Option<DateTime<Utc>>,
    pub author: Option<Uuid>,
    /// The program that sends it: the word for what it is, and its id.
    pub program: Option<(&'static str, Uuid)>,
}

impl Unsent<'_> {
    pub fn row(self, scope: &Scope, backend: DbBackend) -> ActiveModel {
        let (text, entities, client_id) = self.said.unwrap_or_default();
        let file_name = self.upload.map(|upload| upload.file_name.as_str());
        ActiveModel {
            seq: messages::seq(backend, self.at, self.id),
            id: Set(self.id),
            org_id: Set(scope.org_id.0),
            chat_id: Set(self.chat),
            source_id: Set(self.account),
            external_id: Set(None),
            place: Set(unsent_place(self.at).saturating_add(i64::try_from(self.index).unwrap_or_default())),
            direction: Set(Direction::Out.as_str().to_owned()),
            status: Set(Status::Queued.as_str().to_owned()),
            sender_id: Set(None),
            sender_name: Set(None),
            author_id: Set(self.author),
            search_text: Set(messages::search_text(text, file_name)),
            text: Set(text.to_owned()),
            entities: Set(json!(entities)),
            reply_to: Set(self.reply_to),
            topic_id: Set(None),
            forwarded: Set(None),
            album_id: Set(self.album),
            media_kind: Set(self.upload.map(|upload| upload.kind.clone())),
            reactions: Set(json!([])),
            service: Set(None),
            sent_at: Set(self.at),
            edited_at: Set(None),
            deleted_at: Set(None),
            read_at: Set(None),
            scheduled_at: Set(self.scheduled_at),
            error: Set(None),
            source: Set(Source::Live.as_str().to_owned()),
            import_id: Set(None),
            client_id: Set(client_id),
            program_kind: Set(self.program.map(|(kind, _)| kind.to_owned())),
            program_id: Set(self.program.map(|(_, id)| id)),
            version: Set(1),
        }
    }
}
