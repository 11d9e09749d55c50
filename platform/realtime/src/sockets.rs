//! Socket.IO: rooms that a client joins, and what happens in them. The protocol of clients is in `docs/realtime.md`.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use api::{
    Principal, SessionKind,
    auth::Credentials,
    rate_limit::{Allowance, Gcra},
};
use axum::http::{HeaderValue, header};
use http::{Request, request::Parts};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use socketioxide::{
    SendError, SocketError, SocketIo,
    extract::{AckSender, SocketRef, TryData},
    handler::ConnectHandler,
    layer::SocketIoLayer,
};
use tokio::{
    sync::Notify,
    time::{Instant, MissedTickBehavior},
};

use crate::{
    connection::{Connection, Ended, Next, Start},
    http::CHECKED_EVERY,
    hub::{End, Hub},
    judged::Judged,
    presence::{Onlooker, Person},
};

/// The sockets of a process, to be closed when it stops.
#[derive(Clone)]
pub struct Sockets(SocketIo);

impl Sockets {
    /// Closes every socket.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

/// A ping so often; without a sign of life for twice as long the socket is closed.
const HEARTBEAT: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of one message of a client.
const MAX_MESSAGE: usize = 16 * 1024;
/// Messages that wait to be sent to a client before it counts as too slow.
const MAX_WAITING: usize = 512;
/// Rooms of one socket.
const MAX_ROOMS: usize = 200;
/// Places at which one socket can be.
const MAX_PLACES: usize = 20;
/// Refusals in a minute after which a client that keeps sending is closed, in allowances.
const STUBBORN: u32 = 5;

/// The layer that serves `/socket.io`, outside the limits of ordinary requests.
pub fn layer(hub: Hub) -> (SocketIoLayer, Sockets) {
    let (layer, io) = SocketIo::builder()
        .ping_interval(HEARTBEAT)
        .ping_timeout(PATIENCE)
        .connect_timeout(Duration::from_secs(20))
        .max_payload(MAX_MESSAGE as u64)
        .ws_max_message_size(MAX_MESSAGE)
        .ws_read_buffer_size(2048)
        .max_buffer_size(MAX_WAITING)
        .build_layer();
    let guard = hub.clone();
    let admit = move |socket: SocketRef, TryData(greeting): TryData<Value>| {
        let hub = guard.clone();
        async move { admit(&hub, &socket, greeting.unwrap_or_default()).await }
    };
    let serve = move |socket: SocketRef| {
        let hub = hub.clone();
        async move { begin(hub, socket).await }
    };
    io.ns("/", serve.with(admit));
    (layer, Sockets(io))
}

/// What a client says when it connects, and when it renews its token.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Greeting {
    /// Of a program.
    #[serde(default)]
    token: Option<String>,
    /// Of a browser with a session cookie: proof that our own page connects.
    #[serde(default)]
    csrf: Option<String>,
    /// The position seen last.
    #[serde(default)]
    after: Option<i64>,
}

