//! `api/events.json`: one event of each kind as clients get it, out of an organization in which everything happens. It is
//! the snapshot of their forms: who changes one sees it here first. Delete the file to have it written anew.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use axum::{body::Body, http::Method};
use bd_accounts::{
    BdAccounts,
    accounts::{happening, turns::Turn},
    dialogs::{self, store::Dialog},
    orders,
    pace::rules::Class,
    syncing::history,
};
use chrono::TimeDelta;
use contracts::{
    channels::{
        ChatKind, Ended, Inbox, MediaKind, Origin, Reaction, Seen, SeenBatch, SeenChat, SeenMedia, SeenMessage,
    },
    events::ALL,
};
use identity::Role;
use kernel::{OrgId, Scope};
use outbound::Outbound;
use serde_json::{Value, json};
use testkit::Backend;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use uuid::Uuid;
use vault::Vault;

use crate::{
    chats,
    live::feed,
    played::{CODE, Played, WITH_PASSWORD},
    world::{Client, PASSWORD, World},
};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../api/events.json");

fn id(answer: &Value) -> &str {
    answer["id"].as_str().unwrap()
}

async fn people(world: &World, owner: &Client) -> Client {
    owner.put("/api/users/profile", json!({"name": "Vera"})).await.expect(200);
    let again = json!({"email": "owner@example.com", "password": PASSWORD});
    let owner = owner.signed_in(&world.anon().post("/api/auth/signin", again).await.expect(200));
    let change = json!({"currentPassword": PASSWORD, "newPassword": "another good password"});
    owner.post("/api/users/password", change).await.expect(204);
    owner
        .post("/api/auth/step-up", json!({"method": "password", "password": "another good password"}))
        .await
        .expect(204);
    crate::mfa::enrolled(world, &owner).await;
    owner.post("/api/auth/mfa/backup-codes", json!({})).await.expect(200);
    for required in [true, false] {
        owner.patch("/api/organization", json!({"mfaRequired": required})).await.expect(200);
    }
    owner.delete("/api/auth/mfa/totp").await.expect(204);
    let account = crate::federated::linked(world, &owner, 42).await;
    owner.delete(&format!("/api/auth/identities/{account}")).await.expect(204);
    let agent = world.colleague(&owner, Role::Agent).await;
    team(world, &owner, &agent).await;
    owner
}

/// A look as somebody else, a role, a team, and two invitations.
async fn team(world: &World, owner: &Client, agent: &Client) {
    owner.post("/api/team/view-as", json!({"userId": agent.user_id})).await.expect(200);
    owner.delete("/api/team/view-as").await.expect(204);
    let reach = json!({"clients": "team", "deals": "own", "chats": "own", "accounts": "own"});
    let role = json!({"name": "Closers", "base": "agent", "permissions": ["crm.contacts.read"], "reach": reach});
    let role = owner.post("/api/roles", role).await.expect(201)["key"].as_str().unwrap().to_owned();
    let path = format!("/api/team/members/{}/role", agent.user_id);
    owner.put(&path, json!({"roles": ["agent", role]})).await.expect(200);
    owner.patch(&format!("/api/roles/{role}"), json!({"name": "Hunters"})).await.expect(200);
    assert_eq!(owner.delete(&format!("/api/roles/{role}?replacement=agent")).await.status.as_u16(), 204);
    let team = owner.post("/api/teams", json!({"name": "North", "members": [{"id": agent.user_id}]})).await.expect(201);
    let team = format!("/api/teams/{}", id(&team));
    owner.patch(&team, json!({"name": "South"})).await.expect(200);
    assert_eq!(owner.delete(&team).await.status.as_u16(), 204);
    let asked = json!({"emails": ["one@example.com", "two@example.com"], "roles": ["agent"]});
    let asked = owner.post("/api/team/members/invite", asked).await.expect(201);
    let path = format!("/api/team/invitations/{}", id(&asked["items"][0]));
    assert_eq!(owner.delete(&path).await.status.as_u16(), 204);
    let token = crate::team::token_for(owner, "two@example.com").await;
    let answer = json!({"token": token, "name": "Two", "password": PASSWORD});
    let joined = world.anon().post("/api/auth/invitation/accept", answer).await.expect(200);
    let path = format!("/api/team/members/{}", joined["user"]["id"].as_str().unwrap());
    for change in ["suspend", "restore"] {
        owner.post(&format!("{path}/{change}"), json!({})).await.expect(200);
    }
    owner.json(Method::DELETE, &path, &json!({"reassignTo": agent.user_id})).await.expect(202);
}

