//! How errands end: sent, put off, or never. The message says so in the same transaction.

use chrono::{DateTime, Utc};
use contracts::{
    channels::{Ended, SeenMessage},
    events::{
        MESSAGE_DELETED, MESSAGE_EDITED, MESSAGE_FAILED, MESSAGE_QUEUED, MESSAGE_SENT, MessageFailed, MessageQueued,
        MessageSent, MessageTold,
    },
    outreach::CALLED_BACK,
};
use db::{Sql, Tx};
use events::NewEvent;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use super::{
    payload::Payload,
    queue,
    send::KIND,
    store::{self, Row},
};
use crate::{
    Error, Messaging,
    chats::refresh,
    messages::{edits, store as messages, tombstones},
    outreach::gate,
};

/// Tries that count, after which an errand is given up.
const MOST_TRIES: i64 = 10;
/// What is said of an errand that was tried too often.
const GIVEN_UP: &str = "tried_too_often";

/// Notes how an errand ended. Ending it again changes nothing.
pub(crate) async fn end(service: &Messaging, scope: &Scope, id: Uuid, ended: Ended) -> Result<(), Error> {
    if let Ended::Done { sent } = &ended {
        service.make_room(sent.iter().map(|message| message.at)).await?;
    }
    let tx = service.db.begin(scope).await?;
    let row = store::hold(&tx, scope, id).await?;
    let put_off = matches!(ended, Ended::Later { .. });
    match ended {
        Ended::Done { sent } => done(&tx, scope, &row, sent).await?,
        Ended::Later { counts: true, .. } if row.attempts >= MOST_TRIES => never(&tx, scope, &row, GIVEN_UP).await?,
        Ended::Later { not_before, code, counts } => later(&tx, scope, &row, (not_before, code, counts)).await?,
        Ended::Never { code } => never(&tx, scope, &row, code).await?,
    }
    tx.commit().await?;
    if put_off && row.called_back_at.is_some() {
        // Its program knows it as on its way: it would go whenever the wait is over.
        Box::pin(gate::drop_one(service, scope, (row.id, row.chat_id, row.account_id), CALLED_BACK)).await?;
    }
    Ok(())
}

async fn done(tx: &Tx, scope: &Scope, row: &Row, sent: Vec<SeenMessage>) -> Result<(), Error> {
    if !store::end(tx, scope, row.id, ("done", None)).await? {
        return Ok(());
    }
    match &row.payload {
        Payload::Send { .. } => went(tx, scope, row, &sent).await,
        Payload::Edit { .. } => match (row.message_id, sent.first().and_then(|message| message.edited_at)) {
            (Some(message), Some(at)) => edits::confirm(tx, scope, message, at).await,
            _ => Ok(()),
        },
        Payload::Delete { external_ids } => {
            let gone = tombstones::bury(tx, scope, row.chat_id, external_ids).await?;
            let told = gone.into_iter().map(|message| told(MESSAGE_DELETED, row.chat_id, message));
            events::append(tx, told.collect::<Vec<_>>()).await?;
            refresh::refresh(tx, scope, &[row.chat_id]).await
        }
        Payload::Read { .. } | Payload::React { .. } => Ok(()),
    }
}

fn told(kind: &'static str, chat: Uuid, message: Uuid) -> NewEvent {
    NewEvent::of(kind, KIND, message, json!(MessageTold { message_id: message, chat_id: chat }))
}

/// Which message each of those is that the channel sent: by the number that was sent along, else in their order.
fn pair(ours: &[(i64, Uuid)], sent: &[SeenMessage]) -> Vec<(Uuid, usize)> {
    let mut left: Vec<usize> = (0..sent.len()).collect();
    let mut pairs = Vec::with_capacity(ours.len());
    let mut unknown = Vec::new();
    for (random, message) in ours {
        match left.iter().position(|index| sent[*index].random_id == Some(*random)) {
            Some(at) => pairs.push((*message, left.remove(at))),
            None => unknown.push(*message),
        }
    }
    pairs.extend(unknown.into_iter().zip(left));
    pairs
}

async fn went(tx: &Tx, scope: &Scope, row: &Row, sent: &[SeenMessage]) -> Result<(), Error> {
    let chat = match sent.first() {
        Some(first) => crate::chats::meeting::settle(tx, scope, row.chat_id, first.chat_id).await?,
        None => row.chat_id,
    };
    // Before its messages, as whoever stores what the account saw: else an answer that comes at once and this wait for each
    // other.
    crate::chats::store::hold(tx, scope, &[chat]).await?;
    let ours = store::messages_of(tx, scope, row.id).await?;
    let mut events = Vec::with_capacity(ours.len());
    for (message, index) in pair(&ours, sent) {
        let seen = &sent[index];
        numbered(tx, scope, chat, message, (seen.id, seen.at)).await?;
        let data = MessageSent { message_id: message, chat_id: chat, external_id: Some(seen.id.to_string()) };
        events.push(NewEvent::of(MESSAGE_SENT, KIND, message, json!(data)));
    }
    events::append(tx, events).await?;
    refresh::refresh(tx, scope, &[chat]).await
}

