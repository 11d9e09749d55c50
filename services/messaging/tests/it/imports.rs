//! History out of an export: looked at, taken in once, with its files, taken back.

use std::io::{Cursor, Write};

use axum::{body::Body, http::Request};
use contracts::{
    channels::{MediaKind, Origin, Seen, SeenMedia, SeenMessage},
    permissions::CHATS_IMPORT,
};
use kernel::{Grants, Locale, Reach, Scope};
use serde_json::{Value, json};
use testkit::on_both;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{
    media::photo,
    world::{World, id_of, me, message, private},
};

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

    async fn imports_are_listed_the_newest_first_ones_own_or_everybodys(world: World) {
        let importer = |who: &Scope, reach: Reach| {
            let grants = Grants::of([CHATS_IMPORT]);
            Scope::of_member(who.org_id, who.user_id().unwrap(), grants, reach, Locale::En, "test".into())
        };
        let agent = importer(&world.agent, Reach::OWN);
        let mut ids = Vec::new();
        for (who, name) in [(&world.manager, "one.json"), (&agent, "two.json"), (&world.manager, "three.json")] {
            let path = format!("/api/messaging/imports?fileName={name}");
            let request = Request::builder().method("POST").uri(path).body(Body::from(export(3))).unwrap();
            ids.push(id_of(&world.send_request(who, request).await.1));
            world.pass(chrono::TimeDelta::seconds(1));
        }
        let start = json!({"accountId": world.account, "chats": [{"id": "7"}]});
        world.ok(&world.manager, "POST", &format!("/imports/{}/start", ids[0]), start, 202).await;
        world.settle().await;
        let names = |list: &Value| -> Vec<String> {
            list["items"].as_array().unwrap().iter().map(|i| i["fileName"].as_str().unwrap().to_owned()).collect()
        };
        let first = world.get(&world.manager, "/imports?limit=2").await;
        assert_eq!(names(&first), ["three.json", "two.json"]);
        assert_eq!((&first["items"][1]["createdByName"], &first["items"][1]["status"]), (&json!("Andy"), &json!("ready")));
        assert_eq!((&first["items"][0]["account"], &first["items"][0]["messagesTotal"]), (&json!(null), &json!(0)));
        let cursor = first["page"]["nextCursor"].as_str().unwrap();
        let rest = world.get(&world.manager, &format!("/imports?limit=2&cursor={cursor}")).await;
        assert_eq!((names(&rest), &rest["page"]["nextCursor"]), (vec!["one.json".to_owned()], &Value::Null));
        let done = &rest["items"][0];
        assert_eq!((&done["account"]["name"], &done["status"]), (&json!("Sales"), &json!("completed")));
        assert_eq!((&done["messagesTotal"], &done["messagesDone"], &done["messagesNew"]), (&json!(3), &json!(3), &json!(3)));
        assert!(done.get("chats").is_none(), "what the files have is not read for a list");
        assert_eq!(names(&world.get(&agent, "/imports").await), ["two.json"], "one's own");
        assert_eq!(world.call(&agent, "GET", &format!("/imports/{}", ids[0]), Value::Null).await.0, 404);
        assert!(names(&world.get(&world.stranger, "/imports").await).is_empty());
        assert_eq!(world.call(&world.viewer, "GET", "/imports", Value::Null).await.0, 403);
        assert_eq!(world.call(&world.manager, "GET", "/imports?cursor=x", Value::Null).await.0, 422);
        let before = world.db().statement_count();
        world.get(&world.manager, "/imports").await;
        assert_eq!(world.db().statement_count() - before, 1);
    }

    async fn an_import_goes_where_its_maker_writes_and_names_whom_they_reach(world: World) {
        let (org, user) = (world.agent.org_id, world.agent.user_id().unwrap());
        let agent = Scope::of_member(org, user, Grants::of([CHATS_IMPORT]), Reach::OWN, Locale::En, "test".into());
        let found = async || {
            let request = Request::builder().method("POST").uri("/api/messaging/imports?fileName=a.json");
            world.send_request(&agent, request.body(Body::from(export(3))).unwrap()).await.1
        };
        let contact = world.contact("Boris", None, None);
        world.hear(7, 3, "Message 3").await;
        let chat = format!("/chats/{}", world.chat_of(7).await);
        world.ok(&world.manager, "PATCH", &chat, json!({"contactId": contact}), 200).await;
        let import = found().await;
        assert_eq!(import["chats"][0]["contactId"], json!(contact));
        let path = format!("/imports/{}/start", id_of(&import));
        let start = |account| json!({"accountId": account, "chats": [{"id": "7", "contactId": contact}]});
        assert_eq!(world.refused(&agent, "POST", &path, start(world.private)).await, ["accountId reference.unknown"]);
        world.house.secret.lock().unwrap().insert(contact);
        assert_eq!(found().await["chats"][0]["contactId"], Value::Null);
        assert_eq!(world.refused(&agent, "POST", &path, start(world.account)).await, ["chats reference.unknown"]);
        world.house.secret.lock().unwrap().clear();
        // The account becomes a colleague's, and with it the chat.
        let theirs = vec![me(&world.colleague)];
        world.house.accounts.lock().unwrap().insert(world.account, (org, theirs));
        assert_eq!(found().await["chats"][0]["contactId"], Value::Null);
        assert_eq!(world.refused(&agent, "POST", &path, start(world.account)).await, ["accountId reference.unknown"]);
        world.house.accounts.lock().unwrap().insert(world.account, (org, Vec::new()));
        world.ok(&agent, "POST", &path, start(world.account), 202).await;
        world.settle().await;
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

/// An export with files, as a zip: messages of chat 7 with what each has.
fn zipped(folder: &str, files: &[(&str, Vec<u8>)], messages: &Value) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let export = format!(r#"{{"name": "Boris", "type": "personal_chat", "id": 7, "messages": {messages}}}"#);
    let all = [("result.json", export.into_bytes())];
    for (name, bytes) in all.iter().chain(files) {
        zip.start_file(format!("{folder}{name}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn said(id: i64, more: &Value) -> Value {
    let at = message(7, id, "").at.timestamp().to_string();
    let mut said =
        json!({"id": id, "type": "message", "date_unixtime": at, "from": "Boris", "from_id": "user7", "text": ""});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said
}

async fn take_in(world: &World, zip: Vec<u8>) -> Value {
    let request = Request::builder().method("POST").uri("/api/messaging/imports?fileName=export.zip");
    let (status, import) = world.send_request(&world.manager, request.body(Body::from(zip)).unwrap()).await;
    assert_eq!(status, 201, "{import}");
    let path = format!("/imports/{}", id_of(&import));
    let start = json!({"accountId": world.account, "chats": [{"id": "7"}]});
    world.ok(&world.manager, "POST", &format!("{path}/start"), start, 202).await;
    world.settle().await;
    world.get(&world.manager, &path).await
}

/// The export of the tests: two photos that are the same, a document, a file that was not included, and two names that
/// lead out of the archive.
fn with_files() -> Vec<u8> {
    let photo = photo(900, 600, image::ImageFormat::Jpeg);
    let files =
        [("photos/a.jpg", photo.clone()), ("photos/b.jpg", photo), ("files/prices.pdf", b"%PDF-1.7 prices".to_vec())];
    let document = json!({"file": "files/prices.pdf", "file_name": "prices.pdf", "mime_type": "application/pdf"});
    let messages = json!([
        said(1, &json!({"photo": "photos/a.jpg", "width": 900, "height": 600})),
        said(2, &json!({"photo": "photos/b.jpg"})),
        said(3, &document),
        said(4, &json!({"file": "(File not included. Change data exporting settings to download.)"})),
        said(5, &json!({"photo": "../outside.jpg"})),
        said(6, &json!({"file": "/etc/passwd"})),
        said(7, &json!({"text": "no file"})),
    ]);
    zipped("ChatExport_2026-11-22/", &files, &messages)
}

on_both! {
    async fn an_export_brings_its_files_once(world: World) {
        let import = take_in(&world, with_files()).await;
        assert_eq!((&import["status"], &import["messagesNew"], &import["filesTotal"], &import["filesDone"]),
            (&json!("completed"), &json!(7), &json!(3), &json!(3)), "{import}");
        let chat = world.chat_of(7).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}&limit=100")).await;
        let media: Vec<_> = list["items"].as_array().unwrap().iter().map(|m| m["media"][0].clone()).collect();
        let states: Vec<_> = media.iter().map(|m| m["state"].as_str().unwrap_or("none")).collect();
        assert_eq!(states, ["ready", "ready", "ready", "failed", "failed", "failed", "none"]);
        for photo in &media[..2] {
            assert_eq!((&photo["width"], &photo["height"]), (&json!(900), &json!(600)));
            let url = photo["thumbUrl"].as_str().unwrap().strip_prefix("/api/messaging").unwrap().to_owned();
            let request = Request::builder().uri(format!("/api/messaging{url}")).body(Body::empty()).unwrap();
            let (status, bytes) = world.raw(&world.agent, request).await;
            assert_eq!((status, image::load_from_memory(&bytes).unwrap().width()), (200, 480));
        }
        assert_eq!((&media[2]["mimeType"], &media[2]["fileName"]), (&json!("application/pdf"), &json!("prices.pdf")));
        let stored = world.shelf.0.lock().unwrap().len();
        assert_eq!(stored, 4, "the photo once, its small picture, the document, and the export itself");
        // The same again, and the same by the account itself: nothing comes twice.
        let again = take_in(&world, with_files()).await;
        assert_eq!((&again["messagesNew"], &again["filesDone"]), (&json!(0), &json!(0)), "{again}");
        assert_eq!(world.shelf.0.lock().unwrap().len(), stored);
        let seen = vec![Seen::Message(message(7, 1, "")), Seen::Message(message(7, 3, ""))];
        assert_eq!(world.see(world.account, Origin::Live, &[private(7, "Boris")], seen).await, 0);
        assert_eq!((world.count("messages", "1 = 1").await, world.count("media", "state = 'ready'").await), (7, 3));
        // The export itself goes once it was taken in; what was taken in stays.
        for _ in 0..2 {
            world.work("messaging.remove_files").await;
            world.pass(chrono::TimeDelta::hours(25));
        }
        world.work("messaging.remove_files").await;
        assert_eq!(world.shelf.0.lock().unwrap().len(), stored - 1);
        let told: Vec<String> = world.told_names().await.into_iter().filter(|name| name.starts_with("chat_import")).collect();
        let each = ["chat_import.started", "chat_import.progress", "chat_import.completed"];
        assert_eq!(told, [each, each].concat());
        world.check_events().await;
        // Taken back, its files go too.
        let path = format!("/imports/{}/revert", id_of(&import));
        world.ok(&world.manager, "POST", &path, Value::Null, 202).await;
        world.settle().await;
        for _ in 0..2 {
            world.work("messaging.remove_files").await;
            world.pass(chrono::TimeDelta::hours(25));
        }
        world.work("messaging.remove_files").await;
        assert_eq!(world.shelf.0.lock().unwrap().len(), 0);
        assert_eq!(world.told_names().await.last().map(String::as_str), Some("chat_import.reverted"));
    }

    async fn an_export_brings_the_files_of_messages_that_are_here(world: World) {
        let media = SeenMedia {
            kind: MediaKind::Photo, reference: vec![9], file_name: None, mime_type: "image/jpeg".to_owned(), size_bytes: 4,
            width: None, height: None, duration_ms: None, waveform: None, preview: None,
        };
        let seen = SeenMessage { media: Some(media), ..message(7, 1, "") };
        world.see(world.account, Origin::Live, &[private(7, "Boris")], vec![Seen::Message(seen)]).await;
        let import = take_in(&world, with_files()).await;
        assert_eq!((&import["messagesNew"], &import["filesDone"]), (&json!(6), &json!(3)));
        let path = format!("/messages?chatId={}", world.chat_of(7).await);
        let first = world.get(&world.manager, &path).await["items"][0]["media"][0].clone();
        assert_eq!((&first["state"], &first["width"]), (&json!("ready"), &json!(900)), "no need to ask the channel");
    }

    async fn a_zip_that_is_no_export_is_refused(world: World) {
        let mut empty = ZipWriter::new(Cursor::new(Vec::new()));
        empty.start_file("readme.txt", SimpleFileOptions::default()).unwrap();
        let none = empty.finish().unwrap().into_inner();
        let whole = with_files();
        for zip in [none, whole[..whole.len() / 2].to_vec(), zipped("", &[], &json!("no messages"))] {
            let request = Request::builder().method("POST").uri("/api/messaging/imports?fileName=export.zip");
            let (status, refused) = world.send_request(&world.manager, request.body(Body::from(zip)).unwrap()).await;
            assert_eq!((status, &refused["details"][0]["code"]), (422, &json!("chat_import.no_export")), "{refused}");
        }
    }

    async fn a_file_that_is_damaged_is_left_out(world: World) {
        let bytes: Vec<u8> = (0..5000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
        let messages = json!([said(1, &json!({"file": "files/a.bin"})), said(2, &json!({"file": "files/b.bin"}))]);
        let mut zip = zipped("", &[("files/a.bin", bytes), ("files/b.bin", b"whole".to_vec())], &messages);
        let at = zip.windows(11).position(|name| name == b"files/a.bin").unwrap() + 400;
        zip[at] ^= 0xff;
        let import = take_in(&world, zip).await;
        assert_eq!((&import["status"], &import["filesDone"]), (&json!("completed"), &json!(1)), "{import}");
    }
}
