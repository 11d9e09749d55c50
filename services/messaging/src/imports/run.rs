//! The jobs of imports. A run that was interrupted begins again: what it had stored is known, and nothing comes twice.

use db::Sql;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use contracts::{
    channels::{ChatKind, Origin, Seen, SeenBatch, SeenChat, SeenMessage},
    events::{
        CHAT_IMPORT_COMPLETED, CHAT_IMPORT_PROGRESS, CHAT_IMPORT_REVERTED, ChatImportCompleted, ChatImportProgress,
    },
};
use events::NewEvent;
use jobs::{Context, JobError, Work};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    archive::Refused,
    commands::read_with,
    export::{ExportedChat, ExportedMessage, Sink},
    files::{self, Bringing, Zip},
    read,
    store::{self, Plan, Row},
};
use crate::{Error, Messaging, chats::refresh, intake::receive, media::held};

pub const KIND: &str = "messaging.run_import";
pub const REVERT: &str = "messaging.revert_import";
/// Messages of one transaction, of as many chats as they are in.
const AT_ONCE: usize = 5_000;
/// Messages that are removed in one.
const REMOVED_AT_ONCE: usize = 500;

/// What imports are called as subjects of events.
pub const SUBJECT: &str = "chat_import";
/// Chunks between two words of progress.
const TOLD_EVERY: i64 = 2;

/// Messages that are stored together, with their chats.
#[derive(Default)]
struct Chunk {
    chats: Vec<SeenChat>,
    messages: Vec<SeenMessage>,
    /// What the export calls the files of messages, by chat.
    files: BTreeMap<i64, Vec<(i64, String)>>,
}

/// Cuts an export into chunks of the chats that were chosen.
struct Cutter {
    plan: HashMap<String, bool>,
    owner: Option<i64>,
    now: Option<(i64, ChatKind, String)>,
    /// Of the chat that is being read.
    waiting: Vec<SeenMessage>,
    files: Vec<(i64, String)>,
    chunk: Chunk,
    chunks: mpsc::Sender<Chunk>,
}

impl Cutter {
    /// Puts what was read of the chat into the chunk.
    fn put(&mut self) {
        let (messages, files) = (std::mem::take(&mut self.waiting), std::mem::take(&mut self.files));
        let (Some((id, kind, title)), Some(newest)) = (&self.now, messages.iter().map(|message| message.id).max())
        else {
            return;
        };
        let known = self.plan.get(&id.to_string()).copied().unwrap_or_default();
        let chat = SeenChat {
            id: *id,
            kind: *kind,
            title: title.clone(),
            username: None,
            phone: None,
            // Of a chat that is new here nothing is unread.
            read_inbox_until: (!known).then_some(newest),
            read_outbox_until: (!known).then_some(newest),
        };
        if !files.is_empty() {
            self.chunk.files.entry(chat.id).or_default().extend(files);
        }
        // An export may name a chat twice.
        match self.chunk.chats.iter_mut().find(|known| known.id == chat.id) {
            Some(known) => {
                known.read_inbox_until = known.read_inbox_until.max(chat.read_inbox_until);
                known.read_outbox_until = known.read_outbox_until.max(chat.read_outbox_until);
            }
            None => self.chunk.chats.push(chat),
        }
        self.chunk.messages.extend(messages);
    }

    /// Passes on what was read so far.
    fn flush(&mut self) -> Result<(), String> {
        self.put();
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.messages.is_empty() {
            return Ok(());
        }
        self.chunks.blocking_send(chunk).map_err(|_| "nobody takes it".to_owned())
    }
}

impl Sink for Cutter {
    fn owner(&mut self, user: i64) {
        self.owner = Some(user);
    }

    fn chat(&mut self, chat: ExportedChat) -> bool {
        self.put();
        let found = read::chat(&chat).filter(|(_, id)| self.plan.contains_key(&id.to_string()));
        self.now = found.map(|(kind, id)| (id, kind, chat.name));
        self.now.is_some()
    }

    fn message(&mut self, message: ExportedMessage) -> Result<(), String> {
        let Some((id, kind, _)) = &self.now else { return Ok(()) };
        let file = message.photo.clone().or_else(|| message.file.clone());
        if let Some(seen) = read::message((*id, *kind), self.owner, message) {
            self.files.extend(file.map(|path| (seen.id, path)));
            self.waiting.push(seen);
        }
        if self.waiting.len() + self.chunk.messages.len() >= AT_ONCE { self.flush() } else { Ok(()) }
    }
}

/// Takes an export in.
pub struct RunImport(pub Arc<Messaging>);

fn id_of(payload: &Value) -> Result<Uuid, Error> {
    payload["id"].as_str().and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}

