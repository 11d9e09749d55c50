//! The sharp edges of the client library and of Telegram, one by one.

use std::sync::Arc;
use std::time::Duration;

use kernel::Clock;
use telegram::{Connection, Link, Refused, Seen, Session, Start};
use telegram_network::{Fault, FaultRule, LogEntry, NewPost, Peer};
use tokio::time::{Instant, timeout};

use crate::world::{SOON, World, text};

#[tokio::test]
async fn a_dropped_connection_comes_back_with_what_was_missed() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    world.bob_writes("before");
    assert_eq!(ann.message().await.text, "before");
    for round in 0..5 {
        world.network.drop_connections(None);
        let missed = format!("while away {round}");
        world.bob_writes(&missed);
        assert_eq!(ann.message().await.text, missed);
    }
    let mut link = ann.connection.link();
    timeout(SOON, link.wait_for(|link| *link == Link::Up)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_half_open_connection_is_noticed_and_replaced() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    let bob = ann.know_bob().await;
    world.network.set_mute(None, true);
    let began = Instant::now();
    let refused = ann.connection.send_text(bob, &text(1, "into the void")).await;
    assert_eq!(refused, Err(Refused::Timeout));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(*ann.connection.link().borrow(), Link::Down);
    world.bob_writes("while half open");
    world.network.set_mute(None, false);
    assert_eq!(ann.message().await.text, "while half open");
    ann.connection.send_text(bob, &text(1, "again")).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_only_listens_notices_too() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    world.bob_writes("before");
    ann.message().await;
    world.network.set_deaf(None, true);
    let mut link = ann.connection.link();
    timeout(SOON, link.wait_for(|link| *link == Link::Down)).await.expect("a probe goes unanswered").unwrap();
    world.bob_writes("while deaf");
    world.network.set_deaf(None, false);
    assert_eq!(ann.message().await.text, "while deaf");
}

#[tokio::test]
async fn waits_are_told_in_full_and_nothing_is_sent_meanwhile() {
    let world = World::new().await;
    let ann = world.connect().await;
    let bob = ann.know_bob().await;
    for seconds in [2, 90] {
        let rule = FaultRule::new(Fault::flood_wait(seconds)).method("messages.sendMessage").once();
        world.network.inject(rule);
        let began = Instant::now();
        let refused = ann.connection.send_text(bob, &text(1, "flooded")).await;
        assert_eq!(refused, Err(Refused::FloodWait { seconds }));
        assert!(began.elapsed() < Duration::from_secs(1), "whoever asked decides when to wait");
    }
    assert_eq!(world.sent(), [""; 0]);
    world.network.inject(FaultRule::new(Fault::peer_flood()).method("messages.sendMessage").once());
    assert_eq!(ann.connection.send_text(bob, &text(1, "x")).await, Err(Refused::PeerFlood));
}

#[tokio::test]
async fn an_answer_that_is_lost_does_not_send_twice() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    let bob = ann.know_bob().await;
    for (number, fault) in [Fault::AnswerLost, Fault::Disconnect, Fault::AnswerLost].into_iter().enumerate() {
        world.network.inject(FaultRule::new(fault).method("messages.sendMessage").once());
        let random_id = 100 + i64::try_from(number).unwrap();
        let sent = ann.connection.send_text(bob, &text(random_id, &format!("m{number}"))).await.unwrap();
        assert_eq!(sent.random_id, Some(random_id));
    }
    assert_eq!(world.sent(), ["m0", "m1", "m2"]);
    world.bob_writes("and on it goes");
    assert_eq!(ann.message().await.text, "and on it goes");
}

#[tokio::test]
async fn a_key_that_telegram_forgot_is_kept_and_told() {
    let world = World::new().await;
    let ann = world.connect().await;
    ann.connection.close().await;
    let before = world.session.to_bytes();
    world.network.inject(FaultRule::new(Fault::KeyUnknown));
    let opened = timeout(
        Duration::from_secs(40),
        Connection::open(Arc::clone(&world.session), world.endpoint(), Clock::system(), Start::default()),
    );
    assert_eq!(opened.await.unwrap().err(), Some(Refused::KeyLost));
    assert_eq!(world.session.to_bytes(), before);
    world.network.clear_faults();
    let again = world.connect().await;
    assert_eq!(again.connection.me().id, world.me, "Telegram found the key again: nothing was lost");
}

#[tokio::test]
async fn a_key_that_telegram_does_not_know_for_a_moment_is_tried_again() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    let bob = ann.know_bob().await;
    for (number, method) in ["messages.sendMessage", "updates.getDifference", "help.getConfig"].iter().enumerate() {
        let random_id = 100 + i64::try_from(number).unwrap();
        world.network.inject(FaultRule::new(Fault::KeyUnknown).method(*method).once());
        world.network.drop_connections(None);
        world.bob_writes(&format!("in {number}"));
        ann.connection.send_text(bob, &text(random_id, &format!("out {number}"))).await.unwrap();
        assert_eq!(ann.message().await.text, format!("in {number}"));
    }
    let denied = |line: &telegram_network::LogLine| matches!(&line.entry, LogEntry::Called { error: Some(error), .. } if error == "NOT_DONE");
    assert!(world.network.log(0).iter().filter(|line| denied(line)).count() >= 2, "it was said");
    assert_eq!(world.sent(), ["out 0", "out 1", "out 2"]);
    assert_eq!(ann.connection.link().borrow().clone(), Link::Up);
}

