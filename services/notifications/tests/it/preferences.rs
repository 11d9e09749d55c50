//! How and when people want to be told.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::World;

fn wish(kinds: Value, from: &str, to: &str, times: &[&str]) -> Value {
    let quiet = json!({ "enabled": true, "from": from, "to": to, "weekends": true });
    json!({ "kinds": kinds, "quietHours": quiet, "digestTimes": times })
}

on_both! {
    async fn who_said_nothing_has_defaults(world: World) {
        let all = world.get(&world.agent, "/preferences").await;
        let first = json!({ "kind": "mention", "category": "mentions", "inApp": true, "email": "digest", "telegram": "instant", "push": true });
        assert_eq!(all["kinds"][0], first);
        assert_eq!(all["kinds"].as_array().unwrap().len(), 22);
        assert_eq!(all["quietHours"], json!({ "enabled": false, "from": "22:00", "to": "08:00", "weekends": false }));
        assert_eq!(all["digestTimes"], json!(["09:00"]));
        let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        assert_eq!(all["digestDays"], json!(week));
        assert_eq!(all["channels"]["telegram"], json!({ "available": false, "address": null }));
        assert_eq!(all["channels"]["email"]["available"], true);
        assert_eq!(all["channels"]["push"], json!({ "available": true }));
    }

    async fn what_somebody_says_is_kept_and_is_theirs_alone(world: World) {
        let kinds = json!([{ "kind": "deal.won", "inApp": false, "email": "instant", "telegram": "digest", "push": true }]);
        let mut said = wish(kinds, "23:30", "07:15", &["18:00", "09:00", "18:00"]);
        said["digestDays"] = json!(["friday", "monday", "friday"]);
        let kept = world.ok(&world.agent, "PUT", "/preferences", said.clone(), 200).await;
        assert_eq!(kept, world.get(&world.agent, "/preferences").await);
        assert_eq!(kept["quietHours"], said["quietHours"]);
        assert_eq!(kept["digestTimes"], json!(["09:00", "18:00"]));
        assert_eq!(kept["digestDays"], json!(["monday", "friday"]));
        let won = kept["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "deal.won").unwrap();
        assert_eq!((&won["inApp"], &won["email"], &won["telegram"]), (&json!(false), &json!("instant"), &json!("digest")));
        assert_eq!(world.get(&world.manager, "/preferences").await["quietHours"]["enabled"], false);
        assert_eq!(world.count("change_log", "subject_kind = 'notification_preferences'").await, 1);
        world.ok(&world.agent, "PUT", "/preferences", said, 200).await;
        assert_eq!(world.count("change_log", "subject_kind = 'notification_preferences'").await, 1, "nothing changed");
    }

    async fn every_part_at_fault_is_named(world: World) {
        let refused = async |body| world.refused(&world.agent, "PUT", "/preferences", body).await;
        assert_eq!(
            refused(wish(json!([]), "25:00", "8:00", &["noon"])).await,
            ["quietHours.from notify.time", "quietHours.to notify.time", "digestTimes[0] notify.time"]
        );
        assert_eq!(refused(wish(json!([]), "22:00", "22:00", &["09:00"])).await, ["quietHours.to notify.quiet.empty"]);
        let mut never = wish(json!([]), "22:00", "08:00", &["09:00"]);
        never["digestDays"] = json!([]);
        assert_eq!(refused(never).await, ["digestDays field.required"]);
        assert_eq!(refused(wish(json!([]), "22:00", "08:00", &["09:00"; 7])).await, ["digestTimes field.too_many"]);
        let kinds = json!([{ "kind": "deal.eaten", "inApp": true, "email": "off", "telegram": "off", "push": true }]);
        assert_eq!(refused(wish(kinds, "22:00", "08:00", &["09:00"])).await, ["kinds[0].kind field.choice.unknown"]);
    }

    async fn a_kind_that_is_off_in_the_app_is_nowhere_in_it(world: World) {
        let kinds = json!([{ "kind": "mention", "inApp": false, "email": "instant", "telegram": "off", "push": false }]);
        world.ok(&world.agent, "PUT", "/preferences", wish(kinds, "22:00", "08:00", &["09:00"]), 200).await;
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        assert!(world.texts(&world.agent).await.is_empty());
        assert_eq!(world.get(&world.agent, "/unread-count").await["unread"], 0);
        assert_eq!(world.mailed(), ["Mary mentioned you in a note"], "but it was mailed");
    }
}
