//! Campaigns over the real services: a contact comes in and is written to through an account of the fake network.

use chrono::TimeDelta;
use contracts::events::{
    CAMPAIGN_START_FAILED, CAMPAIGN_VARIANT_WON, CampaignStartFailed, CampaignVariantWon, ENROLMENT_STEP_SENT,
    EnrolmentStepSent,
};
use events::NewEvent;
use identity::Role;
use kernel::{OrgId, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{Client, World};

/// A message that a campaign sends.
fn message(id: u128) -> Value {
    let variant = json!({"id": Uuid::from_u128(id + 1), "name": "A", "weight": 1, "text": "Hello"});
    json!({"id": Uuid::from_u128(id), "action": {"kind": "message", "variants": [variant]}})
}

fn draft(account: Uuid, contact: Uuid) -> Value {
    json!({
        "name": "Spring", "channel": "telegram", "accountIds": [account],
        "audience": {"source": {"kind": "contacts", "contactIds": [contact]}},
        "schedule": {"inContactZone": false, "timeZone": "UTC",
            "windows": [{"days": [1, 2, 3, 4, 5, 6, 7], "from": "00:00", "to": "00:00"}]},
        "steps": [message(70_000)],
    })
}

/// A campaign that runs, with the contact in it.
pub async fn running(world: &World, owner: &Client, account: Uuid, contact: Uuid) -> Uuid {
    let made = owner.post("/api/campaigns", draft(account, contact)).await.expect(201);
    let id: Uuid = made["id"].as_str().unwrap().parse().unwrap();
    owner.post(&format!("/api/campaigns/{id}/start"), json!({"confirm": "Spring"})).await.expect(200);
    world.settle().await;
    id
}

/// Everything that campaigns tell of. What takes many messages, or time, is told by hand.
pub async fn everything(world: &World, owner: &Client, account: Uuid, contact: Uuid) {
    let made = owner.post("/api/campaigns", draft(account, contact)).await.expect(201);
    let path = format!("/api/campaigns/{}", made["id"].as_str().unwrap());
    owner.patch(&path, json!({"name": "Summer"})).await.expect(200);
    owner.post(&format!("{path}/schedule"), json!({"startsAt": "2099-01-01T00:00:00Z"})).await.expect(200);
    owner.post(&format!("{path}/start"), json!({})).await.expect(200);
    world.settle().await;
    owner.post(&format!("{path}/pause"), json!({})).await.expect(200);
    owner.post(&format!("{path}/resume"), json!({})).await.expect(200);
    let consents = format!("/api/campaigns/contacts/{contact}/consents");
    owner.put(&consents, json!({"channel": "telegram", "state": "denied"})).await.expect(200);
    owner.post(&format!("{path}/finish"), json!({})).await.expect(200);
    let campaign_id: Uuid = made["id"].as_str().unwrap().parse().unwrap();
    let scope = Scope::system(OrgId(owner.org_id), "test");
    let tx = world.app.db.begin(&scope).await.unwrap();
    let (step_id, variant_id) = (Uuid::from_u128(70_000), Uuid::from_u128(70_001));
    let won = json!(CampaignVariantWon { step_id, variant_id, lift: Some(0.5), p: 0.01 });
    let sent = json!(EnrolmentStepSent {
        campaign_id,
        enrolment_id: Uuid::from_u128(70_002),
        step_id,
        variant_id,
        message_id: Uuid::from_u128(70_003),
    });
    let (at, reason) = (world.clock.now(), "incomplete".to_owned());
    let failed = json!(CampaignStartFailed { at, reason, missing: vec!["accountIds".to_owned()] });
    let told = [
        NewEvent::of(CAMPAIGN_START_FAILED, "campaign", campaign_id, failed),
        NewEvent::of(CAMPAIGN_VARIANT_WON, "campaign", campaign_id, won),
        NewEvent::of(ENROLMENT_STEP_SENT, "contact", contact, sent),
    ];
    events::append(&tx, told).await.unwrap();
    tx.commit().await.unwrap();
    world.settle().await;
}

/// The newest notification of somebody's: its kind, what it is about, and what that is called.
async fn told(who: &Client) -> (Value, Value, Value) {
    let list = who.get("/api/v1/notifications").await.expect(200);
    let first = &list["items"][0];
    (first["kind"].clone(), first["subject"]["id"].clone(), first["subject"]["name"].clone())
}

on_both! {
    async fn a_start_that_does_not_happen_is_told_to_who_made_it_and_who_launched_it(world: World) {
        let owner = world.owner().await;
        let manager = world.colleague(&owner, Role::Manager).await;
        let viewer = world.colleague(&owner, Role::Viewer).await;
        let contact = json!({"name": "Carl", "telegramUsername": "carl_in_spring"});
        let contact = owner.post("/api/crm/contacts", contact).await.expect(201)["id"].as_str().unwrap().parse().unwrap();
        let account = crate::accounts::connected(&owner, "+48601234599").await;
        let made = owner.post("/api/campaigns", draft(account, contact)).await.expect(201);
        let path = format!("/api/campaigns/{}", made["id"].as_str().unwrap());
        let at = world.clock.now() + TimeDelta::minutes(1);
        manager.post(&format!("{path}/schedule"), json!({"startsAt": at})).await.expect(200);
        owner.patch(&path, json!({"accountIds": []})).await.expect(200);
        world.clock.advance(TimeDelta::minutes(2));
        world.settle().await;
        let campaign = owner.get(&path).await.expect(200);
        assert_eq!((&campaign["state"], &campaign["startsAt"]), (&json!("draft"), &Value::Null));
        let not_started = (json!("campaign.not_started"), made["id"].clone(), json!("Spring"));
        assert_eq!(told(&owner).await, not_started);
        assert_eq!(told(&manager).await, not_started);
        assert_eq!(told(&viewer).await.0, Value::Null);
        // Whoever ends it knows; whoever made it is told.
        world.clock.advance(TimeDelta::minutes(1));
        owner.patch(&path, json!({"accountIds": [account]})).await.expect(200);
        manager.post(&format!("{path}/start"), json!({})).await.expect(200);
        manager.post(&format!("{path}/finish"), json!({})).await.expect(200);
        world.settle().await;
        assert_eq!(told(&owner).await.0, "campaign.finished");
        assert_eq!(told(&manager).await, not_started);
    }
}
