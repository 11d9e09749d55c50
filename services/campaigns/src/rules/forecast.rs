//! How many messages a campaign sends on which day, and when it is through, if nobody answers and nothing goes wrong: what
//! accounts, windows, pace and waits allow at best. Days are those of the campaign's own clocks. The rehearsal finds the same
//! with people who do not answer, message by message; this is quick enough to be asked at every change. No I/O.

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use uuid::Uuid;

use super::{
    capacity::Sender,
    steps::{self, BEFORE_ALL, Facts, Next, Plan, Sent, Standing},
    window::{begin_of, closes, day_of, next_allowed},
};
use crate::campaign::{StopOn, schedule::Schedule, step::Action};

/// Longest that is looked ahead.
pub const MOST_DAYS: u32 = 730;
/// Without a message for so long, it does not come to an end.
const STUCK_DAYS: u32 = 60;
/// A day is looked at in pieces of so many minutes; as many of them as fit the longest day.
const SLOT_MINUTES: i64 = 30;
const SLOTS: i64 = 64;

/// What is to be foretold.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    pub plan: &'a Plan,
    pub schedule: &'a Schedule,
    pub senders: &'a [Sender],
    /// How many contacts are on which clocks; none where nobody knows.
    pub contacts: &'a [(Option<Tz>, u64)],
    pub starts_at: DateTime<Utc>,
    /// What the campaign sent today already, by its own clocks.
    pub sent_today: u32,
}

/// A day of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ForecastDay {
    pub date: NaiveDate,
    /// First messages of contacts.
    pub begins: u64,
    /// Later ones.
    pub follow_ups: u64,
    /// What could have gone.
    pub capacity: u64,
}

/// What is foretold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// From the first day to the last on which something goes.
    pub days: Vec<ForecastDay>,
    pub messages: u64,
    /// The day of the last message; none when there is no end to be seen.
    pub finishes_on: Option<NaiveDate>,
    /// Contacts who got nothing by then: there is no room, or no window that an account works in.
    pub left_over: u64,
}

/// Contacts who stand at the same place and are due on the same day.
#[derive(Clone, Copy, Debug)]
struct Bundle {
    group: usize,
    place: i32,
    begins: bool,
    count: u64,
}

/// A day as it is for accounts and windows.
struct Day {
    begin: DateTime<Utc>,
    /// For each group, the slots in which something may go to it and some account works.
    open: Vec<u64>,
    capacity: u64,
}

struct Run<'a> {
    course: Course<'a>,
    zone: Tz,
    due: BTreeMap<NaiveDate, Vec<Bundle>>,
}

/// What happens day by day.
#[must_use]
pub fn forecast(course: Course<'_>) -> Forecast {
    let zone = course.schedule.zone.of(None);
    let mut run = Run { course, zone, due: BTreeMap::new() };
    for (group, (_, count)) in course.contacts.iter().enumerate().filter(|(_, (_, count))| *count > 0) {
        run.put(Bundle { group, place: BEFORE_ALL, begins: true, count: *count }, course.starts_at);
    }
    let (mut days, mut idle) = (Vec::new(), 0);
    let first = day_of(course.starts_at, zone);
    for date in first.iter_days().take(usize::try_from(MOST_DAYS).unwrap_or_default()) {
        if run.due.is_empty() || idle > STUCK_DAYS {
            break;
        }
        let day = run.day(date, date == first);
        let (begins, follow_ups) = run.send(date, &day);
        idle = if begins + follow_ups > 0 { 0 } else { idle + 1 };
        days.push(ForecastDay { date, begins, follow_ups, capacity: day.capacity });
    }
    let last = days.iter().rposition(|day| day.begins + day.follow_ups > 0);
    days.truncate(last.map_or(0, |last| last + 1));
    let left = run.due.values().flatten().filter(|bundle| bundle.begins).map(|bundle| bundle.count).sum();
    Forecast {
        messages: days.iter().map(|day| day.begins + day.follow_ups).sum(),
        finishes_on: days.last().filter(|_| run.due.is_empty()).map(|day| day.date),
        left_over: left,
        days,
    }
}

