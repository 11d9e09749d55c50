//! Moving deals: history, order, rules for every writer, clients.

use kernel::{Coded, Scope};
use pipeline::{
    deals::deal::DealFields,
    moves::operation::{self, Cause, Course, Spot},
    plan,
};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, LOST, MEETING, QUALIFIED, Sales, WON, World, id_of, texts};

fn stage_of(deal: &str) -> String {
    format!("{DEALS}/{deal}/stage")
}

fn client(contact: &str) -> String {
    format!("/api/pipeline/clients/{contact}/stage")
}

/// Makes the second stage ask for something.
async fn ask(world: &World, sales: &Sales, rules: Value) {
    let path = format!("/api/pipeline/stages/{}", sales.stages[QUALIFIED]);
    world.ok(&world.manager, "PUT", &path, rules, 200).await;
}

/// What is told to be missing.
fn missing(answer: &Value) -> Vec<String> {
    let of = |m: &Value| m["field"].as_str().or(m["rule"].as_str()).unwrap().to_owned();
    answer["missing"].as_array().expect("missing").iter().map(of).collect()
}

on_both! {
    async fn a_move_is_told_once_everywhere(world: World) {
        let sales = world.sales(&world.manager).await;
        let id = world.deal(&sales.stages[LEAD], "A").await;
        world.pass_days(2);
        let body = json!({"stageId": sales.stages[QUALIFIED], "reason": " Called  back ", "version": 1});
        let moved = world.ok(&world.agent, "PATCH", &stage_of(&id), body.clone(), 200).await;
        assert_eq!((&moved["stageId"], &moved["version"]), (&json!(sales.stages[QUALIFIED]), &json!(2)));
        assert_eq!((&moved["daysInStage"], &moved["stageKind"]), (&json!(0), &json!("open")));
        let history = world.get(&world.manager, &format!("{DEALS}/{id}/history")).await;
        assert_eq!(history["page"]["total"], 2);
        let last = &history["items"][0];
        assert_eq!((&last["from"]["name"], &last["to"]["name"], &last["to"]["color"]), (&json!("Lead"), &json!("Qualified"), &json!("blue")));
        assert_eq!((&last["secondsInFrom"], &last["reason"]), (&json!(2 * 86_400), &json!("Called  back")));
        assert_eq!((&last["cause"], &last["autoMoved"]), (&json!("manual"), &json!(false)));
        assert_eq!(last["movedBy"]["name"], "Andy Agent");
        assert_eq!((world.events("deal.stage.changed").await, world.events("deal.won").await), (1, 0));
        let (status, stale) = world.call(&world.agent, "PATCH", &stage_of(&id), body).await;
        assert_eq!((status, &stale["conflict"]["current"]), (409, &moved));
        assert_eq!(world.count("stage_history", "1 = 1").await, 2);
        let unknown = json!({"stageId": uuid::Uuid::max()});
        assert_eq!(world.refused(&world.agent, "PATCH", &stage_of(&id), unknown).await, (422, "stageId reference.unknown".to_owned()));
        let viewer = world.refused(&world.viewer, "PATCH", &stage_of(&id), json!({"stageId": sales.stages[LEAD]})).await;
        assert_eq!(viewer, (403, "permission.denied".to_owned()));
    }

    async fn a_deal_is_won_lost_and_opened_again(world: World) {
        let sales = world.sales(&world.manager).await;
        let id = world.deal(&sales.stages[LEAD], "A").await;
        let won = world.move_to(&id, &sales.stages[WON]).await;
        assert!(won["wonAt"].is_string() && won["lostAt"].is_null() && won["lostReason"].is_null());
        assert_eq!(won["status"], "won");
        let silent = json!({"stageId": sales.stages[LOST], "lostReason": "  "});
        assert_eq!(world.refused(&world.manager, "PATCH", &stage_of(&id), silent).await, (422, "lostReason field.required".to_owned()));
        let lost = world.move_to(&id, &sales.stages[LOST]).await;
        assert!(lost["wonAt"].is_null() && lost["lostAt"].is_string());
        assert_eq!(lost["lostReason"], "No budget");
        let open = world.move_to(&id, &sales.stages[MEETING]).await;
        assert!(open["lostAt"].is_null() && open["lostReason"].is_null());
        let told = (world.events("deal.won").await, world.events("deal.lost").await, world.events("deal.stage.changed").await);
        assert_eq!(told, (1, 1, 3));
        let history = world.get(&world.manager, &format!("{DEALS}/{id}/history")).await;
        assert_eq!(texts(&history, "/to/name"), ["Meeting", "Lost", "Won", "Lead"]);
        assert_eq!(history["items"][1]["reason"], "No budget");
    }

    async fn cards_stand_where_they_are_put(world: World) {
        let sales = world.sales(&world.manager).await;
        let lead = &sales.stages[LEAD];
        let mut ids = Vec::new();
        for title in ["C", "B", "A"] {
            ids.insert(0, world.deal(lead, title).await);
        }
        let column = || world.column(&sales.id, lead);
        assert_eq!(column().await, ["A", "B", "C"], "new ones come first");
        let put = async |id: &str, body: Value| {
            let mut body = body;
            body["stageId"] = json!(lead);
            world.ok(&world.manager, "PATCH", &stage_of(id), body, 200).await
        };
        put(&ids[0], json!({"afterId": ids[1]})).await;
        assert_eq!(column().await, ["B", "A", "C"]);
        put(&ids[2], json!({"beforeId": ids[0]})).await;
        assert_eq!(column().await, ["B", "C", "A"]);
        let last = put(&ids[0], json!({})).await;
        assert_eq!(column().await, ["A", "B", "C"]);
        let same = put(&ids[0], json!({"beforeId": ids[1]})).await;
        assert_eq!(same["version"], last["version"], "it stands there already");
        assert_eq!((world.count("stage_history", "1 = 1").await, world.events("deal.stage.changed").await), (3, 0));
        let other = world.deal(&sales.stages[QUALIFIED], "X").await;
        let between = json!({"stageId": lead, "afterId": ids[0], "beforeId": ids[1]});
        world.ok(&world.manager, "PATCH", &stage_of(&other), between, 200).await;
        assert_eq!(column().await, ["A", "X", "B", "C"]);
        let gone = put(&ids[2], json!({"afterId": uuid::Uuid::max()})).await;
        assert_eq!((column().await[0].as_str(), &gone["title"]), ("C", &json!("C")), "beside nobody means at the top");
    }

    async fn a_column_that_has_no_room_left_is_numbered_anew(world: World) {
        let sales = world.sales(&world.manager).await;
        let lead = &sales.stages[LEAD];
        world.deal(lead, "right").await;
        let anchor = world.deal(lead, "left").await;
        let mut cards: Vec<String> = (0..2).map(|_| String::new()).collect();
        for (n, card) in cards.iter_mut().enumerate() {
            *card = world.deal(lead, &format!("m{n}")).await;
        }
        let versions = world.get(&world.manager, &format!("{DEALS}/{anchor}")).await["version"].clone();
        for turn in 0..300 {
            // Always behind the same card: the gap halves each time.
            let body = json!({"stageId": lead, "afterId": anchor});
            world.ok(&world.manager, "PATCH", &stage_of(&cards[turn % 2]), body, 200).await;
        }
        assert_eq!(world.column(&sales.id, lead).await, ["left", "m1", "m0", "right"]);
        assert_eq!(world.count("deals", "length(position) > 40").await, 0);
        assert_eq!(world.get(&world.manager, &format!("{DEALS}/{anchor}")).await["version"], versions, "nobody changed that one");
    }

    async fn what_a_stage_asks_for_holds_for_every_writer(world: World) {
        let sales = world.sales(&world.manager).await;
        ask(&world, &sales, json!({"entryRules": {"requiredFields": ["amount", "reason"], "roles": ["manager"]}})).await;
        let target = &sales.stages[QUALIFIED];
        let contact = world.contact(&world.manager, "Anna", None, None);
        let newcomer = world.contact(&world.manager, "Boris", None, None);
        let id = id_of(&world.post(&world.agent, DEALS, json!({"title": "A", "contactId": contact})).await);
        let all = ["amount", "reason", "role"];
        for (writer, method, path, body) in [
            ("the board", "PATCH", stage_of(&id), json!({"stageId": target})),
            ("a client's move", "PUT", client(&contact), json!({"stageId": target})),
            ("a client's first deal", "PUT", client(&newcomer), json!({"stageId": target})),
            ("a new deal", "POST", DEALS.to_owned(), json!({"title": "B", "stageId": target})),
        ] {
            let (status, answer) = world.call(&world.agent, method, &path, body).await;
            assert_eq!((status, &answer["code"]), (422, &json!("stage_rules")), "{writer}: {answer}");
            assert_eq!((missing(&answer), &answer["stageId"]), (all.map(str::to_owned).to_vec(), &json!(target)), "{writer}");
            assert_eq!(answer["missing"][0]["message"], "Fill in the amount.", "{writer}");
        }
        refused_in_bulk(&world, &world.agent, &id, target).await;
        assert_eq!(world.get(&world.manager, &format!("{DEALS}/{id}")).await["version"], 1);
        assert_eq!(world.count("stage_history", "1 = 1").await, 1, "nothing moved, nothing came");
        assert_eq!(world.events("stage.rule.rejected").await, 2);
        let given = json!({"stageId": target, "reason": "Ready"});
        let (_, answer) = world.call(&world.manager, "PATCH", &stage_of(&id), given.clone()).await;
        assert_eq!(missing(&answer), ["amount"]);
        world.ok(&world.manager, "PATCH", &format!("{DEALS}/{id}"), json!({"amountMinor": 0}), 200).await;
        world.ok(&world.manager, "PATCH", &stage_of(&id), given, 200).await;
    }

    async fn a_full_stage_takes_no_more(world: World) {
        let sales = world.sales(&world.manager).await;
        ask(&world, &sales, json!({"wipLimit": 1})).await;
        let target = &sales.stages[QUALIFIED];
        let first = world.deal(target, "First").await;
        let second = world.deal(&sales.stages[LEAD], "Second").await;
        let body = json!({"stageId": target});
        let (_, answer) = world.call(&world.manager, "PATCH", &stage_of(&second), body.clone()).await;
        assert_eq!(answer["missing"], json!([{"rule": "wip", "message": "The stage is full: it takes 1 deals at most."}]));
        world.ok(&world.manager, "PATCH", &stage_of(&first), body.clone(), 200).await;
        world.ok(&world.manager, "DELETE", &format!("{DEALS}/{first}"), Value::Null, 204).await;
        world.ok(&world.manager, "PATCH", &stage_of(&second), body, 200).await;
    }

    async fn leaving_has_rules_too_and_who_may_passes_them(world: World) {
        let sales = world.sales(&world.manager).await;
        let path = format!("/api/pipeline/stages/{}", sales.stages[LEAD]);
        let rules = json!({"exitRules": {"requiredFields": ["expectedCloseOn"], "roles": []}});
        world.ok(&world.manager, "PUT", &path, rules, 200).await;
        let id = world.deal(&sales.stages[LEAD], "A").await;
        let body = json!({"stageId": sales.stages[MEETING]});
        let (_, answer) = world.call(&world.manager, "PATCH", &stage_of(&id), body).await;
        assert_eq!(missing(&answer), ["expectedCloseOn"]);
        let forced = json!({"stageId": sales.stages[MEETING], "override": true});
        assert_eq!(world.refused(&world.agent, "PATCH", &stage_of(&id), forced.clone()).await.0, 403);
        world.ok(&world.manager, "PATCH", &stage_of(&id), forced, 200).await;
        let json_text = "cast(after as text) like '%rulesOverridden%'";
        assert_eq!(world.count("change_log", json_text).await, 1, "the change log tells it");
    }

    async fn a_client_is_moved_by_its_deal(world: World) {
        let sales = world.sales(&world.manager).await;
        let company = world.company(&world.manager, "Acme");
        let contact = world.contact(&world.manager, "Anna", Some(&world.agent), Some(&company));
        let made = world.ok(&world.agent, "PUT", &client(&contact), json!({"stageId": sales.stages[LEAD]}), 200).await;
        assert_eq!((&made["title"], &made["version"]), (&json!("Anna"), &json!(1)));
        assert_eq!((&made["company"]["name"], &made["owner"]["name"]), (&json!("Acme"), &json!("Andy Agent")));
        world.tick();
        let moved = world.ok(&world.agent, "PUT", &client(&contact), json!({"stageId": sales.stages[MEETING]}), 200).await;
        assert_eq!((&moved["id"], &moved["version"]), (&made["id"], &json!(2)));
        world.tick();
        let second = id_of(&world.post(&world.agent, DEALS, json!({"title": "Second", "contactId": contact, "ownerId": world.agent.user_id()})).await);
        let (status, several) = world.call(&world.agent, "PUT", &client(&contact), json!({"stageId": sales.stages[WON]})).await;
        assert_eq!((status, &several["code"]), (409, &json!("several_deals")));
        let open = several["deals"].as_array().unwrap();
        assert_eq!((&open[0]["id"], &open[1]["title"]), (&made["id"], &json!("Second")));
        world.tick();
        let body = json!({"stageId": sales.stages[WON], "dealId": second});
        assert_eq!(world.ok(&world.agent, "PUT", &client(&contact), body.clone(), 200).await["status"], "won");
        assert_eq!(world.refused(&world.agent, "PUT", &client(&contact), body).await.1, "dealId reference.unknown", "it is not open any more");
        world.tick();
        let only = world.ok(&world.agent, "PUT", &client(&contact), json!({"stageId": sales.stages[QUALIFIED]}), 200).await;
        assert_eq!(only["id"], made["id"]);
        let history = world.get(&world.agent, &format!("/api/pipeline/clients/{contact}/history")).await;
        assert_eq!(texts(&history, "/to/name"), ["Qualified", "Won", "Lead", "Meeting", "Lead"]);
        for who in [&world.colleague, &world.stranger] {
            assert_eq!(world.refused(who, "PUT", &client(&contact), json!({"stageId": sales.stages[WON]})).await.0, 404);
            let path = format!("/api/pipeline/clients/{contact}/history");
            assert_eq!(world.refused(who, "GET", &path, Value::Null).await.0, 404);
        }
    }

    async fn a_purged_contact_leaves_its_deals_without_one(world: World) {
        let contact = world.contact(&world.manager, "Anna", None, None);
        let id = id_of(&world.post(&world.manager, DEALS, json!({"title": "A", "contactId": contact})).await);
        world.people.forget_contact(&contact);
        assert_eq!(world.get(&world.manager, &format!("{DEALS}/{id}")).await["contact"], Value::Null);
        world.ok(&world.manager, "PATCH", &format!("{DEALS}/{id}"), json!({"title": "B"}), 200).await;
    }
}

/// The same rules hold where many deals are moved at once.
async fn refused_in_bulk(world: &World, who: &Scope, deal: &str, target: &str) {
    let tx = world.db().begin(who).await.unwrap();
    let plan = plan::lock(&tx, who).await.unwrap();
    let target = plan.stage(target.parse().unwrap()).unwrap();
    let course = Course { role: Some("agent"), ..Course::parse(Cause::Bulk, None, None).unwrap() };
    let deals = pipeline::deals::store::lock_many(&tx, who, &[deal.parse().unwrap()]).await.unwrap();
    let deals = deals.into_iter().map(|loaded| loaded.deal).collect();
    let moved = operation::carry(&tx, &plan, target, deals, &Spot::default(), &course).await.unwrap();
    assert_eq!((moved.moved.len(), moved.refused[0].1.len()), (0, 3));
    let refused =
        operation::open(&tx, &plan, target, DealFields::default(), &Spot::default(), &course).await.unwrap_err();
    assert_eq!(refused.code(), "stage_rules");
    tx.rollback().await.unwrap();
}
