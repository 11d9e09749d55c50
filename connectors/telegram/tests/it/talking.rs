//! Messages both ways, and what happens to them.

use telegram::{ChatKind, Entity, NewText, ReadUntil, Refused, Seen};
use telegram_network::{NewPost, Peer};

use crate::world::{World, text};

#[tokio::test]
async fn messages_go_both_ways() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    world.bob_writes("hello Ann");
    let message = ann.message().await;
    assert_eq!((message.chat_id, message.text.as_str(), message.outgoing), (world.bob, "hello Ann", false));
    assert_eq!(message.sender.unwrap().name, "Bob");
    let bold = Entity { kind: "bold".to_owned(), offset: 0, length: 5, value: None };
    let new = NewText { reply_to: Some(message.id), entities: vec![bold.clone()], ..text(7, "hello Bob") };
    let sent = ann.connection.send_text(world.bob, &new).await.unwrap();
    assert_eq!((sent.random_id, sent.outgoing, sent.text.as_str()), (Some(7), true, "hello Bob"));
    assert_eq!(sent.entities, vec![bold]);
    assert_eq!(sent.reply_to, Some(message.id));
    assert_eq!(world.sent(), ["hello Bob"]);
    let told = ann
        .seen(|seen| match seen {
            Seen::Message(message) if message.outgoing => Some(message.clone()),
            _ => None,
        })
        .await;
    assert_eq!((told.id, told.random_id), (sent.id, Some(7)), "the own message is told too, with our number");
}

#[tokio::test]
async fn changes_reads_reactions_and_typing_are_told() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    let bobs = Peer::User(world.me);
    let theirs = world.bob_writes("one");
    let message = ann.message().await;
    world.network.edit(world.bob, bobs, theirs, "two").unwrap();
    let edited = ann
        .seen(|seen| match seen {
            Seen::Edited(message) => Some(message.clone()),
            _ => None,
        })
        .await;
    assert_eq!((edited.id, edited.text.as_str()), (message.id, "two"));
    assert!(edited.edited_at.is_some());
    let sent = ann.connection.send_text(world.bob, &text(1, "mine")).await.unwrap();
    world.network.read(world.bob, bobs, 1_000);
    let until = ann
        .seen(|seen| match seen {
            Seen::ReadByThem { chat_id, until } if *chat_id == world.bob => Some(*until),
            _ => None,
        })
        .await;
    assert!(until >= sent.id, "{until}");
    world.network.react(world.bob, bobs, theirs, Some("👍")).unwrap();
    let reactions = ann
        .seen(|seen| match seen {
            Seen::Reactions { id, reactions, .. } if *id == message.id => Some(reactions.clone()),
            Seen::Edited(edited) if edited.id == message.id => Some(edited.reactions.clone()),
            _ => None,
        })
        .await;
    assert_eq!((reactions[0].emoji.as_str(), reactions[0].count, reactions[0].ours), ("👍", 1, false));
    world.network.typing(world.bob, bobs);
    ann.seen(|seen| matches!(seen, Seen::Typing { who, still: true, .. } if *who == world.bob).then_some(())).await;
    world.network.delete(world.bob, bobs, &[theirs]).unwrap();
    let gone = ann
        .seen(|seen| match seen {
            Seen::Deleted { chat_id: None, ids } => Some(ids.clone()),
            _ => None,
        })
        .await;
    assert_eq!(gone, [message.id]);
}

#[tokio::test]
async fn our_own_changes_reach_the_network() {
    let world = World::new().await;
    let mut ann = world.connect().await;
    world.bob_writes("read me");
    let message = ann.message().await;
    ann.connection.mark_read(world.bob, message.id).await.unwrap();
    ann.connection.react(world.bob, message.id, Some("👍")).await.unwrap();
    ann.connection.react(world.bob, message.id, None).await.unwrap();
    ann.connection.typing(world.bob, true).await.unwrap();
    let sent = ann.connection.send_text(world.bob, &text(1, "mine")).await.unwrap();
    let edited = ann.connection.edit(world.bob, sent.id, "better", &[]).await.unwrap();
    assert_eq!(edited.unwrap().text, "better");
    let again = ann.connection.edit(world.bob, sent.id, "better", &[]).await;
    assert!(again.is_ok(), "the same again is as wanted: {again:?}");
    let found = ann.connection.messages(world.bob, &[sent.id]).await.unwrap();
    assert_eq!(found[0].text, "better");
    ann.connection.delete(world.bob, &[sent.id], true).await.unwrap();
    assert_eq!(ann.connection.messages(world.bob, &[sent.id]).await.unwrap(), []);
}

