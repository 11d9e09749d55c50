//! Pipelines: the one that an organization begins with, templates, the default, deletion.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, LOST, QUALIFIED, WON, World, id_of, texts};

const PIPELINES: &str = "/api/pipeline";

fn at(id: &str) -> String {
    format!("{PIPELINES}/{id}")
}

on_both! {
    async fn a_new_organization_has_one_pipeline_in_its_language(world: World) {
        let list = world.get(&world.viewer, PIPELINES).await;
        assert_eq!(texts(&list, "/name"), ["Sales"]);
        let stages = list["items"][0]["stages"].as_array().unwrap();
        let names: Vec<_> = stages.iter().map(|s| s["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["Lead", "Qualified", "Meeting", "Proposal", "Negotiation", "Won", "Lost"]);
        let odds: Vec<_> = stages.iter().map(|s| s["probability"].as_i64().unwrap()).collect();
        assert_eq!(odds, [10, 20, 40, 60, 80, 100, 0]);
        assert_eq!((&list["items"][0]["isDefault"], &list["items"][0]["currency"]), (&json!(true), &json!("USD")));
        let mut other = world.stranger.clone();
        other.org_id = kernel::OrgId(world.db().clock().new_id());
        world.found(&other, "ru").await;
        let russian = world.get(&other, PIPELINES).await;
        assert_eq!(russian["items"][0]["stages"][0]["name"], "Лид");
        assert_eq!((&russian["items"][0]["name"], &russian["items"][0]["currency"]), (&json!("Продажи"), &json!("RUB")));
    }

    async fn the_first_pipeline_is_made_once(world: World) {
        world.found(&world.manager, "en").await;
        assert_eq!(texts(&world.get(&world.manager, PIPELINES).await, "/name"), ["Sales"]);
    }

    async fn a_pipeline_is_created_from_a_template_and_read_back(world: World) {
        let body = json!({"name": " Renewals ", "template": "insurance_renewal", "currency": "eur"});
        let created = world.post(&world.manager, PIPELINES, body).await;
        assert_eq!((&created["name"], &created["currency"]), (&json!("Renewals"), &json!("EUR")));
        assert_eq!((&created["isDefault"], &created["position"]), (&json!(false), &json!(1)));
        assert_eq!(created["stages"].as_array().unwrap().len(), 6);
        assert_eq!(world.get(&world.viewer, &at(&id_of(&created))).await, created);
        let bad = json!({"name": "", "currency": "XXX"});
        let refused = world.refused(&world.manager, "POST", PIPELINES, bad).await;
        assert_eq!(refused, (422, "name field.required, currency field.choice.unknown".to_owned()));
        let unknown = json!({"name": "A", "template": "nope"});
        assert_eq!(world.refused(&world.manager, "POST", PIPELINES, unknown).await.1, "template field.choice.unknown");
        assert_eq!(world.refused(&world.agent, "POST", PIPELINES, json!({"name": "A"})).await.0, 403);
    }

    async fn one_pipeline_is_the_default(world: World) {
        let sales = world.sales(&world.manager).await.id;
        let second = id_of(&world.post(&world.manager, PIPELINES, json!({"name": "B", "isDefault": true})).await);
        let defaults = |list: &Value| -> Vec<bool> {
            list["items"].as_array().unwrap().iter().map(|p| p["isDefault"].as_bool().unwrap()).collect()
        };
        assert_eq!(defaults(&world.get(&world.manager, PIPELINES).await), [false, true]);
        let back = json!({"name": "Sales", "isDefault": true, "version": 2});
        let changed = world.ok(&world.manager, "PUT", &at(&sales), back.clone(), 200).await;
        assert_eq!((&changed["isDefault"], &changed["version"]), (&json!(true), &json!(3)));
        assert_eq!(defaults(&world.get(&world.manager, PIPELINES).await), [true, false]);
        let unset = json!({"name": "Sales", "isDefault": false});
        let refused = world.refused(&world.manager, "PUT", &at(&sales), unset).await;
        assert_eq!(refused, (422, "isDefault pipelines.default".to_owned()));
        let (status, stale) = world.call(&world.manager, "PUT", &at(&sales), back).await;
        assert_eq!((status, &stale["conflict"]["current"]["version"]), (409, &json!(3)));
        world.ok(&world.manager, "DELETE", &at(&sales), Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, &at(&second)).await["isDefault"], true, "the other one takes over");
        let last = world.refused(&world.manager, "DELETE", &at(&second), Value::Null).await;
        assert_eq!(last, (409, "last_pipeline".to_owned()));
    }

    async fn the_deals_of_a_deleted_pipeline_go_to_stages_of_their_kind(world: World) {
        let sales = world.sales(&world.manager).await;
        let heir = world.post(&world.manager, PIPELINES, json!({"name": "B", "template": "empty"})).await;
        let mut deals = Vec::new();
        for (stage, title) in [(LEAD, "A"), (QUALIFIED, "B"), (WON, "W"), (LOST, "L")] {
            let body = json!({"title": title, "stageId": sales.stages[stage], "lostReason": "Price"});
            deals.push(id_of(&world.post(&world.manager, DEALS, body).await));
        }
        let trashed = world.deal(&sales.stages[LEAD], "T").await;
        world.ok(&world.manager, "DELETE", &format!("{DEALS}/{trashed}"), Value::Null, 204).await;
        let (status, refused) = world.call(&world.manager, "DELETE", &at(&sales.id), Value::Null).await;
        assert_eq!((status, &refused["code"], &refused["deals"]), (409, &json!("pipeline_has_deals"), &json!(4)));
        let same = format!("{}?moveTo={}", at(&sales.id), sales.id);
        assert_eq!(world.refused(&world.manager, "DELETE", &same, Value::Null).await.1, "moveTo stage.same");
        let path = format!("{}?moveTo={}", at(&sales.id), id_of(&heir));
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        let stage = |n: usize| id_of(&heir["stages"][n]);
        assert_eq!(world.column(&id_of(&heir), &stage(0)).await, ["A", "B"]);
        let lost = world.get(&world.manager, &format!("{DEALS}/{}", deals[3])).await;
        assert_eq!((&lost["stageId"], &lost["lostReason"]), (&json!(stage(2)), &json!("Price")));
        let history = world.get(&world.manager, &format!("{DEALS}/{}/history", deals[2])).await;
        let last = &history["items"][0];
        assert_eq!((&last["cause"], &last["autoMoved"]), (&json!("stage_deleted"), &json!(true)));
        assert_eq!((&last["from"]["name"], &last["to"]["name"]), (&json!("Won"), &json!("Won")));
        assert_eq!(world.events("deal.won").await, 1, "won once");
        let restored = world.ok(&world.manager, "POST", &format!("{DEALS}/{trashed}/restore"), Value::Null, 200).await;
        assert_eq!(restored["stageId"], stage(0));
        assert_eq!(world.refused(&world.manager, "GET", &at(&sales.id), Value::Null).await.0, 404);
    }
}
