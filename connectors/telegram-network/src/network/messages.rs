//! Messages: written, read and changed as somebody, and looked at as they are.

use serde::{Deserialize, Serialize};

use super::Network;
use crate::{
    error::NetworkError,
    world::{Fact, NewPost, Peer, World},
};

/// A message as one account sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenMessage {
    pub chat: Peer,
    pub message_id: i32,
    pub from: i64,
    pub text: String,
    /// Unix seconds.
    pub sent_at: i32,
    pub random_id: Option<i64>,
}

impl Network {
    /// Every message that an account has, in the order of their chats and ids: what a client has to have, too.
    pub fn messages(&self, account: i64) -> Vec<SeenMessage> {
        let core = self.core.lock();
        let world = &core.world;
        let mut seen = Vec::new();
        for chat in world.chats_of(account) {
            for message_id in world.message_ids(account, chat) {
                let channel = if let Peer::Channel(channel) = chat { Some(channel) } else { None };
                let Some((_, post)) = world.find_message(account, channel, message_id) else { continue };
                seen.push(SeenMessage {
                    chat,
                    message_id,
                    from: post.from,
                    text: post.text.clone(),
                    sent_at: post.sent_at,
                    random_id: post.random_id,
                });
            }
        }
        seen
    }

    /// Writes many messages at once, `text` with a number from 0 behind it. Gives the id of the last one.
    pub fn burst(&self, from: i64, to: Peer, text: &str, count: u32) -> Result<i32, NetworkError> {
        let mut last = 0;
        for number in 0..count {
            last = self.send(from, to, NewPost::text(format!("{text}{number}")))?;
        }
        Ok(last)
    }

    /// Writes as somebody. Gives the id of the message in their own mailbox, or in the channel.
    pub fn send(&self, from: i64, to: Peer, post: NewPost) -> Result<i32, NetworkError> {
        let mut core = self.core.lock();
        if !core.world.sees(from, to) || core.world.person(from).is_none() {
            return Err(NetworkError::Unknown(format!("{to} for user:{from}")));
        }
        let at = core.now();
        core.commit(Fact::Sent { from, to, at, post: Box::new(post) }, None);
        let sent = core.world.posts.last().and_then(|post| post.id_for(from));
        sent.ok_or_else(|| NetworkError::Refused(format!("user:{from} cannot write to {to}")))
    }

    /// Reads as somebody, up to a message.
    pub fn read(&self, account: i64, chat: Peer, max_id: i32) {
        self.core.lock().commit(Fact::Read { account, chat, max_id }, None);
    }

    /// Changes the text of a message that somebody wrote.
    pub fn edit(&self, person: i64, chat: Peer, id: i32, text: &str) -> Result<(), NetworkError> {
        let mut core = self.core.lock();
        let (post, at) = (number(&core.world, person, chat, id)?, core.now());
        let text = text.to_owned();
        core.commit(Fact::Edited { post, text, entities: Vec::new(), media: None, at }, None);
        Ok(())
    }

    /// Deletes messages for everybody.
    pub fn delete(&self, person: i64, chat: Peer, ids: &[i32]) -> Result<(), NetworkError> {
        let mut core = self.core.lock();
        let posts = ids.iter().map(|id| number(&core.world, person, chat, *id)).collect::<Result<_, _>>()?;
        core.commit(Fact::Deleted { posts, only_for: None }, None);
        Ok(())
    }

    /// Reacts as somebody; no emoji takes the reaction back.
    pub fn react(&self, person: i64, chat: Peer, id: i32, emoji: Option<&str>) -> Result<(), NetworkError> {
        let mut core = self.core.lock();
        let (post, at) = (number(&core.world, person, chat, id)?, core.now());
        let emoji = emoji.map(str::to_owned).into_iter().collect();
        core.commit(Fact::Reacted { post, person, emoji, at }, None);
        Ok(())
    }

    pub fn typing(&self, person: i64, to: Peer) {
        self.core.lock().typing(person, to, "typing");
    }
}

fn number(world: &World, person: i64, chat: Peer, id: i32) -> Result<u64, NetworkError> {
    let channel = if let Peer::Channel(channel) = chat { Some(channel) } else { None };
    let found = world.find_message(person, channel, id).filter(|(found, _)| *found == chat);
    let unknown = || NetworkError::Unknown(format!("message {id} in {chat} for user:{person}"));
    found.map(|(_, post)| post.number).ok_or_else(unknown)
}
