//! Chats in the whole server: brought by another program, told to whom they concern.

use axum::{body::Body, http::Method};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::on_both;
use uuid::Uuid;

use crate::world::{Answer, Client, World};

/// What there is of chats.
pub struct Chats {
    pub channel: Uuid,
    pub chat: Uuid,
    pub message: Uuid,
    pub comment: Uuid,
    pub template: Uuid,
}

fn uuid(value: &Value) -> Uuid {
    value.as_str().unwrap().parse().unwrap()
}

fn sender() -> Value {
    json!({"id": "1", "name": "Olga", "username": "Olga_Shop", "phone": "+79125550011"})
}

/// A message that another program brings through a channel.
pub async fn bring(world: &World, channel: &Value, id: &str, text: &str) -> Answer {
    let body = json!({"id": id, "chat": {"id": "5"}, "sender": sender(), "text": text}).to_string();
    let secret = channel["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap();
    let at = world.clock.now().timestamp();
    let mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(secret).unwrap()).unwrap();
    let mac = mac.chain_update(format!("msg.{at}.{body}")).finalize().into_bytes();
    let program = world.anon().with("webhook-id", "msg").with("webhook-timestamp", &at.to_string());
    let program = program.with("webhook-signature", &format!("v1,{}", STANDARD.encode(mac)));
    let path = channel["path"].as_str().unwrap();
    program.send(Method::POST, path, Body::from(body), Some("application/json")).await
}

/// A channel with a chat, a comment beside it, and a template.
pub async fn of(world: &World, owner: &Client) -> Chats {
    let channel = owner.post("/api/messaging/channels", json!({"name": "Shop"})).await.expect(201);
    let taken = bring(world, &channel, "m1", "Hello").await.expect(200);
    let message =
        owner.get(&format!("/api/messaging/messages/{}", taken["messageId"].as_str().unwrap())).await.expect(200);
    let chat = uuid(&message["chatId"]);
    let comment = json!({"text": "Who is this?"});
    let comment = owner.post(&format!("/api/messaging/chats/{chat}/comments"), comment).await.expect(201);
    let template = json!({"name": "Greeting", "text": "Hello {{contact.name}}", "shared": true});
    let template = owner.post("/api/messaging/templates", template).await.expect(201);
    Chats {
        channel: uuid(&channel["id"]),
        chat,
        message: uuid(&message["id"]),
        comment: uuid(&comment["id"]),
        template: uuid(&template["id"]),
    }
}

on_both! {
    async fn a_chat_knows_the_contact_by_username_or_phone(world: World) {
        let owner = world.owner().await;
        let by_phone = json!({"name": "By phone", "phones": ["+7 912 555-00-11"]});
        let by_phone = owner.post("/api/crm/contacts", by_phone).await.expect(201);
        let chats = of(&world, &owner).await;
        let path = format!("/api/messaging/chats/{}", chats.chat);
        assert_eq!(owner.get(&path).await.expect(200)["contactId"], by_phone["id"]);
        let list = owner.get(&format!("/api/messaging/chats?contactId={}", by_phone["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(list["items"][0]["contact"]["name"], "By phone");
        // A username says more than a phone.
        let by_name = json!({"name": "By name", "telegramUsername": "@olga_shop"});
        let by_name = owner.post("/api/crm/contacts", by_name).await.expect(201);
        let channel = owner.post("/api/messaging/channels", json!({"name": "Another"})).await.expect(201);
        bring(&world, &channel, "m1", "Hello again").await.expect(200);
        let list = owner.get(&format!("/api/messaging/chats?contactId={}", by_name["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    async fn a_chat_becomes_a_contact_with_an_owner_who_is_told(world: World) {
        let owner = world.owner().await;
        let agent = world.colleague(&owner, identity::Role::Agent).await;
        let chats = of(&world, &owner).await;
        let path = format!("/api/messaging/chats/{}", chats.chat);
        let made = agent.post(&format!("{path}/contact"), json!({})).await.expect(201);
        let contact = agent.get(&format!("/api/crm/contacts/{}", made["contactId"].as_str().unwrap())).await.expect(200);
        assert_eq!((&contact["name"], &contact["ownerId"]), (&json!("Olga"), &json!(agent.user_id)));
        owner.patch(&path, json!({"assigneeId": agent.user_id})).await.expect(200);
        world.settle().await;
        let told = agent.get("/api/v1/notifications").await.expect(200);
        let first = &told["items"][0];
        assert_eq!((&first["kind"], &first["subject"]["name"]), (&json!("assigned.chat"), &json!("Olga")));
        let rendered = json!({"chatId": chats.chat});
        let rendered = agent.post(&format!("/api/messaging/templates/{}/render", chats.template), rendered).await.expect(200);
        assert_eq!(rendered["text"], "Hello Olga");
        // The contact becomes another one, and the chat goes along.
        let other = owner.post("/api/crm/contacts", json!({"name": "Olga Petrova"})).await.expect(201);
        let merge = json!({"into": other["id"], "from": [made["contactId"]]});
        owner.post("/api/crm/contacts/merge", merge).await.expect(200);
        world.settle().await;
        assert_eq!(owner.get(&path).await.expect(200)["contactId"], other["id"]);
    }
}
