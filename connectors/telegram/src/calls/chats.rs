//! Chats, folders and history.

use grammers_tl_types::{enums, functions as f, types};

use crate::connection::Connection;
use crate::convert::{chat_id, input_chat_id, message};
use crate::plain::{Dialog, Folder, History, Message, ReadUntil};
use crate::refused::Refused;

/// As many as Telegram gives in one answer.
const PAGE_MOST: i32 = 100;

/// Where a list of chats goes on; of the last page there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogsAfter {
    date: i32,
    message_id: i32,
    chat_id: i64,
    archived: bool,
}

/// A page of the account's list of chats.
#[derive(Clone, Debug, Default)]
pub struct Dialogs {
    pub items: Vec<Dialog>,
    /// Positions of supergroups and channels, for [`Listener::follow_channel`](crate::Listener::follow_channel).
    pub channels: Vec<(i64, i32)>,
    pub next: Option<DialogsAfter>,
}

impl Connection {
    /// The account's chats, latest first, then the archived ones; a hundred at a time.
    pub async fn dialogs(&self, after: Option<&DialogsAfter>) -> Result<Dialogs, Refused> {
        let archived = after.is_some_and(|after| after.archived);
        let request = f::messages::GetDialogs {
            exclude_pinned: after.is_some_and(|after| after.message_id != 0),
            folder_id: Some(i32::from(archived)),
            offset_date: after.map_or(0, |after| after.date),
            offset_id: after.map_or(0, |after| after.message_id),
            offset_peer: after.and_then(|after| self.input_peer(after.chat_id).ok()).unwrap_or(enums::InputPeer::Empty),
            limit: PAGE_MOST,
            hash: 0,
        };
        let (found, whole) = match self.line.ask(&request).await? {
            enums::messages::Dialogs::Dialogs(found) => (found, true),
            enums::messages::Dialogs::Slice(found) => {
                let types::messages::DialogsSlice { dialogs, messages, chats, users, .. } = found;
                (types::messages::Dialogs { dialogs, messages, chats, users }, false)
            }
            enums::messages::Dialogs::NotModified(_) => return Ok(Dialogs::default()),
        };
        self.people.meet(&found.users, &found.chats);
        Ok(self.dialogs_of(&found, whole, archived))
    }

    fn dialogs_of(&self, found: &types::messages::Dialogs, whole: bool, archived: bool) -> Dialogs {
        let messages: Vec<Message> =
            found.messages.iter().filter_map(|raw| message::plain(raw, &self.people)).collect();
        let mut page = Dialogs::default();
        for dialog in &found.dialogs {
            let enums::Dialog::Dialog(dialog) = dialog else { continue };
            let Some(id) = chat_id(&dialog.peer) else { continue };
            if let Some(pts) = dialog.pts {
                page.channels.push((id, pts));
            }
            let Some(chat) = self.people.chat(id) else { continue };
            let top = messages.iter().find(|it| it.chat_id == id && it.id == i64::from(dialog.top_message));
            page.items.push(Dialog {
                chat,
                top_message: top.cloned(),
                top_id: dialog.top_message.into(),
                unread: dialog.unread_count,
                read_inbox_until: dialog.read_inbox_max_id.into(),
                read_outbox_until: dialog.read_outbox_max_id.into(),
                pinned: dialog.pinned,
                archived,
            });
        }
        let last = page.items.iter().rev().find_map(|dialog| dialog.top_message.as_ref());
        let more = last.filter(|_| !whole && !found.dialogs.is_empty());
        page.next = more.map(|message| after(message, archived)).or_else(|| (!archived).then(first_archived));
        page
    }

    /// The folders that the account's owner has made.
    pub async fn folders(&self) -> Result<Vec<Folder>, Refused> {
        let enums::messages::DialogFilters::Filters(found) = self.line.ask(&f::messages::GetDialogFilters {}).await?;
        let me = self.line.session().me();
        Ok(found.filters.iter().filter_map(|filter| folder(filter, me)).collect())
    }

