//! History out of an export: looked at, taken in once, taken back.

use axum::{body::Body, http::Request};
use contracts::channels::{Origin, Seen};
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, message, private};

/// An export of an account with a private chat of so many messages, and a group.
fn export(messages: i64) -> String {
    let at = |id: i64| message(7, id, "").at.timestamp().to_string();
    let said = |id: i64| {
        let from = if id % 2 == 0 { "user5" } else { "user7" };
        json!({"id": id, "type": "message", "date_unixtime": at(id), "from": "Boris", "from_id": from, "text": format!("Message {id}")})
    };
    // In the order in which Telegram writes it: what a chat is comes before its messages.
    let chat = |name: &str, kind: &str, id: i64, messages: i64| {
        let messages = json!((1..=messages).map(said).collect::<Vec<_>>());
        format!(r#"{{"name": "{name}", "type": "{kind}", "id": {id}, "messages": {messages}}}"#)
    };
    let chats = [
        chat("Boris", "personal_chat", 7, messages),
        chat("Buyers", "private_supergroup", 8, 1),
        chat("", "saved_messages", 5, 1),
    ];
    let chats = chats.join(", ");
    format!(r#"{{"personal_information": {{"user_id": 5}}, "chats": {{"about": "x", "list": [{chats}]}}}}"#)
}

async fn upload(world: &World, body: String) -> (u16, Value) {
    let request = Request::builder().method("POST").uri("/api/messaging/imports?fileName=result.json");
    world.send_request(&world.manager, request.body(Body::from(body)).unwrap()).await
}

on_both! {
    async fn an_export_is_taken_in_once_and_taken_back(world: World) {
        // Message 3 is here already, and one that the export does not have.
        world.hear(7, 3, "Message 3").await;
        world.hear(7, 2000, "After the export").await;
        let (status, import) = upload(&world, export(1200)).await;
        assert_eq!(status, 201, "{import}");
        let found: Vec<_> = import["chats"].as_array().unwrap().iter().map(|c| (c["id"].as_str().unwrap(), c["messages"].as_u64().unwrap())).collect();
        assert_eq!(found, [("7", 1200), ("-1000000000008", 1)]);
        assert_eq!((&import["chats"][0]["people"], &import["chats"][0]["title"]), (&json!(1), &json!("Boris")));
        let path = format!("/imports/{}", id_of(&import));
        let start = json!({"accountId": world.account, "chats": [{"id": "7"}]});
        world.ok(&world.manager, "POST", &format!("{path}/start"), start.clone(), 202).await;
        world.ok(&world.manager, "POST", &format!("{path}/start"), start, 409).await;
        world.settle().await;
        let done = world.get(&world.manager, &path).await;
        assert_eq!((&done["status"], &done["messagesDone"], &done["messagesNew"]), (&json!("completed"), &json!(1200), &json!(1199)));
        assert_eq!(done["messagesTotal"], 1200);
        assert_eq!(world.count("messages", "1 = 1").await, 1201);
        assert_eq!(world.count("messages", "direction = 'out'").await, 600);
        assert_eq!(world.count("chats", "1 = 1").await, 1, "the group was not chosen");
        // The same history again, by the account itself.
        let again = (1..=50).map(|id| Seen::Message(message(7, id, "x"))).collect();
        assert_eq!(world.see(world.account, Origin::History, &[private(7, "Boris")], again).await, 0);
        world.ok(&world.manager, "POST", &format!("{path}/revert"), Value::Null, 202).await;
        world.settle().await;
        assert_eq!(world.get(&world.manager, &path).await["status"], "reverted");
        assert_eq!(world.count("messages", "1 = 1").await, 2, "what was here, and came since, stays");
        world.check_events().await;
    }

    async fn a_chat_that_is_new_is_read_and_goes_with_its_import(world: World) {
        let contact = world.contact("Boris", None, None);
        let (_, import) = upload(&world, export(4)).await;
        let path = format!("/imports/{}", id_of(&import));
        let start = json!({"accountId": world.account, "chats": [{"id": "7", "contactId": contact}]});
        world.ok(&world.manager, "POST", &format!("{path}/start"), start, 202).await;
        world.settle().await;
        let chat = world.chat_of(7).await;
        let shown = world.get(&world.manager, &format!("/chats/{chat}")).await;
        assert_eq!((&shown["unread"], &shown["contactId"], &shown["title"]), (&json!(0), &json!(contact), &json!("Boris")));
        let thread = world.thread(&chat).await;
        assert_eq!(thread[1], ("Message 2".to_owned(), "read".to_owned()));
        world.ok(&world.manager, "POST", &format!("{path}/revert"), Value::Null, 202).await;
        world.settle().await;
        assert_eq!(world.count("chats", "1 = 1").await, 0);
    }

    async fn what_is_no_export_is_refused(world: World) {
        for body in ["", "{}", "Name\nAnna", r#"{"chats": {"list": []}}"#] {
            assert_eq!(upload(&world, body.to_owned()).await.0, 422, "{body}");
        }
        let (_, import) = upload(&world, export(1)).await;
        let path = format!("/imports/{}/start", id_of(&import));
        for (body, expected) in [
            (json!({"accountId": world.clock.new_id(), "chats": [{"id": "7"}]}), "accountId reference.unknown"),
            (json!({"accountId": world.account, "chats": []}), "chats field.required"),
            (json!({"accountId": world.account, "chats": [{"id": "9"}]}), "chats[0].id reference.unknown"),
        ] {
            assert_eq!(world.refused(&world.manager, "POST", &path, body).await, [expected]);
        }
        let get = format!("/imports/{}", id_of(&import));
        assert_eq!(world.call(&world.agent, "GET", &get, Value::Null).await.0, 403);
        assert_eq!(world.call(&world.stranger, "GET", &get, Value::Null).await.0, 404);
    }
}
