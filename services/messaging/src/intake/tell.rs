//! What of a batch is told: as it happens message by message, of history only that it came.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use contracts::{
    channels::{Origin, SeenChat, SeenMessage},
    events::{
        CHAT_SYNCED, ChatSynced, MESSAGE_DELETED, MESSAGE_EDITED, MESSAGE_REACTION_CHANGED, MESSAGE_READ,
        MESSAGE_RECEIVED, MESSAGE_SENT, MessageReceived, MessageSent, MessageTold, MessagesRead,
    },
};
use db::Tx;
use events::NewEvent;
use serde_json::json;
use uuid::Uuid;

use super::{chats::Met, fold::News};
use crate::{Error, chats::store::Row, errands::send::KIND, outreach::answered::Answered};

/// How old a message may be that people are notified of.
const FRESH: TimeDelta = TimeDelta::hours(1);

/// A message of theirs that is new.
#[derive(Clone, Copy, Debug)]
pub struct Received {
    pub chat: Uuid,
    message: Uuid,
    at: DateTime<Utc>,
    is_automatic: bool,
}

/// What happened, as chat and message.
#[derive(Debug, Default)]
pub struct Told {
    pub received: Vec<Received>,
    pub sent: Vec<(Uuid, Uuid, i64)>,
    pub edited: Vec<(Uuid, Uuid)>,
    pub deleted: Vec<(Uuid, Uuid)>,
    pub reacted: Vec<(Uuid, Uuid)>,
    /// Chats that are open again, and what is told of that.
    pub woken: Vec<NewEvent>,
    /// Chats that were answered in.
    pub answered: Answered,
    touched: BTreeSet<Uuid>,
    read: Vec<MessagesRead>,
}

impl Told {
    pub fn add(&mut self, chat: &Row, message: Uuid, seen: &SeenMessage) {
        if seen.outgoing {
            self.sent.push((chat.id, message, seen.id));
        } else {
            let received = Received { chat: chat.id, message, at: seen.at, is_automatic: seen.automatic };
            self.received.push(received);
        }
    }

    pub fn touch(&mut self, chat: Uuid) {
        self.touched.insert(chat);
    }

    /// Chats that do not show what they showed.
    pub fn touched(&mut self, met: &Met, news: &News, seen: &[SeenChat]) -> BTreeSet<Uuid> {
        for (marks, by) in [(&news.read_by_them, "them"), (&news.read_by_us, "us")] {
            for (chat, until) in marks {
                if let Some(row) = met.get(chat) {
                    self.read.push(MessagesRead { chat_id: row.id, until: until.to_string(), by: by.to_owned() });
                }
            }
        }
        let made = seen.iter().filter_map(|chat| met.get(&chat.id)).filter(|row| row.last_id.is_none());
        let mut all = std::mem::take(&mut self.touched);
        all.extend(made.map(|row| row.id));
        all.extend(self.received.iter().map(|received| received.chat));
        all.extend(self.sent.iter().map(|(chat, ..)| *chat));
        all.extend(self.edited.iter().chain(&self.deleted).map(|(chat, _)| *chat));
        all.extend(news.versions.keys().filter_map(|(chat, _)| met.get(chat)).map(|row| row.id));
        all
    }
}

/// Appends the events of a batch.
pub async fn tell(tx: &Tx, met: &Met, origin: Origin, told: Told) -> Result<(), Error> {
    let chats: BTreeMap<Uuid, &Row> = met.values().map(|row| (row.id, row)).collect();
    let events = if origin == Origin::History { progress(&chats, &told) } else { each(tx.clock().now(), &chats, told) };
    Ok(events::append(tx, events).await?)
}

fn progress(chats: &BTreeMap<Uuid, &Row>, told: &Told) -> Vec<NewEvent> {
    let mut counts: BTreeMap<Uuid, u64> = BTreeMap::new();
    for chat in told.received.iter().map(|received| &received.chat).chain(told.sent.iter().map(|(chat, ..)| chat)) {
        *counts.entry(*chat).or_default() += 1;
    }
    let event = |(chat, messages)| {
        let shown = chats.get(&chat).map_or(chat, |row| row.shown_as());
        NewEvent::of(CHAT_SYNCED, "chat", shown, json!(ChatSynced { chat_id: shown, messages }))
    };
    counts.into_iter().map(event).collect()
}

fn each(now: DateTime<Utc>, chats: &BTreeMap<Uuid, &Row>, told: Told) -> Vec<NewEvent> {
    let shown = |chat: Uuid| chats.get(&chat).map_or(chat, |row| row.shown_as());
    let event = |kind, message, data| NewEvent::of(kind, KIND, message, data);
    let mut events = Vec::with_capacity(told.received.len() + told.sent.len());
    let mut answered: BTreeSet<Uuid> = BTreeSet::new();
    for Received { chat, message, at, is_automatic } in told.received {
        let Some(row) = chats.get(&chat) else { continue };
        let first = !row.has_in && row.last_direction.as_deref() == Some("out") && answered.insert(chat);
        let data = MessageReceived {
            message_id: message,
            chat_id: row.shown_as(),
            contact_id: row.contact_id,
            channel: row.channel.clone(),
            account_id: row.account_id,
            is_first_response: first,
            assignee_id: row.assignee_id,
            is_late: at < now - FRESH,
            is_automatic,
        };
        events.push(event(MESSAGE_RECEIVED, message, json!(data)));
    }
    for (chat, message, external_id) in told.sent {
        let external_id = Some(external_id.to_string());
        let data = MessageSent { message_id: message, chat_id: shown(chat), external_id };
        events.push(event(MESSAGE_SENT, message, json!(data)));
    }
    let changes =
        [(MESSAGE_EDITED, told.edited), (MESSAGE_DELETED, told.deleted), (MESSAGE_REACTION_CHANGED, told.reacted)];
    for (kind, messages) in changes {
        for (chat, message) in messages {
            events.push(event(kind, message, json!(MessageTold { message_id: message, chat_id: shown(chat) })));
        }
    }
    for read in told.read {
        let read = MessagesRead { chat_id: shown(read.chat_id), ..read };
        events.push(NewEvent::of(MESSAGE_READ, "chat", read.chat_id, json!(read)));
    }
    events.extend(told.woken);
    events
}
