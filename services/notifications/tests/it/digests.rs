//! Digests by mail: when they come, what is in them, and that each comes once.

use chrono::TimeDelta;
use contracts::events as e;
use events::Dispatcher;
use jobs::Runner;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{ROOT, World, me};

const EVERY_DAY: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The agent is mentioned on a deal that everybody sees.
async fn mention(world: &World) -> Uuid {
    let deal = world.record("deal", None);
    world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
    world.settle().await;
    deal
}

async fn later(world: &World, hours: i64) {
    world.pass(TimeDelta::hours(hours));
    world.settle().await;
}

/// Subjects of the digests so far.
fn subjects(world: &World) -> Vec<String> {
    world.digests().into_iter().map(|digest| digest.subject).collect()
}

async fn status(world: &World, status: &str) -> i64 {
    world.count("notification_deliveries", &format!("status = '{status}' and channel = 'email'")).await
}

/// Lets every digest's job run again, as if its end had not been noted.
async fn run_jobs_again(world: &World) {
    let tx = world.db().begin_system().await.unwrap();
    let sql = "update jobs set state = 0, attempts = 0, finished_at = null where kind = 'notifications.digest'";
    tx.execute_unprepared(sql).await.unwrap();
    tx.commit().await.unwrap();
    world.settle().await;
}

