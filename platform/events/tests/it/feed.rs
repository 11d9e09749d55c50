//! Who follows the feed misses nothing, whatever is committed meanwhile and in whatever order.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::TimeDelta;
use events::{Dispatcher, Feed, NewEvent, append};
use kernel::Scope;
use rand::random_range;
use serde_json::json;
use testkit::on_both;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::world::World;

const WRITERS: usize = 8;
const EACH: usize = 40;

/// Transactions of different lengths, some of them taken back; gives the subjects whose events were committed.
async fn write(world: Arc<World>, scope: Scope) -> Vec<Uuid> {
    let mut told = Vec::new();
    for _ in 0..EACH {
        let subjects: Vec<Uuid> = (0..random_range(1..4)).map(|_| world.clock.new_id()).collect();
        let tx = world.db().begin(&scope).await.unwrap();
        for subject in &subjects {
            append(&tx, [NewEvent::of("thing.done", "thing", *subject, json!({}))]).await.unwrap();
            tokio::time::sleep(Duration::from_micros(random_range(0..3000))).await;
        }
        if random_range(0..5) == 0 {
            tx.rollback().await.unwrap();
        } else {
            tx.commit().await.unwrap();
            told.extend(subjects);
        }
    }
    told
}

/// Reads on from the last position until told to stop, and once more after that.
async fn follow(mut feed: Feed, scope: Scope, stop: CancellationToken) -> Vec<(i64, Uuid)> {
    let mut seen: Vec<(i64, Uuid)> = Vec::new();
    loop {
        let last = stop.is_cancelled();
        let from = seen.last().map_or(0, |(position, _)| *position);
        let events = feed.of_organization(scope.org_id, from, 7).await.unwrap();
        if events.is_empty() {
            if last {
                return seen;
            }
            tokio::select! {
                () = feed.grown() => {}
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
        }
        seen.extend(events.iter().map(|event| (event.position, event.subjects()[0])));
    }
}

on_both! {
    async fn no_reader_steps_over_what_is_committed_later(world: World) {
        let world = Arc::new(world);
        // As two processes would, both give out positions.
        let dispatchers: Vec<Arc<Dispatcher>> = (0..2).map(|_| Arc::new(world.dispatcher(Vec::new()))).collect();
        let stop = CancellationToken::new();
        let running: Vec<_> = dispatchers.iter().map(|dispatcher| {
            let (dispatcher, stop) = (Arc::clone(dispatcher), stop.clone());
            tokio::spawn(async move { dispatcher.run(stop).await })
        }).collect();
        let finish = CancellationToken::new();
        let scopes = [world.one.clone(), world.other.clone()];
        let readers: Vec<_> = scopes.iter()
            .map(|scope| tokio::spawn(follow(dispatchers[0].feed(), scope.clone(), finish.clone())))
            .collect();
        let writers: Vec<_> = (0..WRITERS)
            .map(|n| tokio::spawn(write(Arc::clone(&world), scopes[n % 2].clone())))
            .collect();
        let mut told = [HashSet::new(), HashSet::new()];
        for (n, writer) in writers.into_iter().enumerate() {
            told[n % 2].extend(writer.await.unwrap());
        }
        stop.cancel();
        for task in running {
            task.await.unwrap();
        }
        dispatchers[0].run_until_idle().await.unwrap();
        finish.cancel();
        for (n, reader) in readers.into_iter().enumerate() {
            let seen = reader.await.unwrap();
            assert!(seen.is_sorted_by(|a, b| a.0 < b.0), "positions only grow");
            let subjects: Vec<Uuid> = seen.iter().map(|(_, subject)| *subject).collect();
            assert_eq!(subjects.len(), told[n].len(), "each once");
            assert_eq!(subjects.into_iter().collect::<HashSet<_>>(), told[n], "and nothing else");
        }
        let head = dispatchers[0].feed().head().await.unwrap();
        assert_eq!(usize::try_from(head).unwrap(), told[0].len() + told[1].len(), "positions have no holes");
    }

    async fn old_events_are_forgotten_and_the_feed_knows_it(world: World) {
        let dispatcher = world.dispatcher(Vec::new());
        let feed = dispatcher.feed();
        world.tell(&world.one, "thing.done").await;
        world.tell(&world.other, "thing.done").await;
        world.clock.advance(TimeDelta::days(10));
        let young = world.tell(&world.one, "thing.done").await;
        dispatcher.run_until_idle().await.unwrap();
        let before = world.clock.now() - TimeDelta::days(5);
        assert_eq!(dispatcher.forget(before).await.unwrap(), 0, "without handlers nobody says what is done with");

        let dispatcher = world.dispatcher(vec![Arc::new(crate::dispatching::Notes::default())]);
        assert_eq!(dispatcher.forget(before).await.unwrap(), 0, "no handler has seen them yet");
        dispatcher.run_until_idle().await.unwrap();
        assert_eq!(dispatcher.forget(before).await.unwrap(), 2);
        assert_eq!(dispatcher.forget(before).await.unwrap(), 0);
        assert_eq!(feed.forgotten().await.unwrap(), 2);
        let left = feed.of_organization(world.one.org_id, 0, 10).await.unwrap();
        assert_eq!(left.iter().map(|event| event.subjects()[0]).collect::<Vec<_>>(), [young]);
    }
}
