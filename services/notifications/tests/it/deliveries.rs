//! What leaves the app: when, to whom, and what becomes of it.

use chrono::TimeDelta;
use contracts::ports::SendError;
use serde_json::json;
use testkit::on_both;

use crate::world::{World, me};

async fn mention(world: &World) {
    let deal = world.record("deal", None);
    world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
    world.settle().await;
}

async fn status(world: &World, status: &str) -> i64 {
    world.count("notification_deliveries", &format!("status = '{status}'")).await
}

on_both! {
    async fn a_message_says_what_the_app_says_and_leads_there(world: World) {
        world.prefer(&world.colleague, "mention", "instant", false).await;
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.colleague]).await;
        world.settle().await;
        let (to, message) = world.mail.sent.lock().unwrap()[0].clone();
        assert_eq!(to, me(&world.colleague));
        assert_eq!(message.subject, world.texts(&world.colleague).await[0]);
        assert_eq!((message.subject.as_str(), message.text.as_str()), ("Mary упоминает вас в заметке", "The deal"));
        assert_eq!(message.link, format!("/deals/{deal}"));
        assert_eq!(status(&world, "sent").await, 1);
    }

    async fn quiet_hours_hold_a_message_back_until_they_are_over(world: World) {
        world.prefer(&world.agent, "mention", "instant", true).await;
        world.pass(TimeDelta::hours(13));
        mention(&world).await;
        assert_eq!(world.texts(&world.agent).await.len(), 1, "the app tells at once");
        world.pass(TimeDelta::hours(8));
        world.settle().await;
        assert!(world.mailed().is_empty(), "it is 07:00");
        world.pass(TimeDelta::hours(1));
        world.settle().await;
        assert_eq!(world.mailed().len(), 1);
    }

    async fn what_was_seen_by_then_is_not_sent(world: World) {
        world.prefer(&world.agent, "mention", "instant", true).await;
        world.pass(TimeDelta::hours(13));
        mention(&world).await;
        world.ok(&world.agent, "POST", "/read-all", json!({}), 200).await;
        world.pass(TimeDelta::hours(10));
        world.settle().await;
        assert!(world.mailed().is_empty());
        assert_eq!(status(&world, "suppressed").await, 1);
    }

    async fn a_digest_comes_at_its_time_with_all_that_is_unread(world: World) {
        world.prefer(&world.agent, "mention", "digest", false).await;
        for _ in 0..3 {
            mention(&world).await;
        }
        let seen = world.first(&world.agent).await["id"].clone();
        world.ok(&world.agent, "POST", "/read", json!({ "ids": [seen], "read": true }), 200).await;
        world.pass(TimeDelta::hours(7));
        world.settle().await;
        assert!(world.digests().is_empty(), "it is 17:00");
        world.pass(TimeDelta::hours(1));
        world.settle().await;
        let [digest] = &world.digests()[..] else { panic!("not one digest") };
        assert_eq!(digest.subject, "2 notifications from Rapport");
        let listed: Vec<_> = digest.groups.iter().map(|group| (group.title.as_str(), group.lines.join(", "))).collect();
        assert_eq!(listed, vec![("The deal", "Mary mentioned you in a note".to_owned()); 2]);
        assert_eq!((status(&world, "sent").await, status(&world, "suppressed").await), (2, 1));
        world.pass(TimeDelta::days(1));
        world.settle().await;
        assert_eq!(world.digests().len(), 1, "nothing new, no digest");
        assert!(world.mailed().is_empty(), "and nothing besides");
    }

    async fn what_fails_is_tried_again_and_given_up_at_last(world: World) {
        world.prefer(&world.agent, "mention", "instant", false).await;
        world.mail.refuse.lock().unwrap().push(SendError::Later("busy".to_owned()));
        mention(&world).await;
        assert!(world.mailed().is_empty());
        world.pass(TimeDelta::seconds(3));
        world.settle().await;
        assert_eq!(world.mailed().len(), 1);
        world.mail.refuse.lock().unwrap().extend((0..20).map(|_| SendError::Later("away".to_owned())));
        mention(&world).await;
        for _ in 0..10 {
            world.pass(TimeDelta::minutes(20));
            world.settle().await;
        }
        assert_eq!((world.mailed().len(), status(&world, "failed").await), (1, 1));
        world.mail.refuse.lock().unwrap().clear();
        world.mail.refuse.lock().unwrap().push(SendError::Never("no such mailbox".to_owned()));
        mention(&world).await;
        assert_eq!(world.count("notification_deliveries", "status = 'failed' and error = 'no such mailbox'").await, 1);
    }

    async fn what_joins_an_unread_row_is_sent_no_sooner_than_ten_minutes_later(world: World) {
        world.prefer(&world.agent, "mention", "instant", false).await;
        let deal = world.record("deal", None);
        for _ in 0..3 {
            world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
            world.settle().await;
        }
        assert_eq!(world.mailed().len(), 1);
        world.pass(TimeDelta::minutes(10));
        world.settle().await;
        assert_eq!(world.mailed(), ["Mary mentioned you in a note", "Mary mentioned you in 3 notes"]);
    }

    async fn who_left_is_sent_nothing(world: World) {
        world.prefer(&world.agent, "mention", "digest", false).await;
        mention(&world).await;
        world.house.leave(&world.agent);
        world.pass(TimeDelta::days(1));
        world.settle().await;
        assert!(world.mailed().is_empty() && world.digests().is_empty());
        assert_eq!(status(&world, "suppressed").await, 1);
    }

    async fn a_channel_can_be_tried(world: World) {
        world.ok(&world.agent, "POST", "/test", json!({ "channel": "inApp" }), 202).await;
        world.ok(&world.agent, "POST", "/test", json!({ "channel": "email" }), 202).await;
        world.settle().await;
        assert_eq!(world.texts(&world.agent).await, ["This is how Rapport tells you of things"]);
        assert_eq!(world.mailed(), ["This is how Rapport tells you of things"]);
        let refused = world.refused(&world.agent, "POST", "/test", json!({ "channel": "telegram" })).await;
        assert_eq!(refused, ["channel notify.channel"]);
        for _ in 0..18 {
            world.ok(&world.agent, "POST", "/test", json!({ "channel": "email" }), 202).await;
        }
        assert_eq!(world.call(&world.agent, "POST", "/test", json!({ "channel": "email" })).await.0, 409);
    }
}
