//! Everybody writes, edits and deletes, as the dice say.

use std::time::Duration;

use kernel::Clock;
use serde_json::{Value, json};
use telegram_network::{NewPost, Peer};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::world::{Out, World};

/// Numbers that look like chance, the same for a seed (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// What was left out of older ones nobody can know: as much is looked at again.
fn lately<T>(all: &[T]) -> &[T] {
    &all[all.len().saturating_sub(300)..]
}

impl World {
    /// Lets everybody write for so long.
    pub async fn play(&mut self, long: Duration) {
        let end = Instant::now() + long;
        while Instant::now() < end {
            self.they_act();
            if self.dice.one_in(8) {
                self.we_act();
            }
            let pause = self.dice.below(25);
            sleep(Duration::from_millis(pause)).await;
        }
    }

    fn they_act(&mut self) {
        self.said += 1;
        let account = self.dice.below(self.accounts.len() as u64);
        let account = &self.accounts[usize::try_from(account).unwrap()];
        let (person, chat) = (account.person, self.dice.of(&account.chats));
        match self.dice.below(20) {
            0 => self.whisper(person),
            1 | 2 if !self.theirs.is_empty() => {
                let (from, chat, id) = self.dice.of(lately(&self.theirs));
                // Deleted in the meantime, perhaps.
                let _ = self.network.edit(from, chat, id, &format!("edited {}", self.said));
            }
            3 if !self.theirs.is_empty() => {
                let (from, chat, id) = self.dice.of(lately(&self.theirs));
                let _ = self.network.delete(from, chat, &[id]);
            }
            4 => {
                let text = format!("burst {} ", self.said);
                let from = self.people[0];
                let to = if matches!(chat, Peer::User(_)) { Peer::User(person) } else { chat };
                self.network.burst(from, to, &text, 40).unwrap();
            }
            _ => {
                let (from, to) = match chat {
                    Peer::User(from) => (from, Peer::User(person)),
                    to => (self.people[0], to),
                };
                let id = self.network.send(from, to, NewPost::text(format!("in {}", self.said))).unwrap();
                self.theirs.push((from, to, id));
            }
        }
    }

    /// Sends, edits or deletes through the server, if it answers; what it did not answer is asked for again.
    fn we_act(&mut self) {
        let Some((200, chats)) = self.try_call("GET", "/api/messaging/inbox?limit=50", &Value::Null) else { return };
        if let Some(at) = self.outs.iter().position(|out| out.id.is_none()) {
            return self.send(at);
        }
        let sent: Vec<usize> = (0..self.outs.len()).filter(|at| !self.outs[*at].deleted).collect();
        match self.dice.below(10) {
            0 | 1 if !sent.is_empty() => {
                let at = self.dice.of(&sent);
                let text = format!("changed {}", self.said);
                self.change(at, "PATCH", &json!({ "text": text }), |out| out.text.clone_from(&text));
            }
            2 if !sent.is_empty() => {
                let at = self.dice.of(&sent);
                self.change(at, "DELETE", &Value::Null, |out| out.deleted = true);
            }
            _ => {
                let chats = chats["items"].as_array().unwrap();
                let writable: Vec<&Value> = chats.iter().filter(|chat| chat["canWrite"] == true).collect();
                if !writable.is_empty() && self.outs.len() < self.allowed() {
                    let chat = self.dice.of(&writable)["id"].as_str().unwrap().parse().unwrap();
                    self.ask_to_send(chat);
                }
            }
        }
    }

    /// About as many messages as the accounts may have sent by now, and a few that wait: 60 a minute each, and somewhat
    /// less by chance. More would only be waited for at the end.
    fn allowed(&self) -> usize {
        let seconds = usize::try_from(self.began.elapsed().as_secs()).unwrap();
        6 + seconds * self.accounts.len() * 2 / 3
    }

    /// Asks for one more message; gives which one.
    pub fn ask_to_send(&mut self, chat: Uuid) -> usize {
        let (at, client_id) = (self.outs.len(), Clock::system().new_id());
        let text = format!("out {at}");
        self.outs.push(Out { chat, text, client_id, id: None, unsure: false, deleted: false, canceled: false });
        self.send(at);
        at
    }

    pub fn send(&mut self, at: usize) {
        let out = &self.outs[at];
        let body = json!({"chatId": out.chat, "text": out.text, "undoSeconds": 0, "clientId": out.client_id});
        match self.try_call("POST", "/api/messaging/send", &body) {
            Some((200..=299, sent)) => self.outs[at].id = Some(sent["id"].as_str().unwrap().to_owned()),
            Some((status, answer)) => panic!("{status} {answer}"),
            None => {}
        }
    }

    fn change(&mut self, at: usize, method: &str, body: &Value, changed: impl FnOnce(&mut Out)) {
        let Some(id) = self.outs[at].id.clone() else { return };
        let path = format!("/api/messaging/messages/{id}");
        // Before it went, the message itself would go otherwise, or not at all.
        let Some((200, message)) = self.try_call("GET", &path, &Value::Null) else { return };
        if message["externalId"].is_null() {
            return;
        }
        match self.try_call(method, &path, body) {
            Some((200..=299, _)) => changed(&mut self.outs[at]),
            Some((409, _)) if self.outs[at].unsure => {}
            Some((status, answer)) => panic!("{method} {status} {answer}"),
            None => self.outs[at].unsure = true,
        }
    }
}
