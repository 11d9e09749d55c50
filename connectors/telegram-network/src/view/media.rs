//! What messages carry.

use grammers_tl_types::{enums, types};

use super::blank;
use crate::world::{DocumentKind, Media, Peer, World};

/// The one data centre of this network.
pub(crate) const ATTACHED_DC: i32 = 2;

pub(crate) fn media(world: &World, media: &Media) -> Option<enums::MessageMedia> {
    Some(match media {
        Media::Photo { .. } => {
            let photo = Some(photo(world, media)?);
            types::MessageMediaPhoto { photo, ..blank::media_photo() }.into()
        }
        Media::Document { kind, .. } => types::MessageMediaDocument {
            document: Some(document(world, media)?),
            voice: matches!(kind, DocumentKind::Voice { .. }),
            video: matches!(kind, DocumentKind::Video { .. }),
            round: matches!(kind, DocumentKind::Video { round: true, .. }),
            ..blank::media_document()
        }
        .into(),
        Media::Contact { phone, first_name, last_name, person } => types::MessageMediaContact {
            phone_number: phone.clone(),
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            vcard: String::new(),
            user_id: *person,
        }
        .into(),
        Media::Place { latitude, longitude } => {
            let point = types::GeoPoint { long: *longitude, lat: *latitude, access_hash: 0, accuracy_radius: None };
            types::MessageMediaGeo { geo: point.into() }.into()
        }
    })
}

fn photo(world: &World, media: &Media) -> Option<enums::Photo> {
    let Media::Photo { file, width, height } = media else { return None };
    let record = world.files.get(file)?;
    let size = i32::try_from(record.size_bytes).unwrap_or(i32::MAX);
    Some(
        types::Photo {
            has_stickers: false,
            id: record.id,
            access_hash: file_hash(world, record.id),
            file_reference: file_reference(record.id),
            date: record.created_at,
            sizes: vec![types::PhotoSize { r#type: "x".to_owned(), w: *width, h: *height, size }.into()],
            video_sizes: None,
            dc_id: ATTACHED_DC,
        }
        .into(),
    )
}

fn document(world: &World, media: &Media) -> Option<enums::Document> {
    let Media::Document { file, mime, name, kind } = media else { return None };
    let record = world.files.get(file)?;
    let mut attributes: Vec<enums::DocumentAttribute> = attribute(kind).into_iter().collect();
    if let Some(file_name) = name.clone() {
        attributes.push(types::DocumentAttributeFilename { file_name }.into());
    }
    Some(
        types::Document {
            id: record.id,
            access_hash: file_hash(world, record.id),
            file_reference: file_reference(record.id),
            date: record.created_at,
            mime_type: mime.clone(),
            size: record.size_bytes,
            thumbs: None,
            video_thumbs: None,
            dc_id: ATTACHED_DC,
            attributes,
        }
        .into(),
    )
}

fn attribute(kind: &DocumentKind) -> Option<enums::DocumentAttribute> {
    Some(match kind {
        DocumentKind::File => return None,
        DocumentKind::Image { width, height } => types::DocumentAttributeImageSize { w: *width, h: *height }.into(),
        DocumentKind::Voice { seconds, waveform } => types::DocumentAttributeAudio {
            voice: true,
            duration: *seconds,
            waveform: Some(waveform.clone()),
            ..blank::audio()
        }
        .into(),
        DocumentKind::Audio { seconds, title, performer } => types::DocumentAttributeAudio {
            duration: *seconds,
            title: title.clone(),
            performer: performer.clone(),
            ..blank::audio()
        }
        .into(),
        DocumentKind::Video { seconds, width, height, round } => types::DocumentAttributeVideo {
            round_message: *round,
            supports_streaming: true,
            duration: *seconds,
            w: *width,
            h: *height,
            ..blank::video()
        }
        .into(),
    })
}

/// Voice messages and round videos show whether they were played.
pub(super) fn is_listened_to(media: Option<&Media>) -> bool {
    let Some(Media::Document { kind, .. }) = media else { return false };
    matches!(kind, DocumentKind::Voice { .. } | DocumentKind::Video { round: true, .. })
}

/// What has to be shown to download a file.
pub(crate) fn file_hash(world: &World, file: i64) -> i64 {
    world.access_hash(Peer::User(!file))
}

fn file_reference(file: i64) -> Vec<u8> {
    file.to_be_bytes().to_vec()
}

/// The stored file that is meant by a location of a photo or document, if the hash is right.
pub(crate) fn inner_file(world: &World, location: &enums::InputFileLocation) -> Option<i64> {
    let (file, hash) = match location {
        enums::InputFileLocation::InputDocumentFileLocation(it) => (it.id, it.access_hash),
        enums::InputFileLocation::InputPhotoFileLocation(it) => (it.id, it.access_hash),
        _ => return None,
    };
    (world.files.contains_key(&file) && file_hash(world, file) == hash).then_some(file)
}
