//! The outgoing queue: from the request to what the channel says of it.

use chrono::TimeDelta;
use contracts::channels::{Action, Ended, Inbox, Origin, Seen, SeenMessage, Waiting};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, ours, private};

/// What the channel says of a message that was sent.
fn sent(action: &Action, id: i64, text: &str) -> SeenMessage {
    let Action::Send { random_id, .. } = action else { panic!("{action:?}") };
    SeenMessage { random_id: Some(*random_id), ..ours(7, id, text) }
}

on_both! {
    async fn a_message_goes_once_and_its_echo_is_it(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let message = world.send(&chat, "Hello!").await;
        assert_eq!((&message["status"], &message["waiting"]["because"]), (&json!("queued"), &json!("sending")));
        assert_eq!(message["author"]["name"], "Mary");
        assert_eq!(world.house.woken.lock().unwrap().as_slice(), [world.account]);
        let errand = world.errands().await.remove(0);
        assert!(!errand.first_contact && errand.to.is_none() && errand.chat_id == 7 && errand.attempts == 0);
        let system = world.system();
        assert!(world.service.start_errand(&system, errand.id).await.unwrap());
        // The echo comes before the answer, without the number that was sent along; the process dies, and tries again.
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(ours(7, 2, "Hello!"))]).await;
        let again = world.errands().await.remove(0);
        assert_eq!((again.id, &again.action, again.attempts), (errand.id, &errand.action, 1), "with the same number");
        let seen = sent(&errand.action, 2, "Hello!");
        world.service.end_errand(&system, errand.id, Ended::Done { sent: vec![seen.clone()] }).await.unwrap();
        world.service.end_errand(&system, errand.id, Ended::Done { sent: vec![seen.clone()] }).await.unwrap();
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(seen)]).await;
        let thread = world.thread(&chat).await;
        assert_eq!(thread, [("Hi".to_owned(), "received".to_owned()), ("Hello!".to_owned(), "sent".to_owned())]);
        let shown = world.get(&world.manager, &format!("/messages/{}", id_of(&message))).await;
        assert_eq!((&shown["externalId"], &shown["author"]["name"]), (&json!("2"), &json!("Mary")));
        assert!(world.errands().await.is_empty() && !world.service.start_errand(&system, errand.id).await.unwrap());
        world.check_events().await;
    }

    async fn an_echo_with_its_number_is_the_message_itself(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let message = world.send(&chat, "Hello!").await;
        let errand = world.errands().await.remove(0);
        world.service.start_errand(&world.system(), errand.id).await.unwrap();
        let seen = sent(&errand.action, 2, "Hello!");
        assert_eq!(world.see(world.account, Origin::Live, &[], vec![Seen::Message(seen.clone())]).await, 0);
        let shown = world.get(&world.manager, &format!("/messages/{}", id_of(&message))).await;
        assert_eq!((&shown["status"], &shown["externalId"]), (&json!("sent"), &json!("2")));
        world.service.end_errand(&world.system(), errand.id, Ended::Done { sent: vec![seen] }).await.unwrap();
        assert_eq!(world.thread(&chat).await.len(), 2);
    }

    async fn a_message_can_be_called_back_until_it_is_on_its_way(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let body = |text: &str| json!({"chatId": chat, "text": text, "clientId": world.clock.new_id()});
        let first = world.ok(&world.agent, "POST", "/send", body("Oops"), 201).await;
        assert_eq!(first["waiting"]["because"], "undo");
        assert!(world.errands().await.is_empty(), "not before it cannot be called back");
        let next = world.service.next_errand_at(&world.system(), world.account).await.unwrap();
        assert_eq!(next, Some(world.clock.now() + TimeDelta::seconds(5)));
        let cancel = |message: &Value| format!("/messages/{}/cancel", id_of(message));
        let canceled = world.ok(&world.agent, "POST", &cancel(&first), Value::Null, 200).await;
        assert_eq!(canceled["status"], "canceled");
        world.ok(&world.agent, "POST", &cancel(&first), Value::Null, 200).await;
        let second = world.ok(&world.agent, "POST", "/send", body("Fine"), 201).await;
        world.pass(TimeDelta::seconds(5));
        let errand = world.errands().await.remove(0);
        world.service.start_errand(&world.system(), errand.id).await.unwrap();
        world.ok(&world.agent, "POST", &cancel(&second), Value::Null, 409).await;
        let shown = world.get(&world.manager, &format!("/chats/{chat}")).await;
        assert_eq!(shown["lastMessage"]["text"], "Fine");
        world.check_events().await;
    }

    async fn a_chat_keeps_its_order_and_answers_go_before_first_contacts(world: World) {
        let first = world.hear(7, 1, "Hi").await;
        let to = json!({"accountId": world.account, "to": {"username": "@Stranger"}, "text": "Good day",
            "undoSeconds": 0, "clientId": world.clock.new_id()});
        world.ok(&world.manager, "POST", "/send", to, 201).await;
        world.pass(TimeDelta::seconds(1));
        world.send(&first, "One").await;
        world.pass(TimeDelta::seconds(1));
        let two = world.send(&first, "Two").await;
        assert_eq!(two["waiting"]["because"], "behind_another");
        let due = world.errands().await;
        assert_eq!(due.iter().map(|errand| errand.first_contact).collect::<Vec<_>>(), [false, true]);
        assert!(matches!(&due[0].action, Action::Send { text, .. } if text == "One"));
        let to = due[1].to.clone().unwrap();
        assert_eq!((due[1].chat_id, to.username.as_deref()), (0, Some("stranger")));
        // The first is put off: the second waits for it.
        let later = Ended::Later { not_before: world.clock.now() + TimeDelta::seconds(90), code: "flood_wait", counts: false };
        world.service.start_errand(&world.system(), due[0].id).await.unwrap();
        world.service.end_errand(&world.system(), due[0].id, later).await.unwrap();
        assert_eq!(world.errands().await.len(), 1);
        let queue = world.get(&world.manager, &format!("/messages/waiting?accountId={}", world.account)).await;
        let why: Vec<_> = queue["items"].as_array().unwrap().iter().map(|m| m["waiting"]["because"].as_str().unwrap()).collect();
        assert_eq!(why, ["sending", "flood_wait", "behind_another"]);
        *world.house.waiting.lock().unwrap() = Some(Waiting { because: "quiet_hours".to_owned(), until: None });
        let queue = world.get(&world.manager, "/messages/waiting").await;
        assert_eq!(queue["items"][0]["waiting"]["text"], "It is quiet time for the account.");
        world.pass(TimeDelta::seconds(90));
        assert_eq!(world.errands().await.len(), 2);
        world.check_events().await;
    }

    async fn somebody_new_becomes_the_chat_that_the_channel_has(world: World) {
        for (known, chats) in [(false, 1), (true, 1)] {
            if known {
                world.hear(9, 1, "It is me").await;
            }
            let name = if known { "late" } else { "early" };
            let to = json!({"accountId": world.account, "to": {"username": name}, "text": "Good day",
                "undoSeconds": 0, "clientId": world.clock.new_id()});
            let message = world.ok(&world.manager, "POST", "/send", to, 201).await;
            let errand = world.errands().await.remove(0);
            world.service.start_errand(&world.system(), errand.id).await.unwrap();
            let chat = if known { 9 } else { 8 };
            let seen = SeenMessage { chat_id: chat, ..sent(&errand.action, 5, "Good day") };
            world.service.end_errand(&world.system(), errand.id, Ended::Done { sent: vec![seen] }).await.unwrap();
            let shown = world.get(&world.manager, &format!("/messages/{}", id_of(&message))).await;
            assert_eq!((&shown["chatId"], &shown["status"]), (&json!(world.chat_of(chat).await), &json!("sent")));
            assert_eq!(world.count("chats", &format!("external_id = '{chat}'")).await, chats);
        }
        assert_eq!(world.count("chats", "1 = 1").await, 2);
    }

    async fn the_same_request_sends_once(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let body = json!({"chatId": chat, "text": "Hello", "undoSeconds": 0, "clientId": world.clock.new_id()});
        let (one, two, three) = tokio::join!(
            world.ok(&world.manager, "POST", "/send", body.clone(), 201),
            world.ok(&world.manager, "POST", "/send", body.clone(), 201),
            world.ok(&world.manager, "POST", "/send", body.clone(), 201),
        );
        assert!(one["id"] == two["id"] && two["id"] == three["id"]);
        assert_eq!(world.errands().await.len(), 1);
        let taken = world.refused(&world.agent, "POST", "/send", body).await;
        assert_eq!(taken, ["clientId message.client_id.taken"]);
    }

    async fn a_message_that_failed_is_tried_again_with_its_number(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let message = world.send(&chat, "Hello").await;
        let errand = world.errands().await.remove(0);
        world.service.start_errand(&world.system(), errand.id).await.unwrap();
        world.service.end_errand(&world.system(), errand.id, Ended::Never { code: "peer.blocked_us" }).await.unwrap();
        let path = format!("/messages/{}", id_of(&message));
        let failed = world.get(&world.manager, &path).await;
        assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("failed"), &json!("peer.blocked_us")));
        assert_eq!(failed["error"]["text"], "The person has blocked this account.");
        let again = world.ok(&world.manager, "POST", &format!("{path}/retry"), Value::Null, 200).await;
        assert_eq!((&again["status"], &again["error"]), (&json!("queued"), &json!(null)));
        let retried = world.errands().await.remove(0);
        assert_eq!((retried.attempts, &retried.action), (0, &errand.action));
        world.ok(&world.manager, "POST", &format!("{path}/retry"), Value::Null, 409).await;
        for attempt in 1..=10 {
            assert!(world.service.start_errand(&world.system(), errand.id).await.unwrap(), "{attempt}");
            let later = Ended::Later { not_before: world.clock.now(), code: "timeout", counts: true };
            world.service.end_errand(&world.system(), errand.id, later).await.unwrap();
        }
        assert_eq!(world.get(&world.manager, &path).await["error"]["code"], "tried_too_often");
        world.check_events().await;
    }

    async fn a_message_waits_for_its_time_and_lets_others_pass(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let at = world.clock.now() + TimeDelta::hours(2);
        let body = json!({"chatId": chat, "text": "Later", "sendAt": at, "clientId": world.clock.new_id()});
        let later = world.ok(&world.agent, "POST", "/send", body, 201).await;
        assert_eq!(later["waiting"]["because"], "scheduled");
        world.send(&chat, "Now").await;
        let queue = world.get(&world.agent, "/inbox?queue=scheduled").await;
        assert_eq!((&queue["items"][0]["id"], &queue["items"][0]["scheduled"]), (&json!(chat), &json!(1)));
        assert_eq!(queue["items"][0]["lastMessage"]["text"], "Now");
        assert!(matches!(&world.errands().await[0].action, Action::Send { text, .. } if text == "Now"));
        let edit = json!({"text": "Later, but better"});
        world.ok(&world.agent, "PATCH", &format!("/messages/{}", id_of(&later)), edit, 200).await;
        world.pass(TimeDelta::hours(2));
        let due = world.errands().await.remove(0);
        world.service.start_errand(&world.system(), due.id).await.unwrap();
        world.service.end_errand(&world.system(), due.id, Ended::Done { sent: vec![sent(&due.action, 2, "Now")] }).await.unwrap();
        let due = world.errands().await.remove(0);
        assert!(matches!(&due.action, Action::Send { text, .. } if text == "Later, but better"));
        assert!(world.told_names().await.contains(&"message.scheduled".to_owned()));
    }

    async fn edits_deletions_marks_and_reactions_go_through_the_queue(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        world.see(world.account, Origin::Live, &[private(7, "Boris Client")], vec![Seen::Message(ours(7, 2, "Helo"))]).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let (theirs, mine) = (id_of(&list["items"][0]), id_of(&list["items"][1]));
        let edited = world.ok(&world.manager, "PATCH", &format!("/messages/{mine}"), json!({"text": "Hello"}), 200).await;
        assert_eq!(edited["text"], "Hello");
        world.ok(&world.manager, "PATCH", &format!("/messages/{theirs}"), json!({"text": "x"}), 409).await;
        world.ok(&world.manager, "POST", &format!("/messages/{theirs}/react"), json!({"emoji": "🔥"}), 200).await;
        world.ok(&world.manager, "PATCH", &format!("/messages/{theirs}/read"), Value::Null, 200).await;
        world.ok(&world.manager, "DELETE", &format!("/messages/{mine}"), Value::Null, 204).await;
        let mut done = Vec::new();
        while let Some(errand) = world.errands().await.into_iter().next() {
            assert!(world.service.start_errand(&world.system(), errand.id).await.unwrap());
            done.push(errand.action.clone());
            world.service.end_errand(&world.system(), errand.id, Ended::Done { sent: vec![] }).await.unwrap();
        }
        let expected = [
            Action::Edit { message_id: 2, text: "Hello".to_owned(), entities: vec![] },
            Action::React { message_id: 1, emoji: Some("🔥".to_owned()) },
            Action::Read { until: 1 },
            Action::Delete { message_ids: vec![2] },
        ];
        assert_eq!(done, expected);
        let gone = world.get(&world.manager, &format!("/messages/{mine}")).await;
        assert!(!gone["deletedAt"].is_null() && gone["text"] == "");
        world.check_events().await;
    }

    async fn an_edit_that_does_not_go_is_taken_back(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(ours(7, 2, "Hello"))]).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let path = format!("/messages/{}", id_of(&list["items"][1]));
        world.ok(&world.manager, "PATCH", &path, json!({"text": "Goodbye"}), 200).await;
        let errand = world.errands().await.remove(0);
        world.service.start_errand(&world.system(), errand.id).await.unwrap();
        world.service.end_errand(&world.system(), errand.id, Ended::Never { code: "edit.too_late" }).await.unwrap();
        let shown = world.get(&world.manager, &path).await;
        assert_eq!((&shown["text"], &shown["editedAt"], &shown["error"]["code"]), (&json!("Hello"), &json!(null), &json!("edit.too_late")));
        assert_eq!(world.get(&world.manager, &format!("{path}/edits")).await["items"], json!([]));
    }

    async fn what_cannot_be_sent_is_refused_by_its_field(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let past = world.clock.now() - TimeDelta::seconds(1);
        let id = world.clock.new_id();
        let cases = [
            (json!({"chatId": chat, "text": " ", "clientId": id}), vec!["text message.empty"]),
            (json!({"chatId": chat, "text": "x"}), vec!["clientId field.required"]),
            (json!({"text": "x", "clientId": id}), vec!["chatId message.target"]),
            (json!({"chatId": chat, "text": "x", "clientId": id, "sendAt": past}), vec!["sendAt message.time.past"]),
            (json!({"chatId": chat, "text": "x", "clientId": id, "undoSeconds": 61}), vec!["undoSeconds field.number.range"]),
            (json!({"chatId": chat, "text": "x", "clientId": id, "replyTo": id}), vec!["replyTo reference.unknown"]),
            (json!({"chatId": chat, "text": "x", "clientId": id, "media": [id]}), vec!["media[0] reference.unknown"]),
            (json!({"contactId": id, "text": "x", "clientId": id}), vec!["contactId reference.unknown"]),
            (json!({"accountId": world.account, "to": {}, "text": "x", "clientId": id}), vec!["to message.target"]),
            (json!({"accountId": id, "to": {"username": "boris"}, "text": "x", "clientId": id}), vec!["accountId reference.unknown"]),
        ];
        for (body, expected) in cases {
            assert_eq!(world.refused(&world.manager, "POST", "/send", body.clone()).await, expected, "{body}");
        }
        let body = json!({"chatId": chat, "text": "x", "clientId": id});
        assert_eq!(world.call(&world.viewer, "POST", "/send", body.clone()).await.0, 403);
        assert_eq!(world.call(&world.stranger, "POST", "/send", body).await.0, 404);
        assert_eq!(world.count("errands", "1 = 1").await, 0);
    }

    async fn a_contact_is_written_to_where_they_wrote_last(world: World) {
        let contact = world.contact("Boris", Some("boris"), None);
        let chat = world.hear(7, 1, "Hi").await;
        world.ok(&world.manager, "PATCH", &format!("/chats/{chat}"), json!({"contactId": contact}), 200).await;
        let body = json!({"contactId": contact, "text": "Hello", "clientId": world.clock.new_id()});
        assert_eq!(world.ok(&world.agent, "POST", "/send", body, 201).await["chatId"], json!(chat));
        let new = world.contact("Vera", Some("vera_k"), None);
        let body = json!({"contactId": new, "text": "Hello", "clientId": world.clock.new_id()});
        assert_eq!(world.refused(&world.agent, "POST", "/send", body.clone()).await, ["accountId field.required"]);
        let mut body = body;
        body["accountId"] = json!(world.account);
        let message = world.ok(&world.agent, "POST", "/send", body, 201).await;
        let path = format!("/chats/{}", message["chatId"].as_str().unwrap());
        assert_eq!(world.get(&world.agent, &path).await["title"], "Vera");
    }
}
