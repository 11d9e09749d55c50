//! RabbitMQ between the process that publishes and those that handle; on PostgreSQL, as installations that have a broker.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use db::Tx;
use events::{
    Dispatcher, Event, Handler, HandlerError, RabbitMq,
    rabbitmq::{DEAD_QUEUE, QueueKind, queue_of},
};
use lapin::{
    Channel, Connection, ConnectionProperties,
    options::{BasicGetOptions, QueueDeclareOptions, QueueDeleteOptions},
    types::FieldTable,
};
use sea_orm::ConnectionTrait;
use testkit::{Backend, PrivateServer, rabbitmq_vhost};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::World;

/// Writes down in the transaction what it is told of, so that what is done twice is seen twice.
struct Writes {
    name: &'static str,
    /// Waits for ever before it is done, while this holds.
    stuck: AtomicBool,
}

impl Writes {
    fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self { name, stuck: AtomicBool::new(false) })
    }
}

#[async_trait::async_trait]
impl Handler for Writes {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["thing.done"]
    }

    async fn handle(&self, tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        let sql = format!("insert into written (handler, subject) values ('{}', '{}')", self.name, event.subjects()[0]);
        tx.execute_unprepared(&sql).await?;
        if self.stuck.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

struct Fails;

#[async_trait::async_trait]
impl Handler for Fails {
    fn name(&self) -> &'static str {
        "test.fails"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["thing.done"]
    }

    async fn handle(&self, _tx: &Tx, _event: &Event) -> Result<(), HandlerError> {
        Err("never".into())
    }
}

/// A process: publishes, handles, or both.
struct Process {
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Process {
    async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }

