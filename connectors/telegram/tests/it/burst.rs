//! Many messages at once, to somebody who is slow, and over connections that break.

use std::time::Duration;

use telegram::Seen;
use tokio::time::timeout;

use crate::world::World;

const BURST: usize = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_consumer_loses_nothing_of_a_burst() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    world.bob_writes("first");
    ann.message().await;
    for number in 0..BURST {
        world.bob_writes(&format!("m{number}"));
        if number % 200 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    let mut got: Vec<String> = Vec::new();
    while got.len() < BURST {
        let batch = ann.batch().await;
        got.extend(batch.seen.into_iter().filter_map(|seen| match seen {
            Seen::Message(message) => Some(message.text),
            _ => None,
        }));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let expected: Vec<String> = (0..BURST).map(|number| format!("m{number}")).collect();
    assert!(got == expected, "in order, none lost, none twice: {} of {BURST}", got.len());
    assert_eq!(ann.connection.waiting(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn going_on_from_a_position_repeats_but_never_leaves_out() {
    let world = World::new().await;
    let mut position = world.connect().await.listener.position();
    let mut got = std::collections::BTreeSet::new();
    for round in 0..10 {
        let mut ann = world.connect_from(Some(position.clone())).await;
        for number in 0..50 {
            world.bob_writes(&format!("{round:02}-{number:02}"));
            if number == 25 {
                world.network.drop_connections(None);
            }
        }
        // Dropped in the middle: what was told and not stored comes again.
        while let Ok(batch) = timeout(Duration::from_millis(300), ann.listener.next()).await {
            let batch = batch.unwrap();
            if got.len() % 3 == 0 && !got.is_empty() {
                break;
            }
            position = batch.position;
            got.extend(batch.seen.into_iter().filter_map(|seen| match seen {
                Seen::Message(message) => Some(message.text),
                _ => None,
            }));
        }
    }
    let mut ann = world.connect_from(Some(position)).await;
    while got.len() < 500 {
        got.extend(ann.batch().await.seen.into_iter().filter_map(|seen| match seen {
            Seen::Message(message) => Some(message.text),
            _ => None,
        }));
    }
    assert_eq!(got.len(), 500);
}
