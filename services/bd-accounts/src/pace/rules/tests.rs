use proptest::prelude::*;
use rand::{SeedableRng, rngs::StdRng};

use super::{super::hours::EVERY_DAY, *};

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn standing() -> Standing {
    Standing {
        network: Network::Telegram,
        is_connected: true,
        mode: Mode::Active,
        flood_until: None,
        peer_flood_until: None,
        restricted_until: None,
        limits: Preset::Normal.limits().unwrap(),
        hours: Hours { zone: Tz::UTC, working: None, quiet: None },
    }
}

fn span(from: &str, to: &str) -> Span {
    Span { from: hours::parse(from).unwrap(), to: hours::parse(to).unwrap(), days: EVERY_DAY }
}

fn waits(standing: &Standing, used: Used, class: Class) -> Option<(Because, Option<DateTime<Utc>>)> {
    match decide(noon(), standing, &used, class) {
        Verdict::Go => None,
        Verdict::Wait { because, until } => Some((because, until)),
    }
}

#[test]
fn each_reason_holds_what_it_is_meant_to_hold() {
    use Because as B;
    let soon = noon() + TimeDelta::hours(1);
    let with = |change: fn(&mut Standing, DateTime<Utc>)| {
        let mut standing = standing();
        change(&mut standing, soon);
        standing
    };
    let busy = |messages, first_contacts| Used { messages, first_contacts, ..Used::default() };
    let hours = |working, quiet| Standing { hours: Hours { zone: Tz::UTC, working, quiet }, ..standing() };
    // What stands against it: for a reply, a first contact, history.
    let table: Vec<(&str, Standing, Used, [Option<Because>; 3])> = vec![
        ("nothing", standing(), Used::default(), [None, None, None]),
        ("no connection", with(|s, _| s.is_connected = false), Used::default(), [Some(B::Disconnected); 3]),
        ("pause", with(|s, _| s.mode = Mode::Paused), Used::default(), [Some(B::Paused), Some(B::Paused), None]),
        ("replies only", with(|s, _| s.mode = Mode::RepliesOnly), Used::default(), [None, Some(B::RepliesOnly), None]),
        ("a flood wait", with(|s, at| s.flood_until = Some(at)), Used::default(), [Some(B::FloodWait); 3]),
        ("peer flood", with(|s, at| s.peer_flood_until = Some(at)), Used::default(), [None, Some(B::PeerFlood), None]),
        (
            "a restriction",
            with(|s, at| s.restricted_until = Some(at)),
            Used::default(),
            [Some(B::Restricted), Some(B::Restricted), None],
        ),
        (
            "quiet hours",
            hours(None, Some(span("11:00", "13:00"))),
            Used::default(),
            [Some(B::QuietHours), Some(B::QuietHours), None],
        ),
        (
            "the end of work",
            hours(Some(span("09:00", "12:00")), None),
            Used::default(),
            [None, Some(B::WorkingHours), None],
        ),
        ("a day's messages", standing(), busy(500, 0), [Some(B::MessagesUsedUp), Some(B::MessagesUsedUp), None]),
        ("what is kept for replies", standing(), busy(400, 0), [None, Some(B::MessagesUsedUp), None]),
        ("a day's first contacts", standing(), busy(30, 30), [None, Some(B::FirstContactsUsedUp), None]),
    ];
    for (name, standing, used, expected) in table {
        let found = [Class::Reply, Class::FirstContact, Class::History].map(|class| waits(&standing, used, class));
        assert_eq!(found.map(|wait| wait.map(|(because, _)| because)), expected, "{name}");
    }
}

#[test]
fn what_is_left_of_a_day_keeps_some_for_replies() {
    let limits =
        Limits { preset: Preset::Custom, messages_per_minute: 10, messages_per_day: 10, first_contacts_per_day: 6 };
    let left = |messages, first_contacts| limits.left(&Used { messages, first_contacts, ..Used::default() });
    assert_eq!(left(0, 0), (10, 6));
    assert_eq!(left(3, 3), (7, 3));
    assert_eq!(left(6, 0), (4, 2), "eight of ten are for first contacts");
    assert_eq!(left(9, 3), (1, 0));
    assert_eq!(left(12, 9), (0, 0));
}

