//! Stages: their order, their limits, deletion.

use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, MEETING, QUALIFIED, WON, World, id_of, texts};

const STAGES: &str = "/api/pipeline/stages";

fn at(id: &str) -> String {
    format!("{STAGES}/{id}")
}

async fn names(world: &World, pipeline: &str) -> Vec<String> {
    let list = world.get(&world.manager, &format!("{STAGES}?pipelineId={pipeline}")).await;
    let items = list["items"].as_array().unwrap().clone();
    let places: Vec<_> =
        items.iter().filter(|s| s["archivedAt"].is_null()).map(|s| s["position"].as_i64().unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    texts(&list, "/name")
}

on_both! {
    async fn a_new_stage_stands_behind_those_of_its_kind(world: World) {
        let sales = world.sales(&world.manager).await;
        let body = json!({"pipelineId": sales.id, "name": "Trial", "rotDays": 14, "wipLimit": 5, "color": "pink",
            "entryRules": {"requiredFields": ["amount", "amount"], "roles": ["manager"]}});
        let stage = world.post(&world.manager, STAGES, body).await;
        assert_eq!((&stage["position"], &stage["kind"], &stage["probability"]), (&json!(5), &json!("open"), &json!(50)));
        assert_eq!(stage["entryRules"], json!({"requiredFields": ["amount"], "roles": ["manager"]}));
        assert_eq!(names(&world, &sales.id).await[4..], ["Negotiation", "Trial", "Won", "Lost"]);
        let first = world.post(&world.manager, STAGES, json!({"pipelineId": sales.id, "name": "First", "position": 0})).await;
        assert_eq!((&names(&world, &sales.id).await[0], &first["version"]), (&"First".to_owned(), &json!(1)));
        let bad = json!({"pipelineId": sales.id, "name": "", "probability": 101, "rotDays": 0});
        let refused = world.refused(&world.manager, "POST", STAGES, bad).await;
        let expected = "name field.required, probability field.number.range, rotDays field.number.range";
        assert_eq!(refused, (422, expected.to_owned()));
        let unknown = json!({"pipelineId": sales.id, "name": "A", "exitRules": {"requiredFields": ["nope"]}});
        let refused = world.refused(&world.manager, "POST", STAGES, unknown).await;
        assert_eq!(refused.1, "exitRules.requiredFields[0] field.choice.unknown");
        assert_eq!(world.refused(&world.agent, "POST", STAGES, json!({"pipelineId": sales.id, "name": "A"})).await.0, 403);
    }

    async fn a_stage_moves_and_the_others_close_up(world: World) {
        let sales = world.sales(&world.manager).await;
        let lead = world.ok(&world.manager, "PUT", &at(&sales.stages[LEAD]), json!({"position": 2, "version": 1}), 200).await;
        assert_eq!((&lead["position"], &lead["version"], &lead["name"]), (&json!(2), &json!(2), &json!("Lead")));
        assert_eq!(names(&world, &sales.id).await[..4], ["Qualified", "Meeting", "Lead", "Proposal"]);
        assert_eq!(world.events("stage.updated").await, 3, "those that stand elsewhere, and no others");
        let (status, stale) = world.call(&world.manager, "PUT", &at(&sales.stages[LEAD]), json!({"version": 1})).await;
        assert_eq!((status, &stale["conflict"]["current"]["position"]), (409, &json!(2)));
        world.ok(&world.manager, "PUT", &at(&sales.stages[LEAD]), json!({"version": 2, "name": "Lead"}), 200).await;
        assert_eq!(world.events("stage.updated").await, 3, "what changes nothing tells nothing");
    }

    async fn a_stage_with_deals_keeps_its_kind_and_is_not_archived(world: World) {
        let sales = world.sales(&world.manager).await;
        world.deal(&sales.stages[LEAD], "A").await;
        for body in [json!({"kind": "won"}), json!({"archived": true})] {
            let (status, refused) = world.call(&world.manager, "PUT", &at(&sales.stages[LEAD]), body).await;
            assert_eq!((status, &refused["code"], &refused["deals"]), (409, &json!("stage_has_deals"), &json!(1)));
        }
        let archived = world.ok(&world.manager, "PUT", &at(&sales.stages[MEETING]), json!({"archived": true}), 200).await;
        assert!(archived["archivedAt"].is_string());
        assert_eq!(names(&world, &sales.id).await.last().unwrap(), "Meeting", "archived ones come last");
        let to = json!({"title": "B", "stageId": sales.stages[MEETING]});
        assert_eq!(world.refused(&world.manager, "POST", DEALS, to).await.1, "stageId reference.unknown");
        world.ok(&world.manager, "PUT", &at(&sales.stages[MEETING]), json!({"archived": false}), 200).await;
        assert_eq!(names(&world, &sales.id).await[2], "Meeting");
    }

    async fn a_pipeline_keeps_one_open_stage(world: World) {
        let body = json!({"name": "B", "template": "empty"});
        let pipeline = world.post(&world.manager, "/api/pipeline", body).await;
        let only = id_of(&pipeline["stages"][0]);
        let last = (409, "last_open_stage".to_owned());
        assert_eq!(world.refused(&world.manager, "DELETE", &at(&only), Value::Null).await, last);
        assert_eq!(world.refused(&world.manager, "PUT", &at(&only), json!({"kind": "lost"})).await, last);
        assert_eq!(world.refused(&world.manager, "PUT", &at(&only), json!({"archived": true})).await, last);
    }

    async fn the_deals_of_a_deleted_stage_go_where_it_is_said(world: World) {
        let sales = world.sales(&world.manager).await;
        let (lead, qualified) = (&sales.stages[LEAD], &sales.stages[QUALIFIED]);
        for title in ["A", "B"] {
            world.deal(lead, title).await;
        }
        let there = world.deal(qualified, "C").await;
        let (status, refused) = world.call(&world.manager, "DELETE", &at(lead), Value::Null).await;
        assert_eq!((status, &refused["code"], &refused["deals"]), (409, &json!("stage_has_deals"), &json!(2)));
        let unknown = format!("{}?moveTo={}", at(lead), uuid::Uuid::max());
        assert_eq!(world.refused(&world.manager, "DELETE", &unknown, Value::Null).await.1, "moveTo reference.unknown");
        world.ok(&world.manager, "DELETE", &format!("{}?moveTo={qualified}", at(lead)), Value::Null, 204).await;
        assert_eq!(world.column(&sales.id, qualified).await, ["C", "B", "A"], "in their order, behind those that were there");
        assert_eq!(names(&world, &sales.id).await[0], "Qualified");
        let history = world.get(&world.manager, &format!("{}/history", at(qualified))).await;
        let told: Vec<_> = history["items"].as_array().unwrap().iter()
            .map(|m| (m["dealTitle"].as_str().unwrap(), m["cause"].as_str().unwrap(), m["from"]["name"].clone())).collect();
        assert_eq!(told.len(), 3);
        assert_eq!(told.iter().filter(|m| m.1 == "stage_deleted" && m.2 == "Lead").count(), 2, "{told:?}");
        assert_eq!(world.refused(&world.manager, "GET", &format!("{}/history", at(lead)), Value::Null).await.0, 404);
        world.ok(&world.manager, "DELETE", &at(&sales.stages[WON]), Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, &format!("{DEALS}/{there}")).await["version"], 1);
    }
}
