//! Fields that the organization makes up: their values in deals, in lists and on the board, and stages that ask for them.

use fields::FieldKind;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{DEALS, LEAD, QUALIFIED, World, encoded, id_of, texts};

fn at(id: &str) -> String {
    format!("{DEALS}/{id}")
}

fn test(key: &str, op: &str, value: Value) -> String {
    encoded(&json!({"field": format!("custom.{key}"), "op": op, "value": value}).to_string())
}

on_both! {
    async fn values_are_checked_and_merged(world: World) {
        for (key, kind) in [("amount", FieldKind::Money), ("who", FieldKind::User), ("after", FieldKind::Relation)] {
            world.define(key, kind, &[]).await;
        }
        world.define("size", FieldKind::Select, &["Small", "Large"]).await;
        let first = id_of(&world.post(&world.manager, DEALS, json!({"title": "First"})).await);
        let custom = json!({"amount": 5, "size": "a", "who": world.agent.user_id(), "after": first, "free": [1]});
        let created = world.post(&world.manager, DEALS, json!({"title": "A", "custom": custom})).await;
        assert_eq!(created["custom"], custom);
        let id = id_of(&created);
        for (key, bad, code) in [
            ("amount", json!("5"), "field.type"),
            ("size", json!("Small"), "field.choice.unknown"),
            ("who", json!(world.stranger.user_id()), "reference.unknown"),
            ("after", json!(Uuid::max()), "reference.unknown"),
        ] {
            for (method, path) in [("POST", DEALS.to_owned()), ("PATCH", at(&id)), ("PUT", at(&id))] {
                let body = json!({"title": "A", "custom": {key: bad}});
                let refused = world.refused(&world.manager, method, &path, body).await;
                assert_eq!(refused, (422, format!("custom.{key} {code}")), "{method}");
            }
        }
        let changed = world.ok(&world.manager, "PATCH", &at(&id), json!({"custom": {"size": "b", "who": null}}), 200).await;
        assert_eq!(changed["custom"], json!({"amount": 5, "size": "b", "after": first, "free": [1]}));
        let replaced = world.ok(&world.manager, "PUT", &at(&id), json!({"title": "A", "custom": {"size": "a"}}), 200).await;
        assert_eq!(replaced["custom"], json!({"size": "a"}));
        assert_eq!(world.post(&world.stranger, DEALS, json!({"title": "B", "custom": {"size": 7}})).await["custom"]["size"], 7);
    }

    async fn lists_board_and_bulk_know_the_fields(world: World) {
        let sales = world.sales(&world.manager).await;
        world.define("score", FieldKind::Number, &[]).await;
        world.define("size", FieldKind::Select, &["Small", "Large"]).await;
        world.define("parts", FieldKind::MultiSelect, &["One", "Two"]).await;
        for (title, custom) in [
            ("A", json!({"score": 1.5, "size": "b", "parts": ["a"]})),
            ("B", json!({"score": 20, "size": "a", "parts": ["a", "b"]})),
            ("C", json!({})),
        ] {
            world.tick();
            world.post(&world.manager, DEALS, json!({"title": title, "custom": custom})).await;
        }
        for (key, op, value, expected) in [
            ("score", "gt", json!(1.5), "B"),
            ("score", "isEmpty", json!(null), "C"),
            ("size", "in", json!(["a", "b"]), "AB"),
            ("parts", "has", json!("b"), "B"),
        ] {
            let filter = test(key, op, value);
            let list = world.get(&world.manager, &format!("{DEALS}?sort=title&filter={filter}")).await;
            assert_eq!(texts(&list, "/title").concat(), expected, "{key} {op}");
            let board = world.get(&world.manager, &format!("/api/pipeline/{}/board?filter={filter}", sales.id)).await;
            assert_eq!(board["columns"][LEAD]["total"], json!(expected.len()), "{key} {op}");
            let path = format!("/api/pipeline/{}/board/{}?filter={filter}", sales.id, sales.stages[LEAD]);
            assert_eq!(texts(&world.get(&world.manager, &path).await, "/title").len(), expected.len());
        }
        for (sort, expected) in [("custom.score", "CAB"), ("-custom.score", "BAC"), ("custom.size", "CBA")] {
            let mut titles = String::new();
            let mut path = format!("{DEALS}?limit=1&sort={sort}");
            loop {
                let page = world.get(&world.manager, &path).await;
                titles.push_str(&texts(&page, "/title").concat());
                let Some(cursor) = page["page"]["nextCursor"].as_str() else { break };
                path = format!("{DEALS}?limit=1&sort={sort}&cursor={cursor}");
            }
            assert_eq!(titles, expected, "{sort}");
        }
        let bad = format!("{DEALS}?filter={}", test("score", "eq", json!("x")));
        assert_eq!(world.refused(&world.manager, "GET", &bad, Value::Null).await, (422, "filter filter.value".to_owned()));
        let filter = json!({"field": "custom.size", "op": "isNotEmpty"});
        let bulk = json!({"action": "addTags", "tags": ["sized"], "all": true, "filter": filter});
        world.ok(&world.manager, "POST", &format!("{DEALS}/bulk"), bulk, 202).await;
        world.settle().await;
        let tagged = encoded(&json!({"field": "tags", "op": "has", "value": "sized"}).to_string());
        let list = world.get(&world.manager, &format!("{DEALS}?sort=title&filter={tagged}")).await;
        assert_eq!(texts(&list, "/title").concat(), "AB");
    }

    async fn a_stage_asks_for_a_field_until_it_is_gone(world: World) {
        let sales = world.sales(&world.manager).await;
        let budget = world.define("budget", FieldKind::Number, &[]).await;
        world.define("agreed", FieldKind::Checkbox, &[]).await;
        let stage = format!("/api/pipeline/stages/{}", sales.stages[QUALIFIED]);
        let unknown = json!({"entryRules": {"requiredFields": ["amount", "custom.nothing"]}});
        let refused = world.refused(&world.manager, "PUT", &stage, unknown).await;
        assert_eq!(refused, (422, "entryRules.requiredFields[1] reference.unknown".to_owned()));
        assert_eq!(world.refused(&world.manager, "PUT", &stage, json!({"entryRules": {"requiredFields": ["nothing"]}})).await.0, 422);
        let rules = json!({"requiredFields": ["custom.agreed", "custom.budget"], "roles": []});
        let changed = world.ok(&world.manager, "PUT", &stage, json!({"entryRules": rules}), 200).await;
        assert_eq!(changed["entryRules"], rules);

        let id = world.deal(&sales.stages[LEAD], "A").await;
        let path = format!("{DEALS}/{id}/stage");
        let body = json!({"stageId": sales.stages[QUALIFIED]});
        let (status, answer) = world.call(&world.manager, "PATCH", &path, body.clone()).await;
        assert_eq!((status, &answer["code"]), (422, &json!("stage_rules")));
        assert_eq!(answer["missing"], json!([
            {"rule": "field", "field": "custom.agreed", "message": "Fill in “AGREED”."},
            {"rule": "field", "field": "custom.budget", "message": "Fill in “BUDGET”."},
        ]));
        let direct = json!({"title": "B", "stageId": sales.stages[QUALIFIED], "custom": {"agreed": false, "budget": 0}});
        let (status, answer) = world.call(&world.manager, "POST", DEALS, direct).await;
        assert_eq!((status, &answer["missing"][0]["field"]), (422, &json!("custom.agreed")), "who asks for a tick asks for a yes");
        assert_eq!(answer["missing"].as_array().unwrap().len(), 1);
        world.ok(&world.manager, "PATCH", &at(&id), json!({"custom": {"agreed": true}}), 200).await;
        let (_, answer) = world.call(&world.manager, "PATCH", &path, body.clone()).await;
        assert_eq!(answer["missing"].as_array().unwrap().len(), 1);

        let tx = world.db().begin(&world.manager).await.unwrap();
        fields::remove(&tx, budget.id).await.unwrap();
        tx.commit().await.unwrap();
        world.definitions.changed(&world.manager);
        world.ok(&world.manager, "PATCH", &path, body, 200).await;
        // A rule that was there before may stay.
        world.ok(&world.manager, "PUT", &stage, json!({"name": "New", "entryRules": rules}), 200).await;
    }

    async fn a_deal_without_own_fields_costs_nothing_more(world: World) {
        world.define("budget", FieldKind::Number, &[]).await;
        let cost = async |body: Value| {
            let before = world.db().statement_count();
            world.post(&world.manager, DEALS, body).await;
            world.db().statement_count() - before
        };
        cost(json!({"title": "A", "custom": {"budget": 1}})).await;
        let plain = cost(json!({"title": "B"})).await;
        assert_eq!(cost(json!({"title": "C", "custom": {"budget": 2}})).await, plain);
    }
}
