//! Deals among the other services: the pipeline of a new organization, names, roles, batches.

use identity::Role;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{Client, World};

const DEALS: &str = "/api/crm/deals";

/// The ids of the stages of the first pipeline.
async fn stages(client: &Client) -> Vec<String> {
    let list = client.get("/api/pipeline").await.expect(200);
    let stages = list["items"][0]["stages"].as_array().expect("stages").clone();
    stages.iter().map(|stage| stage["id"].as_str().unwrap().to_owned()).collect()
}

fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn whoever_signs_up_has_a_pipeline_in_their_language(world: World) {
        let owner = world.owner().await;
        let anon = world.anon().with("accept-language", "ru");
        let signed_up = anon.post("/api/auth/signup", crate::world::sign_up_body("anna@example.com")).await;
        let anna = world.anon().signed_in(&signed_up.expect(201));
        world.settle().await;
        for (client, first) in [(&owner, "Lead"), (&anna, "Лид")] {
            let list = client.get("/api/pipeline").await.expect(200);
            assert_eq!(list["items"].as_array().unwrap().len(), 1);
            assert_eq!(list["items"][0]["stages"][0]["name"], first);
        }
    }

    async fn a_contact_becomes_a_deal_that_is_won(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        let stages = stages(&owner).await;
        let contact = owner.post("/api/crm/contacts", json!({"name": "Anna", "companyName": "Acme"})).await.expect(201);
        let path = format!("/api/pipeline/clients/{}/stage", id_of(&contact));
        let deal = owner.put(&path, json!({"stageId": stages[0]})).await.expect(200);
        assert_eq!((&deal["title"], &deal["contact"]["name"]), (&json!("Anna"), &json!("Anna")));
        assert_eq!(deal["company"], json!({"id": contact["companyId"], "name": "Acme"}));
        let company = format!("/api/crm/companies/{}", contact["companyId"].as_str().unwrap());
        owner.patch(&company, json!({"name": "Acme Labs"})).await.expect(200);
        let won = owner.put(&path, json!({"stageId": stages[5], "reason": "Signed"})).await.expect(200);
        assert_eq!((&won["status"], &won["company"]["name"]), (&json!("won"), &json!("Acme Labs")));
        owner.delete(&company).await;
        owner.delete(&format!("{company}/purge")).await;
        let bare = owner.get(&format!("{DEALS}/{}", id_of(&won))).await.expect(200);
        assert_eq!(bare["company"], Value::Null, "what is gone for good has no name");
        let history = owner.get(&format!("{DEALS}/{}/history", id_of(&won))).await.expect(200);
        assert_eq!(history["items"][0]["movedBy"]["name"], "Anna Kowalska");
        world.settle().await;
    }

    async fn a_stage_knows_the_role_of_who_moves(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let stages = stages(&owner).await;
        let rules = json!({"entryRules": {"roles": ["owner", "manager"]}});
        owner.put(&format!("/api/pipeline/stages/{}", stages[1]), rules).await.expect(200);
        let deal = id_of(&agent.post(DEALS, json!({"title": "Shared"})).await.expect(201));
        let path = format!("{DEALS}/{deal}/stage");
        let russian = agent.with("accept-language", "ru");
        let refused = russian.patch(&path, json!({"stageId": stages[1]})).await.expect(422);
        assert_eq!(refused["missing"], json!([{"rule": "role", "message": "Ваша роль не позволяет этот перевод."}]));
        owner.patch(&path, json!({"stageId": stages[1]})).await.expect(200);
        let keyed = agent.with("idempotency-key", "once");
        let first = keyed.post(DEALS, json!({"title": "Once"})).await.expect(201);
        assert_eq!(keyed.post(DEALS, json!({"title": "Once"})).await.expect(201), first);
        world.settle().await;
    }

    async fn a_bulk_operation_on_deals_is_followed_and_undone_as_any_other(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let stages = stages(&owner).await;
        for title in ["A", "B"] {
            owner.post(DEALS, json!({"title": title})).await.expect(201);
        }
        let body = json!({"action": "move", "stageId": stages[2], "all": true});
        let batch = owner.post(&format!("{DEALS}/bulk"), body).await.expect(202);
        assert_eq!((&batch["recordType"], &batch["total"], &batch["status"]), (&json!("deal"), &json!(2), &json!("running")));
        world.settle().await;
        let path = format!("/api/crm/batches/{}", id_of(&batch));
        let done = owner.get(&path).await.expect(200);
        assert_eq!((&done["status"], &done["done"], &done["conflicts"]), (&json!("completed"), &json!(2), &json!(0)));
        assert_eq!(agent.get(&path).await.code(404), "not_found");
        let in_stage = |list: &Value, stage: usize| list["items"].as_array().unwrap().iter().filter(|d| d["stageId"] == stages[stage]).count();
        assert_eq!(in_stage(&owner.get(DEALS).await.expect(200), 2), 2);
        owner.post(&format!("{path}/undo"), json!({})).await.expect(202);
        world.settle().await;
        assert_eq!(owner.get(&path).await.expect(200)["status"], "reverted");
        assert_eq!(in_stage(&owner.get(DEALS).await.expect(200), 0), 2);
        assert_eq!(owner.post(&format!("{path}/undo"), json!({})).await.code(409), "batch.reverted");
    }
}