#[tokio::test]
async fn chats_and_their_history_are_listed() {
    let world = World::new().await;
    for number in 0..250 {
        world.bob_writes(&format!("m{number}"));
    }
    let group = world.network.add_group("Team", world.bob, &[world.me]);
    world.network.send(world.bob, Peer::Group(group), NewPost::text("in the group")).unwrap();
    let channel = world.network.add_channel("News", Some("the_news"), true, world.bob, &[world.me]);
    world.network.send(world.bob, Peer::Channel(channel), NewPost::text("in the channel")).unwrap();
    let ann = world.connect().await;
    let mut found = Vec::new();
    let mut page = ann.connection.dialogs(None).await.unwrap();
    loop {
        found.append(&mut page.items);
        let Some(next) = page.next.take() else { break };
        page = ann.connection.dialogs(Some(&next)).await.unwrap();
    }
    let kinds: Vec<(i64, ChatKind)> = found.iter().map(|dialog| (dialog.chat.id, dialog.chat.kind)).collect();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert!(kinds.contains(&(world.bob, ChatKind::Private)));
    assert!(kinds.contains(&(-group, ChatKind::Group)));
    assert!(kinds.contains(&(-1_000_000_000_000 - channel, ChatKind::Channel)), "{kinds:?}");
    let mut texts = Vec::new();
    let mut before = None;
    loop {
        let history = ann.connection.history(world.bob, before, 100).await.unwrap();
        let Some(last) = history.messages.last() else { break };
        before = Some(last.id);
        texts.extend(history.messages.into_iter().map(|message| message.text));
    }
    let expected: Vec<String> = (0..250).rev().map(|number| format!("m{number}")).collect();
    assert_eq!(texts, expected);
    let newest = found.iter().find(|dialog| dialog.chat.id == world.bob).unwrap().top_id;
    assert_eq!(ann.connection.read_until(world.bob).await.unwrap(), ReadUntil::default());
    ann.connection.mark_read(world.bob, newest).await.unwrap();
    assert_eq!(ann.connection.read_until(world.bob).await.unwrap(), ReadUntil { inbox: newest, outbox: 0 });
    assert!(ann.connection.folders().await.is_ok());
    assert!(ann.connection.devices().await.unwrap().iter().any(|device| device.current));
}

#[tokio::test]
async fn people_are_found_by_name_and_number_or_not_at_all() {
    let world = World::new().await;
    let ann = world.connect().await;
    assert_eq!(ann.connection.resolve_username("@bob_here").await.unwrap().id, world.bob);
    assert_eq!(ann.connection.resolve_username("nobody_here").await, Err(Refused::PeerUnknown));
    assert_eq!(ann.connection.resolve_phone("+1 555 0002").await.unwrap().id, world.bob);
    assert_eq!(ann.connection.import_phone("+15550002", "Bob", "").await.unwrap().id, world.bob);
}

#[tokio::test]
async fn nobody_knows_what_was_never_met_and_nothing_panics() {
    let world = World::new().await;
    let ann = world.connect().await;
    for chat in [4_242, -4_242, -1_000_000_004_242, 0, i64::MIN, i64::MAX, -1_000_000_000_000] {
        let sent = ann.connection.send_text(chat, &text(1, "x")).await;
        assert!(sent.is_err(), "{chat}: {sent:?}");
        let _ = ann.connection.history(chat, None, 10).await;
        let _ = ann.connection.mark_read(chat, i64::MAX).await;
    }
    assert!(ann.connection.probe().await.is_ok(), "and the connection is as it was");
}
