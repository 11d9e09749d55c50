//! The world in the words of the protocol, as one account sees it. Makes nothing and changes nothing.

pub(crate) mod blank;
mod chats;
mod dialogs;
mod media;
mod messages;
mod peers;
mod updates;

use std::collections::BTreeSet;

use grammers_tl_types::enums;

use crate::world::{Peer, World};

pub(crate) use chats::{channel_full, group_full, outsider, participant};
pub(crate) use dialogs::folder;
pub(crate) use media::{ATTACHED_DC, inner_file, media};
pub(crate) use peers::{access_hash_of, input_peer, peer};

/// What one account may see, and whom its answers have mentioned so far.
pub(crate) struct View<'a> {
    pub world: &'a World,
    pub account: i64,
    mentioned: BTreeSet<Peer>,
}

impl<'a> View<'a> {
    pub fn new(world: &'a World, account: i64) -> Self {
        Self { world, account, mentioned: BTreeSet::new() }
    }

    /// The answer will describe this peer.
    pub fn mention(&mut self, peer: Peer) {
        self.mentioned.insert(peer);
    }

    /// Everybody who was mentioned.
    pub fn users(&self) -> Vec<enums::User> {
        let people = self.mentioned.iter().filter_map(|peer| match peer {
            Peer::User(id) => self.world.person(*id),
            _ => None,
        });
        people.map(|person| self.user(person)).collect()
    }

    /// Every group and channel that was mentioned.
    pub fn chats(&self) -> Vec<enums::Chat> {
        self.mentioned.iter().filter_map(|peer| self.chat(*peer)).collect()
    }
}
