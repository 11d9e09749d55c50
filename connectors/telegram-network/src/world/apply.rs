//! How each fact changes the world, and who is told.

mod messages;
mod reading;

use super::{Channel, Event, Fact, Group, Membership, Notice, Peer, Person, World};

impl World {
    /// Changes the world. A fact about somebody or something that does not exist changes nothing.
    pub(crate) fn apply(&mut self, fact: Fact) -> Vec<Notice> {
        match fact {
            Fact::Sent { from, to, at, post } => return self.sent(from, to, at, *post),
            Fact::Edited { post, text, entities, media, at } => {
                return self.edited(post, at, |content| {
                    content.text = text;
                    content.entities = entities;
                    if media.is_some() {
                        content.media = media;
                    }
                });
            }
            Fact::Deleted { posts, only_for } => return self.deleted(&posts, only_for),
            Fact::Reacted { post, person, emoji, at } => return self.reacted(post, person, emoji, at),
            Fact::Read { account, chat, max_id } => return self.read(account, chat, max_id),
            Fact::Members { chat, joined, left, at } => return self.members(chat, &joined, &left, at),
            Fact::Group { group } => return self.group(*group),
            Fact::Channel { channel } => return self.channel(*channel),
            Fact::Person { person } => self.set_person(*person),
            Fact::File { file } => {
                self.files.insert(file.id, file);
            }
            Fact::Pinned { account, chat, is } => self.mark(account, chat, |pinned, _| *pinned = is),
            Fact::UnreadMark { account, chat, is } => self.mark(account, chat, |_, unread| *unread = is),
            fact => self.apply_quietly(fact),
        }
        Vec::new()
    }

    /// Facts of one person or one key, of which nobody is told.
    fn apply_quietly(&mut self, fact: Fact) {
        match fact {
            Fact::Password { person, password } => self.with(person, |it| it.password = password),
            Fact::Banned { person, banned } => self.with(person, |it| it.banned = banned),
            Fact::Folders { person, folders } => self.with(person, |it| it.folders = folders),
            Fact::Seen { person, at } => self.with(person, |it| it.seen_at = Some(at)),
            Fact::Contact { of, person, is } => self.with(of, |it| set_member(&mut it.contacts, person, is)),
            Fact::Blocked { by, person, is } => self.with(by, |it| set_member(&mut it.blocked, person, is)),
            Fact::Key { key } => self.keys.push(*key),
            Fact::SignedIn { key, account, at } => self.with_key(&key, |it| {
                it.account = Some(account);
                it.password_pending = None;
                it.revoked = false;
                it.active_at = at;
            }),
            Fact::PasswordPending { key, account } => self.with_key(&key, |it| it.password_pending = Some(account)),
            Fact::SignedOut { key, revoked } => self.with_key(&key, |it| {
                it.account = None;
                it.password_pending = None;
                it.revoked = revoked;
            }),
            _ => {}
        }
    }

    fn with(&mut self, person: i64, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.get_mut(&person) {
            change(person);
        }
    }

    fn with_key(&mut self, key: &str, change: impl FnOnce(&mut super::KeyRecord)) {
        if let Some(key) = self.keys.iter_mut().find(|it| it.key == key) {
            change(key);
        }
    }

    fn mark(&mut self, account: i64, chat: Peer, set: impl FnOnce(&mut bool, &mut bool)) {
        if let Peer::Channel(id) = chat {
            let member = self.channels.get_mut(&id).and_then(|channel| channel.members.get_mut(&account));
            if let Some(member) = member {
                set(&mut member.pinned, &mut member.unread_mark);
            }
        } else if let Some(dialog) = self.people.get_mut(&account).and_then(|it| it.mailbox.dialogs.get_mut(&chat)) {
            set(&mut dialog.pinned, &mut dialog.unread_mark);
        }
    }

    /// Names change; what somebody has in their mailbox stays.
    fn set_person(&mut self, person: Person) {
        self.phones.insert(person.phone.clone(), person.id);
        if let Some(name) = &person.username {
            self.usernames.insert(name.to_lowercase(), Peer::User(person.id));
        }
        match self.people.entry(person.id) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(person);
            }
            std::collections::btree_map::Entry::Occupied(mut known) => {
                let mailbox = std::mem::take(&mut known.get_mut().mailbox);
                known.insert(Person { mailbox, ..person });
            }
        }
    }

    fn group(&mut self, group: Group) -> Vec<Notice> {
        let chat = Peer::Group(group.id);
        let members: Vec<i64> = group.members.iter().copied().collect();
        self.groups.insert(group.id, group);
        self.tell_joined(chat, &members)
    }

    fn channel(&mut self, channel: Channel) -> Vec<Notice> {
        let chat = Peer::Channel(channel.id);
        if let Some(name) = &channel.username {
            self.usernames.insert(name.to_lowercase(), chat);
        }
        let members: Vec<i64> = channel.members.keys().copied().collect();
        self.channels.insert(channel.id, channel);
        self.tell_joined(chat, &members)
    }

    fn members(&mut self, chat: Peer, joined: &[i64], left: &[i64], at: i32) -> Vec<Notice> {
        match chat {
            Peer::Group(id) => {
                let Some(group) = self.groups.get_mut(&id) else { return Vec::new() };
                group.members.extend(joined);
                group.members.retain(|member| !left.contains(member));
            }
            Peer::Channel(id) => {
                let Some(channel) = self.channels.get_mut(&id) else { return Vec::new() };
                let top = channel.top();
                for person in joined {
                    let new = Membership { joined_at: at, read_inbox: top, ..Membership::default() };
                    channel.members.entry(*person).or_insert(new);
                }
                channel.members.retain(|member, _| !left.contains(member));
            }
            Peer::User(_) => return Vec::new(),
        }
        let concerned: Vec<i64> = joined.iter().chain(left).copied().collect();
        self.tell_joined(chat, &concerned)
    }

    fn tell_joined(&mut self, chat: Peer, people: &[i64]) -> Vec<Notice> {
        let notice = |account: &i64| {
            if !matches!(chat, Peer::Channel(_)) {
                self.people.get_mut(account)?.mailbox.dialogs.entry(chat).or_default();
            }
            Some(Notice { account: *account, channel: None, event: Event::Joined { chat }, pts: 0, count: 0 })
        };
        people.iter().filter_map(notice).collect()
    }
}

fn set_member(set: &mut std::collections::BTreeSet<i64>, member: i64, is: bool) {
    if is {
        set.insert(member);
    } else {
        set.remove(&member);
    }
}
