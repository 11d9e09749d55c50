//! Files in messages. Where the bytes are is packed into the reference, with the message to ask again by.

use grammers_tl_types::enums::{Document, DocumentAttribute as Attribute, MessageMedia, Photo, PhotoSize};
use grammers_tl_types::{Serializable, types};

use super::{preview, waveform};
use crate::plain::{Media, MediaKind, Reference};

/// The message that a file is in.
#[derive(Clone, Copy)]
pub(crate) struct At {
    pub chat_id: i64,
    pub message_id: i32,
}

pub(crate) fn plain(media: &MessageMedia, at: At) -> Option<Media> {
    match media {
        MessageMedia::Photo(media) => photo(media.photo.as_ref()?, at),
        MessageMedia::Document(media) => {
            let Document::Document(file) = media.document.as_ref()? else { return None };
            Some(document(file, media, at))
        }
        _ => None,
    }
}

fn photo(photo: &Photo, at: At) -> Option<Media> {
    let Photo::Photo(photo) = photo else { return None };
    let (letter, width, height, size_bytes) = photo.sizes.iter().filter_map(dimensions).max_by_key(|size| size.3)?;
    let location = types::InputPhotoFileLocation {
        id: photo.id,
        access_hash: photo.access_hash,
        file_reference: photo.file_reference.clone(),
        thumb_size: letter.to_owned(),
    };
    let location = grammers_tl_types::enums::InputFileLocation::from(location).to_bytes();
    Some(Media {
        kind: MediaKind::Photo,
        reference: reference(photo.dc_id, at, size_bytes, location),
        file_name: None,
        mime_type: "image/jpeg".to_owned(),
        size_bytes,
        width: Some(width),
        height: Some(height),
        duration_ms: None,
        waveform: None,
        preview: preview::jpeg(&photo.sizes),
    })
}

fn dimensions(size: &PhotoSize) -> Option<(&str, i32, i32, i64)> {
    match size {
        PhotoSize::Size(size) => Some((&size.r#type, size.w, size.h, size.size.into())),
        PhotoSize::Progressive(size) => {
            Some((&size.r#type, size.w, size.h, size.sizes.last().copied().unwrap_or_default().into()))
        }
        PhotoSize::PhotoCachedSize(size) => {
            Some((&size.r#type, size.w, size.h, i64::try_from(size.bytes.len()).unwrap_or_default()))
        }
        _ => None,
    }
}

fn document(file: &types::Document, media: &types::MessageMediaDocument, at: At) -> Media {
    let location = types::InputDocumentFileLocation {
        id: file.id,
        access_hash: file.access_hash,
        file_reference: file.file_reference.clone(),
        thumb_size: String::new(),
    };
    let location = grammers_tl_types::enums::InputFileLocation::from(location).to_bytes();
    let found = Found::of(&file.attributes);
    Media {
        kind: found.kind(media, &file.mime_type),
        reference: reference(file.dc_id, at, file.size, location),
        file_name: found.file_name,
        mime_type: file.mime_type.clone(),
        size_bytes: file.size,
        width: found.width,
        height: found.height,
        duration_ms: found.duration_ms,
        waveform: found.waveform,
        preview: file.thumbs.as_deref().and_then(preview::jpeg),
    }
}

fn reference(dc: i32, at: At, size_bytes: i64, location: Vec<u8>) -> Reference {
    Reference { dc, chat_id: at.chat_id, message_id: at.message_id, size_bytes, location }
}

/// What the attributes of a document say.
#[derive(Default)]
struct Found {
    file_name: Option<String>,
    width: Option<i32>,
    height: Option<i32>,
    duration_ms: Option<i64>,
    waveform: Option<Vec<u8>>,
    animated: bool,
    sticker: bool,
    video: bool,
    round: bool,
    audio: bool,
    voice: bool,
}

impl Found {
    fn of(attributes: &[Attribute]) -> Self {
        let mut found = Self::default();
        for attribute in attributes {
            found.take(attribute);
        }
        found
    }

    fn take(&mut self, attribute: &Attribute) {
        match attribute {
            Attribute::ImageSize(size) => (self.width, self.height) = (Some(size.w), Some(size.h)),
            Attribute::Animated => self.animated = true,
            Attribute::Sticker(_) | Attribute::CustomEmoji(_) => self.sticker = true,
            Attribute::Video(video) => {
                (self.video, self.round) = (true, video.round_message);
                (self.width, self.height) = (Some(video.w), Some(video.h));
                self.duration_ms = Some(milliseconds(video.duration));
            }
            Attribute::Audio(audio) => {
                (self.audio, self.voice) = (true, audio.voice);
                self.duration_ms = Some(i64::from(audio.duration) * 1000);
                self.waveform = audio.waveform.as_deref().map(waveform::unpacked);
            }
            Attribute::Filename(name) => self.file_name = Some(name.file_name.clone()),
            Attribute::HasStickers => {}
        }
    }

    fn kind(&self, media: &types::MessageMediaDocument, mime_type: &str) -> MediaKind {
        if self.sticker {
            MediaKind::Sticker
        } else if self.voice || media.voice {
            MediaKind::Voice
        } else if self.round || media.round {
            MediaKind::VideoNote
        } else if self.animated {
            MediaKind::Animation
        } else if self.video && mime_type.starts_with("video/") {
            MediaKind::Video
        } else if self.audio {
            MediaKind::Audio
        } else {
            MediaKind::File
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and no video lasts that long")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

/// How Telegram is told what a file is.
pub(crate) fn attributes(file: &crate::plain::NewFile) -> Vec<Attribute> {
    let mut attributes = vec![types::DocumentAttributeFilename { file_name: file.file_name.clone() }.into()];
    let (w, h) = (file.width.unwrap_or_default(), file.height.unwrap_or_default());
    let duration_ms = file.duration_ms.unwrap_or_default();
    match file.kind {
        MediaKind::Video | MediaKind::VideoNote | MediaKind::Animation => {
            attributes.push(video(file, w, h, duration_ms));
            if file.kind == MediaKind::Animation {
                attributes.push(Attribute::Animated);
            }
        }
        MediaKind::Voice | MediaKind::Audio => attributes.push(
            types::DocumentAttributeAudio {
                voice: file.kind == MediaKind::Voice,
                duration: i32::try_from(duration_ms / 1000).unwrap_or_default(),
                title: None,
                performer: None,
                waveform: file.waveform.as_deref().map(waveform::packed),
            }
            .into(),
        ),
        MediaKind::Photo | MediaKind::Sticker | MediaKind::File => {
            if file.width.is_some() && file.height.is_some() {
                attributes.push(types::DocumentAttributeImageSize { w, h }.into());
            }
        }
    }
    attributes
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a video are far below 2^52")]
fn video(file: &crate::plain::NewFile, w: i32, h: i32, duration_ms: i64) -> Attribute {
    types::DocumentAttributeVideo {
        round_message: file.kind == MediaKind::VideoNote,
        supports_streaming: true,
        nosound: file.kind == MediaKind::Animation,
        duration: duration_ms as f64 / 1000.0,
        w,
        h,
        preload_prefix_size: None,
        video_start_ts: None,
        video_codec: None,
    }
    .into()
}
