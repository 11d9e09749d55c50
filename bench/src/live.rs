//! How soon what happens is seen: sockets of many organizations, changes at a steady rate, and the time from sending a change
//! until each socket has been told of it. Also the memory of idle sockets, and one room full of them.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::{net::TcpStream, sync::mpsc, task::JoinSet, time::Instant};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, tungstenite::Message};

use crate::{
    load::{Client, request},
    process::Server,
    scenario::{create_database, sign_up_as},
};

pub struct Plan {
    pub rapport: PathBuf,
    /// Sockets that listen, spread over the organizations.
    pub sockets: usize,
    pub organizations: usize,
    /// Sockets that only stay open.
    pub idle: usize,
    /// Changes in a second.
    pub rate: u64,
    pub seconds: u64,
}

/// Changes that a full room is told of, as fast as they can be made.
const BURST: u64 = 100;
/// Writers that share the changes.
const WRITERS: u64 = 8;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects as socket.io-client does.
pub async fn connect(port: u16, token: &str) -> Result<Socket> {
    let url = format!("ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket");
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await?;
    socket.next().await.context("the opening")??;
    socket.send(Message::text(format!("40{}", json!({ "token": token })))).await?;
    loop {
        let message = socket.next().await.context("an answer")??;
        match message.to_text()? {
            "2" => socket.send(Message::text("3")).await?,
            text if text.starts_with("44") => bail!("refused: {text}"),
            text if text.contains("\"ready\"") => return Ok(socket),
            _ => {}
        }
    }
}

/// Spread over organizations, and those of each over processes.
async fn connect_many(ports: &[u16], tokens: &[String], count: usize) -> Result<Vec<Socket>> {
    let mut sockets = Vec::with_capacity(count);
    for chunk in (0..count).collect::<Vec<_>>().chunks(50) {
        let all = chunk.iter().map(|n| connect(ports[n / tokens.len() % ports.len()], &tokens[n % tokens.len()]));
        for socket in futures_util::future::join_all(all).await {
            sockets.push(socket?);
        }
    }
    Ok(sockets)
}

/// When each change was sent.
type Sent = Arc<[OnceLock<Instant>]>;

/// Reads until the socket closes; tells how long each change took to come.
async fn listen(mut socket: Socket, sent: Sent, seen: mpsc::UnboundedSender<Duration>) {
    while let Some(Ok(message)) = socket.next().await {
        let Ok(text) = message.to_text() else { continue };
        if text == "2" {
            let _ = socket.send(Message::text("3")).await;
        }
        let number =
            text.split_once("\"requestId\":\"bench-").and_then(|(_, rest)| rest.split('"').next()?.parse().ok());
        let at = number.and_then(|n: usize| sent.get(n)?.get().copied());
        if let Some(at) = at {
            let _ = seen.send(at.elapsed());
        }
    }
}

/// Makes every `WRITERS`th change; at a pace, or as fast as it can.
async fn write(port: u16, tokens: Arc<[String]>, first: u64, pace: Option<(Instant, u64)>, sent: Sent) -> Result<()> {
    let mut client = Client::open(port).await?;
    for n in (first..sent.len() as u64).step_by(usize::try_from(WRITERS)?) {
        if let Some((start, rate)) = pace {
            tokio::time::sleep_until(start + Duration::from_micros(n * 1_000_000 / rate)).await;
        }
        let place = usize::try_from(n)?;
        let headers =
            format!("authorization: Bearer {}\r\nx-request-id: bench-{n:06}\r\n", tokens[place % tokens.len()]);
        let body = json!({ "name": format!("Person {n}") }).to_string();
        let _ = sent[place].set(Instant::now());
        client.json(&request("POST", "/api/crm/contacts", &headers, &body)).await?;
    }
    Ok(())
}

struct Told {
    /// Sorted.
    times: Vec<Duration>,
    expected: usize,
    took: Duration,
}

impl Told {
    fn at(&self, percent: usize) -> f64 {
        let index = (self.times.len() * percent / 100).min(self.times.len().saturating_sub(1));
        self.times.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
    }
}

