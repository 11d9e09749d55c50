//! What happens is told to those who may know it, to each once and in order: by the feed, and by streams.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use chrono::TimeDelta;
use contracts::events::ALL;
use futures_util::StreamExt;
use identity::Role;
use serde_json::{Value, json};
use testkit::{Backend, on_both};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};
use tower::ServiceExt;
use uuid::Uuid;

use crate::world::{Client, PASSWORD, World};

/// More than a connection may be behind.
const MANY: usize = 700;
/// Long enough for a busy machine; what is told comes in milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// The whole feed as the client may know it, page by page.
pub async fn feed(client: &Client, limit: usize) -> Vec<Value> {
    let (mut all, mut next) = (Vec::new(), 0);
    loop {
        let page = client.get(&format!("/api/v1/events?limit={limit}&after={next}")).await.expect(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        next = page["next"].as_i64().unwrap();
        if page["more"] == false {
            return all;
        }
    }
}

fn subjects(event: &Value) -> BTreeSet<Uuid> {
    event["subject"]["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().parse().unwrap()).collect()
}

/// A record, and its id.
async fn create(client: &Client, kind: &str, body: Value) -> Uuid {
    let made = client.post(&format!("/api/crm/{kind}"), body).await.expect(201);
    made["id"].as_str().unwrap().parse().unwrap()
}

/// The first pipeline is made in the moment after an organization was founded, and is told a moment later.
async fn pipeline_made(client: &Client) {
    while !feed(client, 100).await.iter().any(|event| event["type"] == "pipeline.created") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Everything that runs beside the HTTP server, until it is dropped.
fn running(world: &World) -> DropGuard {
    let cancel = CancellationToken::new();
    let (hub, dispatcher) = (world.app.hub.clone(), world.app.dispatcher.clone());
    let (one, other) = (cancel.clone(), cancel.clone());
    tokio::spawn(async move { hub.run(one).await });
    tokio::spawn(async move { dispatcher.run(other).await });
    cancel.drop_guard()
}

/// An open stream of server-sent events.
struct Stream {
    headers: HeaderMap,
    body: BodyDataStream,
    text: String,
}

/// One of its messages.
#[derive(Debug, Default, PartialEq)]
struct Message {
    id: Option<i64>,
    event: String,
    data: Value,
}

impl Stream {
    async fn open(world: &World, client: &Client, path: &str) -> Result<Self, StatusCode> {
        let mut request = Request::builder().uri(path);
        for (name, value) in &client.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let response = world.router.clone().oneshot(request).await.unwrap();
        if response.status() != StatusCode::OK {
            return Err(response.status());
        }
        let (parts, body) = response.into_parts();
        Ok(Self { headers: parts.headers, body: body.into_data_stream(), text: String::new() })
    }

    /// The next block: fields up to an empty line.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let bytes = timeout(PATIENCE, self.body.next()).await.expect("something in time")?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next message; comments are passed over. `None` at the end.
    async fn message(&mut self) -> Option<Message> {
        loop {
            let block = self.block().await?;
            let mut message = Message::default();
            for (name, value) in block.lines().filter_map(|line| line.split_once(": ")) {
                match name {
                    "id" => message.id = value.parse().ok(),
                    "event" => value.clone_into(&mut message.event),
                    "data" => message.data = serde_json::from_str(value).unwrap(),
                    _ => {}
                }
            }
            if !message.event.is_empty() {
                return Some(message);
            }
        }
    }
}

on_both! {
    async fn the_feed_tells_what_happened_in_order_and_once_whatever_the_page(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        let contact = create(&owner, "contacts", json!({"name": "Anna"})).await;
        owner.patch(&format!("/api/crm/contacts/{contact}"), json!({"jobTitle": "CEO"})).await.expect(200);
        create(&owner, "deals", json!({"title": "Licence"})).await;
        world.settle().await;
        let whole = feed(&owner, 500).await;
        for limit in [1, 2, 3, 7] {
            assert_eq!(feed(&owner, limit).await, whole, "by {limit}");
        }
        let seqs: Vec<i64> = whole.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
        assert!(seqs.is_sorted_by(|a, b| a < b));
        let types: Vec<&str> = whole.iter().map(|event| event["type"].as_str().unwrap()).collect();
        let told = ["organization.created", "contact.created", "contact.updated", "deal.created"];
        let places: Vec<_> = told.iter().map(|name| types.iter().position(|t| t == name)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{types:?}");
        let updated = whole.iter().find(|event| event["type"] == "contact.updated").unwrap();
        assert_eq!(updated["data"], json!({"fields": ["jobTitle"]}));
        assert_eq!(updated["subject"], json!({"kind": "contact", "id": contact, "ids": [contact], "count": 1}));
        assert_eq!(updated["actor"], json!({"kind": "user", "id": owner.user_id}));
        let only = owner.get("/api/v1/events?types=deal.,contact.updated").await.expect(200);
        let only: BTreeSet<_> = only["items"].as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap()).collect();
        assert_eq!(only, BTreeSet::from(["contact.updated", "deal.created"]));
    }

    async fn nobody_is_told_of_what_is_out_of_reach(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let stranger = world.sign_up("stranger@example.com").await;
        world.settle().await;
        for kind in ["contacts", "companies"] {
            for who in [None, Some(owner.user_id), Some(agent.user_id)] {
                let id = create(&owner, kind, json!({"name": "Somebody", "ownerId": who})).await;
                owner.patch(&format!("/api/crm/{kind}/{id}"), json!({"description": "New"})).await.expect(200);
                owner.post(&format!("/api/crm/{kind}/{id}/notes"), json!({"body": "Hi"})).await.expect(201);
            }
        }
        for who in [None, Some(owner.user_id), Some(agent.user_id)] {
            create(&owner, "deals", json!({"title": "Deal", "ownerId": who})).await;
        }
        let view = json!({"recordType": "company", "name": "Mine", "visibility": "private", "query": {}});
        owner.post("/api/crm/views", view).await.expect(201);
        // One event about contacts of different people.
        let all = owner.get("/api/crm/contacts").await.expect(200);
        let ids: Vec<_> = all["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
        owner.post("/api/crm/contacts/bulk", json!({"action": "addTags", "tags": ["x"], "ids": ids})).await.expect(202);
        world.settle().await;

        let (all, some) = (feed(&owner, 100).await, feed(&agent, 100).await);
        assert!(some.len() < all.len());
        for (told, who) in [(&all, &owner), (&some, &agent)] {
            let addressed = told.iter().filter(|event| event["type"].as_str().unwrap().starts_with("notification."));
            let to: Vec<_> = addressed.map(|event| event["data"]["userId"].clone()).collect();
            assert!(to.iter().all(|id| *id == json!(who.user_id)), "what one person is told is nobody else's business");
            assert!(!to.is_empty());
        }
        for event in some.iter().filter(|event| !event["type"].as_str().unwrap().starts_with("notification.")) {
            let whole = all.iter().find(|e| e["id"] == event["id"]);
            // What concerns the agent alone, such as their own sign-in, is told to the owner as well.
            assert!(whole.is_some_and(|whole| subjects(event).is_subset(&subjects(whole))), "{event}");
            let kind = match event["subject"]["kind"].as_str().unwrap() {
                "contact" => "contacts",
                "company" => "companies",
                "deal" => "deals",
                "note" => {
                    let (of, id) = (event["data"]["recordType"].as_str().unwrap(), event["data"]["recordId"].as_str().unwrap());
                    let kind = if of == "contact" { "contacts" } else { "companies" };
                    agent.get(&format!("/api/crm/{kind}/{id}")).await.expect(200);
                    continue;
                }
                "view" => panic!("{event}"),
                _ => continue,
            };
            for id in subjects(event) {
                agent.get(&format!("/api/crm/{kind}/{id}")).await.expect(200);
            }
        }
        let bulk = |events: &[Value]| {
            let tagged = events.iter().find(|e| e["type"] == "contact.updated" && e["data"]["fields"] == json!(["tags"]));
            tagged.map(subjects).unwrap_or_default().len()
        };
        assert_eq!((bulk(&all), bulk(&some)), (3, 2));
        for event in feed(&stranger, 100).await {
            assert_eq!(event["organizationId"], json!(stranger.org_id));
        }
    }

    async fn what_is_no_longer_kept_is_said(world: World) {
        let owner = world.owner().await;
        world.settle().await;
        let old = feed(&owner, 100).await.last().unwrap()["seq"].as_i64().unwrap();
        world.clock.advance(TimeDelta::days(100));
        let again = json!({"email": "owner@example.com", "password": PASSWORD});
        let owner = owner.signed_in(&world.anon().post("/api/auth/signin", again).await.expect(200));
        create(&owner, "contacts", json!({"name": "Anna"})).await;
        world.settle().await;
        assert!(world.app.dispatcher.forget(world.clock.now() - TimeDelta::days(90)).await.unwrap() > 0);
        assert_eq!(owner.get(&format!("/api/v1/events?after={}", old - 1)).await.code(409), "events.forgotten");
        let page = owner.get(&format!("/api/v1/events?after={old}")).await.expect(200);
        assert_eq!(page["items"][0]["type"], "user.signed_in");
        let running = running(&world);
        let mut stream = Stream::open(&world, &owner, &format!("/api/v1/streams/deals?after={}", old - 1)).await.unwrap();
        assert_eq!(stream.message().await.unwrap().event, "reset");
        drop(running);
    }

    async fn a_stream_tells_what_happens_and_resumes_without_a_gap(world: World) {
        let running = running(&world);
        let owner = world.owner().await;
        pipeline_made(&owner).await;
        let mut stream = Stream::open(&world, &owner, "/api/v1/streams/deals").await.unwrap();
        assert_eq!(stream.headers["content-type"], "text/event-stream");
        assert_eq!(stream.block().await.unwrap(), "retry: 2000\n: open");
        let mut deals = Vec::new();
        for n in 0..5 {
            deals.push(create(&owner, "deals", json!({"title": format!("Deal {n}")})).await);
            create(&owner, "contacts", json!({"name": "Not a deal"})).await;
        }
        let mut last = None;
        for deal in &deals {
            let message = stream.message().await.unwrap();
            assert_eq!((message.event.as_str(), &message.data["subject"]["id"]), ("deal.created", &json!(deal)));
            assert_eq!(message.id, message.data["seq"].as_i64());
            last = message.id;
        }
        drop(stream);
        let mut missed = Vec::new();
        for n in 0..3 {
            missed.push(create(&owner, "deals", json!({"title": format!("Missed {n}")})).await);
        }
        let again = owner.with("last-event-id", &last.unwrap().to_string());
        let mut stream = Stream::open(&world, &again, "/api/v1/streams/crm").await.unwrap();
        assert!(stream.headers["deprecation"].to_str().unwrap().starts_with('@'));
        let now = create(&owner, "deals", json!({"title": "Now"})).await;
        for deal in missed.into_iter().chain([now]) {
            assert_eq!(stream.message().await.unwrap().data["subject"]["id"], json!(deal));
        }
        drop(running);
    }

    async fn a_notification_is_told_to_the_one_it_is_for(world: World) {
        let running = running(&world);
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let open = async |client: &Client| {
            let mut stream = Stream::open(&world, client, "/api/v1/streams/notifications").await.unwrap();
            assert_eq!(stream.block().await.unwrap(), "retry: 2000\n: open");
            stream
        };
        let (mut told, mut untold) = (open(&agent).await, open(&owner).await);
        let contact = create(&owner, "contacts", json!({"name": "Anna", "ownerId": agent.user_id})).await;
        let message = told.message().await.unwrap();
        assert_eq!(message.event, "notification.created");
        assert_eq!(message.data["data"]["kind"], "assigned.contact");
        let bell = agent.get("/api/v1/notifications").await.expect(200);
        assert_eq!(bell["items"][0]["subject"]["id"], json!(contact));
        // The first that the other one is told is a notification of their own.
        owner.post("/api/v1/notifications/test", json!({"channel": "inApp"})).await.expect(202);
        let message = untold.message().await.unwrap();
        assert_eq!(message.data["data"]["kind"], "test");
        drop(running);
    }

    async fn who_looks_as_another_is_told_what_that_one_is_told(world: World) {
        let running = running(&world);
        let owner = world.owner().await;
        let agent = world.colleague(&owner, Role::Agent).await;
        let again = json!({"email": "owner@example.com", "password": PASSWORD});
        let elsewhere = owner.signed_in(&world.anon().post("/api/auth/signin", again).await.expect(200));
        pipeline_made(&owner).await;
        let path = "/api/v1/streams/deals";
        let mut before = Stream::open(&world, &owner, path).await.unwrap();
        let mut other = Stream::open(&world, &elsewhere, path).await.unwrap();
        owner.post("/api/team/view-as", json!({"userId": agent.user_id})).await.expect(200);
        let closing = before.message().await.unwrap();
        assert_eq!((closing.event.as_str(), &closing.data), ("closing", &json!({"reason": "access.changed"})));
        let mut during = Stream::open(&world, &owner, path).await.unwrap();
        let hidden = create(&elsewhere, "deals", json!({"title": "Hidden", "ownerId": owner.user_id})).await;
        let seen = create(&elsewhere, "deals", json!({"title": "Seen", "ownerId": agent.user_id})).await;
        assert_eq!(during.message().await.unwrap().data["subject"]["id"], json!(seen));
        assert_eq!(other.message().await.unwrap().data["subject"]["id"], json!(hidden), "another session is as it was");
        owner.delete("/api/team/view-as").await.expect(204);
        assert_eq!(during.message().await.unwrap().data, json!({"reason": "access.changed"}));
        drop(running);
    }

    async fn streams_open_by_permission_and_end_with_the_session(world: World) {
        let running = running(&world);
        let owner = world.owner().await;
        for name in ["payments", "notifications", "tasks", "messages"] {
            let mut stream = Stream::open(&world, &owner, &format!("/api/v1/streams/{name}")).await.unwrap();
            assert_eq!(stream.block().await.unwrap(), "retry: 2000\n: open", "{name} opens with nothing to send");
        }
        let refused = async |client: &Client, path: &str| Stream::open(&world, client, path).await.err();
        assert_eq!(refused(&world.anon(), "/api/v1/streams/deals").await, Some(StatusCode::UNAUTHORIZED));
        assert_eq!(refused(&owner, "/api/v1/streams/gossip").await, Some(StatusCode::NOT_FOUND));
        assert_eq!(refused(&owner, "/api/v1/streams/deals?after=-1").await, Some(StatusCode::UNPROCESSABLE_ENTITY));
        let nonsense = owner.with("last-event-id", "yesterday");
        assert_eq!(refused(&nonsense, "/api/v1/streams/deals").await, Some(StatusCode::UNPROCESSABLE_ENTITY));

        let mut stream = Stream::open(&world, &owner, "/api/v1/streams/deals").await.unwrap();
        owner.post("/api/auth/signout", json!({})).await;
        let last = stream.message().await.unwrap();
        assert_eq!((last.event.as_str(), &last.data), ("closing", &json!({"reason": "session.revoked"})));
        assert_eq!(stream.message().await, None);
        drop(running);
    }
}

#[tokio::test]
async fn at_the_limit_the_idle_connection_makes_way() {
    let world = World::open_with(Backend::Sqlite, &[("RAPPORT_MAX_CONNECTIONS_PER_ORG", "2")]).await.unwrap();
    let running = running(&world);
    let (owner, stranger) = (world.owner().await, world.sign_up("stranger@example.com").await);
    let open = async |client: &Client| Stream::open(&world, client, "/api/v1/streams/tasks").await.unwrap();
    let (mut first, second, other) = (open(&owner).await, open(&owner).await, open(&stranger).await);
    let third = open(&owner).await;
    let message = first.message().await.unwrap();
    assert_eq!(message.data, json!({"reason": "connections.too_many"}));
    drop(first);
    assert_eq!(world.app.hub.connections(), 3, "the others stay, of other organizations too");
    assert_eq!(world.anon().get("/health").await.expect(200)["live"], json!({"connections": 3}));
    drop((second, third, other));
    assert_eq!(world.app.hub.connections(), 0);
    drop(running);
}

#[tokio::test]
async fn a_listener_that_falls_behind_misses_nothing() {
    let world = World::open(Backend::Sqlite).await.unwrap();
    let running = running(&world);
    let owner = world.owner().await;
    let mut stream = Stream::open(&world, &owner, "/api/v1/streams/deals").await.unwrap();
    pipeline_made(&owner).await;
    // Nobody reads meanwhile.
    let mut told = Vec::new();
    for n in 0..MANY {
        told.push(create(&owner, "deals", json!({"title": format!("Deal {n}")})).await);
    }
    let mut seen = Vec::new();
    while seen.len() < MANY {
        let message = stream.message().await.unwrap();
        if message.event == "deal.created" {
            seen.push(message.data["subject"]["id"].as_str().unwrap().parse::<Uuid>().unwrap());
        }
    }
    assert_eq!(seen, told);
    drop(running);
}

#[test]
fn every_event_is_in_the_document() {
    let document: Value = serde_json::from_str(include_str!("../../../api/openapi.json")).unwrap();
    let facts = document["components"]["schemas"]["Fact"]["oneOf"].as_array().unwrap();
    let named: BTreeSet<&str> =
        facts.iter().filter_map(|fact| fact["properties"]["type"]["enum"][0].as_str()).collect();
    assert_eq!(named, ALL.iter().copied().collect());
}
