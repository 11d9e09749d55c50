//! Looking at an export, taking it in, taking it back.

use db::Sql;
use std::{
    collections::{HashMap, HashSet},
    io::Read,
};

use axum::body::Body;
use bytes::{Buf, Bytes};
use contracts::{
    channels::ChatKind,
    events::{CHAT_IMPORT_STARTED, ChatImportStarted},
    permissions::CHATS_IMPORT,
    ports::PortError,
};
use events::NewEvent;
use futures_util::{StreamExt, TryStreamExt};
use jobs::NewJob;
use kernel::{Scope, values::Line};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    export::{self, ExportedChat, ExportedMessage, Sink},
    files::{self, Zip},
    read, run,
    store::{self, ChosenChat, FoundChat, Plan, Row},
};
use crate::{
    Error, Messaging,
    media::{files::Pieces, held},
    reach,
};

/// The largest export, in bytes: a zip with what people have sent each other.
const MAX_BYTES: u64 = 8 * 1024 * 1024 * 1024;
/// Most chats that are taken in at once.
const MAX_CHATS: usize = 5_000;

/// Bytes that come piece by piece, for who reads and waits.
pub(super) struct Pipe {
    pieces: mpsc::Receiver<Bytes>,
    now: Bytes,
}

impl Pipe {
    /// A pipe, and what fills it.
    pub(super) fn new(mut pieces: Pieces) -> (Self, impl Future<Output = Result<(), PortError>> + Send) {
        let (sender, receiver) = mpsc::channel(4);
        let fill = async move {
            while let Some(piece) = pieces.next().await {
                if sender.send(piece?).await.is_err() {
                    break;
                }
            }
            Ok(())
        };
        (Self { pieces: receiver, now: Bytes::new() }, fill)
    }
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while self.now.is_empty() {
            match self.pieces.blocking_recv() {
                Some(piece) => self.now = piece,
                None => return Ok(0),
            }
        }
        let length = into.len().min(self.now.len());
        self.now.copy_to_slice(&mut into[..length]);
        Ok(length)
    }
}

/// What is in an export.
#[derive(Default)]
struct Preview {
    owner: Option<i64>,
    now: Option<(i64, ChatKind)>,
    chats: Vec<FoundChat>,
    people: HashSet<i64>,
}

impl Sink for Preview {
    fn owner(&mut self, user: i64) {
        self.owner = Some(user);
    }

    fn chat(&mut self, chat: ExportedChat) -> bool {
        self.people.clear();
        self.now = read::chat(&chat).map(|(kind, id)| (id, kind));
        if let Some((id, kind)) = self.now {
            let kind = serde_json::to_value(kind).unwrap_or_default();
            let kind = kind.as_str().unwrap_or_default().to_owned();
            self.chats.push(FoundChat { id: id.to_string(), title: chat.name, kind, ..FoundChat::default() });
        }
        self.now.is_some()
    }

    fn message(&mut self, message: ExportedMessage) -> Result<(), String> {
        let (Some(chat), Some(found)) = (self.now, self.chats.last_mut()) else { return Ok(()) };
        let Some(seen) = read::message(chat, self.owner, message) else { return Ok(()) };
        found.messages += 1;
        found.from = Some(found.from.map_or(seen.at, |from| from.min(seen.at)));
        found.to = Some(found.to.map_or(seen.at, |to| to.max(seen.at)));
        if let Some(sender) = seen.sender
            && self.people.insert(sender.id)
        {
            found.people += 1;
        }
        Ok(())
    }
}

/// Reads a file that is kept; of a zip, the export in it.
pub(super) async fn read_with<S: Sink + Send + 'static>(
    service: &Messaging,
    scope: &Scope,
    (blob, size): (&str, i64),
    zip: Option<Zip>,
    mut sink: S,
) -> Result<Result<S, String>, Error> {
    if let Some(zip) = zip {
        let reading = tokio::task::spawn_blocking(move || {
            let mut archive = zip.archive().map_err(|error| error.to_string())?;
            let export = archive.export().map_err(|error| error.to_string())?;
            export::read(export, &mut sink).map_err(|error| error.to_string())?;
            Ok(sink)
        });
        return reading.await.map_err(|error| Error::Port(error.into()));
    }
    let files = service.files.as_ref().ok_or(Error::NoBlobs)?;
    let pieces = files.open(scope.org_id, blob, 0..u64::try_from(size).unwrap_or_default()).await?;
    let (pipe, fill) = Pipe::new(pieces);
    let reading = tokio::task::spawn_blocking(move || match export::read(pipe, &mut sink) {
        Ok(()) => Ok(sink),
        Err(error) => Err(error.to_string()),
    });
    let (filled, read) = tokio::join!(fill, reading);
    filled.map_err(Error::Port)?;
    read.map_err(|error| Error::Port(error.into()))
}