impl Run<'_> {
    fn zone_of(&self, group: usize) -> Option<Tz> {
        self.course.contacts.get(group).and_then(|(zone, _)| *zone)
    }

    /// Walks a bundle from an instant on to its next message, and notes the day of it; it is gone when there is none.
    fn put(&mut self, bundle: Bundle, from: DateTime<Utc>) {
        let (plan, schedule) = (self.course.plan, self.course.schedule);
        let zone = self.zone_of(bundle.group);
        let (mut at, mut place) = (from, bundle.place);
        let facts = facts_at(plan, place);
        loop {
            let standing = Standing { enrolment_id: Uuid::nil(), place };
            let advance = steps::advance(plan, (schedule, zone), &StopOn::default(), standing, &facts, at);
            match advance.next {
                Next::Send { .. } => {
                    let Some(at) = next_allowed(at, schedule, zone) else { return };
                    let bundle = Bundle { place: advance.place, ..bundle };
                    self.due.entry(day_of(at, self.zone)).or_default().push(bundle);
                    return;
                }
                Next::Wait { until } => (at, place) = (until, advance.done),
                Next::Task { .. } | Next::MoveStage { .. } => place = advance.done,
                Next::Stop { .. } | Next::Finish => return,
            }
        }
    }

    fn day(&self, date: NaiveDate, is_first: bool) -> Day {
        let begin = begin_of(date, self.zone);
        let end = date.succ_opt().map_or(begin + TimeDelta::days(1), |next| begin_of(next, self.zone));
        let from = if is_first { self.course.starts_at } else { begin };
        let groups = 0..self.course.contacts.len();
        let windows: Vec<u64> =
            groups.map(|group| open_slots(self.course.schedule, self.zone_of(group), (begin, end), from)).collect();
        let asked = windows.iter().fold(0, |all, open| all | open);
        let (mut worked, mut capacity) = (0, 0_u64);
        for sender in self.course.senders.iter().filter(|sender| sender.health > 0) {
            let works = sender_slots(sender, (begin, end)) & asked;
            // One that is not ready and does not say when: nothing is promised for today.
            let ready = if is_first { sender.ready } else { sender.ready_at.is_none_or(|until| until < end) };
            if works != 0 && ready {
                worked |= works;
                capacity += u64::from(if is_first { sender.left_today() } else { sender.per_day() });
            }
        }
        let pace = self.course.schedule.pace;
        if let Some(per_day) = pace.per_day {
            let sent = if is_first { self.course.sent_today } else { 0 };
            capacity = capacity.min(per_day.saturating_sub(sent).into());
        }
        if let Some(per_hour) = pace.per_hour {
            let slots = u64::from((worked & asked).count_ones());
            capacity = capacity.min((slots * u64::from(per_hour)).div_ceil(2));
        }
        Day { begin, open: windows.into_iter().map(|open| open & worked).collect(), capacity }
    }

    /// Sends what is due on a day as far as there is room, later messages first; the rest is due on the next.
    fn send(&mut self, date: NaiveDate, day: &Day) -> (u64, u64) {
        let (mut sent, mut room) = ((0, 0), day.capacity);
        let next = date.succ_opt().unwrap_or(date);
        let mut carried: HashMap<(usize, i32, bool), u64> = HashMap::new();
        while let Some(due) = self.due.remove(&date) {
            let (begins, follow_ups): (Vec<Bundle>, Vec<Bundle>) = due.into_iter().partition(|bundle| bundle.begins);
            let mut queue: VecDeque<(Bundle, u64)> = follow_ups.into_iter().map(|bundle| (bundle, u64::MAX)).collect();
            let later: u64 = queue.iter().filter(|(one, _)| day.open[one.group] != 0).map(|(one, _)| one.count).sum();
            let for_new = room.saturating_sub(later);
            let new: u64 = begins.iter().filter(|one| day.open[one.group] != 0).map(|one| one.count).sum();
            // Each group has its part of the room, rounded up; what is too much at the end finds none.
            let part = |count: u64| (u128::from(for_new) * u128::from(count)).div_ceil(u128::from(new.max(1)));
            queue.extend(begins.into_iter().map(|one| (one, u64::try_from(part(one.count)).unwrap_or(u64::MAX))));
            for (bundle, most) in queue {
                let open = day.open[bundle.group];
                let goes = if open == 0 { 0 } else { bundle.count.min(most).min(room) };
                let stays = bundle.count - goes;
                if stays > 0 {
                    *carried.entry((bundle.group, bundle.place, bundle.begins)).or_default() += stays;
                }
                if goes == 0 {
                    continue;
                }
                room -= goes;
                *(if bundle.begins { &mut sent.0 } else { &mut sent.1 }) += goes;
                let place = message_behind(self.course.plan, bundle.place);
                self.put(Bundle { place, begins: false, count: goes, ..bundle }, middle(open, day.begin));
            }
        }
        for ((group, place, begins), count) in carried {
            self.due.entry(next).or_default().push(Bundle { group, place, begins, count });
        }
        if let Some(due) = self.due.get_mut(&next) {
            due.sort_by_key(|bundle| (bundle.begins, -bundle.place, bundle.group));
        }
        sent
    }
}

