//! Choosing chats out of the dialogs, reading in their history, and questions to a connected account.

use bd_accounts::{
    accounts::{happening, store, turns::Turn},
    devices::requests,
    dialogs::store::{Dialog, Folder, replace},
    syncing::history,
};
use chrono::TimeDelta;
use contracts::channels::ChatKind;
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::world::{PHONE, World, id, items};

fn dialog(chat_id: i64, title: &str, kind: ChatKind) -> Dialog {
    Dialog {
        chat_id,
        kind,
        title: title.into(),
        username: None,
        last_message_at: None,
        unread: 2,
        folders: if kind == ChatKind::Private { vec![7] } else { vec![7, 8] },
        members: None,
        estimate: Some(100),
        reference: Some(vec![1, 2]),
    }
}

/// A connected account with three dialogs.
async fn account(world: &World) -> Uuid {
    let account = id(&world.connected(&world.manager, PHONE).await);
    let scope = world.system();
    happening::turn(&world.accounts, &scope, account, &Turn::Online).await.unwrap();
    let dialogs = vec![
        dialog(11, "Семён Петров", ChatKind::Private),
        dialog(12, "Anna 100%", ChatKind::Private),
        dialog(-1_000_000_000_013, "News", ChatKind::Channel),
    ];
    let folders = [Folder { id: 7, title: "Work".into() }, Folder { id: 8, title: "Rest".into() }];
    replace(&world.accounts, &scope, account, dialogs, &folders).await.unwrap();
    account
}

fn chosen(ids: &[&str], days: Option<i64>) -> Value {
    json!({ "chats": ids.iter().map(|id| json!({ "chatId": id })).collect::<Vec<_>>(), "days": days })
}

