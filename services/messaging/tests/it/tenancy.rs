//! Whose chats one reads, and those of others.

use contracts::{
    channels::{Origin, Seen},
    ports::Owned,
};
use messaging::ChatDirectory;
use serde_json::{Value, json};
use testkit::on_both;

use crate::world::{World, id_of, me, message, private};

on_both! {
    async fn chats_are_read_by_who_reaches_their_account_or_has_them(world: World) {
        world.hear(7, 1, "For all").await;
        world.see(world.private, Origin::Live, &[private(8, "Secret")], vec![Seen::Message(message(8, 1, "For one"))]).await;
        let count = async |who| world.get(who, "/inbox").await["items"].as_array().unwrap().len();
        let list = world.get(&world.colleague, "/inbox?search=secret").await;
        let chat = id_of(&list["items"][0]);
        assert_eq!(
            (count(&world.manager).await, count(&world.agent).await, count(&world.colleague).await),
            (2, 1, 2)
        );
        let path = format!("/chats/{chat}");
        for (method, path, body) in [
            ("GET", path.clone(), Value::Null),
            ("PATCH", path.clone(), json!({"state": "done"})),
            ("GET", format!("/messages?chatId={chat}"), Value::Null),
            ("POST", format!("{path}/mark-all-read"), Value::Null),
            ("POST", format!("{path}/comments"), json!({"text": "x"})),
        ] {
            for who in [&world.agent, &world.stranger] {
                assert_eq!(world.call(who, method, &path, body.clone()).await.0, 404, "{method} {path}");
            }
        }
        assert_eq!(count(&world.stranger).await, 0);
        let directory = ChatDirectory::new(world.db().clone(), world.house.clone());
        let holding = async || {
            let id = chat.parse().unwrap();
            directory.holdings(world.manager.org_id, "chat", &[id]).await.unwrap().remove(&id).unwrap()
        };
        assert_eq!(holding().await.readers, Some(vec![me(&world.colleague)]));
        world.ok(&world.colleague, "PATCH", &path, json!({"assigneeId": me(&world.agent)}), 200).await;
        let shown = world.get(&world.agent, &path).await;
        assert_eq!((&shown["canWrite"], count(&world.agent).await), (&json!(false), 2), "read, not written");
        assert!(holding().await.is_within(&world.agent.owners(kernel::Resource::Chats)));
    }

    async fn the_inbox_of_who_reads_some_accounts_is_that_part_of_the_whole(world: World) {
        for id in 1..=12 {
            let account = if id % 3 == 0 { world.private } else { world.account };
            let news = vec![Seen::Message(message(id, id, "Hello"))];
            world.see(account, Origin::Live, &[private(id, &format!("Person {id}"))], news).await;
        }
        let change = async |id: i64, change: Value| {
            let path = format!("/chats/{}", world.chat_of(id).await);
            world.ok(&world.manager, "PATCH", &path, change, 200).await;
        };
        change(3, json!({"assigneeId": me(&world.agent)})).await;
        change(6, json!({"assigneeId": me(&world.agent), "state": "done"})).await;
        change(4, json!({"state": "done"})).await;
        change(5, json!({"assigneeId": me(&world.colleague)})).await;
        let whole = async |who, path: &str| {
            let (mut titles, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = world.get(who, &format!("{path}{cursor}")).await;
                titles.extend(page["items"].as_array().unwrap().iter().map(|chat| chat["title"].clone()));
                match page["page"]["nextCursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => return titles,
                }
            }
        };
        for queue in ["all", "team", "unassigned", "done", "snoozed", "mine"] {
            for account in [String::new(), format!("&accountId={}", world.account), format!("&accountId={}", world.private)] {
                let path = format!("/inbox?queue={queue}{account}");
                let mut expected = whole(&world.manager, &format!("{path}&limit=100")).await;
                // Mary has none of her own.
                if queue == "mine" {
                    expected = whole(&world.manager, &format!("/inbox?queue=team{account}&limit=100")).await;
                }
                let theirs = |n: i64| [3, 6].contains(&n) || n % 3 != 0;
                let is_mine = |n: i64| queue != "mine" || n == 3;
                expected.retain(|title| {
                    let n = title.as_str().unwrap()["Person ".len()..].parse().unwrap();
                    theirs(n) && is_mine(n)
                });
                assert_eq!(whole(&world.agent, &format!("{path}&limit=2")).await, expected, "{path}");
            }
        }
    }
}
