//! Notices as updates.

use grammers_tl_types::{enums, types};

use super::{View, peer};
use crate::world::{Event, Notice, Peer};

impl View<'_> {
    /// The update that tells of this event, unless what it is about is gone again.
    pub fn update(&mut self, notice: &Notice) -> Option<enums::Update> {
        let (pts, pts_count, channel) = (notice.pts, notice.count, notice.channel);
        Some(match &notice.event {
            Event::Message { id } => {
                let message = self.message_by_id(channel, *id)?;
                match channel {
                    Some(_) => types::UpdateNewChannelMessage { message, pts, pts_count }.into(),
                    None => types::UpdateNewMessage { message, pts, pts_count }.into(),
                }
            }
            Event::Edited { id } => {
                let message = self.message_by_id(channel, *id)?;
                match channel {
                    Some(_) => types::UpdateEditChannelMessage { message, pts, pts_count }.into(),
                    None => types::UpdateEditMessage { message, pts, pts_count }.into(),
                }
            }
            Event::Deleted { ids } => {
                let messages = ids.clone();
                match channel {
                    Some(channel_id) => {
                        self.mention(Peer::Channel(channel_id));
                        types::UpdateDeleteChannelMessages { channel_id, messages, pts, pts_count }.into()
                    }
                    None => types::UpdateDeleteMessages { messages, pts, pts_count }.into(),
                }
            }
            event => self.unnumbered(event, pts, pts_count)?,
        })
    }

    fn unnumbered(&mut self, event: &Event, pts: i32, pts_count: i32) -> Option<enums::Update> {
        Some(match event {
            Event::ReadInbox { chat, max_id, still_unread } => {
                self.read_inbox(*chat, *max_id, *still_unread, (pts, pts_count))
            }
            Event::ReadOutbox { chat, max_id } => {
                self.mention(*chat);
                match *chat {
                    Peer::Channel(channel_id) => types::UpdateReadChannelOutbox { channel_id, max_id: *max_id }.into(),
                    chat => types::UpdateReadHistoryOutbox { peer: peer(chat), max_id: *max_id, pts, pts_count }.into(),
                }
            }
            Event::Reactions { chat, id } => {
                self.mention(*chat);
                let channel = if let Peer::Channel(channel) = chat { Some(*channel) } else { None };
                let (_, post) = self.world.find_message(self.account, channel, *id)?;
                types::UpdateMessageReactions {
                    peer: peer(*chat),
                    msg_id: *id,
                    top_msg_id: None,
                    saved_peer_id: None,
                    reactions: self.reactions(post),
                }
                .into()
            }
            Event::Typing { chat, person, action } => self.typing(*chat, *person, action),
            Event::Joined { chat } => {
                self.mention(*chat);
                match *chat {
                    Peer::Channel(channel_id) => types::UpdateChannel { channel_id }.into(),
                    Peer::Group(chat_id) => types::UpdateChat { chat_id }.into(),
                    Peer::User(_) => return None,
                }
            }
            Event::Message { .. } | Event::Edited { .. } | Event::Deleted { .. } => return None,
        })
    }

    fn read_inbox(&mut self, chat: Peer, max_id: i32, unread: i32, (pts, pts_count): (i32, i32)) -> enums::Update {
        self.mention(chat);
        let (still_unread_count, folder_id) = (unread, None);
        if let Peer::Channel(channel_id) = chat {
            return types::UpdateReadChannelInbox { folder_id, channel_id, max_id, still_unread_count, pts }.into();
        }
        types::UpdateReadHistoryInbox {
            folder_id,
            peer: peer(chat),
            top_msg_id: None,
            max_id,
            still_unread_count,
            pts,
            pts_count,
        }
        .into()
    }

    fn typing(&mut self, chat: Peer, person: i64, action: &str) -> enums::Update {
        self.mention(chat);
        self.mention(Peer::User(person));
        let action = match action {
            "voice" => enums::SendMessageAction::SendMessageRecordAudioAction,
            "photo" => types::SendMessageUploadPhotoAction { progress: 0 }.into(),
            "cancel" => enums::SendMessageAction::SendMessageCancelAction,
            _ => enums::SendMessageAction::SendMessageTypingAction,
        };
        let from_id = peer(Peer::User(person));
        match chat {
            Peer::User(_) => types::UpdateUserTyping { user_id: person, top_msg_id: None, action }.into(),
            Peer::Group(chat_id) => types::UpdateChatUserTyping { chat_id, from_id, action }.into(),
            Peer::Channel(channel_id) => {
                types::UpdateChannelUserTyping { channel_id, top_msg_id: None, from_id, action }.into()
            }
        }
    }

    /// Updates in the envelope in which they are sent. Nothing when nothing is left of the notices.
    pub fn updates(&mut self, notices: &[Notice], date: i32) -> Option<types::Updates> {
        let updates: Vec<enums::Update> = notices.iter().filter_map(|notice| self.update(notice)).collect();
        if updates.is_empty() {
            return None;
        }
        Some(types::Updates { updates, users: self.users(), chats: self.chats(), date, seq: 0 })
    }
}
