//! What a batch costs: statements by its chats, not by its messages.

use contracts::channels::{Origin, Seen};
use testkit::on_both;

use crate::world::{World, message, private};

on_both! {
    async fn a_batch_costs_the_same_however_many_messages_it_has(world: World) {
        let chats: Vec<_> = (1..=20).map(|id| private(id, &format!("Person {id}"))).collect();
        let cost = async |from: i64, to: i64| {
            let news = (from..to).map(|id| Seen::Message(message(id % 20 + 1, id, &format!("Message {id}")))).collect();
            let before = world.db().statement_count();
            world.see(world.account, Origin::Live, &chats, news).await;
            world.db().statement_count() - before
        };
        cost(1, 21).await;
        let few = cost(100, 120).await;
        let many = cost(1000, 1400).await;
        // Inserts go by the hundred: messages, and what is told of them.
        assert!(many <= few + 10, "{few} statements for 20 messages, {many} for 400");
        // On PostgreSQL one of them locks what an answer stops.
        assert!(few <= 18, "{few}");
    }
}
