//! The files of an export in a zip, into the store: those of messages that are here without their bytes, whoever brought the
//! messages. The same again finds them there.

use db::Sql;
use std::{
    collections::HashMap,
    fs::File,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use contracts::ports::PortError;
use futures_util::{StreamExt, stream};
use kernel::Scope;
use sea_orm::FromQueryResult;
use tempfile::NamedTempFile;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    archive::{Archive, BEGINS, LIMITS, Refused},
    commands::Pipe,
};
use crate::{
    Error, Messaging,
    media::{
        held,
        sniff::{self, sniff},
        thumbs::{self, Thumb},
    },
};

/// Files of one transaction.
const AT_ONCE: usize = 50;

/// A zip that lies in a file of its own, as long as somebody has it.
#[derive(Clone)]
pub struct Zip(Arc<NamedTempFile>);

impl Zip {
    /// # Errors
    /// [`Refused`].
    pub fn archive(&self) -> Result<Archive<File>, Refused> {
        Archive::open(self.0.reopen().map_err(|_| Refused::Damaged)?, LIMITS)
    }
}

/// A kept upload as a zip; none for what is no zip.
///
/// # Errors
/// When the store is away, or there is no room.
pub async fn fetch(service: &Messaging, scope: &Scope, (blob, size): (&str, u64)) -> Result<Option<Zip>, Error> {
    let files = service.files.as_ref().ok_or(Error::NoBlobs)?;
    let begins = BEGINS.len() as u64;
    let mut head = files.open(scope.org_id, blob, 0..size.min(begins)).await?;
    let mut first = BytesMut::new();
    while let Some(piece) = head.next().await {
        first.extend_from_slice(&piece.map_err(Error::Port)?);
    }
    if *first != *BEGINS {
        return Ok(None);
    }
    let (mut pipe, fill) = Pipe::new(files.open(scope.org_id, blob, 0..size).await?);
    let writing = tokio::task::spawn_blocking(move || {
        let mut file = NamedTempFile::new()?;
        std::io::copy(&mut pipe, &mut file)?;
        Ok::<_, std::io::Error>(file)
    });
    let (filled, written) = tokio::join!(fill, writing);
    filled.map_err(Error::Port)?;
    let file = written.map_err(|error| Error::Port(error.into()))?.map_err(|error| Error::Port(error.into()))?;
    Ok(Some(Zip(Arc::new(file))))
}

/// A file that is in the store.
#[derive(Clone)]
struct Kept {
    blob: String,
    size_bytes: i64,
    mime_type: &'static str,
    thumb: Option<Thumb>,
}

/// What of an archive is in the store so far.
pub struct Bringing {
    archive: Arc<Mutex<Archive<File>>>,
    /// By entry.
    kept: HashMap<usize, Option<Kept>>,
}

#[derive(FromQueryResult)]
struct Wanting {
    id: Uuid,
    place: i64,
    mime_type: String,
}

impl Bringing {
    #[must_use]
    pub fn of(archive: Archive<File>) -> Self {
        Self { archive: Arc::new(Mutex::new(archive)), kept: HashMap::new() }
    }

    /// Brings the files of messages of a chat, by what the channel calls these; gives how many were wanting.
    ///
    /// # Errors
    /// When the database or the store is away; [`Error::TooLarge`] for an archive that holds more than it may.
    pub async fn bring(
        &mut self,
        service: &Messaging,
        scope: &Scope,
        (account, chat): (Uuid, i64),
        named: &[(i64, String)],
    ) -> Result<i64, Error> {
        let paths: HashMap<i64, &str> = named.iter().map(|(id, path)| (*id, path.as_str())).collect();
        let mut brought = 0;
        for wanting in wanting(service, scope, (account, chat), named).await?.chunks(AT_ONCE) {
            let mut files = Vec::new();
            for one in wanting {
                let Some(path) = paths.get(&one.place) else { continue };
                files.extend(self.keep(service, scope, path).await?.map(|kept| (one, kept)));
            }
            note(service, scope, &files).await?;
            brought += i64::try_from(files.len()).unwrap_or_default();
        }
        Ok(brought)
    }

    /// Keeps what a name of the export names; none for what is not in the archive, or damaged.
    async fn keep(&mut self, service: &Messaging, scope: &Scope, path: &str) -> Result<Option<Kept>, Error> {
        let found = self.archive.lock().unwrap_or_else(PoisonError::into_inner).find(path);
        let Some(entry) = found else { return Ok(None) };
        if let Some(known) = self.kept.get(&entry) {
            return Ok(known.clone());
        }
        let kept = self.unpack(service, scope, entry).await?;
        self.kept.insert(entry, kept.clone());
        Ok(kept)
    }

