//! The real binary with a campaign that runs over accounts of a network in this process, killed without warning while it
//! enrols, sends and reacts, and started again. What counts is the network's own log: every contact got every message of the
//! campaign once, or nothing more once their answer was stored; and all tables agree with it.
//!
//! `scripts/campaign-crash` does it with ten thousand contacts; each run of the tests with a few hundred.

mod compare;
mod world;

use testkit::Backend;

use world::World;

fn number(name: &str) -> Option<usize> {
    settings::test_variable(name)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_is_killed_goes_on_and_every_contact_is_where_it_would_have_been() {
    kill_again_and_again(Backend::Sqlite, number("KILLS").unwrap_or(8)).await;
}

/// A dead process's leases have to run out first: a few kills will do.
#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_whose_processes_are_killed_goes_on_and_every_contact_is_where_it_would_have_been_on_postgres() {
    kill_again_and_again(Backend::Postgres, number("KILLS").map_or(3, |kills| kills.div_ceil(3))).await;
}

async fn kill_again_and_again(backend: Backend, kills: usize) {
    let (contacts, seed) = (number("CAMPAIGN_CONTACTS").unwrap_or(300), number("SEED").unwrap_or(1));
    let Some(mut world) = World::open(backend, contacts, seed as u64).await else { return };
    world.begin().await;
    world.play(kills).await;
    world.compare().await;
}
