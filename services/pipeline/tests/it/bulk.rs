//! Bulk operations on deals, and undoing them.

use batches::Batch;
use contracts::jobs::UNDO_DEALS;
use kernel::Scope;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{DEALS, LEAD, LOST, QUALIFIED, Sales, WON, World, encoded, id_of, texts};

async fn deals(world: &World, sales: &Sales, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..count {
        let body = json!({"title": format!("D{n}"), "amountMinor": n, "stageId": sales.stages[LEAD], "tags": ["old"]});
        ids.push(id_of(&world.post(&world.manager, DEALS, body).await));
    }
    ids
}

async fn bulk(world: &World, who: &Scope, body: Value) -> Batch {
    let id = id_of(&world.ok(who, "POST", &format!("{DEALS}/bulk"), body, 202).await);
    world.settle().await;
    find(world, id.parse().unwrap()).await
}

async fn find(world: &World, id: Uuid) -> Batch {
    batches::find(&world.db().reader(&world.manager), &world.manager, id).await.unwrap().unwrap()
}

/// As the route of batches does it.
async fn undo(world: &World, batch: &Batch) -> Batch {
    let tx = world.db().begin(&world.manager).await.unwrap();
    let undo = batches::begin_undo(&tx, batch).await.unwrap().unwrap();
    batches::start(&tx, UNDO_DEALS, undo.id).await.unwrap();
    tx.commit().await.unwrap();
    world.settle().await;
    assert_eq!(find(world, batch.id).await.status.as_str(), "reverted");
    find(world, undo.id).await
}

/// Every deal but what an undo cannot give back.
async fn all(world: &World) -> Vec<Value> {
    let mut items = world.get(&world.manager, &format!("{DEALS}?sort=title&limit=100")).await["items"].clone();
    for item in items.as_array_mut().unwrap() {
        item["version"].take();
        item["updatedAt"].take();
    }
    items.as_array().unwrap().clone()
}

fn outcome(batch: &Batch) -> (&'static str, i64, i64) {
    (batch.status.as_str(), batch.done, batch.conflicts)
}

