//! Leadership and what comes round, on both databases.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use db::{Db, Error, MIGRATIONS};
use jobs::{Context, JobError, Lease, Organizations, Runner, Schedule, Schedules, Work};
use kernel::{Clock, OrgId};
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

/// So many organizations.
struct Of(Vec<OrgId>);

#[async_trait::async_trait]
impl Organizations for Of {
    async fn after(&self, last: Option<OrgId>, limit: u64) -> Result<Vec<OrgId>, Error> {
        let after = self.0.iter().filter(|org| last.is_none_or(|last| **org > last)).copied();
        Ok(after.take(usize::try_from(limit).unwrap()).collect())
    }
}

const HOURLY: Schedule = Schedule { kind: "test.hourly", every: TimeDelta::hours(1) };

fn schedules(world: &World, organizations: usize) -> Schedules {
    let mut all: Vec<OrgId> = (0..organizations).map(|_| OrgId(world.clock.new_id())).collect();
    all.sort_unstable();
    Schedules::new(world.db(), Arc::new(Of(all)), vec![HOURLY])
}

on_both! {
    async fn a_turn_is_one_job_for_each_organization(world: World) {
        let schedules = schedules(&world, 1203);
        assert_eq!(schedules.turn().await.unwrap(), 1203, "what was never done is due");
        assert_eq!(schedules.turn().await.unwrap(), 0);
        world.clock.advance(TimeDelta::hours(5));
        assert_eq!(schedules.turn().await.unwrap(), 1203, "turns that were missed are one");
        assert_eq!(schedules.turn().await.unwrap(), 0);
    }

    async fn of_many_processes_one_takes_a_turn(world: World) {
        for _ in 0..5 {
            let turns: Vec<_> = (0..6).map(|_| {
                let schedules = schedules(&world, 1);
                tokio::spawn(async move { schedules.turn().await.unwrap() })
            }).collect();
            let mut jobs = 0;
            for turn in turns {
                jobs += turn.await.unwrap();
            }
            assert_eq!(jobs, 1);
            world.clock.advance(TimeDelta::hours(1));
        }
    }

    async fn jobs_that_are_done_are_forgotten_and_others_are_not(world: World) {
        schedules(&world, 3).turn().await.unwrap();
        let runner = Runner::new(world.db(), vec![Arc::new(Twice(AtomicUsize::new(0)))]);
        assert_eq!(runner.run_until_idle().await.unwrap(), 3);
        let later = world.clock.now() + TimeDelta::days(1);
        assert_eq!(jobs::forget_done(&world.db(), later).await.unwrap(), 2);
        assert_eq!(jobs::forget_done(&world.db(), later).await.unwrap(), 0, "the third failed and waits");
    }

    async fn who_drops_a_runner_drops_its_job(world: World) {
        schedules(&world, 1).turn().await.unwrap();
        let work = Arc::new(Endless { begun: CancellationToken::new(), ended: CancellationToken::new() });
        let runner = Runner::new(world.db(), vec![Arc::clone(&work) as Arc<dyn Work>]);
        assert!(work.begun.run_until_cancelled(runner.run_until_idle()).await.is_none(), "it does not end by itself");
        tokio::time::timeout(Duration::from_secs(20), work.ended.cancelled()).await.unwrap();
    }
}

/// Tells when it begins and when it is dropped.
struct Endless {
    begun: CancellationToken,
    ended: CancellationToken,
}

#[async_trait::async_trait]
impl Work for Endless {
    fn kind(&self) -> &'static str {
        HOURLY.kind
    }

    async fn run(&self, _: Context, _: serde_json::Value) -> Result<(), JobError> {
        let _told = self.ended.clone().drop_guard();
        self.begun.cancel();
        std::future::pending().await
    }
}

/// Succeeds twice.
struct Twice(AtomicUsize);

#[async_trait::async_trait]
impl Work for Twice {
    fn kind(&self) -> &'static str {
        HOURLY.kind
    }

    async fn run(&self, _: Context, _: serde_json::Value) -> Result<(), JobError> {
        if self.0.fetch_add(1, Ordering::SeqCst) < 2 { Ok(()) } else { Err(JobError::Fatal("enough".to_owned())) }
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
