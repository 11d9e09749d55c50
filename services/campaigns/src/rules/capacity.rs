//! Which account sends to a contact, and whether it has room for it today. The scheduler asks it for what is due, the
//! rehearsal for what would be. What finds no room is put off to a day on which there is likely some, so that those that wait
//! are not woken each day for nothing. No I/O.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::window::{begin_of, day_of, next_allowed};
use crate::{
    campaign::{
        policy::Quiet,
        schedule::{Pace, Schedule},
    },
    words::words,
};

/// The part of a day's messages that first contacts leave to replies, one in so many: as accounts have it.
const KEPT_FOR_REPLIES: u32 = 5;
/// More are put off to a day than have room on it, in percent: some of those before them will have answered.
const OVERBOOKED: u64 = 125;
/// When an account is asked again that does not say when it is ready.
const ASK_AGAIN: TimeDelta = TimeDelta::hours(1);
/// Longest that something is put off for lack of room.
const MOST_DAYS: u64 = 365;

words! {
    /// Why something waits for an account.
    Because {
        /// There is no account that could send.
        NoSender = "no_sender",
        /// It is disconnected, paused, restricted, or waits for a flood to end.
        NotReady = "not_ready",
        QuietHours = "sender_quiet_hours",
        WorkingHours = "sender_working_hours",
        /// What it may send in a day is used up.
        Full = "sender_full",
        /// The campaign keeps its pace.
        Pace = "campaign_pace",
    }
}

/// An account that sends for a campaign, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    pub id: Uuid,
    pub ready: bool,
    /// When it is ready again, if that is known.
    pub ready_at: Option<DateTime<Utc>>,
    /// 0 to 100. One with 0 gets nobody new.
    pub health: u8,
    /// Messages to people who have never written to it: today, and in a day.
    pub first_contacts_left: u32,
    pub first_contacts_per_day: u32,
    pub messages_left: u32,
    pub messages_per_day: u32,
    /// Messages of programs that wait in its queue; they will use what is left.
    pub waiting: u32,
    /// By whose days limits count.
    pub zone: Tz,
    /// When people are written to who have never written to it; any time unless given.
    pub working: Option<Schedule>,
    /// Nothing goes in them.
    pub quiet: Option<Quiet>,
}

/// What room is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The account that wrote to the contact before. It stays, as long as it is among the senders.
    pub sticky: Option<Uuid>,
    /// Whether the contact has never written to it.
    pub first_contact: bool,
    /// Whether it is the first message of the enrolment. Those leave room to later ones that are due today.
    pub begins: bool,
}

/// Where there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// With this account, now; the room is taken.
    Now { sender: Uuid },
    /// Not before this. The window of the contact comes on top.
    Later { until: DateTime<Utc>, because: Because },
    /// There are no accounts.
    Never,
}

#[derive(Clone, Debug)]
struct Room {
    sender: Sender,
    day: NaiveDate,
    first_contacts: u32,
    messages: u32,
    put_off: u64,
    /// How many were told to wait until it can send again.
    awaited: u32,
}

/// The room that the accounts of a campaign have, and what of it is taken.
#[derive(Clone, Debug)]
pub struct Rooms {
    of: Vec<Room>,
    index: HashMap<Uuid, usize>,
    pace: Pace,
    /// By whose days the pace counts.
    zone: Tz,
    day: (NaiveDate, u32),
    hour: (i64, u32),
    /// Later messages that are due, by account and day.
    expected: BTreeMap<(usize, NaiveDate), u32>,
    /// Those put off today for lack of room and for the day's pace, and in this hour for the hour's.
    put_off: u64,
    paced: u64,
    paced_by_hour: u64,
}

impl Sender {
    /// Messages to new people that go in a day.
    #[must_use]
    pub fn per_day(&self) -> u32 {
        let kept = self.messages_per_day / KEPT_FOR_REPLIES;
        self.first_contacts_per_day.min(self.messages_per_day - kept)
    }

    /// Of them, what is left today when its queue is empty.
    #[must_use]
    pub fn left_today(&self) -> u32 {
        let kept = self.messages_per_day / KEPT_FOR_REPLIES;
        self.first_contacts_left.min(self.messages_left.saturating_sub(kept)).saturating_sub(self.waiting)
    }
}

impl Room {
    fn roll(&mut self, at: DateTime<Utc>) {
        let today = day_of(at, self.sender.zone);
        if today > self.day {
            self.day = today;
            self.first_contacts = self.sender.first_contacts_per_day;
            self.messages = self.sender.messages_per_day;
            (self.put_off, self.awaited) = (0, 0);
        }
    }

    /// Messages that still go today.
    fn left(&self, first_contact: bool) -> u32 {
        if first_contact {
            let kept = self.sender.messages_per_day / KEPT_FOR_REPLIES;
            self.first_contacts.min(self.messages.saturating_sub(kept))
        } else {
            self.messages
        }
    }

