//! What simulated people are about to do, and doing it. Nothing here waits: whoever has a clock calls [`Core::run_due`].

use std::collections::BTreeMap;

use super::{dice::Dice, lines, props};
use crate::{
    core::Core,
    world::{Event, Fact, Language, Media, NewPost, Notice, Peer, Persona, Temperament, World},
};

/// People do not get more and more to do while nobody looks.
const MAX_PLANS: usize = 10_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;

/// Something that somebody will do.
#[derive(Debug, Clone)]
struct Plan {
    person: i64,
    chat: Peer,
    step: Step,
}

#[derive(Debug, Clone)]
enum Step {
    Read {
        max_id: i32,
    },
    Typing {
        action: &'static str,
    },
    /// Answer the newest message of the chat.
    Answer,
    /// Begin a talk, and the next one some time later.
    Begin {
        turn: u64,
    },
    React {
        id: i32,
    },
    /// Change the own newest message.
    Correct,
    /// Delete the own newest message.
    Regret,
    Block,
}

/// The simulated people of a network and what they are up to. Lost with the process; found again by [`Core::wake_people`].
#[derive(Debug, Default)]
pub(crate) struct Cast {
    /// By when it is due, in Unix milliseconds, and the order in which it was planned.
    plans: BTreeMap<(i64, u64), Plan>,
    planned: u64,
}

impl Cast {
    fn plan(&mut self, at_ms: i64, person: i64, chat: Peer, step: Step) {
        if self.plans.len() < MAX_PLANS {
            self.planned += 1;
            self.plans.insert((at_ms, self.planned), Plan { person, chat, step });
        }
    }

    fn take_due(&mut self, now_ms: i64) -> Option<(i64, Plan)> {
        let due = self.plans.first_entry().filter(|plan| plan.key().0 <= now_ms)?;
        let ((at_ms, _), plan) = due.remove_entry();
        Some((at_ms, plan))
    }

    /// Looks at what people were told of, and plans what they make of it.
    pub fn observe(&mut self, world: &World, notices: &[Notice], now_ms: i64) {
        for notice in notices {
            let (Event::Message { id }, None) = (&notice.event, notice.channel) else { continue };
            let Some(person) = world.person(notice.account) else { continue };
            let Some(persona) = person.persona else { continue };
            if let Some((Peer::User(from), post)) = world.find_message(person.id, None, *id)
                && post.from != person.id
                && world.person(from).is_some_and(|author| author.persona.is_none())
            {
                self.respond(world, person.id, persona, from, *id, now_ms);
            }
        }
    }

    fn respond(&mut self, world: &World, person: i64, persona: Persona, from: i64, id: i32, now_ms: i64) {
        let mut dice = Dice::of(world.seed, &[person, i64::from(id)]);
        let chat = Peer::User(from);
        let (reads_after, answers_after) = match persona.temperament {
            Temperament::Eager | Temperament::Offended => (dice.between(1, 2), dice.between(3, 6)),
            Temperament::Thoughtful => (dice.between(3, 8), dice.between(12, 30)),
            _ => (dice.between(2, 4), dice.between(5, 12)),
        };
        let read_at = now_ms + reads_after * SECOND;
        let answer_at = read_at + answers_after * SECOND;
        self.plan(read_at, person, chat, Step::Read { max_id: id });
        if persona.temperament == Temperament::Silent {
            return;
        }
        if persona.temperament == Temperament::Offended && heard(world, person, chat) > 1 {
            self.plan(answer_at, person, chat, Step::Block);
            return;
        }
        let speaks = persona.temperament == Temperament::Speaking && dice.one_in(2);
        let action = if speaks { "voice" } else { "typing" };
        self.plan(read_at + SECOND, person, chat, Step::Typing { action });
        if persona.temperament == Temperament::Thoughtful && dice.one_in(2) {
            self.plan(read_at + 2 * SECOND, person, chat, Step::React { id });
        }
        self.plan(answer_at, person, chat, Step::Answer);
        if persona.temperament == Temperament::Correcting {
            let step = if dice.one_in(3) { Step::Regret } else { Step::Correct };
            self.plan(answer_at + 6 * SECOND, person, chat, step);
        }
    }