    /// As if it were killed.
    fn kill(self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

struct Cluster {
    world: World,
    address: String,
}

impl Cluster {
    /// A database and a vhost of their own; `None` where there is no PostgreSQL or no broker.
    async fn open() -> Option<Self> {
        Self::at(rabbitmq_vhost().await?).await
    }

    async fn at(address: String) -> Option<Self> {
        let world = World::open(Backend::Postgres).await?;
        let table = "create table written (number bigserial primary key, handler text, subject text)";
        let tx = world.db().begin_system().await.unwrap();
        tx.execute_unprepared(table).await.unwrap();
        tx.commit().await.unwrap();
        Some(Self { world, address })
    }

    fn start(&self, publishes: bool, handlers: &[Arc<dyn Handler>]) -> Process {
        let broker = RabbitMq::new(&self.address, QueueKind::Quorum).unwrap();
        let dispatcher = Arc::new(Dispatcher::new(self.world.db().clone(), handlers.to_vec()).carried_by(broker));
        let stop = CancellationToken::new();
        let (one, other) = (Arc::clone(&dispatcher), dispatcher);
        let (run, consume, handlers) = (stop.clone(), stop.clone(), handlers.to_vec());
        let mut tasks = vec![tokio::spawn(async move { other.consume(handlers, consume).await })];
        if publishes {
            tasks.push(tokio::spawn(async move { one.run(run).await }));
        }
        Process { stop, tasks }
    }

    async fn tell(&self, count: usize) -> Vec<Uuid> {
        let mut told = Vec::new();
        for _ in 0..count {
            told.push(self.world.tell(&self.world.one, "thing.done").await);
        }
        told
    }

    async fn written(&self, handler: &str) -> Vec<Uuid> {
        let sql = format!("select subject from written where handler = '{handler}' order by number");
        let statement = sea_orm::Statement::from_string(self.world.db().backend(), sql);
        let rows = self.world.db().system_reader().query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", "subject").unwrap().parse().unwrap()).collect()
    }

    /// Waits until a handler has written so much.
    async fn settled(&self, handler: &str, count: usize) {
        let there = async {
            while self.written(handler).await.len() < count {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_mins(1), there).await;
        assert!(waited.is_ok(), "{} of {count} arrived", self.written(handler).await.len());
    }

    /// A channel, and the connection that has to live as long.
    async fn channel(&self) -> (Channel, Connection) {
        let connection = Connection::connect(&self.address, ConnectionProperties::default()).await.unwrap();
        (connection.create_channel().await.unwrap(), connection)
    }
}

#[tokio::test]
async fn every_handler_gets_every_event_once_and_in_order() {
    let Some(cluster) = Cluster::open().await else { return };
    let handlers: Vec<Arc<dyn Handler>> = vec![Writes::new("test.one"), Writes::new("test.other")];
    let before = cluster.tell(20).await;
    let (leader, worker) = (cluster.start(true, &handlers), cluster.start(false, &handlers));
    let told = [before, cluster.tell(200).await].concat();
    for handler in ["test.one", "test.other"] {
        cluster.settled(handler, told.len()).await;
    }
    // Another one publishes from where the first left off.
    leader.stop().await;
    let leader = cluster.start(true, &handlers);
    let told = [told, cluster.tell(20).await].concat();
    for handler in ["test.one", "test.other"] {
        cluster.settled(handler, told.len()).await;
        assert_eq!(cluster.written(handler).await, told);
    }
    leader.stop().await;
    worker.stop().await;
}

#[tokio::test]
async fn what_a_dead_process_had_begun_another_one_does() {
    let Some(cluster) = Cluster::open().await else { return };
    let stuck = Writes::new("test.one");
    stuck.stuck.store(true, Ordering::SeqCst);
    let first = cluster.start(true, &[stuck]);
    let told = cluster.tell(10).await;
    // It is in the middle of the first one, and has some of the others at hand.
    let there = async {
        while cluster
            .world
            .count("select count(*) as n from pg_stat_activity where state = 'idle in transaction'")
            .await
            == 0
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), there).await.unwrap();
    assert!(cluster.written("test.one").await.is_empty());
    first.kill();
    let second = cluster.start(true, &[Writes::new("test.one")]);
    cluster.settled("test.one", told.len()).await;
    assert_eq!(cluster.written("test.one").await, told);
    second.stop().await;
}

#[tokio::test]
async fn what_came_before_a_handler_or_its_queue_is_brought_to_it() {
    let Some(cluster) = Cluster::open().await else { return };
    let one: Arc<dyn Handler> = Writes::new("test.one");
    let first = cluster.start(true, &[Arc::clone(&one)]);
    let told = cluster.tell(30).await;
    cluster.settled("test.one", 30).await;
    first.stop().await;
    // The broker loses a queue, and a version with another handler starts.
    let (channel, _connection) = cluster.channel().await;
    channel.queue_delete(queue_of("test.one").into(), QueueDeleteOptions::default()).await.unwrap();
    let told = [told, cluster.tell(5).await].concat();
    let second = cluster.start(true, &[one, Writes::new("test.new")]);
    let told = [told, cluster.tell(5).await].concat();
    for handler in ["test.one", "test.new"] {
        cluster.settled(handler, told.len()).await;
        assert_eq!(cluster.written(handler).await, told, "{handler}");
    }
    second.stop().await;
}

#[tokio::test]
async fn what_keeps_failing_is_set_aside_and_others_go_on() {
    let Some(cluster) = Cluster::open().await else { return };
    let process = cluster.start(true, &[Arc::new(Fails), Writes::new("test.one")]);
    cluster.tell(1).await;
    cluster.settled("test.one", 1).await;
    let dead = async {
        while cluster.world.count("select count(*) as n from event_dead_letters").await == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), dead).await.unwrap();
    let (channel, _connection) = cluster.channel().await;
    let body = async {
        loop {
            if let Some(message) = channel.basic_get(DEAD_QUEUE.into(), BasicGetOptions::default()).await.unwrap() {
                return serde_json::from_slice::<serde_json::Value>(&message.delivery.data).unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let body = tokio::time::timeout(Duration::from_secs(10), body).await.unwrap();
    assert_eq!(body["type"], "thing.done");
    process.stop().await;
}

#[tokio::test]
async fn a_broker_that_comes_and_goes_costs_nothing_but_time() {
    let Some(mut broker) = PrivateServer::rabbitmq().await else { return };
    let address = format!("amqp://rapport:rapport@127.0.0.1:{}/%2f", broker.port());
    let Some(cluster) = Cluster::at(address).await else { return };
    let handlers: Vec<Arc<dyn Handler>> = vec![Writes::new("test.one")];
    let (leader, worker) = (cluster.start(true, &handlers), cluster.start(false, &handlers));
    let mut told = cluster.tell(500).await;
    for _ in 0..2 {
        // In the middle of carrying.
        broker.stop().await;
        told.extend(cluster.tell(500).await);
        broker.start().await;
        told.extend(cluster.tell(500).await);
    }
    cluster.settled("test.one", told.len()).await;
    assert_eq!(cluster.written("test.one").await, told);
    leader.stop().await;
    worker.stop().await;
    let (left, _connection) = cluster.channel().await;
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::durable() };
    let queue = left.queue_declare(queue_of("test.one").into(), passive, FieldTable::default()).await.unwrap();
    assert_eq!(queue.message_count(), 0, "everything is acknowledged");
}

#[tokio::test]
async fn an_address_of_something_else_is_refused() {
    assert!(RabbitMq::new("http://127.0.0.1", QueueKind::Quorum).is_err());
    assert!(!RabbitMq::new("amqp://127.0.0.1:1/%2f", QueueKind::Quorum).unwrap().is_up().await);
}