/// Who connects, kept from the handshake for the connection.
#[derive(Clone)]
struct Admitted {
    principal: Arc<Principal>,
    parts: Arc<Parts>,
    start: Start,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(&'static str);

async fn admit(hub: &Hub, socket: &SocketRef, greeting: Value) -> Result<(), Refused> {
    let greeting: Greeting = serde_json::from_value(greeting).unwrap_or_default();
    let parts = credentials(socket.req_parts(), &greeting);
    let principal = who(hub, &parts).await?;
    let start = greeting.after.filter(|after| *after >= 0).map_or(Start::Now, Start::After);
    socket.extensions.insert(Admitted { principal, parts: Arc::new(parts), start });
    Ok(())
}

async fn who(hub: &Hub, parts: &Parts) -> Result<Arc<Principal>, Refused> {
    match hub.0.authenticator.authenticate(parts).await {
        Ok(Credentials::Accepted(principal)) => {
            let forged = principal.kind == SessionKind::Cookie && !hub.0.authenticator.csrf_holds(parts, &principal);
            if forged { Err(Refused("csrf.invalid")) } else { Ok(principal) }
        }
        Ok(Credentials::Refused(code)) => Err(Refused(code)),
        Ok(Credentials::Absent) => Err(Refused("auth.required")),
        Err(_) => Err(Refused("internal")),
    }
}

/// The headers that say who it is, those of the greeting first.
fn credentials(handshake: &Parts, greeting: &Greeting) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    for name in [header::AUTHORIZATION, header::COOKIE, header::ORIGIN, header::HOST] {
        parts.headers.extend(handshake.headers.get_all(&name).iter().map(|value| (name.clone(), value.clone())));
    }
    let bearer = greeting.token.as_ref().and_then(|token| HeaderValue::try_from(format!("Bearer {token}")).ok());
    if let Some(bearer) = bearer {
        parts.headers.insert(header::AUTHORIZATION, bearer);
    }
    if let Some(csrf) = greeting.csrf.as_ref().and_then(|csrf| HeaderValue::try_from(csrf).ok()) {
        parts.headers.insert("x-csrf-token", csrf);
    }
    parts
}

/// What the handlers of a socket share with the task that tells it what happens.
struct Client {
    rooms: Mutex<HashSet<String>>,
    principal: Mutex<Arc<Principal>>,
    parts: Mutex<Arc<Parts>>,
    renewed: Notify,
    end: Arc<End>,
    sent: Gcra<bool>,
    allowance: Allowance,
    /// The number of its connection.
    number: u64,
    places: Mutex<HashSet<String>>,
}

/// A socket that is told who else is there.
struct Window(SocketRef);

impl Onlooker for Window {
    fn see(&self, room: &str, people: &[Person]) {
        let _ = self.0.emit("presence", &json!({ "room": room, "people": people }));
    }
}

async fn begin(hub: Hub, socket: SocketRef) {
    let Some(Admitted { principal, parts, start }) = socket.extensions.remove::<Admitted>() else {
        let _ = socket.disconnect();
        return;
    };
    let connection = hub.open(Arc::clone(&principal), start);
    let (org, user) = (principal.scope.org_id, principal.scope.user_id());
    // Until there are teams, the organization is one.
    let rooms = [format!("org:{org}"), format!("team:{org}")].into_iter();
    let client = Arc::new(Client {
        rooms: Mutex::new(rooms.chain(user.map(|user| format!("user:{user}"))).collect()),
        principal: Mutex::new(principal),
        parts: Mutex::new(parts),
        renewed: Notify::new(),
        end: Arc::clone(connection.end()),
        sent: Gcra::default(),
        allowance: Allowance { requests: hub.0.limits.messages_per_minute, window: Duration::from_mins(1) },
        number: connection.number(),
        places: Mutex::default(),
    });
    listen(&socket, &hub, &client);
    tokio::spawn(tell(socket, connection, client));
}

/// Answers to what a client asks.
#[derive(Serialize)]
struct Answer {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rooms: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<Person>,
}

impl Answer {
    fn ok() -> Self {
        Self { ok: true, code: None, rooms: Vec::new(), people: Vec::new() }
    }

    fn refused(code: &'static str) -> Self {
        Self { ok: false, code: Some(code), ..Self::ok() }
    }
}

#[derive(Deserialize)]
struct Being {
    room: String,
    #[serde(default)]
    editing: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Rooms {
    One(String),
    Many(Vec<String>),
    Named { rooms: Vec<String> },
}

impl Rooms {
    fn names(self) -> Vec<String> {
        match self {
            Self::One(room) => vec![room],
            Self::Many(rooms) | Self::Named { rooms } => rooms,
        }
    }
}

fn listen(socket: &SocketRef, hub: &Hub, client: &Arc<Client>) {
    let (hub_, client_) = (hub.clone(), Arc::clone(client));
    socket.on("join", move |TryData(rooms): TryData<Rooms>, ack: AckSender| {
        let (hub, client) = (hub_, client_);
        async move {
            let answer = match (client.heard(), rooms) {
                (Err(refused), _) => refused,
                (_, Err(_)) => Answer::refused("request.malformed"),
                (Ok(()), Ok(rooms)) => client.join(&hub, rooms.names()).await,
            };
            let _ = ack.send(&answer);
        }
    });
    let client_ = Arc::clone(client);
    socket.on("leave", move |TryData(rooms): TryData<Rooms>, ack: AckSender| {
        let client = client_;
        async move {
            let answer = match (client.heard(), rooms) {
                (Err(refused), _) => refused,
                (_, Err(_)) => Answer::refused("request.malformed"),
                (Ok(()), Ok(rooms)) => client.leave(&rooms.names()),
            };
            let _ = ack.send(&answer);
        }
    });
    let (hub_, client_) = (hub.clone(), Arc::clone(client));
    socket.on("present", move |socket: SocketRef, TryData(being): TryData<Being>, ack: AckSender| {
        let (hub, client) = (hub_, client_);
        async move {
            let answer = match (client.heard(), being) {
                (Err(refused), _) => refused,
                (_, Err(_)) => Answer::refused("request.malformed"),
                (Ok(()), Ok(being)) => client.be_at(&hub, socket, being).await,
            };
            let _ = ack.send(&answer);
        }
    });
    let (hub_, client_) = (hub.clone(), Arc::clone(client));
    socket.on("absent", move |TryData(being): TryData<Being>, ack: AckSender| {
        let (hub, client) = (hub_, client_);
        async move {
            let answer = match (client.heard(), being) {
                (Err(refused), _) => refused,
                (_, Err(_)) => Answer::refused("request.malformed"),
                (Ok(()), Ok(being)) => client.be_away(&hub, &being.room),
            };
            let _ = ack.send(&answer);
        }
    });
    let (hub_, client_) = (hub.clone(), Arc::clone(client));
    socket.on("auth", move |socket: SocketRef, TryData(greeting): TryData<Greeting>, ack: AckSender| {
        let (hub, client) = (hub_, client_);
        async move {
            let answer = match (client.heard(), greeting) {
                (Err(refused), _) => refused,
                (_, Err(_)) => Answer::refused("request.malformed"),
                (Ok(()), Ok(greeting)) => client.renew(&hub, credentials(socket.req_parts(), &greeting)).await,
            };
            let _ = ack.send(&answer);
        }
    });
}

impl Client {
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

