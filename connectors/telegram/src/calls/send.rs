//! Sending. Every message has a number of ours, the same however often it is tried: Telegram takes it once, so that an
//! answer that was lost on the way never makes a message go twice.

use std::pin::Pin;

use grammers_tl_types::{RemoteCall, enums, functions as f, types};

use super::marks::message_id;
use crate::connection::Connection;
use crate::convert::{entities, instant, message};
use crate::plain::{Entity, Message, NewFile, NewText};
use crate::refused::Refused;

/// How far back a message is looked for that Telegram says it has already.
const RECENT: u32 = 50;

/// Whether something is still to be sent: asked at the last moment.
pub type StillWanted<'a> = Pin<Box<dyn Future<Output = Result<bool, Refused>> + Send + 'a>>;

/// A text and files as they go together.
struct Bundle<'a> {
    files: Vec<NewFile>,
    text: &'a str,
    set_off: &'a [Entity],
    reply_to: Option<enums::InputReplyTo>,
}

impl Connection {
    /// Sends a text.
    pub async fn send_text(&self, chat: i64, new: &NewText) -> Result<Message, Refused> {
        self.say(chat, new, false).await
    }

    /// Sends a text, and does not try again by itself when the connection fails meanwhile.
    pub async fn send_text_once(&self, chat: i64, new: &NewText) -> Result<Message, Refused> {
        self.say(chat, new, true).await
    }

    async fn say(&self, chat: i64, new: &NewText, once: bool) -> Result<Message, Refused> {
        let request = f::messages::SendMessage {
            no_webpage: false,
            silent: false,
            background: false,
            clear_draft: true,
            noforwards: false,
            update_stickersets_order: false,
            invert_media: false,
            allow_paid_floodskip: false,
            peer: self.input_peer(chat)?,
            reply_to: reply(new.reply_to, new.topic_id)?,
            message: new.text.clone(),
            random_id: new.random_id,
            reply_markup: None,
            entities: entities::telegram(&new.entities),
            schedule_date: None,
            schedule_repeat_period: None,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
            suggested_post: None,
            rich_message: None,
        };
        match self.tell(&request, once).await {
            Ok(enums::Updates::UpdateShortSentMessage(short)) => Ok(self.short_sent(chat, new, &short)),
            Ok(updates) => self.sent_in(&updates, chat, new.random_id),
            Err(refused) => self.sent_before(chat, new.random_id, &new.text, refused).await,
        }
    }

    async fn tell<R: RemoteCall>(&self, request: &R, once: bool) -> Result<R::Return, Refused> {
        if once { self.line.call(request).await } else { self.line.ask(request).await }
    }

    /// Sends files, several as an album; the text goes with the first.
    pub async fn send_files(
        &self,
        chat: i64,
        files: Vec<NewFile>,
        text: &str,
        set_off: &[Entity],
        reply_to: Option<i64>,
    ) -> Result<Vec<Message>, Refused> {
        let bundle = Bundle { files, text, set_off, reply_to: reply(reply_to, None)? };
        Ok(self.send_bundle(chat, bundle, None).await?.unwrap_or_default())
    }

    /// The same, if they are still wanted once they are uploaded; none if they are not. It does not try again by itself when the
    /// connection fails after that.
    pub async fn send_files_if(
        &self,
        chat: i64,
        files: Vec<NewFile>,
        (text, set_off, reply_to): (&str, &[Entity], Option<i64>),
        wanted: StillWanted<'_>,
    ) -> Result<Option<Vec<Message>>, Refused> {
        let bundle = Bundle { files, text, set_off, reply_to: reply(reply_to, None)? };
        self.send_bundle(chat, bundle, Some(wanted)).await
    }

    async fn send_bundle(
        &self,
        chat: i64,
        bundle: Bundle<'_>,
        wanted: Option<StillWanted<'_>>,
    ) -> Result<Option<Vec<Message>>, Refused> {
        let text = bundle.text;
        let random_ids: Vec<i64> = bundle.files.iter().map(|file| file.random_id).collect();
        let answer = if bundle.files.len() == 1 {
            self.send_file(chat, bundle, wanted).await
        } else {
            self.send_album(chat, bundle, wanted).await
        };
        let answer = match answer {
            Ok(None) => return Ok(None),
            Ok(Some(updates)) => Ok(updates),
            Err(refused) => Err(refused),
        };
        let mut sent = Vec::with_capacity(random_ids.len());
        match answer {
            Ok(updates) => {
                for random_id in random_ids {
                    sent.push(self.sent_in(&updates, chat, random_id)?);
                }
            }
            Err(refused) => {
                for (index, random_id) in random_ids.into_iter().enumerate() {
                    let text = if index == 0 { text } else { "" };
                    sent.push(self.sent_before(chat, random_id, text, refused.clone()).await?);
                }
            }
        }
        Ok(Some(sent))
    }

    async fn send_file(
        &self,
        chat: i64,
        Bundle { files, text, set_off, reply_to }: Bundle<'_>,
        wanted: Option<StillWanted<'_>>,
    ) -> Result<Option<enums::Updates>, Refused> {
        let file = files.into_iter().next().ok_or(Refused::MessageGone)?;
        let random_id = file.random_id;
        let request = f::messages::SendMedia {
            silent: false,
            background: false,
            clear_draft: true,
            noforwards: false,
            update_stickersets_order: false,
            invert_media: false,
            allow_paid_floodskip: false,
            peer: self.input_peer(chat)?,
            reply_to,
            media: self.upload(file).await?,
            message: text.to_owned(),
            random_id,
            reply_markup: None,
            entities: entities::telegram(set_off),
            schedule_date: None,
            schedule_repeat_period: None,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
            suggested_post: None,
        };
        self.tell_if(&request, wanted).await
    }

