//! What people do with messages: call back, try again, edit, delete, read, react. What the other side is to learn of goes
//! through the queue.

use contracts::{
    channels::{Entity, Reaction},
    events::{
        CHAT_ALL_READ, ChatTold, MESSAGE_DELETED, MESSAGE_EDITED, MESSAGE_QUEUED, MESSAGE_REACTION_CHANGED,
        MESSAGE_READ, MessageQueued, MessageTold, MessagesRead,
    },
    permissions::{CHATS_READ, CHATS_WRITE, MESSAGES_SEND},
};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::{
    cancel,
    payload::Payload,
    queue,
    send::KIND,
    store::{self, NewErrand},
    unsent::unsent_place,
};
use crate::{
    Error, Messaging,
    chats::{
        refresh,
        store::{self as chats, Row as ChatRow},
        view::read_only,
    },
    messages::{
        edits,
        message::{Direction, Status, checked},
        store::{self as messages, Row},
        tombstones,
        view::{self, Message},
    },
};

/// Most characters of an emoji with all its parts.
const MAX_EMOJI: usize = 16;

fn told(kind: &'static str, row: &Row) -> NewEvent {
    NewEvent::of(kind, KIND, row.id, json!(MessageTold { message_id: row.id, chat_id: row.chat_id }))
}

