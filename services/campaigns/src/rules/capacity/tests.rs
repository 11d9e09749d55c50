use proptest::prelude::*;

use super::*;
use crate::campaign::schedule::{Window, Zone, time_of_day};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn sender(n: u128, first_contacts: u32) -> Sender {
    Sender {
        id: id(n),
        ready: true,
        ready_at: None,
        health: 100,
        first_contacts_left: first_contacts,
        first_contacts_per_day: first_contacts,
        messages_left: 500,
        messages_per_day: 500,
        waiting: 0,
        zone: Tz::UTC,
        working: None,
        quiet: None,
    }
}

fn rooms(senders: &[Sender]) -> Rooms {
    Rooms::new(senders, (Pace::default(), Tz::UTC), (0, 0), noon())
}

const BEGINS: Ask = Ask { sticky: None, first_contact: true, begins: true };

fn follow_up(sender: u128) -> Ask {
    Ask { sticky: Some(id(sender)), first_contact: true, begins: false }
}

fn now(sender: u128) -> Place {
    Place::Now { sender: id(sender) }
}

fn later(until: &str, because: Because) -> Place {
    Place::Later { until: at(until), because }
}

#[test]
fn contacts_go_to_who_has_most_of_the_day_left() {
    let tired = Sender { first_contacts_left: 5, ..sender(1, 20) };
    let ill = Sender { health: 50, ..sender(2, 20) };
    let mut rooms = rooms(&[tired, ill, sender(3, 20), Sender { health: 0, ..sender(4, 20) }]);
    let mut counts = [0; 5];
    for _ in 0..30 {
        let Place::Now { sender } = rooms.place(BEGINS, noon()) else { panic!("there is room") };
        counts[usize::try_from(sender.as_u128()).unwrap()] += 1;
    }
    // The one that is half as well has half as much of its limit used in the end; none goes to the one that is not at all.
    assert_eq!(counts[4], 0);
    assert!(counts[3] > counts[2] && counts[2] > counts[1], "{counts:?}");
}

#[test]
fn who_was_written_to_stays_with_the_account() {
    let mut one = rooms(&[sender(1, 2), sender(2, 50)]);
    assert_eq!(one.place(follow_up(1), noon()), now(1));
    assert_eq!(one.place(follow_up(1), noon()), now(1));
    assert_eq!(one.place(follow_up(1), noon()), later("2026-11-24T00:00:00Z", Because::Full));
    // One that is no longer among them is replaced.
    assert_eq!(one.place(follow_up(9), noon()), now(2));
    assert_eq!(rooms(&[]).place(BEGINS, noon()), Place::Never);
}

#[test]
fn an_account_that_cannot_send_now_says_when() {
    let hours = |from: &str, to: &str| {
        let (from, to) = (time_of_day(from).unwrap(), time_of_day(to).unwrap());
        let windows = vec![Window { days: 0b111_1111, from, to }];
        Some(Schedule { zone: Zone::Fixed(Tz::UTC), windows, ..empty() })
    };
    let quiet = Quiet { from: time_of_day("11:00").unwrap(), to: time_of_day("13:30").unwrap() };
    let floods = Sender { ready: false, ready_at: Some(at("2026-11-23T15:00:00Z")), ..sender(1, 9) };
    let cases = [
        (floods, later("2026-11-23T15:00:00Z", Because::NotReady)),
        (Sender { ready: false, ..sender(1, 9) }, later("2026-11-23T13:00:00Z", Because::NotReady)),
        (Sender { quiet: Some(quiet), ..sender(1, 9) }, later("2026-11-23T13:30:00Z", Because::QuietHours)),
        (
            Sender { working: hours("14:00", "18:00"), ..sender(1, 9) },
            later("2026-11-23T14:00:00Z", Because::WorkingHours),
        ),
        (Sender { working: hours("09:00", "18:00"), ..sender(1, 9) }, now(1)),
        (Sender { first_contacts_left: 3, waiting: 3, ..sender(1, 9) }, later("2026-11-24T00:00:00Z", Because::Full)),
        // A fifth of its messages is for replies.
        (Sender { messages_left: 100, ..sender(1, 9) }, later("2026-11-24T00:00:00Z", Because::Full)),
        (Sender { health: 0, ..sender(1, 9) }, later("2026-11-23T13:00:00Z", Because::NoSender)),
    ];
    for (sender, expected) in cases {
        assert_eq!(rooms(std::slice::from_ref(&sender)).place(BEGINS, noon()), expected, "{sender:?}");
    }
    // Who has written is answered out of working hours, and when first contacts are used up.
    let answers = Sender { working: hours("14:00", "18:00"), first_contacts_left: 0, ..sender(1, 9) };
    let ask = Ask { first_contact: false, ..follow_up(1) };
    assert_eq!(rooms(&[answers]).place(ask, noon()), now(1));
}

fn empty() -> Schedule {
    Schedule {
        zone: Zone::Fixed(Tz::UTC),
        windows: Vec::new(),
        holidays: std::collections::BTreeSet::new(),
        yearly: std::collections::BTreeSet::new(),
        blackouts: Vec::new(),
        pace: Pace::default(),
    }
}