#[tokio::test]
async fn what_telegram_leaves_out_is_to_be_compared_with_the_history() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    world.bob_writes("before");
    ann.message().await;
    let position = ann.listener.position();
    ann.connection.close().await;
    for number in 0..10 {
        world.bob_writes(&format!("left out {number}"));
    }
    world.network.inject(FaultRule::new(Fault::DifferenceTooLong).once());
    let mut again = world.connect_from(Some(position)).await;
    let missed = again
        .seen(|seen| match seen {
            Seen::Missed { chat_id } => Some(*chat_id),
            _ => None,
        })
        .await;
    assert_eq!(missed, None, "every private chat");
    let history = again.connection.history(world.bob, None, 100).await.unwrap();
    assert_eq!(history.messages.len(), 11);
    world.bob_writes("after");
    assert_eq!(again.message().await.text, "after");
}

#[tokio::test]
async fn a_channel_that_moved_on_too_far_is_named() {
    let world = World::new().await;
    let channel = world.network.add_channel("News", None, true, world.bob, &[world.me]);
    let post = |text: &str| world.network.send(world.bob, Peer::Channel(channel), NewPost::text(text)).unwrap();
    post("one");
    let mut ann = world.connect().await;
    ann.connection.dialogs(None).await.unwrap();
    post("two");
    assert_eq!(ann.message().await.text, "two");
    let position = ann.listener.position();
    ann.connection.close().await;
    post("three");
    world.network.inject(FaultRule::new(Fault::DifferenceTooLong).once());
    let mut again = world.connect_from(Some(position)).await;
    let missed = again
        .seen(|seen| match seen {
            Seen::Missed { chat_id } => Some(*chat_id),
            _ => None,
        })
        .await;
    assert_eq!(missed, Some(-1_000_000_000_000 - channel));
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_is_told_to_everyone() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    let bob = ann.know_bob().await;
    world.network.revoke_sessions(world.me);
    let refused = ann.connection.send_text(bob, &text(1, "x")).await;
    assert_eq!(refused, Err(Refused::SessionRevoked));
    assert_eq!(timeout(SOON, ann.listener.next()).await.unwrap(), Err(Refused::SessionRevoked));
    assert_eq!(*ann.connection.link().borrow(), Link::Ended(Refused::SessionRevoked));
    let again = Connection::open(Arc::clone(&world.session), world.endpoint(), Clock::system(), Start::default());
    assert_eq!(again.await.err(), Some(Refused::SessionRevoked));
}

#[tokio::test]
async fn errors_of_a_chat_stay_in_the_chat() {
    let world = World::new().await;
    let ann = world.connect().await;
    let bob = ann.know_bob().await;
    let table = [
        (400, "USER_IS_BLOCKED", Refused::BlockedByPeer),
        (403, "CHAT_WRITE_FORBIDDEN", Refused::ForbiddenInChat),
        (400, "MESSAGE_TOO_LONG", Refused::TooLarge),
    ];
    for (code, name, expected) in table {
        world.network.inject(FaultRule::new(Fault::error(code, name)).method("messages.sendMessage").once());
        assert_eq!(ann.connection.send_text(bob, &text(1, "x")).await, Err(expected));
    }
    assert_eq!(*ann.connection.link().borrow(), Link::Up);
    ann.connection.send_text(bob, &text(1, "x")).await.unwrap();
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let world = World::new().await;
    let ann = world.connect().await;
    ann.connection.log_out().await.unwrap();
    let session = Arc::new(Session::parse(&world.session.to_bytes()).unwrap());
    let opened = Connection::open(session, world.endpoint(), Clock::system(), Start::default()).await;
    assert_eq!(opened.err(), Some(Refused::SessionRevoked));
}

#[tokio::test]
async fn nobody_answers_and_connecting_ends_in_time() {
    let world = World::new().await;
    world.network.set_deaf(None, true);
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let std::net::SocketAddr::V4(address) = silent.local_addr().unwrap() else { unreachable!() };
    let mut endpoint = world.endpoint();
    endpoint.place = telegram::Place::Seeded(address);
    endpoint.patience.connect = Duration::from_millis(500);
    let opened = Connection::open(Arc::clone(&world.session), endpoint, Clock::system(), Start::default());
    let refused = timeout(Duration::from_secs(5), opened).await.expect("in time").err();
    assert_eq!(refused, Some(Refused::Timeout));
}
