//! Random moves at once, on both databases: whatever the order, the board stays in order and history sums to it.

use std::{collections::BTreeMap, sync::Arc};

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, LOST, QUALIFIED, WON, World, id_of};

/// A repeatable sequence of numbers (Knuth's constants for a linear congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// `(deal, from, to)` of every move in the order in which each deal made them.
async fn history(world: &World) -> Vec<(String, Option<String>, String)> {
    let sql = "select deal_id, from_stage_id, to_stage_id from stage_history where org_id = $1 order by deal_id, moved_at, id";
    let values = [world.manager.org_id.0.into()];
    let statement = Statement::from_sql_and_values(world.db().backend(), sql, values);
    let rows = world.db().reader(&world.manager).query_all_raw(statement).await.unwrap();
    let id = |row: &sea_orm::QueryResult, column: &str| row.try_get::<Option<uuid::Uuid>>("", column).unwrap();
    let text = |row: &sea_orm::QueryResult, column: &str| id(row, column).map(|id| id.to_string());
    rows.iter()
        .map(|row| (text(row, "deal_id").unwrap(), text(row, "from_stage_id"), text(row, "to_stage_id").unwrap()))
        .collect()
}

/// Every deal with its stage, as the board has them; fails when a column is out of order or a position is there twice.
async fn board(world: &World, pipeline: &str) -> BTreeMap<String, String> {
    let board = world.get(&world.manager, &format!("/api/pipeline/{pipeline}/board?limitPerStage=200")).await;
    let mut stands = BTreeMap::new();
    for column in board["columns"].as_array().unwrap() {
        let deals = column["deals"].as_array().unwrap();
        let positions: Vec<_> = deals.iter().map(|deal| deal["position"].as_str().unwrap()).collect();
        assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "{positions:?}");
        assert_eq!(column["total"], deals.len());
        for deal in deals {
            let twice = stands.insert(id_of(deal), deal["stageId"].as_str().unwrap().to_owned());
            assert_eq!(twice, None, "a deal stands in one column");
        }
    }
    stands
}

/// Each deal's moves are a chain from nowhere to where it stands.
fn assert_sums_to(history: &[(String, Option<String>, String)], stands: &BTreeMap<String, String>) {
    let mut reached: BTreeMap<String, String> = BTreeMap::new();
    for (deal, from, to) in history {
        assert_eq!(reached.get(deal), from.as_ref(), "each move begins where the one before ended");
        reached.insert(deal.clone(), to.clone());
    }
    assert_eq!(&reached, stands);
}

