//! News mean the same in whatever order they come, and however often.

use chrono::TimeDelta;
use contracts::channels::{Origin, Reaction, Seen, SeenChat, SeenMessage};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use sea_orm::{ConnectionTrait, Statement};
use testkit::Backend;

use crate::world::{World, message, ours, private};

/// All that happened in a chat.
fn history() -> Vec<Seen> {
    let mut news = Vec::new();
    for id in 1..=6 {
        let said =
            if id % 3 == 0 { ours(7, id, &format!("Message {id}")) } else { message(7, id, &format!("Message {id}")) };
        for edit in 1..=(id % 3) {
            let edited_at = Some(said.at + TimeDelta::seconds(edit * 10));
            news.push(Seen::Edited(SeenMessage {
                edited_at,
                text: format!("Message {id}, version {edit}"),
                ..said.clone()
            }));
        }
        news.push(Seen::Message(said));
    }
    let reactions = vec![Reaction { emoji: "👍".to_owned(), count: 1, ours: false }];
    news.push(Seen::Reactions { chat_id: 7, id: 1, reactions });
    news.push(Seen::Deleted { chat_id: None, ids: vec![2, 4] });
    news.push(Seen::ReadByThem { chat_id: 7, until: 3 });
    news.push(Seen::ReadByUs { chat_id: 7, until: 2 });
    news.push(Seen::ReadByUs { chat_id: 7, until: 1 });
    news
}

/// What is stored, but for ids and versions of rows.
async fn state(world: &World) -> Vec<String> {
    let tables = [
        "select external_id, direction, status, text, entities, reactions, edited_at, deleted_at, read_at, search_text from messages order by external_id",
        "select m.external_id, e.said_at, e.text from message_edits e join messages m on m.id = e.message_id order by m.external_id, e.said_at",
        "select external_id, unread, waiting_since, last_at, last_text, last_direction, last_status, read_inbox_until, read_outbox_until, has_in from chats",
    ];
    let mut state = Vec::new();
    for sql in tables {
        let statement = Statement::from_string(world.db().backend(), sql);
        for row in world.db().reader(&world.manager).query_all_raw(statement).await.unwrap() {
            let shown: Vec<String> = row
                .column_names()
                .iter()
                .map(|name| {
                    let text = |name: &str| row.try_get::<Option<String>>("", name).map(|v| format!("{v:?}"));
                    let number = |name: &str| row.try_get::<Option<i64>>("", name).map(|v| format!("{v:?}"));
                    text(name).or_else(|_| number(name)).unwrap_or_default()
                })
                .collect();
            state.push(shown.join(" | "));
        }
    }
    state
}

async fn told_in(order: &[Vec<usize>]) -> Vec<String> {
    let world = World::open(Backend::Sqlite).await.unwrap();
    let news = history();
    let chat: SeenChat = private(7, "Boris");
    for batch in order {
        let batch = batch.iter().map(|index| news[*index].clone()).collect();
        world.see(world.account, Origin::Live, std::slice::from_ref(&chat), batch).await;
    }
    state(&world).await
}

#[test]
fn any_order_and_repetition_of_news_gives_the_same_state() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let count = history().len();
    let in_order: Vec<Vec<usize>> = (0..count).map(|index| vec![index]).collect();
    let expected = runtime.block_on(told_in(&in_order));
    assert!(expected.len() > 6 && expected.iter().any(|row| row.contains("version 2")), "{expected:#?}");
    let all: Vec<usize> = (0..count).collect();
    let orders = (Just(all.clone()).prop_shuffle(), Just(all).prop_shuffle(), prop::collection::vec(1_usize..8, 1..12));
    let mut runner = TestRunner::new(Config { cases: 40, ..Config::default() });
    let result = runner.run(&orders, |(first, second, sizes)| {
        // All of it, then some of it again, in batches of any size.
        let news: Vec<usize> = first.into_iter().chain(second.into_iter().take(9)).collect();
        let (mut rest, mut batches) = (news.as_slice(), Vec::new());
        for size in sizes.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (batch, after) = rest.split_at(size.min(rest.len()));
            batches.push(batch.to_vec());
            rest = after;
        }
        let state = runtime.block_on(told_in(&batches));
        prop_assert_eq!(&state, &expected, "{:?}", batches);
        Ok(())
    });
    result.unwrap();
}