on_both! {
    async fn many_deals_are_edited_and_undone(world: World) {
        let sales = world.sales(&world.manager).await;
        let ids = deals(&world, &sales, 4).await;
        world.pass_days(1);
        let before = all(&world).await;
        let owner = world.agent.user_id();
        for (body, field, value) in [
            (json!({"action": "assign", "ownerId": owner}), "/owner/name", json!("Andy Agent")),
            (json!({"action": "addTags", "tags": ["new", "OLD"]}), "/tags", json!(["old", "new"])),
            (json!({"action": "removeTags", "tags": ["Old"]}), "/tags", json!([])),
            (json!({"action": "setExpectedCloseOn", "expectedCloseOn": "2027-01-31"}), "/expectedCloseOn", json!("2027-01-31")),
        ] {
            let mut body = body;
            body["ids"] = json!(ids[..3]);
            let batch = bulk(&world, &world.manager, body).await;
            assert_eq!(outcome(&batch), ("completed", 3, 0));
            let changed = all(&world).await.iter().filter(|deal| deal.pointer(field) == Some(&value)).count();
            assert_eq!(changed, 3, "{field}");
            assert_eq!(outcome(&undo(&world, &batch).await), ("completed", 3, 0));
            assert_eq!(all(&world).await, before, "{field}");
        }
        assert_eq!(world.events("bulk.completed").await, 4);
    }

    async fn all_that_match_are_moved_and_come_back_to_their_places(world: World) {
        let sales = world.sales(&world.manager).await;
        deals(&world, &sales, 5).await;
        let before = all(&world).await;
        world.pass_days(3);
        let filter = json!({"field": "amount", "op": "gte", "value": 2});
        let body = json!({"action": "move", "stageId": sales.stages[WON], "all": true, "filter": filter, "reason": "Signed"});
        let batch = bulk(&world, &world.agent, body).await;
        assert_eq!(outcome(&batch), ("completed", 3, 0));
        assert_eq!(world.column(&sales.id, &sales.stages[WON]).await, ["D4", "D3", "D2"], "in the order they had");
        assert_eq!((world.events("deal.won").await, world.events("deal.stage.changed").await), (3, 3));
        let undone = undo(&world, &batch).await;
        assert_eq!(outcome(&undone), ("completed", 3, 0));
        let mut expected = before.clone();
        for deal in &mut expected {
            deal["daysInStage"] = json!(3);
        }
        assert_eq!(all(&world).await, expected);
        assert_eq!(world.column(&sales.id, &sales.stages[LEAD]).await, ["D4", "D3", "D2", "D1", "D0"]);
        let path = format!("{DEALS}/{}/history", id_of(&before[4]));
        let history = world.get(&world.manager, &path).await;
        assert_eq!(texts(&history, "/to/name"), ["Lead", "Won", "Lead"]);
        assert_eq!((&history["items"][1]["cause"], &history["items"][1]["reason"]), (&json!("bulk"), &json!("Signed")));
        assert_eq!(history["items"][0]["secondsInFrom"], 0);
    }

    async fn what_stages_refuse_stays_and_counts_as_a_conflict(world: World) {
        let sales = world.sales(&world.manager).await;
        let path = format!("/api/pipeline/stages/{}", sales.stages[QUALIFIED]);
        world.ok(&world.manager, "PUT", &path, json!({"wipLimit": 2, "entryRules": {"requiredFields": ["amount"]}}), 200).await;
        let mut ids = deals(&world, &sales, 3).await;
        ids.push(world.deal(&sales.stages[LEAD], "Unpriced").await);
        let batch = bulk(&world, &world.manager, json!({"action": "move", "stageId": sales.stages[QUALIFIED], "ids": ids})).await;
        assert_eq!(outcome(&batch), ("completed", 4, 2));
        assert_eq!(world.column(&sales.id, &sales.stages[QUALIFIED]).await.len(), 2);
        let silent = json!({"action": "move", "stageId": sales.stages[LOST], "all": true});
        let refused = world.refused(&world.manager, "POST", &format!("{DEALS}/bulk"), silent).await;
        assert_eq!(refused, (422, "lostReason field.required".to_owned()));
        let unknown = json!({"action": "move", "stageId": Uuid::max(), "all": true});
        assert_eq!(world.refused(&world.manager, "POST", &format!("{DEALS}/bulk"), unknown).await.1, "stageId reference.unknown");
    }

    async fn an_undo_leaves_alone_what_was_changed_since(world: World) {
        let sales = world.sales(&world.manager).await;
        let ids = deals(&world, &sales, 3).await;
        let batch = bulk(&world, &world.manager, json!({"action": "move", "stageId": sales.stages[QUALIFIED], "all": true})).await;
        world.move_to(&ids[1], &sales.stages[WON]).await;
        assert_eq!(outcome(&undo(&world, &batch).await), ("completed", 2, 1));
        assert_eq!(world.column(&sales.id, &sales.stages[WON]).await, ["D1"]);
        let gone = bulk(&world, &world.manager, json!({"action": "move", "stageId": sales.stages[QUALIFIED], "ids": [ids[0]]})).await;
        let path = format!("/api/pipeline/stages/{}?moveTo={}", sales.stages[LEAD], sales.stages[WON]);
        world.ok(&world.manager, "DELETE", &path, Value::Null, 204).await;
        assert_eq!(outcome(&undo(&world, &gone).await), ("completed", 0, 1), "its stage is gone");
    }

    async fn agents_change_only_what_they_reach(world: World) {
        let sales = world.sales(&world.manager).await;
        let ids = deals(&world, &sales, 2).await;
        let assign = json!({"action": "assign", "ownerId": world.colleague.user_id(), "ids": [ids[0]]});
        bulk(&world, &world.manager, assign).await;
        let batch = bulk(&world, &world.agent, json!({"action": "delete", "all": true})).await;
        assert_eq!(outcome(&batch).0, "completed");
        bulk(&world, &world.agent, json!({"action": "delete", "ids": [ids[0]]})).await;
        world.ok(&world.stranger, "POST", &format!("{DEALS}/bulk"), json!({"action": "delete", "ids": ids}), 202).await;
        world.settle().await;
        assert_eq!(texts(&world.get(&world.manager, DEALS).await, "/title"), ["D0"]);
        let trash = json!({"field": "title", "op": "eq", "value": "d1"});
        bulk(&world, &world.agent, json!({"action": "restore", "all": true, "filter": trash})).await;
        assert_eq!(texts(&world.get(&world.manager, DEALS).await, "/title").len(), 2);
        let path = format!("{DEALS}/bulk");
        assert_eq!(world.refused(&world.viewer, "POST", &path, json!({"action": "delete", "all": true})).await.0, 403);
        let to_other = json!({"action": "assign", "ownerId": world.colleague.user_id(), "all": true});
        assert_eq!(world.refused(&world.agent, "POST", &path, to_other).await.1, "ownerId owner.not_allowed");
        let seen = encoded(&json!({"field": "ownerId", "op": "eq", "value": "me"}).to_string());
        assert_eq!(texts(&world.get(&world.colleague, &format!("{DEALS}?filter={seen}")).await, "/title"), ["D0"]);
    }
}