/// An address is proved; its password is guessed until it is locked.
async fn addresses(world: &World, owner: &Client) {
    let page = owner.get("/api/mail/outbox").await.expect(200);
    let proof = page["items"].as_array().unwrap().iter().find(|mail| mail["kind"] == "verify-email").unwrap();
    let token = proof["text"].as_str().unwrap().split("/auth/verify#").nth(1).unwrap().split('\n').next().unwrap();
    world.anon().post("/api/auth/email/verify", json!({"token": token})).await.expect(200);
    loop {
        let guess = json!({"email": "owner@example.com", "password": "a wrong password"});
        let answer = world.anon().post("/api/auth/signin", guess).await;
        match answer.status.as_u16() {
            401 => {}
            429 => world.clock.advance(TimeDelta::seconds(answer.header("retry-after").parse().unwrap())),
            423 => break,
            status => panic!("{status}"),
        }
    }
    owner.post(&format!("/api/team/members/{}/unlock", owner.user_id), json!({})).await.expect(204);
}

async fn records(world: &World, owner: &Client, kind: &str) {
    let path = format!("/api/crm/{kind}");
    let one = owner.post(&path, json!({"name": "Anna", "emails": ["a@example.com"]})).await.expect(201);
    let two = owner.post(&path, json!({"name": "Anna", "emails": ["b@example.com"]})).await.expect(201);
    let (one, two) = (id(&one), id(&two));
    owner.patch(&format!("{path}/{one}"), json!({"description": "Met at the fair"})).await.expect(200);
    owner.post(&format!("{path}/duplicates/dismiss"), json!({"ids": [one, two]})).await.expect(204);
    let merged = owner.post(&format!("{path}/merge"), json!({"into": one, "from": [two]})).await.expect(200);
    owner.post(&format!("{path}/unmerge"), json!({"batchId": id(&merged["batch"])})).await.expect(200);
    for _ in 0..2 {
        owner.delete(&format!("{path}/{two}")).await;
        owner.post(&format!("{path}/{two}/restore"), json!({})).await.expect(200);
    }
    owner.delete(&format!("{path}/{two}")).await;
    owner.delete(&format!("{path}/{two}/purge")).await.expect(204);
    let note = owner.post(&format!("{path}/{one}/notes"), json!({"body": "Called", "kind": "call"})).await.expect(201);
    let note = format!("/api/crm/notes/{}", id(&note));
    owner.patch(&note, json!({"body": "Called twice"})).await.expect(200);
    owner.delete(&note).await.expect(204);
    let tag = json!({"action": "addTags", "tags": ["vip"], "ids": [one]});
    let batch = owner.post(&format!("{path}/bulk"), tag).await.expect(202);
    world.settle().await;
    owner.post(&format!("/api/crm/batches/{}/undo", id(&batch)), json!({})).await.expect(202);
    owner.get(&format!("{path}/export.csv")).await;
    world.settle().await;
}

async fn import(world: &World, owner: &Client) {
    let path = "/api/crm/imports?recordType=contact&fileName=fair.csv";
    let file = Body::from("Name\nBoris\n");
    let import = owner.send(Method::POST, path, file, Some("application/octet-stream")).await.expect(201);
    let path = format!("/api/crm/imports/{}", id(&import));
    let start = json!({"mapping": [{"column": 0, "target": "name"}], "duplicatePolicy": "skip"});
    owner.post(&format!("{path}/start"), start).await.expect(202);
    world.settle().await;
    owner.post(&format!("{path}/revert"), json!({})).await.expect(202);
    world.settle().await;
}