/// Keeps an export and looks at it.
///
/// # Errors
/// [`Error::TooLarge`]; [`Error::Invalid`] for what is no export; [`Error::NoBlobs`].
pub async fn upload(service: &Messaging, scope: &Scope, name: &str, body: Body) -> Result<Row, Error> {
    scope.require(CHATS_IMPORT)?;
    let me = Messaging::me(scope)?;
    let mut refused = kernel::Fields::default();
    let name = refused.take("fileName", Line::<255>::parse(name)).map(Line::into_string);
    let name = refused.finish(|| name.unwrap_or_default())?;
    let store = service.files.as_ref().ok_or(Error::NoBlobs)?;
    let pieces = body.into_data_stream().map_err(PortError::from).boxed();
    let kept = store.keep(scope.org_id, pieces, MAX_BYTES).await?;
    let size = i64::try_from(kept.size_bytes).unwrap_or(i64::MAX);
    let zip = files::fetch(service, scope, (&kept.key, kept.size_bytes)).await?;
    let with_files = match zip.clone() {
        Some(zip) => tokio::task::spawn_blocking(move || zip.archive().map(|archive| archive.files()))
            .await
            .map_err(|error| Error::Port(error.into()))??,
        None => 0,
    };
    let read = read_with(service, scope, (&kept.key, size), zip, Preview::default()).await?;
    let mut chats = read.map_err(|_| Error::field("", "chat_import.no_export"))?.chats;
    chats.retain(|chat| chat.messages > 0);
    if chats.is_empty() || chats.len() > MAX_CHATS {
        return Err(Error::field("", "chat_import.no_export"));
    }
    name_contacts(service, scope, &mut chats).await?;
    let tx = service.db.begin(scope).await?;
    let id = tx.clock().new_id();
    store::insert(&tx, scope, (id, me), (&name, &kept.key, size), (&chats, with_files)).await?;
    held::hold(&tx, scope, &[&kept.key]).await?;
    tx.commit().await?;
    store::get(&service.db.reader(scope), scope, id).await
}

#[derive(FromQueryResult)]
struct Known {
    external_id: String,
    contact_id: Option<Uuid>,
}

/// Those of these contacts that are within reach.
async fn within(
    service: &Messaging,
    scope: &Scope,
    contacts: impl IntoIterator<Item = Uuid>,
) -> Result<HashSet<Uuid>, Error> {
    match crate::unique(contacts) {
        ids if ids.is_empty() => Ok(HashSet::new()),
        ids => service.clients.contacts_within(scope, &ids).await.map_err(Error::Port),
    }
}

/// The contacts that accounts know chats as, as far as both are within reach.
async fn name_contacts(service: &Messaging, scope: &Scope, chats: &mut [FoundChat]) -> Result<(), Error> {
    let readable = service.readable(scope).await?;
    for chats in chats.chunks_mut(500) {
        let mut sql = Sql::new("select c.external_id, c.contact_id from chats c where c.org_id = ");
        sql.bind(scope.org_id.0).add(" and c.kind = 'private' and c.contact_id is not null and c.external_id in ");
        sql.list(chats.iter().map(|chat| chat.id.as_str()));
        readable.narrow(&mut sql);
        let mut known: Vec<Known> = sql.all(&service.db.reader(scope)).await?;
        // Only what the import may then be started with.
        let within = within(service, scope, known.iter().filter_map(|row| row.contact_id)).await?;
        known.retain(|row| row.contact_id.is_some_and(|id| within.contains(&id)));
        let known: HashMap<String, Option<Uuid>> =
            known.into_iter().map(|row| (row.external_id, row.contact_id)).collect();
        for chat in chats {
            chat.contact_id = known.get(&chat.id).copied().flatten();
        }
    }
    Ok(())
}

