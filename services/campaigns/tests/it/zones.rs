//! Campaigns on the clocks of their contacts, over both changes of New York's: the 1st of November 2026 and the 14th of March
//! 2027. Every message goes inside the window of who gets it, each wait ends when those clocks say so, and nobody is left out.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    outside::Stand,
    world::{CAMPAIGNS, World, id_of},
};

const KAMCHATKA: &str = "Asia/Kamchatka";
const KALININGRAD: &str = "Europe/Kaliningrad";
const NEW_YORK: &str = "America/New_York";
const ZONES: [&str; 3] = [KAMCHATKA, KALININGRAD, NEW_YORK];

/// Looks at which a campaign must have come to its end.
const LOOKS: usize = 400;

type Instant = DateTime<Utc>;

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn contact_in(world: &World, zone: &str) -> Uuid {
    let id = world.contact("Person", None);
    let mut things = world.outside.things();
    things.contacts.get_mut(&id).unwrap().1.time_zone = Some(zone.to_owned());
    id
}

fn wait(world: &World, wait: Value) -> Value {
    json!({ "id": world.clock.new_id(), "action": { "kind": "wait", "wait": wait } })
}

fn office() -> Value {
    json!({ "days": [1, 2, 3, 4, 5], "from": "10:00", "to": "18:00" })
}

fn daily(from: &str, to: &str) -> Value {
    json!({ "days": [1, 2, 3, 4, 5, 6, 7], "from": from, "to": to })
}

/// Five messages, and every kind of wait between them.
fn course(world: &World) -> Vec<Value> {
    vec![
        world.message("One"),
        wait(world, json!({ "until": "workingDays", "count": 2 })),
        world.message("Two"),
        wait(world, json!({ "until": "weekday", "weekday": 1, "time": "14:30" })),
        world.message("Three"),
        wait(world, json!({ "until": "days", "count": 3 })),
        world.message("Four"),
        wait(world, json!({ "until": "hours", "count": 60 })),
        world.message("Five"),
    ]
}

/// A campaign that is started at an instant, with a window on the clocks of its contacts.
async fn started(world: &World, when: &str, contacts: &[Uuid], window: Value, steps: Vec<Value>) -> Uuid {
    world.pass(at(when) - world.now());
    world.policy(json!({})).await;
    let account = world.account("Desk");
    let body = json!({
        "name": "Spring", "channel": "telegram", "accountIds": [account], "steps": steps,
        "schedule": { "inContactZone": true, "timeZone": "UTC", "windows": [window] },
        "audience": { "source": { "kind": "contacts", "contactIds": contacts } },
    });
    let id = id_of(&world.post(&world.manager, CAMPAIGNS, body).await);
    world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/start"), json!({}), 200).await;
    id
}

/// When the next one of a campaign is due; none when nobody waits.
async fn next_due(world: &World, campaign: Uuid) -> Option<Instant> {
    let page = world.get(&world.manager, &format!("{CAMPAIGNS}/{campaign}/enrolments?limit=100")).await;
    let waiting = page["items"].as_array().unwrap().iter().filter(|item| item["state"] == "waiting");
    waiting.map(|item| at(item["dueAt"].as_str().unwrap())).min()
}

/// Whom a campaign wrote to, when, and what.
type Written = HashMap<Uuid, Vec<(Instant, String)>>;

/// Follows a campaign to its end. The scheduler looks so much later than somebody is due; what it hands over goes at once.
async fn follow(world: &World, campaign: Uuid, late: TimeDelta) -> Written {
    let mut written = Written::new();
    for _ in 0..LOOKS {
        world.go().await;
        for key in world.keys(Stand::Waiting) {
            let outgoing = world.outside.things().queue[&key].outgoing.clone();
            assert_eq!(outgoing.not_before, world.now(), "it goes when it is decided, or not yet");
            written.entry(outgoing.contact_id).or_default().push((world.now(), outgoing.text));
            assert!(world.send(key).await);
        }
        world.settle().await;
        let Some(due) = next_due(world, campaign).await else { return written };
        if due > world.now() {
            world.pass(due + late - world.now());
        }
    }
    panic!("the campaign does not come to its end");
}

fn texts(written: &[(Instant, String)]) -> Vec<&str> {
    written.iter().map(|(_, text)| text.as_str()).collect()
}