#[async_trait::async_trait]
impl Work for RunImport {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let (service, scope, id) = (&self.0, &context.scope, id_of(&payload)?);
        let row = store::get(&service.db.reader(scope), scope, id).await?;
        let (Some(account), "running") = (row.account_id, row.status.as_str()) else { return Ok(()) };
        let plan = row.plan();
        let size = u64::try_from(row.size_bytes).unwrap_or_default();
        let zip = files::fetch(service, scope, (&row.blob, size)).await?;
        let mut bringing = match zip.clone() {
            Some(zip) => Some(open(zip).await?),
            None => None,
        };
        let chosen: HashSet<&str> = plan.chats.iter().map(|chat| chat.id.as_str()).collect();
        let chats = row.chats();
        let total = chats.iter().filter(|chat| chosen.contains(chat.id.as_str())).map(|chat| chat.messages).sum();
        let (sender, mut chunks) = mpsc::channel(2);
        let known: HashSet<&str> = plan.known.iter().map(String::as_str).collect();
        let cutter = Cutter {
            plan: plan.chats.iter().map(|chat| (chat.id.clone(), known.contains(chat.id.as_str()))).collect(),
            owner: None,
            now: None,
            waiting: Vec::new(),
            files: Vec::new(),
            chunk: Chunk::default(),
            chunks: sender,
        };
        let reading = async {
            let read = read_with(service, scope, (&row.blob, row.size_bytes), zip, cutter).await?;
            // The last chunk is sent by a thread that may wait.
            Ok::<_, Error>(match read {
                Ok(mut cutter) => tokio::task::spawn_blocking(move || cutter.flush())
                    .await
                    .unwrap_or_else(|error| Err(error.to_string())),
                Err(error) => Err(error),
            })
        };
        let cancel = &context.cancel;
        // It takes the chunks along: who still reads when it has given up is told so.
        let storing = async move {
            let mut done = Done { total, files: row.files_done, ..Done::default() };
            while let Some(mut chunk) = chunks.recv().await {
                if cancel.is_cancelled() {
                    return Ok(Stored::Interrupted);
                }
                let files = std::mem::take(&mut chunk.files);
                done.messages += store_chunk(service, scope, (id, account), chunk).await?;
                if let Some(bringing) = &mut bringing {
                    for (chat, named) in files {
                        match bringing.bring(service, scope, (account, chat), &named).await {
                            Ok(files) => done.files += files,
                            Err(Error::TooLarge) => return Ok(Stored::Refused(Refused::TooLarge.to_string())),
                            Err(error) => return Err(error),
                        }
                    }
                }
                progress(service, scope, id, &done).await?;
                done.chunks += 1;
            }
            Ok::<_, Error>(Stored::Whole)
        };
        let (read, stored) = tokio::join!(reading, storing);
        let error = match (stored?, read?) {
            (Stored::Interrupted, _) => return Err(JobError::Interrupted),
            (Stored::Refused(error), _) | (Stored::Whole, Err(error)) => Some(error),
            (Stored::Whole, Ok(())) => None,
        };
        Ok(finish(service, scope, (&row, account), &plan, error.as_deref()).await?)
    }
}

/// How far an import got.
#[derive(Default)]
struct Done {
    messages: i64,
    total: u64,
    files: i64,
    chunks: i64,
}

/// How the storing ended.
enum Stored {
    Whole,
    Interrupted,
    /// What was read so far stays.
    Refused(String),
}

async fn open(zip: Zip) -> Result<Bringing, Error> {
    let archive = tokio::task::spawn_blocking(move || zip.archive()).await;
    Ok(Bringing::of(archive.map_err(|error| Error::Port(error.into()))??))
}

async fn store_chunk(
    service: &Messaging,
    scope: &Scope,
    (import, account): (Uuid, Uuid),
    Chunk { chats, messages, .. }: Chunk,
) -> Result<i64, Error> {
    let count = i64::try_from(messages.len()).unwrap_or_default();
    let news = messages.into_iter().map(Seen::Message).collect();
    let batch = SeenBatch { origin: Origin::History, chats, news, position: None };
    let scope = Scope::system(scope.org_id, &scope.request_id);
    receive::receive(service, &scope, account, batch, Some(import)).await?;
    Ok(count)
}

/// Notes how far an import got; a run that begins again begins with what the last one had counted of files.
async fn progress(service: &Messaging, scope: &Scope, id: Uuid, done: &Done) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update chat_imports set messages_done = ");
    sql.bind(done.messages).add(", files_done = ").bind(done.files);
    sql.add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    if done.chunks % TOLD_EVERY == 0 {
        let told = ChatImportProgress { done: done.messages.unsigned_abs(), total: done.total };
        events::append(&tx, [NewEvent::of(CHAT_IMPORT_PROGRESS, SUBJECT, id, json!(told))]).await?;
    }
    Ok(tx.commit().await?)
}

