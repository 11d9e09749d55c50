//! Messages: sent, edited, deleted, reacted to.

use crate::world::{Event, NewPost, Notice, Peer, Post, Reaction, World};

impl World {
    pub(super) fn sent(&mut self, from: i64, to: Peer, at: i32, content: NewPost) -> Vec<Notice> {
        let number = self.posts.len() as u64;
        if let Some(random_id) = content.random_id {
            self.sent.insert((from, random_id), number);
        }
        let mut post = Post::new(number, from, to, at, content);
        let notices = match to {
            Peer::Channel(id) => self.put_in_channel(id, &mut post),
            _ => self.put_in_mailboxes(&mut post),
        };
        self.posts.push(post);
        notices
    }

    fn put_in_channel(&mut self, id: i64, post: &mut Post) -> Vec<Notice> {
        let Some(channel) = self.channels.get_mut(&id) else { return Vec::new() };
        channel.last_id += 1;
        let message = channel.last_id;
        channel.messages.insert(message, post.number);
        post.copies.push((0, message));
        if let Some(author) = channel.members.get_mut(&post.from) {
            author.read_inbox = message;
        }
        self.tell_channel(id, 1, &Event::Message { id: message })
    }

    fn put_in_mailboxes(&mut self, post: &mut Post) -> Vec<Notice> {
        let mut notices = Vec::new();
        for account in self.audience(post.from, post.to) {
            let chat = Self::chat_of(account, post.from, post.to);
            let Some(person) = self.people.get_mut(&account) else { continue };
            let mailbox = &mut person.mailbox;
            mailbox.last_id += 1;
            let id = mailbox.last_id;
            mailbox.messages.insert(id, (chat, post.number));
            let dialog = mailbox.dialogs.entry(chat).or_default();
            dialog.ids.push(id);
            if account == post.from {
                // Who writes has seen what was there.
                dialog.read_inbox = id;
            }
            post.copies.push((account, id));
            let event = Event::Message { id };
            let pts = mailbox.past.record(1, event.clone());
            notices.push(Notice { account, channel: None, event, pts, count: 1 });
        }
        notices
    }

    pub(super) fn edited(&mut self, number: u64, at: i32, change: impl FnOnce(&mut NewPost)) -> Vec<Notice> {
        let Some(post) = self.post_mut(number) else { return Vec::new() };
        change(post.content_mut());
        post.edited_at = Some(at);
        let (to, copies) = (post.to, post.copies.clone());
        self.tell_copies(to, &copies, 1, |id| Event::Edited { id })
    }

    pub(super) fn deleted(&mut self, numbers: &[u64], only_for: Option<i64>) -> Vec<Notice> {
        let mut gone: Vec<(Option<i64>, i64, Vec<i32>)> = Vec::new();
        for number in numbers {
            let Some(post) = self.post_mut(*number) else { continue };
            let to = post.to;
            let leaves = |copy: &(i64, i32)| only_for.is_none_or(|account| account == copy.0);
            let copies: Vec<(i64, i32)> = post.copies.extract_if(.., |copy| leaves(copy)).collect();
            for (account, id) in copies {
                self.take_out(to, account, id);
                let channel = if let Peer::Channel(channel) = to { Some(channel) } else { None };
                match gone.iter_mut().find(|(of, owner, _)| (*of, *owner) == (channel, account)) {
                    Some((_, _, ids)) => ids.push(id),
                    None => gone.push((channel, account, vec![id])),
                }
            }
        }
        let mut notices = Vec::new();
        for (channel, account, ids) in gone {
            let count = i32::try_from(ids.len()).unwrap_or(i32::MAX);
            let to = channel.map_or(Peer::User(account), Peer::Channel);
            notices.extend(self.tell_copies(to, &[(account, 0)], count, |_| Event::Deleted { ids: ids.clone() }));
        }
        notices
    }

    fn take_out(&mut self, to: Peer, account: i64, id: i32) {
        if let Peer::Channel(channel) = to {
            if let Some(channel) = self.channels.get_mut(&channel) {
                channel.messages.remove(&id);
            }
        } else if let Some(person) = self.people.get_mut(&account)
            && let Some((chat, _)) = person.mailbox.messages.remove(&id)
            && let Some(dialog) = person.mailbox.dialogs.get_mut(&chat)
            && let Ok(at) = dialog.ids.binary_search(&id)
        {
            dialog.ids.remove(at);
        }
    }

    pub(super) fn reacted(&mut self, number: u64, person: i64, emoji: Vec<String>, at: i32) -> Vec<Notice> {
        let Some(post) = self.post_mut(number) else { return Vec::new() };
        post.reactions.retain(|reaction| reaction.person != person);
        post.reactions.extend(emoji.into_iter().map(|emoji| Reaction { person, emoji, at }));
        let (from, to, copies) = (post.from, post.to, post.copies.clone());
        if let Peer::Channel(channel) = to {
            let id = copies.first().map_or(0, |(_, id)| *id);
            let members = self.audience(from, to);
            let event = Event::Reactions { chat: to, id };
            let notice = |account| Notice { account, channel: Some(channel), event: event.clone(), pts: 0, count: 0 };
            return members.into_iter().map(notice).collect();
        }
        let notice = |(account, id): (i64, i32)| {
            let chat = Self::chat_of(account, from, to);
            Notice { account, channel: None, event: Event::Reactions { chat, id }, pts: 0, count: 0 }
        };
        copies.into_iter().map(notice).collect()
    }

    /// Counts an event for everybody who has a copy.
    fn tell_copies(
        &mut self,
        to: Peer,
        copies: &[(i64, i32)],
        count: i32,
        event: impl Fn(i32) -> Event,
    ) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (account, id) in copies {
            let event = event(*id);
            if let Peer::Channel(channel) = to {
                notices.extend(self.tell_channel(channel, count, &event));
            } else if let Some(person) = self.people.get_mut(account) {
                let pts = person.mailbox.past.record(count, event.clone());
                notices.push(Notice { account: *account, channel: None, event, pts, count });
            }
        }
        notices
    }

    fn tell_channel(&mut self, id: i64, count: i32, event: &Event) -> Vec<Notice> {
        let Some(channel) = self.channels.get_mut(&id) else { return Vec::new() };
        let pts = channel.past.record(count, event.clone());
        let notice = |account: &i64| Notice { account: *account, channel: Some(id), event: event.clone(), pts, count };
        channel.members.keys().map(notice).collect()
    }

    fn post_mut(&mut self, number: u64) -> Option<&mut Post> {
        self.posts.get_mut(usize::try_from(number).ok()?)
    }
}
