use proptest::prelude::*;

use super::*;
use crate::campaign::schedule::time_of_day;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn noon() -> DateTime<Utc> {
    at("2026-11-23T12:00:00Z")
}

fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

fn quiet(from: &str, to: &str) -> Quiet {
    Quiet { from: time_of_day(from).unwrap(), to: time_of_day(to).unwrap() }
}

/// One that lets everything through.
fn open() -> Policy {
    Policy { quiet: None, total: Cap::default(), cool_down_days: 0, allow_parallel: true, ..Policy::default() }
}

fn reachable() -> Facts {
    Facts { reachable: true, ..Facts::default() }
}

fn codes(facts: &Facts, policy: &Policy, at: DateTime<Utc>) -> (Vec<ReasonCode>, Option<DateTime<Utc>>) {
    let verdict = decide(facts, policy, Channel::Telegram, Purpose::Program, at);
    assert_eq!(verdict.allowed, verdict.reasons.is_empty());
    (verdict.reasons.iter().map(|reason| reason.code).collect(), verdict.not_before)
}

fn word(state: ConsentState, days_ago: i64) -> Consent {
    Consent { state, at: noon() - TimeDelta::days(days_ago) }
}

fn touches(channel: Channel, ats: &[&str]) -> Vec<Touch> {
    ats.iter().map(|text| Touch { channel, at: at(text) }).collect()
}

/// A name, what is known, the policy, the reasons, and when it may go.
type Case<'a> = (&'a str, Facts, Policy, Vec<ReasonCode>, Option<&'a str>);

fn check(table: Vec<Case<'_>>) {
    for (name, facts, policy, expected, until) in table {
        assert_eq!(codes(&facts, &policy, noon()), (expected, until.map(at)), "{name}");
    }
}

#[test]
fn what_the_contact_said_holds_until_something_else_is_said() {
    use ReasonCode as R;
    let consent = |list: &[(Channel, Consent)]| Facts { consents: list.iter().copied().collect(), ..reachable() };
    let (email, telegram) = (Channel::Email, Channel::Telegram);
    let (granted, denied) = (ConsentState::Granted, ConsentState::Denied);
    let wants = Policy { consent_needed: vec![telegram], ..open() };
    let everywhere = Policy { opt_out_everywhere: true, ..open() };
    let only_there = Policy { opt_out_everywhere: false, ..open() };
    check(vec![
        ("nothing", reachable(), open(), vec![], None),
        ("the trash", Facts { deleted: true, ..reachable() }, open(), vec![R::Deleted], None),
        ("do not contact", Facts { do_not_contact: true, ..reachable() }, open(), vec![R::DoNotContact], None),
        ("no address", Facts::default(), open(), vec![R::Unreachable], None),
        (
            "a bounce",
            Facts { suppressed: Some(SuppressionReason::Bounced), ..reachable() },
            open(),
            vec![R::Suppressed],
            None,
        ),
        ("no consent", reachable(), wants.clone(), vec![R::NoConsent], None),
        ("consent", consent(&[(telegram, word(granted, 1))]), wants.clone(), vec![], None),
        ("consent elsewhere", consent(&[(email, word(granted, 1))]), wants, vec![R::NoConsent], None),
        ("a no", consent(&[(telegram, word(denied, 1))]), only_there.clone(), vec![R::OptedOut], None),
        ("a no elsewhere", consent(&[(email, word(denied, 1))]), everywhere.clone(), vec![R::OptedOut], None),
        ("a no only there", consent(&[(email, word(denied, 1))]), only_there, vec![], None),
        (
            "a yes after the no",
            consent(&[(email, word(denied, 2)), (telegram, word(granted, 1))]),
            everywhere.clone(),
            vec![],
            None,
        ),
        (
            "a no after the yes",
            consent(&[(email, word(denied, 1)), (telegram, word(granted, 2))]),
            everywhere,
            vec![R::OptedOut],
            None,
        ),
    ]);
}

#[test]
fn what_waiting_helps_against_says_until_when() {
    use ReasonCode as R;
    let telegram = Channel::Telegram;
    let other = Some(Uuid::from_u128(9));
    let no_parallel = Policy { allow_parallel: false, ..open() };
    let cool = Policy { cool_down_days: 30, ..open() };
    let refused = Facts { refused_at: Some(noon() - TimeDelta::days(10)), ..reachable() };
    let agreed = Facts { consents: BTreeMap::from([(telegram, word(ConsentState::Granted, 5))]), ..refused.clone() };
    let long_ago = Facts { refused_at: Some(noon() - TimeDelta::days(30)), ..reachable() };
    let night = Policy { quiet: Some(quiet("10:00", "14:30")), ..open() };
    let campaign = Facts { other_campaign: other, ..reachable() };
    check(vec![
        ("another campaign", campaign.clone(), no_parallel, vec![R::OtherCampaign], None),
        ("a parallel one", campaign, open(), vec![], None),
        ("a cool-down", refused, cool.clone(), vec![R::CoolDown], Some("2026-12-13T12:00:00Z")),
        ("a yes within the cool-down", agreed, cool.clone(), vec![], None),
        ("after the cool-down", long_ago, cool, vec![], None),
        ("quiet hours", reachable(), night, vec![R::QuietHours], Some("2026-11-23T14:30:00Z")),
    ]);
}