on_both! {
    async fn random_moves_at_once_lose_and_double_nothing(world: World) {
        let world = Arc::new(world);
        for seed in [1, 2026] {
            let sales = Arc::new(world.sales(&world.manager).await);
            let mut deals = Vec::new();
            for n in 0..12 {
                deals.push(world.deal(&sales.stages[n % 4], &format!("D{seed}-{n}")).await);
            }
            let all = Arc::new(deals);
            let standing = board(&world, &sales.id).await.len();
            let movers = (0..8).map(|mover| {
                let (world, sales, all) = (Arc::clone(&world), Arc::clone(&sales), Arc::clone(&all));
                tokio::spawn(async move {
                    let mut dice = Dice(seed * 100 + mover);
                    let mut created = 0;
                    for _ in 0..15 {
                        let (deal, beside) = (&all[dice.below(all.len())], &all[dice.below(all.len())]);
                        let path = format!("{DEALS}/{deal}");
                        let (method, path, body) = match dice.below(10) {
                            0 => ("PATCH", path, json!({"amountMinor": dice.below(1000)})),
                            1 => ("POST", DEALS.to_owned(), json!({"title": "New", "stageId": sales.stages[dice.below(4)]})),
                            2..=4 => ("PATCH", format!("{path}/stage"), json!({"stageId": sales.stages[dice.below(7)], "afterId": beside, "lostReason": "x"})),
                            5..=7 => ("PATCH", format!("{path}/stage"), json!({"stageId": sales.stages[dice.below(7)], "beforeId": beside, "lostReason": "x"})),
                            _ => ("PATCH", format!("{path}/stage"), json!({"stageId": sales.stages[dice.below(7)], "lostReason": "x"})),
                        };
                        let (status, answer) = world.call(&world.manager, method, &path, body).await;
                        // An edit that a move overtakes is told so.
                        assert!(matches!(status, 200 | 201 | 409), "{status} {answer}");
                        created += usize::from(status == 201);
                    }
                    created
                })
            });
            let mut created = 0;
            for mover in movers.collect::<Vec<_>>() {
                created += mover.await.unwrap();
            }
            let stands = board(&world, &sales.id).await;
            assert_eq!(stands.len(), usize::try_from(world.count("deals", "1 = 1").await).unwrap());
            let history = history(&world).await;
            assert_sums_to(&history, &stands);
            let moves = i64::try_from(history.iter().filter(|(_, from, _)| from.is_some()).count()).unwrap();
            assert_eq!(world.events("deal.stage.changed").await, moves, "one event for each move");
            assert_eq!(i64::try_from(history.len()).unwrap(), moves + i64::try_from(stands.len()).unwrap());
            assert_eq!(stands.len(), standing + created);
        }
    }

    async fn two_who_drag_one_card_at_once_agree_in_the_end(world: World) {
        let sales = world.sales(&world.manager).await;
        let id = world.deal(&sales.stages[LEAD], "A").await;
        let path = format!("{DEALS}/{id}/stage");
        let to = |stage: usize| json!({"stageId": sales.stages[stage], "version": 1, "lostReason": "x"});
        let (one, two) = tokio::join!(
            world.call(&world.manager, "PATCH", &path, to(WON)),
            world.call(&world.manager, "PATCH", &path, to(LOST)),
        );
        let mut statuses = [one.0, two.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        let (won, lost) = if one.0 == 200 { (one.1, two.1) } else { (two.1, one.1) };
        assert_eq!(lost["conflict"]["current"]["stageId"], won["stageId"], "the other one sees where it is");
        assert_eq!(world.count("stage_history", "1 = 1").await, 2);
    }

    async fn a_limit_holds_however_many_come_at_once(world: World) {
        let sales = world.sales(&world.manager).await;
        let path = format!("/api/pipeline/stages/{}", sales.stages[QUALIFIED]);
        world.ok(&world.manager, "PUT", &path, json!({"wipLimit": 3}), 200).await;
        let world = Arc::new(world);
        let mut calls = Vec::new();
        for n in 0..8 {
            let id = world.deal(&sales.stages[LEAD], &format!("D{n}")).await;
            let (world, stage) = (Arc::clone(&world), sales.stages[QUALIFIED].clone());
            calls.push(tokio::spawn(async move {
                world.call(&world.manager, "PATCH", &format!("{DEALS}/{id}/stage"), json!({"stageId": stage})).await.0
            }));
        }
        let mut let_in = 0;
        for call in calls {
            let_in += usize::from(call.await.unwrap() == 200);
        }
        assert_eq!((let_in, world.column(&sales.id, &sales.stages[QUALIFIED]).await.len()), (3, 3));
    }

    async fn a_stage_that_goes_while_deals_come_keeps_none(world: World) {
        let sales = world.sales(&world.manager).await;
        let world = Arc::new(world);
        // The stages are known from here on, to those too who hold nothing.
        let first = world.deal(&sales.stages[LEAD], "First").await;
        world.ok(&world.manager, "PATCH", &format!("{DEALS}/{first}/stage"), json!({"stageId": sales.stages[QUALIFIED]}), 200).await;
        let mut calls = Vec::new();
        for n in 0..12 {
            let id = world.deal(&sales.stages[LEAD], &format!("D{n}")).await;
            let (world, stage) = (Arc::clone(&world), sales.stages[QUALIFIED].clone());
            calls.push(tokio::spawn(async move {
                world.call(&world.manager, "PATCH", &format!("{DEALS}/{id}/stage"), json!({"stageId": stage})).await.0
            }));
        }
        let path = format!("/api/pipeline/stages/{}?moveTo={}", sales.stages[QUALIFIED], sales.stages[LEAD]);
        let (deleted, answer) = world.call(&world.manager, "DELETE", &path, Value::Null).await;
        assert_eq!(deleted, 204, "{answer}");
        for call in calls {
            let status = call.await.unwrap();
            assert!(matches!(status, 200 | 422), "{status}");
        }
        let lost = "stage_id in (select id from stages where deleted_at is not null)";
        assert_eq!(world.count("deals", lost).await, 0);
        let stands = board(&world, &sales.id).await;
        assert_eq!(stands.len(), 13);
        assert_sums_to(&history(&world).await, &stands);
    }

    async fn a_client_that_is_moved_twice_at_once_has_one_deal(world: World) {
        let sales = world.sales(&world.manager).await;
        let contact = world.contact(&world.manager, "Anna", None, None);
        let path = format!("/api/pipeline/clients/{contact}/stage");
        let to = |stage: usize| json!({"stageId": sales.stages[stage]});
        let (one, two) = tokio::join!(
            world.call(&world.manager, "PUT", &path, to(LEAD)),
            world.call(&world.manager, "PUT", &path, to(QUALIFIED)),
        );
        assert_eq!((one.0, two.0), (200, 200), "{} {}", one.1, two.1);
        assert_eq!(one.1["id"], two.1["id"]);
        assert_eq!(world.get(&world.manager, DEALS).await["page"]["total"], 1);
        assert_eq!(world.get(&world.manager, DEALS).await["items"][0]["contact"]["name"], Value::from("Anna"));
    }
}
