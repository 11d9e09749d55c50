//! Names of chats and people that were met lately: Telegram sends them along with some answers and leaves them out of
//! others. Also passes their access hashes on to the session.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grammers_session::types::{ChannelKind, PeerAuth, PeerInfo};
use grammers_tl_types::{enums, types};

use crate::convert::channel_chat_id;
use crate::plain::{Chat, ChatKind, Peer};
use crate::session::Session;

/// Names beyond this are forgotten all at once; they come again.
const NAMES_MOST: usize = 4_000;

pub(crate) struct People {
    session: Arc<Session>,
    names: Mutex<HashMap<i64, Chat>>,
}

impl People {
    pub(crate) fn new(session: Arc<Session>) -> Self {
        Self { session, names: Mutex::default() }
    }

    pub(crate) fn me(&self) -> Option<i64> {
        self.session.me()
    }

    pub(crate) fn chat(&self, id: i64) -> Option<Chat> {
        self.names().get(&id).cloned()
    }

    /// By name where it is known.
    pub(crate) fn peer(&self, id: i64) -> Peer {
        self.chat(id).map_or_else(|| Peer { id, ..Peer::default() }, |chat| chat.peer())
    }

    pub(crate) fn knows(&self, id: i64) -> bool {
        self.names().contains_key(&id)
    }

    pub(crate) fn meet(&self, users: &[enums::User], chats: &[enums::Chat]) {
        let infos = users.iter().filter_map(user_info).chain(chats.iter().filter_map(chat_info));
        self.session.remember(infos);
        let mut names = self.names();
        if names.len() + users.len() + chats.len() > NAMES_MOST {
            names.clear();
        }
        for chat in users.iter().filter_map(of_user).chain(chats.iter().filter_map(of_chat)) {
            match names.get_mut(&chat.id) {
                // Short forms leave out what is not ours to see everywhere, but not what we have seen.
                Some(known) => {
                    let phone = chat.phone.clone().or_else(|| known.phone.take());
                    let members = chat.members.or(known.members);
                    *known = Chat { phone, members, ..chat };
                }
                None => drop(names.insert(chat.id, chat)),
            }
        }
    }

    fn names(&self) -> MutexGuard<'_, HashMap<i64, Chat>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn of_user(user: &enums::User) -> Option<Chat> {
    let enums::User::User(user) = user else { return None };
    let name = [user.first_name.as_deref(), user.last_name.as_deref()];
    let mut name = name.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let username = username(user.username.as_ref(), user.usernames.as_ref());
    if name.is_empty() {
        name = username.clone().unwrap_or_default();
    }
    Some(Chat {
        id: user.id,
        kind: if user.bot { ChatKind::Bot } else { ChatKind::Private },
        title: name,
        username,
        phone: user.phone.as_deref().filter(|phone| !phone.is_empty()).map(e164),
        members: None,
    })
}

/// Somebody may have several names; the first that is in use is shown.
fn username(single: Option<&String>, several: Option<&Vec<enums::Username>>) -> Option<String> {
    let several = several.into_iter().flatten().map(|enums::Username::Username(name)| name);
    let active = several.filter(|name| name.active).map(|name| name.username.clone());
    single.cloned().filter(|name| !name.is_empty()).or_else(|| active.into_iter().next())
}

fn e164(phone: &str) -> String {
    format!("+{}", phone.trim_start_matches('+'))
}

fn of_chat(chat: &enums::Chat) -> Option<Chat> {
    match chat {
        enums::Chat::Chat(chat) => Some(group(chat.id, &chat.title, Some(chat.participants_count))),
        enums::Chat::Forbidden(chat) => Some(group(chat.id, &chat.title, None)),
        enums::Chat::Channel(channel) => of_channel(channel),
        enums::Chat::ChannelForbidden(channel) => Some(Chat {
            id: channel_chat_id(channel.id)?,
            kind: if channel.broadcast { ChatKind::Channel } else { ChatKind::Supergroup },
            title: channel.title.clone(),
            username: None,
            phone: None,
            members: None,
        }),
        enums::Chat::Empty(_) | enums::Chat::Community(_) | enums::Chat::CommunityForbidden(_) => None,
    }
}

fn group(id: i64, title: &str, members: Option<i32>) -> Chat {
    Chat { id: -id, kind: ChatKind::Group, title: title.to_owned(), username: None, phone: None, members }
}

fn of_channel(channel: &types::Channel) -> Option<Chat> {
    Some(Chat {
        id: channel_chat_id(channel.id)?,
        kind: if channel.broadcast { ChatKind::Channel } else { ChatKind::Supergroup },
        title: channel.title.clone(),
        username: username(channel.username.as_ref(), channel.usernames.as_ref()),
        phone: None,
        members: channel.participants_count,
    })
}

/// An access hash out of a short form does not open everything: only whole ones are kept.
fn user_info(user: &enums::User) -> Option<PeerInfo> {
    let enums::User::User(user) = user else { return None };
    let auth = user.access_hash.filter(|_| !user.min).map(PeerAuth::from_hash);
    Some(PeerInfo::User { id: user.id, auth, bot: Some(user.bot), is_self: user.is_self.then_some(true) })
}

fn chat_info(chat: &enums::Chat) -> Option<PeerInfo> {
    Some(match chat {
        enums::Chat::Chat(chat) => PeerInfo::Chat { id: chat.id },
        enums::Chat::Forbidden(chat) => PeerInfo::Chat { id: chat.id },
        enums::Chat::Channel(channel) => PeerInfo::Channel {
            id: channel.id,
            auth: channel.access_hash.filter(|_| !channel.min).map(PeerAuth::from_hash),
            kind: channel_kind(channel),
        },
        enums::Chat::ChannelForbidden(channel) => {
            PeerInfo::Channel { id: channel.id, auth: Some(PeerAuth::from_hash(channel.access_hash)), kind: None }
        }
        enums::Chat::Empty(_) | enums::Chat::Community(_) | enums::Chat::CommunityForbidden(_) => return None,
    })
}

fn channel_kind(channel: &types::Channel) -> Option<ChannelKind> {
    if channel.broadcast {
        Some(ChannelKind::Broadcast)
    } else if channel.gigagroup {
        Some(ChannelKind::Gigagroup)
    } else {
        channel.megagroup.then_some(ChannelKind::Megagroup)
    }
}
