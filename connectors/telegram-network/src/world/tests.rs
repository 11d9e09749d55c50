//! Whatever happens, in whatever order: what every client relies on stays true.

use std::collections::BTreeSet;

use super::*;

/// A line of numbers from a seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn below_i64(&mut self, limit: u64) -> i64 {
        i64::try_from(self.below(limit)).unwrap()
    }
}

const PEOPLE: u64 = 4;
const CHANNEL: i64 = 70;

fn inhabited() -> Vec<Fact> {
    let ids = 1..=i64::try_from(PEOPLE).unwrap();
    let person = |id| Person { id, phone: format!("1000{id}"), ..Person::default() };
    let mut facts: Vec<Fact> = ids.clone().map(|id| Fact::Person { person: Box::new(person(id)) }).collect();
    let members: BTreeSet<i64> = ids.clone().collect();
    let group = Group { id: 50, title: String::new(), creator: 1, created_at: 0, members };
    let channel = Channel {
        id: CHANNEL,
        title: String::new(),
        username: None,
        about: String::new(),
        broadcast: false,
        creator: 1,
        created_at: 0,
        members: ids.map(|id| (id, Membership::default())).collect(),
        last_id: 0,
        messages: BTreeMap::new(),
        past: Past::default(),
    };
    facts.push(Fact::Group { group: Box::new(group) });
    facts.push(Fact::Channel { channel: Box::new(channel) });
    facts
}

fn something(numbers: &mut Numbers, posts: u64) -> Fact {
    let account = 1 + numbers.below_i64(PEOPLE);
    let chat = match numbers.below(3) {
        0 => Peer::User(1 + numbers.below_i64(PEOPLE)),
        1 => Peer::Group(50),
        _ => Peer::Channel(CHANNEL),
    };
    let post = numbers.below(posts + 1);
    match numbers.below(10) {
        0 => Fact::Read { account, chat, max_id: i32::try_from(numbers.below(posts + 2)).unwrap() },
        1 => Fact::Edited { post, text: "edited".to_owned(), entities: Vec::new(), media: None, at: 5 },
        2 => {
            let only_for = (numbers.below(2) == 0).then_some(account);
            Fact::Deleted { posts: vec![post, numbers.below(posts + 1)], only_for }
        }
        3 => Fact::Reacted { post, person: account, emoji: vec!["👍".to_owned()], at: 6 },
        4 if numbers.below(4) == 0 => {
            Fact::Members { chat: Peer::Channel(CHANNEL), joined: vec![account], left: Vec::new(), at: 7 }
        }
        _ => {
            let post = NewPost { random_id: Some(numbers.below_i64(1 << 30)), ..NewPost::text("text") };
            Fact::Sent { from: account, to: chat, at: 8, post: Box::new(post) }
        }
    }
}

#[test]
fn events_are_counted_without_gaps_and_ids_only_rise() {
    for seed in 0..30 {
        let mut numbers = Numbers(seed);
        let mut world = World::empty(seed);
        for fact in inhabited() {
            world.apply(fact);
        }
        for _ in 0..300 {
            let fact = something(&mut numbers, world.posts.len() as u64);
            world.apply(fact);
        }
        let pasts = world.people.values().map(|person| &person.mailbox.past);
        for past in pasts.chain([&world.channels[&CHANNEL].past]) {
            let mut pts = 1;
            for (after, count, _) in &past.events {
                pts += count;
                assert_eq!(*after, pts);
            }
            assert_eq!(past.pts, pts);
        }
        for person in world.people.values() {
            for (chat, dialog) in &person.mailbox.dialogs {
                assert!(dialog.ids.is_sorted_by(|a, b| a < b), "{chat}");
                let held = person.mailbox.messages.values().filter(|(held_in, _)| held_in == chat).count();
                assert_eq!(held, dialog.ids.len());
                assert!(usize::try_from(world.unread(person.id, *chat)).unwrap() <= held);
            }
        }
    }
}

#[test]
fn the_same_facts_from_a_file_give_the_same_world() {
    let mut numbers = Numbers(77);
    let mut world = World::empty(1);
    let mut lines = Vec::new();
    let mut happen = |world: &mut World, fact: Fact| {
        lines.push(serde_json::to_string(&fact).unwrap());
        world.apply(fact);
    };
    for fact in inhabited() {
        happen(&mut world, fact);
    }
    for _ in 0..400 {
        let fact = something(&mut numbers, world.posts.len() as u64);
        happen(&mut world, fact);
    }
    let mut again = World::empty(1);
    for line in lines {
        again.apply(serde_json::from_str(&line).unwrap());
    }
    let text = serde_json::to_string(&world).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), text);
    let mut snapshot: World = serde_json::from_str(&text).unwrap();
    snapshot.index();
    assert_eq!(serde_json::to_string(&snapshot).unwrap(), text);
    assert_eq!(snapshot.sent, world.sent);
}
