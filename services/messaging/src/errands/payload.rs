//! What an errand says, as it is stored: it is the same however often it is tried. No I/O.

use contracts::channels::{Action, Entity, MediaKind, OutgoingFile};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A file that is to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentFile {
    pub message_id: Uuid,
    pub blob: String,
    pub random_id: i64,
    pub kind: MediaKind,
    pub file_name: String,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
}

/// What is to be done, in the words of this service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Payload {
    Send { random_id: i64, text: String, entities: Vec<Entity>, reply_to: Option<i64>, files: Vec<SentFile> },
    Edit { external_id: i64, text: String, entities: Vec<Entity> },
    Delete { external_ids: Vec<i64> },
    Read { until: i64 },
    React { external_id: i64, emoji: Option<String> },
}

impl Payload {
    /// The word for it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Send { .. } => "send",
            Self::Edit { .. } => "edit",
            Self::Delete { .. } => "delete",
            Self::Read { .. } => "read",
            Self::React { .. } => "react",
        }
    }
}

impl From<SentFile> for OutgoingFile {
    fn from(file: SentFile) -> Self {
        Self {
            blob: file.blob,
            random_id: file.random_id,
            kind: file.kind,
            file_name: file.file_name,
            mime_type: file.mime_type,
            size_bytes: file.size_bytes,
            width: file.width,
            height: file.height,
            duration_ms: None,
            waveform: None,
        }
    }
}

impl From<Payload> for Action {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::Send { random_id, text, entities, reply_to, files } => {
                let files = files.into_iter().map(Into::into).collect();
                Self::Send { random_id, text, entities, reply_to, files }
            }
            Payload::Edit { external_id, text, entities } => Self::Edit { message_id: external_id, text, entities },
            Payload::Delete { external_ids } => Self::Delete { message_ids: external_ids },
            Payload::Read { until } => Self::Read { until },
            Payload::React { external_id, emoji } => Self::React { message_id: external_id, emoji },
        }
    }
}
