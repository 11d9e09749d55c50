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

    async fn the_timeline_of_a_deal_tells_moves_and_notes(world: World) {
        let owner = world.owner().await;
        let (agent, other) = (world.colleague(&owner, Role::Agent).await, world.colleague(&owner, Role::Viewer).await);
        world.settle().await;
        let stages = stages(&owner).await;
        let contact = owner.post("/api/crm/contacts", json!({"name": "Boris"})).await.expect(201);
        let body = json!({"title": "Big", "contactId": contact["id"], "ownerId": agent.user_id});
        let deal = id_of(&owner.post(DEALS, body).await.expect(201));
        let (path, timeline) = (format!("{DEALS}/{deal}/stage"), format!("{DEALS}/{deal}/timeline"));
        let notes = format!("{DEALS}/{deal}/notes");
        agent.post(&notes, json!({"body": "Called"})).await.expect(201);
        agent.patch(&path, json!({"stageId": stages[1], "reason": "Liked it"})).await.expect(200);
        // Aside in its column: no news.
        let above = id_of(&owner.post(DEALS, json!({"title": "Above", "stageId": stages[1]})).await.expect(201));
        owner.patch(&path, json!({"stageId": stages[1], "beforeId": above})).await.expect(200);
        // The stage goes: nobody chose the next one.
        let gone = format!("/api/pipeline/stages/{}?moveTo={}", stages[1], stages[2]);
        owner.delete(&gone).await.expect(204);
        let told = agent.get(&timeline).await.expect(200);
        let items = told["items"].as_array().unwrap();
        let moved = |n: usize| {
            let moved = &items[n]["moved"];
            let name = |side: &str| moved[side]["name"].as_str().unwrap_or_default().to_owned();
            (name("from"), name("to"), moved["cause"].as_str().unwrap_or_default().to_owned(), moved["auto"] == true)
        };
        let words = |from: &str, to: &str, cause: &str, auto| (from.to_owned(), to.to_owned(), cause.to_owned(), auto);
        assert_eq!(moved(0), words("Qualified", "Meeting", "stage_deleted", true));
        assert_eq!(moved(1), words("Lead", "Qualified", "manual", false));
        assert_eq!((&items[1]["moved"]["reason"], &items[1]["changes"]), (&json!("Liked it"), &json!([])));
        assert_eq!((&items[2]["note"]["body"], &items[2]["note"]["dealId"]), (&json!("Called"), &json!(deal)));
        assert_eq!((moved(3), items.len()), (words("", "Lead", "created", false), 4));
        let contact = json!({"field": "contactName", "from": null, "to": "Boris"});
        assert!(items[3]["changes"].as_array().unwrap().contains(&contact), "{}", items[3]["changes"]);
        for path in [&timeline, &notes] {
            other.get(path).await.expect(404);
        }
        // In the trash a deal keeps its notes and takes others, as a contact does; purged it leaves none.
        owner.delete(&format!("{DEALS}/{deal}")).await.expect(204);
        owner.post(&notes, json!({"body": "Xenophon"})).await.expect(201);
        assert_eq!(owner.get(&notes).await.expect(200)["page"]["total"], 2);
        owner.delete(&format!("{DEALS}/{deal}/purge")).await.expect(204);
        world.settle().await;
        owner.get(&notes).await.expect(404);
        owner.get(&timeline).await.expect(404);
    }

    async fn a_contact_and_a_company_tell_what_happened_to_their_deals(world: World) {
        let owner = world.owner().await;
        let (agent, other) = (world.colleague(&owner, Role::Agent).await, world.colleague(&owner, Role::Viewer).await);
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        let stages = stages(&owner).await;
        let contact = owner.post("/api/crm/contacts", json!({"name": "Boris", "companyName": "Acme"})).await.expect(201);
        let timelines = [("contacts", "id"), ("companies", "companyId")]
            .map(|(kind, id)| format!("/api/crm/{kind}/{}/timeline", contact[id].as_str().unwrap()));
        let body = json!({"title": "Big", "contactId": contact["id"], "companyId": contact["companyId"],
            "ownerId": agent.user_id, "amountMinor": 1000, "currency": "EUR"});
        let deal = format!("{DEALS}/{}", id_of(&owner.post(DEALS, body).await.expect(201)));
        let stage = format!("{deal}/stage");
        owner.patch(&stage, json!({"stageId": stages[1], "reason": "Liked it"})).await.expect(200);
        // Aside in its column: no news.
        let above = id_of(&owner.post(DEALS, json!({"title": "Above", "stageId": stages[1]})).await.expect(201));
        owner.patch(&stage, json!({"stageId": stages[1], "beforeId": above})).await.expect(200);
        owner.patch(&deal, json!({"title": "Bigger", "amountMinor": 2000})).await.expect(200);
        owner.patch(&stage, json!({"stageId": stages[5]})).await.expect(200);
        owner.post(&format!("{deal}/notes"), json!({"body": "Called"})).await.expect(201);
        owner.delete(&deal).await.expect(204);
        for timeline in &timelines {
            let told = agent.get(timeline).await.expect(200);
            let items: Vec<Value> = told["items"].as_array().unwrap().iter().filter(|item| item["deal"] != Value::Null).cloned().collect();
            let actions: Vec<&str> = items.iter().map(|item| item["action"].as_str().unwrap()).collect();
            assert_eq!(actions, ["deleted", "created", "updated", "updated", "updated", "created"], "{timeline}");
            for item in &items {
                let named = (&item["deal"]["title"], &item["deal"]["currency"], item["deal"]["id"].as_str().unwrap());
                assert_eq!(named, (&json!("Bigger"), &json!("EUR"), deal.rsplit('/').next().unwrap()), "as it is called now");
            }
            assert_eq!((&items[1]["note"]["body"], &items[1]["subject"]["kind"]), (&json!("Called"), &json!("note")));
            let moved = |n: usize| {
                let name = |side: &str| items[n]["moved"][side]["name"].as_str().unwrap_or_default().to_owned();
                [name("from"), name("to"), items[n]["moved"]["cause"].as_str().unwrap_or_default().to_owned()]
            };
            assert_eq!(moved(2), ["Qualified", "Won", "manual"]);
            assert_eq!(moved(4), ["Lead", "Qualified", "manual"]);
            assert_eq!(moved(5), ["", "Lead", "created"]);
            assert_eq!((&items[4]["moved"]["reason"], &items[3]["moved"]), (&json!("Liked it"), &Value::Null));
            assert!(items[3]["changes"].as_array().unwrap().contains(&json!({"field": "title", "from": "Big", "to": "Bigger"})));
            // The card aside is counted, as on the timeline of the deal.
            assert_eq!(told["page"]["total"], told["items"].as_array().unwrap().len() + 1);
            // Whoever does not reach the deal does not hear of it.
            let theirs = other.get(timeline).await.expect(200);
            let theirs = theirs["items"].as_array().unwrap().clone();
            assert!(!theirs.is_empty() && theirs.iter().all(|item| item["deal"] == Value::Null), "{theirs:?}");
            assert!(theirs.iter().all(|item| item["subject"]["kind"] != "deal"));
            stranger.get(timeline).await.expect(404);
        }
        let statements = async || {
            let before = world.db().statement_count();
            owner.get(&timelines[0]).await.expect(200);
            world.db().statement_count() - before
        };
        let of_one = statements().await;
        for n in 0..5 {
            let body = json!({"title": format!("Deal {n}"), "contactId": contact["id"]});
            owner.post(DEALS, body).await.expect(201);
        }
        assert_eq!(statements().await, of_one, "however many deals there are");
        owner.delete(&format!("{deal}/purge")).await.expect(204);
        world.settle().await;
        let left = owner.get(&timelines[1]).await.expect(200);
        assert!(left["items"].as_array().unwrap().iter().all(|item| item["deal"] == Value::Null), "gone for good");
    }

    async fn deals_are_found_tagged_and_counted(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        world.settle().await;
        let stages = stages(&owner).await;
        let contact = owner.post("/api/crm/contacts", json!({"name": "Anna", "companyName": "Acme", "tags": ["vip"]})).await;
        let contact = contact.expect(201);
        let deal = async |body: Value| id_of(&owner.post(DEALS, body).await.expect(201));
        let big = deal(json!({"title": "Big licence", "contactId": contact["id"], "companyId": contact["companyId"],
            "amountMinor": 1000, "currency": "EUR", "tags": ["vip", "hot"]})).await;
        let own = deal(json!({"title": "Own", "ownerId": owner.user_id, "amountMinor": 50, "currency": "USD"})).await;
        let won = deal(json!({"title": "Won licence", "amountMinor": 700, "currency": "EUR", "stageId": stages[5]})).await;
        let gone = deal(json!({"title": "Gone licence", "tags": ["gone"]})).await;
        owner.delete(&format!("{DEALS}/{gone}")).await;
        let found = async |client: &Client, words: &str| -> Vec<(String, String)> {
            let answer = client.get(&format!("/api/search?q={words}")).await.expect(200);
            let items = answer["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "deal");
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            items.map(|item| (text(&item["id"]), text(&item["subtitle"]))).collect()
        };
        let (of_big, of_won) = ((big, "Acme".to_owned()), (won, String::new()));
        assert_eq!(found(&owner, "lic").await, [of_won.clone(), of_big.clone()]);
        assert_eq!(found(&owner, "licnece").await, [of_won, of_big.clone()], "a slip of the finger");
        for words in ["anna", "acme"] {
            assert_eq!(found(&owner, words).await, std::slice::from_ref(&of_big), "{words}");
        }
        assert_eq!(found(&owner, "own").await, [(own, String::new())]);
        assert_eq!(found(&agent, "own").await, []);
        let tags = owner.get("/api/crm/tags").await.expect(200);
        assert_eq!(tags["items"], json!([{"name": "vip", "count": 2}, {"name": "hot", "count": 1}]));
        let deals = owner.get("/api/crm/overview").await.expect(200)["deals"].clone();
        assert_eq!((&deals["open"], &deals["wonThisMonth"]), (&json!(2), &json!(1)));
        assert_eq!(deals["wonAmounts"], json!([{"currency": "EUR", "amountMinor": 700}]));
        let mut open: Vec<String> = deals["openAmounts"].as_array().unwrap().iter().map(Value::to_string).collect();
        open.sort();
        assert_eq!(open, [r#"{"currency":"EUR","amountMinor":1000}"#, r#"{"currency":"USD","amountMinor":50}"#]
            .map(|text| serde_json::from_str::<Value>(text).unwrap().to_string()));
        let reached = agent.get("/api/crm/overview").await.expect(200)["deals"].clone();
        assert_eq!(reached["open"], 1, "a shared one");
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