#[test]
fn caps_count_days_and_seven_of_them() {
    use ReasonCode as R;
    let (email, telegram) = (Channel::Email, Channel::Telegram);
    let cap = |day, week| Cap { day, week };
    let today = touches(telegram, &["2026-11-23T08:00:00Z"]);
    let written = |touches: &[Touch]| Facts { touches: touches.to_vec(), ..reachable() };
    let of_channel = |channel, cap| Policy { per_channel: BTreeMap::from([(channel, cap)]), ..open() };
    let total = |cap| Policy { total: cap, ..open() };
    check(vec![
        ("the cap of a day", written(&today), total(cap(Some(1), None)), vec![R::DayCap], Some("2026-11-24T00:00:00Z")),
        ("room in the day", written(&today), total(cap(Some(2), Some(2))), vec![], None),
        (
            "the cap of a channel",
            written(&today),
            of_channel(telegram, cap(Some(1), None)),
            vec![R::ChannelDayCap],
            Some("2026-11-24T00:00:00Z"),
        ),
        ("the cap of another channel", written(&today), of_channel(email, cap(Some(1), Some(1))), vec![], None),
        (
            "the cap of a week",
            written(&touches(email, &["2026-11-17T23:00:00Z", "2026-11-20T10:00:00Z"])),
            total(cap(None, Some(2))),
            vec![R::WeekCap],
            Some("2026-11-24T00:00:00Z"),
        ),
        (
            "more than the cap of a week",
            written(&touches(email, &["2026-11-17T23:00:00Z", "2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z"])),
            total(cap(None, Some(2))),
            vec![R::WeekCap],
            Some("2026-11-27T00:00:00Z"),
        ),
        (
            "a week ago",
            written(&touches(email, &["2026-11-16T23:59:00Z", "2026-11-20T10:00:00Z"])),
            total(cap(None, Some(2))),
            vec![],
            None,
        ),
        (
            "several",
            Facts { do_not_contact: true, touches: today, ..reachable() },
            Policy { total: cap(Some(1), None), quiet: Some(quiet("10:00", "14:30")), ..open() },
            vec![R::DoNotContact, R::QuietHours, R::DayCap],
            None,
        ),
    ]);
}

#[test]
fn somebody_who_writes_to_one_person_is_only_warned() {
    let facts = Facts { do_not_contact: true, ..reachable() };
    let verdict = decide(&facts, &open(), Channel::Telegram, Purpose::Manual, noon());
    assert!(verdict.allowed && verdict.reasons.len() == 1);
    assert!(verdict.reasons[0].code.is_final());
}

#[test]
fn a_reason_names_what_its_text_needs() {
    let facts = Facts { touches: touches(Channel::Email, &["2026-11-23T08:00:00Z"]), ..reachable() };
    let policy = Policy { total: Cap { day: Some(1), week: None }, ..open() };
    let verdict = decide(&facts, &policy, Channel::Telegram, Purpose::Program, noon());
    assert_eq!(
        serde_json::to_value(&verdict).unwrap(),
        serde_json::json!({
            "allowed": false,
            "reasons": [{ "code": "policy.day_cap", "params": { "max": "1" }, "until": "2026-11-24T00:00:00Z" }],
            "notBefore": "2026-11-24T00:00:00Z",
        })
    );
}

#[test]
fn quiet_hours_are_those_of_the_contact() {
    let night = Policy { quiet: Some(quiet("21:00", "08:00")), zone: zone("Europe/Moscow"), ..open() };
    let of = |name: &str| Facts { zone: Some(zone(name)), ..reachable() };
    // Noon UTC is midnight in Kamchatka, two in the afternoon in Kaliningrad, seven in the morning in New York.
    let cases = [
        (of("Asia/Kamchatka"), Some("2026-11-23T20:00:00Z")),
        (of("Europe/Kaliningrad"), None),
        (of("America/New_York"), Some("2026-11-23T13:00:00Z")),
        (reachable(), None),
    ];
    for (facts, until) in cases {
        assert_eq!(codes(&facts, &night, noon()).1, until.map(at), "{:?}", facts.zone);
    }
    // The night in which New York turns its clocks has 25 hours, and eight in the morning is an hour later for others.
    let turned = codes(&of("America/New_York"), &night, at("2026-11-01T05:30:00Z"));
    assert_eq!(turned, (vec![ReasonCode::QuietHours], Some(at("2026-11-01T13:00:00Z"))));
}