on_both! {
    async fn what_is_about_one_record_stands_together_with_its_count(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        let deal = world.record("deal", Some(&world.agent));
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        later(&world, 1).await;
        mention(&world).await;
        later(&world, 1).await;
        let data = json!({ "fields": ["ownerId"], "assigned": [{ "to": me(&world.agent), "ids": [deal] }] });
        world.tell(&world.manager, e::DEAL_UPDATED, ("deal", &[deal]), data).await;
        world.settle().await;
        later(&world, 6).await;
        let [digest] = &world.digests()[..] else { panic!("not one digest: {:?}", world.digests()) };
        assert_eq!(digest.to, format!("{}@example.com", me(&world.agent)));
        assert_eq!((digest.subject.as_str(), digest.more.as_str()), ("3 notifications from Rapport", ""));
        let [both, other] = &digest.groups[..] else { panic!("not two groups: {digest:?}") };
        assert_eq!(both.lines, ["Mary assigned a deal to you", "Mary mentioned you in a note"]);
        assert_eq!((both.title.as_str(), both.count), ("The deal", 2));
        assert_eq!(both.link, format!("https://crm.example.com/deals/{deal}"));
        assert_eq!((other.count, other.lines.len()), (1, 1));
    }

    async fn a_long_digest_shows_the_newest_and_counts_the_rest(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        for _ in 0..42 {
            mention(&world).await;
        }
        later(&world, 8).await;
        let [digest] = &world.digests()[..] else { panic!("not one digest") };
        assert_eq!((digest.subject.as_str(), digest.more.as_str()), ("42 notifications from Rapport", "and 12 more"));
        assert_eq!(digest.groups.len(), 30);
        assert_eq!((status(&world, "sent").await, status(&world, "waiting").await), (42, 0));
    }

    async fn a_digest_comes_on_the_days_that_were_chosen_in_the_words_of_its_reader(world: World) {
        // It is Monday, 13:00 in Moscow.
        world.digest_at(&world.colleague, &["09:00"], &["thursday"]).await;
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.colleague]).await;
        later(&world, 24 + 20).await;
        assert!(world.digests().is_empty(), "it is Wednesday");
        later(&world, 24 - 1).await;
        assert!(world.digests().is_empty(), "it is Thursday, 08:00");
        later(&world, 1).await;
        assert_eq!(subjects(&world), ["1 уведомление от Rapport"]);
        later(&world, 24 * 14).await;
        assert_eq!(world.digests().len(), 1, "nothing happened: an empty one is not sent");
    }

    async fn clocks_that_go_back_bring_one_digest(world: World) {
        world.house.alter(&world.agent, |person| person.time_zone = "Europe/Berlin".into());
        world.digest_at(&world.agent, &["02:30"], &EVERY_DAY).await;
        // Saturday before the clocks go back, 10:00 in UTC.
        world.pass(TimeDelta::days(33));
        mention(&world).await;
        world.pass(TimeDelta::minutes(14 * 60 + 30));
        world.settle().await;
        assert_eq!(world.digests().len(), 1, "it is 02:30 for the first time");
        mention(&world).await;
        later(&world, 1).await;
        assert_eq!(world.digests().len(), 1, "it is 02:30 again");
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 2);
    }

    async fn who_wants_no_digest_gets_none(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        world.digest_at(&world.agent, &[], &EVERY_DAY).await;
        assert_eq!(status(&world, "suppressed").await, 1, "what waited is not sent");
        mention(&world).await;
        later(&world, 48).await;
        assert!(world.digests().is_empty());
        assert_eq!(world.texts(&world.agent).await.len(), 2, "the app tells all the same");
        assert_eq!(world.count("notification_deliveries", "channel = 'email'").await, 1, "nothing waits for nothing");
    }

    async fn a_process_that_dies_sends_the_digest_once(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        *world.mail.broken.lock().unwrap() = 1;
        later(&world, 8).await;
        let taken = async || world.count("notification_digests", "asked = false").await;
        let left = (world.digests().len(), taken().await, status(&world, "waiting").await);
        assert_eq!(left, (0, 0, 1), "all or nothing");
        world.pass(TimeDelta::seconds(3));
        world.settle().await;
        assert_eq!((world.digests().len(), taken().await, status(&world, "sent").await), (1, 1, 1));
        run_jobs_again(&world).await;
        assert_eq!((world.digests().len(), taken().await), (1, 1));
    }

    async fn a_slot_that_had_its_digest_gets_no_second_one(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        later(&world, 8).await;
        assert_eq!(world.digests().len(), 1);
        // As if it had been told after the digest was put together.
        let tx = world.db().begin(&world.agent).await.unwrap();
        tx.execute_unprepared("update notification_deliveries set status = 'waiting', updated_at = created_at").await.unwrap();
        tx.commit().await.unwrap();
        run_jobs_again(&world).await;
        assert_eq!((world.digests().len(), status(&world, "waiting").await), (1, 1));
        later(&world, 24).await;
        assert_eq!((world.digests().len(), status(&world, "sent").await), (2, 1), "it is not lost");
    }

    async fn two_processes_at_once_send_one_digest(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        // There and back again: two jobs are due at the same time.
        world.digest_at(&world.agent, &["12:00"], &EVERY_DAY).await;
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        let waiting = "select count(*) as n from jobs where state = 0 and kind = 'notifications.digest'";
        assert_eq!(world.system_count(waiting).await, 3);
        world.pass(TimeDelta::hours(8));
        let runner = || Runner::new(world.db().clone(), world.service.works());
        let (one, other) = (runner(), runner());
        let (one, other) = tokio::join!(one.run_until_idle(), other.run_until_idle());
        assert_eq!(one.unwrap() + other.unwrap(), 3);
        assert_eq!((world.digests().len(), status(&world, "sent").await), (1, 1));
        assert_eq!(world.count("notification_digests", "asked = false").await, 1);
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 1);
    }

    async fn what_is_asked_for_while_the_due_one_goes_is_told_once(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        world.pass(TimeDelta::minutes(8 * 60 + 1));
        // This one waits for the digest of tomorrow.
        world.mention(&world.manager, ("deal", world.record("deal", None)), &[&world.agent]).await;
        Dispatcher::new(world.db().clone(), world.service.handlers()).run_until_idle().await.unwrap();
        assert_eq!(status(&world, "waiting").await, 2);
        let gate = world.house.hold();
        let asked = world.ok(&world.agent, "POST", "/digest/send", Value::Null, 202);
        let due = async {
            // Both are gathered, and neither is mailed.
            gate.reached.notified().await;
            world.settle().await;
            assert_eq!(subjects(&world), ["1 notification from Rapport"]);
            gate.open.notify_one();
        };
        tokio::join!(asked, due);
        assert_eq!(subjects(&world), ["1 notification from Rapport", "1 notification from Rapport"]);
        assert_eq!((status(&world, "waiting").await, status(&world, "sent").await), (0, 2));
        let [one, other] = &world.digests()[..] else { panic!("not two digests") };
        assert_ne!(one.groups[0].link, other.groups[0].link);
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 2);
    }

    async fn a_digest_that_cannot_be_made_waits_for_the_next(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        *world.mail.broken.lock().unwrap() = 6;
        world.pass(TimeDelta::hours(8));
        for _ in 0..8 {
            world.settle().await;
            world.pass(TimeDelta::minutes(16));
        }
        assert_eq!((world.digests().len(), status(&world, "waiting").await), (0, 1));
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 1);
    }

    async fn what_one_may_no_longer_see_is_not_told(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        let (lost, kept) = (mention(&world).await, mention(&world).await);
        world.house.give(lost, Some(me(&world.manager)));
        later(&world, 8).await;
        let [digest] = &world.digests()[..] else { panic!("not one digest") };
        assert_eq!(digest.subject, "1 notification from Rapport");
        assert_eq!(digest.groups[0].link, format!("https://crm.example.com/deals/{kept}"));
        assert_eq!(status(&world, "suppressed").await, 1);
        let lost = mention(&world).await;
        world.house.give(lost, Some(me(&world.manager)));
        mention(&world).await;
        world.house.alter(&world.agent, |person| person.grants = kernel::Grants::default());
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 1, "and one with nothing to tell is not sent");
    }

    async fn what_was_muted_or_switched_off_meanwhile_is_not_told(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        let (muted, _) = (mention(&world).await, mention(&world).await);
        let mute = json!({ "record": { "kind": "deal", "id": muted } });
        world.ok(&world.agent, "POST", "/mutes", mute, 201).await;
        later(&world, 8).await;
        assert_eq!(subjects(&world), ["1 notification from Rapport"]);
        mention(&world).await;
        world.prefer(&world.agent, "mention", "off", false).await;
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 1);
    }

    async fn an_address_that_nobody_proved_gets_nothing(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        world.house.alter(&world.agent, |person| person.email_verified = false);
        mention(&world).await;
        let email = world.get(&world.agent, "/preferences").await["channels"]["email"].clone();
        assert_eq!(email, json!({ "available": false, "address": format!("{}@example.com", me(&world.agent)) }));
        assert_eq!(world.get(&world.agent, "/digest").await["nextAt"], Value::Null);
        later(&world, 8).await;
        assert!(world.digests().is_empty() && world.mailed().is_empty());
        assert_eq!(world.count("notification_deliveries", "channel = 'email'").await, 1);
        assert_eq!(status(&world, "suppressed").await, 1, "what was planned before is not sent either");
        assert_eq!(world.refused(&world.agent, "POST", "/digest/send", Value::Null).await, ["channel notify.channel"]);
    }

    async fn new_times_hold_for_what_waits(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        world.digest_at(&world.agent, &["12:00"], &EVERY_DAY).await;
        later(&world, 2).await;
        assert_eq!(world.digests().len(), 1);
        later(&world, 6).await;
        assert_eq!(world.digests().len(), 1, "the old time means nothing");
    }

    async fn a_new_zone_holds_for_what_waits(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        world.house.alter(&world.agent, |person| person.time_zone = "Asia/Kamchatka".into());
        later(&world, 8).await;
        assert!(world.digests().is_empty(), "it is 06:00 there");
        world.house.alter(&world.agent, |person| person.time_zone = "Europe/Moscow".into());
        later(&world, 12).await;
        assert!(world.digests().is_empty(), "18:00 on Kamchatka is 09:00 in Moscow");
        later(&world, 9).await;
        assert_eq!(world.digests().len(), 1);
    }

    async fn quiet_hours_put_a_digest_off(world: World) {
        let body = json!({
            "kinds": [{ "kind": "mention", "inApp": true, "email": "digest", "telegram": "off", "push": true }],
            "quietHours": { "enabled": true, "from": "17:00", "to": "20:00", "weekends": false },
            "digestTimes": ["18:00"],
        });
        world.ok(&world.agent, "PUT", "/preferences", body, 200).await;
        mention(&world).await;
        later(&world, 9).await;
        assert!(world.digests().is_empty(), "it is 19:00");
        later(&world, 1).await;
        assert_eq!(world.digests().len(), 1);
    }

    async fn a_late_digest_waits_for_the_end_of_quiet_hours(world: World) {
        let body = json!({
            "kinds": [{ "kind": "mention", "inApp": true, "email": "digest", "telegram": "off", "push": true }],
            "quietHours": { "enabled": true, "from": "22:00", "to": "08:00", "weekends": false },
            "digestTimes": ["18:00"],
        });
        world.ok(&world.agent, "PUT", "/preferences", body, 200).await;
        mention(&world).await;
        // Nothing ran from 10:00 to 23:00.
        later(&world, 13).await;
        assert_eq!((world.digests().len(), status(&world, "waiting").await), (0, 1));
        later(&world, 8).await;
        assert!(world.digests().is_empty(), "it is 07:00");
        later(&world, 1).await;
        assert_eq!((world.digests().len(), status(&world, "sent").await), (1, 1), "and not at 18:00");
        later(&world, 24).await;
        assert_eq!(world.digests().len(), 1);
    }

    async fn the_next_digest_is_shown_and_can_be_had_at_once(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        let nothing = json!({ "nextAt": "2026-09-21T18:00:00Z", "lastAt": null, "count": 0, "groups": [], "more": 0 });
        assert_eq!(world.get(&world.agent, "/digest").await, nothing);
        let refused = async || code(&world.call(&world.agent, "POST", "/digest/send", Value::Null).await);
        assert_eq!(refused().await, "409 notify.digest.empty");
        let deal = mention(&world).await;
        let next = world.get(&world.agent, "/digest").await;
        let line = json!({
            "title": "The deal", "link": format!("/deals/{deal}"), "count": 1, "lines": ["Mary mentioned you in a note"],
        });
        assert_eq!((&next["count"], &next["groups"], &next["more"]), (&json!(1), &json!([line]), &json!(0)));
        assert_eq!(world.get(&world.manager, "/digest").await["count"], 0);
        world.ok(&world.agent, "POST", "/digest/send", Value::Null, 202).await;
        assert_eq!(subjects(&world), ["1 notification from Rapport"]);
        let after = world.get(&world.agent, "/digest").await;
        assert_eq!((&after["count"], after["lastAt"].is_string()), (&json!(0), true));
        later(&world, 8).await;
        assert_eq!(world.digests().len(), 1, "it does not come again");
        for _ in 0..5 {
            mention(&world).await;
            world.ok(&world.agent, "POST", "/digest/send", Value::Null, 202).await;
            world.pass(TimeDelta::minutes(1));
        }
        mention(&world).await;
        assert_eq!(refused().await, "429 notify.digest.often");
        later(&world, 1).await;
        world.ok(&world.agent, "POST", "/digest/send", Value::Null, 202).await;
    }

    async fn the_link_of_a_digest_ends_them_without_a_session(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        later(&world, 8).await;
        mention(&world).await;
        let digest = world.digests().pop().unwrap();
        let path = digest.unsubscribe.strip_prefix("https://crm.example.com").unwrap();
        let times = async || world.get(&world.agent, "/preferences").await["digestTimes"].clone();
        assert_eq!(world.as_nobody("GET", path).await, (303, Some(digest.stop)), "looking at it ends nothing");
        assert_eq!(times().await, json!(["18:00"]));
        let changes = async || world.count("change_log", "subject_kind = 'notification_preferences'").await;
        let before = changes().await;
        assert_eq!(world.as_nobody("POST", path).await.0, 204);
        assert_eq!((times().await, changes().await), (json!([]), before + 1));
        assert_eq!(world.as_nobody("POST", path).await.0, 204, "again it changes nothing");
        assert_eq!(changes().await, before + 1);
        later(&world, 48).await;
        assert_eq!(world.digests().len(), 1);
        assert_eq!(world.get(&world.colleague, "/preferences").await["digestTimes"], json!(["09:00"]));
        for wrong in ["x", &path[path.len() - 86..path.len() - 1]] {
            let path = format!("{ROOT}/digest/unsubscribe?token={wrong}");
            assert_eq!(world.as_nobody("GET", &path).await, (404, None));
            assert_eq!(world.as_nobody("POST", &path).await, (404, None));
        }
    }

    async fn the_link_works_for_who_is_suspended_too(world: World) {
        world.digest_at(&world.agent, &["18:00"], &EVERY_DAY).await;
        mention(&world).await;
        later(&world, 8).await;
        mention(&world).await;
        let digest = world.digests().pop().unwrap();
        let path = digest.unsubscribe.strip_prefix("https://crm.example.com").unwrap();
        let person = world.house.leave(&world.agent);
        assert_eq!(world.as_nobody("POST", path).await.0, 204);
        assert_eq!(status(&world, "waiting").await, 0);
        world.house.take_back(&world.agent, person);
        assert_eq!(world.get(&world.agent, "/preferences").await["digestTimes"], json!([]));
        mention(&world).await;
        later(&world, 48).await;
        assert_eq!(world.digests().len(), 1);
    }
}

fn code((status, answer): &(u16, Value)) -> String {
    format!("{status} {}", answer["code"].as_str().unwrap_or_default())
}
