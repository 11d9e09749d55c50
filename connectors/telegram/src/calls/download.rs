//! Files on their way down, piece by piece.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use grammers_tl_types::{Deserializable, enums, functions as f};

use crate::connection::Connection;
use crate::plain::Reference;
use crate::refused::Refused;

const PIECE_BYTES: u32 = 512 * 1024;
/// Data centres a file may be looked for in, and references it may have had, before it is given up.
const DETOURS_MOST: u32 = 4;

/// A file that is being fetched.
pub struct Download {
    connection: Arc<Connection>,
    reference: Reference,
    offset: u64,
    over: bool,
}

impl Connection {
    /// Fetches a file from `offset` on.
    pub fn download(self: &Arc<Self>, reference: Reference, offset: u64) -> Download {
        Download { connection: Arc::clone(self), reference, offset, over: false }
    }
}

impl Download {
    /// The next piece; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Refused> {
        if self.over {
            return Ok(None);
        }
        // Telegram gives only pieces that start at whole multiples.
        let from = self.offset - self.offset % u64::from(PIECE_BYTES);
        let piece = self.piece(from).await?;
        self.over = piece.len() < PIECE_BYTES as usize;
        let piece = piece.slice(usize::try_from(self.offset - from).map_or(piece.len(), |at| at.min(piece.len()))..);
        self.offset = from + u64::from(PIECE_BYTES);
        Ok((!piece.is_empty()).then_some(piece))
    }

    /// As a stream, which ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, Refused>> + Send {
        unfold(Some(self), |download| async {
            let mut download = download?;
            match download.next().await {
                Ok(Some(piece)) => Some((Ok(piece), Some(download))),
                Ok(None) => None,
                Err(refused) => Some((Err(refused), None)),
            }
        })
    }

    async fn piece(&mut self, offset: u64) -> Result<Bytes, Refused> {
        let mut detours = 0;
        loop {
            let refused = match self.ask(offset).await {
                Ok(piece) => return Ok(piece),
                Err(refused) => refused,
            };
            detours += 1;
            if detours > DETOURS_MOST {
                return Err(refused);
            }
            let Refused::Other { name, .. } = &refused else { return Err(refused) };
            if let Some(dc) = name.strip_prefix("FILE_MIGRATE_").and_then(|dc| dc.parse().ok()) {
                self.reference.dc = dc;
            } else if name.starts_with("FILE_REFERENCE_") || name == "FILE_ID_INVALID" || name == "LOCATION_INVALID" {
                self.refresh().await?;
            } else {
                return Err(refused);
            }
        }
    }

    async fn ask(&self, offset: u64) -> Result<Bytes, Refused> {
        let location = enums::InputFileLocation::from_bytes(&self.reference.location);
        let request = f::upload::GetFile {
            precise: false,
            cdn_supported: false,
            location: location.map_err(|_| Refused::MessageGone)?,
            offset: i64::try_from(offset).map_err(|_| Refused::TooLarge)?,
            limit: i32::try_from(PIECE_BYTES).unwrap_or(i32::MAX),
        };
        let dc = self.reference.dc;
        let line = self.connection.line_to(dc).await?;
        let dc = if dc == 0 { line.session().dc() } else { dc };
        match line.ask_at(dc, &request).await? {
            enums::upload::File::File(file) => Ok(file.bytes.into()),
            // Said to be for clients that ask for it only.
            enums::upload::File::CdnRedirect(_) => Err(Refused::Other { code: 0, name: "FILE_ELSEWHERE".to_owned() }),
        }
    }

    /// Telegram's references to files expire; the message gives a new one.
    async fn refresh(&mut self) -> Result<(), Refused> {
        let Reference { chat_id, message_id, .. } = self.reference;
        let found = self.connection.messages(chat_id, &[message_id.into()]).await?;
        let media = found.into_iter().find_map(|message| message.media).ok_or(Refused::MessageGone)?;
        self.reference = media.reference;
        Ok(())
    }
}