async fn pipeline(owner: &Client) {
    let made = owner.post("/api/pipeline", json!({"name": "Partners"})).await.expect(201);
    owner.put(&format!("/api/pipeline/{}", id(&made)), json!({"name": "Allies"})).await.expect(200);
    let sales = owner.get("/api/pipeline").await.expect(200)["items"][0].clone();
    let stage = json!({"pipelineId": sales["id"], "name": "Pilot"});
    let pilot = owner.post("/api/pipeline/stages", stage).await.expect(201);
    let path = format!("/api/pipeline/stages/{}", id(&pilot));
    owner.put(&path, json!({"name": "Trial", "entryRules": {"requiredFields": ["amount"]}})).await.expect(200);
    let deal = owner.post("/api/crm/deals", json!({"title": "Licence"})).await.expect(201);
    let deal = format!("/api/crm/deals/{}", id(&deal));
    owner.patch(&format!("{deal}/stage"), json!({"stageId": id(&pilot)})).await.expect(422);
    owner.patch(&deal, json!({"amountMinor": 120_000, "currency": "EUR"})).await.expect(200);
    for kind in ["won", "lost"] {
        let stages = sales["stages"].as_array().unwrap();
        let stage = stages.iter().find(|stage| stage["kind"] == kind).unwrap();
        owner.patch(&format!("{deal}/stage"), json!({"stageId": stage["id"], "lostReason": "Price"})).await.expect(200);
    }
    owner.delete(&deal).await;
    owner.post(&format!("{deal}/restore"), json!({})).await.expect(200);
    owner.delete(&deal).await;
    owner.delete(&format!("{deal}/purge")).await.expect(204);
    owner.delete(&path).await.expect(204);
    owner.delete(&format!("/api/pipeline/{}", id(&made))).await.expect(204);
}

/// A deal that stands in its stage for too long, and what its owner is told.
async fn rotting(world: &World, owner: &Client) -> Client {
    let sales = owner.get("/api/pipeline").await.expect(200)["items"][0].clone();
    let stage = json!({"pipelineId": sales["id"], "name": "Waiting", "rotDays": 3});
    let stage = owner.post("/api/pipeline/stages", stage).await.expect(201);
    let deal = json!({"title": "Old", "stageId": stage["id"], "ownerId": owner.user_id});
    owner.post("/api/crm/deals", deal).await.expect(201);
    // Longer than a token lasts.
    world.clock.advance(TimeDelta::days(4));
    let again = json!({"email": "owner@example.com", "password": "another good password"});
    let owner = owner.signed_in(&world.anon().post("/api/auth/signin", again).await.expect(200));
    world.app.schedules.turn().await.unwrap();
    world.settle().await;
    owner.post("/api/v1/notifications/read-all", json!({})).await.expect(200);
    owner
}

async fn settings(owner: &Client) {
    owner.get("/api/audit/export.csv").await;
    let (key, _) = crate::keys::made(owner, &["crm.contacts.read"]).await;
    let path = format!("/api/api-keys/{}", id(&key));
    owner.patch(&path, json!({"name": "Shop"})).await.expect(200);
    owner.delete(&path).await.expect(204);
    let field = json!({"recordType": "contact", "name": "Budget", "kind": "text"});
    let field = owner.post("/api/crm/fields", field).await.expect(201);
    let path = format!("/api/crm/fields/{}", id(&field));
    owner.patch(&path, json!({"name": "Budget for 2027"})).await.expect(200);
    owner.delete(&path).await.expect(204);
    let view = json!({"recordType": "contact", "name": "Hot", "visibility": "org", "query": {}});
    let view = owner.post("/api/crm/views", view).await.expect(201);
    let path = format!("/api/crm/views/{}", id(&view));
    owner.patch(&path, json!({"name": "Very hot"})).await.expect(200);
    owner.delete(&path).await.expect(204);
}

/// A webhook whose receiver is gone.
async fn webhook(world: &World, owner: &Client) {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", gone.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = gone.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        stream.write_all(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n").await
    });
    let hook = json!({"url": url, "types": ["deal.won"]});
    let path = format!("/api/v1/webhooks/{}", id(&owner.post("/api/v1/webhooks", hook).await.expect(201)));
    owner.patch(&path, json!({"description": "ERP"})).await.expect(200);
    owner.post(&format!("{path}/test"), json!({})).await.expect(202);
    world.settle().await;
    owner.delete(&path).await.expect(204);
}

/// Somebody who sells accounts.
struct Shop;

#[async_trait::async_trait]
impl orders::Provider for Shop {
    fn name(&self) -> &'static str {
        "shop"
    }

    async fn order(&self, wish: &orders::Wish) -> Result<orders::Offer, String> {
        let amount_minor = i64::from(wish.quantity) * 500;
        Ok(orders::Offer { external_id: "1".into(), amount_minor, currency: "EUR".into() })
    }
}