on_both! {
    async fn dialogs_are_found_by_title_folder_and_kind(world: World) {
        let account = account(&world).await;
        let found = async |query: &str| {
            let list = world.get(&format!("/{account}/dialogs{query}")).await;
            items(&list).iter().map(|item| item["chatId"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("").await, ["11", "12", "-1000000000013"]);
        assert_eq!(found("?search=%D1%81%D0%B5%D0%BC%D0%B5%D0%BD").await, ["11"]);
        assert_eq!(found("?search=100%25").await, ["12"]);
        assert_eq!(found("?folder=8").await, ["-1000000000013"]);
        assert_eq!(found("?kind=private").await, ["11", "12"]);
        let page = world.get(&format!("/{account}/dialogs?limit=2")).await;
        let cursor = page["page"]["nextCursor"].as_str().unwrap();
        assert_eq!(found(&format!("?limit=2&cursor={cursor}")).await, ["-1000000000013"]);
        assert_eq!(page["folders"], json!([{ "id": 7, "title": "Work" }, { "id": 8, "title": "Rest" }]));
        // What is new takes the place of what was, and is forgotten when the account is taken off.
        replace(&world.accounts, &world.system(), account, vec![dialog(12, "Anna", ChatKind::Private)], &[]).await.unwrap();
        assert_eq!(found("").await, ["12"]);
        world.ok(&world.manager, "POST", &format!("/{account}/disconnect"), json!({ "logOut": false }), 200).await;
        let forgotten = world.get(&format!("/{account}/dialogs")).await;
        assert_eq!((items(&forgotten).len(), &forgotten["fetchedAt"]), (0, &Value::Null));
    }

    async fn only_chats_that_the_account_has_are_chosen(world: World) {
        let account = account(&world).await;
        let path = format!("/{account}/sync-chats");
        let refused = world.refused(&world.manager, "POST", &path, chosen(&["11", "99", "x"], Some(30))).await;
        assert_eq!(refused, (422, "chats[2].chatId bd.chat.unknown".to_owned()));
        let refused = world.refused(&world.manager, "POST", &path, chosen(&["11", "99"], Some(30))).await;
        assert_eq!(refused, (422, "chats[1].chatId bd.chat.unknown".to_owned()));
        let refused = world.refused(&world.manager, "POST", &path, chosen(&["11"], Some(8))).await;
        assert_eq!(refused, (422, "days bd.days.unknown".to_owned()));
        let start = world.refused(&world.manager, "POST", &format!("/{account}/sync-start"), Value::Null).await;
        assert_eq!(start, (409, "bd.sync.nothing_selected".to_owned()));
        let list = world.ok(&world.manager, "POST", &path, chosen(&["11", "12", "11"], Some(30)), 200).await;
        assert_eq!(items(&list).len(), 2);
        assert_eq!(items(&world.get(&format!("/{account}/dialogs")).await)[0]["selected"], true);
        let other = world.ok(&world.manager, "POST", &path, chosen(&["12", "-1000000000013"], Some(30)), 200).await;
        assert_eq!(items(&other).len(), 2);
        assert_eq!(world.get(&format!("/{account}")).await["syncedChats"], 2);
        assert_eq!(world.count("events", "kind = 'sync.chats.updated'").await, 2);
        world.ok(&world.manager, "POST", &path, chosen(&["12", "-1000000000013"], Some(30)), 200).await;
        assert_eq!(world.count("events", "kind = 'sync.chats.updated'").await, 2, "nothing has changed");
    }

    async fn history_is_read_in_paused_resumed_and_done(world: World) {
        let (account, scope) = (account(&world).await, world.system());
        let path = |rest: &str| format!("/{account}/{rest}");
        let ids = ["11", "12", "-1000000000013"];
        world.ok(&world.manager, "POST", &path("sync-chats"), chosen(&ids, Some(30)), 200).await;
        let next = async || {
            let stored = store::get(&world.db().reader(&scope), &scope, account).await.unwrap();
            history::next(&world.db().reader(&scope), &scope, &stored).await.unwrap().map(|chat| chat.chat_id)
        };
        assert_eq!(next().await, None);
        let started = world.ok(&world.manager, "POST", &path("sync-start"), Value::Null, 200).await;
        assert_eq!((&started["state"], &started["messages"]), (&json!("running"), &json!({ "done": 0, "total": 300 })));
        let first = next().await.unwrap();
        world.clock.advance(TimeDelta::seconds(10));
        assert!(history::progress(&world.accounts, &scope, account, first, (50, Some(100)), Some(7)).await.unwrap());
        assert_eq!(next().await, Some(first), "one that was begun goes on");
        let status = world.get(&path("sync-status")).await;
        assert_eq!((&status["messages"]["done"], &status["etaSeconds"]), (&json!(50), &json!(50)));
        history::waits(&world.accounts, &scope, account, Some(world.clock.now() + TimeDelta::seconds(30))).await.unwrap();
        assert!(world.get(&path("sync-status")).await["waitUntil"].is_string());
        let paused = world.ok(&world.manager, "POST", &path("sync-pause"), Value::Null, 200).await;
        assert_eq!(paused["state"], "paused");
        assert_eq!(next().await, None);
        assert!(!history::progress(&world.accounts, &scope, account, first, (60, Some(100)), Some(6)).await.unwrap());
        world.ok(&world.manager, "POST", &path("sync-resume"), Value::Null, 200).await;
        while let Some(chat) = next().await {
            if chat == 12 {
                history::chat_failed(&world.accounts, &scope, account, chat, "chat.private").await.unwrap();
            } else {
                history::progress(&world.accounts, &scope, account, chat, (80, Some(80)), None).await.unwrap();
                history::chat_done(&world.accounts, &scope, account, chat).await.unwrap();
            }
        }
        let done = world.get(&path("sync-status")).await;
        assert_eq!((&done["state"], &done["chats"]), (&json!("done"), &json!({ "done": 2, "total": 3 })));
        let told = world.told().await;
        for (kind, times) in [("sync.started", 2), ("sync.paused", 1), ("sync.failed", 1), ("sync.completed", 1)] {
            assert_eq!(told.iter().filter(|told| *told == kind).count(), times, "{kind}");
        }
        // Asking for more of the history begins with the same chats again.
        world.ok(&world.manager, "POST", &path("sync-chats"), chosen(&ids, None), 200).await;
        assert!(items(&world.get(&path("sync-chats")).await).iter().all(|chat| chat["since"].is_null()));
        world.ok(&world.manager, "POST", &path("sync-start"), Value::Null, 200).await;
        assert!(next().await.is_some());
    }

    async fn a_question_is_answered_where_the_account_is_connected(world: World) {
        let (account, scope) = (account(&world).await, world.system());
        world.ok(&world.manager, "POST", &format!("/{account}/dialogs/refresh"), Value::Null, 202).await;
        world.ok(&world.manager, "POST", &format!("/{account}/dialogs/refresh"), Value::Null, 202).await;
        let open = requests::open(&world.db().reader(&scope), &scope, account).await.unwrap();
        assert_eq!(open.len(), 1, "asked once");
        requests::answer(&world.accounts, &scope, open[0].id, Ok(json!({}))).await.unwrap();
        let device = json!({ "hash": "1", "device": "Pixel", "app": "Telegram", "country": "PL", "current": false, "lastActiveAt": null });
        let answering = async {
            loop {
                let mut open = requests::open(&world.db().reader(&scope), &scope, account).await.unwrap();
                if let Some(request) = open.pop() {
                    assert_eq!(request.kind, requests::DEVICES);
                    return requests::answer(&world.accounts, &scope, request.id, Ok(json!([device]))).await.unwrap();
                }
                tokio::task::yield_now().await;
            }
        };
        let path = format!("/{account}/sessions");
        let (devices, ()) = tokio::join!(world.call(&world.manager, "GET", &path, Value::Null), answering);
        assert_eq!(devices, (200, json!({ "items": [device] })));
        happening::turn(&world.accounts, &scope, account, &Turn::Offline).await.unwrap();
        let refused = world.refused(&world.manager, "GET", &path, Value::Null).await;
        assert_eq!(refused, (409, "bd.not_connected".to_owned()));
    }
}
