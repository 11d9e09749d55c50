use chrono::NaiveTime;

use super::*;
use crate::{
    campaign::{
        policy::Quiet,
        schedule::{Pace, Window, Zone},
        step::{Condition, Fate, Question, Target, Wait},
    },
    rules::fixtures::{at, id, message, office, plan, sender},
};

const START: &str = "2026-11-23T05:00:00Z";

fn told(course: Course<'_>) -> Vec<(String, u64, u64)> {
    let days = forecast(course).days;
    days.iter().map(|day| (day.date.format("%m-%d").to_string(), day.begins, day.follow_ups)).collect()
}

fn days(expected: &[(&str, u64, u64)]) -> Vec<(String, u64, u64)> {
    expected.iter().map(|(day, begins, later)| ((*day).to_owned(), *begins, *later)).collect()
}

fn course<'a>(
    plan: &'a Plan,
    schedule: &'a Schedule,
    senders: &'a [Sender],
    contacts: &'a [(Option<Tz>, u64)],
) -> Course<'a> {
    Course { plan, schedule, senders, contacts, starts_at: at(START), sent_today: 0 }
}

#[test]
fn later_messages_go_first_and_weekends_are_skipped() {
    // Monday the 23rd. Two messages, two days between them, ten a day.
    let (plan, schedule) = (plan(vec![message(1), Action::Wait(Wait::Days(2)), message(3)]), office());
    let senders = [sender(1, 10)];
    let expected = days(&[
        ("11-23", 10, 0),
        ("11-24", 10, 0),
        ("11-25", 0, 10),
        ("11-26", 0, 10),
        ("11-27", 5, 0),
        ("11-28", 0, 0),
        ("11-29", 0, 0),
        ("11-30", 0, 5),
    ]);
    assert_eq!(told(course(&plan, &schedule, &senders, &[(None, 25)])), expected);
    let told = forecast(course(&plan, &schedule, &senders, &[(None, 25)]));
    assert_eq!((told.messages, told.finishes_on, told.left_over), (50, Some("2026-11-30".parse().unwrap()), 0));
    assert!(told.days.iter().all(|day| day.begins + day.follow_ups <= day.capacity));
}

#[test]
fn the_first_day_has_what_is_left_of_it() {
    let (plan, schedule) = (plan(vec![message(1)]), office());
    let tired = Sender { first_contacts_left: 4, waiting: 1, ..sender(1, 10) };
    assert_eq!(
        told(course(&plan, &schedule, std::slice::from_ref(&tired), &[(None, 20)])),
        days(&[("11-23", 3, 0), ("11-24", 10, 0), ("11-25", 7, 0)])
    );
    // After the window, the day is over.
    let evening = Course { starts_at: at("2026-11-23T16:00:00Z"), ..course(&plan, &schedule, &[], &[(None, 20)]) };
    let senders = [tired];
    let evening = Course { senders: &senders, ..evening };
    assert_eq!(told(evening), days(&[("11-23", 0, 0), ("11-24", 10, 0), ("11-25", 10, 0)]));
}

#[test]
fn pace_hours_and_readiness_count() {
    let plan = plan(vec![message(1)]);
    let first = |schedule: &Schedule, sender: Sender| {
        let senders = [sender];
        let day = told(course(&plan, schedule, &senders, &[(None, 1000)])).into_iter().next();
        day.map_or(0, |(_, begins, _)| begins)
    };
    let paced = |per_day, per_hour| Schedule { pace: Pace { per_day, per_hour }, ..office() };
    assert_eq!(first(&office(), sender(1, 40)), 40);
    assert_eq!(first(&paced(Some(15), None), sender(1, 40)), 15);
    // Nine hours.
    assert_eq!(first(&paced(None, Some(2)), sender(1, 40)), 18);
    assert_eq!(first(&office(), Sender { ready: false, ..sender(1, 40) }), 0);
    assert_eq!(first(&office(), Sender { messages_per_day: 40, messages_left: 40, ..sender(1, 40) }), 32);
    // An account that works while its contacts sleep sends nothing.
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let window = Window { days: 0b111_1111, from: time(19), to: time(23) };
    let night = Schedule { zone: Zone::Fixed(Tz::Europe__Moscow), windows: vec![window], ..office() };
    let senders = [Sender { working: Some(night), ..sender(1, 40) }];
    let never = forecast(course(&plan, &schedule_of_moscow(), &senders, &[(None, 100)]));
    assert_eq!((never.days.len(), never.finishes_on, never.left_over), (0, None, 100));
    let quiet = Some(Quiet { from: time(8), to: time(20) });
    let senders = [Sender { quiet, ..sender(1, 40) }];
    assert_eq!(forecast(course(&plan, &schedule_of_moscow(), &senders, &[(None, 100)])).messages, 0);
}

fn schedule_of_moscow() -> Schedule {
    Schedule { zone: Zone::Fixed(Tz::Europe__Moscow), ..office() }
}

#[test]
fn contacts_on_other_clocks_have_other_days() {
    let (plan, schedule) = (plan(vec![message(1)]), office());
    let senders = [sender(1, 30)];
    let contacts = [(Some(Tz::Asia__Kamchatka), 30), (Some(Tz::America__New_York), 60)];
    let friday = Course { starts_at: at("2026-11-27T10:00:00Z"), ..course(&plan, &schedule, &senders, &contacts) };
    // Days are those of Moscow. There, Friday in New York lasts until Saturday at two, and Monday in Kamchatka begins at
    // midnight.
    let expected = days(&[("11-27", 30, 0), ("11-28", 30, 0), ("11-29", 0, 0), ("11-30", 30, 0)]);
    assert_eq!(told(friday), expected);
    let kamchatka = [(Some(Tz::Asia__Kamchatka), 10)];
    let later = Course { contacts: &kamchatka, ..friday };
    assert_eq!(told(later), days(&[("11-27", 0, 0), ("11-28", 0, 0), ("11-29", 0, 0), ("11-30", 10, 0)]));
}

#[test]
fn who_does_not_read_takes_the_way_of_those() {
    let read = Question::Message { fate: Fate::Read, step_id: None };
    let asks = Action::Condition(Condition { question: read, then: Target::Stop, otherwise: Target::Next });
    let delivered = Question::Message { fate: Fate::Delivered, step_id: Some(id(1)) };
    let stops = Action::Condition(Condition { question: delivered, then: Target::Stop, otherwise: Target::Next });
    let plan = plan(vec![
        Action::Wait(Wait::Days(1)),
        message(2),
        Action::Wait(Wait::Hours(1)),
        asks,
        message(5),
        stops,
        message(7),
    ]);
    let (schedule, senders) = (office(), [sender(1, 100)]);
    // A day of waiting, then both on the same one; the last goes too, as step 1 is no message.
    assert_eq!(told(course(&plan, &schedule, &senders, &[(None, 20)])), days(&[("11-23", 0, 0), ("11-24", 20, 40)]));
    assert_eq!(told(course(&plan, &schedule, &senders, &[])), days(&[]));
}
