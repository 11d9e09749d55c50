//! Leadership on both databases.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use db::{Db, MIGRATIONS};
use jobs::Lease;
use kernel::Clock;
use testkit::{Backend, TestDatabase, on_both};
use tokio_util::sync::CancellationToken;

struct World {
    database: TestDatabase,
    clock: Clock,
}

impl World {
    async fn open(backend: Backend) -> Option<Self> {
        let clock = Clock::manual(Clock::system().now(), 1);
        let migrations = [MIGRATIONS, jobs::MIGRATIONS].concat();
        Some(Self { database: TestDatabase::open(backend, &migrations, clock.clone()).await?, clock })
    }

    fn db(&self) -> Db {
        self.database.db.clone()
    }
}

on_both! {
    async fn one_leads_until_it_lets_go_or_is_silent_too_long(world: World) {
        let (one, other) = (Lease::new(world.db(), "work"), Lease::new(world.db(), "work"));
        assert!(one.hold().await.unwrap());
        assert!(!other.hold().await.unwrap());
        assert!(one.hold().await.unwrap(), "whoever leads goes on");
        assert!(Lease::new(world.db(), "other work").hold().await.unwrap(), "other work is another lease");
        one.let_go().await.unwrap();
        assert!(other.hold().await.unwrap());
        world.clock.advance(TimeDelta::seconds(5));
        assert!(!one.hold().await.unwrap());
        world.clock.advance(TimeDelta::seconds(5));
        assert!(one.hold().await.unwrap(), "the other one was silent");
        assert!(!other.hold().await.unwrap());
    }

    async fn of_many_that_want_it_at_once_one_gets_it(world: World) {
        let claims: Vec<_> = (0..8).map(|_| {
            let lease = Lease::new(world.db(), "work");
            tokio::spawn(async move { lease.hold().await.unwrap() })
        }).collect();
        let mut leaders = 0;
        for claim in claims {
            leaders += usize::from(claim.await.unwrap());
        }
        assert_eq!(leaders, 1);
    }
}

#[tokio::test]
async fn who_stops_hands_over_at_once() {
    let Some(world) = World::open(Backend::Postgres).await else { return };
    let at_work = Arc::new(AtomicUsize::new(0));
    let start = |cancel: &CancellationToken| {
        let (db, cancel, at_work) = (world.db(), cancel.clone(), Arc::clone(&at_work));
        tokio::spawn(async move {
            let work = |term: CancellationToken| {
                let at_work = Arc::clone(&at_work);
                async move {
                    assert_eq!(at_work.fetch_add(1, Ordering::SeqCst), 0, "nobody else is at it");
                    term.cancelled().await;
                    at_work.fetch_sub(1, Ordering::SeqCst);
                }
            };
            Lease::new(db, "work").lead(cancel, work).await;
        })
    };
    let led = async || {
        while at_work.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let one = start(&first);
    led().await;
    let other = start(&second);
    first.cancel();
    one.await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), led()).await.unwrap();
    second.cancel();
    other.await.unwrap();
    assert_eq!(at_work.load(Ordering::SeqCst), 0);
}
