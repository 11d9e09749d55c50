//! Users and chats, and the ways in which the protocol names them.

use grammers_tl_types::{enums, types};

use super::{View, blank};
use crate::world::{Channel, Group, Peer, Person, World};

pub(crate) fn peer(peer: Peer) -> enums::Peer {
    match peer {
        Peer::User(user_id) => types::PeerUser { user_id }.into(),
        Peer::Group(chat_id) => types::PeerChat { chat_id }.into(),
        Peer::Channel(channel_id) => types::PeerChannel { channel_id }.into(),
    }
}

pub(crate) fn input_peer(world: &World, peer: Peer) -> enums::InputPeer {
    let access_hash = world.access_hash(peer);
    match peer {
        Peer::User(user_id) => types::InputPeerUser { user_id, access_hash }.into(),
        Peer::Group(chat_id) => types::InputPeerChat { chat_id }.into(),
        Peer::Channel(channel_id) => types::InputPeerChannel { channel_id, access_hash }.into(),
    }
}

/// The peer that is meant, with the hash that was shown for it. `None` for nobody.
pub(crate) fn access_hash_of(input: &enums::InputPeer, account: i64) -> Option<(Peer, Option<i64>)> {
    Some(match input {
        enums::InputPeer::Empty => return None,
        enums::InputPeer::PeerSelf => (Peer::User(account), None),
        enums::InputPeer::Chat(it) => (Peer::Group(it.chat_id), None),
        enums::InputPeer::User(it) => (Peer::User(it.user_id), Some(it.access_hash)),
        enums::InputPeer::Channel(it) => (Peer::Channel(it.channel_id), Some(it.access_hash)),
        enums::InputPeer::UserFromMessage(it) => (Peer::User(it.user_id), None),
        enums::InputPeer::ChannelFromMessage(it) => (Peer::Channel(it.channel_id), None),
    })
}

impl View<'_> {
    pub fn user(&self, person: &Person) -> enums::User {
        let own = self.world.person(self.account);
        let knows = own.is_some_and(|own| own.contacts.contains(&person.id));
        let is_self = person.id == self.account;
        let status = match person.seen_at {
            _ if person.bot => None,
            Some(was_online) => Some(types::UserStatusOffline { was_online }.into()),
            None => Some(types::UserStatusRecently { by_me: false }.into()),
        };
        types::User {
            is_self,
            contact: knows,
            mutual_contact: knows && person.contacts.contains(&self.account),
            bot: person.bot,
            bot_info_version: person.bot.then_some(1),
            id: person.id,
            access_hash: Some(self.world.access_hash(Peer::User(person.id))),
            first_name: Some(person.first_name.clone()),
            last_name: person.last_name.clone(),
            username: person.username.clone(),
            phone: (is_self || knows).then(|| person.phone.clone()),
            status,
            ..blank::user()
        }
        .into()
    }

    pub(super) fn chat(&self, peer: Peer) -> Option<enums::Chat> {
        match peer {
            Peer::User(_) => None,
            Peer::Group(id) => Some(self.group(self.world.groups.get(&id)?)),
            Peer::Channel(id) => Some(self.channel(self.world.channels.get(&id)?)),
        }
    }

    fn group(&self, group: &Group) -> enums::Chat {
        types::Chat {
            creator: group.creator == self.account,
            left: !group.members.contains(&self.account),
            id: group.id,
            title: group.title.clone(),
            participants_count: count(group.members.len()),
            date: group.created_at,
            version: 1,
            ..blank::chat(enums::ChatPhoto::Empty)
        }
        .into()
    }

    fn channel(&self, channel: &Channel) -> enums::Chat {
        let membership = channel.members.get(&self.account);
        let admin = membership.is_some_and(|it| it.admin) || channel.creator == self.account;
        let rights = types::ChatAdminRights {
            post_messages: true,
            edit_messages: true,
            delete_messages: true,
            ..blank::admin_rights()
        };
        types::Channel {
            creator: channel.creator == self.account,
            left: membership.is_none(),
            broadcast: channel.broadcast,
            megagroup: !channel.broadcast,
            id: channel.id,
            access_hash: Some(self.world.access_hash(Peer::Channel(channel.id))),
            title: channel.title.clone(),
            username: channel.username.clone(),
            date: membership.map_or(channel.created_at, |it| it.joined_at),
            admin_rights: admin.then(|| rights.into()),
            participants_count: Some(count(channel.members.len())),
            ..blank::channel(enums::ChatPhoto::Empty)
        }
        .into()
    }
}

pub(super) fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
