//! Dialogs, folders, pages of history, search, and what was read.

use grammers_client::tl;
use telegram_network::{Network, NewPost, Peer, world::Folder};

use crate::client::{Connected, input, send};

async fn with_bob(count: u32) -> (Network, Connected, i64, i64) {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let bob = network.add_person(telegram_network::NewPerson::new("15550002", "Bob").username("bob_here"));
    network.burst(bob, Peer::User(alice_id), "message ", count).unwrap();
    (network, alice, alice_id, bob)
}

#[tokio::test]
async fn the_list_of_dialogs_has_unread_counts_and_newest_messages() {
    let (network, alice, alice_id, bob) = with_bob(3).await;
    let group = network.add_group("Team", bob, &[alice_id]);
    network.send(bob, Peer::Group(group), NewPost::text("in the team")).unwrap();
    let mut dialogs = alice.client.iter_dialogs();
    let mut found = Vec::new();
    while let Some(dialog) = dialogs.next().await.unwrap() {
        let tl::enums::Dialog::Dialog(raw) = &dialog.raw else { panic!("a dialog") };
        let text = dialog.last_message.as_ref().map(|message| message.text().to_owned());
        found.push((raw.unread_count, text.unwrap()));
    }
    found.sort();
    assert_eq!(found, [(1, "in the team".to_owned()), (3, "message 2".to_owned())]);
}

#[tokio::test]
async fn many_dialogs_come_page_by_page_each_once_with_pinned_ones_first() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    for number in 0..230 {
        let person = network.add_person(telegram_network::NewPerson::new(&format!("1666{number:04}"), "P"));
        network.send(person, Peer::User(alice_id), NewPost::text("hi")).unwrap();
    }
    let first = network.look(|world| world.find_phone("16660000").unwrap().id);
    let pin = tl::types::InputDialogPeer { peer: input(&network, Peer::User(first)) };
    alice.call(tl::functions::messages::ToggleDialogPin { pinned: true, peer: pin.into() }).await;
    let mut dialogs = alice.client.iter_dialogs();
    let mut ids = Vec::new();
    while let Some(dialog) = dialogs.next().await.unwrap() {
        ids.push(dialog.peer_id().bare_id_unchecked());
    }
    assert_eq!((ids.len(), ids[0]), (230, first));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 230);
}

#[tokio::test]
async fn history_comes_page_by_page_from_the_newest_to_the_first() {
    let (network, alice, _, bob) = with_bob(250).await;
    let peer = alice.client.resolve_username("bob_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    let mut messages = alice.client.iter_messages(peer);
    assert_eq!(messages.total().await.unwrap(), 250);
    let mut texts = Vec::new();
    while let Some(message) = messages.next().await.unwrap() {
        texts.push(message.text().to_owned());
    }
    let expected: Vec<String> = (0..250).rev().map(|number| format!("message {number}")).collect();
    assert_eq!(texts, expected);
    let around = tl::functions::messages::GetHistory {
        peer: input(&network, Peer::User(bob)),
        offset_id: 100,
        offset_date: 0,
        add_offset: -2,
        limit: 4,
        max_id: 0,
        min_id: 0,
        hash: 0,
    };
    let tl::enums::messages::Messages::Slice(page) = alice.call(around).await else { panic!("a part") };
    let ids: Vec<i32> = page.messages.iter().map(tl::enums::Message::id).collect();
    assert_eq!(ids, [101, 100, 99, 98]);
}

#[tokio::test]
async fn messages_are_found_by_id_and_by_text() {
    let (_network, alice, _, _) = with_bob(20).await;
    let peer = alice.client.resolve_username("bob_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    let found = alice.client.get_messages_by_id(peer, &[3, 999]).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().text(), "message 2");
    assert_eq!(found[1].as_ref().unwrap().text(), "", "there is none: Telegram answers with an empty one");
    let mut search = alice.client.search_messages(peer).query("SAGE 17");
    assert_eq!(search.next().await.unwrap().unwrap().text(), "message 17");
    assert!(search.next().await.unwrap().is_none());
    let mut search = alice.client.search_all_messages().query("message 5");
    assert_eq!(search.next().await.unwrap().unwrap().text(), "message 5");
}

#[tokio::test]
async fn folders_name_their_chats() {
    let (network, alice, alice_id, bob) = with_bob(1).await;
    let folder = Folder { id: 2, title: "Clients".to_owned(), include: vec![Peer::User(bob)], ..Folder::default() };
    network.set_folders(alice_id, vec![folder]);
    let answer = alice.call(tl::functions::messages::GetDialogFilters {}).await;
    let tl::enums::messages::DialogFilters::Filters(answer) = answer;
    let tl::enums::DialogFilter::Filter(filter) = &answer.filters[1] else { panic!("a folder of one's own") };
    assert_eq!(filter.include_peers, [input(&network, Peer::User(bob))]);
}

#[tokio::test]
async fn reading_is_told_to_the_own_sessions_and_to_who_wrote() {
    let network = Network::in_memory(1).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (mut bob, bob_id) = Connected::somebody(&network, "15550002", "bob").await;
    let mut tablet = Connected::new(&network);
    tablet.sign_in("15550002").await;
    alice.listen().await;
    bob.listen().await;
    tablet.listen().await;
    alice.call(send(&network, Peer::User(bob_id), "read me", 1)).await;
    assert_eq!(bob.next_text().await, "read me");
    let request =
        tl::functions::messages::ReadHistory { peer: input(&network, Peer::User(alice_id)), max_id: i32::MAX };
    bob.call(request).await;
    let outbox = alice.next_raw(|update| match update {
        tl::enums::Update::ReadHistoryOutbox(it) => Some(it.max_id),
        _ => None,
    });
    let inbox = tablet.next_raw(|update| match update {
        tl::enums::Update::ReadHistoryInbox(it) => Some((it.max_id, it.still_unread_count)),
        _ => None,
    });
    assert_eq!((outbox.await, inbox.await), (1, (1, 0)));
    assert_eq!(network.look(|world| world.unread(bob_id, Peer::User(alice_id))), 0);
}

#[tokio::test]
async fn a_wrong_hash_names_nobody() {
    let (_network, alice, _, bob) = with_bob(1).await;
    let peer = tl::types::InputPeerUser { user_id: bob, access_hash: 1 }.into();
    let request = tl::functions::messages::ReadHistory { peer, max_id: 1 };
    assert_eq!(alice.refusal(request).await, "PEER_ID_INVALID");
}