/// What is taken to be so of somebody who stands at a place: everything arrived, nothing was answered.
fn facts_at(plan: &Plan, place: i32) -> Facts {
    let messages = plan.live().filter(|step| step.place <= place && matches!(step.action, Action::Message(_)));
    let ids: Vec<Uuid> = messages.map(|step| step.id).collect();
    let delivered = Sent { delivered: true, ..Sent::default() };
    Facts {
        last_sent: ids.last().copied(),
        sent: ids.into_iter().map(|id| (id, delivered)).collect(),
        ..Facts::default()
    }
}

/// The place of the message that comes next behind a place.
fn message_behind(plan: &Plan, place: i32) -> i32 {
    let is_next = |step: &&crate::campaign::step::Step| {
        step.place > place
            && matches!(&step.action, Action::Message(message)
                if super::variants::pick(Uuid::nil(), step.id, &message.variants).is_some())
    };
    plan.live().find(is_next).map_or(i32::MAX, |step| step.place)
}

/// The slots of a day in which something may go, from an instant on.
fn open_slots(
    schedule: &Schedule,
    zone: Option<Tz>,
    (begin, end): (DateTime<Utc>, DateTime<Utc>),
    from: DateTime<Utc>,
) -> u64 {
    let (mut slots, mut at) = (0, from);
    while let Some(opens) = next_allowed(at, schedule, zone).filter(|opens| *opens < end) {
        let until = closes(opens, schedule, zone).unwrap_or(end).min(end);
        let slot = |at: DateTime<Utc>| (at - begin).num_minutes() / SLOT_MINUTES;
        for slot in slot(opens)..=slot(until - TimeDelta::seconds(1)) {
            slots |= 1_u64 << slot.clamp(0, SLOTS - 1);
        }
        at = until;
    }
    slots
}

/// The slots of a day in which an account writes to people who have never written to it.
fn sender_slots(sender: &Sender, (begin, end): (DateTime<Utc>, DateTime<Utc>)) -> u64 {
    let mut slots = sender.working.as_ref().map_or(u64::MAX, |working| open_slots(working, None, (begin, end), begin));
    if let Some(quiet) = sender.quiet {
        for slot in 0..SLOTS {
            let at = begin + TimeDelta::minutes(slot * SLOT_MINUTES);
            if quiet.ends(at, sender.zone).is_some() {
                slots &= !(1 << slot);
            }
        }
    }
    slots
}

/// The middle of the slots that are open.
fn middle(open: u64, begin: DateTime<Utc>) -> DateTime<Utc> {
    let wanted = open.count_ones() / 2;
    let is_open = |slot: &i64| open & (1 << slot) != 0;
    let slot = (0..SLOTS).filter(is_open).nth(usize::try_from(wanted).unwrap_or_default()).unwrap_or_default();
    begin + TimeDelta::minutes(slot * SLOT_MINUTES)
}

#[cfg(test)]
mod tests;
