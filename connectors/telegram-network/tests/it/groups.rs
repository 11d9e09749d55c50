//! Basic groups, supergroups and channels.

use grammers_client::{tl, update::Update};
use telegram_network::{Network, NewPerson, NewPost, Peer};

use crate::client::{Connected, input, input_channel, send, sent_id};

#[tokio::test]
async fn a_group_message_reaches_every_member_and_nobody_else() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (mut bob, bob_id) = Connected::somebody(&network, "15550002", "bob").await;
    let stranger = network.add_person(NewPerson::new("15550003", "Carol"));
    bob.listen().await;
    let group = Peer::Group(network.add_group("Team", alice_id, &[bob_id]));
    alice.call(send(&network, group, "hello team", 1)).await;
    assert_eq!(bob.next_text().await, "hello team");
    assert!(network.messages(stranger).is_empty());
    assert!(network.send(stranger, group, NewPost::text("let me in")).is_err());
    let tl::enums::messages::ChatFull::Full(full) =
        alice.call(tl::functions::messages::GetFullChat { chat_id: group.number() }).await;
    assert_eq!(full.users.len(), 2);
    let leave = tl::functions::messages::DeleteChatUser {
        revoke_history: false,
        chat_id: group.number(),
        user_id: tl::enums::InputUser::UserSelf,
    };
    bob.call(leave).await;
    assert_eq!(bob.refusal(send(&network, group, "too late", 2)).await, "CHAT_ID_INVALID");
}

#[tokio::test]
async fn a_supergroup_has_one_id_for_everybody_and_a_difference_of_its_own() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (mut bob, bob_id) = Connected::somebody(&network, "15550002", "bob").await;
    let id = network.add_channel("Experts", Some("experts"), false, alice_id, &[bob_id]);
    network.send(alice_id, Peer::Channel(id), NewPost::text("before")).unwrap();
    // The client keeps the state of channels that it saw in the list of dialogs.
    let mut dialogs = bob.client.iter_dialogs();
    while dialogs.next().await.unwrap().is_some() {}
    bob.listen().await;
    let sent = sent_id(&alice.call(send(&network, Peer::Channel(id), "one", 1)).await);
    assert_eq!((sent, bob.next_text().await.as_str()), (2, "one"));
    network.drop_connections(Some(bob_id));
    alice.call(send(&network, Peer::Channel(id), "two", 2)).await;
    bob.client.get_me().await.unwrap();
    alice.call(send(&network, Peer::Channel(id), "three", 3)).await;
    assert_eq!(bob.next_text().await, "two");
    assert_eq!(bob.next_text().await, "three");
}

#[tokio::test]
async fn only_admins_write_to_a_channel_and_anybody_may_join_a_public_one() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (mut bob, _) = Connected::somebody(&network, "15550002", "bob").await;
    bob.listen().await;
    let id = network.add_channel("News", Some("the_news"), true, alice_id, &[]);
    let news = Peer::Channel(id);
    bob.call(tl::functions::channels::JoinChannel { channel: input_channel(&network, id) }).await;
    assert_eq!(bob.refusal(send(&network, news, "me too", 1)).await, "CHAT_WRITE_FORBIDDEN");
    alice.call(send(&network, news, "extra", 2)).await;
    loop {
        if let Update::NewMessage(message) = bob.next().await {
            assert!(message.post());
            assert_eq!(message.text(), "extra");
            break;
        }
    }
    let request = tl::functions::channels::GetParticipants {
        channel: input_channel(&network, id),
        filter: tl::enums::ChannelParticipantsFilter::ChannelParticipantsRecent,
        offset: 0,
        limit: 100,
        hash: 0,
    };
    let tl::enums::channels::ChannelParticipants::Participants(members) = alice.call(request).await else {
        panic!("participants")
    };
    assert_eq!(members.count, 2);
    bob.call(tl::functions::channels::LeaveChannel { channel: input_channel(&network, id) }).await;
    assert_eq!(bob.refusal(send(&network, news, "bye", 3)).await, "CHAT_WRITE_FORBIDDEN");
}

#[tokio::test]
async fn a_private_channel_is_closed_to_strangers() {
    let network = Network::in_memory(1).await.unwrap();
    let (alice, _) = Connected::somebody(&network, "15550001", "alice").await;
    let owner = network.add_person(NewPerson::new("15550002", "Bob"));
    let id = network.add_channel("Board", None, false, owner, &[]);
    let request = tl::functions::channels::GetFullChannel { channel: input_channel(&network, id) };
    assert_eq!(alice.refusal(request).await, "CHANNEL_PRIVATE");
    let request = tl::functions::messages::ReadHistory { peer: input(&network, Peer::Channel(id)), max_id: 0 };
    assert_eq!(alice.refusal(request).await, "CHANNEL_INVALID");
}

#[tokio::test]
async fn messages_of_a_supergroup_are_read_and_deleted_for_all() {
    let network = Network::in_memory(1).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (bob, bob_id) = Connected::somebody(&network, "15550002", "bob").await;
    let id = network.add_channel("Experts", Some("experts"), false, alice_id, &[bob_id]);
    let mut dialogs = alice.client.iter_dialogs();
    while dialogs.next().await.unwrap().is_some() {}
    alice.listen().await;
    network.burst(alice_id, Peer::Channel(id), "m", 3).unwrap();
    assert_eq!(network.look(|world| world.unread(bob_id, Peer::Channel(id))), 3);
    let channel = input_channel(&network, id);
    bob.call(tl::functions::channels::ReadHistory { channel: channel.clone(), max_id: 2 }).await;
    assert_eq!(network.look(|world| world.unread(bob_id, Peer::Channel(id))), 1);
    let outbox = alice.next_raw(|update| match update {
        tl::enums::Update::ReadChannelOutbox(it) => Some(it.max_id),
        _ => None,
    });
    assert_eq!(outbox.await, 2);
    let refusal = bob.refusal(tl::functions::channels::DeleteMessages { channel: channel.clone(), id: vec![1] }).await;
    assert_eq!(refusal, "MESSAGE_DELETE_FORBIDDEN");
    alice.call(tl::functions::channels::DeleteMessages { channel, id: vec![1] }).await;
    assert_eq!(network.messages(bob_id).len(), 2);
}