    /// How far a chat has been read by either side.
    pub async fn read_until(&self, chat: i64) -> Result<ReadUntil, Refused> {
        let peer = types::InputDialogPeer { peer: self.input_peer(chat)? }.into();
        let enums::messages::PeerDialogs::Dialogs(found) =
            self.line.ask(&f::messages::GetPeerDialogs { peers: vec![peer] }).await?;
        let of_chat = found.dialogs.iter().find_map(|dialog| match dialog {
            enums::Dialog::Dialog(dialog) if chat_id(&dialog.peer) == Some(chat) => Some(dialog),
            _ => None,
        });
        Ok(of_chat.map_or_else(ReadUntil::default, |dialog| ReadUntil {
            inbox: dialog.read_inbox_max_id.into(),
            outbox: dialog.read_outbox_max_id.into(),
        }))
    }

    /// A chat's messages before this one, or the latest ones; newest first, at most a hundred.
    pub async fn history(&self, chat: i64, before: Option<i64>, limit: u32) -> Result<History, Refused> {
        let request = f::messages::GetHistory {
            peer: self.input_peer(chat)?,
            offset_id: before.and_then(|id| i32::try_from(id).ok()).unwrap_or(0),
            offset_date: 0,
            add_offset: 0,
            limit: i32::try_from(limit).unwrap_or(PAGE_MOST).clamp(1, PAGE_MOST),
            max_id: 0,
            min_id: 0,
            hash: 0,
        };
        let found = self.line.ask(&request).await?;
        Ok(self.history_of(found))
    }

    /// Messages of a chat by their ids, at most a hundred; those that are gone are left out.
    pub async fn messages(&self, chat: i64, ids: &[i64]) -> Result<Vec<Message>, Refused> {
        let id: Vec<enums::InputMessage> =
            ids.iter().filter_map(|id| i32::try_from(*id).ok()).map(|id| types::InputMessageId { id }.into()).collect();
        let found = match self.input_channel(chat)? {
            Some(channel) => self.line.ask(&f::channels::GetMessages { channel, id }).await?,
            None => self.line.ask(&f::messages::GetMessages { id }).await?,
        };
        let mut messages = self.history_of(found).messages;
        messages.retain(|message| message.chat_id == chat);
        Ok(messages)
    }

    fn history_of(&self, found: enums::messages::Messages) -> History {
        use enums::messages::Messages as M;
        let (messages, users, chats, total) = match found {
            M::Messages(it) => {
                let total = i32::try_from(it.messages.len()).ok();
                (it.messages, it.users, it.chats, total)
            }
            M::Slice(it) => (it.messages, it.users, it.chats, Some(it.count)),
            M::ChannelMessages(it) => (it.messages, it.users, it.chats, Some(it.count)),
            M::NotModified(it) => (Vec::new(), Vec::new(), Vec::new(), Some(it.count)),
        };
        self.people.meet(&users, &chats);
        let messages = messages.iter().filter_map(|raw| message::plain(raw, &self.people)).collect();
        History { messages, total }
    }
}

fn after(message: &Message, archived: bool) -> DialogsAfter {
    DialogsAfter {
        date: i32::try_from(message.at.timestamp()).unwrap_or(0),
        message_id: i32::try_from(message.id).unwrap_or(0),
        chat_id: message.chat_id,
        archived,
    }
}

fn first_archived() -> DialogsAfter {
    DialogsAfter { date: 0, message_id: 0, chat_id: 0, archived: true }
}

fn folder(filter: &enums::DialogFilter, me: Option<i64>) -> Option<Folder> {
    let ids = |peers: &[&[enums::InputPeer]]| -> Vec<i64> {
        peers.iter().flat_map(|peers| peers.iter()).filter_map(|peer| input_chat_id(peer, me)).collect()
    };
    let text = |enums::TextWithEntities::Entities(title): &enums::TextWithEntities| title.text.clone();
    Some(match filter {
        enums::DialogFilter::Filter(it) => Folder {
            id: it.id,
            title: text(&it.title),
            chats: ids(&[&it.pinned_peers, &it.include_peers]),
            without: ids(&[&it.exclude_peers]),
            contacts: it.contacts,
            non_contacts: it.non_contacts,
            groups: it.groups,
            channels: it.broadcasts,
            bots: it.bots,
        },
        enums::DialogFilter::Chatlist(it) => Folder {
            id: it.id,
            title: text(&it.title),
            chats: ids(&[&it.pinned_peers, &it.include_peers]),
            ..Folder::default()
        },
        enums::DialogFilter::Default => return None,
    })
}