/// One contact of each zone is written to at exactly these instants.
async fn goes_at(world: &World, (when, window): (&str, Value), steps: Vec<Value>, expected: [(&str, &[&str]); 3]) {
    let contacts = expected.map(|(zone, _)| contact_in(world, zone));
    let campaign = started(world, when, &contacts, window, steps).await;
    let written = follow(world, campaign, TimeDelta::zero()).await;
    for (contact, (zone, expected)) in contacts.iter().zip(expected) {
        let went: Vec<Instant> = written[contact].iter().map(|(when, _)| *when).collect();
        assert_eq!(went, expected.iter().map(|text| at(text)).collect::<Vec<_>>(), "{zone}");
        assert_eq!(world.enrolment(campaign, *contact).await, ("finished".to_owned(), None), "{zone}");
    }
}

/// Several contacts of each zone, and a scheduler that comes late: all of it goes, in order, inside windows.
async fn goes_inside(world: &World, when: &str, late: TimeDelta) {
    let contacts: Vec<(Uuid, &str)> = (0..9).map(|n| (contact_in(world, ZONES[n % 3]), ZONES[n % 3])).collect();
    let ids: Vec<Uuid> = contacts.iter().map(|(id, _)| *id).collect();
    let campaign = started(world, when, &ids, office(), course(world)).await;
    let written = follow(world, campaign, late).await;
    for (contact, zone) in contacts {
        assert_eq!(texts(&written[&contact]), ["One", "Two", "Three", "Four", "Five"], "{zone}");
        for (when, text) in &written[&contact] {
            let local = when.with_timezone(&zone.parse::<Tz>().unwrap());
            let inside = local.weekday().number_from_monday() <= 5 && (10..18).contains(&local.hour());
            assert!(inside, "{text} at {local}");
        }
    }
    let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{campaign}")).await;
    let totals = &campaign["totals"];
    assert_eq!((&campaign["state"], &totals["finished"], &totals["sent"]), (&json!("finished"), &json!(9), &json!(45)));
}

