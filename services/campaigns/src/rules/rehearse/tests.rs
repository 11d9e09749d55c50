use std::collections::HashSet;

use chrono::NaiveDate;
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::{
    campaign::{
        policy::{Cap, PolicyOverrides, Quiet},
        schedule::{Pace, Zone, time_of_day},
        step::{Action, Wait},
    },
    rules::{
        fixtures::{at, message, office, people, plan, sender},
        forecast::{Course, forecast},
        window::{day_of, is_allowed},
    },
};

/// Everything of a campaign that a rehearsal borrows.
struct Stage {
    plan: Plan,
    schedule: Schedule,
    stop_on: StopOn,
    policy: Policy,
    senders: Vec<Sender>,
    people: Vec<Person>,
    behaviour: Behaviour,
    apart_seconds: u32,
    days: u32,
    seed: u64,
}

impl Stage {
    fn of(count: usize) -> Self {
        let policy = Policy { zone: Tz::Europe__Moscow, total: Cap { day: Some(1), week: None }, ..Policy::default() };
        Self {
            plan: plan(vec![
                message(1),
                Action::Wait(Wait::Days(2)),
                message(3),
                Action::Wait(Wait::WorkingDays(3)),
                message(5),
            ]),
            schedule: office(),
            stop_on: StopOn::default(),
            policy: policy.with(&PolicyOverrides::default()),
            senders: vec![sender(1, 100), sender(2, 100)],
            people: people(count, &[None]),
            behaviour: Behaviour::USUAL,
            apart_seconds: 60,
            days: 14,
            seed: 7,
        }
    }

    fn setup(&self) -> Setup<'_> {
        Setup {
            plan: &self.plan,
            schedule: &self.schedule,
            stop_on: &self.stop_on,
            policy: &self.policy,
            channel: Channel::Telegram,
            senders: &self.senders,
            apart_seconds: self.apart_seconds,
            people: &self.people,
            behaviour: self.behaviour,
            starts_at: at("2026-11-23T05:00:00Z"),
            days: self.days,
            seed: self.seed,
        }
    }

    fn play(&self) -> (Report, Vec<Happened>) {
        let mut happened = Vec::new();
        let report = rehearse(&self.setup(), &mut |one| happened.push(one));
        (report, happened)
    }
}

#[test]
fn the_same_seed_gives_the_same_and_another_one_something_else() {
    let mut stage = Stage::of(300);
    let first = stage.play();
    assert_eq!(stage.play(), first);
    stage.seed = 8;
    assert_ne!(stage.play().0, first.0);
}

#[test]
fn two_weeks_of_ten_thousand_contacts_are_played_through() {
    let mut stage = Stage::of(10_000);
    stage.people = people(10_000, &[Some(Tz::Asia__Kamchatka), Some(Tz::America__New_York), None]);
    stage.senders = (1..=40).map(|n| sender(n, 60)).collect();
    let (report, happened) = stage.play();
    // Forty accounts, sixty a day, eleven days on which somebody works somewhere.
    let sent = report.sent_in_all();
    assert!((18_000..=28_000).contains(&sent), "{sent}");
    let ended = happened.iter().filter(|one| matches!(one, Happened::Ended { .. })).count();
    assert_eq!(u64::try_from(ended).unwrap() + report.on_the_way, 10_000);
    let of = |count: fn(&RehearsalDay) -> u64| report.days.values().map(count).sum::<u64>();
    assert_eq!(of(|day| day.delivered) + of(|day| day.failed), sent);
    assert_eq!(report.senders.values().sum::<u64>(), sent);
    let by_variant = report.variants.values().flat_map(|step| step.values());
    assert_eq!(by_variant.map(|variant| variant.sent).sum::<u64>(), sent);
    assert!(of(|day| day.replied) > 500 && of(|day| day.opted_out) > 30 && of(|day| day.floods) > 10);
}

