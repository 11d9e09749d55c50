//! A sandbox account: whoever signs in with a phone number that nobody has gets one, with a past of three months.

use std::collections::BTreeSet;

use super::{
    dice::Dice,
    lines, props,
    sample::DAY,
    threads::{self, Who},
};
use crate::{
    core::Core,
    world::{Fact, Folder, Group, Language, Media, NewPost, Peer, Person, Persona, Verifier},
};

/// The second factor of accounts whose phone number ends in 2.
const PASSWORD: &str = "rapport";
/// Accounts whose phone number ends so are banned.
const BANNED: &str = "13";
/// With how many people the account has talked.
const TALKS: usize = 26;

const GROUPS: [(&str, Language); 3] =
    [("Команда продаж", Language::Russian), ("Renewals Q4", Language::English), ("Партнёры: грузы", Language::Russian)];

/// A message of the past.
struct Past {
    at: i32,
    from: i64,
    to: Peer,
    post: NewPost,
}

impl Core {
    /// The account of a phone number; made when there is none. Digits only.
    pub(crate) fn sandbox_account(&mut self, phone: &str) -> i64 {
        if let Some(known) = self.world.find_phone(phone) {
            return known.id;
        }
        // What lies in the past is no news: nobody answers it, and the log begins now.
        let cast = self.cast.take();
        self.log.set_open(false);
        let id = self.add_account(phone);
        self.fill_account(id);
        self.log.set_open(true);
        self.cast = cast;
        let now_ms = self.now_ms();
        if let Some(cast) = &mut self.cast {
            cast.court(&self.world, id, now_ms);
        }
        id
    }

    fn add_account(&mut self, phone: &str) -> i64 {
        let id = self.world.next_person();
        let salt = Dice::of(self.world.seed, &[id, 20]).next().to_be_bytes();
        let salt: [u8; 16] = std::array::from_fn(|at| salt.get(at % 8).copied().unwrap_or(0));
        let people: Vec<i64> = self.world.people().filter(|it| it.persona.is_some()).map(|it| it.id).collect();
        let last = phone.get(phone.len().saturating_sub(4)..).unwrap_or(phone);
        let person = Person {
            id,
            phone: phone.to_owned(),
            first_name: "Sandbox".to_owned(),
            last_name: Some(last.to_owned()),
            banned: phone.ends_with(BANNED),
            password: phone.ends_with('2').then(|| Verifier::of(PASSWORD, salt, PASSWORD)),
            contacts: people.iter().copied().step_by(2).collect(),
            ..Person::default()
        };
        self.commit(Fact::Person { person: Box::new(person) }, None);
        id
    }

    fn fill_account(&mut self, account: i64) {
        let mut dice = Dice::of(self.world.seed, &[account, 21]);
        let people: Vec<(i64, Persona)> = self.world.people().filter_map(|it| Some((it.id, it.persona?))).collect();
        let mut past = Vec::new();
        let mut talked: Vec<i64> = Vec::new();
        let start = usize::try_from(dice.between(0, 7)).unwrap_or(0);
        for (person, persona) in people.iter().cycle().skip(start).take(TALKS.min(people.len())) {
            self.remember_talk(account, *person, persona.language, &mut dice, &mut past);
            talked.push(*person);
        }
        let groups = self.add_groups(account, &people, &mut dice, &mut past);
        past.sort_by_key(|message| message.at);
        for Past { at, from, to, post } in past {
            // Whoever answers has read what was said before.
            if let Peer::User(_) = to {
                self.commit(Fact::Read { account: from, chat: to, max_id: i32::MAX }, None);
            }
            self.commit(Fact::Sent { from, to, at, post: Box::new(post) }, None);
        }
        self.join_channels(account);
        self.mark_read(account, &mut dice);
        self.add_folders(account, &talked, &groups);
    }

