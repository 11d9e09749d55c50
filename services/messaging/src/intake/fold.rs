//! What news say of each message, whatever order they come in and however often. No I/O.
//!
//! A message has versions, each known by the instant since when it said so; the newest is what it says. What was deleted
//! says nothing, whatever comes later.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contracts::channels::{Reaction, Seen, SeenMessage};

/// A message of the batch: its chat, and what the channel calls it.
pub type Key = (i64, i64);

/// What a batch says, sorted out.
#[derive(Debug, Default, PartialEq)]
pub struct News {
    /// Versions of each message, oldest first, one for each instant.
    pub versions: BTreeMap<Key, Vec<SeenMessage>>,
    pub deleted: Vec<(Option<i64>, i64)>,
    pub reactions: BTreeMap<Key, Vec<Reaction>>,
    /// Up to which message they have read ours, and we theirs, by chat.
    pub read_by_them: BTreeMap<i64, i64>,
    pub read_by_us: BTreeMap<i64, i64>,
}

/// Since when a message says what it says.
#[must_use]
pub fn said_at(message: &SeenMessage) -> DateTime<Utc> {
    message.edited_at.map_or(message.at, |edited| edited.max(message.at))
}

/// The order of versions. Who edits within the second that the channel counts by says so after what was sent in it.
#[must_use]
pub fn order(message: &SeenMessage) -> (DateTime<Utc>, bool) {
    (said_at(message), message.edited_at.is_some())
}

fn up_to(marks: &mut BTreeMap<i64, i64>, chat: i64, until: i64) {
    let mark = marks.entry(chat).or_insert(until);
    *mark = until.max(*mark);
}

impl News {
    #[must_use]
    pub fn of(seen: Vec<Seen>) -> Self {
        let mut news = Self::default();
        for one in seen {
            match one {
                Seen::Message(message) | Seen::Edited(message) => news.add(message),
                Seen::Deleted { chat_id, ids } => news.deleted.extend(ids.into_iter().map(|id| (chat_id, id))),
                Seen::ReadByThem { chat_id, until } => up_to(&mut news.read_by_them, chat_id, until),
                Seen::ReadByUs { chat_id, until } => up_to(&mut news.read_by_us, chat_id, until),
                Seen::Reactions { chat_id, id, reactions } => {
                    news.reactions.insert((chat_id, id), reactions);
                }
            }
        }
        news.deleted.sort_unstable();
        news.deleted.dedup();
        news
    }

    fn add(&mut self, message: SeenMessage) {
        let versions = self.versions.entry((message.chat_id, message.id)).or_default();
        match versions.binary_search_by_key(&order(&message), order) {
            Ok(known) => versions[known] = message,
            Err(place) => versions.insert(place, message),
        }
    }

    /// What each message says now.
    pub fn newest(&self) -> impl Iterator<Item = (Key, &SeenMessage)> {
        self.versions.iter().filter_map(|(key, versions)| Some((*key, versions.last()?)))
    }

    /// The chats that are spoken of.
    pub fn chats(&self) -> impl Iterator<Item = i64> {
        let of_messages = self.versions.keys().map(|(chat, _)| *chat);
        let of_deleted = self.deleted.iter().filter_map(|(chat, _)| *chat);
        let of_reactions = self.reactions.keys().map(|(chat, _)| *chat);
        let read = self.read_by_them.keys().chain(self.read_by_us.keys()).copied();
        of_messages.chain(of_deleted).chain(of_reactions).chain(read)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::TimeDelta;

    use super::*;

    pub(crate) fn message(id: i64, edited: Option<i64>, text: &str) -> SeenMessage {
        let at = DateTime::from_timestamp(1_790_000_000 + id, 0).unwrap();
        SeenMessage {
            chat_id: 7,
            id,
            outgoing: false,
            sender: None,
            at,
            edited_at: edited.map(|seconds| at + TimeDelta::seconds(seconds)),
            text: text.to_owned(),
            entities: Vec::new(),
            reply_to: None,
            topic_id: None,
            forwarded_from: None,
            album_id: None,
            media: None,
            reactions: Vec::new(),
            service: None,
            random_id: None,
            automatic: false,
        }
    }

    #[test]
    fn versions_stand_in_their_order_each_once() {
        let seen =
            [message(1, Some(5), "c"), message(1, None, "a"), message(1, Some(2), "b"), message(1, Some(5), "c")];
        let news = News::of(seen.into_iter().map(Seen::Edited).collect());
        let texts: Vec<&str> = news.versions[&(7, 1)].iter().map(|version| version.text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "c"]);
    }

    #[test]
    fn an_edit_within_the_second_stands_behind_what_was_sent() {
        for seen in
            [[message(1, Some(0), "b"), message(1, None, "a")], [message(1, None, "a"), message(1, Some(0), "b")]]
        {
            let news = News::of(seen.into_iter().map(Seen::Message).collect());
            let texts: Vec<&str> = news.versions[&(7, 1)].iter().map(|version| version.text.as_str()).collect();
            assert_eq!(texts, ["a", "b"]);
        }
    }

    #[test]
    fn marks_only_move_on() {
        let read = |until| Seen::ReadByUs { chat_id: 7, until };
        assert_eq!(News::of(vec![read(3), read(9), read(5)]).read_by_us[&7], 9);
    }
}