#[test]
fn silent_people_get_what_the_forecast_says() {
    for (count, zones, first_contacts) in [
        (250, vec![None], vec![40, 25]),
        (90, vec![Some(Tz::Europe__Kaliningrad)], vec![20]),
        (400, vec![Some(Tz::Europe__Berlin), None], vec![70, 50]),
        (30, vec![None], vec![100]),
    ] {
        let mut stage = Stage::of(count);
        stage.behaviour = Behaviour::SILENT;
        stage.people = people(count, &zones);
        stage.senders = (1..).zip(&first_contacts).map(|(n, most)| sender(n, *most)).collect();
        stage.days = 90;
        stage.apart_seconds = 30;
        let contacts: Vec<(Option<Tz>, u64)> =
            zones.iter().map(|zone| (*zone, (count / zones.len()).try_into().unwrap())).collect();
        let setup = stage.setup();
        let expected = forecast(Course {
            plan: &stage.plan,
            schedule: &stage.schedule,
            senders: &stage.senders,
            contacts: &contacts,
            starts_at: setup.starts_at,
            sent_today: 0,
        });
        let (report, _) = stage.play();
        assert_eq!(report.sent_in_all(), expected.messages, "{count}");
        assert_eq!((report.on_the_way, expected.left_over), (0, 0));
        let last = *report.days.iter().rfind(|(_, day)| day.sent > 0).unwrap().0;
        let apart = (last - expected.finishes_on.unwrap()).num_days().abs();
        assert!(apart <= 1, "{count}: through on {last}, foretold for {:?}", expected.finishes_on);
        // Up to any day about as much has gone: no more apart than goes in a day and a half.
        let per_day: u64 = first_contacts.iter().map(|most| u64::from(*most)).sum();
        let (mut played, mut told) = (0, 0);
        for day in &expected.days {
            told += day.begins + day.follow_ups;
            played += report.days.get(&day.date).map_or(0, |day| day.sent);
            assert!(played.abs_diff(told) * 2 <= per_day * 3, "{count} on {}: {played}, not {told}", day.date);
        }
    }
}

/// Checks everything that never happens on what did.
fn check(stage: &Stage, happened: &[Happened]) {
    let mut steps: HashSet<(usize, Uuid)> = HashSet::new();
    let mut stopped: HashSet<usize> = HashSet::new();
    let mut days: HashMap<(usize, NaiveDate), u32> = HashMap::new();
    let mut accounts: HashMap<(Uuid, NaiveDate), u32> = HashMap::new();
    let mut of_person: HashMap<usize, Uuid> = HashMap::new();
    let mut last = stage.setup().starts_at;
    for one in happened {
        let now = match one {
            Happened::Sent { at, .. } | Happened::Answered { at, .. } | Happened::Ended { at, .. } => *at,
        };
        assert!(now >= last, "time goes forward");
        last = now;
        match *one {
            Happened::Sent { at, person, step, sender, .. } => {
                assert!(!stopped.contains(&person), "{person} was written to after it stopped");
                assert!(steps.insert((person, step)), "{person} got {step} twice");
                assert_eq!(*of_person.entry(person).or_insert(sender), sender, "{person} heard from two accounts");
                let zone = stage.people[person].policy.zone;
                assert!(is_allowed(at, &stage.schedule, zone), "{at} is outside of the window of {zone:?}");
                let quiet = stage.policy.quiet.and_then(|quiet| quiet.ends(at, zone.unwrap_or(stage.policy.zone)));
                assert_eq!(quiet, None, "{at} is in the quiet hours of {zone:?}");
                *days.entry((person, day_of(at, zone.unwrap_or(stage.policy.zone)))).or_default() += 1;
                *accounts.entry((sender, day_of(at, Tz::Europe__Moscow))).or_default() += 1;
            }
            Happened::Answered { person, stops, .. } => {
                if stops {
                    stopped.insert(person);
                }
            }
            Happened::Ended { person, .. } => {
                stopped.insert(person);
            }
        }
    }
    let most = stage.policy.total.day.unwrap_or(u32::MAX);
    assert!(days.values().all(|count| *count <= most), "somebody got more than {most} in a day");
    for ((sender, day), count) in accounts {
        let sender = stage.senders.iter().find(|one| one.id == sender).unwrap();
        assert!(count <= sender.messages_per_day, "{day}");
    }
}

