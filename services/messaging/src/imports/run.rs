//! The jobs of imports. A run that was interrupted begins again: what it had stored is known, and nothing comes twice.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use contracts::channels::{ChatKind, Origin, Seen, SeenBatch, SeenChat, SeenMessage};
use jobs::{Context, JobError, Work};
use kernel::Scope;
use sea_orm::FromQueryResult;
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    commands::read_with,
    export::{ExportedChat, ExportedMessage, Sink},
    read,
    store::{self, Plan, Row},
};
use crate::{Error, Messaging, chats::refresh, intake::receive, sql::Sql};

pub const KIND: &str = "messaging.run_import";
pub const REVERT: &str = "messaging.revert_import";
/// Messages of one transaction, of as many chats as they are in.
const AT_ONCE: usize = 1_000;
/// Messages that are removed in one.
const REMOVED_AT_ONCE: usize = 500;

/// Messages that are stored together, with their chats.
#[derive(Default)]
struct Chunk {
    chats: Vec<SeenChat>,
    messages: Vec<SeenMessage>,
}

/// Cuts an export into chunks of the chats that were chosen.
struct Cutter {
    plan: HashMap<String, bool>,
    owner: Option<i64>,
    now: Option<(i64, ChatKind, String)>,
    /// Of the chat that is being read.
    waiting: Vec<SeenMessage>,
    chunk: Chunk,
    chunks: mpsc::Sender<Chunk>,
}

impl Cutter {
    /// Puts what was read of the chat into the chunk.
    fn put(&mut self) {
        let messages = std::mem::take(&mut self.waiting);
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
        self.waiting.extend(read::message((*id, *kind), self.owner, message));
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
        let (sender, mut chunks) = mpsc::channel(2);
        let known: HashSet<&str> = plan.known.iter().map(String::as_str).collect();
        let cutter = Cutter {
            plan: plan.chats.iter().map(|chat| (chat.id.clone(), known.contains(chat.id.as_str()))).collect(),
            owner: None,
            now: None,
            waiting: Vec::new(),
            chunk: Chunk::default(),
            chunks: sender,
        };
        let reading = async {
            let read = read_with(service, scope, (&row.blob, row.size_bytes), cutter).await?;
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
            let mut done = 0;
            while let Some(chunk) = chunks.recv().await {
                if cancel.is_cancelled() {
                    return Ok(false);
                }
                done += store_chunk(service, scope, (id, account), chunk).await?;
                progress(service, scope, id, done).await?;
            }
            Ok::<_, Error>(true)
        };
        let (read, stored) = tokio::join!(reading, storing);
        match (stored?, read?) {
            (false, _) => Err(JobError::Interrupted),
            (true, Ok(())) => Ok(finish(service, scope, (id, account), &plan, None).await?),
            (true, Err(error)) => Ok(finish(service, scope, (id, account), &plan, Some(&error)).await?),
        }
    }
}

async fn store_chunk(
    service: &Messaging,
    scope: &Scope,
    (import, account): (Uuid, Uuid),
    Chunk { chats, messages }: Chunk,
) -> Result<i64, Error> {
    let count = i64::try_from(messages.len()).unwrap_or_default();
    let news = messages.into_iter().map(Seen::Message).collect();
    let batch = SeenBatch { origin: Origin::History, chats, news, position: None };
    let scope = Scope::system(scope.org_id, &scope.request_id);
    receive::receive(service, &scope, account, batch, Some(import)).await?;
    Ok(count)
}

async fn progress(service: &Messaging, scope: &Scope, id: Uuid, done: i64) -> Result<(), Error> {
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update chat_imports set messages_done = ");
    sql.bind(done).add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    Ok(tx.commit().await?)
}

async fn finish(
    service: &Messaging,
    scope: &Scope,
    (id, account): (Uuid, Uuid),
    plan: &Plan,
    error: Option<&str>,
) -> Result<(), Error> {
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
