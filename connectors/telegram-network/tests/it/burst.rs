//! Much at once, and many at once.

use std::time::{Duration, Instant};

use telegram_network::{Network, NewPerson, Peer};

use crate::client::Connected;

const MANY: u32 = 20_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_arrives_whole_and_in_order() {
    let network = Network::in_memory(1).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let bob = network.add_person(NewPerson::new("15550002", "Bob"));
    alice.listen().await;
    let started = Instant::now();
    let (writer, to) = (network.clone(), Peer::User(alice_id));
    let burst = tokio::task::spawn_blocking(move || writer.burst(bob, to, "", MANY).unwrap());
    for number in 0..MANY {
        assert_eq!(alice.next_text().await, number.to_string());
    }
    burst.await.unwrap();
    println!("{MANY} messages in {:?}", started.elapsed());
    assert!(started.elapsed() < Duration::from_secs(10), "took {:?}", started.elapsed());
}

#[tokio::test]
async fn a_hundred_accounts_hear_a_supergroup() {
    let network = Network::in_memory(1).await.unwrap();
    let owner = network.add_person(NewPerson::new("15559999", "Owner"));
    let mut people = Vec::new();
    for number in 0..100 {
        let (mut connected, id) =
            Connected::somebody(&network, &format!("1777{number:04}"), &format!("p{number}")).await;
        connected.listen().await;
        people.push((connected, id));
    }
    let ids: Vec<i64> = people.iter().map(|(_, id)| *id).collect();
    let channel = network.add_channel("All", None, false, owner, &ids);
    network.burst(owner, Peer::Channel(channel), "to all ", 1).unwrap();
    for (connected, _) in &mut people {
        assert_eq!(connected.next_text().await, "to all 0");
    }
}
