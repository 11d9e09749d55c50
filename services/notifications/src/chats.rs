//! Reactions to what happens in chats: whoever is mentioned beside one, got one, or has one that somebody wrote into is told.

use std::sync::Arc;

use contracts::{events as e, permissions::CHATS_READ};
use db::Tx;
use events::{Event, Handler, HandlerError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Notifications,
    kinds::Kind,
    subscriptions::{each_once, id_in, seeing},
    telling::{self, News},
};

const CHAT: &str = "chat";

/// Tells them.
pub struct TellOfChats(pub Arc<Notifications>);

/// Whom an event of a chat is for, and as what.
fn meant(event: &Event) -> Option<(Kind, Vec<Uuid>)> {
    let data = &event.data;
    let (kind, people) = match event.kind.as_str() {
        e::CHAT_ASSIGNED => (Kind::AssignedChat, id_in(&data["to"]).into_iter().collect()),
        // Of what came while nobody listened one sees in the inbox.
        e::MESSAGE_RECEIVED if data["isLate"] == true => return None,
        e::MESSAGE_RECEIVED => (Kind::Message, id_in(&data["assigneeId"]).into_iter().collect()),
        _ => (Kind::Mention, data["mentions"].as_array().into_iter().flatten().filter_map(id_in).collect::<Vec<_>>()),
    };
    (!people.is_empty()).then_some((kind, people))
}

#[async_trait::async_trait]
impl Handler for TellOfChats {
    fn name(&self) -> &'static str {
        "notifications.tell_of_chats"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[e::CHAT_ASSIGNED, e::MESSAGE_RECEIVED, e::COMMENT_CREATED, e::COMMENT_UPDATED]
    }

    async fn wants(&self, event: &Event) -> Result<bool, HandlerError> {
        Ok(meant(event).is_some())
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let (Some((kind, people)), Some(chat)) = (meant(event), id_in(&event.data["chatId"])) else { return Ok(()) };
        let service = &self.0;
        let Some(holding) = service.held(event, CHAT, &[chat]).await?.remove(&chat) else { return Ok(()) };
        let mut people = seeing(service.members(event, &people).await?, CHAT, &holding);
        people.retain(|person| person.grants.allows(CHATS_READ));
        let data = match kind {
            Kind::Message => json!({ "messageId": event.data["messageId"] }),
            Kind::Mention => json!({ "commentId": event.subjects().first() }),
            _ => Value::Object(serde_json::Map::new()),
        };
        // Who writes is nobody of ours.
        let actor = event.actor_id.filter(|_| kind != Kind::Message);
        let news = News { kind, subject: (CHAT.to_owned(), chat), actor, data, in_batch: event.batch_id.is_some() };
        Ok(telling::tell(service, tx, &news, &each_once(people)).await?)
    }
}
