//! What is missed is had from the difference, whatever went wrong with the updates.

use grammers_client::tl;
use telegram_network::{Fault, FaultRule, Network, NewPerson, NewPost, Options, Peer};

use crate::client::Connected;

async fn listening(options: Options) -> (Network, Connected, i64, i64) {
    let network = Network::start(options).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let bob = network.add_person(NewPerson::new("15550002", "Bob"));
    alice.listen().await;
    network.send(bob, Peer::User(alice_id), NewPost::text("first")).unwrap();
    assert_eq!(alice.next_text().await, "first");
    (network, alice, alice_id, bob)
}

#[tokio::test]
async fn a_long_absence_is_told_in_slices() {
    let (network, mut alice, alice_id, bob) = listening(Options { difference_slice: 7, ..Options::new(1) }).await;
    network.drop_connections(None);
    network.burst(bob, Peer::User(alice_id), "", 50).unwrap();
    for number in 0..50 {
        assert_eq!(alice.next_text().await, number.to_string());
    }
}

#[tokio::test]
async fn lost_updates_are_noticed_by_the_next_one() {
    let (network, mut alice, alice_id, bob) = listening(Options::new(1)).await;
    network.inject(FaultRule::new(Fault::UpdatesLost).account(alice_id).times(2));
    network.burst(bob, Peer::User(alice_id), "", 3).unwrap();
    for number in 0..3 {
        assert_eq!(alice.next_text().await, number.to_string());
    }
}

#[tokio::test]
async fn updates_that_come_twice_are_one() {
    let (network, mut alice, alice_id, bob) = listening(Options::new(1)).await;
    network.inject(FaultRule::new(Fault::UpdatesTwice).account(alice_id).times(2));
    network.burst(bob, Peer::User(alice_id), "", 3).unwrap();
    for number in 0..3 {
        assert_eq!(alice.next_text().await, number.to_string());
    }
}

#[tokio::test]
async fn a_difference_can_be_too_long_or_empty() {
    let (network, alice, alice_id, bob) = listening(Options::new(1)).await;
    network.inject(FaultRule::new(Fault::DifferenceTooLong).once());
    network.send(bob, Peer::User(alice_id), NewPost::text("second")).unwrap();
    let from = |pts| tl::functions::updates::GetDifference {
        pts,
        pts_limit: None,
        pts_total_limit: None,
        date: 0,
        qts: 0,
        qts_limit: None,
    };
    let tl::enums::updates::Difference::TooLong(too_long) = alice.call(from(2)).await else { panic!("too long") };
    assert_eq!(too_long.pts, 3);
    assert!(matches!(alice.call(from(3)).await, tl::enums::updates::Difference::Empty(_)));
    let tl::enums::updates::Difference::Difference(all) = alice.call(from(1)).await else { panic!("all of it") };
    assert_eq!(all.new_messages.len(), 2);
}
