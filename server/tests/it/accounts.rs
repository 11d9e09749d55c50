//! Accounts in the whole server: who is told of them.

use bd_accounts::accounts::{happening, turns::Turn};
use identity::Role;
use kernel::{OrgId, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    live::feed,
    played::CODE,
    world::{Client, World},
};

/// A connected account of the client's.
pub async fn connected(client: &Client, phone: &str) -> Uuid {
    let body = json!({ "network": "telegram", "phone": phone, "apiId": 7, "apiHash": "0".repeat(32) });
    let asked = client.post("/api/bd-accounts/connect", body).await.expect(201);
    let id = asked["account"]["id"].as_str().unwrap().to_owned();
    client.post(&format!("/api/bd-accounts/{id}/code"), json!({ "code": CODE })).await.expect(200);
    id.parse().unwrap()
}

fn about(events: &[Value], account: Uuid) -> Vec<&str> {
    let is = |event: &&Value| event["subject"]["id"] == json!(account);
    events.iter().filter(is).map(|event| event["type"].as_str().unwrap()).collect()
}

on_both! {
    async fn only_who_may_use_an_account_is_told_of_it(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let account = connected(&owner, "+48601234567").await;
        world.settle().await;
        assert_eq!(about(&feed(&owner, 100).await, account).len(), 3);
        assert!(about(&feed(&agent, 100).await, account).is_empty());
        let allow = json!({ "allowedUserIds": [agent.user_id] });
        owner.put(&format!("/api/bd-accounts/{account}/config"), allow).await.expect(200);
        let system = Scope::system(OrgId(owner.org_id), "test");
        happening::turn(&world.app.accounts, &system, account, &Turn::Online).await.unwrap();
        world.settle().await;
        assert!(about(&feed(&agent, 100).await, account).contains(&"bd_account.connected"));
    }
}
