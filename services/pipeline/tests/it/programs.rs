//! What programs ask: where the deals of contacts stand, and that one is moved.

use contracts::{
    deals::{DealMoved, DealMoves, DealStanding, DealStatus, WantedMove},
    ports::Deals,
};
use kernel::{Grants, Scope};
use pipeline::DealDirectory;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{DEALS, LEAD, LOST, MEETING, QUALIFIED, Sales, WON, World, id_of};

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}

/// A deal of a contact, owned by nobody.
async fn deal_of(world: &World, contact: &str, stage: &str) -> String {
    world.tick();
    let body = json!({"title": "A", "contactId": contact, "stageId": stage});
    id_of(&world.post(&world.manager, DEALS, body).await)
}

fn to(sales: &Sales, stage: usize, contact: &str) -> WantedMove {
    WantedMove { contact_id: id(contact), stage_id: id(&sales.stages[stage]), ..WantedMove::default() }
}

async fn moved(world: &World, who: &Scope, wanted: &WantedMove) -> DealMoved {
    world.tick();
    world.pipeline.move_deal_of(who, wanted).await.unwrap()
}

fn refused(code: &str) -> DealMoved {
    DealMoved::Refused { code: code.to_owned() }
}

on_both! {
    async fn the_deals_of_many_contacts_are_told_at_once(world: World) {
        let sales = world.sales(&world.manager).await;
        let directory = DealDirectory::new(world.db().clone());
        let [anna, boris, vera] = ["Anna", "Boris", "Vera"].map(|name| world.contact(&world.manager, name, None, None));
        let older = deal_of(&world, &anna, &sales.stages[LEAD]).await;
        let newer = deal_of(&world, &anna, &sales.stages[LEAD]).await;
        let won = deal_of(&world, &boris, &sales.stages[LEAD]).await;
        world.move_to(&newer, &sales.stages[LOST]).await;
        world.move_to(&won, &sales.stages[WON]).await;
        let gone = deal_of(&world, &anna, &sales.stages[LEAD]).await;
        world.ok(&world.manager, "DELETE", &format!("{DEALS}/{gone}"), Value::Null, 204).await;
        let ids = [id(&anna), id(&boris), id(&vera), Uuid::max()];
        let standing = |deal: &str, stage: usize, status| DealStanding {
            deal_id: id(deal),
            pipeline_id: id(&sales.id),
            stage_id: id(&sales.stages[stage]),
            status,
        };
        let before = world.db().statement_count();
        let found = directory.stages_of_contacts(&world.manager, &ids).await.unwrap();
        assert_eq!(world.db().statement_count() - before, 1);
        assert_eq!(found.len(), 2);
        assert_eq!(found[&id(&anna)], [standing(&newer, LOST, DealStatus::Lost), standing(&older, LEAD, DealStatus::Open)]);
        assert_eq!(found[&id(&boris)], [standing(&won, WON, DealStatus::Won)]);
        assert!(directory.stages_of_contacts(&world.stranger, &ids).await.unwrap().is_empty());
        let blind = Scope { grants: Grants::of([]), ..world.manager.clone() };
        assert!(directory.stages_of_contacts(&blind, &ids).await.unwrap().is_empty());
        let theirs = json!({"title": "B", "contactId": vera, "ownerId": world.colleague.user_id()});
        world.post(&world.manager, DEALS, theirs).await;
        let seen = directory.stages_of_contacts(&world.agent, &[id(&vera)]).await.unwrap();
        assert!(seen.is_empty(), "out of reach");
    }

    async fn a_program_moves_the_open_deal_of_a_contact(world: World) {
        let sales = world.sales(&world.manager).await;
        let system = Scope::system(world.manager.org_id, "test");
        let anna = world.contact(&world.manager, "Anna", None, None);
        assert_eq!(moved(&world, &system, &to(&sales, QUALIFIED, &anna)).await, refused("no_open_deal"));
        let deal = deal_of(&world, &anna, &sales.stages[LEAD]).await;
        let wanted = WantedMove { reason: Some("Campaign".to_owned()), ..to(&sales, QUALIFIED, &anna) };
        assert_eq!(moved(&world, &system, &wanted).await, DealMoved::Moved { deal_id: id(&deal) });
        assert_eq!(moved(&world, &system, &wanted).await, DealMoved::Stayed { deal_id: id(&deal) });
        let history = world.get(&world.manager, &format!("{DEALS}/{deal}/history")).await;
        assert_eq!(history["page"]["total"], 2, "once");
        let last = &history["items"][0];
        assert_eq!((&last["cause"], &last["autoMoved"], &last["reason"]), (&json!("rule"), &json!(true), &json!("Campaign")));
        assert_eq!(world.events("deal.stage.changed").await, 1);
        for answer in [DealMoved::Moved { deal_id: id(&deal) }, DealMoved::Stayed { deal_id: id(&deal) }] {
            assert_eq!(moved(&world, &system, &to(&sales, WON, &anna)).await, answer);
        }
        assert_eq!(moved(&world, &system, &to(&sales, LEAD, &anna)).await, refused("no_open_deal"), "it is won");
    }

    async fn what_cannot_be_moved_is_said_by_a_code(world: World) {
        let sales = world.sales(&world.manager).await;
        let anna = world.contact(&world.manager, "Anna", None, None);
        let deal = deal_of(&world, &anna, &sales.stages[LEAD]).await;
        let who = &world.agent;
        assert_eq!(moved(&world, who, &to(&sales, LOST, &anna)).await, refused("field.required"), "a reason is missing");
        let gone = WantedMove { stage_id: Uuid::max(), ..to(&sales, LEAD, &anna) };
        assert_eq!(moved(&world, who, &gone).await, refused("reference.unknown"));
        let other = WantedMove { deal_id: Some(Uuid::max()), ..to(&sales, MEETING, &anna) };
        assert_eq!(moved(&world, who, &other).await, refused("reference.unknown"));
        assert_eq!(moved(&world, &world.viewer, &to(&sales, MEETING, &anna)).await, refused("permission.denied"));
        assert_eq!(moved(&world, &world.stranger, &to(&sales, MEETING, &anna)).await, refused("reference.unknown"));
        let path = format!("/api/pipeline/stages/{}", sales.stages[QUALIFIED]);
        let rules = json!({"entryRules": {"requiredFields": ["amount"]}});
        world.ok(&world.manager, "PUT", &path, rules, 200).await;
        assert_eq!(moved(&world, who, &to(&sales, QUALIFIED, &anna)).await, refused("stage_rules"));
        assert_eq!(world.events("deal.stage.changed").await, 0);

        let pipeline = world.post(&world.manager, "/api/pipeline", json!({"name": "Partners"})).await;
        let elsewhere = id_of(&pipeline["stages"][0]);
        let second = deal_of(&world, &anna, &sales.stages[LEAD]).await;
        assert_eq!(moved(&world, who, &to(&sales, MEETING, &anna)).await, refused("several_deals"));
        let partner = deal_of(&world, &anna, &elsewhere).await;
        let there = WantedMove { stage_id: id(&elsewhere), ..to(&sales, LEAD, &anna) };
        assert_eq!(moved(&world, who, &there).await, DealMoved::Stayed { deal_id: id(&partner) }, "the one of that pipeline");
        let named = WantedMove { deal_id: Some(id(&second)), ..to(&sales, MEETING, &anna) };
        assert_eq!(moved(&world, who, &named).await, DealMoved::Moved { deal_id: id(&second) });
        let first = WantedMove { deal_id: Some(id(&deal)), ..to(&sales, MEETING, &anna) };
        assert_eq!(moved(&world, who, &first).await, DealMoved::Moved { deal_id: id(&deal) });
    }
}