/// One import.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    scope.require(CHATS_IMPORT)?;
    store::get(&service.db.reader(scope), scope, id).await
}

/// Takes chats of an export in, as the history of an account.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`]; [`Error::Invalid`].
pub async fn start(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    account: Uuid,
    chosen: Vec<ChosenChat>,
) -> Result<Row, Error> {
    scope.require(CHATS_IMPORT)?;
    let row = store::get(&service.db.reader(scope), scope, id).await?;
    let is_known = service.account_names(scope, [account]).await?.contains_key(&account);
    if !is_known || !reach::includes(&service.writable(scope).await?, account) {
        return Err(Error::field("accountId", "reference.unknown"));
    }
    let found: HashSet<String> = row.chats().into_iter().map(|chat| chat.id).collect();
    let unknown = chosen.iter().position(|chat| !found.contains(&chat.id));
    if let Some(index) = unknown {
        return Err(Error::field(&format!("chats[{index}].id"), "reference.unknown"));
    }
    if chosen.is_empty() {
        return Err(Error::field("chats", "field.required"));
    }
    let within = within(service, scope, chosen.iter().filter_map(|chat| chat.contact_id)).await?;
    if chosen.iter().filter_map(|chat| chat.contact_id).any(|id| !within.contains(&id)) {
        return Err(Error::field("chats", "reference.unknown"));
    }
    let known = known(service, scope, account, &chosen).await?;
    let ids: HashSet<&str> = chosen.iter().map(|chat| chat.id.as_str()).collect();
    let total: u64 = row.chats().iter().filter(|chat| ids.contains(chat.id.as_str())).map(|chat| chat.messages).sum();
    let count = chosen.len() as u64;
    let tx = service.db.begin(scope).await?;
    if !store::turn(&tx, scope, id, &["ready"], ("running", None)).await? {
        return Err(Error::State("chat_import.not_ready"));
    }
    let mut sql = Sql::new("update chat_imports set account_id = ");
    sql.bind(account).add(", messages_total = ").bind(i64::try_from(total).unwrap_or(i64::MAX));
    sql.add(", plan = ").bind(json!(Plan { chats: chosen, known }));
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    let told = ChatImportStarted { account_id: account, chats: count };
    events::append(&tx, [NewEvent::of(CHAT_IMPORT_STARTED, run::SUBJECT, id, json!(told))]).await?;
    let job = NewJob { kind: run::KIND, payload: json!({ "id": id }), max_attempts: 10 };
    jobs::enqueue(&tx, job).await?;
    tx.commit().await?;
    store::get(&service.db.reader(scope), scope, id).await
}

async fn known(service: &Messaging, scope: &Scope, account: Uuid, chosen: &[ChosenChat]) -> Result<Vec<String>, Error> {
    let mut known = Vec::new();
    for chats in chosen.chunks(500) {
        let mut sql = Sql::new("select external_id, contact_id from chats where org_id = ");
        sql.bind(scope.org_id.0).with(" and source_id = ? and external_id in ", [account.into()]);
        sql.list(chats.iter().map(|chat| chat.id.as_str()));
        let rows: Vec<Known> = sql.all(&service.db.reader(scope)).await?;
        known.extend(rows.into_iter().map(|row| row.external_id));
    }
    Ok(known)
}

/// Takes an import back: what it brought is removed.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`].
pub async fn revert(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Row, Error> {
    scope.require(CHATS_IMPORT)?;
    store::get(&service.db.reader(scope), scope, id).await?;
    let tx = service.db.begin(scope).await?;
    if !store::turn(&tx, scope, id, &["completed", "failed"], ("reverting", None)).await? {
        return Err(Error::State("chat_import.not_done"));
    }
    let payload: Value = json!({ "id": id });
    jobs::enqueue(&tx, NewJob { kind: run::REVERT, payload, max_attempts: 10 }).await?;
    tx.commit().await?;
    store::get(&service.db.reader(scope), scope, id).await
}