    /// What is used of a day, as a part of what its health makes of its limit.
    fn load(&self) -> f64 {
        let used = self.sender.per_day().saturating_sub(self.left(true));
        let able = f64::from(self.sender.per_day().max(1)) * f64::from(self.sender.health) / 100.0;
        f64::from(used) / able.max(f64::MIN_POSITIVE)
    }

    fn tomorrow(&self, days_more: u64) -> DateTime<Utc> {
        let day = self.day.checked_add_days(Days::new(1 + days_more)).unwrap_or(self.day);
        begin_of(day, self.sender.zone)
    }

    /// When it may send, and what keeps it until then. No more wait for it than it will have room for today.
    fn free(&self, ask: Ask, expected: u32, at: DateTime<Utc>) -> Result<(), (DateTime<Utc>, Because)> {
        let room = self.left(ask.first_contact).saturating_sub(if ask.begins { expected } else { 0 });
        match self.closed(ask, at) {
            _ if room == 0 => Err((self.tomorrow(0), Because::Full)),
            Some((until, _)) if self.awaited >= room && until < self.tomorrow(0) => {
                Err((self.tomorrow(0), Because::Full))
            }
            Some(closed) => Err(closed),
            None => Ok(()),
        }
    }

    /// What keeps the account from sending now, its limits aside, and until when.
    fn closed(&self, ask: Ask, at: DateTime<Utc>) -> Option<(DateTime<Utc>, Because)> {
        let sender = &self.sender;
        if !sender.ready && sender.ready_at.is_none_or(|until| until > at) {
            return Some((sender.ready_at.unwrap_or(at + ASK_AGAIN), Because::NotReady));
        }
        if let Some(end) = sender.quiet.and_then(|quiet| quiet.ends(at, sender.zone)) {
            return Some((end, Because::QuietHours));
        }
        let working = sender.working.as_ref().filter(|_| ask.first_contact)?;
        let opens = next_allowed(at, working, None).unwrap_or(at + TimeDelta::days(1));
        (opens > at).then_some((opens, Because::WorkingHours))
    }
}

/// How many whole days `count` more wait when `per_day` go on each.
fn days_behind(count: u64, per_day: u64) -> u64 {
    (count.saturating_mul(100) / (per_day.max(1) * OVERBOOKED)).min(MOST_DAYS)
}

impl Rooms {
    /// The room that there is at an instant. `sent` is what the campaign sent today, by the days of `zone`, and in the hour.
    #[must_use]
    pub fn new(senders: &[Sender], (pace, zone): (Pace, Tz), sent: (u32, u32), at: DateTime<Utc>) -> Self {
        let room = |sender: &Sender| Room {
            day: day_of(at, sender.zone),
            first_contacts: sender.first_contacts_left.saturating_sub(sender.waiting),
            messages: sender.messages_left.saturating_sub(sender.waiting),
            put_off: 0,
            awaited: 0,
            sender: sender.clone(),
        };
        Self {
            of: senders.iter().map(room).collect(),
            index: senders.iter().enumerate().map(|(index, sender)| (sender.id, index)).collect(),
            pace,
            zone,
            day: (day_of(at, zone), sent.0),
            hour: (at.timestamp().div_euclid(3600), sent.1),
            expected: BTreeMap::new(),
            put_off: 0,
            paced: 0,
            paced_by_hour: 0,
        }
    }

    /// Says that an account has so many later messages due on the day of an instant.
    pub fn expect(&mut self, sender: Uuid, at: DateTime<Utc>, count: u32) {
        if let Some(key) = self.key(sender, at) {
            *self.expected.entry(key).or_default() += count;
        }
    }

    /// Says that one that was expected came.
    pub fn came(&mut self, sender: Uuid, at: DateTime<Utc>) {
        if let Some(count) = self.key(sender, at).and_then(|key| self.expected.get_mut(&key)) {
            *count = count.saturating_sub(1);
        }
    }

    fn key(&self, sender: Uuid, at: DateTime<Utc>) -> Option<(usize, NaiveDate)> {
        let index = *self.index.get(&sender)?;
        Some((index, day_of(at, self.of[index].sender.zone)))
    }

    fn expected_of(&self, index: usize) -> u32 {
        self.expected.get(&(index, self.of[index].day)).copied().unwrap_or_default()
    }

    /// Says that an account sends nothing until then.
    pub fn hold(&mut self, sender: Uuid, until: DateTime<Utc>) {
        if let Some(index) = self.index.get(&sender) {
            let sender = &mut self.of[*index].sender;
            (sender.ready, sender.ready_at) = (false, Some(until));
        }
    }

    /// When the day ends by which the limits of an account count.
    #[must_use]
    pub fn day_ends(&self, sender: Uuid) -> Option<DateTime<Utc>> {
        self.index.get(&sender).map(|index| self.of[*index].tomorrow(0))
    }

