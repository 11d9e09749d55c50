//! Marks of what was read: one's own, and what they tell those who wrote.

use crate::world::{Event, Notice, Peer, World};

impl World {
    pub(super) fn read(&mut self, account: i64, chat: Peer, max_id: i32) -> Vec<Notice> {
        match chat {
            Peer::Channel(channel) => self.read_channel(account, channel, max_id),
            chat => self.read_mailbox(account, chat, max_id),
        }
    }

    fn read_mailbox(&mut self, account: i64, chat: Peer, max_id: i32) -> Vec<Notice> {
        let Some(person) = self.people.get_mut(&account) else { return Vec::new() };
        let Some(dialog) = person.mailbox.dialogs.get_mut(&chat) else { return Vec::new() };
        dialog.unread_mark = false;
        let max_id = max_id.min(dialog.top());
        let before = dialog.read_inbox;
        if max_id <= before {
            return Vec::new();
        }
        dialog.read_inbox = max_id;
        let from = dialog.ids.partition_point(|id| *id <= before);
        let to = dialog.ids.partition_point(|id| *id <= max_id);
        let read: Vec<i32> = dialog.ids[from..to].to_vec();
        let still_unread = self.unread(account, chat);
        let mut notices = Vec::new();
        let event = Event::ReadInbox { chat, max_id, still_unread };
        notices.extend(self.tell(account, event));
        for (author, id) in self.authors_of(account, &read) {
            let their_chat = if let Peer::User(_) = chat { Peer::User(account) } else { chat };
            let Some(person) = self.people.get_mut(&author) else { continue };
            let Some(dialog) = person.mailbox.dialogs.get_mut(&their_chat) else { continue };
            if id > dialog.read_outbox {
                dialog.read_outbox = id;
                notices.extend(self.tell(author, Event::ReadOutbox { chat: their_chat, max_id: id }));
            }
        }
        notices
    }

    /// Who wrote these messages, and the id of the newest of them in the author's own mailbox.
    fn authors_of(&self, account: i64, ids: &[i32]) -> Vec<(i64, i32)> {
        let mut newest: Vec<(i64, i32)> = Vec::new();
        let Some(person) = self.people.get(&account) else { return newest };
        for id in ids {
            let Some((_, number)) = person.mailbox.messages.get(id) else { continue };
            let Some(post) = self.post(*number).filter(|post| post.from != account) else { continue };
            let Some(theirs) = post.id_for(post.from) else { continue };
            match newest.iter_mut().find(|(author, _)| *author == post.from) {
                Some((_, newest)) => *newest = theirs.max(*newest),
                None => newest.push((post.from, theirs)),
            }
        }
        newest
    }

    fn read_channel(&mut self, account: i64, id: i64, max_id: i32) -> Vec<Notice> {
        let Some(channel) = self.channels.get_mut(&id) else { return Vec::new() };
        let (top, pts) = (channel.top(), channel.past.pts);
        let Some(member) = channel.members.get_mut(&account) else { return Vec::new() };
        member.unread_mark = false;
        let max_id = max_id.min(top);
        let before = member.read_inbox;
        if max_id <= before {
            return Vec::new();
        }
        member.read_inbox = max_id;
        let read: Vec<u64> = channel.messages.range(before + 1..=max_id).map(|(_, number)| *number).collect();
        let chat = Peer::Channel(id);
        let still_unread = self.unread(account, chat);
        let inbox = Event::ReadInbox { chat, max_id, still_unread };
        let mut notices = vec![Notice { account, channel: Some(id), event: inbox, pts, count: 0 }];
        for author in self.authors_in_channel(account, &read) {
            let Some(channel) = self.channels.get_mut(&id) else { break };
            let Some(member) = channel.members.get_mut(&author) else { continue };
            if max_id > member.read_outbox {
                member.read_outbox = max_id;
                let event = Event::ReadOutbox { chat, max_id };
                notices.push(Notice { account: author, channel: Some(id), event, pts, count: 0 });
            }
        }
        notices
    }

    fn authors_in_channel(&self, account: i64, numbers: &[u64]) -> Vec<i64> {
        let mut authors: Vec<i64> = numbers.iter().filter_map(|it| self.post(*it)).map(|post| post.from).collect();
        authors.sort_unstable();
        authors.dedup();
        authors.retain(|author| *author != account);
        authors
    }

    fn tell(&mut self, account: i64, event: Event) -> Option<Notice> {
        let past = &mut self.people.get_mut(&account)?.mailbox.past;
        let pts = past.record(1, event.clone());
        Some(Notice { account, channel: None, event, pts, count: 1 })
    }
}