    /// Has people begin talks with an account: soon, and then now and again.
    pub fn court(&mut self, world: &World, account: i64, now_ms: i64) {
        let mut dice = Dice::of(world.seed, &[account, 1]);
        let eager: Vec<i64> = (world.people())
            .filter(|it| it.persona.is_some_and(|it| it.temperament != Temperament::Silent))
            .map(|it| it.id)
            .collect();
        let soon = [4 * SECOND, 15 * SECOND, 40 * SECOND, 2 * MINUTE, 5 * MINUTE];
        for (turn, after) in (0..).zip(soon) {
            if let Some(person) = dice.pick(&eager) {
                self.plan(now_ms + after, *person, Peer::User(account), Step::Begin { turn });
            }
        }
    }
}

/// How many messages of the chat are from the other.
fn heard(world: &World, person: i64, chat: Peer) -> usize {
    let ids = world.message_ids(person, chat);
    let messages = ids.iter().filter_map(|id| world.find_message(person, None, *id));
    messages.filter(|(_, post)| post.from != person).count()
}

impl Core {
    /// Plans again what was lost with an earlier process: answers to what is unread, and first words.
    pub(crate) fn wake_people(&mut self) {
        let now_ms = self.now_ms();
        let Some(mut cast) = self.cast.take() else { return };
        for person in self.world.people() {
            let Some(persona) = person.persona else {
                let mut messages = person.mailbox.messages.values().rev();
                let newest = messages.next().and_then(|(_, number)| self.world.post(*number));
                // Somebody who was talked to just now needs no first words again.
                let is_alone = newest.is_some_and(|post| now_ms / SECOND - i64::from(post.sent_at) > 10 * 60);
                if !person.bot && is_alone {
                    cast.court(&self.world, person.id, now_ms);
                }
                continue;
            };
            for (chat, dialog) in &person.mailbox.dialogs {
                let Peer::User(from) = *chat else { continue };
                let is_real = self.world.person(from).is_some_and(|it| it.persona.is_none());
                if is_real && dialog.top() > dialog.read_inbox {
                    cast.respond(&self.world, person.id, persona, from, dialog.top(), now_ms);
                }
            }
        }
        self.cast = Some(cast);
    }

    /// Has simulated people do what is due by now; gives how much that was.
    pub(crate) fn run_due(&mut self) -> usize {
        let mut done = 0;
        let now_ms = self.now_ms();
        while let Some((at_ms, plan)) = self.cast.as_mut().and_then(|cast| cast.take_due(now_ms)) {
            self.carry_out(at_ms, &plan);
            done += 1;
        }
        done
    }

    fn carry_out(&mut self, at_ms: i64, plan: &Plan) {
        let Plan { person, chat, ref step } = *plan;
        let Some(persona) = self.world.person(person).and_then(|it| it.persona) else { return };
        match step {
            Step::Read { max_id } => drop(self.commit(Fact::Read { account: person, chat, max_id: *max_id }, None)),
            Step::Typing { action } => self.typing(person, chat, action),
            Step::Answer => self.answer(person, persona, chat),
            Step::Begin { turn } => self.begin(at_ms, person, persona, chat, *turn),
            Step::React { id } => {
                if let Some((_, post)) = self.world.find_message(person, None, *id) {
                    let (post, at) = (post.number, self.now());
                    self.commit(Fact::Reacted { post, person, emoji: vec!["👍".to_owned()], at }, None);
                }
            }
            Step::Correct => {
                if let Some((post, text)) = self.own_newest(person, chat).filter(|(_, text)| !text.is_empty()) {
                    let (text, at) = (lines::corrected(persona.language, &text), self.now());
                    self.commit(Fact::Edited { post, text, entities: Vec::new(), media: None, at }, None);
                }
            }
            Step::Regret => {
                if let Some((post, _)) = self.own_newest(person, chat) {
                    self.commit(Fact::Deleted { posts: vec![post], only_for: None }, None);
                }
            }
            Step::Block => {
                if let Peer::User(whom) = chat {
                    self.commit(Fact::Blocked { by: person, person: whom, is: true }, None);
                }
            }
        }
    }

