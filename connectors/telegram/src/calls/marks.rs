//! What is done to messages that are there: changed, deleted, read, reacted to.

use grammers_tl_types::{enums, functions as f, types};

use crate::connection::Connection;
use crate::convert::entities;
use crate::plain::{Entity, Message};
use crate::refused::Refused;

impl Connection {
    /// Changes the text of a message of ours. Gives the message as it is now, where Telegram tells.
    pub async fn edit(&self, chat: i64, id: i64, text: &str, set_off: &[Entity]) -> Result<Option<Message>, Refused> {
        let request = f::messages::EditMessage {
            no_webpage: false,
            invert_media: false,
            peer: self.input_peer(chat)?,
            id: message_id(id)?,
            message: Some(text.to_owned()),
            media: None,
            reply_markup: None,
            entities: entities::telegram(set_off),
            schedule_date: None,
            schedule_repeat_period: None,
            quick_reply_shortcut_id: None,
            rich_message: None,
        };
        match self.line.ask(&request).await {
            Ok(updates) => Ok(self.messages_in(&updates).into_iter().find(|message| message.id == id)),
            // It is as wanted: the answer to the first attempt was lost.
            Err(refused) if refused.is_named("MESSAGE_NOT_MODIFIED") => Ok(None),
            Err(refused) => Err(refused),
        }
    }

    /// Deletes messages, for both sides or only here; at most a hundred.
    pub async fn delete(&self, chat: i64, ids: &[i64], for_everyone: bool) -> Result<(), Refused> {
        let id: Vec<i32> = ids.iter().filter_map(|id| i32::try_from(*id).ok()).collect();
        match self.input_channel(chat)? {
            Some(channel) => self.line.ask(&f::channels::DeleteMessages { channel, id }).await.map(drop),
            None => self.line.ask(&f::messages::DeleteMessages { revoke: for_everyone, id }).await.map(drop),
        }
    }

    /// We have read theirs up to this one.
    pub async fn mark_read(&self, chat: i64, until: i64) -> Result<(), Refused> {
        let max_id = message_id(until)?;
        if let Some(channel) = self.input_channel(chat)? {
            self.line.ask(&f::channels::ReadHistory { channel, max_id }).await.map(drop)
        } else {
            let peer = self.input_peer(chat)?;
            self.line.ask(&f::messages::ReadHistory { peer, max_id }).await.map(drop)
        }
    }

    /// Reacts with it, or with nothing any more.
    pub async fn react(&self, chat: i64, id: i64, emoji: Option<&str>) -> Result<(), Refused> {
        let reaction = emoji.map(|emoji| types::ReactionEmoji { emoticon: emoji.to_owned() }.into());
        let request = f::messages::SendReaction {
            big: false,
            add_to_recent: false,
            peer: self.input_peer(chat)?,
            msg_id: message_id(id)?,
            reaction: Some(reaction.into_iter().collect()),
        };
        match self.line.ask(&request).await {
            Ok(_) => Ok(()),
            Err(refused) if refused.is_named("MESSAGE_NOT_MODIFIED") => Ok(()),
            Err(refused) => Err(refused),
        }
    }

    /// Shows the other side that we write; for about five seconds, or until we stop.
    pub async fn typing(&self, chat: i64, still: bool) -> Result<(), Refused> {
        let action = if still {
            enums::SendMessageAction::SendMessageTypingAction
        } else {
            enums::SendMessageAction::SendMessageCancelAction
        };
        let request = f::messages::SetTyping { peer: self.input_peer(chat)?, top_msg_id: None, action };
        self.line.call(&request).await.map(drop)
    }
}

pub(super) fn message_id(id: i64) -> Result<i32, Refused> {
    i32::try_from(id).map_err(|_| Refused::MessageGone)
}
