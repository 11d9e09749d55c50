//! Deals that stand in their stage for too long are told of once for each of their stays.

use jobs::NewJob;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{DEALS, LEAD, QUALIFIED, WON, World};

/// Looks for such deals, as happens every hour.
async fn look(world: &World) {
    let tx = world.db().begin(&world.manager).await.unwrap();
    let job = NewJob { kind: "pipeline.tell_rotting", payload: json!({}), max_attempts: 1 };
    jobs::enqueue(&tx, job).await.unwrap();
    tx.commit().await.unwrap();
    world.settle().await;
}

async fn told(world: &World) -> i64 {
    world.events("deal.rotting").await
}

/// Lets deals of a stage rot after so many days.
async fn rots_after(world: &World, stage: &str, name: &str, days: i64) {
    let body = json!({ "name": name, "rotDays": days });
    world.ok(&world.manager, "PUT", &format!("/api/pipeline/stages/{stage}"), body, 200).await;
}

on_both! {
    async fn a_deal_is_told_of_once_for_each_stay(world: World) {
        let sales = world.sales(&world.manager).await;
        rots_after(&world, &sales.stages[LEAD], "Lead", 3).await;
        let deal = world.deal(&sales.stages[LEAD], "Slow").await;
        world.pass_days(2);
        look(&world).await;
        assert_eq!(told(&world).await, 0, "not yet");
        world.pass_days(1);
        for _ in 0..3 {
            look(&world).await;
            world.pass_days(1);
        }
        assert_eq!(told(&world).await, 1);
        world.move_to(&deal, &sales.stages[QUALIFIED]).await;
        world.pass_days(30);
        look(&world).await;
        assert_eq!(told(&world).await, 1, "that stage does not say how long");
        world.move_to(&deal, &sales.stages[LEAD]).await;
        world.pass_days(3);
        look(&world).await;
        assert_eq!(told(&world).await, 2, "another stay");
    }

    async fn what_is_closed_or_in_the_trash_does_not_rot(world: World) {
        let sales = world.sales(&world.manager).await;
        rots_after(&world, &sales.stages[LEAD], "Lead", 1).await;
        let (won, gone) = (world.deal(&sales.stages[LEAD], "Won").await, world.deal(&sales.stages[LEAD], "Gone").await);
        world.move_to(&won, &sales.stages[WON]).await;
        world.call(&world.manager, "DELETE", &format!("{DEALS}/{gone}"), Value::Null).await;
        world.pass_days(9);
        look(&world).await;
        assert_eq!(told(&world).await, 0);
    }

    async fn many_are_told_of_in_many_transactions(world: World) {
        let sales = world.sales(&world.manager).await;
        rots_after(&world, &sales.stages[LEAD], "Lead", 1).await;
        for index in 0..205 {
            world.deal(&sales.stages[LEAD], &format!("Deal {index}")).await;
        }
        world.pass_days(2);
        look(&world).await;
        assert_eq!(told(&world).await, 205);
    }
}
