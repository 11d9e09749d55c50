//! Socket.IO: rooms that a client joins, and what happens in them. The protocol of clients is in `docs/realtime.md`.

mod client;
mod places;

use std::{future::ready, sync::Arc, time::Duration};

use api::{Principal, SessionKind, auth::Credentials};
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
use tokio::time::Instant;

use self::{
    client::{Client, Rooms},
    places::Being,
};
use crate::{
    connection::{Connection, Ended, Next, Start},
    http::checks,
    hub::Hub,
    judged::Judged,
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
/// How long a client may leave no room for more, and how often it is looked whether there is some.
const PATIENCE_WITH_SLOW: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

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
            match (forged, principal.needs_factor) {
                (true, _) => Err(Refused("csrf.invalid")),
                (_, true) => Err(Refused("mfa.required")),
                _ => Ok(principal),
            }
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

async fn begin(hub: Hub, socket: SocketRef) {
    let Some(admitted) = socket.extensions.remove::<Admitted>() else {
        let _ = socket.disconnect();
        return;
    };
    let connection = hub.open(Arc::clone(&admitted.principal), admitted.start);
    let client = Arc::new(Client::new(&hub, &connection, admitted));
    listen(&socket, &hub, &client);
    tokio::spawn(tell(socket, connection, client));
}

/// What a client may ask of its socket.
fn listen(socket: &SocketRef, hub: &Hub, client: &Arc<Client>) {
    let shared = (hub.clone(), Arc::clone(client));
    socket.on("join", move |TryData(rooms): TryData<Rooms>, ack: AckSender| {
        let (hub, client) = shared;
        async move { client.answer(ack, rooms, |rooms| client.join(&hub, rooms.names())).await }
    });
    let shared = Arc::clone(client);
    socket.on("leave", move |TryData(rooms): TryData<Rooms>, ack: AckSender| {
        let client = shared;
        async move { client.answer(ack, rooms, |rooms| ready(client.leave(&rooms.names()))).await }
    });
    let shared = (hub.clone(), Arc::clone(client));
    socket.on("present", move |socket: SocketRef, TryData(being): TryData<Being>, ack: AckSender| {
        let (hub, client) = shared;
        async move { client.answer(ack, being, |being| client.be_at(&hub, socket, being)).await }
    });
    let shared = (hub.clone(), Arc::clone(client));
    socket.on("absent", move |TryData(being): TryData<Being>, ack: AckSender| {
        let (hub, client) = shared;
        async move { client.answer(ack, being, |being| ready(client.be_away(&hub, &being.room))).await }
    });
    let shared = (hub.clone(), Arc::clone(client));
    socket.on("typing", move |TryData(being): TryData<Being>, ack: AckSender| {
        let (hub, client) = shared;
        async move { client.answer(ack, being, |being| ready(client.type_at(&hub, &being.room))).await }
    });
    let shared = (hub.clone(), Arc::clone(client));
    socket.on("auth", move |socket: SocketRef, TryData(greeting): TryData<Greeting>, ack: AckSender| {
        let (hub, client) = shared;
        async move {
            let renew = |greeting| client.renew(&hub, credentials(socket.req_parts(), &greeting));
            client.answer(ack, greeting, renew).await;
        }
    });
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
    let mut check = checks();
    loop {
        let next = tokio::select! {
            next = connection.next() => Some(next),
            () = client.renewed.notified() => None,
            _ = check.tick() => None,
        };
        match next {
            None => client.check(&mut connection).await,
            Some(Next::Told(judged)) => {
                if client.hears(&judged) && !send(&socket, &judged, connection.scope()).await {
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
async fn send(socket: &SocketRef, judged: &Judged, scope: &Scope) -> bool {
    let Some((message, whole)) = judged.message(scope) else { return true };
    if !emit(socket, "event", &*message).await {
        return false;
    }
    if whole {
        for (name, data) in &judged.aliases {
            if !emit(socket, name, data).await {
                return false;
            }
        }
    }
    true
}

/// Waits for room: what happens meanwhile is read from the database afterwards. False when there was none for too long.
async fn emit<T: Serialize + ?Sized>(socket: &SocketRef, name: &str, data: &T) -> bool {
    let patience = Instant::now() + PATIENCE_WITH_SLOW;
    while let Err(SendError::Socket(SocketError::InternalChannelFull)) = socket.emit(name, data) {
        if Instant::now() >= patience {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
    }
    true
}