async fn purchase(world: &World, scope: &Scope) {
    let vault = Arc::new(Vault::new(["a key of the vault, long enough to be one"], world.clock.clone()));
    let options = bd_accounts::Options { orders: true, ..bd_accounts::Options::default() };
    let (db, directory) = (world.db().clone(), world.app.identity.clone());
    let accounts = BdAccounts::new(db, directory, vault, Outbound::new(Vec::new()), Arc::new(Played), options);
    let input = orders::commands::OrderInput { country: "PL".into(), quantity: 2 };
    orders::commands::order(&accounts.ordering_from(Arc::new(Shop)), scope, &input).await.unwrap();
}

/// An account in whose life everything happens.
async fn accounts(world: &World, owner: &Client) {
    let scope = Scope::system(OrgId(owner.org_id), "test");
    let body = json!({"network": "sandbox", "phone": WITH_PASSWORD});
    let asked = owner.post("/api/bd-accounts/connect", body).await.expect(201);
    let path = format!("/api/bd-accounts/{}", id(&asked["account"]));
    let account: Uuid = id(&asked["account"]).parse().unwrap();
    owner.post(&format!("{path}/code"), json!({"code": CODE})).await.expect(200);
    owner.post(&format!("{path}/password"), json!({"password": "tiger"})).await.expect(200);
    let limits = json!({"preset": "custom", "firstContactsPerDay": 1});
    owner.put(&format!("{path}/config"), json!({"limits": limits})).await.expect(200);
    let service = &world.app.accounts;
    let turn = async |turn: Turn| drop(happening::turn(service, &scope, account, &turn).await.unwrap());
    turn(Turn::Online).await;
    written(world, owner, account).await;
    happening::spend(service, &scope, account, Class::FirstContact, Some(11)).await.unwrap();
    let dialog = |chat_id: i64| Dialog {
        chat_id,
        kind: ChatKind::Private,
        title: "Boris".into(),
        username: None,
        last_message_at: None,
        unread: 0,
        folders: Vec::new(),
        members: None,
        estimate: Some(40),
        reference: None,
    };
    dialogs::store::replace(service, &scope, account, vec![dialog(11), dialog(12)], &[]).await.unwrap();
    let chats = json!({"chats": [{"chatId": "11"}, {"chatId": "12"}], "days": 30});
    owner.post(&format!("{path}/sync-chats"), chats).await.expect(200);
    owner.post(&format!("{path}/sync-start"), json!({})).await.expect(200);
    history::progress(service, &scope, account, 11, (20, Some(40)), Some(5)).await.unwrap();
    owner.post(&format!("{path}/sync-pause"), json!({})).await.expect(200);
    owner.post(&format!("{path}/sync-resume"), json!({})).await.expect(200);
    history::chat_failed(service, &scope, account, 12, "chat.private").await.unwrap();
    history::chat_done(service, &scope, account, 11).await.unwrap();
    turn(Turn::Reconnecting { attempt: 1, next_at: world.clock.now() }).await;
    turn(Turn::FloodWait { method: "messages.sendMessage".into(), seconds: 30 }).await;
    turn(Turn::PeerFlood).await;
    turn(Turn::Revoked { cause: "revoked".into() }).await;
    owner.post(&format!("{path}/disconnect"), json!({"logOut": true})).await.expect(200);
    world.settle().await;
    owner.delete(&path).await.expect(204);
    purchase(world, &scope).await;
}

pub fn seen(id: i64, outgoing: bool, now: chrono::DateTime<chrono::Utc>) -> SeenMessage {
    let media = SeenMedia {
        kind: MediaKind::Photo,
        reference: vec![1],
        file_name: None,
        mime_type: "image/jpeg".to_owned(),
        size_bytes: 1000,
        width: None,
        height: None,
        duration_ms: None,
        waveform: None,
        preview: None,
    };
    SeenMessage {
        chat_id: 7,
        id,
        outgoing,
        sender: None,
        at: now,
        edited_at: None,
        text: format!("Message {id}"),
        entities: Vec::new(),
        reply_to: None,
        topic_id: None,
        forwarded_from: None,
        album_id: None,
        media: (id == 2).then_some(media),
        reactions: Vec::new(),
        service: None,
        random_id: None,
        automatic: false,
    }
}