    fn scope(&self) -> Scope {
        self.principal.lock().unwrap_or_else(PoisonError::into_inner).scope.clone()
    }

    async fn join(&self, hub: &Hub, names: Vec<String>) -> Answer {
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

    fn leave(&self, names: &[String]) -> Answer {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            rooms.remove(&canonical(name.clone()));
        }
        Answer::ok()
    }

    /// The client looks at a record or a board; it is told whenever somebody else comes or goes, until it leaves.
    async fn be_at(&self, hub: &Hub, socket: SocketRef, Being { room, editing }: Being) -> Answer {
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

    fn be_away(&self, hub: &Hub, room: &str) -> Answer {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.remove(room) {
            hub.0.presence.leave(self.scope().org_id, room, self.number);
        }
        Answer::ok()
    }

    fn be_away_from_everywhere(&self, hub: &Hub) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let org = self.scope().org_id;
        places.drain().for_each(|room| hub.0.presence.leave(org, &room, self.number));
    }

    /// Takes newer credentials of the same person in the same organization.
    async fn renew(&self, hub: &Hub, parts: Parts) -> Answer {
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

    fn hears(&self, judged: &Judged) -> bool {
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

/// Tells the socket what happens in its rooms, until one of the two ends.
async fn tell(socket: SocketRef, mut connection: Connection, client: Arc<Client>) {
    let (gone, hub) = (Arc::clone(&client), connection.hub().clone());
    socket.on_disconnect(move || {
        let (gone, hub) = (gone, hub);
        async move {
            gone.end.because(Ended::Closing);
            gone.be_away_from_everywhere(&hub);
        }
    });
    let first = match connection.begin().await {
        Ok(first) => first,
        Err(error) => {
            tracing::error!(%error, "a socket could not begin");
            let _ = socket.disconnect();
            return;
        }
    };
    if let Some(Next::Reset(seq)) = first {
        let _ = socket.emit("reset", &json!({ "seq": seq }));
    }
    let _ = socket.emit("ready", &json!({ "seq": connection.reached() }));
    let mut check = tokio::time::interval_at(Instant::now() + CHECKED_EVERY, CHECKED_EVERY);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let next = tokio::select! {
            next = connection.next() => Some(next),
            () = client.renewed.notified() => None,
            _ = check.tick() => None,
        };
        match next {
            None => {
                let parts = Arc::clone(&client.parts.lock().unwrap_or_else(PoisonError::into_inner));
                connection.check(&parts).await;
                *client.principal.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(connection.principal());
            }
            Some(Next::Told(judged)) => {
                if client.hears(&judged) && !send(&socket, &judged, connection.scope()) {
                    client.end.because(Ended::TooSlow);
                }
            }
            Some(Next::Reset(_)) => {}
            Some(Next::Ended(reason)) => {
                let _ = socket.emit("closing", &json!({ "reason": reason.as_str() }));
                let _ = socket.disconnect();
                return;
            }
        }
    }
}

/// Whether the client keeps up.
fn send(socket: &SocketRef, judged: &Judged, scope: &Scope) -> bool {
    let Some((message, whole)) = judged.message(scope) else { return true };
    let mut sent = socket.emit("event", &*message);
    if whole {
        for (name, data) in &judged.aliases {
            sent = sent.and_then(|()| socket.emit(name, data));
        }
    }
    !matches!(sent, Err(SendError::Socket(SocketError::InternalChannelFull)))
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
