//! RabbitMQ as the carrier of events: a topic exchange, a durable queue for each handler, confirms on the way in and
//! acknowledgements on the way out. A broker that is away costs nothing but time: events wait in the feed.

mod consume;
mod publish;
mod topology;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub(crate) use consume::consume;
use lapin::{Channel, Connection, ConnectionProperties, uri::AMQPUri};
pub(crate) use publish::publish;
pub use topology::{DEAD_QUEUE, EXCHANGE, queue_of};

/// What queues are made of. A queue that exists keeps its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// Replicated over the nodes of a cluster.
    Quorum,
    /// On one node.
    Classic,
}

/// Why the broker could not be used.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    #[error("the address of the broker is not right: {0}")]
    Address(String),
    #[error(transparent)]
    Amqp(#[from] lapin::Error),
    #[error("the broker did not answer in time")]
    Silent,
    #[error("the broker did not take the event {0}")]
    Refused(String),
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("an event could not be written: {0}")]
    Unwritable(#[from] serde_json::Error),
}

/// A broker, connected to when it is needed.
#[derive(Clone)]
pub struct RabbitMq(Arc<Inner>);

struct Inner {
    uri: AMQPUri,
    kind: QueueKind,
    connection: tokio::sync::Mutex<Option<Arc<Connection>>>,
    complained: AtomicBool,
}

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// After a failure; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Seconds between signs of life in both directions: a dead peer is known after two of them.
const HEARTBEAT: u16 = 10;

impl RabbitMq {
    /// A broker by its address, `amqp://user:password@host:port/vhost` or `amqps://…`. Does not connect yet.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn new(address: &str, kind: QueueKind) -> Result<Self, BrokerError> {
        let mut uri: AMQPUri = address.parse().map_err(BrokerError::Address)?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Ok(Self(Arc::new(Inner {
            uri,
            kind,
            connection: tokio::sync::Mutex::default(),
            complained: AtomicBool::new(false),
        })))
    }

    /// Connects where it is not connected; whether the broker answers and takes what it is given.
    pub async fn is_up(&self) -> bool {
        let Ok(channel) = self.channel().await else { return false };
        let _ = in_time(channel.close(200, "asked".into())).await;
        let connection = self.0.connection.lock().await;
        connection.as_ref().is_some_and(|connection| !connection.status().blocked())
    }

    /// Connects, and prepares the exchange and the queues of these handlers. Can be repeated.
    ///
    /// # Errors
    /// When the broker is away or refuses.
    pub async fn prepare(&self, db: &db::Db, handlers: &[Arc<dyn crate::Handler>]) -> Result<(), BrokerError> {
        topology::prepare(self, db, handlers).await
    }

    /// A new channel; connects where there is no connection.
    async fn channel(&self) -> Result<Channel, BrokerError> {
        let mut connection = self.0.connection.lock().await;
        if !connection.as_ref().is_some_and(|connection| connection.status().connected()) {
            *connection = None;
        }
        let live = match &*connection {
            Some(live) => Arc::clone(live),
            None => Arc::clone(connection.insert(self.connect().await?)),
        };
        in_time(live.create_channel()).await
    }

    async fn connect(&self) -> Result<Arc<Connection>, BrokerError> {
        let properties = ConnectionProperties::default().with_connection_name("rapport".into());
        let connection = Arc::new(in_time(Connection::connect_uri(self.0.uri.clone(), properties)).await?);
        self.0.complained.store(false, Ordering::Relaxed);
        tracing::info!("connected to the broker");
        Ok(connection)
    }

    /// Says once that the broker is away, until it is there again.
    fn complain(&self, error: &BrokerError) {
        if !self.0.complained.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "the broker is away: events wait until it is back");
        }
    }

    /// Closes the connection, so that what was not acknowledged goes to others at once.
    pub async fn close(&self) {
        if let Some(connection) = self.0.connection.lock().await.take() {
            let _ = tokio::time::timeout(PATIENCE, connection.close(200, "stopping".into())).await;
        }
    }
}

/// Whatever the broker is asked, within its time.
async fn in_time<T>(asked: impl Future<Output = lapin::Result<T>>) -> Result<T, BrokerError> {
    tokio::time::timeout(PATIENCE, asked).await.map_err(|_| BrokerError::Silent)?.map_err(BrokerError::from)
}

/// The pauses between sessions that keep failing.
struct Pauses {
    next: Duration,
}

impl Pauses {
    fn new() -> Self {
        Self { next: FIRST_PAUSE }
    }

    /// Waits before the next session: longer each time, unless the last one had got somewhere.
    async fn rest(&mut self, broker: &RabbitMq, ended: Result<(), BrokerError>, got_somewhere: bool) {
        if let Err(error) = ended {
            broker.complain(&error);
        }
        if got_somewhere {
            self.next = FIRST_PAUSE;
        }
        tokio::time::sleep(self.next).await;
        self.next = (self.next * 2).min(LONGEST_PAUSE);
    }
}
