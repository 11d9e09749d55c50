//! Threads, and what is shown of a message.

use contracts::channels::{Entity, ForwardedFrom, Origin, Seen, SeenMessage};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, message, ours, private};

fn texts(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap()).collect()
}

on_both! {
    async fn a_thread_is_read_in_stretches(world: World) {
        let names: Vec<String> = (1..=9).map(|id| id.to_string()).collect();
        let news = (1..=9).map(|id| Seen::Message(message(7, id, &id.to_string()))).collect();
        world.see(world.account, Origin::History, &[private(7, "Boris")], news).await;
        let chat = world.chat_of(7).await;
        let base = format!("/messages?chatId={chat}&limit=3");
        let last = world.get(&world.manager, &base).await;
        assert_eq!(texts(&last), ["7", "8", "9"]);
        assert_eq!(last["page"], json!({"limit": 3, "hasBefore": true, "hasAfter": false}));
        let oldest = id_of(&last["items"][0]);
        let before = world.get(&world.manager, &format!("{base}&before={oldest}")).await;
        assert_eq!(texts(&before), ["4", "5", "6"]);
        let middle = id_of(&before["items"][1]);
        let after = world.get(&world.manager, &format!("{base}&after={middle}")).await;
        assert_eq!((texts(&after), &after["page"]["hasAfter"]), (vec!["6", "7", "8"], &json!(true)));
        let around = world.get(&world.manager, &format!("{base}&around={middle}")).await;
        assert_eq!(texts(&around), ["4", "5", "6"]);
        let first = world.get(&world.manager, &format!("/messages?chatId={chat}&limit=5&before={middle}")).await;
        assert_eq!((texts(&first), &first["page"]["hasBefore"]), (vec!["1", "2", "3", "4"], &json!(false)));
        let all = world.get(&world.manager, &format!("/messages?bdAccountId={}", world.account)).await;
        assert_eq!(texts(&all), names);
        let channel = world.get(&world.manager, "/messages?channel=telegram&limit=2").await;
        assert_eq!(texts(&channel), ["8", "9"]);
        assert_eq!(world.refused(&world.manager, "GET", "/messages", Value::Null).await, ["chatId messages.question"]);
        let other = world.clock.new_id();
        assert_eq!(world.call(&world.manager, "GET", &format!("{base}&before={other}"), Value::Null).await.0, 404);
    }

    async fn a_message_shows_all_that_goes_with_it(world: World) {
        let first = message(7, 1, "What does it cost?");
        let rich = SeenMessage {
            reply_to: Some(1),
            entities: vec![Entity { kind: "bold".to_owned(), offset: 0, length: 3, value: None }],
            forwarded_from: Some(ForwardedFrom { name: "Boss".to_owned(), peer_id: Some(9), at: first.at }),
            ..ours(7, 2, "One thousand")
        };
        let service = SeenMessage { service: Some(json!({"kind": "joined"})), ..message(7, 3, "") };
        let news = vec![Seen::Message(first), Seen::Message(rich), Seen::Message(service)];
        world.see(world.account, Origin::Live, &[private(7, "Boris")], news).await;
        let chat = world.chat_of(7).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let shown = &list["items"][1];
        assert_eq!(shown["replyTo"]["text"], "What does it cost?");
        assert_eq!(shown["replyTo"]["id"], list["items"][0]["id"]);
        assert_eq!((&shown["entities"][0]["kind"], &shown["forwardedFrom"]["name"]), (&json!("bold"), &json!("Boss")));
        assert_eq!((&shown["direction"], &shown["source"], &shown["externalId"]), (&json!("out"), &json!("live"), &json!("2")));
        assert_eq!(list["items"][0]["sender"], json!({"name": "Boris Client", "id": "7"}));
        assert_eq!(list["items"][2]["service"], json!({"kind": "joined"}));
    }

    async fn messages_are_counted(world: World) {
        let news = vec![
            Seen::Message(message(7, 1, "a")), Seen::Message(message(7, 2, "b")), Seen::Message(ours(7, 3, "c")),
        ];
        world.see(world.account, Origin::Live, &[private(7, "Boris")], news).await;
        let stats = world.get(&world.manager, "/stats").await;
        assert_eq!(stats["byChannel"], json!({"telegram": 3}));
        assert_eq!(stats["byDirection"], json!({"in": 2, "out": 1}));
        assert_eq!(stats["byStatus"], json!({"received": 2, "sent": 1}));
        assert_eq!(stats["byDay"], json!([{"day": "2026-09-21", "in": 2, "out": 1}]));
        let none = world.get(&world.manager, "/stats?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z").await;
        assert_eq!(none["byDay"], json!([]));
        let long = "/stats?from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z";
        assert_eq!(world.refused(&world.manager, "GET", long, Value::Null).await, ["from stats.period"]);
    }
}
