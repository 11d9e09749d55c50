//! The network of a rehearsal: people by the same chance as in `campaigns::rules::rehearse` – the same seed floods, bounces,
//! reads and answers the same message of the same person.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use bd_accounts::running::by_hand::{Fate, StandIn};
use campaigns::{
    planning::stage::{Noted, Script, made_up},
    rules::{
        chance::Chance,
        rehearse::{Answer, Behaviour, number_of},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use contracts::channels::{Action, ChatKind, Errand, Peer, Seen, SeenChat, SeenMessage};
use kernel::Clock;
use uuid::Uuid;

/// Chats have numbers from here on.
const FIRST: i64 = 10_000;
/// What is read is read so soon.
const READ_AFTER: TimeDelta = TimeDelta::seconds(3);
const FLOOD_MINUTES: u64 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Read { until: i64 },
    Answer(Answer),
}

#[derive(Clone, Debug, Default)]
struct Somebody {
    name: String,
    /// Messages that they were sent.
    sent: usize,
    /// The message at which the account was told to wait; once is enough.
    flooded: Option<usize>,
}

/// When something happens, its place among what happens then, the account and the person.
type Due = Reverse<(DateTime<Utc>, u64, Uuid, usize, What)>;

pub struct Network {
    clock: Clock,
    seed: u64,
    behaviour: Behaviour,
    messages: Vec<Uuid>,
    people: Vec<Somebody>,
    by_username: BTreeMap<String, usize>,
    account: Uuid,
    last_id: i64,
    serial: u64,
    due: BinaryHeap<Due>,
    pub noted: Vec<(DateTime<Utc>, Noted)>,
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

fn chat_of(person: usize) -> i64 {
    i64::try_from(person).unwrap_or_default() + FIRST
}

impl Network {
    pub fn new(clock: Clock, script: &Script) -> Self {
        let named = |player: &campaigns::planning::stage::Player| Somebody {
            name: player.contact.name.clone(),
            ..Somebody::default()
        };
        Self {
            clock,
            seed: script.seed,
            behaviour: script.behaviour,
            messages: script.messages(),
            people: script.people.iter().map(named).collect(),
            by_username: (0..script.people.len()).map(|index| (made_up(index), index)).collect(),
            account: Uuid::nil(),
            last_id: 0,
            serial: 0,
            due: BinaryHeap::new(),
            noted: Vec::new(),
        }
    }

    /// Whose errands come now.
    pub fn is_for(&mut self, account: Uuid) {
        self.account = account;
    }

    pub fn next_at(&self) -> Option<DateTime<Utc>> {
        self.due.peek().map(|Reverse((at, ..))| *at)
    }

    fn person_of(&self, errand: &Errand) -> Option<usize> {
        let named = errand.to.as_ref().and_then(|to| to.username.as_ref());
        let found = named.and_then(|name| self.by_username.get(name.as_str()).copied());
        found.or_else(|| usize::try_from(errand.chat_id - FIRST).ok()).filter(|person| *person < self.people.len())
    }

    fn push(&mut self, at: DateTime<Utc>, person: usize, what: What) {
        self.serial += 1;
        self.due.push(Reverse((at, self.serial, self.account, person, what)));
    }

    fn message(&mut self, person: usize, text: String, outgoing: bool) -> SeenMessage {
        self.last_id += 1;
        let sender = Peer { id: chat_of(person), name: self.people[person].name.clone(), ..Peer::default() };
        SeenMessage {
            chat_id: chat_of(person),
            id: self.last_id,
            outgoing,
            sender: (!outgoing).then_some(sender),
            at: self.clock.now(),
            edited_at: None,
            text,
            entities: Vec::new(),
            reply_to: None,
            topic_id: None,
            forwarded_from: None,
            album_id: None,
            media: None,
            reactions: Vec::new(),
            service: None,
            random_id: None,
            automatic: false,
        }
    }

    /// What happens now, as accounts see it.
    pub fn happens(&mut self) -> Vec<(Uuid, SeenChat, Vec<Seen>)> {
        let now = self.clock.now();
        let mut seen = Vec::new();
        while self.next_at().is_some_and(|at| at <= now) {
            let Some(Reverse((_, _, account, person, what))) = self.due.pop() else { break };
            let chat = SeenChat {
                id: chat_of(person),
                kind: ChatKind::Private,
                title: self.people[person].name.clone(),
                username: Some(made_up(person)),
                phone: None,
                read_inbox_until: None,
                read_outbox_until: None,
            };
            let news = match what {
                What::Read { until } => Seen::ReadByThem { chat_id: chat.id, until },
                What::Answer(answer) => {
                    let automatic = answer == Answer::AutoReply;
                    if automatic {
                        self.noted.push((now, Noted::AutoReply));
                    }
                    let message = self.message(person, answer.text().to_owned(), false);
                    Seen::Message(SeenMessage { automatic, ..message })
                }
            };
            seen.push((account, chat, vec![news]));
        }
        seen
    }
}

impl StandIn for Network {
    fn perform(&mut self, errand: &Errand) -> Fate {
        let Some(person) = self.person_of(errand) else { return Fate::Blocked };
        let Action::Send { text, random_id, .. } = &errand.action else { return Fate::Blocked };
        let now = self.clock.now();
        let nth = self.people[person].sent;
        let step = self.messages.get(nth).map_or(number(nth), |step| number_of(*step));
        let mut chance = Chance::seeded(self.seed, &[number(person), step]);
        if chance.happens(self.behaviour.flood) && self.people[person].flooded != Some(nth) {
            let minutes = FLOOD_MINUTES + chance.below(FLOOD_MINUTES);
            self.people[person].flooded = Some(nth);
            self.noted.push((now, Noted::Flood));
            return Fate::FloodWait { seconds: u32::try_from(minutes * 60).unwrap_or(u32::MAX) };
        }
        if chance.happens(self.behaviour.bounce) {
            return Fate::Blocked;
        }
        self.people[person].sent += 1;
        let sent = SeenMessage { random_id: Some(*random_id), ..self.message(person, text.clone(), true) };
        if chance.happens(self.behaviour.read) {
            self.push(now + READ_AFTER, person, What::Read { until: sent.id });
            if let Some((answer, after)) = self.behaviour.answer(&mut chance) {
                self.push(now + after.max(READ_AFTER), person, What::Answer(answer));
            }
        }
        Fate::Sent(Box::new(sent))
    }
}