    fn answer(&mut self, person: i64, persona: Persona, chat: Peer) {
        let ids = self.world.message_ids(person, chat);
        let turn = ids.len() as u64;
        let newest = ids.last().and_then(|id| self.world.find_message(person, None, *id));
        let heard = newest.map(|(_, post)| post.text.clone()).unwrap_or_default();
        let text = lines::answer(persona.language, &heard, turn + person.unsigned_abs());
        let media = self.shown(person, persona, turn);
        // Voice messages say it themselves.
        let is_spoken = matches!(media, Some(Media::Document { .. }));
        let text = if is_spoken { String::new() } else { text.to_owned() };
        self.say(person, chat, NewPost { text, media, ..NewPost::default() });
    }

    fn shown(&self, person: i64, persona: Persona, turn: u64) -> Option<Media> {
        let first = self.world.files.keys().next().copied()?;
        let mut dice = Dice::of(self.world.seed, &[person, turn.cast_signed(), 2]);
        match persona.temperament {
            Temperament::Showing if dice.one_in(2) => Some(props::as_photo(first, dice.between(0, 100))),
            Temperament::Speaking if dice.one_in(2) => Some(props::as_voice(first, dice.between(0, 100))),
            _ => None,
        }
    }

    fn begin(&mut self, at_ms: i64, person: i64, persona: Persona, chat: Peer, turn: u64) {
        let Peer::User(account) = chat else { return };
        let mut dice = Dice::of(self.world.seed, &[person, account, turn.cast_signed(), 3]);
        let text = lines::first(persona.language, dice.next());
        self.say(person, chat, NewPost::text(text));
        if let Some(group) = self.a_group_of(account, &mut dice) {
            self.speak_in_group(account, group, &mut dice);
        }
        // Talks go on coming, further and further apart: a sandbox that is forgotten falls asleep.
        if turn >= 4 {
            let after = dice.between(5, 10) * MINUTE * (turn - 3).cast_signed().min(12);
            let people: Vec<i64> = self.world.people().filter(|it| it.persona.is_some()).map(|it| it.id).collect();
            if let (Some(next), Some(cast)) = (dice.pick(&people), self.cast.as_mut()) {
                cast.plan(at_ms + after, *next, chat, Step::Begin { turn: turn + 1 });
            }
        }
    }

    fn a_group_of(&self, account: i64, dice: &mut Dice) -> Option<Peer> {
        let is_shared = |chat: &Peer| match chat {
            Peer::User(_) => false,
            Peer::Group(_) => true,
            Peer::Channel(id) => self.world.channels.get(id).is_some_and(|channel| !channel.broadcast),
        };
        let groups: Vec<Peer> = self.world.chats_of(account).into_iter().filter(is_shared).collect();
        dice.pick(&groups).copied()
    }

    fn speak_in_group(&mut self, account: i64, group: Peer, dice: &mut Dice) {
        let members = self.world.audience(account, group).into_iter();
        let speakers: Vec<(i64, Language)> =
            members.filter_map(|id| Some((id, self.world.person(id)?.persona?.language))).collect();
        if let Some((person, language)) = dice.pick(&speakers).copied() {
            self.say(person, group, NewPost::text(lines::in_group(language, dice.next())));
        }
    }

    fn say(&mut self, person: i64, chat: Peer, post: NewPost) {
        // Nobody writes to somebody who blocked them, or whom they blocked.
        let blocks = |by: i64, whom: i64| self.world.person(by).is_some_and(|it| it.blocked.contains(&whom));
        if let Peer::User(other) = chat
            && (blocks(other, person) || blocks(person, other))
        {
            return;
        }
        let at = self.now();
        self.commit(Fact::Sent { from: person, to: chat, at, post: Box::new(post) }, None);
    }

    fn own_newest(&self, person: i64, chat: Peer) -> Option<(u64, String)> {
        let ids = self.world.message_ids(person, chat);
        let mut newest_first = ids.iter().rev().filter_map(|id| self.world.find_message(person, None, *id));
        let (_, post) = newest_first.find(|(_, post)| post.from == person)?;
        Some((post.number, post.text.clone()))
    }
}
