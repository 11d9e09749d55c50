//! Messages that are edited, deleted, reacted to, forwarded, answered; typing.

use grammers_client::{message::InputMessage, tl, update::Update};
use telegram_network::{Network, Peer};

use crate::client::{Connected, input, send, sent_id};

struct Pair {
    network: Network,
    alice: Connected,
    alice_id: i64,
    bob: Connected,
    bob_id: i64,
}

async fn pair() -> Pair {
    let network = Network::in_memory(1).await.unwrap();
    let (mut alice, alice_id) = Connected::somebody(&network, "15550001", "alice").await;
    let (mut bob, bob_id) = Connected::somebody(&network, "15550002", "bob").await;
    alice.listen().await;
    bob.listen().await;
    Pair { network, alice, alice_id, bob, bob_id }
}

#[tokio::test]
async fn an_edited_message_reaches_the_other() {
    let mut pair = pair().await;
    let id = sent_id(&pair.alice.call(send(&pair.network, Peer::User(pair.bob_id), "wrong", 1)).await);
    let peer = pair.alice.client.resolve_username("bob_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    pair.alice.client.edit_message(peer, id, "right").await.unwrap();
    loop {
        if let Update::MessageEdited(message) = pair.bob.next().await {
            assert_eq!(message.text(), "right");
            assert!(message.edit_date().is_some());
            break;
        }
    }
}

#[tokio::test]
async fn a_deleted_message_is_gone_on_both_sides_or_on_one() {
    let mut pair = pair().await;
    let to = Peer::User(pair.bob_id);
    let first = sent_id(&pair.alice.call(send(&pair.network, to, "for all", 1)).await);
    let second = sent_id(&pair.alice.call(send(&pair.network, to, "for me", 2)).await);
    let delete = |id, revoke| tl::functions::messages::DeleteMessages { revoke, id: vec![id] };
    pair.alice.call(delete(first, true)).await;
    pair.alice.call(delete(second, false)).await;
    loop {
        if let Update::MessageDeleted(deletion) = pair.bob.next().await {
            assert_eq!(deletion.messages(), [1]);
            break;
        }
    }
    let texts = |account| -> Vec<String> { pair.network.messages(account).into_iter().map(|it| it.text).collect() };
    assert_eq!(texts(pair.alice_id), [] as [&str; 0]);
    assert_eq!(texts(pair.bob_id), ["for me"]);
}

#[tokio::test]
async fn reactions_are_told_and_stay_on_the_message() {
    let mut pair = pair().await;
    pair.alice.call(send(&pair.network, Peer::User(pair.bob_id), "like me", 1)).await;
    assert_eq!(pair.bob.next_text().await, "like me");
    let thumb: tl::enums::Reaction = tl::types::ReactionEmoji { emoticon: "👍".to_owned() }.into();
    let request = tl::functions::messages::SendReaction {
        big: false,
        add_to_recent: false,
        peer: input(&pair.network, Peer::User(pair.alice_id)),
        msg_id: 1,
        reaction: Some(vec![thumb.clone()]),
    };
    pair.bob.call(request).await;
    let told = pair.alice.next_raw(|update| match update {
        tl::enums::Update::MessageReactions(it) => Some((it.msg_id, it.reactions.clone())),
        _ => None,
    });
    let (id, tl::enums::MessageReactions::Reactions(reactions)) = told.await;
    let tl::enums::ReactionCount::Count(count) = &reactions.results[0];
    assert_eq!((id, &count.reaction, count.count), (1, &thumb, 1));
}

#[tokio::test]
async fn answers_point_to_each_ones_own_copy_and_keep_their_formatting() {
    let mut pair = pair().await;
    // So that the ids of the two mailboxes differ.
    pair.alice.call(send(&pair.network, Peer::User(pair.alice_id), "a note to self", 1)).await;
    let id = sent_id(&pair.alice.call(send(&pair.network, Peer::User(pair.bob_id), "question", 2)).await);
    assert_eq!(id, 2);
    assert_eq!(pair.bob.next_text().await, "question");
    let peer = pair.bob.client.resolve_username("alice_here").await.unwrap().unwrap().to_ref().await.unwrap().unwrap();
    let bold = tl::types::MessageEntityBold { offset: 0, length: 6 };
    let answer = InputMessage::new().text("answer").reply_to(Some(1)).fmt_entities(vec![bold.into()]);
    pair.bob.client.send_message(peer, answer).await.unwrap();
    loop {
        if let Update::NewMessage(message) = pair.alice.next().await
            && message.text() == "answer"
        {
            assert_eq!(message.reply_to_message_id(), Some(2));
            assert_eq!(message.fmt_entities().unwrap().len(), 1);
            break;
        }
    }
}

#[tokio::test]
async fn a_forwarded_message_says_whose_it_was() {
    let mut pair = pair().await;
    let carol = pair.network.add_person(telegram_network::NewPerson::new("15550003", "Carol"));
    pair.network.send(carol, Peer::User(pair.alice_id), telegram_network::NewPost::text("pass it on")).unwrap();
    assert_eq!(pair.alice.next_text().await, "pass it on");
    let request = tl::functions::messages::ForwardMessages {
        silent: false,
        background: false,
        with_my_score: false,
        drop_author: false,
        drop_media_captions: false,
        noforwards: false,
        allow_paid_floodskip: false,
        from_ephemeral: false,
        from_peer: input(&pair.network, Peer::User(carol)),
        id: vec![1],
        random_id: vec![77],
        to_peer: input(&pair.network, Peer::User(pair.bob_id)),
        top_msg_id: None,
        reply_to: None,
        schedule_date: None,
        schedule_repeat_period: None,
        send_as: None,
        quick_reply_shortcut: None,
        effect: None,
        video_timestamp: None,
        allow_paid_stars: None,
        suggested_post: None,
    };
    pair.alice.call(request).await;
    loop {
        if let Update::NewMessage(message) = pair.bob.next().await {
            let tl::enums::MessageFwdHeader::Header(header) = message.forward_header().unwrap();
            let author: tl::enums::Peer = tl::types::PeerUser { user_id: carol }.into();
            assert_eq!((message.text(), header.from_id), ("pass it on", Some(author)));
            break;
        }
    }
}

#[tokio::test]
async fn typing_is_seen_by_the_other() {
    let mut pair = pair().await;
    let request = tl::functions::messages::SetTyping {
        peer: input(&pair.network, Peer::User(pair.bob_id)),
        top_msg_id: None,
        action: tl::enums::SendMessageAction::SendMessageTypingAction,
    };
    pair.alice.call(request).await;
    let typing = pair.bob.next_raw(|update| match update {
        tl::enums::Update::UserTyping(it) => Some(it.user_id),
        _ => None,
    });
    assert_eq!(typing.await, pair.alice_id);
}

#[tokio::test]
async fn a_repeated_random_id_sends_nothing_and_answers_the_same() {
    let mut pair = pair().await;
    let to = Peer::User(pair.bob_id);
    let first = pair.alice.call(send(&pair.network, to, "once", 5)).await;
    let again = pair.alice.call(send(&pair.network, to, "once", 5)).await;
    assert_eq!(sent_id(&first), sent_id(&again));
    pair.alice.call(send(&pair.network, to, "twice", 6)).await;
    assert_eq!(pair.bob.next_text().await, "once");
    assert_eq!(pair.bob.next_text().await, "twice");
    assert_eq!(pair.network.messages(pair.bob_id).len(), 2);
}

#[tokio::test]
async fn nobody_writes_to_somebody_who_blocked_them() {
    let pair = pair().await;
    pair.network.set_blocked(pair.bob_id, pair.alice_id, true);
    let refusal = pair.alice.refusal(send(&pair.network, Peer::User(pair.bob_id), "hello?", 1)).await;
    assert_eq!(refusal, "USER_IS_BLOCKED");
    let refusal = pair.bob.refusal(send(&pair.network, Peer::User(pair.alice_id), "hello?", 1)).await;
    assert_eq!(refusal, "YOU_BLOCKED_USER");
    let refusal = pair.alice.refusal(send(&pair.network, Peer::User(pair.alice_id), " ", 2)).await;
    assert_eq!(refusal, "MESSAGE_EMPTY");
}
