//! A message, its text and its files.

use std::pin::Pin;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::io::AsyncRead;

use super::Peer;

/// A message as the account sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub chat_id: i64,
    /// Unique in its chat; grows with time.
    pub id: i64,
    /// Whether the account wrote it.
    pub outgoing: bool,
    pub sender: Option<Peer>,
    pub at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub text: String,
    pub entities: Vec<Entity>,
    pub reply_to: Option<i64>,
    /// The topic of a forum that it is in.
    pub topic_id: Option<i64>,
    pub forwarded_from: Option<ForwardedFrom>,
    /// The same for all pictures of one album.
    pub album_id: Option<i64>,
    pub media: Option<Media>,
    pub reactions: Vec<Reaction>,
    /// What happened, when this tells of it rather than says something: `{"kind": "joined", …}`.
    pub service: Option<Value>,
    /// Ours that it was sent with, where Telegram gives it back.
    pub random_id: Option<i64>,
    /// Whether Telegram sent it for somebody, as a greeting or a note that they are away.
    pub automatic: bool,
}

/// A stretch of a text that is set off. Offset and length count UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// `bold`, `italic`, `underline`, `strike`, `spoiler`, `code`, `pre`, `quote`, `link`, `url`, `email`, `phone`, `mention`, …
    pub kind: String,
    pub offset: u32,
    pub length: u32,
    /// Where a `link` goes; the language of a `pre`; the person of a `mention` without username.
    pub value: Option<String>,
}

/// Where a forwarded message comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardedFrom {
    pub name: String,
    pub peer_id: Option<i64>,
    pub at: DateTime<Utc>,
}

/// How many reacted with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    pub emoji: String,
    pub count: i32,
    pub ours: bool,
}

/// What a file in a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaKind {
    Photo,
    Video,
    /// A video without sound that plays by itself.
    Animation,
    /// A round video.
    VideoNote,
    Voice,
    Audio,
    Sticker,
    File,
}

/// A file in a message, before its bytes are here.
#[derive(Clone, Debug, PartialEq)]
pub struct Media {
    pub kind: MediaKind,
    pub reference: Reference,
    pub file_name: Option<String>,
    pub mime_type: String,
    pub size_bytes: i64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    /// Loudness over time, 0–31 each; at most 100 of them.
    pub waveform: Option<Vec<u8>>,
    /// A few hundred bytes of JPEG to show meanwhile.
    pub preview: Option<Vec<u8>>,
}

/// How the bytes of a file are found again, also after Telegram's own reference has expired: by the message they are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub(crate) dc: i32,
    pub(crate) chat_id: i64,
    pub(crate) message_id: i32,
    pub(crate) size_bytes: i64,
    /// `InputFileLocation` in TL's serialised form.
    pub(crate) location: Vec<u8>,
}

/// These bytes are no reference of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reference to a file")]
pub struct ReferenceDamaged;

const REFERENCE_FORM: u8 = 1;

impl Reference {
    /// As [`Reference::parse`] takes it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![REFERENCE_FORM];
        bytes.extend(self.dc.to_le_bytes());
        bytes.extend(self.chat_id.to_le_bytes());
        bytes.extend(self.message_id.to_le_bytes());
        bytes.extend(self.size_bytes.to_le_bytes());
        bytes.extend(&self.location);
        bytes
    }

    /// # Errors
    /// [`ReferenceDamaged`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ReferenceDamaged> {
        let (&form, rest) = bytes.split_first().ok_or(ReferenceDamaged)?;
        if form != REFERENCE_FORM {
            return Err(ReferenceDamaged);
        }
        let (dc, rest) = rest.split_first_chunk().ok_or(ReferenceDamaged)?;
        let (chat, rest) = rest.split_first_chunk().ok_or(ReferenceDamaged)?;
        let (message, rest) = rest.split_first_chunk().ok_or(ReferenceDamaged)?;
        let (size, location) = rest.split_first_chunk().ok_or(ReferenceDamaged)?;
        Ok(Self {
            dc: i32::from_le_bytes(*dc),
            chat_id: i64::from_le_bytes(*chat),
            message_id: i32::from_le_bytes(*message),
            size_bytes: i64::from_le_bytes(*size),
            location: location.to_vec(),
        })
    }

    pub fn size_bytes(&self) -> i64 {
        self.size_bytes
    }
}

/// A text to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewText {
    /// The same however often it is tried: Telegram then sends it once.
    pub random_id: i64,
    pub text: String,
    pub entities: Vec<Entity>,
    pub reply_to: Option<i64>,
    pub topic_id: Option<i64>,
}

/// A file to be sent; read once, as it is sent.
pub struct NewFile {
    /// As in [`NewText`]: every file of an album has its own.
    pub random_id: i64,
    pub kind: MediaKind,
    pub file_name: String,
    pub mime_type: String,
    pub size_bytes: u64,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub waveform: Option<Vec<u8>>,
    pub content: Pin<Box<dyn AsyncRead + Send>>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_reference_reads_back_as_it_was(dc: i32, chat_id: i64, message_id: i32, size_bytes: i64, location: Vec<u8>) {
            let reference = Reference { dc, chat_id, message_id, size_bytes, location };
            prop_assert_eq!(Reference::parse(&reference.to_bytes()).unwrap(), reference);
        }

        #[test]
        fn other_bytes_are_refused_or_read_but_never_panic(bytes: Vec<u8>) {
            let _ = Reference::parse(&bytes);
        }
    }

    #[test]
    fn a_reference_that_was_cut_short_is_refused() {
        assert_eq!(Reference::parse(&[]), Err(ReferenceDamaged));
        assert_eq!(Reference::parse(&[REFERENCE_FORM, 1, 2]), Err(ReferenceDamaged));
    }
}