    fn roll(&mut self, at: DateTime<Utc>) {
        let today = day_of(at, self.zone);
        if today > self.day.0 {
            self.day = (today, 0);
            (self.put_off, self.paced) = (0, 0);
            let oldest = today.checked_sub_days(Days::new(2)).unwrap_or(today);
            self.expected.retain(|(_, day), _| *day >= oldest);
        }
        let hour = at.timestamp().div_euclid(3600);
        if hour > self.hour.0 {
            (self.hour, self.paced_by_hour) = ((hour, 0), 0);
        }
        for room in &mut self.of {
            room.roll(at);
        }
    }

    /// Finds room for a message, and takes it. Instants that are asked for do not go back.
    pub fn place(&mut self, ask: Ask, at: DateTime<Utc>) -> Place {
        self.roll(at);
        if self.of.is_empty() {
            return Place::Never;
        }
        if let Some(until) = self.paced_until(ask, at) {
            return Place::Later { until, because: Because::Pace };
        }
        let sticky = ask.sticky.and_then(|id| self.index.get(&id).copied());
        let found = match sticky {
            Some(index) => {
                self.of[index].free(ask, self.expected_of(index), at).map(|()| index).map_err(|later| (index, later))
            }
            None => self.least_loaded(ask, at),
        };
        match found {
            Ok(index) => {
                self.take(index, ask);
                Place::Now { sender: self.of[index].sender.id }
            }
            Err((_, (until, Because::Full))) => {
                Place::Later { until: self.behind_others(sticky, until), because: Because::Full }
            }
            Err((index, (until, because))) => {
                if let Some(room) = self.of.get_mut(index) {
                    room.awaited += 1;
                }
                Place::Later { until, because }
            }
        }
    }

    /// Gives back what was taken at the same instant, when the message cannot go after all.
    pub fn give_back(&mut self, sender: Uuid, first_contact: bool) {
        let Some(index) = self.index.get(&sender).copied() else { return };
        let room = &mut self.of[index];
        room.messages += 1;
        room.first_contacts += u32::from(first_contact);
        self.day.1 = self.day.1.saturating_sub(1);
        self.hour.1 = self.hour.1.saturating_sub(1);
    }

    fn take(&mut self, index: usize, ask: Ask) {
        let room = &mut self.of[index];
        room.messages = room.messages.saturating_sub(1);
        room.first_contacts = room.first_contacts.saturating_sub(ask.first_contact.into());
        self.day.1 += 1;
        self.hour.1 += 1;
    }

    /// The account that is free and has the least of its day used; else when the first one is free.
    fn least_loaded(&self, ask: Ask, at: DateTime<Utc>) -> Result<usize, (usize, (DateTime<Utc>, Because))> {
        let mut best: Option<(f64, usize)> = None;
        let mut earliest: Option<(usize, (DateTime<Utc>, Because))> = None;
        for (index, room) in self.of.iter().enumerate().filter(|(_, room)| room.sender.health > 0) {
            match room.free(ask, self.expected_of(index), at) {
                Ok(()) => {
                    let load = room.load();
                    if best.is_none_or(|(least, _)| load < least) {
                        best = Some((load, index));
                    }
                }
                Err(later) if earliest.is_none_or(|(_, (until, _))| later.0 < until) => earliest = Some((index, later)),
                Err(_) => {}
            }
        }
        best.map(|(_, index)| index).ok_or(earliest.unwrap_or((usize::MAX, (at + ASK_AGAIN, Because::NoSender))))
    }

    /// When the campaign's pace lets another message go, if it does not now.
    fn paced_until(&mut self, ask: Ask, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if let Some(per_day) = self.pace.per_day {
            let due: u32 = (0..self.of.len()).map(|index| self.expected_of(index)).sum();
            let kept = if ask.begins { due } else { 0 };
            if self.day.1.saturating_add(kept) >= per_day {
                let more = days_behind(self.paced, per_day.into());
                self.paced += 1;
                let day = self.day.0.checked_add_days(Days::new(1 + more)).unwrap_or(self.day.0);
                return Some(begin_of(day, self.zone).max(at + TimeDelta::seconds(1)));
            }
        }
        let per_hour = self.pace.per_hour.filter(|per_hour| self.hour.1 >= *per_hour)?;
        // The k-th that waits goes as many hours later.
        let hours = i64::try_from(self.paced_by_hour / u64::from(per_hour.max(1))).unwrap_or_default().min(24 * 365);
        self.paced_by_hour += 1;
        DateTime::from_timestamp((self.hour.0 + 1 + hours) * 3600, 0)
    }

    /// Puts off what finds an account, or all of them, full: to the day by which those before it are through.
    fn behind_others(&mut self, sticky: Option<usize>, until: DateTime<Utc>) -> DateTime<Utc> {
        if let Some(index) = sticky {
            let room = &mut self.of[index];
            let more = days_behind(room.put_off, room.sender.per_day().into());
            room.put_off += 1;
            return room.tomorrow(more);
        }
        let per_day: u64 = self.of.iter().map(|room| u64::from(room.sender.per_day())).sum();
        let more = days_behind(self.put_off, per_day);
        self.put_off += 1;
        let days = TimeDelta::days(i64::try_from(more).unwrap_or_default());
        until + days
    }
}

#[cfg(test)]
mod tests;
