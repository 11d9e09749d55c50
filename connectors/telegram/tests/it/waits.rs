//! What has to wait keeps its time, holds up nobody else, and is not left out.

use std::sync::Arc;
use std::time::Duration;

use kernel::Clock;
use telegram::{Connection, Seen, Session, Start};
use telegram_network::{Fault, FaultRule, LogEntry, NewPost, Peer};
use tokio::time::timeout;

use crate::world::{Account, SOON, World};

/// An account that was killed: its position names two channels, its session does not. Something was posted since.
struct Killed {
    world: World,
    channels: [i64; 2],
    session: Arc<Session>,
    position: Vec<u8>,
}

impl Killed {
    async fn new() -> Self {
        let world = World::new().await;
        let channels = ["News", "More"].map(|name| world.network.add_channel(name, None, true, world.bob, &[world.me]));
        let session = Arc::new(Session::parse(&world.session.to_bytes()).unwrap());
        let mut killed = Self { world, channels, session, position: Vec::new() };
        killed.post_in_both("long ago");
        let mut ann = killed.world.connect().await;
        for (chat, pts) in ann.connection.dialogs(None).await.unwrap().channels {
            ann.listener.follow_channel(chat, pts);
        }
        killed.post_in_both("before");
        of_channels(&mut ann, 2).await;
        killed.position = ann.listener.position();
        ann.connection.close().await;
        killed.post_in_both("while away");
        killed
    }

    fn post_in_both(&self, text: &str) {
        for channel in self.channels {
            self.post(channel, text);
        }
    }

    fn post(&self, channel: i64, text: &str) {
        self.world.network.send(self.world.bob, Peer::Channel(channel), NewPost::text(text)).unwrap();
    }

    /// Waiting so long for a name.
    async fn connect(&self, names: Duration) -> Account {
        let mut endpoint = self.world.endpoint();
        endpoint.patience.names = names;
        let start = Start { position: Some(self.position.clone()), chats: None };
        let opened = Connection::open(Arc::clone(&self.session), endpoint, Clock::system(), start).await;
        let (connection, listener) = opened.unwrap();
        Account { connection, listener }
    }

    fn chats(&self) -> [i64; 2] {
        self.channels.map(|channel| -1_000_000_000_000 - channel)
    }
}

/// What came of channels, up to so many things.
async fn of_channels(account: &mut Account, many: usize) -> Vec<(i64, String)> {
    let mut told = Vec::new();
    while told.len() < many {
        told.extend(account.batch().await.seen.into_iter().filter_map(|seen| match seen {
            Seen::Message(message) => Some((message.chat_id, message.text)),
            Seen::Missed { chat_id } => Some((chat_id.unwrap_or_default(), "missed".to_owned())),
            _ => None,
        }));
    }
    told.sort_unstable();
    told
}

#[tokio::test]
async fn channels_without_a_name_hold_up_nobody_and_lose_nothing() {
    let killed = Killed::new().await;
    let mut ann = killed.connect(Duration::from_mins(5)).await;
    for number in 0..3 {
        let text = format!("meanwhile {number}");
        killed.world.bob_writes(&text);
        assert_eq!(ann.message().await.text, text);
    }
    ann.connection.dialogs(None).await.unwrap();
    let mut expected = killed.chats().map(|chat| (chat, "while away".to_owned()));
    expected.sort_unstable();
    assert_eq!(of_channels(&mut ann, 2).await, expected);
}

#[tokio::test]
async fn a_channel_without_a_name_is_not_behind_the_position_meanwhile() {
    let mut killed = Killed::new().await;
    let mut ann = killed.connect(Duration::from_mins(5)).await;
    killed.world.bob_writes("meanwhile");
    killed.position = ann.batch().await.position;
    ann.connection.close().await;
    let mut again = killed.connect(Duration::from_mins(5)).await;
    again.connection.dialogs(None).await.unwrap();
    let mut expected = killed.chats().map(|chat| (chat, "while away".to_owned()));
    expected.sort_unstable();
    assert_eq!(of_channels(&mut again, 2).await, expected);
}

#[tokio::test]
async fn each_channel_that_nobody_names_is_to_be_compared_and_goes_on() {
    let killed = Killed::new().await;
    let mut ann = killed.connect(Duration::from_millis(700)).await;
    let mut expected = killed.chats().map(|chat| (chat, "missed".to_owned()));
    expected.sort_unstable();
    assert_eq!(of_channels(&mut ann, 2).await, expected);
    killed.post(killed.channels[1], "after");
    assert_eq!(of_channels(&mut ann, 1).await, [(killed.chats()[1], "after".to_owned())]);
}

#[tokio::test]
async fn a_wait_is_kept_to_its_end_however_often_the_listener_is_given_up() {
    const SECONDS: u32 = 2;
    for method in ["updates.getDifference", "updates.getChannelDifference"] {
        let killed = Killed::new().await;
        let world = &killed.world;
        let from = world.network.log(0).last().unwrap().number;
        world.network.inject(FaultRule::new(Fault::flood_wait(SECONDS)).method(method).once());
        let mut ann = killed.connect(Duration::from_mins(5)).await;
        ann.connection.dialogs(None).await.unwrap();
        world.bob_writes("meanwhile");
        let mut told = Vec::new();
        let end = tokio::time::Instant::now() + SOON;
        while told.len() < 3 {
            assert!(tokio::time::Instant::now() < end, "{method}: {told:?}");
            let Ok(batch) = timeout(Duration::from_millis(20), ann.listener.next()).await else { continue };
            told.extend(batch.unwrap().seen.into_iter().filter_map(|seen| match seen {
                Seen::Message(message) => Some(message.text),
                _ => None,
            }));
        }
        let calls: Vec<(i64, Option<String>)> = world
            .network
            .log(from)
            .into_iter()
            .filter_map(|line| match line.entry {
                LogEntry::Called { method: called, error, .. } if called == method => Some((line.at_ms, error)),
                _ => None,
            })
            .collect();
        assert_eq!(calls[0].1.as_deref(), Some("FLOOD_WAIT_2"), "{method}");
        assert!(calls[1].0 - calls[0].0 >= i64::from(SECONDS) * 1_000, "{method}: {calls:?}");
        assert!(calls[1..].iter().all(|(_, error)| error.is_none()), "{method}: {calls:?}");
        told.sort_unstable();
        assert_eq!(told, ["meanwhile", "while away", "while away"], "{method}");
    }
}