/// A message within reach, with its chat.
pub(crate) async fn reached(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(Row, ChatRow), Error> {
    let reader = service.db.reader(scope);
    let row = messages::get(&reader, scope, id).await?;
    let readable = service.readable(scope).await?;
    let chat = chats::get(&reader, scope, &readable, row.chat_id).await?;
    Ok((row, chat))
}

/// The account of a chat, if the actor may write through it.
async fn account_of(service: &Messaging, scope: &Scope, chat: &ChatRow) -> Result<Uuid, Error> {
    let names = service.account_names(scope, chat.account_id).await?;
    let account = chat.account_id.and_then(|id| names.get(&id));
    match (read_only(chat, account, &service.writable(scope).await?), chat.account_id) {
        (None, Some(account)) => Ok(account),
        (code, _) => Err(Error::ReadOnly(code.unwrap_or("chat.read_only.api"))),
    }
}

async fn shown(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Message, Error> {
    let row = messages::get(&service.db.reader(scope), scope, id).await?;
    view::shown(service, scope, vec![row]).await?.pop().ok_or(Error::NotFound)
}

/// Calls a message back that has not gone.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] when it is on its way, or has gone.
pub async fn cancel(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Message, Error> {
    scope.require(MESSAGES_SEND)?;
    let (row, chat) = reached(service, scope, id).await?;
    account_of(service, scope, &chat).await?;
    if row.status == Status::Canceled {
        return shown(service, scope, id).await;
    }
    let errand = store::find_sending(&service.db.reader(scope), scope, id).await?;
    let errand = errand.ok_or(Error::State("message.not_waiting"))?;
    let tx = service.db.begin(scope).await?;
    if cancel::cancel(&tx, scope, &[(errand.id, errand.chat_id)], (None, true)).await?.is_empty() {
        tx.rollback().await?;
        return Err(Error::State("message.not_waiting"));
    }
    tx.commit().await?;
    service.accounts.wake(errand.account_id);
    shown(service, scope, id).await
}

/// Tries a message again that failed; with the same number, so that it cannot come twice.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`] when it did not fail.
pub async fn retry(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Message, Error> {
    scope.require(MESSAGES_SEND)?;
    let (row, chat) = reached(service, scope, id).await?;
    account_of(service, scope, &chat).await?;
    let errand = store::find_sending(&service.db.reader(scope), scope, id).await?;
    let errand = errand.filter(|_| row.status == Status::Failed).ok_or(Error::State("message.not_failed"))?;
    let tx = service.db.begin(scope).await?;
    if !queue::reopen(&tx, scope, &errand).await? {
        tx.rollback().await?;
        return Err(Error::State("message.not_failed"));
    }
    let ours = store::messages_of(&tx, scope, errand.id).await?;
    let mut sql = Sql::new("update messages set status = 'queued', error = null, scheduled_at = null, ");
    sql.add("version = version + 1, place = ").bind(unsent_place(tx.clock().now()));
    sql.add(" where org_id = ").bind(scope.org_id.0).add(" and id in ").list(ours.iter().map(|(_, id)| *id));
    sql.run(&tx).await?;
    let not_before = tx.clock().now().to_rfc3339();
    let data = MessageQueued { message_id: id, chat_id: row.chat_id, not_before };
    events::append(&tx, [NewEvent::of(MESSAGE_QUEUED, KIND, id, json!(data))]).await?;
    refresh::refresh(&tx, scope, &[row.chat_id]).await?;
    tx.commit().await?;
    service.accounts.wake(errand.account_id);
    shown(service, scope, id).await
}

/// Rewrites a message of ours; for the other side too.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`]; [`Error::Invalid`].
pub async fn edit(
    service: &Messaging,
    scope: &Scope,
    id: Uuid,
    (text, entities): (&str, Vec<Entity>),
) -> Result<Message, Error> {
    scope.require(MESSAGES_SEND)?;
    let (row, chat) = reached(service, scope, id).await?;
    let account = account_of(service, scope, &chat).await?;
    if row.direction == Direction::In {
        return Err(Error::State("message.not_ours"));
    }
    if row.deleted_at.is_some() || row.status == Status::Canceled {
        return Err(Error::State("message.gone"));
    }
    let text = checked(text, &entities, row.media_kind.is_some())?;
    if text == row.text && entities == row.entities {
        return shown(service, scope, id).await;
    }
    let tx = service.db.begin(scope).await?;
    match row.external_id {
        Some(external_id) => {
            let now = tx.clock().now();
            edits::keep(&tx, scope, &[edits::current(&row)]).await?;
            edits::say(&tx, scope, id, (&text, &entities), Some(now)).await?;
            let payload = Payload::Edit { external_id, text, entities };
            let errand = NewErrand::now(account, row.chat_id, Some(id), payload, now);
            store::insert(&tx, scope, errand).await?;
        }
        None => rewrite_waiting(&tx, scope, &row, (&text, &entities)).await?,
    }
    events::append(&tx, [told(MESSAGE_EDITED, &row)]).await?;
    refresh::refresh(&tx, scope, &[row.chat_id]).await?;
    tx.commit().await?;
    service.accounts.wake(account);
    shown(service, scope, id).await
}

/// Rewrites a message that waits.
async fn rewrite_waiting(tx: &Tx, scope: &Scope, row: &Row, (text, entities): (&str, &[Entity])) -> Result<(), Error> {
    let found = store::find_sending(tx, scope, row.id).await?.ok_or(Error::State("message.not_waiting"))?;
    let held = store::hold(tx, scope, found.id).await?;
    let Payload::Send { random_id, reply_to, files, .. } = held.payload else {
        return Err(Error::State("message.not_waiting"));
    };
    if held.message_id != Some(row.id) {
        return Err(Error::State("message.not_waiting"));
    }
    let payload = Payload::Send { random_id, text: text.to_owned(), entities: entities.to_vec(), reply_to, files };
    let mut sql = Sql::new("update errands set payload = ");
    sql.bind(json!(payload)).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and status in ('waiting', 'failed')", [held.id.into()]);
    if sql.run(tx).await? == 0 {
        return Err(Error::State("message.not_waiting"));
    }
    edits::say(tx, scope, row.id, (text, entities), None).await
}

/// Deletes a message: here only, or for both sides.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`].
pub async fn delete(service: &Messaging, scope: &Scope, id: Uuid, for_everyone: bool) -> Result<(), Error> {
    scope.require(MESSAGES_SEND)?;
    let (row, chat) = reached(service, scope, id).await?;
    if row.deleted_at.is_some() {
        return Ok(());
    }
    if row.status == Status::Queued {
        return cancel(service, scope, id).await.map(drop);
    }
    let tx = service.db.begin(scope).await?;
    if let (true, Some(external_id)) = (for_everyone, row.external_id) {
        let account = account_of(service, scope, &chat).await?;
        let payload = Payload::Delete { external_ids: vec![external_id] };
        store::insert(&tx, scope, NewErrand::now(account, row.chat_id, Some(id), payload, tx.clock().now())).await?;
        tx.commit().await?;
        service.accounts.wake(account);
        return Ok(());
    }
    tombstones::empty(&tx, scope, &[id]).await?;
    events::append(&tx, [told(MESSAGE_DELETED, &row)]).await?;
    refresh::refresh(&tx, scope, &[row.chat_id]).await?;
    Ok(tx.commit().await?)
}

/// Reacts to a message, or takes the reaction back.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::State`]; [`Error::Invalid`].
pub async fn react(service: &Messaging, scope: &Scope, id: Uuid, emoji: Option<String>) -> Result<Message, Error> {
    scope.require(MESSAGES_SEND)?;
    let (row, chat) = reached(service, scope, id).await?;
    let emoji = emoji.filter(|emoji| !emoji.trim().is_empty());
    if emoji.as_ref().is_some_and(|emoji| emoji.chars().count() > MAX_EMOJI) {
        let mut refused = kernel::Fields::default();
        refused.refuse_with("emoji", kernel::values::Problem::TooLong { max: MAX_EMOJI });
        return Err(refused.into());
    }
    let account = account_of(service, scope, &chat).await?;
    let external_id = row.external_id.filter(|_| row.deleted_at.is_none()).ok_or(Error::State("message.gone"))?;
    let reactions = reacted(&row.reactions, emoji.as_deref());
    let tx = service.db.begin(scope).await?;
    let mut sql = Sql::new("update messages set version = version + 1, reactions = ");
    sql.bind(json!(reactions)).add(" where org_id = ").bind(scope.org_id.0).with(" and id = ?", [id.into()]);
    sql.run(&tx).await?;
    let payload = Payload::React { external_id, emoji };
    store::insert(&tx, scope, NewErrand::now(account, row.chat_id, Some(id), payload, tx.clock().now())).await?;
    events::append(&tx, [told(MESSAGE_REACTION_CHANGED, &row)]).await?;
    tx.commit().await?;
    service.accounts.wake(account);
    shown(service, scope, id).await
}

/// The reactions with ours being this one.
fn reacted(reactions: &[Reaction], emoji: Option<&str>) -> Vec<Reaction> {
    let mut all: Vec<Reaction> = reactions
        .iter()
        .map(|one| Reaction { count: one.count - i32::from(one.ours), ours: false, ..one.clone() })
        .filter(|one| one.count > 0)
        .collect();
    if let Some(emoji) = emoji {
        match all.iter_mut().find(|one| one.emoji == emoji) {
            Some(one) => (one.count, one.ours) = (one.count + 1, true),
            None => all.push(Reaction { emoji: emoji.to_owned(), count: 1, ours: true }),
        }
    }
    all
}

/// Marks everything up to a message as read.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn read(service: &Messaging, scope: &Scope, id: Uuid) -> Result<Message, Error> {
    scope.require(CHATS_READ)?;
    scope.require(CHATS_WRITE)?;
    let (row, chat) = reached(service, scope, id).await?;
    if let Some(until) = row.external_id.filter(|until| *until > chat.read_inbox_until) {
        let tx = service.db.begin(scope).await?;
        mark(&tx, scope, &chat, until).await?;
        let data = MessagesRead { chat_id: chat.id, until: until.to_string(), by: "us".to_owned() };
        events::append(&tx, [NewEvent::of(MESSAGE_READ, KIND, id, json!(data))]).await?;
        refresh::refresh(&tx, scope, &[chat.id]).await?;
        tx.commit().await?;
        wake(service, &chat);
    }
    shown(service, scope, id).await
}

fn wake(service: &Messaging, chat: &ChatRow) {
    if let Some(account) = chat.account_id {
        service.accounts.wake(account);
    }
}

/// Moves the mark, and lets the other side's channel know. One errand for all marks that wait.
async fn mark(tx: &Tx, scope: &Scope, chat: &ChatRow, until: i64) -> Result<(), Error> {
    let mut sql = Sql::new("update chats set read_inbox_until = ");
    sql.bind(until).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ? and read_inbox_until < ?", [chat.id.into(), until.into()]);
    sql.run(tx).await?;
    let Some(account) = chat.account_id else { return Ok(()) };
    let payload = Payload::Read { until };
    let mut sql = Sql::new("update errands set payload = ");
    sql.bind(json!(payload)).add(" where org_id = ").bind(scope.org_id.0);
    sql.with(" and account_id = ? and chat_id = ? and ended_at is null", [account.into(), chat.id.into()]);
    sql.add(" and kind = 'read' and status = 'waiting'");
    if sql.run(tx).await? == 0 {
        store::insert(tx, scope, NewErrand::now(account, chat.id, None, payload, tx.clock().now())).await?;
    }
    Ok(())
}

/// Marks everything in a chat as read, and the caller's mentions in it as seen.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn read_all(service: &Messaging, scope: &Scope, id: Uuid) -> Result<(), Error> {
    scope.require(CHATS_READ)?;
    scope.require(CHATS_WRITE)?;
    let reader = service.db.reader(scope);
    let readable = service.readable(scope).await?;
    let parts = chats::whole(&reader, scope, &readable, id).await?;
    let newest = messages::newest(&reader, scope, parts.iter().map(|part| part.id)).await?;
    let tx = service.db.begin(scope).await?;
    let mut changed = false;
    for part in &parts {
        let Some(until) = newest.get(&part.id).copied().filter(|until| *until > part.read_inbox_until) else {
            continue;
        };
        mark(&tx, scope, part, until).await?;
        changed = true;
    }
    let mut sql = Sql::new("delete from chat_mentions where org_id = ");
    sql.bind(scope.org_id.0).with(" and user_id = ? and chat_id in ", [scope.user_id().map(Uuid::from).into()]);
    sql.list(parts.iter().map(|part| part.id));
    changed |= sql.run(&tx).await? > 0;
    if changed {
        let data = json!(ChatTold { chat_id: id });
        events::append(&tx, [NewEvent::of(CHAT_ALL_READ, "chat", id, data)]).await?;
        refresh::refresh(&tx, scope, &parts.iter().map(|part| part.id).collect::<Vec<_>>()).await?;
    }
    tx.commit().await?;
    for part in parts.iter().filter(|_| changed) {
        wake(service, part);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reaction_is_ours() {
        let one = |emoji: &str, count, ours| Reaction { emoji: emoji.to_owned(), count, ours };
        let before = [one("👍", 2, true), one("🔥", 1, false)];
        assert_eq!(reacted(&before, Some("🔥")), [one("👍", 1, false), one("🔥", 2, true)]);
        assert_eq!(reacted(&before, Some("👍")), [one("👍", 2, true), one("🔥", 1, false)]);
        assert_eq!(reacted(&before, None), [one("👍", 1, false), one("🔥", 1, false)]);
        assert_eq!(reacted(&[one("👍", 1, true)], Some("❤")), [one("❤", 1, true)]);
    }
}
