//! Many of the same become one, and nothing is told twice.

use chrono::TimeDelta;
use contracts::events as e;
use kernel::Scope;
use proptest::prelude::*;
use sea_orm::ConnectionTrait;
use serde_json::json;
use testkit::{Backend, on_both};
use uuid::Uuid;

use crate::world::{World, me};

/// A chunk of a bulk operation that gives deals to the agent.
async fn chunk(world: &World, batch: Uuid, deals: usize) {
    let ids: Vec<Uuid> = (0..deals).map(|_| world.record("deal", Some(&world.agent))).collect();
    let scope = world.manager.in_batch(batch);
    let data = json!({ "fields": ["ownerId"], "assigned": [{ "to": me(&world.agent), "ids": ids }] });
    world.tell(&scope, e::DEAL_UPDATED, ("deal", &ids), data).await;
}

async fn bells(world: &World, kind: &str) -> i64 {
    world.system_count(&format!("select count(*) as n from events where kind = '{kind}'")).await
}

/// Lets every handler meet all events again.
async fn again(world: &World, forgetting: bool) {
    let tx = world.db().begin_system().await.unwrap();
    tx.execute_unprepared("delete from event_handlers").await.unwrap();
    if forgetting {
        tx.execute_unprepared("delete from event_inbox").await.unwrap();
    }
    tx.commit().await.unwrap();
    world.settle().await;
}

on_both! {
    async fn a_bulk_assignment_is_one_notification(world: World) {
        let batch = world.clock.new_id();
        for deals in [20, 15, 2] {
            chunk(&world, batch, deals).await;
            world.settle().await;
        }
        assert_eq!(world.texts(&world.agent).await, ["Mary assigned 37 deals to you"]);
        let shown = world.first(&world.agent).await;
        assert_eq!(shown["subject"], json!({ "kind": "bulk", "id": batch, "name": null }));
        assert_eq!(bells(&world, e::NOTIFICATION_CREATED).await, 1, "the bell rings once");
        assert_eq!(bells(&world, e::NOTIFICATION_UPDATED).await, 2);
        // What comes after it was read is new.
        world.ok(&world.agent, "POST", "/read-all", json!({}), 200).await;
        chunk(&world, batch, 1).await;
        world.settle().await;
        assert_eq!(world.texts(&world.agent).await, ["Mary assigned a deal to you", "Mary assigned 37 deals to you"]);
    }

    async fn mentions_of_a_record_that_are_unread_become_one_with_the_newest_time(world: World) {
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        let first = world.first(&world.agent).await;
        world.pass(TimeDelta::minutes(5));
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        let second = world.first(&world.agent).await;
        assert_eq!((&second["id"], &second["createdAt"], &second["count"]), (&first["id"], &first["createdAt"], &json!(2)));
        assert!(second["lastAt"].as_str() > first["lastAt"].as_str());
        assert_eq!(second["text"], "Mary mentioned you in 2 notes");
        world.mention(&world.colleague, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        assert_eq!(world.texts(&world.agent).await, ["Colleagues mentioned you in 3 notes"]);
        let contact = world.record("contact", None);
        world.mention(&world.manager, ("contact", contact), &[&world.agent]).await;
        world.settle().await;
        assert_eq!(world.texts(&world.agent).await.len(), 2, "another record is another notification");
    }

    async fn beyond_sixty_an_hour_the_rest_is_summed_up(world: World) {
        for _ in 0..65 {
            let deal = world.record("deal", None);
            world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        }
        world.settle().await;
        let texts = world.texts(&world.agent).await;
        assert_eq!((texts.len(), texts[0].as_str()), (61, "Mary mentioned you in 5 notes"));
        assert_eq!(world.first(&world.agent).await["subject"], json!(null));
        world.pass(TimeDelta::hours(2));
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent]).await;
        world.settle().await;
        assert_eq!(world.texts(&world.agent).await.len(), 62, "an hour later there is room again");
    }

    async fn an_event_that_comes_twice_is_told_once(world: World) {
        let deal = world.record("deal", None);
        world.mention(&world.manager, ("deal", deal), &[&world.agent, &world.colleague]).await;
        world.settle().await;
        again(&world, false).await;
        assert_eq!(world.first(&world.agent).await["count"], 1);
        assert_eq!(bells(&world, e::NOTIFICATION_CREATED).await, 2);
        // Without the inbox it would have been: so the inbox it is.
        again(&world, true).await;
        assert_eq!(world.first(&world.agent).await["count"], 2);
    }

    async fn who_muted_a_record_or_a_kind_is_told_nothing_of_it(world: World) {
        let (loud, muted) = (world.record("deal", None), world.record("deal", None));
        let until = world.clock.now() + TimeDelta::hours(1);
        let mute = json!({ "record": { "kind": "deal", "id": muted }, "until": until });
        world.ok(&world.agent, "POST", "/mutes", mute, 201).await;
        world.ok(&world.colleague, "POST", "/mutes", json!({ "kind": "mention" }), 201).await;
        let mention = async |deal| world.mention(&world.manager, ("deal", deal), &[&world.agent, &world.colleague]).await;
        mention(muted).await;
        mention(loud).await;
        world.settle().await;
        assert_eq!((world.texts(&world.agent).await.len(), world.texts(&world.colleague).await.len()), (1, 0));
        world.pass(TimeDelta::hours(2));
        mention(muted).await;
        world.settle().await;
        assert_eq!(world.texts(&world.agent).await.len(), 2, "the mute is over");
        assert_eq!(world.count("notification_deliveries", &of(&world.colleague)).await, 0);
    }
}

fn of(who: &Scope) -> String {
    format!("cast(user_id as text) = '{}'", me(who))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// However chunks of batches come, and whenever somebody reads: what is told adds up to what was assigned.
    #[test]
    fn nothing_is_lost_and_nothing_told_twice(steps in prop::collection::vec((0_usize..3, 1_usize..4, any::<bool>()), 1..10)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::open(Backend::Sqlite).await.unwrap();
            let batches: Vec<Uuid> = (0..3).map(|_| world.clock.new_id()).collect();
            let mut all = 0;
            for (batch, deals, read) in steps {
                chunk(&world, batches[batch], deals).await;
                world.settle().await;
                all += deals;
                if read {
                    world.ok(&world.agent, "POST", "/read-all", json!({}), 200).await;
                }
            }
            again(&world, false).await;
            let list = world.get(&world.agent, "?limit=100").await;
            let told: i64 = list["items"].as_array().unwrap().iter().map(|item| item["count"].as_i64().unwrap()).sum();
            assert_eq!(told, i64::try_from(all).unwrap());
            let unread = world.get(&world.agent, "?filter=unread").await;
            let subjects: std::collections::HashSet<_> =
                unread["items"].as_array().unwrap().iter().map(|item| item["subject"]["id"].to_string()).collect();
            assert_eq!(subjects.len(), unread["items"].as_array().unwrap().len(), "one unread row for a batch");
        });
    }
}
