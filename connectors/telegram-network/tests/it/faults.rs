//! What goes wrong when a test wants it to.

use std::time::{Duration, Instant};

use grammers_client::tl;
use telegram_network::{Fault, FaultRule, LogEntry, Network, NewPerson, NewPost, Peer};

use crate::client::{Connected, send, sent_id};

const SEND: &str = "messages.sendMessage";

async fn alice_and_bob() -> (Network, Connected, i64, i64) {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let bob = network.add_person(NewPerson::new("15550002", "Bob").username("bob_here"));
    (network, alice, alice_id, bob)
}

#[tokio::test]
async fn a_short_flood_wait_is_slept_through_and_the_message_sent_once() {
    let (network, alice, _, bob) = alice_and_bob().await;
    network.inject(FaultRule::new(Fault::flood_wait(1)).method(SEND).once());
    let started = Instant::now();
    alice.call(send(&network, Peer::User(bob), "patient", 1)).await;
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(network.messages(bob).len(), 1);
}

#[tokio::test]
async fn errors_concern_the_account_and_the_method_they_are_ordered_for() {
    let (network, alice, alice_id, bob) = alice_and_bob().await;
    let (carol, _) = Connected::somebody(&network, "15550003", "carol").await;
    network.inject(FaultRule::new(Fault::peer_flood()).method(SEND).account(alice_id));
    assert_eq!(alice.refusal(send(&network, Peer::User(bob), "hi", 1)).await, "PEER_FLOOD");
    carol.call(send(&network, Peer::User(bob), "hi", 1)).await;
    alice.client.get_me().await.unwrap();
    network.clear_faults();
    alice.call(send(&network, Peer::User(bob), "hi", 1)).await;
}

#[tokio::test]
async fn a_lost_answer_leaves_the_message_and_the_same_random_id_does_not_send_it_again() {
    let (network, alice, _, bob) = alice_and_bob().await;
    network.inject(FaultRule::new(Fault::AnswerLost).method(SEND).once());
    // The client itself tries again a second after the connection was lost.
    let id = sent_id(&alice.call(send(&network, Peer::User(bob), "did it arrive?", 7)).await);
    assert_eq!((id, calls(&network)), (1, vec![None, None]));
    assert_eq!(network.messages(bob).len(), 1);
}

#[tokio::test]
async fn a_connection_ends_before_the_effect() {
    let (network, alice, _, bob) = alice_and_bob().await;
    network.inject(FaultRule::new(Fault::Disconnect).method(SEND).once());
    let started = Instant::now();
    alice.call(send(&network, Peer::User(bob), "at last", 7)).await;
    assert!(started.elapsed() >= Duration::from_secs(1), "the client waits before it tries again");
    assert_eq!(calls(&network), [Some("NOT_DONE".to_owned()), None]);
    assert_eq!(network.messages(bob).len(), 1);
}

/// How each call to send a message ended.
fn calls(network: &Network) -> Vec<Option<String>> {
    let called = network.log(0).into_iter().filter_map(|line| match line.entry {
        LogEntry::Called { method, error, .. } if method == SEND => Some(error),
        _ => None,
    });
    called.collect()
}

#[tokio::test]
async fn a_mute_network_answers_nothing_until_it_speaks_again() {
    let (network, mut alice, alice_id, bob) = alice_and_bob().await;
    for set in [Network::set_mute, Network::set_deaf] {
        set(&network, Some(alice_id), true);
        let request = tl::functions::updates::GetState {};
        let waited = tokio::time::timeout(Duration::from_millis(300), alice.client.invoke(&request)).await;
        assert!(waited.is_err(), "nothing comes");
        set(&network, Some(alice_id), false);
        network.drop_connections(Some(alice_id));
        alice.client.get_me().await.unwrap();
    }
    alice.listen().await;
    network.set_mute(None, true);
    network.send(bob, Peer::User(alice_id), NewPost::text("not sent")).unwrap();
    network.set_mute(None, false);
    network.send(bob, Peer::User(alice_id), NewPost::text("sent")).unwrap();
    // The second one tells of the gap, and the first one comes from the difference.
    assert_eq!(alice.next_text().await, "not sent");
}

#[tokio::test]
async fn one_call_can_be_silent_or_late_while_others_are_answered() {
    let (network, alice, _, bob) = alice_and_bob().await;
    network.inject(FaultRule::new(Fault::Delay { ms: 400 }).method(SEND).once());
    let request = send(&network, Peer::User(bob), "late", 1);
    let started = Instant::now();
    let (_, quick) = tokio::join!(alice.call(request), async {
        alice.client.get_me().await.unwrap();
        started.elapsed()
    });
    assert!(quick < Duration::from_millis(400) && started.elapsed() >= Duration::from_millis(400));
    network.inject(FaultRule::new(Fault::Silence).method(SEND).once());
    let request = send(&network, Peer::User(bob), "never", 2);
    assert!(tokio::time::timeout(Duration::from_millis(200), alice.client.invoke(&request)).await.is_err());
    assert_eq!(network.messages(bob).len(), 1);
}

#[tokio::test]
async fn an_unknown_key_is_said_in_the_words_of_the_transport() {
    let (network, alice, alice_id, _) = alice_and_bob().await;
    network.inject(FaultRule::new(Fault::KeyUnknown).account(alice_id).once());
    let error = alice.client.get_me().await.unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");
}

#[tokio::test]
async fn the_log_tells_in_order_what_happened() {
    let (network, alice, alice_id, bob) = alice_and_bob().await;
    let before = network.log(0).last().unwrap().number;
    alice.call(send(&network, Peer::User(bob), "out", 11)).await;
    network.send(bob, Peer::User(alice_id), NewPost::text("in")).unwrap();
    network.read(bob, Peer::User(alice_id), i32::MAX);
    let entries: Vec<(i64, LogEntry)> =
        network.log(before).into_iter().map(|line| (line.account, line.entry)).collect();
    let (to_bob, to_alice) = (Peer::User(bob), Peer::User(alice_id));
    let sent =
        |chat, message_id, random_id, text: &str| LogEntry::Sent { chat, message_id, random_id, text: text.to_owned() };
    let delivered =
        |chat, message_id, from, text: &str| LogEntry::Delivered { chat, message_id, from, text: text.to_owned() };
    let connection = 1;
    let called = LogEntry::Called { method: SEND.to_owned(), connection, error: None };
    let expected = [
        (alice_id, sent(to_bob, 1, Some(11), "out")),
        (bob, delivered(to_alice, 1, alice_id, "out")),
        (alice_id, called),
        (bob, sent(to_alice, 2, None, "in")),
        (alice_id, delivered(to_bob, 2, bob, "in")),
    ];
    assert_eq!(entries[..5], expected);
}
