//! What clients attach: an upload that becomes a file, or a file that is here already.

use grammers_tl_types::enums;

use super::{Answer, Call, Refusal, bad};
use crate::{
    picture,
    view::inner_file,
    world::{DocumentKind, Fact, FileRecord, Media},
};

impl Call<'_> {
    pub(super) fn media(&mut self, input: &enums::InputMedia) -> Answer<Media> {
        match input {
            enums::InputMedia::UploadedPhoto(it) => {
                let (file, bytes) = self.upload(&it.file)?;
                let (width, height) = bytes.as_deref().and_then(picture::size).unwrap_or((800, 600));
                Ok(Media::Photo { file, width, height })
            }
            enums::InputMedia::UploadedDocument(it) => {
                let (file, _) = self.upload(&it.file)?;
                let name = file_name(&it.attributes);
                Ok(Media::Document { file, mime: it.mime_type.clone(), name, kind: kind(&it.attributes) })
            }
            enums::InputMedia::Photo(it) => match &it.id {
                enums::InputPhoto::Photo(photo) => self.known(photo.id, photo.access_hash),
                enums::InputPhoto::Empty => Err(bad("PHOTO_INVALID")),
            },
            enums::InputMedia::Document(it) => match &it.id {
                enums::InputDocument::Document(document) => self.known(document.id, document.access_hash),
                enums::InputDocument::Empty => Err(bad("DOCUMENT_INVALID")),
            },
            enums::InputMedia::Contact(it) => {
                let phone = super::login::digits(&it.phone_number);
                let person = self.core.world.find_phone(&phone).map_or(0, |person| person.id);
                let (first_name, last_name) = (it.first_name.clone(), it.last_name.clone());
                Ok(Media::Contact { phone: it.phone_number.clone(), first_name, last_name, person })
            }
            enums::InputMedia::GeoPoint(it) => match &it.geo_point {
                enums::InputGeoPoint::Point(at) => Ok(Media::Place { latitude: at.lat, longitude: at.long }),
                enums::InputGeoPoint::Empty => Err(bad("MEDIA_INVALID")),
            },
            _ => Err(bad("MEDIA_INVALID")),
        }
    }

    /// A file that some message, or an upload of its own, made before.
    fn known(&self, id: i64, access_hash: i64) -> Answer<Media> {
        let world = &self.core.world;
        let file_reference = id.to_be_bytes().to_vec();
        let location = grammers_tl_types::types::InputDocumentFileLocation {
            id,
            access_hash,
            file_reference,
            thumb_size: String::new(),
        };
        let file = inner_file(world, &location.into()).ok_or(bad("MEDIA_EMPTY"))?;
        self.core.files.media(file).or_else(|| world.find_media(file)).ok_or(bad("MEDIA_EMPTY"))
    }

    /// The file that an upload became, and its bytes if that was now.
    fn upload(&mut self, input: &enums::InputFile) -> Answer<(i64, Option<Vec<u8>>)> {
        let (upload, parts) = match input {
            enums::InputFile::File(it) => (it.id, it.parts),
            enums::InputFile::Big(it) => (it.id, it.parts),
            enums::InputFile::StoryDocument(_) => return Err(bad("FILE_PARTS_INVALID")),
        };
        if let Some(file) = self.core.files.finished(self.me, upload) {
            return Ok((file, None));
        }
        let bytes = self.core.files.take_upload(self.me, upload, parts).ok_or(bad("FILE_PARTS_INVALID"))?;
        let file = self.core.keep_file(bytes.clone())?;
        self.core.files.finish(self.me, upload, file);
        Ok((file, Some(bytes)))
    }
}

impl crate::core::Core {
    /// Stores a file; gives its number.
    pub(crate) fn keep_file(&mut self, bytes: Vec<u8>) -> Answer<i64> {
        let id = self.world.next_file();
        let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        if let Err(error) = self.files.put(id, bytes) {
            tracing::error!(%error, "a file could not be stored");
            return Err(Refusal::new(500, "FILE_WRITE_FAILED"));
        }
        let created_at = self.now();
        self.commit(Fact::File { file: FileRecord { id, size_bytes, created_at } }, None);
        Ok(id)
    }
}

fn file_name(attributes: &[enums::DocumentAttribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match attribute {
        enums::DocumentAttribute::Filename(it) => Some(it.file_name.clone()),
        _ => None,
    })
}

fn kind(attributes: &[enums::DocumentAttribute]) -> DocumentKind {
    let found = attributes.iter().find_map(|attribute| match attribute {
        enums::DocumentAttribute::Audio(it) if it.voice => {
            let waveform = it.waveform.clone().unwrap_or_default();
            Some(DocumentKind::Voice { seconds: it.duration, waveform })
        }
        enums::DocumentAttribute::Audio(it) => {
            Some(DocumentKind::Audio { seconds: it.duration, title: it.title.clone(), performer: it.performer.clone() })
        }
        enums::DocumentAttribute::Video(it) => {
            Some(DocumentKind::Video { seconds: it.duration, width: it.w, height: it.h, round: it.round_message })
        }
        enums::DocumentAttribute::ImageSize(it) => Some(DocumentKind::Image { width: it.w, height: it.h }),
        _ => None,
    });
    found.unwrap_or(DocumentKind::File)
}