    /// Asks whether it is still wanted, and sends it then.
    async fn tell_if<R: RemoteCall>(
        &self,
        request: &R,
        wanted: Option<StillWanted<'_>>,
    ) -> Result<Option<R::Return>, Refused> {
        let once = wanted.is_some();
        if let Some(wanted) = wanted
            && !wanted.await?
        {
            return Ok(None);
        }
        self.tell(request, once).await.map(Some)
    }

    async fn send_album(
        &self,
        chat: i64,
        Bundle { files, text, set_off, reply_to }: Bundle<'_>,
        wanted: Option<StillWanted<'_>>,
    ) -> Result<Option<enums::Updates>, Refused> {
        let peer = self.input_peer(chat)?;
        let mut multi_media = Vec::with_capacity(files.len());
        for (index, file) in files.into_iter().enumerate() {
            let random_id = file.random_id;
            let media = self.upload_for_album(&peer, file).await?;
            let first = index == 0;
            let message = if first { text.to_owned() } else { String::new() };
            let entities = if first { entities::telegram(set_off) } else { None };
            multi_media.push(types::InputSingleMedia { media, random_id, message, entities }.into());
        }
        let request = f::messages::SendMultiMedia {
            silent: false,
            background: false,
            clear_draft: true,
            noforwards: false,
            update_stickersets_order: false,
            invert_media: false,
            allow_paid_floodskip: false,
            peer,
            reply_to,
            multi_media,
            schedule_date: None,
            send_as: None,
            quick_reply_shortcut: None,
            effect: None,
            allow_paid_stars: None,
        };
        self.tell_if(&request, wanted).await
    }

    /// The messages in what Telegram answers.
    pub(super) fn messages_in(&self, updates: &enums::Updates) -> Vec<Message> {
        let (updates, users, chats) = match updates {
            enums::Updates::Updates(it) => (&it.updates, &it.users, &it.chats),
            enums::Updates::Combined(it) => (&it.updates, &it.users, &it.chats),
            _ => return Vec::new(),
        };
        self.people.meet(users, chats);
        let raw = updates.iter().filter_map(|update| match update {
            enums::Update::NewMessage(it) => Some(&it.message),
            enums::Update::NewChannelMessage(it) => Some(&it.message),
            enums::Update::EditMessage(it) => Some(&it.message),
            enums::Update::EditChannelMessage(it) => Some(&it.message),
            _ => None,
        });
        raw.filter_map(|raw| message::plain(raw, &self.people)).collect()
    }

    fn sent_in(&self, updates: &enums::Updates, chat: i64, random_id: i64) -> Result<Message, Refused> {
        let told = match updates {
            enums::Updates::Updates(it) => &it.updates[..],
            enums::Updates::Combined(it) => &it.updates[..],
            _ => &[],
        };
        let id = told.iter().find_map(|update| match update {
            enums::Update::MessageId(it) if it.random_id == random_id => Some(it.id),
            _ => None,
        });
        let id = id.ok_or_else(unexplained)?;
        self.sent.note(random_id, id);
        let found = self.messages_in(updates).into_iter().find(|it| it.id == i64::from(id) && it.chat_id == chat);
        let message = found.ok_or_else(unexplained)?;
        Ok(Message { random_id: Some(random_id), ..message })
    }

    /// The shortest answer leaves out what we know anyway.
    fn short_sent(&self, chat: i64, new: &NewText, short: &types::UpdateShortSentMessage) -> Message {
        self.sent.note(new.random_id, short.id);
        let set_off = short.entities.as_ref().map(|found| entities::plain(Some(found)));
        Message {
            chat_id: chat,
            id: short.id.into(),
            outgoing: true,
            sender: self.people.me().map(|me| self.people.peer(me)),
            at: instant(short.date),
            edited_at: None,
            text: new.text.clone(),
            entities: set_off.unwrap_or_else(|| new.entities.clone()),
            reply_to: new.reply_to,
            topic_id: new.topic_id,
            forwarded_from: None,
            album_id: None,
            media: None,
            reactions: Vec::new(),
            service: None,
            random_id: Some(new.random_id),
            automatic: false,
        }
    }

    /// Telegram may say that it has this message already rather than answer again as it did.
    async fn sent_before(&self, chat: i64, random_id: i64, text: &str, refused: Refused) -> Result<Message, Refused> {
        if !refused.is_named("RANDOM_ID_DUPLICATE") {
            return Err(refused);
        }
        let known = self.sent.find(random_id).map(i64::from);
        let found = if let Some(id) = known {
            self.messages(chat, &[id]).await?.into_iter().next()
        } else {
            let recent = self.history(chat, None, RECENT).await?.messages;
            recent.into_iter().find(|message| message.outgoing && message.text == text)
        };
        let message = found.ok_or(refused)?;
        Ok(Message { random_id: Some(random_id), ..message })
    }
}

fn reply(reply_to: Option<i64>, topic_id: Option<i64>) -> Result<Option<enums::InputReplyTo>, Refused> {
    // A message in a topic answers the topic.
    let Some(id) = reply_to.or(topic_id) else { return Ok(None) };
    let reply = types::InputReplyToMessage {
        reply_to_msg_id: message_id(id)?,
        top_msg_id: topic_id.map(message_id).transpose()?,
        reply_to_peer_id: None,
        quote_text: None,
        quote_entities: None,
        quote_offset: None,
        monoforum_peer_id: None,
        todo_item_id: None,
        poll_option: None,
    };
    Ok(Some(reply.into()))
}

/// Telegram took it, and did not say as what.
fn unexplained() -> Refused {
    Refused::Other { code: 0, name: "SENT_WITHOUT_ID".to_owned() }
}
