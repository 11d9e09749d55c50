//! Messages back and forth.

use telegram_network::{Network, NewPost, Peer};

use crate::client::Connected;

#[tokio::test]
async fn two_people_write_to_each_other() {
    let network = Network::in_memory(1).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (mut bob, _) = Connected::somebody(&network, "15550002", "bob").await;
    alice.listen().await;
    bob.listen().await;
    let peer = alice.client.resolve_username("bob_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    let sent = alice.client.send_message(peer, "hello bob").await.unwrap();
    assert_eq!(sent.text(), "hello bob");
    assert_eq!(bob.next_text().await, "hello bob");
    let peer = bob.client.resolve_username("alice_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    bob.client.send_message(peer, "hello alice").await.unwrap();
    assert_eq!(alice.next_text().await, "hello alice");
    let chats = network.look(|world| world.chats_of(alice_id));
    assert_eq!(chats.len(), 1);
}

#[tokio::test]
async fn what_was_missed_comes_after_the_connection_is_back() {
    let network = Network::in_memory(1).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let bob = network.add_person(telegram_network::NewPerson::new("15550002", "Bob"));
    alice.listen().await;
    network.send(bob, Peer::User(alice_id), NewPost::text("one")).unwrap();
    assert_eq!(alice.next_text().await, "one");
    network.drop_connections(None);
    network.send(bob, Peer::User(alice_id), NewPost::text("two")).unwrap();
    assert_eq!(alice.next_text().await, "two");
}
