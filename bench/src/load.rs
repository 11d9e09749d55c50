//! The load: so many connections, each sending its next request when the last one is answered (closed loop), over plain
//! HTTP/1.1 written by hand so that the client costs little of the shared machine.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

/// What a round came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Round {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
}

/// Makes the n-th request.
pub type Request = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// A request of HTTP/1.1.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{headers}{kind}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// Where requests go. They are numbered through all rounds: what one round has created, the next does not create again.
pub struct Side {
    port: u16,
    expect: u16,
    make: Request,
    next: Arc<AtomicU64>,
}

impl Side {
    pub fn new(port: u16, expect: u16, make: Request) -> Self {
        Self { port, expect, make, next: Arc::default() }
    }

    /// Sends requests for so long; every answer must have the expected status.
    pub async fn round(&mut self, connections: usize, seconds: u64) -> Result<Round> {
        let (port, expect) = (self.port, self.expect);
        let end = Instant::now() + Duration::from_secs(seconds);
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                let (make, next) = (Arc::clone(&self.make), Arc::clone(&self.next));
                tokio::spawn(async move { connection(port, end, expect, &make, &next).await })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await??);
        }
        times.sort_unstable();
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "an index"
            )]
            let index = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
            times.get(index).copied().unwrap_or_default().as_secs_f64() * 1000.0
        };
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let per_second = times.len() as f64 / seconds as f64;
        Ok(Round { per_second, p50_ms: at(0.50), p95_ms: at(0.95), p99_ms: at(0.99) })
    }
}

async fn connection(port: u16, end: Instant, expect: u16, make: &Request, next: &AtomicU64) -> Result<Vec<Duration>> {
    let mut client = Client::open(port).await?;
    let mut times = Vec::with_capacity(50_000);
    while Instant::now() < end {
        let request = make(next.fetch_add(1, Ordering::Relaxed));
        let started = Instant::now();
        let status = client.send(&request).await?;
        times.push(started.elapsed());
        if status != expect {
            bail!("expected {expect}, got {status}: {}", String::from_utf8_lossy(&client.body));
        }
    }
    Ok(times)
}

/// One connection.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Of the last answer.
    pub body: Vec<u8>,
}

impl Client {
    pub async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 << 10), body: Vec::new() })
    }

    /// Sends a request and reads its whole answer; gives the status.
    pub async fn send(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let text = std::str::from_utf8(&self.buffer[..head]).context("the head of an answer")?;
        let status = text.get(9..12).and_then(|s| s.parse().ok()).context("the status of an answer")?;
        let length = text
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase().strip_prefix("content-length:").map(|v| v.trim().parse::<usize>())
            })
            .transpose()?
            .unwrap_or(0);
        while self.buffer.len() < head + length {
            self.more().await?;
        }
        self.body.clear();
        self.body.extend_from_slice(&self.buffer[head..head + length]);
        Ok(status)
    }

    /// Sends a request and reads its answer as JSON; fails on any status but a success.
    pub async fn json(&mut self, request: &[u8]) -> Result<serde_json::Value> {
        let status = self.send(request).await?;
        if !(200..300).contains(&status) {
            bail!("{status}: {}", String::from_utf8_lossy(&self.body));
        }
        if self.body.is_empty() { Ok(serde_json::Value::Null) } else { Ok(serde_json::from_slice(&self.body)?) }
    }

    /// Sends a file as the body of a request that begins with these lines; reads the answer as JSON.
    pub async fn upload(&mut self, head: &str, file: &std::path::Path) -> Result<serde_json::Value> {
        let mut file = tokio::fs::File::open(file).await?;
        let length = file.metadata().await?.len();
        let head = format!("{head}content-length: {length}\r\n\r\n");
        self.stream.write_all(head.as_bytes()).await?;
        tokio::io::copy(&mut file, &mut self.stream).await?;
        self.json(&[]).await
    }

    async fn more(&mut self) -> Result<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => bail!("the server closed the connection"),
            _ => Ok(()),
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
