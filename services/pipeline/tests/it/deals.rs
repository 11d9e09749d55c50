//! Deals: create, read, change, list, trash.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, LOST, QUALIFIED, WON, World, encoded, id_of, texts};

fn at(id: &str) -> String {
    format!("{DEALS}/{id}")
}

async fn titles(world: &World, query: &str) -> Vec<String> {
    let mut titles = texts(&world.get(&world.manager, &format!("{DEALS}?{query}")).await, "/title");
    titles.sort();
    titles
}

async fn filter(world: &World, filter: Value) -> Vec<String> {
    titles(world, &format!("filter={}", encoded(&filter.to_string()))).await
}

on_both! {
    async fn a_deal_is_created_and_read_back(world: World) {
        let sales = world.sales(&world.manager).await;
        let company = world.company(&world.manager, "Acme");
        let contact = world.contact(&world.manager, "Anna", None, Some(&company));
        let created = world.post(&world.manager, DEALS, json!({
            "title": "  Big \u{200B} deal ", "amountMinor": 125_000, "companyId": company, "contactId": contact,
            "ownerId": world.agent.user_id(), "expectedCloseOn": "2026-12-31", "source": "Conference", "tags": ["VIP", "vip"],
            "description": "Line\r\ntwo", "custom": {"k": 1}
        })).await;
        assert_eq!((&created["title"], &created["currency"]), (&json!("Big deal"), &json!("USD")));
        assert_eq!((&created["stageId"], &created["status"]), (&json!(sales.stages[LEAD]), &json!("open")));
        assert_eq!(created["company"], json!({"id": company, "name": "Acme"}));
        assert_eq!((&created["contact"]["name"], &created["owner"]["name"]), (&json!("Anna"), &json!("Andy Agent")));
        assert_eq!((&created["tags"], &created["description"]), (&json!(["VIP"]), &json!("Line\ntwo")));
        assert_eq!((&created["daysInStage"], &created["rotting"], &created["version"]), (&json!(0), &json!(false), &json!(1)));
        assert_eq!(world.get(&world.manager, &at(&id_of(&created))).await, created);
        let history = world.get(&world.manager, &format!("{}/history", at(&id_of(&created)))).await;
        let first = &history["items"][0];
        assert_eq!((&first["cause"], &first["from"], &first["clientId"]), (&json!("created"), &Value::Null, &json!(contact)));
        assert_eq!((&first["movedBy"]["name"], &first["to"]["name"]), (&json!("Mary Manager"), &json!("Lead")));
        assert_eq!((world.events("deal.created").await, world.count("change_log", "subject_kind = 'deal'").await), (1, 1));
    }

    async fn every_bad_value_is_named(world: World) {
        let bad = json!({"title": "", "amountMinor": 1_000_000_000_000_001_i64, "expectedCloseOn": "soon"});
        let refused = world.refused(&world.manager, "POST", DEALS, bad).await;
        let expected = "title field.required, amountMinor field.number.range, expectedCloseOn day.invalid";
        assert_eq!(refused, (422, expected.to_owned()));
        for (field, code) in [("stageId", "reference.unknown"), ("pipelineId", "reference.unknown"),
                              ("contactId", "reference.unknown"), ("companyId", "reference.unknown"), ("ownerId", "reference.unknown")] {
            let body = json!({"title": "A", field: uuid::Uuid::max()});
            assert_eq!(world.refused(&world.manager, "POST", DEALS, body).await, (422, format!("{field} {code}")));
        }
        let other = id_of(&world.post(&world.manager, "/api/pipeline", json!({"name": "B"})).await);
        let sales = world.sales(&world.manager).await;
        let torn = json!({"title": "A", "pipelineId": other, "stageId": sales.stages[LEAD]});
        assert_eq!(world.refused(&world.manager, "POST", DEALS, torn).await.1, "stageId stage.other_pipeline");
        let lost = json!({"title": "A", "stageId": sales.stages[LOST]});
        assert_eq!(world.refused(&world.manager, "POST", DEALS, lost).await.1, "lostReason field.required");
        let unknown = json!({"title": "A", "nope": 1});
        assert_eq!(world.refused(&world.manager, "POST", DEALS, unknown).await.1, "nope field.unknown");
        assert_eq!(world.refused(&world.viewer, "POST", DEALS, json!({"title": "A"})).await, (403, "permission.denied".to_owned()));
    }

    async fn a_change_is_checked_against_the_version_and_tells_what_it_changed(world: World) {
        let sales = world.sales(&world.manager).await;
        let id = world.deal(&sales.stages[LEAD], "A").await;
        let changed = world.ok(&world.manager, "PATCH", &at(&id), json!({"title": "B", "amountMinor": 5, "version": 1}), 200).await;
        assert_eq!((&changed["title"], &changed["version"], &changed["currency"]), (&json!("B"), &json!(2), &json!("USD")));
        let same = world.ok(&world.manager, "PATCH", &at(&id), json!({"title": "B"}), 200).await;
        assert_eq!(same["version"], 2, "what changes nothing writes nothing");
        let (status, stale) = world.call(&world.manager, "PATCH", &at(&id), json!({"title": "C", "version": 1})).await;
        assert_eq!((status, &stale["code"]), (409, &json!("version.conflict")));
        assert_eq!(stale["conflict"]["current"], changed);
        let replaced = world.ok(&world.manager, "PUT", &at(&id), json!({"title": "D"}), 200).await;
        assert_eq!((&replaced["amountMinor"], &replaced["currency"]), (&Value::Null, &Value::Null));
        assert_eq!(world.refused(&world.manager, "PUT", &at(&id), json!({})).await.1, "title field.required");
        for body in [json!({"stageId": sales.stages[WON]}), json!({"position": "a0"}), json!({"pipelineId": sales.id})] {
            assert_eq!(world.refused(&world.manager, "PATCH", &at(&id), body).await.0, 422, "only a move changes the place");
        }
        assert_eq!((world.events("deal.updated").await, world.count("change_log", "subject_kind = 'deal'").await), (2, 3));
    }

    async fn agents_reach_their_own_deals_and_those_of_nobody(world: World) {
        let mine = json!({"title": "Mine", "ownerId": world.agent.user_id()});
        let mine = id_of(&world.post(&world.manager, DEALS, mine).await);
        let shared = id_of(&world.post(&world.agent, DEALS, json!({"title": "Shared"})).await);
        assert_eq!(texts(&world.get(&world.agent, DEALS).await, "/title").len(), 2);
        assert_eq!(texts(&world.get(&world.colleague, DEALS).await, "/title"), ["Shared"]);
        for (method, path, body) in [
            ("GET", at(&mine), Value::Null),
            ("PATCH", at(&mine), json!({"title": "X"})),
            ("DELETE", at(&mine), Value::Null),
            ("GET", format!("{}/history", at(&mine)), Value::Null),
            ("PATCH", format!("{}/stage", at(&mine)), json!({"stageId": world.sales(&world.manager).await.stages[QUALIFIED]})),
        ] {
            assert_eq!(world.refused(&world.colleague, method, &path, body).await.0, 404, "{method} {path}");
        }
        let to_other = json!({"ownerId": world.colleague.user_id()});
        assert_eq!(world.refused(&world.agent, "PATCH", &at(&shared), to_other).await.1, "ownerId owner.not_allowed");
        world.ok(&world.agent, "PATCH", &at(&shared), json!({"ownerId": world.agent.user_id()}), 200).await;
        let theirs = world.contact(&world.manager, "Theirs", Some(&world.colleague), None);
        let link = json!({"contactId": theirs});
        assert_eq!(world.refused(&world.agent, "PATCH", &at(&shared), link).await.1, "contactId reference.unknown");
        let pipelines = world.get(&world.colleague, "/api/pipeline").await;
        assert_eq!(pipelines["items"][0]["stages"][0]["totals"]["deals"], 0, "totals are of what is within reach");
    }

    async fn deals_are_filtered_sorted_searched_and_paged(world: World) {
        let sales = world.sales(&world.manager).await;
        let company = world.company(&world.manager, "Acme");
        for (n, (title, stage, amount, day)) in [
            ("Альфа один", LEAD, Some(300), Some("2026-10-01")),
            ("Beta two", QUALIFIED, Some(100), None),
            ("Gamma three", WON, None, Some("2026-09-25")),
        ].into_iter().enumerate() {
            world.tick();
            let body = json!({"title": title, "stageId": sales.stages[stage], "amountMinor": amount, "expectedCloseOn": day,
                "tags": [format!("t{n}")], "companyId": (n == 0).then_some(&company)});
            world.post(&world.manager, DEALS, body).await;
        }
        assert_eq!(filter(&world, json!({"field": "status", "op": "eq", "value": "won"})).await, ["Gamma three"]);
        assert_eq!(filter(&world, json!({"field": "amount", "op": "gte", "value": 200})).await, ["Альфа один"]);
        let october = json!({"field": "expectedCloseOn", "op": "between", "value": ["2026-10-01", "2026-10-31"]});
        assert_eq!(filter(&world, october).await, ["Альфа один"]);
        assert_eq!(filter(&world, json!({"field": "companyId", "op": "eq", "value": company})).await, ["Альфа один"]);
        assert_eq!(filter(&world, json!({"field": "stageId", "op": "in", "value": [sales.stages[QUALIFIED]]})).await, ["Beta two"]);
        assert_eq!(filter(&world, json!({"field": "tags", "op": "has", "value": "t1"})).await, ["Beta two"]);
        assert_eq!(filter(&world, json!({"field": "title", "op": "contains", "value": "АЛЬФ"})).await, ["Альфа один"]);
        assert_eq!(filter(&world, json!({"field": "ownerId", "op": "isEmpty"})).await.len(), 3);
        assert_eq!(titles(&world, &format!("search={}", encoded("альф од"))).await, ["Альфа один"]);
        assert_eq!(titles(&world, "search=nothing").await, Vec::<String>::new());
        let sorted = |by: &'static str| {
            let world = &world;
            async move { texts(&world.get(&world.manager, &format!("{DEALS}?sort={by}")).await, "/title") }
        };
        assert_eq!(sorted("-amount").await, ["Альфа один", "Beta two", "Gamma three"]);
        assert_eq!(sorted("expectedCloseOn").await, ["Gamma three", "Альфа один", "Beta two"]);
        assert_eq!(sorted("title").await[0], "Beta two");
        let first = world.get(&world.manager, &format!("{DEALS}?sort=stageEnteredAt&limit=2")).await;
        let cursor = first["page"]["nextCursor"].as_str().unwrap();
        let second = world.get(&world.manager, &format!("{DEALS}?sort=stageEnteredAt&limit=2&cursor={cursor}")).await;
        assert_eq!((texts(&second, "/title"), &second["page"]["total"]), (vec!["Gamma three".to_owned()], &json!(3)));
        let bad = format!("{DEALS}?filter={}", encoded(&json!({"field": "status", "op": "eq", "value": "x"}).to_string()));
        assert_eq!(world.refused(&world.manager, "GET", &bad, Value::Null).await, (422, "filter filter.value".to_owned()));
    }

    async fn a_deal_rots_when_it_stays_too_long(world: World) {
        let sales = world.sales(&world.manager).await;
        let stage = format!("/api/pipeline/stages/{}", sales.stages[LEAD]);
        let rotting = |value: bool| json!({"field": "rotting", "op": "eq", "value": value});
        let id = world.deal(&sales.stages[LEAD], "Old").await;
        world.deal(&sales.stages[QUALIFIED], "Elsewhere").await;
        assert_eq!(filter(&world, rotting(true)).await, Vec::<String>::new(), "no stage asks for it");
        world.ok(&world.manager, "PUT", &stage, json!({"rotDays": 7}), 200).await;
        world.pass_days(6);
        assert_eq!(world.get(&world.manager, &at(&id)).await["rotting"], false);
        world.pass_days(1);
        world.deal(&sales.stages[LEAD], "New").await;
        let deal = world.get(&world.manager, &at(&id)).await;
        assert_eq!((&deal["rotting"], &deal["daysInStage"]), (&json!(true), &json!(7)));
        assert_eq!(filter(&world, rotting(true)).await, ["Old"]);
        assert_eq!(filter(&world, json!({"not": rotting(true)})).await, ["Elsewhere", "New"]);
        assert_eq!(filter(&world, rotting(false)).await, ["Elsewhere", "New"]);
    }

    async fn a_deal_goes_to_the_trash_comes_back_and_goes_for_good(world: World) {
        let sales = world.sales(&world.manager).await;
        let id = world.deal(&sales.stages[LEAD], "A").await;
        world.deal(&sales.stages[LEAD], "B").await;
        let purge = format!("{}/purge", at(&id));
        assert_eq!(world.refused(&world.manager, "DELETE", &purge, Value::Null).await, (409, "record.not_in_trash".to_owned()));
        world.ok(&world.agent, "DELETE", &at(&id), Value::Null, 204).await;
        world.ok(&world.agent, "DELETE", &at(&id), Value::Null, 204).await;
        assert_eq!(titles(&world, "").await, ["B"]);
        assert_eq!(titles(&world, "trash=true").await, ["A"]);
        assert_eq!(world.column(&sales.id, &sales.stages[LEAD]).await, ["B"]);
        let moving = json!({"stageId": sales.stages[QUALIFIED]});
        for (method, path, body) in [("PATCH", at(&id), json!({"title": "X"})), ("PATCH", format!("{}/stage", at(&id)), moving)] {
            assert_eq!(world.refused(&world.manager, method, &path, body).await, (409, "record.in_trash".to_owned()));
        }
        let restored = world.ok(&world.manager, "POST", &format!("{}/restore", at(&id)), Value::Null, 200).await;
        assert_eq!((&restored["deletedAt"], &restored["version"]), (&Value::Null, &json!(3)));
        assert_eq!(world.column(&sales.id, &sales.stages[LEAD]).await, ["B", "A"]);
        world.ok(&world.manager, "DELETE", &at(&id), Value::Null, 204).await;
        assert_eq!(world.refused(&world.agent, "DELETE", &purge, Value::Null).await.0, 403);
        world.ok(&world.manager, "DELETE", &purge, Value::Null, 204).await;
        assert_eq!(world.refused(&world.manager, "GET", &at(&id), Value::Null).await.0, 404);
        assert_eq!(world.count("stage_history", "1 = 1").await, 1, "that of the other one");
        let values = "subject_kind = 'deal' and (before is not null or after is not null)";
        assert_eq!(world.count("change_log", values).await, 1, "no values of it are kept");
        for (event, times) in [("deal.deleted", 2), ("deal.restored", 1), ("deal.purged", 1)] {
            assert_eq!(world.events(event).await, times, "{event}");
        }
    }

    async fn a_page_costs_as_many_statements_as_a_row(world: World) {
        let sales = world.sales(&world.manager).await;
        for n in 0..30 {
            let company = world.company(&world.manager, &format!("C{n}"));
            let body = json!({"title": format!("D{n}"), "companyId": company, "ownerId": world.agent.user_id()});
            world.post(&world.manager, DEALS, body).await;
        }
        let board = format!("/api/pipeline/{}/board", sales.id);
        let cost = async |path: &str| {
            let (statements, questions) = (world.db().statement_count(), world.people.asked());
            world.get(&world.manager, path).await;
            (world.db().statement_count() - statements, world.people.asked() - questions)
        };
        assert_eq!(cost(&format!("{DEALS}?limit=30")).await, (2, 3), "the rows and their number");
        assert_eq!(cost(&board).await, (4, 3), "pipelines, stages, sums, cards");
        assert_eq!(cost(&format!("{board}/{}", sales.stages[LEAD])).await, (3, 3));
        assert_eq!(cost("/api/pipeline").await, (3, 0));
        assert_eq!(cost(&format!("/api/pipeline/stages/{}/history", sales.stages[LEAD])).await, (4, 1));
    }
}