async fn finish(
    service: &Messaging,
    scope: &Scope,
    (row, account): (&Row, Uuid),
    plan: &Plan,
    error: Option<&str>,
) -> Result<(), Error> {
    let id = row.id;
    let tx = service.db.begin(scope).await?;
    for chat in plan.chats.iter().filter(|chat| chat.contact_id.is_some()) {
        let mut sql = Sql::new("update chats set contact_id = ");
        sql.bind(chat.contact_id).add(" where org_id = ").bind(scope.org_id.0);
        sql.with(
            " and source_id = ? and external_id = ? and contact_id is null",
            [account.into(), chat.id.as_str().into()],
        );
        sql.run(&tx).await?;
    }
    let mut sql = Sql::new("update chat_imports set chats_done = ");
    sql.bind(i64::try_from(plan.chats.len()).unwrap_or_default());
    sql.add(
        ", messages_new = (select count(*) from messages m where m.org_id = chat_imports.org_id and m.import_id = ",
    );
    sql.bind(id).add(") where org_id = ").bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    let end = if error.is_none() { "completed" } else { "failed" };
    store::turn(&tx, scope, id, &["running"], (end, error)).await?;
    held::let_go(&tx, scope, &row.blob).await?;
    let row = store::get(&tx, scope, id).await?;
    let told = ChatImportCompleted {
        messages: row.messages_done.unsigned_abs(),
        added: row.messages_new.unsigned_abs(),
        files: row.files_done.unsigned_abs(),
        error: row.error,
    };
    events::append(&tx, [NewEvent::of(CHAT_IMPORT_COMPLETED, SUBJECT, id, json!(told))]).await?;
    Ok(tx.commit().await?)
}

/// Takes an import back.
pub struct RevertImport(pub Arc<Messaging>);

#[async_trait::async_trait]
impl Work for RevertImport {
    fn kind(&self) -> &'static str {
        REVERT
    }

    async fn run(&self, context: Context, payload: Value) -> Result<(), JobError> {
        let (service, scope, id) = (&self.0, &context.scope, id_of(&payload)?);
        let row: Row = store::get(&service.db.reader(scope), scope, id).await?;
        while !context.cancel.is_cancelled() {
            if remove_some(service, scope, id).await? {
                continue;
            }
            let tx = service.db.begin(scope).await?;
            remove_empty(&tx, scope, &row).await?;
            store::turn(&tx, scope, id, &["reverting"], ("reverted", None)).await?;
            let told = NewEvent::of(CHAT_IMPORT_REVERTED, SUBJECT, id, json!({}));
            events::append(&tx, [told]).await.map_err(Error::from)?;
            return Ok(tx.commit().await.map_err(Error::from)?);
        }
        Err(JobError::Interrupted)
    }
}

#[derive(FromQueryResult)]
struct Brought {
    id: Uuid,
    chat_id: Uuid,
}

/// Removes some of what an import brought; whether there was any.
async fn remove_some(service: &Messaging, scope: &Scope, import: Uuid) -> Result<bool, Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("select id, chat_id from messages where org_id = ");
    sql.bind(scope.org_id.0).with(" and import_id = ?", [import.into()]).add(&format!(" limit {REMOVED_AT_ONCE}"));
    let brought: Vec<Brought> = sql.all(&tx).await?;
    if brought.is_empty() {
        return Ok(false);
    }
    for (table, column) in [("media", "message_id"), ("message_edits", "message_id"), ("messages", "id")] {
        let mut sql = Sql::new(&format!("delete from {table} where org_id = "));
        sql.bind(scope.org_id.0).add(&format!(" and {column} in ")).list(brought.iter().map(|row| row.id));
        sql.run(&tx).await?;
    }
    refresh::refresh(&tx, scope, &crate::unique(brought.iter().map(|row| row.chat_id))).await?;
    tx.commit().await?;
    Ok(true)
}

/// Removes chats that nothing is in, and that nobody has touched.
async fn remove_empty(tx: &db::Tx, scope: &Scope, row: &Row) -> Result<(), Error> {
    let plan = row.plan();
    let known: HashSet<&str> = plan.known.iter().map(String::as_str).collect();
    let new: Vec<&str> = plan.chats.iter().map(|chat| chat.id.as_str()).filter(|id| !known.contains(id)).collect();
    for ids in new.chunks(500) {
        let mut sql = Sql::new("delete from chats where org_id = ");
        sql.bind(scope.org_id.0).with(
            " and source_id = ? and last_id is null and version = 1 and external_id in ",
            [row.account_id.into()],
        );
        sql.list(ids.iter().copied());
        sql.add(
            " and not exists (select 1 from chat_comments n where n.org_id = chats.org_id and n.chat_id = chats.id)",
        );
        sql.run(tx).await?;
    }
    Ok(())
}
