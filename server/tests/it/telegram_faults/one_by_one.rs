//! Each fault of the network by itself, and what the server does about it. `scripts/telegram-faults` has the long waits;
//! each run of the tests has those that end in seconds.

use std::time::Duration;

use kernel::Clock;
use serde_json::{Value, json};
use telegram_network::{Fault, FaultRule, LogEntry, NewPerson, NewPost, Peer};
use tokio::time::sleep;

use super::world::{Out, World};

const SEND: &str = "messages.sendMessage";
/// All that the account does of itself.
const ERRANDS: [&str; 5] =
    [SEND, "messages.editMessage", "messages.deleteMessages", "messages.readHistory", "messages.sendReaction"];

fn is_long() -> bool {
    settings::test_variable("LONG").is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_wait_is_slept_through() {
    let mut world = World::small(1).await;
    wait(&mut world, 2).await;
    // The first message to somebody, too; and they can answer.
    let carol = world.network.add_person(NewPerson::new("18880001", "Carol").username("carol_here"));
    world.refuse(Fault::flood_wait(2), SEND);
    world.write_first("carol_here");
    world.until_sent().await;
    let ann = world.accounts[0].person;
    world.accounts[0].chats.push(Peer::User(carol));
    world.network.send(carol, Peer::User(ann), NewPost::text("who is there?")).unwrap();
    world.until_stored("who is there?").await;
    world.end().await;
}

/// Telegram asks for minutes. Whether the server is killed meanwhile makes no difference.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_wait_is_obeyed_in_full_and_told() {
    let mut world = World::small(2).await;
    wait(&mut world, if is_long() { 90 } else { 7 }).await;
    world.end().await;
}