#[test]
fn those_that_begin_leave_room_to_later_messages_of_the_day() {
    let mut rooms = rooms(&[sender(1, 10)]);
    rooms.expect(id(1), noon(), 8);
    assert_eq!((rooms.place(BEGINS, noon()), rooms.place(BEGINS, noon())), (now(1), now(1)));
    assert_eq!(rooms.place(BEGINS, noon()), later("2026-11-24T00:00:00Z", Because::Full));
    rooms.came(id(1), noon());
    assert_eq!(rooms.place(follow_up(1), noon()), now(1));
    assert_eq!(rooms.place(BEGINS, noon()), later("2026-11-24T00:00:00Z", Because::Full));
    // One answered instead: its room is free.
    rooms.came(id(1), noon());
    assert_eq!(rooms.place(BEGINS, noon()), now(1));
}

#[test]
fn what_finds_no_room_is_put_off_by_how_many_are_before_it() {
    let mut rooms = Rooms::new(&[sender(1, 10)], (Pace::default(), Tz::UTC), (0, 0), noon());
    let mut days: BTreeMap<NaiveDate, u32> = BTreeMap::new();
    for _ in 0..110 {
        if let Place::Later { until, .. } = rooms.place(BEGINS, noon()) {
            *days.entry(until.date_naive()).or_default() += 1;
        }
    }
    // Ten went today; on each day that follows, a quarter more are asked again than find room.
    let days: Vec<u32> = days.into_values().collect();
    assert_eq!(days, [13, 12, 13, 12, 13, 12, 13, 12]);
}

#[test]
fn no_more_wait_for_an_account_than_it_has_room_for() {
    // The one is full, the other has room for two, and an hour to wait.
    let floods =
        Sender { ready: false, ready_at: Some(at("2026-11-23T13:00:00Z")), first_contacts_left: 2, ..sender(2, 5) };
    let mut rooms = rooms(&[Sender { first_contacts_left: 0, ..sender(1, 5) }, floods]);
    let soon = later("2026-11-23T13:00:00Z", Because::NotReady);
    assert_eq!((rooms.place(BEGINS, noon()), rooms.place(BEGINS, noon())), (soon, soon));
    assert_eq!(rooms.place(BEGINS, noon()), later("2026-11-24T00:00:00Z", Because::Full));
    let then = at("2026-11-23T13:00:00Z");
    assert_eq!((rooms.place(BEGINS, then), rooms.place(BEGINS, then)), (now(2), now(2)));
}

#[test]
fn a_campaign_keeps_its_pace() {
    let pace = Pace { per_day: Some(3), per_hour: Some(2) };
    let mut rooms = Rooms::new(&[sender(1, 100)], (pace, Tz::Europe__Moscow), (0, 1), noon());
    assert_eq!(rooms.place(BEGINS, noon()), now(1));
    assert_eq!(rooms.place(BEGINS, noon()), later("2026-11-23T13:00:00Z", Because::Pace));
    let next = at("2026-11-23T13:00:00Z");
    assert_eq!((rooms.place(BEGINS, next), rooms.place(BEGINS, next)), (now(1), now(1)));
    // Three today; midnight in Moscow is nine in the evening.
    assert_eq!(rooms.place(BEGINS, next), later("2026-11-23T21:00:00Z", Because::Pace));
    rooms.give_back(id(1), true);
    assert_eq!(rooms.place(BEGINS, next), now(1));
}

proptest! {
    #[test]
    fn no_account_and_no_pace_is_exceeded_on_any_day(
        limits in prop::collection::vec((0_u32..12, 0_u32..40), 1..4),
        asks in prop::collection::vec((0_i64..90, any::<bool>(), any::<bool>(), 0_usize..4), 1..300),
        per_day in prop::option::of(1_u32..30), per_hour in prop::option::of(1_u32..10),
    ) {
        let senders: Vec<Sender> = limits.iter().enumerate().map(|(n, (first, messages))| Sender {
            messages_left: *messages,
            messages_per_day: *messages,
            zone: if n % 2 == 0 { Tz::UTC } else { Tz::America__New_York },
            ..sender(n as u128, *first)
        }).collect();
        let pace = Pace { per_day, per_hour };
        let mut rooms = Rooms::new(&senders, (pace, Tz::UTC), (0, 0), noon());
        let (mut at, mut went) = (noon(), Vec::new());
        for (minutes, first_contact, begins, who) in asks {
            at += TimeDelta::minutes(minutes);
            let ask = Ask { sticky: (who < senders.len()).then(|| id(who as u128)), first_contact, begins };
            match rooms.place(ask, at) {
                Place::Now { sender } => went.push((sender, at, first_contact)),
                Place::Later { until, .. } => prop_assert!(until > at),
                Place::Never => prop_assert!(false, "there are accounts"),
            }
        }
        let mut counts: HashMap<(Uuid, NaiveDate), (u32, u32)> = HashMap::new();
        let (mut days, mut hours) = (HashMap::<NaiveDate, u32>::new(), HashMap::<i64, u32>::new());
        for (id, at, first_contact) in went {
            let zone = senders.iter().find(|sender| sender.id == id).unwrap().zone;
            let count = counts.entry((id, day_of(at, zone))).or_default();
            *count = (count.0 + 1, count.1 + u32::from(first_contact));
            *days.entry(day_of(at, Tz::UTC)).or_default() += 1;
            *hours.entry(at.timestamp() / 3600).or_default() += 1;
        }
        for ((id, _), (messages, first)) in counts {
            let sender = senders.iter().find(|sender| sender.id == id).unwrap();
            prop_assert!(messages <= sender.messages_per_day && first <= sender.first_contacts_per_day);
        }
        prop_assert!(per_day.is_none_or(|most| days.values().all(|count| *count <= most)));
        prop_assert!(per_hour.is_none_or(|most| hours.values().all(|count| *count <= most)));
    }
}
