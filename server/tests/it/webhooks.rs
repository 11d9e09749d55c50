//! Webhooks beside everything real: what people do reaches the receiver, as far as an owner may know it.

use std::sync::{Arc, Mutex};

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use identity::Role;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use testkit::{Backend, on_both};
use tokio::net::TcpListener;

use crate::world::World;

type Came = Arc<Mutex<Vec<Value>>>;

/// A receiver, and what came to it.
async fn receiver() -> (String, Came) {
    let (came, listener) = (Came::default(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let receive = async |State(came): State<Came>, headers: HeaderMap, body: String| {
        assert!(headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
        came.lock().unwrap().push(serde_json::from_str(&body).unwrap());
    };
    let router = Router::new().route("/hook", post(receive)).with_state(came.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, came)
}

async fn open(backend: Backend) -> Option<World> {
    World::open_with(backend, &[("RAPPORT_OUTBOUND_ALLOW", "127.0.0.1/32")]).await
}

async fn what_happens_in_an_organization_reaches_its_webhooks(world: World) {
    let owner = world.owner().await;
    let agent = world.colleague(&owner, Role::Agent).await;
    let stranger = world.sign_up("stranger@example.com").await;
    world.settle().await;
    let (url, came) = receiver().await;
    let hook = json!({"url": url, "types": ["*"]});
    let id = owner.post("/api/v1/webhooks", hook).await.expect(201)["id"].as_str().unwrap().to_owned();
    // An agent's own contact is out of nobody's reach who may write webhooks; a private view is.
    let own = json!({"name": "Anna", "ownerId": agent.user_id});
    let contact = agent.post("/api/crm/contacts", own).await.expect(201);
    let view = |name: &str, visibility: &str| json!({"recordType": "contact", "name": name, "visibility": visibility, "query": {}});
    agent.post("/api/crm/views", view("Mine", "private")).await.expect(201);
    owner.post("/api/crm/views", view("Ours", "org")).await.expect(201);
    stranger.post("/api/crm/contacts", json!({"name": "Of others"})).await.expect(201);
    world.settle().await;
    let came: Vec<Value> = came.lock().unwrap().clone();
    assert!(came.iter().all(|message| message["data"]["organizationId"] == json!(owner.org_id)), "{came:?}");
    let of = |kind: &str| came.iter().filter(|message| message["type"] == kind).collect::<Vec<_>>();
    assert_eq!(of("contact.created")[0]["data"]["subject"]["id"], contact["id"]);
    assert_eq!((of("contact.created").len(), of("view.created").len()), (1, 1));
    assert_eq!(of("view.created")[0]["data"]["data"]["visibility"], "org");
    // What was told is what the feed tells the owner.
    let feed = crate::live::feed(&owner, 500).await;
    for message in &came {
        assert!(feed.contains(&message["data"]), "{message}");
    }
    let log = owner.get(&format!("/api/v1/webhooks/{id}/deliveries?status=delivered")).await.expect(200);
    assert_eq!(log["page"]["total"], came.len());
    assert_eq!(agent.get("/api/v1/webhooks").await.code(403), "permission.denied");
}

on_both! {
    async fn an_answer_that_is_kept_for_its_key_tells_nobody_the_secret(world: World) {
        let owner = world.owner().await;
        let body = || json!({"url": "https://93.184.215.14/hook", "description": "ERP", "types": ["import.reverted"]});
        let (keyed, other) = (owner.with("idempotency-key", "once"), owner.with("idempotency-key", "twice"));
        let made = keyed.post("/api/v1/webhooks", body()).await.expect(201);
        let channel = other.post("/api/messaging/channels", json!({"name": "Shop"})).await.expect(201);
        let secrets = [&made, &channel].map(|answer| answer["secret"].as_str().unwrap().to_owned());
        let again = keyed.post("/api/v1/webhooks", body()).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.expect(201), made);

        let backend = world.db().backend();
        let sql = "select answer from idempotency_keys order by key";
        let rows = world.db().system_reader().query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        let kept: Vec<Vec<u8>> = rows.iter().map(|row| row.try_get("", "answer").unwrap()).collect();
        assert_eq!(kept.len(), 2);
        for answer in &kept {
            let text = String::from_utf8(answer.clone()).unwrap();
            assert!(text.starts_with("v1."), "{text}");
            assert!(secrets.iter().all(|secret| !text.contains(secret)) && !text.contains("secret"), "{text}");
        }
        // What was put in another's place opens nothing.
        let tx = world.db().begin_system().await.unwrap();
        let sql = "update idempotency_keys set answer = $1 where key = 'once'";
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, [kept[1].clone().into()])).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(keyed.post("/api/v1/webhooks", body()).await.code(409), "idempotency.in_progress");
        assert_eq!(world.count("select count(*) as n from idempotency_keys").await, 2);
    }
}

#[tokio::test]
async fn what_happens_in_an_organization_reaches_its_webhooks_on_sqlite() {
    what_happens_in_an_organization_reaches_its_webhooks(open(Backend::Sqlite).await.unwrap()).await;
}

#[tokio::test]
async fn what_happens_in_an_organization_reaches_its_webhooks_on_postgres() {
    if let Some(world) = open(Backend::Postgres).await {
        what_happens_in_an_organization_reaches_its_webhooks(world).await;
    }
}
