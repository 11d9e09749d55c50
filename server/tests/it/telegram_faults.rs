//! The real binary with accounts of a network in this process, killed without warning while messages go both ways, and
//! started again; and each fault of the network by itself. What counts is the network's own log: nothing is missing, nothing
//! is there twice, no wait is cut short, and nothing is stored of a chat that was not chosen.
//!
//! `scripts/telegram-faults` kills it fifty times and takes the long waits; each run of the tests a few, and short ones.

mod compare;
mod one_by_one;
pub mod play;
mod world;

use std::time::Duration;

use telegram_network::{Fault, FaultRule, Peer};
use testkit::Backend;

use world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_and_doubles_nothing() {
    let kills = settings::test_variable("KILLS").and_then(|kills| kills.parse().ok());
    kill_again_and_again(Backend::Sqlite, kills.unwrap_or(4)).await;
}

/// A dead process's lease has to run out first: a few kills will do.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_loses_and_doubles_nothing_on_postgres() {
    let kills = settings::test_variable("KILLS").and_then(|kills| kills.parse::<u32>().ok());
    kill_again_and_again(Backend::Postgres, kills.map_or(1, |kills| kills.div_ceil(5))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_with_every_fault_loses_and_doubles_nothing() {
    let Some(mut world) = World::open(Backend::Sqlite, 7).await else { return };
    for (fault, method) in [
        (Fault::flood_wait(2), "messages.sendMessage"),
        (Fault::AnswerLost, "messages.sendMessage"),
        (Fault::Disconnect, "messages.sendMessage"),
        (Fault::AnswerLost, "messages.editMessage"),
        (Fault::AnswerLost, "messages.getHistory"),
        (Fault::Delay { ms: 3_000 }, "messages.getHistory"),
    ] {
        world.network.inject(FaultRule::new(fault).method(method).once());
    }
    for fault in [Fault::UpdatesTwice, Fault::UpdatesLost, Fault::DifferenceTooLong] {
        world.network.inject(FaultRule::new(fault.clone()).once());
        for _ in 0..3 {
            world.play(Duration::from_secs(1)).await;
            world.network.drop_connections(None);
        }
    }
    // More than the server stores in one go, and faster than it can.
    let bob = world.people[0];
    world.network.burst(bob, Peer::User(world.accounts[0].person), "flood ", 5_000).unwrap();
    world.network.drop_connections(None);
    world.play(Duration::from_secs(1)).await;
    let mut rounds = 0;
    while world.network.faults() > 0 {
        assert!(rounds < 60, "some fault has never come");
        world.play(Duration::from_secs(1)).await;
        rounds += 1;
    }
    assert!(world.outs.len() > 3, "hardly anything was sent");
    world.end().await;
}

async fn kill_again_and_again(backend: Backend, kills: u32) {
    let seed = settings::test_variable("SEED").and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let Some(mut world) = World::open(backend, seed).await else { return };
    for _ in 0..kills {
        let most = if backend == Backend::Postgres { 45_000 } else { 4_000 };
        let alive = Duration::from_millis(50 + world.dice.below(most));
        world.play(alive).await;
        world.kill();
    }
    assert!(world.outs.len() > 3 || kills < 4, "hardly anything was sent");
    world.end().await;
}
