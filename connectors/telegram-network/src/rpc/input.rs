//! Whom and what a call names: found, and allowed to be named.

use grammers_tl_types::enums;

use super::{Answer, Call, Refusal, bad};
use crate::{
    view::access_hash_of,
    world::{Channel, Peer, Post},
};

impl Call<'_> {
    /// The chat that is meant, if the caller may name it.
    pub(super) fn peer(&self, input: &enums::InputPeer) -> Answer<Peer> {
        let (peer, hash) = access_hash_of(input, self.me).ok_or(bad("PEER_ID_INVALID"))?;
        let world = &self.core.world;
        if hash.is_some_and(|hash| hash != world.access_hash(peer)) || !world.sees(self.me, peer) {
            return Err(match peer {
                Peer::User(_) => bad("PEER_ID_INVALID"),
                Peer::Group(_) => bad("CHAT_ID_INVALID"),
                Peer::Channel(_) => bad("CHANNEL_INVALID"),
            });
        }
        Ok(peer)
    }

    pub(super) fn user(&self, input: &enums::InputUser) -> Answer<i64> {
        let (id, hash) = match input {
            enums::InputUser::Empty => return Err(bad("USER_ID_INVALID")),
            enums::InputUser::UserSelf => return Ok(self.me),
            enums::InputUser::User(it) => (it.user_id, Some(it.access_hash)),
            enums::InputUser::FromMessage(it) => (it.user_id, None),
        };
        let world = &self.core.world;
        let is_allowed = hash.is_none_or(|hash| hash == world.access_hash(Peer::User(id)));
        if is_allowed && world.person(id).is_some() { Ok(id) } else { Err(bad("USER_ID_INVALID")) }
    }

    pub(super) fn channel(&self, input: &enums::InputChannel) -> Answer<&Channel> {
        let (id, hash) = match input {
            enums::InputChannel::Empty => return Err(bad("CHANNEL_INVALID")),
            enums::InputChannel::Channel(it) => (it.channel_id, Some(it.access_hash)),
            enums::InputChannel::FromMessage(it) => (it.channel_id, None),
        };
        let world = &self.core.world;
        let is_allowed = hash.is_none_or(|hash| hash == world.access_hash(Peer::Channel(id)));
        let channel = world.channels.get(&id).filter(|_| is_allowed).ok_or(bad("CHANNEL_INVALID"))?;
        if world.sees(self.me, Peer::Channel(id)) { Ok(channel) } else { Err(Refusal::new(406, "CHANNEL_PRIVATE")) }
    }

    /// A message of a chat.
    pub(super) fn message(&self, chat: Peer, id: i32) -> Answer<&Post> {
        let channel = if let Peer::Channel(channel) = chat { Some(channel) } else { None };
        let (found, post) = self.core.world.find_message(self.me, channel, id).ok_or(bad("MESSAGE_ID_INVALID"))?;
        if found == chat { Ok(post) } else { Err(bad("MESSAGE_ID_INVALID")) }
    }
}
