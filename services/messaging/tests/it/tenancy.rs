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
        assert!(holding().await.is_within_reach_of(Some(me(&world.agent))));
    }
}
