//! Campaigns that begin by themselves: those that cannot at their time are drafts again, and say why.

use chrono::TimeDelta;
use kernel::{Reach, Scope};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{CAMPAIGNS, World};

/// A campaign that somebody has begin in an hour.
async fn scheduled(world: &World, who: &Scope) -> Uuid {
    let account = world.account("Desk");
    let id = world.draft(&world.contacts(1), &[account], vec![world.message("Hi")]).await;
    let at = world.now() + TimeDelta::hours(1);
    world.ok(who, "POST", &format!("{CAMPAIGNS}/{id}/schedule"), json!({ "startsAt": at }), 200).await;
    id
}

async fn an_hour_later(world: &World) {
    world.pass(TimeDelta::hours(1) + TimeDelta::seconds(1));
    world.settle().await;
}

/// The state, and whether a start is set.
async fn stands(world: &World, id: Uuid) -> (String, bool) {
    let campaign = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await;
    (campaign["state"].as_str().unwrap().to_owned(), !campaign["startsAt"].is_null())
}

/// Why it did not begin.
async fn reason(world: &World, id: Uuid) -> Value {
    world.get(&world.manager, &format!("{CAMPAIGNS}/{id}")).await["pauseReason"].clone()
}

/// What was told of starts that failed: by whom, and the data.
async fn failures(world: &World) -> Vec<(Option<Uuid>, Value)> {
    let sql = "select actor_id, data from events where kind = 'campaign.start_failed' order by seq";
    let statement = Statement::from_string(world.db().backend(), sql);
    let rows = world.db().reader(&world.manager).query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| (row.try_get("", "actor_id").unwrap(), row.try_get("", "data").unwrap())).collect()
}

on_both! {
    async fn what_lacks_something_at_its_time_is_a_draft_again_and_says_so(world: World) {
        let id = scheduled(&world, &world.manager).await;
        let at = world.now() + TimeDelta::hours(1);
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "accountIds": [] }), 200).await;
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await, ("draft".to_owned(), false));
        let told = failures(&world).await;
        assert_eq!(told, [(None, json!({ "at": at, "reason": "incomplete", "missing": ["accountIds"] }))]);
        assert_eq!(reason(&world, id).await, "incomplete");
        let log = world.get(&world.manager, &format!("{CAMPAIGNS}/{id}/log")).await;
        let line = &log["items"][0];
        assert_eq!(line["kind"], "not_started");
        assert_eq!(line["message"], "Something that it needs is missing.");
        let by_system = "subject_kind = 'campaign' and actor_kind = 'system'";
        assert_eq!(world.count("change_log", by_system).await, 1, "nobody did that");
        // What is mended is scheduled anew.
        let account = world.account("Other");
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "accountIds": [account] }), 200).await;
        let at = json!({ "startsAt": world.now() + TimeDelta::hours(1) });
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/schedule"), at, 200).await;
        assert_eq!(reason(&world, id).await, Value::Null);
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await.0, "running");
        assert_eq!(failures(&world).await.len(), 1);
    }

    async fn what_who_launched_it_does_not_reach_any_more_is_a_draft_again(world: World) {
        let id = scheduled(&world, &Scope { reach: Reach::OWN, ..world.manager.clone() }).await;
        let agent = world.agent.user_id().map(Uuid::from);
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "ownerId": agent }), 200).await;
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await, ("draft".to_owned(), false));
        let told = failures(&world).await;
        assert_eq!((&told[0].1["reason"], &told[0].1["missing"]), (&json!("out_of_reach"), &json!([])));
    }

    async fn who_scheduled_it_before_stands_in_nobodys_way(world: World) {
        let id = scheduled(&world, &Scope { reach: Reach::OWN, ..world.manager.clone() }).await;
        let agent = world.agent.user_id().map(Uuid::from);
        let at = world.now() + TimeDelta::hours(1);
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), json!({ "ownerId": agent }), 200).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/unschedule"), json!({}), 200).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/schedule"), json!({ "startsAt": at }), 200).await;
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await.0, "running");
        assert!(failures(&world).await.is_empty());
    }

    async fn what_was_put_off_begins_at_the_other_time(world: World) {
        let id = scheduled(&world, &world.manager).await;
        let at = json!({ "startsAt": world.now() + TimeDelta::minutes(90) });
        world.ok(&world.manager, "PATCH", &format!("{CAMPAIGNS}/{id}"), at, 200).await;
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await, ("scheduled".to_owned(), true));
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await.0, "running");
        assert!(failures(&world).await.is_empty());
    }

    async fn what_cannot_be_started_for_long_is_a_draft_again(world: World) {
        let id = scheduled(&world, &world.manager).await;
        // Nobody can read its steps: each try fails.
        world.write("update campaign_steps set place = 9999999999").await;
        for _ in 0..10 {
            world.pass(TimeDelta::hours(2));
            world.settle().await;
        }
        world.write("update campaign_steps set place = 1").await;
        assert_eq!(stands(&world, id).await, ("draft".to_owned(), false));
        assert_eq!(failures(&world).await[0].1["reason"], "gave_up");
    }

    async fn who_took_the_start_back_is_told_nothing(world: World) {
        let id = scheduled(&world, &world.manager).await;
        world.ok(&world.manager, "POST", &format!("{CAMPAIGNS}/{id}/unschedule"), json!({}), 200).await;
        an_hour_later(&world).await;
        assert_eq!(stands(&world, id).await, ("draft".to_owned(), false));
        assert!(failures(&world).await.is_empty());
    }
}