    async fn unpack(&self, service: &Messaging, scope: &Scope, entry: usize) -> Result<Option<Kept>, Error> {
        let files = service.files.as_ref().ok_or(Error::NoBlobs)?;
        let (sender, mut pieces) = mpsc::channel::<Result<Bytes, PortError>>(4);
        let archive = Arc::clone(&self.archive);
        let reading = tokio::task::spawn_blocking(move || {
            let mut archive = archive.lock().unwrap_or_else(PoisonError::into_inner);
            let read = archive.read(entry, |piece| sender.blocking_send(Ok(piece)).is_ok());
            if let Err(refused) = &read {
                // What came so far is not kept.
                let _ = sender.blocking_send(Err(refused.to_string().into()));
            }
            read
        });
        let mut head = BytesMut::new();
        let mut failed = None;
        while head.len() < sniff::ENOUGH {
            match pieces.recv().await {
                Some(Ok(piece)) => head.extend_from_slice(&piece),
                Some(Err(error)) => failed = Some(error),
                None => break,
            }
        }
        let head = head.freeze();
        let mime_type = sniff(&head).mime_type;
        let rest = stream::poll_fn(move |context| pieces.poll_recv(context));
        let all = stream::iter([Ok(head)]).chain(stream::iter(failed.map(Err))).chain(rest).boxed();
        let kept = files.keep(scope.org_id, all, LIMITS.file_bytes).await;
        match reading.await.map_err(|error| Error::Port(error.into()))? {
            // Where the store took no more, it says why.
            Ok(()) | Err(Refused::Unwanted) => {}
            Err(Refused::TooLarge) => return Err(Error::TooLarge),
            Err(refused @ (Refused::Damaged | Refused::NoExport)) => {
                tracing::info!(%refused, "a file of an export is left out");
                return Ok(None);
            }
        }
        let kept = kept?;
        let thumb = thumbs::keep(service, scope, &kept.key, mime_type).await?;
        let size_bytes = i64::try_from(kept.size_bytes).unwrap_or(i64::MAX);
        Ok(Some(Kept { blob: kept.key, size_bytes, mime_type, thumb }))
    }
}

/// Files of these messages whose bytes are not here.
async fn wanting(
    service: &Messaging,
    scope: &Scope,
    (account, chat): (Uuid, i64),
    named: &[(i64, String)],
) -> Result<Vec<Wanting>, Error> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("select f.id, m.place, f.mime_type from chats c join messages m on m.org_id = c.org_id ");
    sql.add("and m.chat_id = c.id join media f on f.org_id = m.org_id and f.message_id = m.id where c.org_id = ");
    sql.bind(scope.org_id.0);
    sql.with(" and c.source_id = ? and c.external_id = ?", [account.into(), chat.to_string().into()]);
    sql.add(" and f.blob is null and m.place in ").list(named.iter().map(|(id, _)| *id)).add(" order by m.place, f.id");
    Ok(sql.all(&service.db.reader(scope)).await?)
}

/// Notes that files are here.
async fn note(service: &Messaging, scope: &Scope, files: &[(&Wanting, Kept)]) -> Result<(), Error> {
    if files.is_empty() {
        return Ok(());
    }
    let tx = service.db.begin(scope).await?;
    for (wanting, kept) in files {
        let thumb = kept.thumb.as_ref();
        let known = if kept.mime_type == sniff::UNKNOWN { wanting.mime_type.as_str() } else { kept.mime_type };
        let mut sql = Sql::new("update media set state = 'ready', blob = ");
        sql.bind(kept.blob.as_str()).add(", thumb = ").bind(thumb.map(|thumb| thumb.key.clone()));
        sql.add(", mime_type = ").bind(known).add(", size_bytes = ").bind(kept.size_bytes);
        sql.with(
            ", width = coalesce(width, ?), height = coalesce(height, ?)",
            [thumb.map(|thumb| thumb.width).into(), thumb.map(|thumb| thumb.height).into()],
        );
        sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ? and blob is null", [wanting.id.into()]);
        sql.run(&tx).await?;
    }
    let thumbs = files.iter().filter_map(|(_, kept)| kept.thumb.as_ref().map(|thumb| thumb.key.as_str()));
    let blobs: Vec<&str> = files.iter().map(|(_, kept)| kept.blob.as_str()).chain(thumbs).collect();
    held::hold(&tx, scope, &blobs).await?;
    Ok(tx.commit().await?)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::TooLarge => Self::TooLarge,
            Refused::NoExport | Refused::Damaged | Refused::Unwanted => Self::field("", "chat_import.no_export"),
        }
    }
}