#[test]
fn windows_hold_over_a_change_of_clocks_in_every_zone() {
    let mut stage = Stage::of(300);
    stage.people =
        people(300, &[Some(Tz::Asia__Kamchatka), Some(Tz::Europe__Kaliningrad), Some(Tz::America__New_York)]);
    // Europe turns its clocks on the 25th of October, New York on the 1st of November.
    let setup = Setup { starts_at: at("2026-10-20T05:00:00Z"), days: 30, ..stage.setup() };
    let mut happened = Vec::new();
    let report = rehearse(&setup, &mut |one| happened.push(one));
    let moved = Stage { days: 30, ..Stage::of(0) };
    for one in &happened {
        if let Happened::Sent { at, person, .. } = *one {
            assert!(is_allowed(at, &moved.schedule, stage.people[person].policy.zone));
        }
    }
    assert!(report.sent_in_all() > 500);
    let hours: HashSet<u32> = happened
        .iter()
        .filter_map(|one| match one {
            Happened::Sent { at, person: 2, .. } => {
                Some(chrono::Timelike::hour(&at.with_timezone(&Tz::America__New_York)))
            }
            _ => None,
        })
        .collect();
    assert!(!hours.is_empty() && hours.iter().all(|hour| (9..18).contains(hour)), "{hours:?}");
}

#[test]
fn those_who_may_not_be_written_to_are_not_and_it_says_why() {
    let mut stage = Stage::of(6);
    stage.behaviour = Behaviour::SILENT;
    stage.people[0].policy.do_not_contact = true;
    stage.people[1].policy.reachable = false;
    stage.people[2].policy.refused_at = Some(at("2026-11-20T00:00:00Z"));
    let (report, happened) = stage.play();
    check(&stage, &happened);
    let first = &report.days[&"2026-11-23".parse::<NaiveDate>().unwrap()];
    let expected = [("policy.cool_down", 1), ("policy.do_not_contact", 1), ("policy.unreachable", 1)];
    assert_eq!(first.refused.clone().into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(first.stopped.get("policy"), Some(&1));
    assert_eq!((first.sent, report.not_begun), (3, 2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_goes_after_an_answer_twice_too_often_or_out_of_hours(
        seed: u64, answer in 0_u32..1_000_000, flood in 0_u32..200_000, auto: bool,
        first_contacts in prop::collection::vec(1_u32..30, 1..4), apart_seconds in 0_u32..2000,
        hours in 1_u32..60, per_day in prop::option::of(1_u32..60), own_zone: bool,
    ) {
        let mut stage = Stage::of(0);
        stage.people = people(60, &[Some(Tz::Asia__Kamchatka), Some(Tz::America__New_York), None]);
        stage.plan = plan(vec![message(1), Action::Wait(Wait::Hours(hours)), message(3), message(4)]);
        stage.senders = (1..).zip(&first_contacts).map(|(n, most)| Sender {
            messages_left: *most, messages_per_day: *most, ..sender(n, *most)
        }).collect();
        stage.behaviour = Behaviour { read: 1_000_000, answer, flood, ..Behaviour::USUAL };
        stage.stop_on.auto_replies = auto;
        stage.schedule.pace = Pace { per_day, per_hour: None };
        stage.policy.quiet = Some(Quiet { from: time_of_day("16:00").unwrap(), to: time_of_day("10:00").unwrap() });
        if !own_zone {
            stage.schedule.zone = Zone::Fixed(Tz::Europe__Moscow);
        }
        (stage.seed, stage.apart_seconds, stage.days) = (seed, apart_seconds, 30);
        let (report, happened) = stage.play();
        check(&stage, &happened);
        let most = per_day.map_or(u64::MAX, u64::from);
        prop_assert!(flood > 0 || report.days.values().all(|day| day.sent <= most));
    }
}
