//! What a person does with their notifications.

use chrono::TimeDelta;
use contracts::events as e;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, me};

/// Mentions of the agent on so many records, a minute apart.
async fn mentions(world: &World, count: usize) {
    for _ in 0..count {
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        world.pass(TimeDelta::minutes(1));
    }
}

async fn unread(world: &World) -> (Value, Value) {
    let count = world.get(&world.agent, "/unread-count").await;
    (count["unread"].clone(), count["mentions"].clone())
}

async fn ids(world: &World, query: &str) -> Vec<String> {
    world.get(&world.agent, query).await["items"].as_array().unwrap().iter().map(id_of).collect()
}

on_both! {
    async fn a_list_is_read_page_by_page_the_newest_first(world: World) {
        mentions(&world, 5).await;
        let all = ids(&world, "").await;
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&world.agent, &format!("?limit=2&cursor={cursor}")).await;
            paged.extend(page["items"].as_array().unwrap().iter().map(id_of));
            match page["page"]["nextCursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => break,
            }
        }
        assert_eq!(paged, all);
        assert_eq!(world.call(&world.agent, "GET", "?cursor=abc", Value::Null).await.0, 422);
        assert_eq!(ids(&world, "?category=assigned").await.len(), 0);
        assert_eq!(ids(&world, "?category=mentions&filter=unread").await.len(), 5);
    }

    async fn a_list_of_any_length_asks_as_often(world: World) {
        let statements = async |limit: usize| {
            let before = world.db().statement_count();
            assert_eq!(ids(&world, &format!("?limit={limit}")).await.len(), limit);
            world.db().statement_count() - before
        };
        mentions(&world, 30).await;
        let few = statements(2).await;
        assert_eq!(few, statements(30).await);
        // The directories of the test ask no database.
        assert_eq!(few, 1);
    }

    async fn reading_counts_down_and_tells_other_windows(world: World) {
        mentions(&world, 3).await;
        assert_eq!(unread(&world).await, (json!(3), json!(3)));
        let id = ids(&world, "").await[0].clone();
        let told = async || world.system_count("select count(*) as n from events where kind = 'notification.updated'").await;
        let path = format!("/{id}/read");
        let read = world.ok(&world.agent, "PATCH", &path, json!({ "read": true }), 200).await;
        assert!(read["readAt"].is_string());
        assert_eq!((unread(&world).await, told().await), ((json!(2), json!(2)), 1));
        world.ok(&world.agent, "PATCH", &path, json!({ "read": true }), 200).await;
        assert_eq!(told().await, 1, "what changes nothing tells nothing");
        let again = world.ok(&world.agent, "PATCH", &path, json!({ "read": false }), 200).await;
        assert_eq!(again["readAt"], Value::Null);
        assert_eq!(unread(&world).await, (json!(3), json!(3)));
    }

    async fn many_are_marked_at_once_and_marked_back(world: World) {
        mentions(&world, 4).await;
        let all = ids(&world, "").await;
        let mark = async |ids: &[String], read: bool| {
            let body = json!({ "ids": ids, "read": read });
            world.ok(&world.agent, "POST", "/read", body, 200).await["changed"].clone()
        };
        assert_eq!(mark(&all[..2], true).await, 2);
        assert_eq!(mark(&all, true).await, 2);
        assert_eq!(mark(&all, false).await, 4);
        let too_many = vec![all[0].clone(); 101];
        let refused = world.refused(&world.agent, "POST", "/read", json!({ "ids": too_many, "read": true })).await;
        assert_eq!(refused, ["ids field.too_many"]);
        // Nobody marks what is somebody else's.
        assert_eq!(world.ok(&world.manager, "POST", "/read", json!({ "ids": all, "read": true }), 200).await["changed"], 0);
    }

    async fn all_is_read_but_what_came_since(world: World) {
        mentions(&world, 3).await;
        let middle = world.get(&world.agent, "").await["items"][1]["lastAt"].clone();
        let done = world.ok(&world.agent, "POST", "/read-all", json!({ "upTo": middle }), 200).await;
        assert_eq!((&done["changed"], done["ids"].as_array().unwrap().len()), (&json!(2), 2));
        assert_eq!(unread(&world).await, (json!(1), json!(1)));
        let other = world.ok(&world.agent, "POST", "/read-all", json!({ "category": "assigned" }), 200).await;
        assert_eq!(other["changed"], 0);
        let undone = json!({ "ids": done["ids"], "read": false });
        world.ok(&world.agent, "POST", "/read", undone, 200).await;
        assert_eq!(unread(&world).await, (json!(3), json!(3)));
    }

    async fn what_is_unread_again_is_joined_by_nothing(world: World) {
        let deal = world.record("deal", None);
        let mention = async || {
            world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
            world.settle().await;
            world.pass(TimeDelta::minutes(1));
        };
        mention().await;
        let first = ids(&world, "").await;
        world.ok(&world.agent, "POST", "/read-all", json!({}), 200).await;
        mention().await;
        world.ok(&world.agent, "POST", "/read", json!({ "ids": first, "read": false }), 200).await;
        mention().await;
        assert_eq!(world.texts(&world.agent).await, ["Mary mentioned you in 2 notes", "Mary mentioned you in a note"]);
    }

    async fn what_is_put_off_comes_back_with_a_bell(world: World) {
        mentions(&world, 2).await;
        let id = ids(&world, "").await[1].clone();
        world.ok(&world.agent, "PATCH", &format!("/{id}/read"), json!({ "read": true }), 200).await;
        let path = format!("/{id}/snooze");
        let until = world.clock.now() + TimeDelta::hours(3);
        let off = world.ok(&world.agent, "POST", &path, json!({ "until": until }), 200).await;
        assert_eq!((&off["readAt"], off["snoozedUntil"].is_string()), (&Value::Null, true));
        world.settle().await;
        assert_eq!((ids(&world, "").await.len(), ids(&world, "?filter=snoozed").await), (1, vec![id.clone()]));
        assert_eq!(unread(&world).await, (json!(1), json!(1)));
        let bells = async || world.system_count(&format!("select count(*) as n from events where kind = '{}'", e::NOTIFICATION_CREATED)).await;
        let before = bells().await;
        world.pass(TimeDelta::hours(3));
        world.settle().await;
        assert_eq!(bells().await, before + 1);
        assert_eq!(ids(&world, "").await[0], id, "it is on top");
        assert_eq!(unread(&world).await, (json!(2), json!(2)));
        // Somebody who changes their mind is told at the last of the times only.
        for hours in [1, 5] {
            let until = world.clock.now() + TimeDelta::hours(hours);
            world.ok(&world.agent, "POST", &path, json!({ "until": until }), 200).await;
        }
        world.pass(TimeDelta::hours(2));
        world.settle().await;
        assert_eq!(bells().await, before + 1);
        world.ok(&world.agent, "POST", &path, json!({ "until": null }), 200).await;
        assert_eq!(ids(&world, "").await.len(), 2);
        for (until, why) in [(world.clock.now(), "past"), (world.clock.now() + TimeDelta::days(400), "far")] {
            let refused = world.refused(&world.agent, "POST", &path, json!({ "until": until })).await;
            assert_eq!(refused, ["until notify.snooze.past"], "{why}");
        }
    }

    async fn nobody_reaches_what_is_somebody_elses(world: World) {
        mentions(&world, 1).await;
        let id = ids(&world, "").await[0].clone();
        let mute = id_of(&world.ok(&world.agent, "POST", "/mutes", json!({ "kind": "deal.won" }), 201).await);
        for who in [&world.manager, &world.stranger] {
            for (method, path, body) in [
                ("PATCH", format!("/{id}/read"), json!({ "read": true })),
                ("POST", format!("/{id}/snooze"), json!({ "until": null })),
                ("DELETE", format!("/mutes/{mute}"), Value::Null),
            ] {
                assert_eq!(world.call(who, method, &path, body).await.0, 404, "{method} {path}");
            }
            assert!(world.get(who, "").await["items"].as_array().unwrap().is_empty());
        }
        assert_eq!(unread(&world).await, (json!(1), json!(1)));
    }

    async fn a_name_out_of_reach_is_not_told(world: World) {
        mentions(&world, 1).await;
        let deal: uuid::Uuid = world.first(&world.agent).await["subject"]["id"].as_str().unwrap().parse().unwrap();
        world.house.give(deal, Some(me(&world.manager)));
        assert_eq!(world.first(&world.agent).await["subject"]["name"], Value::Null);
    }

    async fn mutes_are_listed_replaced_and_ended(world: World) {
        let contact = world.record("contact", None);
        let on = |until: Value| json!({ "record": { "kind": "contact", "id": contact }, "until": until });
        world.ok(&world.agent, "POST", "/mutes", on(Value::Null), 201).await;
        let until = json!(world.clock.now() + TimeDelta::days(1));
        let mute = world.ok(&world.agent, "POST", "/mutes", on(until), 201).await;
        assert_eq!(mute["record"], json!({ "kind": "contact", "id": contact, "name": "The contact" }));
        let all = world.get(&world.agent, "/mutes").await;
        assert_eq!(all["items"], json!([mute]));
        assert_eq!(world.refused(&world.agent, "POST", "/mutes", json!({})).await, ["record notify.mute.what"]);
        let both = json!({ "record": { "kind": "contact", "id": contact }, "kind": "mention" });
        assert_eq!(world.refused(&world.agent, "POST", "/mutes", both).await, ["record notify.mute.what"]);
        let foreign = json!({ "record": { "kind": "deal", "id": contact } });
        assert_eq!(world.refused(&world.agent, "POST", "/mutes", foreign).await, ["record reference.unknown"]);
        world.pass(TimeDelta::days(2));
        assert_eq!(world.get(&world.agent, "/mutes").await["items"], json!([]), "it is over");
        let mute = id_of(&world.ok(&world.agent, "POST", "/mutes", on(Value::Null), 201).await);
        world.ok(&world.agent, "DELETE", &format!("/mutes/{mute}"), Value::Null, 204).await;
        assert_eq!(world.get(&world.agent, "/mutes").await["items"], json!([]));
    }
}