    /// Up to three talks with somebody, some time ago.
    fn remember_talk(&self, account: i64, person: i64, language: Language, dice: &mut Dice, past: &mut Vec<Past>) {
        let threads = threads::threads(language);
        let first = usize::try_from(dice.between(0, 100)).unwrap_or(0);
        let count = usize::try_from(dice.between(1, 3)).unwrap_or(1);
        let first_file = self.world.files.keys().next().copied();
        let mut days_ago = dice.between(25, 90);
        for thread in threads.iter().cycle().skip(first).take(count.min(threads.len())) {
            let start = i64::from(self.now()) - days_ago * i64::from(DAY) - dice.between(0, 30_000);
            let mut at = i32::try_from(start).unwrap_or(0);
            for (who, text) in *thread {
                at += i32::try_from(dice.between(20, 900)).unwrap_or(60);
                if at > self.now() - 60 {
                    break;
                }
                let (from, to) = match who {
                    Who::They => (person, account),
                    Who::Me => (account, person),
                };
                past.push(Past { at, from, to: Peer::User(to), post: NewPost::text(*text) });
                let media = first_file.filter(|_| dice.one_in(14)).map(|first| shown(first, dice));
                let post = NewPost { media: media.clone(), ..NewPost::default() };
                past.extend(media.map(|_| Past { at: at + 5, from, to: Peer::User(to), post }));
            }
            days_ago = dice.between(0, days_ago.max(1) - 1).min(days_ago / 2);
        }
    }

    fn add_groups(
        &mut self,
        account: i64,
        people: &[(i64, Persona)],
        dice: &mut Dice,
        past: &mut Vec<Past>,
    ) -> Vec<Peer> {
        let mut groups = Vec::new();
        for (title, language) in GROUPS {
            let speakers = people.iter().filter(|(_, persona)| persona.language == language).map(|(id, _)| *id);
            let members: Vec<i64> = speakers.skip(usize::try_from(dice.between(0, 6)).unwrap_or(0)).take(7).collect();
            let Some(creator) = members.first().copied() else { continue };
            let id = self.world.next_group();
            let mut at = self.now() - 60 * DAY;
            let everybody: BTreeSet<i64> = members.iter().copied().chain([account]).collect();
            let group = Group { id, title: title.to_owned(), creator, created_at: at, members: everybody };
            self.commit(Fact::Group { group: Box::new(group) }, None);
            let to = Peer::Group(id);
            groups.push(to);
            for turn in 0..30 {
                at += i32::try_from(dice.between(3_600, i64::from(4 * DAY))).unwrap_or(DAY);
                if at > self.now() - 300 {
                    break;
                }
                let from = dice.pick(&members).copied().unwrap_or(creator);
                past.push(Past { at, from, to, post: NewPost::text(lines::in_group(language, turn)) });
            }
        }
        groups
    }

    fn join_channels(&mut self, account: i64) {
        let channels: Vec<i64> = self.world.channels.keys().copied().collect();
        let at = self.now();
        for id in channels {
            let chat = Peer::Channel(id);
            self.commit(Fact::Members { chat, joined: vec![account], left: Vec::new(), at }, None);
        }
    }

    /// Both sides have read the past, but for a few talks whose last words are new to the account.
    fn mark_read(&mut self, account: i64, dice: &mut Dice) {
        for chat in self.world.chats_of(account) {
            let ids = self.world.message_ids(account, chat);
            let unread = if dice.one_in(5) { usize::try_from(dice.between(1, 3)).unwrap_or(1) } else { 0 };
            let read = ids.len().checked_sub(unread + 1).and_then(|at| ids.get(at)).copied();
            if let Some(max_id) = read {
                self.commit(Fact::Read { account, chat, max_id }, None);
            }
            if let Peer::User(person) = chat {
                let chat = Peer::User(account);
                self.commit(Fact::Read { account: person, chat, max_id: i32::MAX }, None);
            }
        }
    }

    fn add_folders(&mut self, account: i64, talked: &[i64], groups: &[Peer]) {
        let people = |every: usize, from: usize| -> Vec<Peer> {
            talked.iter().skip(from).step_by(every).map(|id| Peer::User(*id)).collect()
        };
        let channels = self.world.channels.values().filter(|it| it.broadcast).map(|it| Peer::Channel(it.id));
        let folder = |id: i32, title: &str, include: Vec<Peer>| Folder {
            id,
            title: title.to_owned(),
            include,
            ..Folder::default()
        };
        let folders = vec![
            folder(2, "Клиенты", people(2, 0)),
            folder(3, "Команда", people(7, 1).into_iter().chain(groups.iter().copied()).collect()),
            folder(4, "Новости", channels.collect()),
        ];
        self.commit(Fact::Folders { person: account, folders }, None);
    }
}

fn shown(first: i64, dice: &mut Dice) -> Media {
    if dice.one_in(3) {
        props::as_voice(first, dice.between(0, 100))
    } else {
        props::as_photo(first, dice.between(0, 100))
    }
}