on_both! {
    async fn each_wait_ends_on_the_clocks_of_the_contact_when_new_york_turns_its_clocks_back(world: World) {
        // A Thursday: eight in the morning in New York, two in the afternoon in Kaliningrad, midnight in Kamchatka.
        let expected: [(&str, &[&str]); 3] = [
            // Friday at ten; two working days; the next Monday; three days; sixty hours, and the window of the Monday after.
            (KAMCHATKA, &[
                "2026-10-29T22:00:00Z", "2026-11-02T22:00:00Z", "2026-11-09T02:30:00Z", "2026-11-12T02:30:00Z",
                "2026-11-15T22:00:00Z",
            ]),
            (KALININGRAD, &[
                "2026-10-29T12:00:00Z", "2026-11-02T12:00:00Z", "2026-11-02T12:30:00Z", "2026-11-05T12:30:00Z",
                "2026-11-09T08:00:00Z",
            ]),
            // Ten in the morning is at 14:00 on Thursday and at 15:00 on Monday.
            (NEW_YORK, &[
                "2026-10-29T14:00:00Z", "2026-11-02T15:00:00Z", "2026-11-02T19:30:00Z", "2026-11-05T19:30:00Z",
                "2026-11-09T15:00:00Z",
            ]),
        ];
        let steps = course(&world);
        goes_at(&world, ("2026-10-29T12:00:00Z", office()), steps, expected).await;
    }

    async fn each_wait_ends_on_the_clocks_of_the_contact_when_new_york_turns_its_clocks_forward(world: World) {
        let expected: [(&str, &[&str]); 3] = [
            (KAMCHATKA, &[
                "2027-03-11T22:00:00Z", "2027-03-15T22:00:00Z", "2027-03-22T02:30:00Z", "2027-03-25T02:30:00Z",
                "2027-03-28T22:00:00Z",
            ]),
            (KALININGRAD, &[
                "2027-03-11T12:00:00Z", "2027-03-15T12:00:00Z", "2027-03-15T12:30:00Z", "2027-03-18T12:30:00Z",
                "2027-03-22T08:00:00Z",
            ]),
            // Seven in the morning at first: ten is at 15:00 on Thursday and at 14:00 on Monday.
            (NEW_YORK, &[
                "2027-03-11T15:00:00Z", "2027-03-15T14:00:00Z", "2027-03-15T18:30:00Z", "2027-03-18T18:30:00Z",
                "2027-03-22T14:00:00Z",
            ]),
        ];
        let steps = course(&world);
        goes_at(&world, ("2027-03-11T12:00:00Z", office()), steps, expected).await;
    }

    async fn a_scheduler_that_comes_late_still_writes_inside_windows_and_to_everybody(world: World) {
        goes_inside(&world, "2026-10-30T20:50:00Z", TimeDelta::minutes(317)).await;
        goes_inside(&world, "2027-03-12T20:50:00Z", TimeDelta::minutes(451)).await;
    }

    async fn a_window_that_begins_in_the_hour_that_is_skipped_opens_when_clocks_go_on(world: World) {
        // On Sunday there is no half past two in New York: clocks go from two to three at 07:00 UTC.
        let steps = vec![
            world.message("One"),
            wait(&world, json!({ "until": "days", "count": 1 })),
            world.message("Two"),
        ];
        let expected: [(&str, &[&str]); 3] = [
            (KAMCHATKA, &["2027-03-13T14:30:00Z", "2027-03-14T14:30:00Z"]),
            (KALININGRAD, &["2027-03-14T00:30:00Z", "2027-03-15T00:30:00Z"]),
            (NEW_YORK, &["2027-03-14T07:00:00Z", "2027-03-15T07:00:00Z"]),
        ];
        goes_at(&world, ("2027-03-13T12:00:00Z", daily("02:30", "03:30")), steps, expected).await;
    }

    async fn a_window_that_is_skipped_altogether_opens_a_day_later(world: World) {
        let expected: [(&str, &[&str]); 3] = [
            (KAMCHATKA, &["2027-03-13T14:00:00Z"]),
            (KALININGRAD, &["2027-03-14T00:00:00Z"]),
            (NEW_YORK, &["2027-03-15T06:00:00Z"]),
        ];
        let steps = vec![world.message("One")];
        goes_at(&world, ("2027-03-13T12:00:00Z", daily("02:00", "03:00")), steps, expected).await;
    }

    async fn a_window_in_the_hour_that_comes_twice_is_open_twice(world: World) {
        // Ten past one, for the second time, in New York; clocks there showed half past one an hour before.
        let expected: [(&str, &[&str]); 3] = [
            (KAMCHATKA, &["2026-11-01T13:30:00Z"]),
            (KALININGRAD, &["2026-11-01T23:30:00Z"]),
            (NEW_YORK, &["2026-11-01T06:30:00Z"]),
        ];
        let steps = vec![world.message("One")];
        goes_at(&world, ("2026-11-01T06:10:00Z", daily("01:30", "02:00")), steps, expected).await;
    }

    async fn a_wait_until_a_time_that_is_skipped_ends_right_after_it(world: World) {
        // Saturday half past two in the morning is there, Sunday's is not.
        let steps = vec![
            wait(&world, json!({ "until": "weekday", "weekday": 6, "time": "02:30" })),
            world.message("One"),
            wait(&world, json!({ "until": "days", "count": 1 })),
            world.message("Two"),
            wait(&world, json!({ "until": "weekday", "weekday": 7, "time": "02:30" })),
            world.message("Three"),
        ];
        let expected: [(&str, &[&str]); 3] = [
            (KAMCHATKA, &["2027-03-12T14:30:00Z", "2027-03-13T14:30:00Z", "2027-03-20T14:30:00Z"]),
            (KALININGRAD, &["2027-03-13T00:30:00Z", "2027-03-14T00:30:00Z", "2027-03-21T00:30:00Z"]),
            (NEW_YORK, &["2027-03-13T07:30:00Z", "2027-03-14T07:00:00Z", "2027-03-21T06:30:00Z"]),
        ];
        goes_at(&world, ("2027-03-12T12:00:00Z", daily("00:00", "00:00")), steps, expected).await;
    }

    async fn what_still_waits_when_the_window_closes_goes_in_the_next_one(world: World) {
        // Ten to six on a Friday in New York; the clocks are turned on Sunday.
        let contact = contact_in(&world, NEW_YORK);
        let campaign = started(&world, "2027-03-12T22:50:00Z", &[contact], office(), vec![world.message("One")]).await;
        world.go().await;
        let first = world.keys(Stand::Waiting);
        assert_eq!(first.len(), 1);
        // The account is slow.
        world.pass(TimeDelta::minutes(10));
        world.go().await;
        assert_eq!((world.keys(Stand::Waiting), world.keys(Stand::Canceled)), (Vec::new(), first));
        let written = follow(&world, campaign, TimeDelta::zero()).await;
        assert_eq!(written[&contact], [(at("2027-03-15T14:00:00Z"), "One".to_owned())]);
    }
}