#[test]
fn what_is_allowed_stays_so_until_quiet_hours_begin() {
    let policy = Policy { quiet: Some(quiet("21:00", "08:00")), zone: zone("Europe/Moscow"), ..open() };
    let cases = [(Some("America/New_York"), "2026-11-24T02:00:00Z"), (None, "2026-11-23T18:00:00Z")];
    for (contact, from) in cases {
        assert_eq!(quiet_from(noon(), &policy, contact.map(zone)), Some(at(from)), "{contact:?}");
    }
    let evening = at("2026-11-23T18:00:00Z");
    assert_eq!(quiet_from(evening, &policy, None), Some(at("2026-11-24T18:00:00Z")));
    assert_eq!(quiet_from(noon(), &open(), None), None);
}

#[test]
fn reasons_that_follow_each_other_are_waited_for_together() {
    // The cap ends at midnight, which is in the night.
    let policy = Policy { total: Cap { day: Some(1), week: None }, quiet: Some(quiet("21:00", "08:00")), ..open() };
    let facts = Facts { touches: touches(Channel::Email, &["2026-11-23T08:00:00Z"]), ..reachable() };
    assert_eq!(codes(&facts, &policy, noon()), (vec![ReasonCode::DayCap], Some(at("2026-11-24T08:00:00Z"))));
}

proptest! {
    #[test]
    fn what_is_sent_when_the_policy_allows_it_never_exceeds_a_cap(
        tries in prop::collection::vec((0_i64..60 * 24 * 30, any::<bool>()), 1..120),
        day in 1_u32..4, week in 1_u32..8, of_email in 1_u32..3,
        name in prop::sample::select(vec!["UTC", "America/New_York", "Asia/Kamchatka", "Europe/Berlin"]),
    ) {
        let zone = zone(name);
        let policy = Policy {
            total: Cap { day: Some(day), week: Some(week) },
            per_channel: BTreeMap::from([(Channel::Email, Cap { day: Some(of_email), week: None })]),
            ..open()
        };
        let mut facts = Facts { zone: Some(zone), ..reachable() };
        let mut tries = tries;
        tries.sort_unstable();
        for (minutes, by_email) in tries {
            let channel = if by_email { Channel::Email } else { Channel::Telegram };
            // Over the change of clocks in Europe and in New York.
            let now = at("2026-10-15T00:00:00Z") + TimeDelta::minutes(minutes);
            let verdict = decide(&facts, &policy, channel, Purpose::Program, now);
            if verdict.allowed {
                facts.touches.push(Touch { channel, at: now });
            } else {
                let later = verdict.not_before.unwrap();
                prop_assert!(later > now);
                prop_assert!(decide(&facts, &policy, channel, Purpose::Program, later).allowed);
                let before = later - TimeDelta::seconds(1);
                prop_assert!(!decide(&facts, &policy, channel, Purpose::Program, before.max(now)).allowed);
            }
        }
        let days: Vec<(NaiveDate, Channel)> =
            facts.touches.iter().map(|touch| (day_of(touch.at, zone), touch.channel)).collect();
        for (first, _) in &days {
            let within = |length: u64, day: NaiveDate| *first <= day && day < first.checked_add_days(Days::new(length)).unwrap();
            let count = |length, channel: Option<Channel>| {
                let fits = |(day, of): &&(NaiveDate, Channel)| within(length, *day) && channel.is_none_or(|c| c == *of);
                u32::try_from(days.iter().filter(fits).count()).unwrap()
            };
            prop_assert!(count(1, None) <= day, "day {first}");
            prop_assert!(count(7, None) <= week, "week from {first}");
            prop_assert!(count(1, Some(Channel::Email)) <= of_email, "e-mail on {first}");
        }
    }
}

#[test]
fn the_day_that_caps_count_ends_on_the_clocks_of_the_contact() {
    let capped = |cap: Cap| Policy { total: cap, zone: zone("Europe/Moscow"), ..open() };
    let day = capped(Cap { day: Some(1), week: None });
    let here = Policy { per_channel: [(Channel::Email, Cap { day: None, week: Some(3) })].into(), ..open() };
    let ends = |policy: &Policy, contact: Option<&str>| day_ends(noon(), policy, contact.map(zone));
    assert_eq!(ends(&day, Some("Asia/Kamchatka")), Some(at("2026-11-24T12:00:00Z")));
    assert_eq!(ends(&day, Some("America/New_York")), Some(at("2026-11-24T05:00:00Z")));
    assert_eq!(ends(&day, None), Some(at("2026-11-23T21:00:00Z")));
    assert_eq!(ends(&here, Some("UTC")), Some(at("2026-11-24T00:00:00Z")));
    assert_eq!(ends(&open(), Some("UTC")), None);
}