/// Has the first of two messages refused for so long.
async fn wait(world: &mut World, seconds: u32) {
    let from = world.so_far();
    world.refuse(Fault::flood_wait(seconds), SEND);
    world.write("Bob0");
    world.until("it is refused", || !world.calls(from, &[SEND]).is_empty()).await;
    world.write("Bob1");
    if seconds > 5 {
        world.until("both wait for that", || world.reasons() == ["flood_wait", "flood_wait"]).await;
        world.kill();
        world.process.as_ref().unwrap().ready().await;
        assert_eq!(world.reasons(), ["flood_wait", "flood_wait"], "it is known to the next process");
    }
    world.they_write("Bob2", "meanwhile");
    world.until_stored("meanwhile").await;
    assert_eq!(world.calls(from, &ERRANDS).len(), 1, "it listens while it waits");
    world.until_sent().await;
    let calls = world.calls(from, &ERRANDS);
    assert_eq!(calls[0].error.as_deref(), Some(format!("FLOOD_WAIT_{seconds}").as_str()));
    for later in &calls[1..] {
        assert!(later.at_ms - calls[0].at_ms >= i64::from(seconds) * 1_000, "{calls:?}");
        assert_eq!(later.error, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_flood_stops_first_contacts_and_nothing_else() {
    let mut world = World::small(3).await;
    for (phone, name) in [("18880001", "carol"), ("18880002", "david")] {
        world.network.add_person(NewPerson::new(phone, name).username(&format!("{name}_here")));
    }
    let from = world.so_far();
    world.refuse(Fault::peer_flood(), SEND);
    let carol = world.write_first("carol_here");
    world.until("it is told", || world.reasons() == ["peer_flood"]).await;
    let david = world.write_first("david_here");
    for _ in 0..2 {
        world.write("Bob0");
        world.until("a reply goes", || world.reasons() == ["peer_flood", "peer_flood"]).await;
        world.they_write("Bob1", "an answer");
        world.kill();
        world.process.as_ref().unwrap().ready().await;
    }
    assert_eq!(world.reasons(), ["peer_flood", "peer_flood"], "it is known to the next process");
    for stranger in [carol, david] {
        let id = world.outs[stranger].id.clone().unwrap();
        world.call("POST", &format!("/api/messaging/messages/{id}/cancel"), &Value::Null);
        world.outs[stranger].canceled = true;
    }
    let calls = world.calls(from, &[SEND]);
    let errors: Vec<Option<&str>> = calls.iter().map(|call| call.error.as_deref()).collect();
    assert_eq!(errors, [Some("PEER_FLOOD"), None, None]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_unknown_for_a_moment_costs_only_the_connection() {
    let mut world = World::small(4).await;
    let from = world.so_far();
    for (round, method) in [SEND, "updates.getDifference", "help.getConfig", SEND].into_iter().enumerate() {
        world.refuse(Fault::KeyUnknown, method);
        if method != SEND {
            world.network.drop_connections(None);
        }
        world.write("Bob0");
        world.they_write("Bob1", &format!("in {round}"));
        world.until("it is said", || world.network.faults() == 0).await;
        world.until_sent().await;
        world.until_stored(&format!("in {round}")).await;
    }
    let denied = world.calls(from, &[SEND]).into_iter().filter(|call| call.error.as_deref() == Some("NOT_DONE"));
    assert_eq!(denied.count(), 2);
    assert_eq!(world.account()["status"], "connected");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_in_the_middle_of_sends_and_of_bursts_lose_nothing() {
    let mut world = World::small(5).await;
    let bob = world.people[0];
    let to = [Peer::User(world.accounts[0].person), Peer::Channel(world.supergroup), Peer::Group(world.group)];
    for fault in [Fault::Disconnect, Fault::AnswerLost, Fault::Disconnect] {
        world.refuse(fault, SEND);
        world.write("Bob0");
        world.write("Bob1");
        for round in 0..6 {
            for to in to {
                world.said += 1;
                world.network.burst(bob, to, &format!("burst {} ", world.said), 60).unwrap();
            }
            if round % 2 == 1 {
                world.network.drop_connections(None);
            }
            sleep(Duration::from_millis(40)).await;
        }
        world.until("it breaks", || world.network.faults() == 0).await;
    }
    world.end().await;
}

/// No end is told: nothing comes any more, and nothing is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_half_open_is_noticed_and_made_anew() {
    if !is_long() {
        return;
    }
    let mut world = World::small(6).await;
    let person = world.accounts[0].person;
    for sends in [true, false] {
        let from = world.so_far();
        world.network.set_mute(Some(person), true);
        if sends {
            world.write("Bob0");
        }
        for number in 0..30 {
            world.they_write("Bob1", &format!("unheard {sends} {number}"));
        }
        let is_ended = |line: telegram_network::LogLine| matches!(line.entry, LogEntry::Disconnected { .. });
        world.until("it hangs up", || world.network.log(from).into_iter().any(is_ended)).await;
        world.network.set_mute(Some(person), false);
        world.until_stored(&format!("unheard {sends} 29")).await;
        world.until_sent().await;
    }
    world.end().await;
}

/// A call that the network has seen.
#[derive(Debug)]
struct Call {
    at_ms: i64,
    error: Option<String>,
}

impl World {
    fn so_far(&self) -> u64 {
        self.network.log(0).last().map_or(0, |line| line.number)
    }

    fn refuse(&self, fault: Fault, method: &str) {
        self.network.inject(FaultRule::new(fault).account(self.accounts[0].person).method(method).once());
    }

    fn calls(&self, from: u64, methods: &[&str]) -> Vec<Call> {
        let lines = self.network.log(from).into_iter();
        let call = |line: telegram_network::LogLine| match line.entry {
            LogEntry::Called { method, error, .. } if methods.contains(&method.as_str()) => {
                Some(Call { at_ms: line.at_ms, error })
            }
            _ => None,
        };
        lines.filter_map(call).collect()
    }

    /// Why messages wait, in the order they will go.
    fn reasons(&self) -> Vec<String> {
        let because = |item: &Value| item["waiting"]["because"].as_str().unwrap_or_default().to_owned();
        self.waiting().iter().map(because).collect()
    }

    fn account(&self) -> Value {
        self.call("GET", &format!("/api/bd-accounts/{}", self.accounts[0].id), &Value::Null)
    }

    /// Writes into the chat of this name.
    fn write(&mut self, title: &str) {
        let chats = self.call("GET", "/api/messaging/inbox?limit=50", &Value::Null);
        let named = |chat: &&Value| chat["title"] == title;
        let chat = chats["items"].as_array().unwrap().iter().find(named).unwrap()["id"].as_str().unwrap();
        let at = self.ask_to_send(chat.parse().unwrap());
        assert!(self.outs[at].id.is_some(), "it was taken");
    }

    /// Writes to somebody whom the account has never met; gives which of our messages that is.
    fn write_first(&mut self, username: &str) -> usize {
        let (at, client_id) = (self.outs.len(), Clock::system().new_id());
        let text = format!("out {at}");
        let (account, to) = (self.accounts[0].id, json!({ "username": username }));
        let body = json!({"accountId": account, "to": to, "text": text, "undoSeconds": 0, "clientId": client_id});
        let sent = self.call("POST", "/api/messaging/send", &body);
        let (chat, id) = (sent["chatId"].as_str().unwrap().parse().unwrap(), sent["id"].as_str().map(str::to_owned));
        self.outs.push(Out { chat, text, client_id, id, unsure: false, deleted: false, canceled: false });
        at
    }

    fn they_write(&self, name: &str, text: &str) {
        let at: usize = name.trim_start_matches("Bob").parse().unwrap();
        let to = Peer::User(self.accounts[0].person);
        self.network.send(self.people[at], to, NewPost::text(text)).unwrap();
    }
}
