//! Which records and boards the client of a socket looks at, and who else does.

use std::sync::{Arc, PoisonError};

use serde::Deserialize;
use serde_json::json;
use socketioxide::extract::SocketRef;

use super::client::{Answer, Client};
use crate::{
    hub::Hub,
    presence::{Onlooker, Person, Typist},
};

/// Places at which one socket can be.
const MAX_PLACES: usize = 20;

/// A socket that is told who else is there.
struct Window(SocketRef);

impl Onlooker for Window {
    fn see(&self, room: &str, people: &[Person]) {
        let _ = self.0.emit("presence", &json!({ "room": room, "people": people }));
    }

    fn see_typing(&self, room: &str, typist: &Typist) {
        let _ = self.0.emit("typing", &json!({ "room": room, "person": typist }));
    }
}

#[derive(Deserialize)]
pub(super) struct Being {
    pub room: String,
    #[serde(default)]
    editing: bool,
}

impl Client {
    /// The client looks at a record or a board; it is told whenever somebody else comes or goes, until it leaves.
    pub async fn be_at(&self, hub: &Hub, socket: SocketRef, Being { room, editing }: Being) -> Answer {
        let scope = self.scope();
        let Some(user) = scope.user_id() else { return Answer::refused("room.forbidden") };
        let name = match hub.0.judge.may_be_at(&scope, &room).await {
            Ok(Some(name)) => name,
            Ok(None) => return Answer { rooms: vec![room], ..Answer::refused("room.forbidden") },
            Err(error) => {
                tracing::error!(%error, room, "whether somebody may be there could not be found out");
                return Answer::refused("internal");
            }
        };
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MAX_PLACES && !places.contains(&room) {
            return Answer::refused("rooms.too_many");
        }
        // Who has gone meanwhile would stay for ever.
        if self.end.token.is_cancelled() {
            return Answer::refused("room.forbidden");
        }
        places.insert(room.clone());
        let since = hub.0.feed.db().clock().now();
        let person = Person { id: user.0, name, editing, since };
        let people = hub.0.presence.enter(scope.org_id, &room, self.number, person, Arc::new(Window(socket)));
        Answer { people, ..Answer::ok() }
    }

    /// The client types at a place where it is; the others there are told, and nothing of it is kept.
    pub fn type_at(&self, hub: &Hub, room: &str) -> Answer {
        let known = hub.0.presence.type_at(self.scope().org_id, room, self.number);
        if known { Answer::ok() } else { Answer::refused("room.forbidden") }
    }

    pub fn be_away(&self, hub: &Hub, room: &str) -> Answer {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.remove(room) {
            hub.0.presence.leave(self.scope().org_id, room, self.number);
        }
        Answer::ok()
    }

    pub fn be_away_from_everywhere(&self, hub: &Hub) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let org = self.scope().org_id;
        places.drain().for_each(|room| hub.0.presence.leave(org, &room, self.number));
    }
}
