//! Rehearsals by the code that sends: two weeks in seconds, day by day, and nothing left behind.

use kernel::{OrgId, Scope};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{Client, World};

const PEOPLE: usize = 50;

fn message(id: u128, text: &str) -> Value {
    let variant = json!({"id": Uuid::from_u128(id + 1), "name": "A", "weight": 1, "text": text});
    json!({"id": Uuid::from_u128(id), "action": {"kind": "message", "variants": [variant]}})
}

fn wait(id: u128, hours: u32) -> Value {
    json!({"id": Uuid::from_u128(id), "action": {"kind": "wait", "wait": {"until": "hours", "count": hours}}})
}

/// A draft with three messages to fifty people by an account that is connected; its path.
async fn draft(world: &World, owner: &Client) -> String {
    let account = crate::accounts::connected(owner, "+48601234562").await;
    let tx = world.db().begin(&Scope::system(OrgId(owner.org_id), "test")).await.unwrap();
    tx.execute_unprepared("update bd_accounts set is_online = true").await.unwrap();
    tx.commit().await.unwrap();
    let mut contacts = Vec::with_capacity(PEOPLE);
    for index in 0..PEOPLE {
        let contact = json!({"name": format!("Person {index}"), "telegramUsername": format!("somebody_{index}")});
        contacts.push(owner.post("/api/crm/contacts", contact).await.expect(201)["id"].clone());
    }
    let body = json!({
        "name": "Spring", "channel": "telegram", "accountIds": [account],
        "audience": {"source": {"kind": "contacts", "contactIds": contacts}},
        "schedule": {"inContactZone": false, "timeZone": "UTC",
            "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"}]},
        "steps": [
            message(71_000, "Hello"), wait(71_010, 48), message(71_020, "Again"), wait(71_030, 48),
            message(71_040, "Once more"),
        ],
    });
    let made = owner.post("/api/campaigns", body).await.expect(201);
    world.settle().await;
    format!("/api/campaigns/{}", made["id"].as_str().unwrap())
}

async fn rehearsed(world: &World, owner: &Client, path: &str, request: Value) -> Value {
    owner.post(&format!("{path}/rehearse"), request).await.expect(202);
    world.settle().await;
    let done = owner.get(&format!("{path}/rehearsal")).await.expect(200);
    assert_eq!(done["state"], "done", "{done}");
    done["result"].clone()
}

fn sum(result: &Value, field: &str) -> u64 {
    result["days"].as_object().unwrap().values().filter_map(|day| day[field].as_u64()).sum()
}

fn stopped(result: &Value, cause: &str) -> u64 {
    result["days"].as_object().unwrap().values().filter_map(|day| day["stopped"][cause].as_u64()).sum()
}

/// Many answer, some opt out, some cannot be reached, and the account is told to wait.
fn lively() -> Value {
    json!({"flood": 60_000, "bounce": 60_000, "read": 900_000, "answer": 500_000, "optOut": 250_000,
        "autoReply": 100_000, "positive": 300_000, "negative": 200_000, "withinHours": 30})
}

async fn kept(world: &World) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["messages", "errands", "chats", "events", "enrolments", "campaign_sends", "consents", "touches"] {
        counts.push(world.count(&format!("select count(*) as n from {table}")).await);
    }
    counts
}

on_both! {
    async fn two_weeks_are_played_by_the_code_that_sends_and_leave_nothing(world: World) {
        let owner = world.owner().await;
        let path = draft(&world, &owner).await;
        let before = kept(&world).await;
        let request = json!({"mode": "network", "seed": 5, "behaviour": lively()});
        let result = rehearsed(&world, &owner, &path, request.clone()).await;
        assert_eq!(result["mode"], "network", "{result}");
        assert!(sum(&result, "floods") > 0 && sum(&result, "optedOut") > 0 && sum(&result, "failed") > 0, "{result}");
        assert!(stopped(&result, "replied") > 0 && stopped(&result, "opted_out") > 0, "{result}");
        let (sent, people) = (sum(&result, "sent"), u64::try_from(PEOPLE).unwrap());
        assert!(sent > people && sent < 3 * people, "who answered got no more: {result}");
        let by_variant = result["variants"].as_object().unwrap().values();
        let by_variant: u64 = by_variant.flat_map(|step| step.as_object().unwrap().values()).filter_map(|v| v["sent"].as_u64()).sum();
        let by_sender: u64 = result["senders"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
        assert_eq!((by_variant, by_sender), (sent, sent));
        assert_eq!(sum(&result, "delivered") + sum(&result, "failed"), sent);
        let stops: u64 = result["days"].as_object().unwrap().values()
            .flat_map(|day| day["stopped"].as_object().unwrap().values()).filter_map(Value::as_u64).sum();
        assert_eq!(stops + sum(&result, "finished") + result["onTheWay"].as_u64().unwrap(), people);
        assert_eq!(rehearsed(&world, &owner, &path, request).await, result, "the same seed gives the same");
        assert_eq!(kept(&world).await, before);
        let folder = world.database.folder.path().join("rehearsals");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    }
}

on_both! {
    async fn the_rules_alone_foretell_nearly_the_same(world: World) {
        let owner = world.owner().await;
        let path = draft(&world, &owner).await;
        let of = |mode: &str| json!({"mode": mode, "seed": 9, "behaviour": lively()});
        let network = rehearsed(&world, &owner, &path, of("network")).await;
        let quick = rehearsed(&world, &owner, &path, of("quick")).await;
        assert_eq!((&network["mode"], &quick["mode"]), (&json!("network"), &json!("quick")));
        // An answer that comes in the minute of a message may fall on its other side: a tenth of all messages.
        let (played, foretold) = (sum(&network, "sent"), sum(&quick, "sent"));
        assert!(played.abs_diff(foretold) * 10 <= foretold, "{network}\n{quick}");
    }
}