/// Gives a message of ours the number that the channel gave it. Its echo, if it came before, is it.
pub(crate) async fn numbered(
    tx: &Tx,
    scope: &Scope,
    chat: Uuid,
    message: Uuid,
    (external_id, at): (i64, DateTime<Utc>),
) -> Result<(), Error> {
    let mut echo = Sql::new("delete from messages where org_id = ");
    echo.bind(scope.org_id.0)
        .with(" and chat_id = ? and external_id = ? and id <> ?", [chat.into(), external_id.into(), message.into()]);
    if echo.run(tx).await? > 0 {
        messages::remove_orphans(tx, scope, chat).await?;
    }
    let mut sql = Sql::new("update messages set external_id = ");
    sql.bind(external_id).add(", place = ").bind(external_id).add(", sent_at = ").bind(at);
    sql.add(", chat_id = ").bind(chat).add(", error = null, version = version + 1, status = case when ");
    sql.bind(external_id)
        .add(" <= (select c.read_outbox_until from chats c where c.org_id = messages.org_id and c.id = ");
    sql.bind(chat).add(") then 'read' else 'sent' end where org_id = ").bind(scope.org_id.0);
    sql.with(" and id = ?", [message.into()]);
    sql.run(tx).await?;
    Ok(())
}

async fn later(
    tx: &Tx,
    scope: &Scope,
    row: &Row,
    (not_before, code, counts): (DateTime<Utc>, &str, bool),
) -> Result<(), Error> {
    if !queue::put_off(tx, scope, row, (not_before, code, counts)).await? {
        return Ok(());
    }
    let (Some(message_id), Payload::Send { .. }) = (row.message_id, &row.payload) else { return Ok(()) };
    let data = MessageQueued { message_id, chat_id: row.chat_id, not_before: not_before.to_rfc3339() };
    Ok(events::append(tx, [NewEvent::of(MESSAGE_QUEUED, KIND, message_id, json!(data))]).await?)
}

async fn never(tx: &Tx, scope: &Scope, row: &Row, code: &str) -> Result<(), Error> {
    if !store::end(tx, scope, row.id, ("failed", Some(code))).await? {
        return Ok(());
    }
    let Some(message_id) = row.message_id else { return Ok(()) };
    match &row.payload {
        Payload::Send { .. } => {
            let ours = store::messages_of(tx, scope, row.id).await?;
            let mut sql = Sql::new("update messages set status = 'failed', version = version + 1, error = ");
            sql.bind(code).add(" where org_id = ").bind(scope.org_id.0).add(" and status = 'queued' and id in ");
            sql.list(ours.iter().map(|(_, id)| *id));
            sql.run(tx).await?;
        }
        Payload::Edit { .. } => {
            edits::take_back(tx, scope, message_id, code).await?;
            events::append(tx, [told(MESSAGE_EDITED, row.chat_id, message_id)]).await?;
        }
        Payload::Delete { .. } | Payload::Read { .. } | Payload::React { .. } => return Ok(()),
    }
    let data = MessageFailed { message_id, chat_id: row.chat_id, code: code.to_owned(), author_id: row.created_by };
    events::append(tx, [NewEvent::of(MESSAGE_FAILED, KIND, message_id, json!(data))]).await?;
    refresh::refresh(tx, scope, &[row.chat_id]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(id: i64, random_id: Option<i64>) -> SeenMessage {
        SeenMessage {
            chat_id: 1,
            id,
            outgoing: true,
            sender: None,
            at: DateTime::UNIX_EPOCH,
            edited_at: None,
            text: String::new(),
            entities: Vec::new(),
            reply_to: None,
            topic_id: None,
            forwarded_from: None,
            album_id: None,
            media: None,
            reactions: Vec::new(),
            service: None,
            random_id,
            automatic: false,
        }
    }

    #[test]
    fn what_was_sent_is_known_by_its_number_else_by_its_place() {
        let id = Uuid::from_u128;
        let ours = [(11, id(1)), (12, id(2)), (13, id(3))];
        let cases = [
            (vec![seen(5, Some(12)), seen(6, Some(11)), seen(7, Some(13))], vec![(1, 6), (2, 5), (3, 7)]),
            (vec![seen(5, None), seen(6, None), seen(7, None)], vec![(1, 5), (2, 6), (3, 7)]),
            (vec![seen(5, None), seen(6, Some(11))], vec![(1, 6), (2, 5)]),
            (vec![], vec![]),
        ];
        for (sent, expected) in cases {
            let paired = pair(&ours, &sent);
            let mut paired: Vec<_> = paired.iter().map(|(id, index)| (id.as_u128(), sent[*index].id)).collect();
            paired.sort_unstable();
            assert_eq!(paired, expected);
        }
    }
}
