//! What processes of one installation share beside the database, over Redis: words by which they wake each other and tell
//! who is where, and counts of requests. Nothing here is the only copy of anything. A Redis that is away costs time and
//! accuracy: processes look for news themselves, and each counts for itself.

mod counts;
mod words;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use redis::{
    Client, RedisError,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use tokio::sync::{broadcast, mpsc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use counts::SharedCounts;
pub use words::{Topic, Word};

/// Why Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("Redis: {0}")]
pub struct Error(#[from] RedisError);

/// The other processes; none where there is no Redis.
#[derive(Clone)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    /// This process among the others.
    process: Uuid,
    redis: Option<Redis>,
    heard: broadcast::Sender<Word>,
}

struct Redis {
    client: Client,
    commands: ConnectionManager,
    to_say: mpsc::Sender<(Topic, String)>,
    /// Taken by [`Cluster::run`].
    said: tokio::sync::Mutex<mpsc::Receiver<(Topic, String)>>,
    complained: AtomicBool,
}

/// How long Redis may take to answer before it is done without.
const PATIENCE: Duration = Duration::from_millis(250);
/// Words that wait to be said, and to be heard; more are lost.
const WAITING: usize = 1024;

impl Cluster {
    /// One process, or several that know of each other only by the database.
    #[must_use]
    pub fn alone() -> Self {
        Self(Arc::new(Inner { process: Uuid::nil(), redis: None, heard: broadcast::Sender::new(WAITING) }))
    }

    /// Processes that share a Redis, by its address; `process` is the id of this one. Does not connect yet.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn over_redis(address: &str, process: Uuid) -> Result<Self, Error> {
        let client = Client::open(address)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1)
            .set_max_delay(PATIENCE);
        let commands = ConnectionManager::new_lazy_with_config(client.clone(), config)?;
        let (to_say, said) = mpsc::channel(WAITING);
        let redis =
            Redis { client, commands, to_say, said: tokio::sync::Mutex::new(said), complained: AtomicBool::new(false) };
        Ok(Self(Arc::new(Inner { process, redis: Some(redis), heard: broadcast::Sender::new(WAITING) })))
    }

    /// Whether there is a Redis to share.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.redis.is_some()
    }

    /// Whether Redis answers; none where there is none to ask.
    pub async fn is_up(&self) -> Option<bool> {
        let mut commands = self.0.redis.as_ref()?.commands.clone();
        Some(redis::cmd("PING").query_async::<String>(&mut commands).await.is_ok())
    }

    /// Says something to the other processes. It may be lost.
    pub fn say(&self, topic: Topic, text: impl Into<String>) {
        if let Some(redis) = &self.0.redis {
            let _ = redis.to_say.try_send((topic, text.into()));
        }
    }

    /// What the other processes say from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Word> {
        self.0.heard.subscribe()
    }

    /// Carries words to and fro until cancelled.
    pub async fn run(&self, cancel: CancellationToken) {
        if let Some(redis) = &self.0.redis {
            let both = async {
                tokio::join!(words::speak(redis, self.0.process), words::hear(redis, self.0.process, &self.0.heard))
            };
            cancel.run_until_cancelled(both).await;
        }
    }
}

impl Redis {
    /// Says once that Redis is away, until it is there again.
    fn complain(&self, error: &RedisError) {
        if !self.complained.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "Redis is away: processes go on without it");
        }
    }

    fn answered(&self) {
        if self.complained.swap(false, Ordering::Relaxed) {
            tracing::info!("Redis is there again");
        }
    }
}
