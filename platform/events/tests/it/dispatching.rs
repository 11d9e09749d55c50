//! Every handler gets every event it reacts to, in order, once.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use db::Tx;
use events::{Event, Handler, HandlerError};
use testkit::on_both;
use uuid::Uuid;

use crate::world::World;

/// Notes what it is told of `thing.done`.
#[derive(Default)]
pub struct Notes {
    seen: Mutex<Vec<Uuid>>,
}

#[async_trait::async_trait]
impl Handler for Notes {
    fn name(&self) -> &'static str {
        "test.notes"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["thing.done"]
    }

    async fn handle(&self, _tx: &Tx, event: &Event) -> Result<(), HandlerError> {
        self.seen.lock().unwrap().extend(event.subjects());
        Ok(())
    }
}

/// Fails the first `failures` times.
struct Stumbles {
    failures: usize,
    calls: AtomicUsize,
}

#[async_trait::async_trait]
impl Handler for Stumbles {
    fn name(&self) -> &'static str {
        "test.stumbles"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["thing.done"]
    }

    async fn handle(&self, _tx: &Tx, _event: &Event) -> Result<(), HandlerError> {
        if self.calls.fetch_add(1, Ordering::Relaxed) < self.failures { Err("not now".into()) } else { Ok(()) }
    }
}

on_both! {
    async fn a_handler_gets_what_it_reacts_to_once_across_restarts(world: World) {
        let notes = Arc::new(Notes::default());
        let first = world.tell(&world.one, "thing.done").await;
        world.tell(&world.one, "thing.left").await;
        assert_eq!(world.dispatcher(vec![notes.clone()]).run_until_idle().await.unwrap(), 1);
        // Nothing but what it does not react to: its place is not kept, and these are read again.
        world.tell(&world.one, "thing.left").await;
        world.dispatcher(vec![notes.clone()]).run_until_idle().await.unwrap();
        let second = world.tell(&world.other, "thing.done").await;
        world.dispatcher(vec![notes.clone()]).run_until_idle().await.unwrap();
        world.dispatcher(vec![notes.clone()]).run_until_idle().await.unwrap();
        assert_eq!(*notes.seen.lock().unwrap(), [first, second]);
    }

    async fn of_two_dispatchers_at_once_one_reacts(world: World) {
        let notes = Arc::new(Notes::default());
        let mut told = Vec::new();
        for _ in 0..20 {
            told.push(world.tell(&world.one, "thing.done").await);
        }
        let (one, other) = (world.dispatcher(vec![notes.clone()]), world.dispatcher(vec![notes.clone()]));
        let (a, b) = tokio::join!(one.run_until_idle(), other.run_until_idle());
        a.unwrap();
        b.unwrap();
        let mut seen = notes.seen.lock().unwrap().clone();
        seen.sort_unstable();
        assert_eq!(seen, told);
    }

    async fn an_event_that_keeps_failing_is_set_aside_and_the_next_goes_on(world: World) {
        world.tell(&world.one, "thing.done").await;
        let stumbles = Stumbles { failures: 5, calls: AtomicUsize::default() };
        let dispatcher = world.dispatcher(vec![Arc::new(stumbles)]);
        dispatcher.run_until_idle().await.unwrap();
        world.tell(&world.one, "thing.done").await;
        dispatcher.run_until_idle().await.unwrap();
        assert_eq!(world.count("select count(*) as n from event_dead_letters").await, 1);
        assert_eq!(world.count("select count(*) as n from event_inbox").await, 1, "the second one was handled");
    }
}
