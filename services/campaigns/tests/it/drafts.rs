//! Drafts: made, changed, copied, put away; who may, and whose they are.

use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{CAMPAIGNS, World, id_of};

on_both! {
    async fn a_draft_is_made_changed_and_archived(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(1);
        let id = world.draft(&contacts, &[account], vec![world.message("Hi {{contact.firstName}}")]).await;
        let path = format!("{CAMPAIGNS}/{id}");
        let campaign = world.get(&world.manager, &path).await;
        assert_eq!((campaign["state"].as_str(), campaign["version"].as_i64()), (Some("draft"), Some(1)));
        assert_eq!(campaign["steps"][0]["place"], 0);
        assert_eq!(campaign["owner"]["name"], "Mary Manager");
        let changed = world.ok(&world.manager, "PATCH", &path, json!({ "name": "Summer", "version": 1 }), 200).await;
        assert_eq!((changed["name"].as_str(), changed["version"].as_i64()), (Some("Summer"), Some(2)));
        let stale = world.refused(&world.manager, "PATCH", &path, json!({ "name": "Late", "version": 1 })).await;
        assert_eq!(stale, (409, "version.conflict".to_owned()));
        // What changes nothing writes nothing.
        let same = world.ok(&world.manager, "PATCH", &path, json!({ "name": "Summer" }), 200).await;
        assert_eq!(same["version"], 2);
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, CAMPAIGNS).await["items"], json!([]));
        assert_eq!(world.count("change_log", "subject_kind = 'campaign'").await, 3);
        assert_eq!(world.count("events", "kind = 'campaign.created'").await, 1);
    }

    async fn every_bad_field_is_named(world: World) {
        let body = json!({ "name": " ", "channel": "telegram", "accountIds": [Uuid::nil()],
            "steps": [{ "id": Uuid::nil(), "action": { "kind": "message", "variants": [] } }] });
        let refused = world.refused(&world.manager, "POST", CAMPAIGNS, body).await;
        assert_eq!(refused, (422, "name field.required, steps[0].action.variants field.required".to_owned()));
        let body = json!({ "name": "X", "channel": "telegram", "accountIds": [Uuid::nil()] });
        let refused = world.refused(&world.manager, "POST", CAMPAIGNS, body).await;
        assert_eq!(refused, (422, "accountIds reference.unknown".to_owned()));
    }

    async fn files_of_messages_are_kept(world: World) {
        let with = |media: &[Uuid]| {
            let mut step = world.message("Look");
            step["action"]["variants"][0]["media"] = json!(media);
            step
        };
        let (mine, unknown) = (Uuid::from_u128(1), Uuid::from_u128(2));
        world.outside.things().uploads.insert(mine);
        let id = world.draft(&[], &[], vec![with(&[mine])]).await;
        assert!(world.outside.things().kept.contains(&mine));
        world.outside.things().kept.clear();
        let path = format!("{CAMPAIGNS}/{id}/steps");
        let refused = world.refused(&world.manager, "PUT", &path, json!({ "steps": [with(&[mine, unknown])] })).await;
        assert_eq!(refused, (422, "steps[0].action.variants[0].media[1] reference.unknown".to_owned()));
        world.ok(&world.manager, "PUT", &path, json!({ "steps": [with(&[mine])] }), 200).await;
        assert!(world.outside.things().kept.contains(&mine));
    }

    async fn nobody_starts_what_is_not_complete(world: World) {
        let id = id_of(&world.post(&world.manager, CAMPAIGNS, json!({ "name": "X", "channel": "telegram" })).await);
        let refused = world.refused(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/start"), json!({})).await;
        assert_eq!(refused.0, 422);
        for part in ["audience", "schedule", "accountIds", "steps"] {
            assert!(refused.1.contains(part), "{}", refused.1);
        }
        let check = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/check")).await;
        assert_eq!((check["ready"].as_bool(), check["problems"].as_array().map(Vec::len)), (Some(false), Some(4)));
    }

    async fn agents_draft_and_managers_start(world: World) {
        let account = world.account("Desk");
        let mine = world.contact("Mine", Some(&world.agent));
        let body = json!({ "name": "Own", "channel": "telegram", "accountIds": [account], "schedule": World::always(),
            "steps": [world.message("Hi")], "audience": { "source": { "kind": "contacts", "contactIds": [mine] } } });
        let id = id_of(&world.post(&world.agent, CAMPAIGNS, body).await);
        let start = format!("{CAMPAIGNS}/{id}/start");
        assert_eq!(world.refused(&world.agent, "POST", &start, json!({})).await.0, 403);
        assert_eq!(world.refused(&world.viewer, "POST", CAMPAIGNS, json!({ "name": "X", "channel": "telegram" })).await.0, 403);
        let wrong = world.refused(&world.manager, "POST", &start, json!({ "confirm": "Other" })).await;
        assert_eq!(wrong, (422, "confirm campaign.not_confirmed".to_owned()));
        let started = world.ok(&world.manager, "POST", &start, json!({ "confirm": "Own" }), 200).await;
        assert_eq!(started["state"], "running");
        let change = world.refused(&world.agent, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "name": "Y" })).await;
        assert_eq!(change.0, 403);
    }

    async fn campaigns_of_others_are_not_there(world: World) {
        let id = world.draft(&[], &[], Vec::new()).await;
        for (who, method, path, body) in [
            (&world.stranger, "GET", format!("{CAMPAIGNS}/{id}"), Value::Null),
            (&world.stranger, "PATCH", format!("{CAMPAIGNS}/{id}"), json!({ "name": "X" })),
            (&world.stranger, "DELETE", format!("{CAMPAIGNS}/{id}"), Value::Null),
            (&world.stranger, "POST", format!("{CAMPAIGNS}/{id}/start"), json!({})),
            (&world.stranger, "GET", format!("{CAMPAIGNS}/{id}/stats"), Value::Null),
            (&world.stranger, "GET", format!("{CAMPAIGNS}/{id}/log"), Value::Null),
            (&world.stranger, "GET", format!("{CAMPAIGNS}/{id}/enrolments"), Value::Null),
            (&world.stranger, "POST", format!("{CAMPAIGNS}/{id}/rehearse"), json!({})),
            // An agent reaches their own.
            (&world.agent, "GET", format!("{CAMPAIGNS}/{id}"), Value::Null),
        ] {
            assert_eq!(world.refused(who, method, &path, body).await, (404, "not_found".to_owned()), "{method} {path}");
        }
        assert_eq!(world.get(&world.stranger, CAMPAIGNS).await["page"]["total"], 0);
    }

    async fn a_copy_does_the_same_by_other_ids(world: World) {
        let account = world.account("Desk");
        let first = world.message("Hi");
        let asked = json!({ "id": world.clock.new_id(), "action": { "kind": "condition",
            "question": { "kind": "message", "fate": "read", "stepId": first["id"] },
            "then": { "kind": "next" }, "otherwise": { "kind": "stop" } } });
        let id = world.draft(&[], &[account], vec![first.clone(), asked, world.message("Again")]).await;
        let copy = world.post(&world.manager, &format!("{CAMPAIGNS}/{id}/duplicate"), json!({})).await;
        assert_eq!((copy["name"].as_str(), copy["state"].as_str()), (Some("Spring (2)"), Some("draft")));
        assert_ne!(copy["steps"][0]["id"], first["id"]);
        assert_eq!(copy["steps"][1]["action"]["question"]["stepId"], copy["steps"][0]["id"]);
        assert_eq!(copy["steps"].as_array().map(Vec::len), Some(3));
    }

    async fn steps_of_a_running_campaign_are_added_and_taken_out(world: World) {
        let account = world.account("Desk");
        let contacts = world.contacts(2);
        let (first, wait, last) = (world.message("One"), world.wait_hours(1), world.message("Two"));
        let id = world.started(&contacts, &[account], vec![first.clone(), wait.clone(), last.clone()]).await;
        world.send_all().await;
        let path = format!("{CAMPAIGNS}/{id}/steps");
        let added = world.message("Between");
        let swapped = json!({ "steps": [wait, first, last] });
        assert_eq!(world.refused(&world.manager, "PUT", &path, swapped).await.1, "steps campaign.steps.order");
        let steps = json!({ "steps": [first, wait, added, last] });
        let dry = world.ok(&world.manager, "PUT", &format!("{path}?dryRun=true"), steps.clone(), 200).await;
        assert_eq!((dry["impact"]["ahead"].as_u64(), dry["campaign"]["version"].as_i64()), (Some(2), Some(2)));
        let put = world.ok(&world.manager, "PUT", &path, steps, 200).await;
        assert_eq!(put["campaign"]["steps"].as_array().map(Vec::len), Some(4));
        for _ in 0..3 {
            world.pass(chrono::TimeDelta::hours(25));
            world.go().await;
            world.send_all().await;
        }
        let texts: Vec<String> = world.outside.things().queue.values().map(|one| one.outgoing.text.clone()).collect();
        let count = |text: &str| texts.iter().filter(|one| *one == text).count();
        assert_eq!((count("One"), count("Between"), count("Two")), (2, 2, 2));
    }

    async fn a_list_is_as_many_statements_for_many_as_for_one(world: World) {
        world.draft(&[], &[], Vec::new()).await;
        world.get(&world.manager, CAMPAIGNS).await;
        let before = world.db().statement_count();
        world.get(&world.manager, CAMPAIGNS).await;
        let one = world.db().statement_count() - before;
        for _ in 0..10 {
            world.draft(&[], &[], Vec::new()).await;
        }
        // How many there are is kept from now on.
        world.get(&world.manager, CAMPAIGNS).await;
        let before = world.db().statement_count();
        assert_eq!(world.get(&world.manager, CAMPAIGNS).await["items"].as_array().map(Vec::len), Some(11));
        assert_eq!(world.db().statement_count() - before, one);
    }
}