pub fn boris() -> SeenChat {
    SeenChat {
        id: 7,
        kind: ChatKind::Private,
        title: "Boris".to_owned(),
        username: None,
        phone: None,
        read_inbox_until: None,
        read_outbox_until: None,
    }
}

/// What is written through an account: one message that cannot go, and one for later that is called back.
async fn written(world: &World, owner: &Client, account: Uuid) {
    let (scope, inbox) = (Scope::system(OrgId(owner.org_id), "sync"), &world.app.messaging);
    let news = vec![Seen::Message(seen(9, false, world.clock.now()))];
    let batch = SeenBatch { origin: Origin::Live, chats: vec![boris()], news, position: None };
    inbox.receive(&scope, account, batch).await.unwrap();
    let list = owner.get(&format!("/api/messaging/messages?bdAccountId={account}")).await.expect(200);
    let body = json!({"chatId": list["items"][0]["chatId"], "text": "Hello", "undoSeconds": 0});
    let send = async |more: Value| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        owner.post("/api/messaging/send", body).await.expect(201)
    };
    send(json!({"clientId": Uuid::from_u128(1)})).await;
    let errand = inbox.errands(&scope, account, 1).await.unwrap().remove(0);
    inbox.start_errand(&scope, errand.id).await.unwrap();
    inbox.end_errand(&scope, errand.id, Ended::Never { code: "peer.blocked_us" }).await.unwrap();
    let at = world.clock.now() + TimeDelta::days(1);
    let later = send(json!({"clientId": Uuid::from_u128(2), "sendAt": at})).await;
    owner.post(&format!("/api/messaging/messages/{}/cancel", id(&later)), json!({})).await.expect(200);
    history_of_export(world, owner, account).await;
}

/// What an account brings.
async fn account(world: &World, owner: &Client) {
    let (scope, account) = (Scope::system(OrgId(owner.org_id), "sync"), Uuid::from_u128(1));
    let chat = boris();
    let now = world.clock.now();
    let edited = SeenMessage { edited_at: Some(now + TimeDelta::seconds(1)), ..seen(3, true, now) };
    let reactions = vec![Reaction { emoji: "👍".to_owned(), count: 1, ours: false }];
    let batches = [
        (Origin::History, vec![Seen::Message(seen(1, false, now))]),
        (Origin::Live, vec![Seen::Message(seen(2, false, now)), Seen::Message(seen(3, true, now))]),
        (
            Origin::Live,
            vec![
                Seen::Edited(SeenMessage { text: "Edited".to_owned(), ..edited }),
                Seen::Deleted { chat_id: None, ids: vec![1] },
                Seen::ReadByThem { chat_id: 7, until: 3 },
                Seen::Reactions { chat_id: 7, id: 2, reactions },
            ],
        ),
    ];
    let inbox = &world.app.messaging;
    for (origin, news) in batches {
        let batch = SeenBatch { origin, chats: vec![chat.clone()], news, position: None };
        inbox.receive(&scope, account, batch).await.unwrap();
    }
    let list = owner.get(&format!("/api/messaging/messages?bdAccountId={account}")).await.expect(200);
    let media = list["items"].as_array().unwrap().iter().find_map(|m| m["media"][0]["id"].as_str()).unwrap();
    inbox.media_arrived(&scope, media.parse().unwrap(), Some("blob")).await.unwrap();
}

