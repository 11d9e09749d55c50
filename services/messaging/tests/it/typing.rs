//! That the other side types: told to whoever listens, of chats that are here, and stored nowhere.

use contracts::channels::Inbox;
use serde_json::json;
use testkit::on_both;

use crate::world::World;

on_both! {
    async fn who_types_is_told_of_the_chat_that_is_shown(world: World) {
        let (one, two) = (world.hear(7, 1, "Hello").await, world.hear(8, 1, "Hello").await);
        let (system, before) = (world.system(), world.told().await.len());
        let type_in = async |chat, name| world.service.typing(&system, world.account, chat, name).await.unwrap();
        let mut listening = world.service.subscribe_typing();
        type_in(7, None).await;
        type_in(99, Some("Nobody")).await;
        world.ok(&world.manager, "POST", &format!("/chats/{one}/merge"), json!({"into": two}), 200).await;
        type_in(7, Some("Olga")).await;
        let first = listening.recv().await.unwrap();
        assert_eq!((first.chat.to_string(), first.name.as_str(), first.org), (one.clone(), "Boris Client", system.org_id));
        let second = listening.recv().await.unwrap();
        assert_eq!((second.chat.to_string(), second.part.to_string(), second.name.as_str()), (two, one, "Olga"));
        assert!(listening.try_recv().is_err(), "of a chat that is not here nothing is told");
        let merged = world.told().await.len() - before;
        assert_eq!(merged, 1, "typing is no event");
    }
}
