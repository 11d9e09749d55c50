//! The inbox, and what people do with chats.

use chrono::TimeDelta;
use contracts::channels::{Origin, Seen};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, me, message, private};

fn titles(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|chat| chat["title"].as_str().unwrap()).collect()
}

/// Chats of this many people, each with a message; the last one wrote last.
async fn talk(world: &World, people: i64) {
    let chats: Vec<_> = (1..=people).map(|id| private(id, &format!("Person {id}"))).collect();
    let news = (1..=people).map(|id| Seen::Message(message(id, id, &format!("From {id}")))).collect();
    world.see(world.account, Origin::Live, &chats, news).await;
}

on_both! {
    async fn the_inbox_is_read_in_parts_the_newest_first(world: World) {
        talk(&world, 5).await;
        let first = world.get(&world.manager, "/inbox?limit=2").await;
        assert_eq!(titles(&first), ["Person 5", "Person 4"]);
        let cursor = first["page"]["nextCursor"].as_str().unwrap();
        let second = world.get(&world.manager, &format!("/inbox?limit=2&cursor={cursor}")).await;
        assert_eq!(titles(&second), ["Person 3", "Person 2"]);
        let cursor = second["page"]["nextCursor"].as_str().unwrap();
        let last = world.get(&world.manager, &format!("/inbox?limit=2&cursor={cursor}")).await;
        assert_eq!((titles(&last), &last["page"]["nextCursor"]), (vec!["Person 1"], &json!(null)));
        world.hear(2, 9, "Again").await;
        assert_eq!(titles(&world.get(&world.manager, "/inbox?limit=1").await), ["Boris Client"]);
    }

    async fn a_page_of_the_inbox_is_one_statement(world: World) {
        talk(&world, 30).await;
        for (path, expected) in [("/inbox?limit=30", 1), ("/inbox/counts", 2)] {
            let before = world.db().statement_count();
            world.get(&world.manager, path).await;
            assert_eq!(world.db().statement_count() - before, expected, "{path}");
        }
        let chat = world.chat_of(30).await;
        let before = world.db().statement_count();
        world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        assert_eq!(world.db().statement_count() - before, 2, "the chat and its messages");
    }

    async fn every_queue_has_its_chats(world: World) {
        talk(&world, 4).await;
        let mut ids = Vec::new();
        for chat in 1..=4 {
            ids.push(world.chat_of(chat).await);
        }
        let later = world.clock.now() + TimeDelta::hours(1);
        let patches = [
            json!({"assigneeId": me(&world.agent)}),
            json!({"snoozedUntil": later, "tags": ["VIP", "vip", "hot"]}),
            json!({"state": "done"}),
        ];
        for (id, patch) in ids.iter().zip(patches) {
            world.ok(&world.agent, "PATCH", &format!("/chats/{id}"), patch, 200).await;
        }
        let cases = [
            ("queue=mine", vec!["Person 1"]),
            ("queue=unassigned", vec!["Person 4"]),
            ("queue=team", vec!["Person 4", "Person 1"]),
            ("queue=snoozed", vec!["Person 2"]),
            ("queue=done", vec!["Person 3"]),
            ("queue=all", vec!["Person 4", "Person 3", "Person 2", "Person 1"]),
            ("tag=hot", vec!["Person 2"]),
            ("search=per 3", vec!["Person 3"]),
            ("search=erson", vec![]),
            ("channel=api", vec![]),
            ("unread=true&queue=mine", vec!["Person 1"]),
        ];
        for (query, expected) in cases {
            let path = format!("/inbox?{}", query.replace(' ', "%20"));
            assert_eq!(titles(&world.get(&world.agent, &path).await), expected, "{query}");
        }
        let counts = world.get(&world.agent, "/inbox/counts").await;
        assert_eq!(counts, json!({"mine": 1, "unassigned": 1, "team": 2, "mentions": 0, "snoozed": 1, "scheduled": 0,
            "all": 4, "accounts": [{"id": world.account, "unread": 4}]}));
        world.check_events().await;
    }

    async fn a_chat_that_was_put_off_comes_back_at_its_time(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let path = format!("/chats/{chat}");
        let later = world.clock.now() + TimeDelta::hours(1);
        world.ok(&world.agent, "PATCH", &path, json!({"snoozedUntil": later}), 200).await;
        let turn = async || {
            let tx = world.db().begin(&world.system()).await.unwrap();
            let job = jobs::NewJob { kind: "messaging.wake_chats", payload: json!({}), max_attempts: 1 };
            jobs::enqueue(&tx, job).await.unwrap();
            tx.commit().await.unwrap();
            world.settle().await;
        };
        turn().await;
        assert_eq!(world.get(&world.agent, &path).await["state"], "snoozed");
        world.pass(TimeDelta::hours(1));
        turn().await;
        let awake = world.get(&world.agent, &path).await;
        assert_eq!((&awake["state"], &awake["snoozedUntil"], &awake["version"]), (&json!("open"), &json!(null), &json!(3)));
        let told: Vec<String> = world.told_names().await;
        assert_eq!(told.iter().filter(|name| *name == "chat.snoozed").count(), 2);
        assert_eq!(world.count("change_log", "subject_kind = 'chat'").await, 2);
    }

    async fn a_change_is_checked_recorded_and_told(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let path = format!("/chats/{chat}");
        let deal = world.clock.new_id();
        world.house.deals.lock().unwrap().insert(deal, "Licence".to_owned());
        let contact = world.contact("Boris", None, None);
        let patch = json!({"assigneeId": me(&world.colleague), "contactId": contact, "dealIds": [deal], "version": 1});
        let changed = world.ok(&world.agent, "PATCH", &path, patch.clone(), 200).await;
        assert_eq!((&changed["assignee"]["name"], &changed["contact"]["name"]), (&json!("Colin"), &json!("Boris")));
        assert_eq!(changed["dealIds"], json!([deal]));
        assert_eq!(world.ok(&world.agent, "PATCH", &path, patch, 409).await["conflict"]["current"]["version"], 2);
        world.ok(&world.agent, "PATCH", &path, json!({"dealIds": [deal]}), 200).await;
        assert_eq!(world.get(&world.agent, &path).await["version"], 2, "what changes nothing writes nothing");
        let nobody = world.clock.new_id();
        for (patch, expected) in [
            (json!({"assigneeId": nobody}), "assigneeId reference.unknown"),
            (json!({"contactId": nobody}), "contactId reference.unknown"),
            (json!({"dealIds": [nobody]}), "dealIds reference.unknown"),
            (json!({"state": "asleep"}), "state field.choice.unknown"),
            (json!({"owner": 1}), "owner field.unknown"),
        ] {
            assert_eq!(world.refused(&world.agent, "PATCH", &path, patch).await, [expected]);
        }
        assert_eq!(world.call(&world.viewer, "PATCH", &path, json!({})).await.0, 403);
        let told = world.told_names().await;
        for name in ["chat.updated", "chat.assigned", "chat.linked"] {
            assert!(told.contains(&name.to_owned()), "{name}");
        }
        world.check_events().await;
    }

    async fn chats_change_alike(world: World) {
        talk(&world, 3).await;
        let mut ids = Vec::new();
        for chat in 1..=3 {
            ids.push(world.chat_of(chat).await);
        }
        let before = world.db().statement_count();
        let body = json!({"ids": ids, "change": {"state": "done", "tags": ["spam"]}});
        let changed = world.ok(&world.agent, "POST", "/chats/bulk", body, 200).await;
        assert!(world.db().statement_count() - before <= 6, "not one by one");
        assert!(changed["items"].as_array().unwrap().iter().all(|c| c["state"] == "done" && c["tags"] == json!(["spam"])));
        let many: Vec<_> = (0..101).map(|_| world.clock.new_id()).collect();
        let refused = world.refused(&world.agent, "POST", "/chats/bulk", json!({"ids": many, "change": {}})).await;
        assert_eq!(refused, ["ids field.too_many"]);
        assert_eq!(world.count("change_log", "subject_kind = 'chat'").await, 3);
    }

    async fn a_contact_is_made_of_a_chat_once(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let path = format!("/chats/{chat}/contact");
        let made = world.ok(&world.agent, "POST", &path, Value::Null, 201).await;
        let shown = world.get(&world.agent, &format!("/chats/{chat}")).await;
        assert_eq!((&shown["contactId"], &shown["contact"]["name"]), (&made["contactId"], &json!("Boris Client")));
        world.ok(&world.agent, "POST", &path, Value::Null, 409).await;
    }

    async fn merged_chats_are_shown_as_one_and_taken_apart(world: World) {
        let one = world.hear(7, 1, "From one").await;
        world.see(world.private, Origin::Live, &[private(7, "Boris at home")], vec![Seen::Message(message(7, 5, "From home"))]).await;
        let list = world.get(&world.manager, "/inbox").await;
        let home = id_of(&list["items"][0]);
        let merged = world.ok(&world.manager, "POST", &format!("/chats/{home}/merge"), json!({"into": one}), 200).await;
        assert_eq!((&merged["unread"], &merged["lastMessage"]["text"]), (&json!(2), &json!("From home")));
        let part = json!({"id": home, "title": merged["parts"][0]["title"], "channel": "telegram",
            "account": merged["parts"][0]["account"]});
        assert_eq!(merged["parts"], json!([part]), "a part can be named without one of its messages");
        assert_eq!(part["account"]["name"], "Sales");
        assert_eq!(world.get(&world.manager, "/inbox").await["items"][0]["parts"], merged["parts"]);
        assert_eq!(world.get(&world.agent, &format!("/chats/{one}")).await["parts"], json!([]), "out of reach");
        assert_eq!(titles(&world.get(&world.manager, "/inbox").await), ["Boris Client"]);
        let texts: Vec<String> = world.thread(&one).await.into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["From one", "From home"]);
        world.see(world.private, Origin::Live, &[], vec![Seen::Message(message(7, 6, "Again from home"))]).await;
        let shown = world.get(&world.manager, &format!("/chats/{one}")).await;
        assert_eq!((&shown["unread"], &shown["lastMessage"]["text"]), (&json!(3), &json!("Again from home")));
        world.ok(&world.manager, "POST", &format!("/chats/{one}/mark-all-read"), Value::Null, 204).await;
        assert_eq!(world.get(&world.manager, &format!("/chats/{one}")).await["unread"], 0);
        let merge = |of: &str| format!("/chats/{of}/merge");
        world.ok(&world.manager, "POST", &merge(&home), json!({"into": one}), 409).await;
        world.ok(&world.manager, "POST", &merge(&one), json!({"into": one}), 422).await;
        let alone = world.ok(&world.manager, "POST", &format!("/chats/{one}/split"), Value::Null, 200).await;
        assert_eq!(alone["lastMessage"]["text"], "From one");
        assert_eq!(titles(&world.get(&world.manager, "/inbox").await), ["Boris at home", "Boris Client"]);
        world.ok(&world.manager, "POST", &format!("/chats/{one}/split"), Value::Null, 409).await;
        world.check_events().await;
    }

    async fn a_draft_is_ones_own_and_goes_with_the_message(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let path = format!("/chats/{chat}/draft");
        world.ok(&world.agent, "PUT", &path, json!({"text": "Dear Bo"}), 204).await;
        world.ok(&world.agent, "PUT", &path, json!({"text": "Dear Boris"}), 204).await;
        let shown = async |who| world.get(who, &format!("/chats/{chat}")).await["draft"]["text"].clone();
        assert_eq!((shown(&world.agent).await, shown(&world.manager).await), (json!("Dear Boris"), json!(null)));
        let body = json!({"chatId": chat, "text": "Dear Boris,", "clientId": world.clock.new_id()});
        world.ok(&world.agent, "POST", "/send", body, 201).await;
        assert_eq!(shown(&world.agent).await, json!(null));
        world.ok(&world.agent, "PUT", &path, json!({"text": ""}), 204).await;
        let told = world.told_names().await;
        assert_eq!(told.iter().filter(|name| *name == "draft.updated").count(), 3, "dropping nothing tells nothing");
        assert_eq!(world.refused(&world.agent, "PUT", &path, json!({"text": "x".repeat(4097)})).await, ["text field.too_long"]);
        world.check_events().await;
    }
}
