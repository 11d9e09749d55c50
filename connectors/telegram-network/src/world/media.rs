//! What a message can carry beside text, and what is known of a stored file.

use serde::{Deserialize, Serialize};

/// What a message carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Media {
    Photo {
        file: i64,
        width: i32,
        height: i32,
    },
    Document {
        file: i64,
        mime: String,
        name: Option<String>,
        #[serde(flatten)]
        kind: DocumentKind,
    },
    Contact {
        phone: String,
        first_name: String,
        last_name: String,
        person: i64,
    },
    Place {
        latitude: f64,
        longitude: f64,
    },
}

/// What a document is played as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DocumentKind {
    File,
    Image { width: i32, height: i32 },
    Voice { seconds: i32, waveform: Vec<u8> },
    Audio { seconds: i32, title: Option<String>, performer: Option<String> },
    Video { seconds: f64, width: i32, height: i32, round: bool },
}

impl Media {
    /// The number of the stored file.
    pub fn file(&self) -> Option<i64> {
        match self {
            Self::Photo { file, .. } | Self::Document { file, .. } => Some(*file),
            Self::Contact { .. } | Self::Place { .. } => None,
        }
    }
}

/// A file that was uploaded. Its bytes are in the file store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRecord {
    pub id: i64,
    pub size_bytes: i64,
    pub created_at: i32,
}
