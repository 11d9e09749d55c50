//! What accounts bring: each message once, with marks, edits, deletions and reactions.

use chrono::TimeDelta;
use contracts::channels::{
    ChatKind, Inbox, MediaKind, Origin, Reaction, Seen, SeenBatch, SeenChat, SeenMedia, SeenMessage,
};
use serde_json::json;
use testkit::on_both;

use crate::world::{World, message, ours, private};

on_both! {
    async fn a_message_is_stored_once_and_counts_as_unread(world: World) {
        let chat = world.hear(7, 1, "Hello").await;
        let again = world.see(world.account, Origin::Live, &[private(7, "Boris Client")], vec![
            Seen::Message(message(7, 1, "Hello")), Seen::Message(message(7, 2, "Are you there?")),
        ]).await;
        assert_eq!(again, 1, "one was here");
        let shown = world.get(&world.agent, &format!("/chats/{chat}")).await;
        assert_eq!((&shown["unread"], &shown["title"], &shown["state"]), (&json!(2), &json!("Boris Client"), &json!("open")));
        assert_eq!(shown["lastMessage"]["text"], "Are you there?");
        assert_eq!(shown["lastMessageAt"], "2026-09-21T09:00:02Z");
        assert_eq!(shown["waitingSince"], "2026-09-21T09:00:01Z", "the first that nobody answered");
        assert_eq!((&shown["canWrite"], &shown["kind"], &shown["channel"]), (&json!(true), &json!("private"), &json!("telegram")));
        assert_eq!(world.thread(&chat).await.len(), 2);
        assert_eq!(world.told_names().await, ["message.received", "message.received"]);
        world.check_events().await;
    }

    async fn nobody_waits_for_an_answer_to_what_was_read_before_it_came(world: World) {
        let chat = SeenChat { read_inbox_until: Some(1), ..private(7, "Boris Client") };
        let history = vec![Seen::Message(message(7, 1, "Thank you"))];
        world.see(world.account, Origin::History, std::slice::from_ref(&chat), history).await;
        let id = world.chat_of(7).await;
        let waiting = async || world.get(&world.agent, &format!("/chats/{id}")).await["waitingSince"].clone();
        assert_eq!(waiting().await, json!(null));
        world.see(world.account, Origin::History, &[chat], vec![Seen::Message(message(7, 2, "Still there?"))]).await;
        assert_eq!(waiting().await, "2026-09-21T09:00:02Z", "nobody has read it");
        world.see(world.account, Origin::Live, &[], vec![Seen::ReadByUs { chat_id: 7, until: 2 }]).await;
        assert_eq!(waiting().await, json!(null));
        world.hear(7, 3, "Hello?").await;
        world.see(world.account, Origin::Live, &[], vec![Seen::ReadByUs { chat_id: 7, until: 3 }]).await;
        assert_eq!(waiting().await, "2026-09-21T09:00:03Z", "read, and not answered");
    }

    async fn supergroups_have_numbers_of_their_own(world: World) {
        let group = |id: i64| SeenChat { kind: ChatKind::Supergroup, ..private(-1_000_000_000_000 - id, &format!("Group {id}")) };
        let groups: Vec<SeenChat> = (1..=3).map(group).collect();
        let said = |n: usize| Seen::Message(message(groups[n].id, 1, &format!("In {n}")));
        assert_eq!(world.see(world.account, Origin::Live, &groups, vec![said(0), said(1)]).await, 2);
        let gone = Seen::Deleted { chat_id: Some(groups[1].id), ids: vec![1] };
        assert_eq!(world.see(world.account, Origin::Live, &[], vec![said(0), said(2), gone]).await, 1);
        let bare = Seen::Deleted { chat_id: None, ids: vec![1] };
        world.see(world.account, Origin::Live, &[], vec![said(0), bare]).await;
        for (group, left) in groups.iter().zip([1, 0, 1]) {
            let chat = world.chat_of(group.id).await;
            let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
            let items = list["items"].as_array().unwrap();
            let shown = items.iter().filter(|item| item["deletedAt"].is_null()).count();
            assert_eq!((items.len(), shown), (1, left), "{}", group.title);
        }
    }

    async fn history_is_told_as_progress_only(world: World) {
        let known = SeenChat { read_inbox_until: Some(4), read_outbox_until: Some(2), ..private(7, "Boris") };
        let news = vec![
            Seen::Message(ours(7, 2, "Hi")), Seen::Message(ours(7, 3, "Still there?")),
            Seen::Message(message(7, 4, "Yes")), Seen::Message(message(7, 5, "What is it?")),
        ];
        assert_eq!(world.see(world.account, Origin::History, &[known], news).await, 4);
        let told = world.told().await;
        assert_eq!((told.len(), told[0].0.as_str(), &told[0].1["messages"]), (1, "chat.synced", &json!(4)));
        let chat = world.chat_of(7).await;
        assert_eq!(world.get(&world.manager, &format!("/chats/{chat}")).await["unread"], 1);
        let statuses: Vec<String> = world.thread(&chat).await.into_iter().map(|(_, status)| status).collect();
        assert_eq!(statuses, ["read", "sent", "received", "received"]);
        world.check_events().await;
    }

    async fn an_edit_within_the_second_counts(world: World) {
        let chat = world.hear(7, 1, "One thousnd").await;
        let edited = Seen::Edited(SeenMessage { edited_at: Some(message(7, 1, "").at), ..message(7, 1, "One thousand") });
        world.see(world.account, Origin::Live, &[], vec![edited]).await;
        // As history tells it, which has the last version only; and an old page that still has the first.
        world.see(world.account, Origin::History, &[], vec![Seen::Message(message(7, 1, "One thousnd"))]).await;
        assert_eq!(world.thread(&chat).await, [("One thousand".to_owned(), "received".to_owned())]);
    }

    async fn an_edit_keeps_what_was_said_before(world: World) {
        let chat = world.hear(7, 1, "One thousnd").await;
        let at = message(7, 1, "").at;
        let edit = |seconds: i64, text: &str| {
            Seen::Edited(SeenMessage { edited_at: Some(at + TimeDelta::seconds(seconds)), ..message(7, 1, text) })
        };
        world.see(world.account, Origin::Live, &[], vec![edit(60, "One million")]).await;
        world.see(world.account, Origin::Live, &[], vec![edit(30, "One thousand")]).await;
        assert_eq!(world.thread(&chat).await, [("One million".to_owned(), "received".to_owned())]);
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let id = list["items"][0]["id"].as_str().unwrap();
        let before = world.get(&world.manager, &format!("/messages/{id}/edits")).await;
        let texts: Vec<&str> = before["items"].as_array().unwrap().iter().map(|v| v["text"].as_str().unwrap()).collect();
        assert_eq!(texts, ["One thousand", "One thousnd"], "the newest first, whatever came first");
        assert_eq!(world.get(&world.manager, &format!("/chats/{chat}")).await["lastMessage"]["text"], "One million");
        assert_eq!(world.get(&world.manager, "/search?q=million").await["items"].as_array().unwrap().len(), 1);
        assert_eq!(world.get(&world.manager, "/search?q=thousnd").await["items"].as_array().unwrap().len(), 0);
        world.check_events().await;
    }

    async fn what_was_deleted_says_nothing_whatever_comes_later(world: World) {
        let chat = world.hear(7, 1, "A secret").await;
        world.hear(7, 2, "Not one").await;
        world.see(world.account, Origin::Live, &[], vec![Seen::Deleted { chat_id: None, ids: vec![1, 9] }]).await;
        world.see(world.account, Origin::Live, &[], vec![
            Seen::Message(message(7, 1, "A secret")), Seen::Message(message(7, 9, "Too late")),
        ]).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let texts: Vec<(&str, bool)> = list["items"].as_array().unwrap().iter()
            .map(|m| (m["text"].as_str().unwrap(), !m["deletedAt"].is_null())).collect();
        assert_eq!(texts, [("", true), ("Not one", false), ("", true)]);
        let shown = world.get(&world.manager, &format!("/chats/{chat}")).await;
        assert_eq!((&shown["unread"], &shown["lastMessage"]["text"]), (&json!(1), &json!("Not one")));
        assert_eq!(world.get(&world.manager, "/search?q=secret").await["items"], json!([]));
        assert_eq!(world.told_names().await, ["message.received", "message.received", "message.deleted"]);
    }

    async fn a_number_of_a_channel_is_not_one_of_a_private_chat(world: World) {
        let group = SeenChat { kind: ChatKind::Supergroup, ..private(-1_001_234, "Buyers") };
        world.hear(7, 5, "Private").await;
        world.see(world.account, Origin::Live, &[group], vec![Seen::Message(message(-1_001_234, 5, "Group"))]).await;
        let gone = |chat_id| vec![Seen::Deleted { chat_id, ids: vec![5] }];
        world.see(world.account, Origin::Live, &[], gone(Some(-1_001_234))).await;
        assert_eq!(world.count("messages", "text = 'Private'").await, 1);
        assert_eq!(world.count("messages", "text = 'Group'").await, 0);
        world.see(world.account, Origin::Live, &[], gone(None)).await;
        assert_eq!(world.count("messages", "deleted_at is null").await, 0);
    }

    async fn marks_of_both_sides_move_on_only(world: World) {
        let chat = world.hear(7, 1, "One").await;
        world.hear(7, 2, "Two").await;
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(ours(7, 3, "Three"))]).await;
        world.see(world.account, Origin::Live, &[], vec![
            Seen::ReadByThem { chat_id: 7, until: 3 }, Seen::ReadByUs { chat_id: 7, until: 2 },
        ]).await;
        world.see(world.account, Origin::Live, &[], vec![
            Seen::ReadByThem { chat_id: 7, until: 1 }, Seen::ReadByUs { chat_id: 7, until: 1 },
        ]).await;
        let shown = world.get(&world.manager, &format!("/chats/{chat}")).await;
        assert_eq!((&shown["unread"], &shown["waitingSince"]), (&json!(0), &json!(null)), "we wrote last");
        assert_eq!(shown["lastMessage"]["status"], "read");
        assert_eq!(world.thread(&chat).await[2], ("Three".to_owned(), "read".to_owned()));
        world.check_events().await;
    }

    async fn reactions_are_those_that_were_told_last(world: World) {
        let chat = world.hear(7, 1, "Good news").await;
        let react = |id, count| {
            Seen::Reactions { chat_id: 7, id, reactions: vec![Reaction { emoji: "👍".to_owned(), count, ours: false }] }
        };
        world.see(world.account, Origin::Live, &[], vec![react(1, 1)]).await;
        world.see(world.account, Origin::Live, &[], vec![react(1, 2), react(2, 5)]).await;
        world.hear(7, 2, "More").await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let counts: Vec<i64> = list["items"].as_array().unwrap().iter()
            .map(|m| m["reactions"][0]["count"].as_i64().unwrap()).collect();
        assert_eq!(counts, [2, 5], "also of a message that came after");
    }

    async fn a_chat_that_nobody_selected_is_not_stored(world: World) {
        let stored = world.see(world.account, Origin::Live, &[], vec![
            Seen::Message(message(8, 1, "Private matters")), Seen::ReadByUs { chat_id: 8, until: 1 },
            Seen::Reactions { chat_id: 8, id: 1, reactions: vec![] },
        ]).await;
        assert_eq!(stored, 0);
        for table in ["chats", "messages", "message_marks", "events"] {
            assert_eq!(world.count(table, "1 = 1").await, 0, "{table}");
        }
    }

    async fn a_chat_knows_its_contact(world: World) {
        let by_name = world.contact("Boris", Some("boris"), None);
        let by_phone = world.contact("Vera", None, Some("+79125550011"));
        let seen = |id, username: Option<&str>, phone: Option<&str>| SeenChat {
            username: username.map(str::to_owned), phone: phone.map(str::to_owned), ..private(id, "Somebody")
        };
        let chats = [seen(1, Some("boris"), None), seen(2, None, Some("+79125550011")), seen(3, Some("nobody"), None)];
        let news = (1..=3).map(|chat| Seen::Message(message(chat, 1, "Hi"))).collect();
        world.see(world.account, Origin::Live, &chats, news).await;
        for (chat, contact) in [(1, json!(by_name)), (2, json!(by_phone)), (3, json!(null))] {
            let id = world.chat_of(chat).await;
            assert_eq!(world.get(&world.manager, &format!("/chats/{id}")).await["contactId"], contact);
        }
        // Another account meets the same person, who shows neither name nor phone to it.
        world.see(world.private, Origin::Live, &[private(1, "Boris")], vec![Seen::Message(message(1, 1, "Hi"))]).await;
        let list = world.get(&world.manager, &format!("/chats?contactId={by_name}")).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 2, "known by what Telegram calls them");
    }

    async fn positions_and_extents_are_kept(world: World) {
        let system = world.system();
        assert_eq!(world.service.position(&system, world.account).await.unwrap(), None);
        for position in [vec![1, 2], vec![3]] {
            let batch = SeenBatch { origin: Origin::Live, chats: vec![], news: vec![], position: Some(position.clone()) };
            world.service.receive(&system, world.account, batch).await.unwrap();
            assert_eq!(world.service.position(&system, world.account).await.unwrap(), Some(position));
        }
        world.hear(7, 4, "One").await;
        world.hear(7, 9, "Two").await;
        let extents = world.service.extents(&system, world.account, &[7, 8]).await.unwrap();
        assert_eq!(extents.len(), 1);
        assert_eq!((extents[&7].oldest_id, extents[&7].newest_id, extents[&7].messages), (Some(4), Some(9), 2));
    }

    async fn a_file_is_asked_for_and_comes(world: World) {
        let media = SeenMedia {
            kind: MediaKind::Voice, reference: vec![1, 2, 3], file_name: None, mime_type: "audio/ogg".to_owned(),
            size_bytes: 900, width: None, height: None, duration_ms: Some(2500), waveform: Some(vec![0, 31]), preview: None,
        };
        let seen = SeenMessage { media: Some(media), ..message(7, 1, "") };
        world.see(world.account, Origin::Live, &[private(7, "Boris")], vec![Seen::Message(seen)]).await;
        let chat = world.chat_of(7).await;
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        let file = &list["items"][0]["media"][0];
        assert_eq!((&file["kind"], &file["state"], &file["waveform"]), (&json!("voice"), &json!("remote"), &json!([0, 31])));
        assert_eq!(world.get(&world.manager, &format!("/chats/{chat}")).await["lastMessage"]["mediaKind"], "voice");
        let id = file["id"].as_str().unwrap().parse().unwrap();
        world.service.media_arrived(&world.system(), id, Some("blob")).await.unwrap();
        world.service.media_arrived(&world.system(), id, None).await.unwrap();
        let list = world.get(&world.manager, &format!("/messages?chatId={chat}")).await;
        assert_eq!(list["items"][0]["media"][0]["state"], "ready", "it stays");
        assert_eq!(world.told_names().await.last().unwrap(), "media.ready");
        world.check_events().await;
    }

    async fn who_writes_wakes_the_chat(world: World) {
        let chat = world.hear(7, 1, "Hi").await;
        let later = world.clock.now() + TimeDelta::hours(3);
        let path = format!("/chats/{chat}");
        world.ok(&world.agent, "PATCH", &path, json!({"snoozedUntil": later}), 200).await;
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(message(7, 1, "Hi"))]).await;
        assert_eq!(world.get(&world.agent, &path).await["state"], "snoozed", "that was known");
        world.hear(7, 2, "Hello?").await;
        assert_eq!(world.get(&world.agent, &path).await["state"], "open");
        world.ok(&world.agent, "PATCH", &path, json!({"state": "done"}), 200).await;
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(ours(7, 3, "Bye"))]).await;
        assert_eq!(world.get(&world.agent, &path).await["state"], "done", "we wrote, not they");
    }

    async fn messages_of_any_age_have_their_room(world: World) {
        let old = |id: i64, year: i32| SeenMessage {
            at: format!("{year}-02-28T23:59:59Z").parse().unwrap(), ..message(7, id, &format!("Of {year}"))
        };
        let news = vec![Seen::Message(old(1, 2015)), Seen::Message(old(2, 2020)), Seen::Message(old(3, 2026))];
        assert_eq!(world.see(world.account, Origin::History, &[private(7, "Boris")], news.clone()).await, 3);
        assert_eq!(world.see(world.account, Origin::History, &[private(7, "Boris")], news).await, 0);
        let chat = world.chat_of(7).await;
        let texts: Vec<String> = world.thread(&chat).await.into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["Of 2015", "Of 2020", "Of 2026"]);
    }
}