#[test]
fn an_account_is_ready_whatever_the_hour_and_the_pace() {
    let asleep = Hours { zone: Tz::UTC, working: Some(span("01:00", "02:00")), quiet: Some(span("11:00", "13:00")) };
    let ready = Standing { hours: asleep, ..standing() };
    assert_eq!(why_not_ready(noon(), &ready), None);
    let soon = Some(noon() + TimeDelta::hours(1));
    let table = [
        (Standing { is_connected: false, ..ready.clone() }, Because::Disconnected, None),
        (Standing { mode: Mode::Paused, ..ready.clone() }, Because::Paused, None),
        (Standing { mode: Mode::RepliesOnly, ..ready.clone() }, Because::RepliesOnly, None),
        (Standing { restricted_until: soon, ..ready.clone() }, Because::Restricted, soon),
        (Standing { flood_until: soon, ..ready.clone() }, Because::FloodWait, soon),
        (Standing { peer_flood_until: soon, ..ready.clone() }, Because::PeerFlood, soon),
        (
            Standing { limits: Limits { first_contacts_per_day: 0, ..ready.limits }, ..ready.clone() },
            Because::FirstContactsUsedUp,
            None,
        ),
    ];
    for (standing, because, until) in table {
        assert_eq!(why_not_ready(noon(), &standing), Some((because, until)), "{standing:?}");
    }
}

#[test]
fn of_several_reasons_the_one_that_lasts_longest_is_told() {
    let mut standing = standing();
    standing.flood_until = Some(noon() + TimeDelta::hours(1));
    standing.peer_flood_until = Some(noon() + TimeDelta::hours(5));
    assert_eq!(waits(&standing, Used::default(), Class::Reply).unwrap().1, standing.flood_until);
    assert_eq!(waits(&standing, Used::default(), Class::FirstContact).unwrap().1, standing.peer_flood_until);
    // What only a person can end lasts longest.
    standing.mode = Mode::Paused;
    assert_eq!(waits(&standing, Used::default(), Class::FirstContact), Some((Because::Paused, None)));
}

#[test]
fn a_day_that_is_used_up_ends_at_midnight_of_the_zone() {
    let mut standing = standing();
    standing.hours.zone = "Europe/Moscow".parse().unwrap();
    let used = Used { messages: 500, ..Used::default() };
    let midnight = "2026-11-23T21:00:00Z".parse().unwrap();
    assert_eq!(waits(&standing, used, Class::Reply), Some((Because::MessagesUsedUp, Some(midnight))));
}

#[test]
fn the_step_that_reaches_a_limit_says_so_once() {
    let limits = Preset::Careful.limits().unwrap();
    let standing = Standing { limits, ..standing() };
    let before = Used { messages: 20, first_contacts: 9, ..Used::default() };
    let after = before.after(noon(), &standing, Class::FirstContact, &mut StdRng::seed_from_u64(1));
    assert_eq!(after.reached(&before, limits), Some("first_contacts_per_day"));
    let more = after.after(noon(), &standing, Class::Reply, &mut StdRng::seed_from_u64(1));
    assert_eq!(more.reached(&after, limits), None);
}

#[test]
fn history_is_read_at_the_pace_of_its_network() {
    let takes = |network, preset: Preset| {
        let standing = Standing { network, limits: preset.limits().unwrap(), ..standing() };
        let (mut now, mut used, mut random) = (noon(), Used::default(), StdRng::seed_from_u64(1));
        for _ in 0..30 {
            if let Verdict::Wait { until, .. } = decide(now, &standing, &used, Class::History) {
                now = until.unwrap();
            }
            used = used.after(now, &standing, Class::History, &mut random);
        }
        now - noon()
    };
    assert!(takes(Network::Telegram, Preset::Careful) > TimeDelta::seconds(39));
    assert!(takes(Network::Telegram, Preset::Normal) > TimeDelta::seconds(18));
    assert!(takes(Network::Sandbox, Preset::Careful) < TimeDelta::seconds(1));
}

