//! What is sent, to whom, signed by what; the log of it, and how long that is kept.

use chrono::TimeDelta;
use contracts::events::{CONTACT_DELETED, DEAL_DELETED, VIEW_CREATED};
use serde_json::{Value, json};
use testkit::on_both;

use crate::{
    receiver::Receiver,
    world::{World, items},
};

on_both! {
    async fn an_event_is_told_once_signed_and_as_the_feed_has_it(world: World) {
        let receiver = Receiver::start().await;
        let (id, secret) = world.hook(&receiver.url, &["deal.deleted"]).await;
        let event = world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.tell(&world.owner, CONTACT_DELETED, json!({})).await;
        world.tell(&world.stranger, DEAL_DELETED, json!({})).await;
        world.settle().await;
        let message = receiver.only();
        assert!(message.is_signed_by(&secret) && message.signatures.len() == 1);
        assert_eq!((&message.id, message.timestamp), (&event.to_string(), world.clock.now().timestamp()));
        assert_eq!(message.body["type"], "deal.deleted");
        let told = &message.body["data"];
        assert_eq!((&told["id"], &told["type"]), (&json!(event), &json!("deal.deleted")));
        assert_eq!(told["organizationId"], json!(world.owner.org_id));
        assert_eq!((&told["subject"]["count"], &told["actor"]["kind"]), (&json!(1), &json!("user")));
        assert_eq!(message.body["timestamp"].as_str().map(str::len), Some("2026-09-21T13:33:20.000000Z".len()));
        let delivery = world.newest(&id).await;
        assert_eq!((&delivery["status"], &delivery["attempts"], &delivery["lastStatus"]), (&json!("delivered"), &json!(1), &json!(200)));
        let whole = world.get(&format!("/{id}/deliveries/{}", delivery["id"].as_str().unwrap())).await;
        assert_eq!(whole["body"], json!(message.text));
        assert_eq!((&whole["tries"][0]["status"], &whole["tries"][0]["answer"]), (&json!(200), &json!("answer 200")));
        assert_eq!(world.get(&format!("/{id}")).await["lastDelivery"]["status"], "delivered");
    }

    async fn what_is_private_to_a_person_is_told_to_no_webhook(world: World) {
        let receiver = Receiver::start().await;
        world.hook(&receiver.url, &["*"]).await;
        world.settle().await;
        receiver.forget();
        for visibility in ["private", "org"] {
            world.tell(&world.owner, VIEW_CREATED, json!({ "recordType": "deal", "visibility": visibility })).await;
        }
        world.settle().await;
        assert_eq!(receiver.only().body["data"]["data"]["visibility"], "org");
    }

    async fn an_organization_without_webhooks_costs_no_transaction(world: World) {
        let receiver = Receiver::start().await;
        world.hook_of(&world.stranger, &receiver.url, &["deal.deleted"]).await;
        world.dispatch().await;
        let before = world.db().statement_count();
        for _ in 0..50 {
            world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        }
        let told = world.db().statement_count();
        world.dispatch().await;
        assert_eq!(world.system_count("event_inbox", "true").await, 0);
        let (telling, handing) = (told - before, world.db().statement_count() - told);
        assert!(handing < 20, "{handing} statements for 50 events ({telling} to tell them)");
    }

    async fn a_rotated_secret_signs_until_its_grace_is_over(world: World) {
        let receiver = Receiver::start().await;
        let (id, first) = world.hook(&receiver.url, &["deal.deleted"]).await;
        let rotated = world.ok("POST", &format!("/{id}/secret"), json!({ "graceHours": 24 }), 200).await;
        let second = rotated["secret"].as_str().unwrap();
        let until = world.clock.now() + TimeDelta::hours(24);
        assert_eq!(rotated["previousUntil"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap(), until);
        let signed = async || {
            receiver.forget();
            world.tell(&world.owner, DEAL_DELETED, json!({})).await;
            world.settle().await;
            let message = receiver.only();
            (message.signatures.len(), message.is_signed_by(&first), message.is_signed_by(second))
        };
        assert_eq!(signed().await, (2, true, true));
        world.pass(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert_eq!(signed().await, (2, true, true));
        world.pass(TimeDelta::seconds(1));
        assert_eq!(signed().await, (1, false, true));
        assert_eq!(world.get(&format!("/{id}")).await["previousSecretUntil"], Value::Null);
        let at_once = world.ok("POST", &format!("/{id}/secret"), json!({ "graceHours": 0 }), 200).await;
        assert_eq!(at_once["previousUntil"], Value::Null);
        assert_eq!(signed().await, (1, false, false));
    }

    async fn a_test_is_sent_once_and_a_message_again_under_its_own_id(world: World) {
        let receiver = Receiver::start().await;
        let (id, secret) = world.hook(&receiver.url, &["deal.deleted"]).await;
        receiver.answer_next(500, &[]);
        let queued = world.ok("POST", &format!("/{id}/test"), Value::Null, 202).await;
        let delivery = format!("/{id}/deliveries/{}", queued["deliveryId"].as_str().unwrap());
        world.settle().await;
        let message = receiver.only();
        assert!(message.is_signed_by(&secret));
        assert_eq!((&message.body["type"], &message.body["data"]["type"]), (&json!("webhook.test"), &json!("webhook.test")));
        let tried = world.get(&delivery).await;
        assert_eq!((&tried["status"], &tried["nextAttemptAt"]), (&json!("failed"), &Value::Null), "no retry of a test");
        assert_eq!(items(&world.get(&format!("/{id}/deliveries?status=failed")).await).len(), 1);
        assert_eq!(items(&world.get(&format!("/{id}/deliveries?status=delivered")).await).len(), 0);
        world.pass(TimeDelta::seconds(1));
        for times in 2..=3 {
            world.ok("POST", &format!("{delivery}/resend"), Value::Null, 202).await;
            assert_eq!(world.get(&delivery).await["status"], "pending");
            world.settle().await;
            let again = world.get(&delivery).await;
            assert_eq!((&again["status"], &again["attempts"]), (&json!("delivered"), &json!(times)));
            assert_eq!(again["tries"].as_array().unwrap().len(), times);
        }
        assert!(receiver.messages().iter().all(|again| again.id == message.id && again.text == message.text));
        assert_eq!(receiver.count(), 3);
    }

    async fn the_log_is_paged_and_kept_for_thirty_days(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        for _ in 0..5 {
            world.tell(&world.owner, DEAL_DELETED, json!({})).await;
            world.pass(TimeDelta::seconds(1));
        }
        world.settle().await;
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/{id}/deliveries?limit=2&cursor={cursor}")).await;
            seen.extend(items(&page).iter().map(|item| item["createdAt"].as_str().unwrap().to_owned()));
            let Some(next) = page["page"]["nextCursor"].as_str() else { break };
            next.clone_into(&mut cursor);
        }
        assert!(seen.len() == 5 && seen.is_sorted_by(|a, b| a >= b), "{seen:?}");
        world.pass(TimeDelta::days(29));
        world.settle().await;
        assert_eq!(world.count("webhook_deliveries", "true").await, 5);
        world.pass(TimeDelta::days(2));
        assert_eq!(items(&world.get(&format!("/{id}/deliveries")).await).len(), 0, "what is old is not shown, deleted or not");
        world.settle().await;
        assert_eq!((world.count("webhook_deliveries", "true").await, world.count("webhook_tries", "true").await), (0, 0));
        let waiting = "kind = 'webhooks.forget' and state = 0";
        assert_eq!(world.system_count("jobs", waiting).await, 1, "one clean-up is planned, however long it ran");
    }

    async fn what_was_sent_to_a_deleted_webhook_is_forgotten(world: World) {
        let receiver = Receiver::start().await;
        let (id, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        let (kept, _) = world.hook(&receiver.url, &["deal.deleted"]).await;
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.settle().await;
        world.tell(&world.owner, DEAL_DELETED, json!({})).await;
        world.dispatch().await;
        world.ok("DELETE", &format!("/{id}"), Value::Null, 204).await;
        world.settle().await;
        world.pass(TimeDelta::days(2));
        world.settle().await;
        assert_eq!(receiver.count(), 3, "what waited was not sent");
        assert_eq!(world.count("webhook_deliveries", &format!("webhook_id = {}", sql_id(&world, &id))).await, 0);
        assert_eq!(items(&world.get(&format!("/{kept}/deliveries")).await).len(), 2);
        assert_eq!(world.count("webhook_tries", "true").await, 2);
    }
}

fn sql_id(world: &World, id: &str) -> String {
    match world.db().backend() {
        sea_orm::DbBackend::Sqlite => format!("x'{}'", id.replace('-', "")),
        _ => format!("'{id}'"),
    }
}
