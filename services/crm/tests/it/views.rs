//! Saved views: one's own and shared ones, defaults, order, and what does not fit a list.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, texts};

const VIEWS: &str = "/api/crm/views";

fn at(view: &Value) -> String {
    format!("{VIEWS}/{}", id_of(view))
}

fn saved(name: &str, more: Value) -> Value {
    let mut body = json!({"recordType": "contact", "name": name, "query": {"sort": "name"}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn names(world: &World, who: &kernel::Scope) -> Vec<String> {
    texts(&world.get(who, &format!("{VIEWS}?recordType=contact")).await, "/name")
}

on_both! {
    async fn a_view_is_saved_changed_and_deleted(world: World) {
        let query = json!({
            "filter": {"and": [{"field": "tags", "op": "has", "value": "vip"}, {"field": "ownerId", "op": "eq", "value": "me"}]},
            "search": "anna", "columns": ["name", "custom.budget"], "sort": "-createdAt,name", "group": "owner", "layout": "table",
        });
        let saved = world.post(&world.agent, VIEWS, saved(" Mine ", json!({"icon": "star", "query": query}))).await;
        assert_eq!((&saved["name"], &saved["icon"], &saved["query"]), (&json!("Mine"), &json!("star"), &query));
        assert_eq!((&saved["visibility"], &saved["locked"], &saved["mine"]), (&json!("private"), &json!(false), &json!(true)));
        assert_eq!((&saved["ownerName"], &saved["isDefault"], &saved["version"]), (&json!("Andy Agent"), &json!(false), &json!(1)));
        let changed = world.patch(&world.agent, &at(&saved), json!({"name": "Other", "icon": null, "query": {"layout": "board"}, "version": 1})).await;
        assert_eq!((&changed["name"], &changed["icon"], &changed["query"]), (&json!("Other"), &Value::Null, &json!({"layout": "board"})));
        assert_eq!(changed["version"], 2);
        let (status, stale) = world.call(&world.agent, "PATCH", &at(&saved), json!({"name": "X", "version": 1})).await;
        assert_eq!((status, &stale["conflict"]["current"]), (409, &changed));
        assert_eq!(world.patch(&world.agent, &at(&saved), json!({"name": "Other"})).await["version"], 2);
        world.ok(&world.agent, "DELETE", &at(&saved), Value::Null, 204).await;
        assert_eq!(world.refused(&world.agent, "DELETE", &at(&saved), Value::Null).await.0, 404);
        for (event, times) in [("view.created", 1), ("view.updated", 1), ("view.deleted", 1)] {
            assert_eq!(world.events(event).await, times, "{event}");
        }
        let log = world.raw(&world.manager, "change_log", "subject_kind, action").await;
        assert_eq!(log.iter().filter(|line| line.starts_with("view ")).count(), 3);
    }

    async fn what_does_not_fit_the_list_is_refused(world: World) {
        world.post(&world.manager, "/api/crm/fields", json!({"recordType": "contact", "name": "Budget", "kind": "number"})).await;
        let filter = |field: &str, op: &str, value: Value| json!({"query": {"filter": {"field": field, "op": op, "value": value}}});
        for (more, code) in [
            (filter("nope", "eq", json!("x")), "filter.unknown_field"),
            (filter("name", "gt", json!("x")), "filter.operator"),
            (filter("custom.budget", "eq", json!("x")), "filter.value"),
            (filter("custom.gone", "eq", json!("x")), "filter.unknown_field"),
            (json!({"query": {"filter": {"or": 1}}}), "filter.malformed"),
            (json!({"query": {"sort": "nope"}}), "list.sort"),
            (json!({"query": {"sort": "tags"}}), "list.sort"),
            (json!({"query": {"layout": "gantt"}}), "validation.failed"),
            (json!({"query": {"nope": 1}}), "validation.failed"),
            (json!({"name": " "}), "validation.failed"),
            (json!({"query": {"search": "x".repeat(201)}}), "validation.failed"),
            (json!({"query": {"columns": ["x".repeat(21_000)]}}), "validation.failed"),
        ] {
            assert_eq!(world.refused(&world.agent, "POST", VIEWS, saved("A", more.clone())).await, (422, code.to_owned()), "{more}");
        }
        let good = json!({"query": {"filter": {"field": "custom.budget", "op": "gt", "value": 1}, "sort": "-custom.budget"}});
        let saved = world.post(&world.agent, VIEWS, saved("A", good)).await;
        let bad = json!({"query": {"sort": "custom.gone"}});
        assert_eq!(world.refused(&world.agent, "PATCH", &at(&saved), bad).await, (422, "list.sort".to_owned()));
        let company = json!({"recordType": "company", "name": "A", "query": {"sort": "industry"}});
        world.post(&world.agent, VIEWS, company).await;
        assert_eq!(names(&world, &world.agent).await, ["A"], "each list has its own");
    }

    async fn a_private_view_is_nobody_elses_and_a_shared_one_everybodys(world: World) {
        let mine = world.post(&world.agent, VIEWS, saved("Mine", json!({}))).await;
        for who in [&world.manager, &world.colleague, &world.stranger] {
            assert!(names(&world, who).await.is_empty());
            assert_eq!(world.refused(who, "PATCH", &at(&mine), json!({"name": "X"})).await.0, 404);
            assert_eq!(world.refused(who, "DELETE", &at(&mine), Value::Null).await.0, 404);
        }
        let denied = (403, "permission.denied".to_owned());
        let shared = |visibility: &str| saved("Shared", json!({"visibility": visibility, "locked": true}));
        assert_eq!(world.refused(&world.agent, "POST", VIEWS, shared("org")).await, denied);
        assert_eq!(world.refused(&world.agent, "PATCH", &at(&mine), json!({"visibility": "team"})).await, denied);
        let view = world.post(&world.manager, VIEWS, shared("team")).await;
        let seen = world.get(&world.viewer, &format!("{VIEWS}?recordType=contact")).await["items"][0].clone();
        assert_eq!((&seen["name"], &seen["mine"], &seen["locked"], &seen["ownerName"]),
            (&json!("Shared"), &json!(false), &json!(true), &json!("Mary Manager")));
        for (method, body) in [("PATCH", json!({"name": "X"})), ("PATCH", json!({"locked": false})), ("DELETE", Value::Null)] {
            assert_eq!(world.refused(&world.agent, method, &at(&view), body.clone()).await, denied);
            assert_eq!(world.refused(&world.stranger, method, &at(&view), body).await.0, 404);
        }
        world.patch(&world.manager, &at(&view), json!({"visibility": "private"})).await;
        assert!(names(&world, &world.viewer).await.is_empty());
    }

    async fn a_list_begins_with_ones_own_default_else_with_everybodys(world: World) {
        let first = world.post(&world.manager, VIEWS, saved("First", json!({"visibility": "org", "isOrgDefault": true}))).await;
        let second = world.post(&world.manager, VIEWS, saved("Second", json!({"visibility": "org"}))).await;
        let defaults = async |who: &kernel::Scope| {
            let list = world.get(who, &format!("{VIEWS}?recordType=contact")).await;
            let marked = list["items"].as_array().unwrap().iter().filter(|view| view["isDefault"] == true);
            marked.map(|view| view["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(defaults(&world.viewer).await, ["First"]);
        let chosen = world.patch(&world.viewer, &at(&second), json!({"isDefault": true})).await;
        assert_eq!((&chosen["isDefault"], &chosen["version"]), (&json!(true), &json!(1)), "the view itself is as it was");
        assert_eq!((defaults(&world.viewer).await, defaults(&world.agent).await), (vec!["Second".to_owned()], vec!["First".to_owned()]));
        let denied = (403, "permission.denied".to_owned());
        assert_eq!(world.refused(&world.agent, "PATCH", &at(&second), json!({"isOrgDefault": true})).await, denied);
        world.patch(&world.manager, &at(&second), json!({"isOrgDefault": true})).await;
        assert_eq!(defaults(&world.agent).await, ["Second"]);
        world.patch(&world.viewer, &at(&second), json!({"isDefault": false})).await;
        assert_eq!(defaults(&world.viewer).await, ["Second"], "everybody's again");
        world.patch(&world.manager, &at(&second), json!({"visibility": "private"})).await;
        assert_eq!(defaults(&world.agent).await, Vec::<String>::new());
        let refused = world.refused(&world.manager, "PATCH", &at(&second), json!({"isOrgDefault": true})).await;
        assert_eq!(refused, (422, "validation.failed".to_owned()));
        world.patch(&world.agent, &at(&first), json!({"isDefault": true})).await;
        world.ok(&world.manager, "DELETE", &at(&first), Value::Null, 204).await;
        assert_eq!(defaults(&world.agent).await, Vec::<String>::new());
    }

    async fn views_stand_in_the_order_they_are_given(world: World) {
        let mut views = Vec::new();
        for name in ["A", "B", "C"] {
            world.tick();
            views.push(world.post(&world.agent, VIEWS, saved(name, json!({}))).await);
        }
        assert_eq!(names(&world, &world.agent).await, ["A", "B", "C"]);
        let moved = world.patch(&world.agent, &at(&views[2]), json!({"position": 0})).await;
        assert_eq!((&moved["position"], &moved["version"]), (&json!(0), &json!(2)));
        assert_eq!(names(&world, &world.agent).await, ["C", "A", "B"]);
        world.patch(&world.agent, &at(&views[2]), json!({"position": 99})).await;
        assert_eq!(names(&world, &world.agent).await, ["A", "B", "C"]);
        world.tick();
        world.post(&world.agent, VIEWS, saved("D", json!({"position": 1}))).await;
        assert_eq!(names(&world, &world.agent).await, ["A", "D", "B", "C"]);
        let list = world.get(&world.agent, &format!("{VIEWS}?recordType=contact")).await;
        assert_eq!(list["items"][0]["version"], 1, "the others only made room");
    }

    async fn at_most_two_hundred_views_of_a_list_are_ones_own(world: World) {
        for n in 0..200 {
            world.post(&world.agent, VIEWS, saved(&format!("V{n}"), json!({}))).await;
        }
        let more = saved("More", json!({}));
        assert_eq!(world.refused(&world.agent, "POST", VIEWS, more.clone()).await, (409, "record.too_many".to_owned()));
        world.post(&world.colleague, VIEWS, more).await;
    }
}
