//! Messages that other programs bring: signed, and each once.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::on_both;

use crate::world::{World, id_of};

/// A message as a program sends it.
pub async fn bring(world: &World, channel: &Value, body: &Value, damage: bool) -> (u16, Value) {
    let secret = channel["secret"].as_str().unwrap().strip_prefix("whsec_").unwrap();
    let (at, body) = (world.clock.now().timestamp(), body.to_string());
    let mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(secret).unwrap()).unwrap();
    let mac = mac.chain_update(format!("msg_1.{at}.{body}")).finalize().into_bytes();
    let request = Request::builder().method("POST").uri(channel["path"].as_str().unwrap());
    let request = request.header("content-type", "application/json").header("webhook-id", "msg_1");
    let request = request.header("webhook-timestamp", at.to_string());
    let request = request.header("webhook-signature", format!("v1,{}", STANDARD.encode(mac)));
    let body = if damage { body.replace("Hello", "Hallo") } else { body };
    world.send_request(&world.manager, request.body(Body::from(body)).unwrap()).await
}

pub fn hello(id: &str) -> Value {
    json!({"id": id, "chat": {"id": "order-5"}, "sender": {"id": "u1", "name": "Olga", "phone": "+79125550011"}, "text": "Hello"})
}

on_both! {
    async fn a_signed_message_comes_in_once(world: World) {
        let contact = world.contact("Olga", None, Some("+79125550011"));
        let channel = world.ok(&world.manager, "POST", "/channels", json!({"name": "Shop"}), 201).await;
        let (status, taken) = bring(&world, &channel, &hello("m1"), false).await;
        assert_eq!(status, 200, "{taken}");
        assert_eq!(bring(&world, &channel, &hello("m1"), false).await, (200, taken.clone()), "the same again is the same");
        let mut answer = hello("m2");
        answer["replyTo"] = json!("m1");
        assert_eq!(bring(&world, &channel, &answer, false).await.0, 200);
        let list = world.get(&world.agent, "/inbox?channel=api").await;
        let chat = &list["items"][0];
        assert_eq!((&chat["title"], &chat["unread"], &chat["canWrite"]), (&json!("Olga"), &json!(2), &json!(false)));
        assert_eq!((&chat["contactId"], &chat["accountId"]), (&json!(contact), &json!(null)));
        assert_eq!(chat["readOnlyBecause"], "This channel only receives messages.");
        let thread = world.get(&world.agent, &format!("/messages?channelId={}", id_of(&channel))).await;
        assert_eq!(thread["items"][1]["replyTo"]["id"], taken["messageId"]);
        assert_eq!(thread["items"][0]["source"], "api");
        let send = json!({"chatId": chat["id"], "text": "Hi", "clientId": world.clock.new_id()});
        assert_eq!(world.call(&world.agent, "POST", "/send", send).await.0, 409);
        assert_eq!(world.told_names().await, ["message.received", "message.received"]);
        world.check_events().await;
    }

    async fn a_new_secret_takes_over_from_the_one_before(world: World) {
        let first = world.ok(&world.manager, "POST", "/channels", json!({"name": "Shop"}), 201).await;
        let path = format!("/channels/{}/secret", id_of(&first));
        let rotate = async |hours: i64| {
            let rotated = world.ok(&world.manager, "POST", &path, json!({"graceHours": hours}), 200).await;
            let secret = rotated["secret"].clone();
            (json!({"id": first["id"], "path": first["path"], "secret": secret}), rotated["previousUntil"].clone())
        };
        let brought = async |channel: &Value, id: &str| bring(&world, channel, &hello(id), false).await.0;
        let (second, until) = rotate(24).await;
        assert_eq!(until, json!("2026-09-22T10:00:00Z"));
        assert_ne!(first["secret"], second["secret"]);
        assert_eq!((brought(&first, "m1").await, brought(&second, "m2").await), (200, 200), "both within the grace");
        let listed = &world.get(&world.manager, "/channels").await["items"][0];
        assert_eq!((&listed["secretRotatedAt"], &listed["previousSecretUntil"]), (&json!("2026-09-21T10:00:00Z"), &until));
        world.pass(TimeDelta::hours(24));
        assert_eq!((brought(&first, "m3").await, brought(&second, "m4").await), (401, 200), "the grace is over");
        assert_eq!(world.get(&world.manager, "/channels").await["items"][0]["previousSecretUntil"], Value::Null);
        // Of two within the grace the first ends; without a grace the one before ends at once.
        let (third, _) = rotate(1).await;
        let (fourth, _) = rotate(1).await;
        assert_eq!((brought(&second, "m5").await, brought(&third, "m6").await, brought(&fourth, "m7").await), (401, 200, 200));
        let (fifth, until) = rotate(0).await;
        assert_eq!((brought(&fourth, "m8").await, brought(&fifth, "m9").await, until), (401, 200, Value::Null));
        for hours in [-1, 169] {
            let refused = world.refused(&world.manager, "POST", &path, json!({"graceHours": hours})).await;
            assert_eq!(refused, ["graceHours field.number.range"]);
        }
        assert_eq!(world.call(&world.agent, "POST", &path, json!({"graceHours": 1})).await.0, 403);
        assert_eq!(world.call(&world.stranger, "POST", &path, json!({"graceHours": 1})).await.0, 404);
        assert_eq!(world.count("change_log", "subject_kind = 'inbound_channel' and action = 'updated'").await, 4);
        world.ok(&world.manager, "DELETE", &format!("/channels/{}", id_of(&first)), Value::Null, 204).await;
        assert_eq!(world.count("inbound_channels", "previous_secret is not null or secret <> ''").await, 0, "nothing is kept");
        assert_eq!(world.call(&world.manager, "POST", &path, json!({"graceHours": 1})).await.0, 404);
    }

    async fn what_is_not_signed_or_not_whole_is_refused(world: World) {
        let channel = world.ok(&world.manager, "POST", "/channels", json!({"name": "Shop"}), 201).await;
        assert_eq!(bring(&world, &channel, &hello("m1"), true).await.0, 401);
        let mut empty = hello("");
        empty["text"] = json!(" ");
        let (status, refused) = bring(&world, &channel, &empty, false).await;
        let fields: Vec<&str> = refused["details"].as_array().unwrap().iter().map(|d| d["field"].as_str().unwrap()).collect();
        assert_eq!((status, fields), (422, vec!["id", "text"]));
        assert_eq!(bring(&world, &channel, &json!({"id": 1}), false).await.0, 422);
        let listed = world.get(&world.manager, "/channels").await;
        assert!(listed["items"][0].get("secret").is_none(), "the secret is told once");
        assert_eq!(world.call(&world.agent, "POST", "/channels", json!({"name": "x"})).await.0, 403);
        world.pass(TimeDelta::seconds(1));
        world.ok(&world.manager, "DELETE", &format!("/channels/{}", id_of(&channel)), Value::Null, 204).await;
        assert_eq!(bring(&world, &channel, &hello("m1"), false).await.0, 404, "closed");
        assert_eq!(world.count("messages", "1 = 1").await, 0);
    }
}