/// Has changes made in the organizations of the tokens while sockets of the same listen.
async fn tell(ports: &[u16], tokens: &[String], sockets: Vec<Socket>, changes: u64, rate: Option<u64>) -> Result<Told> {
    let sent: Sent = (0..changes).map(|_| OnceLock::new()).collect();
    let expected = usize::try_from(changes)? * sockets.len() / tokens.len();
    let (seen, mut told) = mpsc::unbounded_channel();
    let mut listeners = JoinSet::new();
    for socket in sockets {
        listeners.spawn(listen(socket, Arc::clone(&sent), seen.clone()));
    }
    let start = Instant::now();
    let tokens: Arc<[String]> = tokens.into();
    let writers: Vec<_> = ports
        .iter()
        .cycle()
        .zip(0..WRITERS)
        .map(|(port, n)| write(*port, Arc::clone(&tokens), n, rate.map(|rate| (start, rate)), Arc::clone(&sent)))
        .map(tokio::spawn)
        .collect();
    let mut times = Vec::with_capacity(expected);
    while times.len() < expected {
        match tokio::time::timeout(Duration::from_secs(20), told.recv()).await {
            Ok(Some(time)) => times.push(time),
            _ => break,
        }
    }
    let took = start.elapsed();
    for writer in writers {
        writer.await??;
    }
    listeners.abort_all();
    times.sort_unstable();
    Ok(Told { times, expected, took })
}

/// What is measured on.
pub enum Setup {
    Sqlite,
    /// A database of its own on this server.
    Postgres(String),
    /// Two processes over such a database, and over a broker and a Redis.
    Cluster {
        postgres: String,
        rabbitmq: String,
        redis: String,
    },
}

impl Setup {
    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
            Self::Cluster { .. } => "PostgreSQL, RabbitMQ and Redis, two processes",
        }
    }

    /// The processes, over a data folder.
    async fn start(&self, rapport: &Path, folder: &Path) -> Result<Vec<Server>> {
        let (server, settings, processes) = match self {
            Self::Sqlite => return Ok(vec![Server::rapport(rapport, folder, None).await?]),
            Self::Postgres(server) => (server, Vec::new(), 1),
            Self::Cluster { postgres, rabbitmq, redis } => {
                let settings = [("RAPPORT_RABBITMQ_URL", rabbitmq.clone()), ("RAPPORT_REDIS_URL", redis.clone())];
                (postgres, settings.to_vec(), 2)
            }
        };
        let url = create_database(server).await?;
        let mut servers = Vec::new();
        for _ in 0..processes {
            servers.push(Server::rapport_with(rapport, folder, Some(&url), &settings).await?);
        }
        Ok(servers)
    }
}

/// Measures; gives a table.
pub async fn run(plan: &Plan, setup: &Setup) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let servers = setup.start(&plan.rapport, folder.path()).await?;
    let ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
    let resident = || servers.iter().filter_map(Server::resident_mib).sum::<f64>();
    let mut tokens = Vec::new();
    for n in 0..plan.organizations {
        tokens.push(sign_up_as(ports[0], &format!("bench{n}@example.com")).await?.token);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;

    let before = resident();
    let started = Instant::now();
    let idle = connect_many(&ports, &tokens, plan.idle).await?;
    let connecting = started.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let after = resident();
    let count = u32::try_from(plan.idle)?;
    let each = (after - before) * 1024.0 / f64::from(count.max(1));
    drop(idle);
    tokio::time::sleep(Duration::from_secs(2)).await;

    let sockets = connect_many(&ports, &tokens, plan.sockets).await?;
    let steady = tell(&ports, &tokens, sockets, plan.rate * plan.seconds, Some(plan.rate)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let room = connect_many(&ports, &tokens[..1], plan.sockets).await?;
    let burst = tell(&ports, &tokens[..1], room, BURST, None).await?;

    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let fan_out = burst.times.len() as f64 / burst.took.as_secs_f64();
    Ok(format!(
        "\n### Live, {}\n\n| what | figure |\n|---|---|\n\
         | {} idle connections | {each:.1} kB each, {:.0} connected/s |\n\
         | sent → seen, {} changes/s, {} connections in {} organizations | p50 {:.1}, p95 {:.1}, p99 {:.1} ms |\n\
         | of these messages came | {} of {} |\n\
         | one room of {}: {BURST} changes as fast as they are made | {fan_out:.0} messages/s, {} of {} came |\n",
        setup.name(),
        plan.idle,
        f64::from(count) / connecting.as_secs_f64(),
        plan.rate,
        plan.sockets,
        plan.organizations,
        steady.at(50),
        steady.at(95),
        steady.at(99),
        steady.times.len(),
        steady.expected,
        plan.sockets,
        burst.times.len(),
        burst.expected,
    ))
}