/// History out of an export, taken in and taken back.
async fn history_of_export(world: &World, owner: &Client, account: Uuid) {
    let message =
        json!({"id": 1, "type": "message", "date_unixtime": "1790000000", "from_id": "user77", "text": "Hello"});
    let export = format!(r#"{{"name": "Olga", "type": "personal_chat", "id": 77, "messages": [{message}]}}"#);
    let path = "/api/messaging/imports?fileName=result.json";
    let kept = owner.send(Method::POST, path, Body::from(export), Some("application/octet-stream")).await.expect(201);
    let path = format!("/api/messaging/imports/{}", id(&kept));
    let start = json!({"accountId": account, "chats": [{"id": "77"}]});
    owner.post(&format!("{path}/start"), start).await.expect(202);
    world.settle().await;
    owner.post(&format!("{path}/revert"), json!({})).await.expect(202);
    world.settle().await;
}

/// What people do with chats.
async fn inbox(world: &World, owner: &Client) {
    account(world, owner).await;
    let chats = chats::of(world, owner).await;
    let path = format!("/api/messaging/chats/{}", chats.chat);
    owner.put(&format!("{path}/draft"), json!({"text": "Dear"})).await.expect(204);
    owner.post(&format!("{path}/mark-all-read"), json!({})).await.expect(204);
    let until = world.clock.now() + TimeDelta::hours(1);
    owner.patch(&path, json!({"assigneeId": owner.user_id, "snoozedUntil": until})).await.expect(200);
    owner.post(&format!("{path}/contact"), json!({})).await.expect(201);
    let other = owner.get("/api/messaging/inbox?channel=telegram").await.expect(200)["items"][0].clone();
    owner.post(&format!("{path}/merge"), json!({"into": other["id"]})).await.expect(200);
    owner.post(&format!("{path}/split"), json!({})).await.expect(200);
    let comment = format!("/api/messaging/comments/{}", chats.comment);
    owner.patch(&comment, json!({"text": "Olga, of course"})).await.expect(200);
    owner.delete(&comment).await.expect(204);
    let template = format!("/api/messaging/templates/{}", chats.template);
    owner.patch(&template, json!({"name": "Welcome"})).await.expect(200);
    owner.delete(&template).await.expect(204);
}

/// Ids and instants differ from run to run: each is replaced, the same by the same.
struct Plain(HashMap<String, String>);

impl Plain {
    fn of(&mut self, value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    match name.as_str() {
                        "occurredAt" => *value = json!("2026-11-22T10:00:00Z"),
                        "at" | "notBefore" | "until" if value.as_str().is_some_and(|at| at.contains('T')) => {
                            *value = json!("2026-11-22T11:00:00Z");
                        }
                        "seq" => *value = json!(1),
                        "requestId" => *value = json!("01a2011aa9927633bc5abc019d11a19b"),
                        _ => self.of(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.of(item)),
            Value::String(text) if text.parse::<Uuid>().is_ok() => {
                let next = self.0.len() + 1;
                let plain = || format!("00000000-0000-7000-8000-{next:012}");
                let known = self.0.entry(text.clone()).or_insert_with(plain);
                text.clone_from(known);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn every_event_looks_as_before() {
    let world = World::open_with(Backend::Sqlite, &[("RAPPORT_OUTBOUND_ALLOW", "127.0.0.1")]).await.unwrap();
    let owner = world.owner().await;
    world.settle().await;
    let owner = people(&world, &owner).await;
    addresses(&world, &owner).await;
    for kind in ["contacts", "companies"] {
        records(&world, &owner, kind).await;
    }
    import(&world, &owner).await;
    pipeline(&owner).await;
    settings(&owner).await;
    inbox(&world, &owner).await;
    world.settle().await;
    let owner = rotting(&world, &owner).await;
    webhook(&world, &owner).await;
    let contact = json!({"name": "Carl", "telegramUsername": "carl_in_spring"});
    let contact = owner.post("/api/crm/contacts", contact).await.expect(201);
    let account = crate::accounts::connected(&owner, "+48601234599").await;
    crate::campaigns::everything(&world, &owner, account, id(&contact).parse().unwrap()).await;
    accounts(&world, &owner).await;
    world.settle().await;

    let mut examples: BTreeMap<String, Value> = BTreeMap::new();
    for event in feed(&owner, 500).await {
        let name = event["type"].as_str().unwrap().to_owned();
        examples.entry(name).or_insert(event);
    }
    for example in examples.values_mut() {
        Plain(HashMap::new()).of(example);
    }
    let missing: Vec<_> = ALL.iter().filter(|name| !examples.contains_key(**name)).collect();
    assert!(missing.is_empty(), "nothing here makes {missing:?} happen");
    let text = serde_json::to_string_pretty(&examples).unwrap() + "\n";
    let Ok(before) = std::fs::read_to_string(EXAMPLES) else {
        std::fs::write(EXAMPLES, text).unwrap();
        panic!("api/events.json was written: look at it, and keep it");
    };
    assert!(before == text, "api/events.json is not what events look like:\n{text}");
}
