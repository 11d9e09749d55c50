//! Messages that will not go after all: somebody called them back, or the other side has answered meanwhile.

use std::collections::HashSet;

use contracts::events::{MESSAGE_CANCELED, MESSAGE_SENT, MessageCanceled, MessageSent, ProgramTold};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use sea_orm::{DbErr, FromQueryResult};
use serde_json::json;
use uuid::Uuid;

use super::send::KIND;
use crate::{
    Error,
    chats::{refresh, store as chats},
};

/// An errand that has ended now.
#[derive(FromQueryResult)]
struct Ended {
    id: Uuid,
    chat_id: Uuid,
    message_id: Option<Uuid>,
    attempts: i64,
    source_kind: Option<String>,
    source_id: Option<Uuid>,
    enrolment_id: Option<Uuid>,
}

impl Ended {
    fn told(self, message_id: Uuid, cause: Option<&str>) -> NewEvent {
        let Self { chat_id, attempts, source_kind, source_id, enrolment_id, .. } = self;
        let program = source_kind.zip(source_id).zip(enrolment_id);
        let program = program.map(|((kind, id), enrolment_id)| ProgramTold { kind, id, enrolment_id });
        // A try of which it is known that nothing went does not count.
        let (cause, may_have_gone) = (cause.map(str::to_owned), attempts > 0);
        let data = MessageCanceled { message_id, chat_id, cause, program, may_have_gone };
        NewEvent::of(MESSAGE_CANCELED, KIND, message_id, json!(data))
    }
}

/// Cancels sends, each with its chat, that are open, or only those that nobody has tried; with what stopped them, unless
/// somebody did. Gives the errands that it canceled. A message that the channel has shown meanwhile is not canceled: it is told
/// that it went.
///
/// Chats are held first, as by whoever stores what an account saw.
pub(crate) async fn cancel(
    tx: &Tx,
    scope: &Scope,
    errands: &[(Uuid, Uuid)],
    (cause, only_waiting): (Option<&'static str>, bool),
) -> Result<HashSet<Uuid>, Error> {
    if errands.is_empty() {
        return Ok(HashSet::new());
    }
    chats::hold(tx, scope, &crate::unique(errands.iter().map(|(_, chat)| *chat))).await?;
    let ended = end(tx, scope, errands, (cause, only_waiting)).await?;
    let canceled: HashSet<Uuid> = ended.iter().map(|ended| ended.id).collect();
    if canceled.is_empty() {
        return Ok(canceled);
    }
    let chats = crate::unique(ended.iter().map(|ended| ended.chat_id));
    let messages = cancel_messages(tx, scope, &canceled, cause).await?;
    let told = ended.into_iter().filter_map(|ended| {
        let message = ended.message_id.filter(|message| messages.contains(message))?;
        Some(ended.told(message, cause))
    });
    events::append(tx, told.collect::<Vec<_>>()).await?;
    let gone = gone(tx, scope, &canceled).await?;
    refresh::refresh(tx, scope, &chats).await?;
    Ok(canceled.difference(&gone).copied().collect())
}

/// What the channel has shown of messages whose errands are ended here.
#[derive(FromQueryResult)]
struct Shown {
    errand: Uuid,
    message: Uuid,
    chat: Uuid,
    number: i64,
}

/// Of these errands, those whose messages went after all: who tried them died, or could not note it, before it was told. They
/// are done, and it is told now.
async fn gone(tx: &Tx, scope: &Scope, errands: &HashSet<Uuid>) -> Result<HashSet<Uuid>, Error> {
    let mut sql = Sql::new(
        "select r.errand_id as errand, m.id as message, m.chat_id as chat, m.external_id as number from sent_randoms r ",
    );
    sql.add("join messages m on m.org_id = r.org_id and m.id = r.message_id where r.org_id = ").bind(scope.org_id.0);
    sql.add(" and m.external_id is not null and r.errand_id in ").list(errands.iter().copied());
    let shown: Vec<Shown> = sql.all(tx).await?;
    let gone: HashSet<Uuid> = shown.iter().map(|shown| shown.errand).collect();
    if gone.is_empty() {
        return Ok(gone);
    }
    let mut sql = Sql::new("update errands set status = 'done', code = null where org_id = ");
    sql.bind(scope.org_id.0).add(" and id in ").list(gone.iter().copied());
    sql.run(tx).await?;
    let told = shown.into_iter().map(|shown| {
        let Shown { message, chat, number, .. } = shown;
        let data = MessageSent { message_id: message, chat_id: chat, external_id: Some(number.to_string()) };
        NewEvent::of(MESSAGE_SENT, KIND, message, json!(data))
    });
    events::append(tx, told.collect::<Vec<_>>()).await?;
    Ok(gone)
}

/// Tells of messages that the channel shows although their errands, these, were canceled.
pub(crate) async fn went_after_all(tx: &Tx, scope: &Scope, errands: &[Uuid]) -> Result<(), Error> {
    if errands.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("select id from errands where org_id = ");
    sql.bind(scope.org_id.0).add(" and status = 'canceled' and id in ").list(errands.iter().copied());
    let rows = sql.rows(tx).await?;
    let canceled = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<HashSet<Uuid>, DbErr>>()?;
    if !canceled.is_empty() {
        gone(tx, scope, &canceled).await?;
    }
    Ok(())
}

async fn end(
    tx: &Tx,
    scope: &Scope,
    errands: &[(Uuid, Uuid)],
    (cause, only_waiting): (Option<&'static str>, bool),
) -> Result<Vec<Ended>, Error> {
    let mut sql = Sql::new("update errands set status = 'canceled', code = ");
    sql.bind(cause.map(str::to_owned)).add(", ended_at = ").bind(tx.clock().now());
    sql.add(" where org_id = ").bind(scope.org_id.0).add(" and kind = 'send' and ended_at is null and id in ");
    sql.list(errands.iter().map(|(id, _)| *id));
    if only_waiting {
        sql.add(" and status = 'waiting'");
    }
    sql.add(" returning id, chat_id, message_id, attempts, source_kind, source_id, enrolment_id");
    Ok(sql.all(tx).await?)
}

/// Cancels what errands were to send; gives the messages that had not gone.
async fn cancel_messages(
    tx: &Tx,
    scope: &Scope,
    errands: &HashSet<Uuid>,
    cause: Option<&str>,
) -> Result<HashSet<Uuid>, Error> {
    let mut sql = Sql::new("select message_id from sent_randoms where org_id = ");
    sql.bind(scope.org_id.0).add(" and errand_id in ").list(errands.iter().copied());
    let rows = sql.rows(tx).await?;
    let sent = rows.iter().map(|row| row.try_get("", "message_id")).collect::<Result<Vec<Uuid>, DbErr>>()?;
    let mut sql = Sql::new("update messages set status = 'canceled', version = version + 1, error = ");
    sql.bind(cause.map(str::to_owned)).add(" where org_id = ").bind(scope.org_id.0).add(" and status = 'queued'");
    sql.add(" and id in ").list(sent).add(" returning id");
    let rows = sql.rows(tx).await?;
    Ok(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, DbErr>>()?)
}
