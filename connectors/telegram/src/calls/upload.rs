//! Files on their way up: read as they are sent, a few parts under way at a time.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use grammers_tl_types::{enums, functions as f, types};
use tokio::io::AsyncReadExt;

use crate::connection::Connection;
use crate::convert::media::attributes;
use crate::plain::{MediaKind, NewFile};
use crate::refused::Refused;

const PART_BYTES: usize = 512 * 1024;
/// Files beyond this go by another call.
const SMALL_MOST_BYTES: u64 = 10 * 1024 * 1024;
/// What Telegram takes of accounts that do not pay: 4 000 parts.
const FILE_MOST_BYTES: u64 = 4_000 * PART_BYTES as u64;
const PARTS_UNDER_WAY: usize = 3;

impl Connection {
    pub(super) async fn upload(&self, mut file: NewFile) -> Result<enums::InputMedia, Refused> {
        let uploaded = self.upload_parts(&mut file).await?;
        if file.kind == MediaKind::Photo {
            let media = types::InputMediaUploadedPhoto {
                spoiler: false,
                live_photo: false,
                file: uploaded,
                stickers: None,
                ttl_seconds: None,
                video: None,
            };
            return Ok(media.into());
        }
        let media = types::InputMediaUploadedDocument {
            nosound_video: file.kind == MediaKind::Animation,
            force_file: file.kind == MediaKind::File,
            spoiler: false,
            file: uploaded,
            thumb: None,
            attributes: attributes(&file),
            mime_type: file.mime_type,
            stickers: None,
            video_cover: None,
            video_timestamp: None,
            ttl_seconds: None,
        };
        Ok(media.into())
    }

    /// An album takes only what Telegram has already.
    pub(super) async fn upload_for_album(
        &self,
        peer: &enums::InputPeer,
        file: NewFile,
    ) -> Result<enums::InputMedia, Refused> {
        let media = self.upload(file).await?;
        let request = f::messages::UploadMedia { business_connection_id: None, peer: peer.clone(), media };
        match self.line.ask(&request).await? {
            enums::MessageMedia::Photo(types::MessageMediaPhoto {
                photo: Some(enums::Photo::Photo(photo)), ..
            }) => {
                let types::Photo { id, access_hash, file_reference, .. } = photo;
                let id = types::InputPhoto { id, access_hash, file_reference }.into();
                let photo =
                    types::InputMediaPhoto { spoiler: false, live_photo: false, id, ttl_seconds: None, video: None };
                Ok(photo.into())
            }
            enums::MessageMedia::Document(types::MessageMediaDocument {
                document: Some(enums::Document::Document(document)),
                ..
            }) => {
                let types::Document { id, access_hash, file_reference, .. } = document;
                let id = types::InputDocument { id, access_hash, file_reference }.into();
                let document = types::InputMediaDocument {
                    spoiler: false,
                    id,
                    video_cover: None,
                    video_timestamp: None,
                    ttl_seconds: None,
                    query: None,
                };
                Ok(document.into())
            }
            _ => Err(Refused::Other { code: 0, name: "MEDIA_NOT_TAKEN".to_owned() }),
        }
    }

    async fn upload_parts(&self, file: &mut NewFile) -> Result<enums::InputFile, Refused> {
        if file.size_bytes > FILE_MOST_BYTES || file.size_bytes == 0 {
            return Err(Refused::TooLarge);
        }
        let big = file.size_bytes > SMALL_MOST_BYTES;
        let parts = i32::try_from(file.size_bytes.div_ceil(PART_BYTES as u64)).map_err(|_| Refused::TooLarge)?;
        let id = self.line.random_id();
        let mut under_way = FuturesUnordered::new();
        for part in 0..parts {
            let bytes = self.read_part(file).await?;
            under_way.push(self.upload_part(id, part, big.then_some(parts), bytes));
            if under_way.len() >= PARTS_UNDER_WAY {
                under_way.next().await.unwrap_or(Ok(()))?;
            }
        }
        while let Some(done) = under_way.next().await {
            done?;
        }
        let name = file.file_name.clone();
        Ok(if big {
            types::InputFileBig { id, parts, name }.into()
        } else {
            types::InputFile { id, parts, name, md5_checksum: String::new() }.into()
        })
    }

    async fn read_part(&self, file: &mut NewFile) -> Result<Vec<u8>, Refused> {
        let mut bytes = Vec::with_capacity(PART_BYTES);
        let mut part = (&mut file.content).take(PART_BYTES as u64);
        let read = part.read_to_end(&mut bytes).await;
        match read {
            Ok(read) if read > 0 => Ok(bytes),
            // The file is shorter than was said, or could not be read.
            _ => Err(Refused::Other { code: 0, name: "FILE_NOT_READ".to_owned() }),
        }
    }

    async fn upload_part(&self, file_id: i64, part: i32, of: Option<i32>, bytes: Vec<u8>) -> Result<(), Refused> {
        let taken = match of {
            Some(file_total_parts) => {
                let request = f::upload::SaveBigFilePart { file_id, file_part: part, file_total_parts, bytes };
                self.line.ask(&request).await?
            }
            None => self.line.ask(&f::upload::SaveFilePart { file_id, file_part: part, bytes }).await?,
        };
        if taken { Ok(()) } else { Err(Refused::Other { code: 0, name: "FILE_PART_NOT_TAKEN".to_owned() }) }
    }
}
