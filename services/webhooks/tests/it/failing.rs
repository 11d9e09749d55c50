//! Receivers that fail, ask for time, are slow, are gone; and a process that dies in between.

use std::sync::Arc;

use chrono::TimeDelta;
use contracts::events::{DEAL_DELETED, WEBHOOK_DISABLED};
use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    receiver::Receiver,
    world::{World, items, service, without_keys},
};

/// The planned pauses, seconds; each may be a tenth longer.
const PAUSES: [i64; 10] = [5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

on_both! {
    async fn a_failing_receiver_is_tried_for_three_days_then_the_webhook_is_switched_off(world: World) {
        let receiver = Receiver::start().await;
        let (id, secret) = world.hook(&receiver.url, &["deal.deleted"]).await;
        receiver.answer(500);
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        let mut at = world.clock.now();
        for (tried, pause) in PAUSES.into_iter().enumerate() {
            world.settle().await;
            assert_eq!(receiver.count(), tried + 1);
            let delivery = world.newest(&id).await;
            assert_eq!((&delivery["status"], &delivery["lastStatus"]), (&json!("pending"), &json!(500)));
            let next = delivery["nextAttemptAt"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
            let planned = TimeDelta::seconds(pause);
            assert!(next - at >= planned && next - at <= planned + planned / 10, "{pause}: {}", next - at);
            world.pass_until(&delivery["nextAttemptAt"]);
            at = world.clock.now();
        }
        assert_eq!(world.get(&format!("/{id}")).await["enabled"], true);
        world.settle().await;
        assert_eq!(receiver.count(), 11);
        let messages = receiver.messages();
        assert!(messages.iter().all(|message| message.id == messages[0].id && message.is_signed_by(&secret)));
        assert!(messages.is_sorted_by(|one, next| one.timestamp < next.timestamp), "each try has its own time");
        assert_eq!(world.newest(&id).await["status"], "failed");
        let hook = world.get(&format!("/{id}")).await;
        assert_eq!((&hook["enabled"], &hook["disabledBecause"]), (&json!(false), &json!("failures")));
        assert!(hook["failingSince"].is_string() && hook["disabledAt"].is_string());
        assert_eq!(world.count("events", &format!("kind = '{WEBHOOK_DISABLED}'")).await, 1);
        let logged = "subject_kind = 'webhook' and action = 'updated' and actor_kind = 'system'";
        assert_eq!(world.count("change_log", logged).await, 1);

        // Nothing is told until it is switched on again, which forgives.
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.settle().await;
        assert_eq!(receiver.count(), 11);
        for path in ["test", &format!("deliveries/{}/resend", world.newest(&id).await["id"].as_str().unwrap())] {
            let off = world.refused(&world.owner, "POST", &format!("/{id}/{path}"), Value::Null).await;
            assert_eq!(off, (409, "webhook.is_disabled".to_owned()), "{path}");
        }
        receiver.answer(204);
        let on = world.ok("PATCH", &format!("/{id}"), json!({ "enabled": true }), 200).await;
        assert_eq!((&on["failingSince"], &on["disabledAt"], &on["disabledBecause"]), (&Value::Null, &Value::Null, &Value::Null));
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.settle().await;
        assert_eq!((receiver.count(), &world.newest(&id).await["status"]), (12, &json!("delivered")));
    }

    async fn a_receiver_that_recovers_gets_what_it_missed(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        for status in [500, 302, 404] {
            receiver.answer_next(status, &[]);
            world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        }
        world.settle().await;
        assert!(world.get(&format!("/{id}")).await["failingSince"].is_string());
        assert_eq!(items(&world.get(&format!("/{id}/deliveries?status=pending")).await).len(), 3);
        world.pass(TimeDelta::seconds(6));
        world.settle().await;
        assert_eq!(items(&world.get(&format!("/{id}/deliveries?status=delivered")).await).len(), 3);
        assert_eq!(world.get(&format!("/{id}")).await["failingSince"], Value::Null);
    }

    async fn a_receiver_that_asks_for_time_gets_it(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        receiver.answer_next(429, &[("retry-after", "120")]);
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.settle().await;
        world.pass(TimeDelta::seconds(119));
        world.settle().await;
        assert_eq!(receiver.count(), 1);
        world.pass(TimeDelta::seconds(1));
        world.settle().await;
        assert_eq!((receiver.count(), &world.newest(&id).await["status"]), (2, &json!("delivered")));
    }

    async fn a_receiver_that_is_gone_is_told_nothing_more(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        receiver.answer(410);
        for _ in 0..12 {
            world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        }
        world.settle().await;
        assert!(receiver.count() <= 4, "those under way at the same time: {}", receiver.count());
        let hook = world.get(&format!("/{id}")).await;
        assert_eq!((&hook["enabled"], &hook["disabledBecause"]), (&json!(false), &json!("gone")));
        let failed = world.get(&format!("/{id}/deliveries?status=failed")).await;
        assert_eq!(items(&failed).len(), 12, "what waited was given up");
        assert_eq!(world.count("events", &format!("kind = '{WEBHOOK_DISABLED}'")).await, 1);
        world.pass(TimeDelta::days(4));
        world.settle().await;
        assert!(receiver.count() <= 4);
    }

    async fn a_slow_receiver_takes_one_job_and_a_few_connections(world: World) {
        let (slow, quick) = (Receiver::start().await, Receiver::start().await);
        let (id, _) = world.hook(&slow.url, &["deal.deleted"]).await;
        world.hook(&quick.url, &["deal.deleted"]).await;
        slow.close();
        for _ in 0..20 {
            world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        }
        world.dispatch().await;
        assert_eq!(world.system_count("jobs", "kind = 'webhooks.send' and state = 0").await, 2, "one for each webhook");
        let workers = |count| {
            let runner = Arc::new(world.runner(&world.webhooks));
            tokio::spawn(async move {
                let work = (0..count).map(|_| runner.run_until_idle());
                futures_util::future::join_all(work).await
            })
        };
        let working = workers(2);
        quick.reached(20).await;
        slow.reached(4).await;
        assert_eq!(slow.count(), 4, "no more at the same time");
        slow.open();
        slow.reached(20).await;
        working.await.unwrap();
        assert_eq!(slow.most_at_once(), 4);
        assert_eq!(items(&world.get(&format!("/{id}/deliveries?status=delivered&limit=100")).await).len(), 20);
    }

    async fn a_process_that_dies_between_sending_and_noting_sends_again(world: World) {
        let receiver = Receiver::start().await;
        let (id, secret) = world.hook(&receiver.url, &["deal.deleted"]).await;
        let event = world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.dispatch().await;
        receiver.close();
        let dying = world.runner(&world.webhooks);
        let process = tokio::spawn(async move { dying.run_until_idle().await });
        receiver.reached(1).await;
        process.abort();
        assert_eq!(world.newest(&id).await["attempts"], 0, "nobody noted it");
        // Another process finds the lease run out.
        world.pass(TimeDelta::seconds(31));
        let other = service(world.db(), &["127.0.0.1"]);
        let runner = world.runner(&other);
        let again = tokio::spawn(async move { runner.run_until_idle().await });
        receiver.reached(2).await;
        receiver.open();
        again.await.unwrap().unwrap();
        let messages = receiver.messages();
        assert_eq!(messages.iter().map(|message| message.id.clone()).collect::<Vec<_>>(), vec![event.to_string(); 2]);
        assert!(messages.iter().all(|message| message.is_signed_by(&secret)));
        let delivery = world.newest(&id).await;
        assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("delivered"), &json!(1)), "noted once");
    }

    async fn an_address_that_may_not_be_sent_to_any_more_is_not(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.dispatch().await;
        // The same installation, after the operator took the exemption back.
        let strict = service(world.db(), &["10.0.0.0/8"]);
        world.runner(&strict).run_until_idle().await.unwrap();
        assert_eq!(receiver.count(), 0);
        let delivery = world.newest(&id).await;
        assert_eq!((&delivery["status"], &delivery["lastStatus"]), (&json!("pending"), &Value::Null));
        assert_eq!(delivery["lastError"], "not sent: the address leads into a private network");
        world.pass_until(&delivery["nextAttemptAt"]);
        world.settle().await;
        assert_eq!((receiver.count(), &world.newest(&id).await["status"]), (1, &json!("delivered")));
    }

    async fn a_webhook_that_is_switched_off_gives_up_what_waits(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.dispatch().await;
        let off = world.ok("PATCH", &format!("/{id}"), json!({ "enabled": false }), 200).await;
        assert_eq!((&off["enabled"], &off["disabledBecause"]), (&json!(false), &Value::Null));
        world.settle().await;
        let delivery = world.newest(&id).await;
        assert_eq!((&delivery["status"], &delivery["lastError"]), (&json!("failed"), &json!("the webhook was switched off")));
        // Nor is it told of what happened before, and comes to it only now.
        world.ok("PATCH", &format!("/{id}"), json!({ "enabled": true }), 200).await;
        world.settle().await;
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.ok("PATCH", &format!("/{id}"), json!({ "enabled": false }), 200).await;
        world.settle().await;
        assert_eq!((receiver.count(), world.count("webhook_deliveries", "true").await), (0, 1));
    }

    async fn what_waits_outlives_a_job_that_is_given_up(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.dispatch().await;
        // A process without the key of the vault can send nothing, and fails until its job is set aside.
        let lost = without_keys(world.db());
        for _ in 0..20 {
            world.runner(&lost).run_until_idle().await.unwrap();
            world.pass(TimeDelta::minutes(15));
        }
        assert_eq!(world.system_count("jobs", "kind = 'webhooks.send' and state = 3").await, 1);
        assert_eq!((receiver.count(), &world.newest(&id).await["attempts"]), (0, &json!(0)));
        world.pass(TimeDelta::hours(1));
        world.runner(&world.webhooks).run_until_idle().await.unwrap();
        assert_eq!((receiver.count(), &world.newest(&id).await["status"]), (1, &json!("delivered")));
    }
}