#[test]
fn answers_come_before_first_contacts() {
    let mut waiting = vec![(true, noon()), (false, noon() + TimeDelta::hours(2)), (false, noon())];
    waiting.sort_by_key(|(first, since)| precedence(*first, *since));
    assert_eq!(waiting, [(false, noon()), (false, noon() + TimeDelta::hours(2)), (true, noon())]);
}

fn classes() -> impl Strategy<Value = Vec<Class>> {
    prop::collection::vec(
        prop::sample::select(vec![Class::Reply, Class::FirstContact, Class::History, Class::Media]),
        1..200,
    )
}

proptest! {
    /// Whoever goes ahead when told, and only then, never does more than the limits allow.
    #[test]
    fn nobody_who_obeys_exceeds_a_limit(
        classes in classes(), seed: u64, per_minute in 1_u32..60, per_day in 1_u32..300, first in 0_u32..50,
    ) {
        let limits = Limits {
            preset: Preset::Custom, messages_per_minute: per_minute, messages_per_day: per_day, first_contacts_per_day: first,
        };
        let standing = Standing { limits, ..standing() };
        let (mut now, mut used, mut random) = (noon(), Used::default(), StdRng::seed_from_u64(seed));
        let (mut sent, mut firsts) = (Vec::new(), 0_u32);
        let end = hours::next_day(now, Tz::UTC);
        for class in classes {
            match decide(now, &standing, &used, class) {
                Verdict::Go => {}
                Verdict::Wait { until: Some(until), .. } if until < end => {
                    prop_assert!(until > now);
                    now = until;
                    // What was told as the end of the wait is one, unless something else holds longer.
                    if decide(now, &standing, &used, class) != Verdict::Go {
                        continue;
                    }
                }
                Verdict::Wait { .. } => continue,
            }
            used = used.after(now, &standing, class, &mut random);
            if matches!(class, Class::Reply | Class::FirstContact) {
                sent.push(now);
            }
            firsts += u32::from(class == Class::FirstContact);
        }
        prop_assert!(sent.len() <= per_day as usize && firsts <= first);
        for window in 0..sent.len() {
            let within = sent[window..].iter().take_while(|at| **at < sent[window] + TimeDelta::minutes(1)).count();
            prop_assert!(within <= per_minute as usize + 4, "{within} in a minute, {per_minute} allowed");
        }
    }

    #[test]
    fn a_flood_wait_is_obeyed_in_full_whatever_else_holds(
        seconds in 1_i64..100_000, messages in 0_u32..1000, ahead in 0_i64..100_000,
    ) {
        let standing = Standing { flood_until: Some(noon() + TimeDelta::seconds(seconds)), ..standing() };
        let used = Used { messages, messages_at: Some(noon() + TimeDelta::milliseconds(ahead)), ..Used::default() };
        for class in [Class::Reply, Class::FirstContact, Class::History, Class::Media] {
            let Verdict::Wait { until: Some(until), .. } = decide(noon(), &standing, &used, class) else {
                return Err(TestCaseError::fail("it went ahead"));
            };
            prop_assert!(until >= noon() + TimeDelta::seconds(seconds));
        }
    }

    #[test]
    fn a_first_contact_never_goes_where_a_reply_may_not(
        messages in 0_u32..1000, firsts in 0_u32..100, at in 0_i64..200_000, flood in 0_i64..10, online: bool,
    ) {
        let used = Used {
            messages, first_contacts: firsts, messages_at: Some(noon() + TimeDelta::milliseconds(at)), ..Used::default()
        };
        let flood_until = Some(noon() + TimeDelta::seconds(flood));
        let standing = Standing { is_connected: online, flood_until, ..standing() };
        if decide(noon(), &standing, &used, Class::FirstContact) == Verdict::Go {
            prop_assert_eq!(decide(noon(), &standing, &used, Class::Reply), Verdict::Go);
        }
    }
}
