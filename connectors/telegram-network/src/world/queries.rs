//! Questions to the world.

use super::{Action, Dialog, Media, Peer, Person, Post, World};

impl World {
    pub fn person(&self, id: i64) -> Option<&Person> {
        self.people.get(&id)
    }

    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// Digits only.
    pub fn find_phone(&self, phone: &str) -> Option<&Person> {
        self.people.get(self.phones.get(phone)?)
    }

    pub fn find_username(&self, username: &str) -> Option<Peer> {
        self.usernames.get(&username.to_lowercase()).copied()
    }

    pub fn post(&self, number: u64) -> Option<&Post> {
        self.posts.get(usize::try_from(number).ok()?)
    }

    /// What an account sent with this `random_id`.
    pub fn find_sent(&self, account: i64, random_id: i64) -> Option<&Post> {
        self.post(*self.sent.get(&(account, random_id))?)
    }

    /// The message that an account sees under this id: in its mailbox, or in a channel.
    pub fn find_message(&self, account: i64, channel: Option<i64>, id: i32) -> Option<(Peer, &Post)> {
        if let Some(channel) = channel {
            let number = self.channels.get(&channel)?.messages.get(&id)?;
            return Some((Peer::Channel(channel), self.post(*number)?));
        }
        let (chat, number) = self.people.get(&account)?.mailbox.messages.get(&id)?;
        Some((*chat, self.post(*number)?))
    }

    /// Message ids of a chat as an account sees it, ascending.
    pub fn message_ids(&self, account: i64, chat: Peer) -> Vec<i32> {
        match chat {
            Peer::Channel(id) => self.channels.get(&id).map(|it| it.messages.keys().copied().collect()),
            chat => self.dialog(account, chat).map(|it| it.ids.clone()),
        }
        .unwrap_or_default()
    }

    pub fn dialog(&self, account: i64, chat: Peer) -> Option<&Dialog> {
        self.people.get(&account)?.mailbox.dialogs.get(&chat)
    }

    /// Chats that an account has in its list.
    pub fn chats_of(&self, account: i64) -> Vec<Peer> {
        let Some(person) = self.people.get(&account) else { return Vec::new() };
        let channels = self.channels.values().filter(|channel| channel.members.contains_key(&account));
        person.mailbox.dialogs.keys().copied().chain(channels.map(|it| Peer::Channel(it.id))).collect()
    }

    /// Messages of others above the mark of what was read.
    pub fn unread(&self, account: i64, chat: Peer) -> i32 {
        let mut count = 0;
        match chat {
            Peer::Channel(id) => {
                let Some(channel) = self.channels.get(&id) else { return 0 };
                let read = channel.members.get(&account).map_or(0, |member| member.read_inbox);
                for number in channel.messages.range(read.saturating_add(1)..).map(|(_, number)| *number) {
                    count += i32::from(self.is_incoming(account, number));
                }
            }
            chat => {
                let Some(person) = self.people.get(&account) else { return 0 };
                let Some(dialog) = person.mailbox.dialogs.get(&chat) else { return 0 };
                for id in dialog.ids.iter().rev().take_while(|id| **id > dialog.read_inbox) {
                    let number = person.mailbox.messages.get(id).map(|(_, number)| *number);
                    count += i32::from(number.is_some_and(|number| self.is_incoming(account, number)));
                }
            }
        }
        count
    }

    fn is_incoming(&self, account: i64, number: u64) -> bool {
        self.post(number).is_some_and(|post| post.from != account && post.action != Some(Action::Pinned))
    }

    /// Everybody who sees what is written in this chat by `from`.
    pub fn audience(&self, from: i64, chat: Peer) -> Vec<i64> {
        match chat {
            Peer::User(person) if person == from => vec![from],
            Peer::User(person) => vec![from, person],
            Peer::Group(id) => self.groups.get(&id).map(|it| it.members.iter().copied().collect()).unwrap_or_default(),
            Peer::Channel(id) => {
                self.channels.get(&id).map(|it| it.members.keys().copied().collect()).unwrap_or_default()
            }
        }
    }

    /// The chat in which `account` sees what `from` wrote to `to`.
    pub fn chat_of(account: i64, from: i64, to: Peer) -> Peer {
        match to {
            Peer::User(_) if account != from => Peer::User(from),
            to => to,
        }
    }

    /// What has to be shown to be allowed to name a peer.
    pub fn access_hash(&self, peer: Peer) -> i64 {
        let kind = match peer {
            Peer::User(_) => 1,
            Peer::Group(_) => return 0,
            Peer::Channel(_) => 2,
        };
        let mixed = (self.seed ^ kind).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ peer.number().cast_unsigned();
        (mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 1 | 1).cast_signed()
    }

    /// Whether the account is in the chat, or talks with the person.
    pub fn sees(&self, account: i64, chat: Peer) -> bool {
        match chat {
            Peer::User(id) => self.people.contains_key(&id),
            Peer::Group(id) => self.groups.get(&id).is_some_and(|group| group.members.contains(&account)),
            Peer::Channel(id) => {
                let channel = self.channels.get(&id);
                channel.is_some_and(|it| it.members.contains_key(&account) || it.username.is_some())
            }
        }
    }

    /// The number of the next file.
    pub(crate) fn next_file(&self) -> i64 {
        self.files.last_key_value().map_or(5_000_000_000, |(id, _)| id + 1)
    }

    /// What a file was sent as.
    pub(crate) fn find_media(&self, file: i64) -> Option<Media> {
        let mut sent = self.posts.iter().rev().filter_map(|post| post.media.as_ref());
        sent.find(|media| media.file() == Some(file)).cloned()
    }

    pub(crate) fn next_person(&self) -> i64 {
        self.people.last_key_value().map_or(100_001, |(id, _)| id + 1)
    }

    pub(crate) fn next_group(&self) -> i64 {
        self.groups.last_key_value().map_or(4_001, |(id, _)| id + 1)
    }

    pub(crate) fn next_channel(&self) -> i64 {
        self.channels.last_key_value().map_or(1_200_001, |(id, _)| id + 1)
    }
}
