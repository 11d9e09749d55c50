//! The state of the network: who there is, which messages are where, what each account was told. It changes by
//! [`Fact`]s only, in `apply.rs`, so that a file of facts gives the same world again. No I/O, no time, no chance.

mod apply;
mod chat;
mod fact;
mod mailbox;
mod media;
mod peer;
mod person;
mod post;
mod queries;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

pub use chat::{Channel, Group, Membership};
pub use fact::Fact;
pub(crate) use mailbox::Past;
pub use mailbox::{Dialog, Event, Mailbox, Notice};
pub use media::{DocumentKind, FileRecord, Media};
pub use peer::Peer;
pub use person::{Folder, KeyRecord, Language, Person, Persona, Temperament, Verifier};
pub use post::{Action, Entity, EntityKind, Forward, NewPost, Post, Reaction, ReplyTo};

/// Everything there is. Read freely; written by [`Fact`]s.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) people: BTreeMap<i64, Person>,
    pub(crate) groups: BTreeMap<i64, Group>,
    pub(crate) channels: BTreeMap<i64, Channel>,
    /// By their number, which is their index.
    pub(crate) posts: Vec<Post>,
    pub(crate) files: BTreeMap<i64, FileRecord>,
    pub(crate) keys: Vec<KeyRecord>,
    /// Which message an account's `random_id` made: made again from `posts` when a world is read.
    #[serde(skip)]
    sent: HashMap<(i64, i64), u64>,
    #[serde(skip)]
    phones: HashMap<String, i64>,
    #[serde(skip)]
    usernames: HashMap<String, Peer>,
}

impl World {
    /// A world with nobody in it. What is derived from `seed` (hashes of access) is the same for the same seed.
    pub fn empty(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    /// Fills what is not stored because it follows from the rest.
    pub(crate) fn index(&mut self) {
        self.sent = (self.posts.iter()).filter_map(|post| Some(((post.from, post.random_id?), post.number))).collect();
        self.phones = self.people.values().map(|person| (person.phone.clone(), person.id)).collect();
        let people = self.people.values().filter_map(|it| Some((it.username.as_ref()?, Peer::User(it.id))));
        let channels = self.channels.values().filter_map(|it| Some((it.username.as_ref()?, Peer::Channel(it.id))));
        self.usernames = people.chain(channels).map(|(name, peer)| (name.to_lowercase(), peer)).collect();
    }
}

#[cfg(test)]
mod tests;
