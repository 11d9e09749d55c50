//! One socket's client: the rooms it hears of, what it may still send, and what it asks.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use api::{
    Principal,
    rate_limit::{Allowance, Gcra},
};
use http::request::Parts;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use socketioxide::extract::AckSender;
use tokio::{sync::Notify, time::Instant};

use super::{Admitted, Refused, who};
use crate::{
    connection::{Connection, Ended},
    hub::{End, Hub},
    judged::Judged,
    presence::Person,
};

/// Rooms of one socket.
const MAX_ROOMS: usize = 200;
/// Refusals in a minute after which a client that keeps sending is closed, in allowances.
const STUBBORN: u32 = 5;

/// What the handlers of a socket share with the task that tells it what happens.
pub(super) struct Client {
    rooms: Mutex<HashSet<String>>,
    principal: Mutex<Arc<Principal>>,
    parts: Mutex<Arc<Parts>>,
    pub renewed: Notify,
    pub end: Arc<End>,
    sent: Gcra<bool>,
    allowance: Allowance,
    /// The number of its connection.
    pub number: u64,
    pub places: Mutex<HashSet<String>>,
}

/// Answers to what a client asks.
#[derive(Serialize)]
pub(super) struct Answer {
    pub ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
}

impl Answer {
    pub fn ok() -> Self {
        Self { ok: true, code: None, rooms: Vec::new(), people: Vec::new() }
    }

    pub fn refused(code: &'static str) -> Self {
        Self { ok: false, code: Some(code), ..Self::ok() }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Rooms {
    One(String),
    Many(Vec<String>),
    Named { rooms: Vec<String> },
}

impl Rooms {
    pub fn names(self) -> Vec<String> {
        match self {
            Self::One(room) => vec![room],
            Self::Many(rooms) | Self::Named { rooms } => rooms,
        }
    }
}

impl Client {
    pub fn new(hub: &Hub, connection: &Connection, admitted: Admitted) -> Self {
        let scope = &admitted.principal.scope;
        let (org, user) = (scope.org_id, scope.actor.id());
        // Until there are teams, the organization is one.
        let rooms = [format!("org:{org}"), format!("team:{org}")].into_iter();
        Self {
            rooms: Mutex::new(rooms.chain(user.map(|user| format!("user:{user}"))).collect()),
            principal: Mutex::new(admitted.principal),
            parts: Mutex::new(admitted.parts),
            renewed: Notify::new(),
            end: Arc::clone(connection.end()),
            sent: Gcra::default(),
            allowance: Allowance { requests: hub.0.limits.messages_per_minute, window: Duration::from_mins(1) },
            number: connection.number(),
            places: Mutex::default(),
        }
    }

    /// Answers what the client asks, unless it asks too often or cannot be understood.
    pub async fn answer<T, E, A>(&self, ack: AckSender, asked: Result<T, E>, then: impl FnOnce(T) -> A)
    where
        A: Future<Output = Answer>,
    {
        let answer = match (self.heard(), asked) {
            (Err(refused), _) => refused,
            (_, Err(_)) => Answer::refused("request.malformed"),
            (Ok(()), Ok(asked)) => then(asked).await,
        };
        let _ = ack.send(&answer);
    }

    /// Counts a message; refuses it beyond the allowance, and closes the socket of a client that does not mind.
    fn heard(&self) -> Result<(), Answer> {
        self.end.touch();
        let now = Instant::now();
        match self.sent.check(false, self.allowance, now) {
            Some(verdict) if !verdict.allowed => {
                let patience = Allowance { requests: self.allowance.requests * STUBBORN, ..self.allowance };
                if self.sent.check(true, patience, now).is_some_and(|verdict| !verdict.allowed) {
                    self.end.because(Ended::RateLimited);
                }
                Err(Answer::refused("rate.limited"))
            }
            _ => Ok(()),
        }
    }

    pub fn scope(&self) -> Scope {
        self.principal.lock().unwrap_or_else(PoisonError::into_inner).scope.clone()
    }

    pub async fn join(&self, hub: &Hub, names: Vec<String>) -> Answer {
        let scope = self.scope();
        let mut joined = Vec::new();
        for name in names.into_iter().take(MAX_ROOMS).map(canonical) {
            match hub.0.judge.may_join(&scope, &name).await {
                Ok(true) => joined.push(name),
                Ok(false) => return Answer { rooms: vec![name], ..Answer::refused("room.forbidden") },
                Err(error) => {
                    tracing::error!(%error, room = name, "whether a room may be joined could not be found out");
                    return Answer::refused("internal");
                }
            }
        }
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() + joined.len() > MAX_ROOMS {
            return Answer::refused("rooms.too_many");
        }
        rooms.extend(joined.iter().cloned());
        Answer { rooms: joined, ..Answer::ok() }
    }

    pub fn leave(&self, names: &[String]) -> Answer {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            rooms.remove(&canonical(name.clone()));
        }
        Answer::ok()
    }

    /// Takes newer credentials of the same person in the same organization.
    pub async fn renew(&self, hub: &Hub, parts: Parts) -> Answer {
        match who(hub, &parts).await {
            Err(Refused(code)) => Answer::refused(code),
            Ok(principal) => {
                let scope = self.scope();
                if principal.scope.org_id != scope.org_id || principal.scope.user_id() != scope.user_id() {
                    return Answer::refused("auth.other");
                }
                *self.parts.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(parts);
                self.renewed.notify_one();
                Answer::ok()
            }
        }
    }

    /// Looks whether the one who connected still may, and as whom.
    pub async fn check(&self, connection: &mut Connection) {
        let parts = Arc::clone(&self.parts.lock().unwrap_or_else(PoisonError::into_inner));
        connection.check(&parts).await;
        *self.principal.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(connection.principal());
    }

    pub fn hears(&self, judged: &Judged) -> bool {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        judged.rooms.iter().any(|room| rooms.contains(room))
    }
}

/// `kind:id`; the older names `team-<id>` and `bd-account-<id>` mean the same.
fn canonical(name: String) -> String {
    for kind in ["team", "bd-account"] {
        if let Some(id) = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('-')) {
            return format!("{kind}:{id}");
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn older_names_of_rooms_mean_the_same() {
        assert_eq!(canonical("team-7".to_owned()), "team:7");
        assert_eq!(canonical("bd-account-7".to_owned()), "bd-account:7");
        assert_eq!(canonical("board:7".to_owned()), "board:7");
    }
}
