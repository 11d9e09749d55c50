//! One TCP connection: packets in, calls to the core, answers and updates out. Its life is in the hub's hands.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    task::JoinSet,
};

use crate::{
    core::{Received, Shared},
    hub::Outgoing,
    wire::{
        WireError, array,
        cipher::{self, Header, KeyId},
        envelope, transport,
    },
};

/// How many packets wait for the core.
const PACKETS: usize = 64;
/// What is sent in one container, at most. Telegram's limit is 1020 messages.
const MAX_BATCH: usize = 100;
const MAX_BATCH_BYTES: usize = 256 << 10;
/// How often a connection that was told not to read looks whether it may again.
const DEAF_PAUSE: Duration = Duration::from_millis(20);
/// The transport error for a key that is not known.
const KEY_UNKNOWN: i32 = -404;

/// Whom a connection talks to, once a packet was understood.
struct Session {
    key: Arc<[u8; 256]>,
    id: KeyId,
    salt: i64,
    number: i64,
}

struct Writer {
    half: OwnedWriteHalf,
    packets: u32,
    message_id: i64,
    content: i32,
}

/// Serves a connection until it ends.
pub(crate) async fn serve(core: Shared, stream: TcpStream, connection: u64, mut outgoing: mpsc::Receiver<Outgoing>) {
    let served = converse(&core, stream, connection, &mut outgoing).await;
    if let Err(error) = served {
        tracing::debug!(connection, %error, "connection ended");
    }
    let mut core = core.lock();
    if core.hub.disconnect(connection) {
        core.note_disconnected(connection);
    }
}

async fn converse(
    core: &Shared,
    stream: TcpStream,
    connection: u64,
    outgoing: &mut mpsc::Receiver<Outgoing>,
) -> Result<(), WireError> {
    stream.set_nodelay(true)?;
    let (reading, half) = stream.into_split();
    let mut writer = Writer { half, packets: 0, message_id: 0, content: 0 };
    let (sender, mut packets) = mpsc::channel(PACKETS);
    // Ends with this function: a JoinSet aborts what is in it when it is dropped.
    let mut reader = JoinSet::new();
    reader.spawn(read(core.clone(), reading, connection, sender));
    let mut session: Option<Session> = None;
    loop {
        tokio::select! {
            packet = packets.recv() => {
                let Some(packet) = packet else { return Ok(()) };
                match receive(core, connection, &packet)? {
                    Some(speaker) => session = Some(speaker),
                    None => return writer.refuse().await,
                }
            }
            first = outgoing.recv() => {
                let Some(first) = first else { return Ok(()) };
                let Some(session) = &session else { continue };
                writer.send(core, session, first, outgoing).await?;
            }
        }
    }
}

async fn read(core: Shared, mut half: OwnedReadHalf, connection: u64, packets: mpsc::Sender<Vec<u8>>) {
    loop {
        let Ok(packet) = transport::read_packet(&mut half).await else { return };
        while core.lock().hub.brokenness(connection).deaf {
            tokio::time::sleep(DEAF_PAUSE).await;
        }
        if packets.send(packet).await.is_err() {
            return;
        }
    }
}

/// Opens a packet and has its calls done. `None` when the key is not known here.
fn receive(core: &Shared, connection: u64, packet: &[u8]) -> Result<Option<Session>, WireError> {
    let id: KeyId = array(packet, 0)?;
    let Some(key) = core.lock().key(connection, id) else { return Ok(None) };
    let opened = cipher::open(&key, packet)?;
    for request in envelope::open(opened.message_id, &opened.body)? {
        match core.lock().receive(connection, id, &request) {
            Received::Done => {}
            Received::KeyUnknown => return Ok(None),
            Received::Later(delay) => later(core.clone(), connection, id, request, delay),
        }
    }
    Ok(Some(Session { key, id, salt: opened.salt, number: opened.session }))
}

/// A delayed call must not hold up the others of its connection.
fn later(core: Shared, connection: u64, key: KeyId, request: envelope::Request, delay: Duration) {
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        core.lock().perform(connection, key, &request);
    });
}

impl Writer {
    /// Transport errors of Telegram come without a frame: the number where length, sequence and payload would be.
    async fn refuse(&mut self) -> Result<(), WireError> {
        self.half.write_all(&KEY_UNKNOWN.to_le_bytes().repeat(3)).await?;
        Ok(())
    }

    /// Sends a message and what else is waiting, in one container.
    async fn send(
        &mut self,
        core: &Shared,
        session: &Session,
        first: Outgoing,
        waiting: &mut mpsc::Receiver<Outgoing>,
    ) -> Result<(), WireError> {
        let now = core.lock().now();
        let mut messages = Vec::new();
        let mut bytes = 0;
        let mut next = Some(first);
        while let Some(message) = next {
            let (id, sequence, body) = self.number(now, message);
            bytes += body.len();
            messages.push((id, sequence, body));
            let is_full = messages.len() >= MAX_BATCH || bytes >= MAX_BATCH_BYTES;
            next = if is_full { None } else { waiting.try_recv().ok() };
        }
        let (message_id, sequence, body) = match messages.pop() {
            Some(only) if messages.is_empty() => only,
            last => {
                messages.extend(last);
                let body = envelope::container(&messages);
                (self.next_id(now) | 1, self.content * 2, body)
            }
        };
        let header = Header { salt: session.salt, session: session.number, message_id, sequence };
        let packet = cipher::seal(&session.key, session.id, &header, &body);
        let mut out = Vec::with_capacity(packet.len() + 16);
        transport::put_packet(&mut out, self.packets, &packet);
        self.packets = self.packets.wrapping_add(1);
        self.half.write_all(&out).await?;
        Ok(())
    }

    /// Gives a message its id and sequence number: ids of answers are 1 modulo 4, of others 3.
    fn number(&mut self, now: i32, message: Outgoing) -> (i64, i32, Vec<u8>) {
        let id = self.next_id(now);
        let sequence = self.content * 2 + 1;
        self.content = self.content.wrapping_add(1);
        match message {
            Outgoing::Answer(body) => (id | 1, sequence, body),
            Outgoing::Update(body) => (id | 3, sequence, body.to_vec()),
        }
    }

    fn next_id(&mut self, now: i32) -> i64 {
        self.message_id = (self.message_id + 4).max(i64::from(now) << 32);
        self.message_id
    }
}
