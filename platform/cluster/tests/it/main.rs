//! Two processes over a real Redis; one that goes and comes back.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

use std::time::Duration;

use api::rate_limit::{Allowance, Counts};
use cluster::{Cluster, SharedCounts, Topic, Word};
use testkit::{PrivateServer, redis_url};
use tokio::sync::broadcast::Receiver;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

struct Process {
    cluster: Cluster,
    heard: Receiver<Word>,
    stop: CancellationToken,
}

impl Process {
    /// One that hears and speaks.
    async fn start(address: &str, number: u128) -> Self {
        let cluster = Cluster::over_redis(address, Uuid::from_u128(number)).unwrap();
        let (stop, heard) = (CancellationToken::new(), cluster.listen());
        let (running, until) = (cluster.clone(), stop.clone());
        tokio::spawn(async move { running.run(until).await });
        let mut process = Self { cluster, heard, stop };
        process.hears(Topic::Missed).await;
        process
    }

    /// The next word about something.
    async fn hears(&mut self, topic: Topic) -> Word {
        let word = async {
            loop {
                let word = self.heard.recv().await.unwrap();
                if word.topic == topic {
                    return word;
                }
            }
        };
        tokio::time::timeout(PATIENCE, word).await.expect("it is said in time")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[tokio::test]
async fn a_process_hears_the_others_and_not_itself() {
    let Some(redis) = PrivateServer::redis().await else { return };
    let address = format!("redis://127.0.0.1:{}", redis.port());
    let (mut one, mut other) = (Process::start(&address, 1).await, Process::start(&address, 2).await);
    one.cluster.say(Topic::Placed, "");
    one.cluster.say(Topic::Presence, "Anna is here");
    other.cluster.say(Topic::Presence, "Boris is here");
    let word = other.hears(Topic::Presence).await;
    assert_eq!((word.from, word.text.as_str()), (Uuid::from_u128(1), "Anna is here"));
    assert_eq!(one.hears(Topic::Presence).await.text, "Boris is here");
    assert_eq!(one.cluster.is_up().await, Some(true));
}

#[tokio::test]
async fn whoever_was_cut_off_knows_that_it_missed_something() {
    let Some(mut redis) = PrivateServer::redis().await else { return };
    let address = format!("redis://127.0.0.1:{}", redis.port());
    let (one, mut other) = (Process::start(&address, 1).await, Process::start(&address, 2).await);
    redis.stop().await;
    one.cluster.say(Topic::Presence, "lost");
    assert_eq!(one.cluster.is_up().await, Some(false));
    redis.start().await;
    other.hears(Topic::Missed).await;
    // Who speaks may notice later than who listens that it has to connect anew.
    let said = async {
        loop {
            one.cluster.say(Topic::Presence, "back");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = said => unreachable!("it speaks for ever"),
        word = other.hears(Topic::Presence) => assert_eq!(word.text, "back"),
    }
}

#[tokio::test]
async fn processes_count_together() {
    let Some(address) = redis_url() else { return };
    let counts = [1, 2].map(|n| SharedCounts(Cluster::over_redis(&address, Uuid::from_u128(n)).unwrap()));
    let allowance = Allowance { requests: 5, window: Duration::from_mins(1) };
    let key = format!("test:{:?}", std::time::Instant::now());
    let mut allowed = Vec::new();
    for n in 0..8 {
        let counted = counts[n % 2].count(&key, allowance).await.unwrap();
        allowed.push(counted.allowed);
    }
    assert_eq!(allowed, [true, true, true, true, true, false, false, false]);
    assert!(counts[0].count(&format!("{key} of another"), allowance).await.unwrap().allowed);
    let nobody = SharedCounts(Cluster::over_redis("redis://127.0.0.1:1", Uuid::nil()).unwrap());
    assert!(nobody.count(&key, allowance).await.is_none());
    assert!(SharedCounts(Cluster::alone()).count(&key, allowance).await.is_none());
}
