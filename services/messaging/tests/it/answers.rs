//! What a program sends is looked at when it is started: who has answered, wherever, is not written to any more.

use chrono::TimeDelta;
use contracts::{
    channels::{ChatKind, Ended, Inbox, Origin, Reaction, Seen, SeenChat, SeenMessage},
    outreach::Outbox,
};
use serde_json::{Value, json};
use testkit::on_both;
use uuid::Uuid;

use crate::{
    inbound::{bring, hello},
    outbox::{ENROLMENT, PROGRAM, outgoing, queue, queued},
    world::{World, message, ours, private},
};

/// The chat that the contact has with the account.
const HERE: i64 = 7;

/// A message of a campaign that is due.
struct Due {
    contact: Uuid,
    key: Uuid,
    chat: Uuid,
    errand: Uuid,
}

fn olga(id: i64) -> SeenChat {
    SeenChat { username: Some("olga_shop".to_owned()), ..private(id, "Olga") }
}

/// A contact who has written before, and is to be written to.
async fn due(world: &World) -> Due {
    let contact = world.contact("Olga", Some("olga_shop"), Some("+79125550011"));
    world.see(world.account, Origin::Live, &[olga(HERE)], vec![Seen::Message(message(HERE, 1, "Long ago"))]).await;
    world.pass(TimeDelta::days(1));
    let due = again(world, contact).await;
    world.pass(TimeDelta::minutes(1));
    due
}

/// One more message to a contact.
async fn again(world: &World, contact: Uuid) -> Due {
    let wanted = outgoing(world, contact, world.account, "Any news?");
    let (chat, _) = queued(queue(world, std::slice::from_ref(&wanted)).await[0]);
    let errand = world.errands().await.last().unwrap().id;
    Due { contact, key: wanted.key, chat, errand }
}

async fn start(world: &World, due: &Due) -> bool {
    world.service.start_errand(&world.system(), due.errand).await.unwrap()
}

/// It does not go, its message says why, and the campaign learns of it, once.
async fn assert_stopped(world: &World, due: &Due) {
    assert!(!start(world, due).await, "it is stopped");
    let message = world.get(&world.manager, &format!("/messages/{}", due.key)).await;
    assert_eq!((&message["status"], &message["error"]["code"]), (&json!("canceled"), &json!("campaign.answered")));
    assert_eq!(message["error"]["text"], "The contact wrote before it went.");
    assert!(!start(world, due).await, "for good");
    let path = format!("/messages/{}/retry", due.key);
    assert_eq!(world.call(&world.manager, "POST", &path, Value::Null).await.0, 409);
    let told = world.told().await.into_iter().filter(|(kind, _)| kind == "message.canceled");
    let told: Vec<Value> = told.map(|(_, data)| data).filter(|data| data["messageId"] == json!(due.key)).collect();
    let program = json!({"kind": "campaign", "id": PROGRAM, "enrolmentId": ENROLMENT});
    let tried = told.first().is_some_and(|data| data["mayHaveGone"] == true);
    let expected = json!({"messageId": due.key, "chatId": due.chat, "cause": "campaign.answered", "program": program,
        "mayHaveGone": tried});
    assert_eq!(told, [expected]);
    assert!(world.errands().await.iter().all(|errand| errand.id != due.errand));
    let stays: &[Uuid] = if tried { &[] } else { &[due.key] };
    assert_eq!(world.service.call_back(&world.system(), &[due.key]).await.unwrap(), stays, "it will not go");
    world.check_events().await;
}

/// Another account of everybody's.
fn second(world: &World) -> Uuid {
    let id = world.clock.new_id();
    world.house.accounts.lock().unwrap().insert(id, (world.manager.org_id, Vec::new()));
    id
}

async fn reply(world: &World, account: Uuid, chat: SeenChat, id: i64) {
    let said = Seen::Message(message(chat.id, id, "Yes!"));
    world.see(account, Origin::Live, &[chat], vec![said]).await;
}

async fn link(world: &World, chat: i64, contact: Uuid) {
    let chat = world.chat_of(chat).await;
    world.ok(&world.manager, "PATCH", &format!("/chats/{chat}"), json!({"contactId": contact}), 200).await;
}

on_both! {
    async fn an_answer_in_the_same_chat_stops_it(world: World) {
        let due = due(&world).await;
        reply(&world, world.account, olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_on_another_account_stops_it(world: World) {
        let due = due(&world).await;
        reply(&world, second(&world), olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_that_was_caught_up_with_stops_it(world: World) {
        let due = due(&world).await;
        world.see(world.account, Origin::CatchUp, &[], vec![Seen::Message(message(HERE, 2, "Yes"))]).await;
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_that_was_met_as_history_first_stops_it(world: World) {
        let due = due(&world).await;
        let said = || vec![Seen::Message(message(HERE, 2, "Yes"))];
        world.see(world.account, Origin::History, &[], said()).await;
        assert_eq!(world.told_names().await.iter().filter(|kind| *kind == "message.received").count(), 1);
        world.see(world.account, Origin::Live, &[], said()).await;
        let received = || async { world.told_names().await.iter().filter(|kind| *kind == "message.received").count() };
        assert_eq!(received().await, 2, "and is told of");
        let at = world.text("select cast(last_received_at as text) as text from chats").await;
        world.pass(TimeDelta::minutes(1));
        world.see(world.account, Origin::CatchUp, &[], said()).await;
        assert_eq!(received().await, 2, "once");
        assert_eq!(world.text("select cast(last_received_at as text) as text from chats").await, at);
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_of_somebody_who_was_found_by_their_name_stops_it(world: World) {
        // The account has a chat with them of which nobody knows that it is with the contact: their name is not shown in it.
        world.hear(30, 1, "Long ago").await;
        let contact = world.contact("Petra", Some("petra"), None);
        let first = again(&world, contact).await;
        assert!(start(&world, &first).await);
        let sent = SeenMessage { random_id: None, ..ours(30, 2, "Any news?") };
        world.service.end_errand(&world.system(), first.errand, Ended::Done { sent: vec![sent] }).await.unwrap();
        assert_eq!(world.count("chats", "contact_id is not null").await, 1, "now it is known");
        assert_eq!(world.told_names().await.iter().filter(|kind| *kind == "chat.linked").count(), 1);
        world.pass(TimeDelta::minutes(1));
        let mut due = again(&world, contact).await;
        due.contact = contact;
        world.pass(TimeDelta::minutes(1));
        reply(&world, world.account, private(30, "P."), 3).await;
        let data = world.told().await.into_iter().rev().find(|(kind, _)| kind == "message.received").unwrap().1;
        assert_eq!(data["contactId"], json!(contact), "programs learn who wrote");
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_through_an_inbound_channel_stops_it(world: World) {
        let channel = world.ok(&world.manager, "POST", "/channels", json!({"name": "Shop"}), 201).await;
        let due = due(&world).await;
        assert_eq!(bring(&world, &channel, &hello("m1"), false).await.0, 200);
        assert_eq!(world.count("chats", "channel = 'api' and contact_id is not null").await, 1);
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_in_a_chat_that_is_linked_later_stops_it(world: World) {
        let due = due(&world).await;
        reply(&world, world.account, private(20, "Who is it"), 2).await;
        link(&world, 20, due.contact).await;
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_of_whom_the_contact_was_merged_from_stops_it(world: World) {
        let due = due(&world).await;
        let other = world.contact("O. from the fair", Some("olga_fair"), None);
        let chat = SeenChat { username: Some("olga_fair".to_owned()), ..private(21, "O.") };
        reply(&world, world.account, chat, 2).await;
        // The chat has not followed yet.
        world.house.merged.lock().unwrap().insert(other, due.contact);
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_of_whom_the_contact_became_stops_it(world: World) {
        let due = due(&world).await;
        let survivor = world.contact("Olga Sokolova", Some("olga_main"), None);
        world.house.merged.lock().unwrap().insert(due.contact, survivor);
        let chat = SeenChat { username: Some("olga_main".to_owned()), ..private(22, "Olga Sokolova") };
        reply(&world, second(&world), chat, 1).await;
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_in_a_chat_that_is_shown_as_one_with_it_stops_it(world: World) {
        let due = due(&world).await;
        reply(&world, world.account, private(23, "Olga, private"), 2).await;
        let other = world.chat_of(23).await;
        world.ok(&world.manager, "POST", &format!("/chats/{other}/merge"), json!({"into": due.chat}), 200).await;
        assert_stopped(&world, &due).await;
    }

    async fn an_answer_in_a_chat_that_lost_its_contact_stops_it(world: World) {
        let due = due(&world).await;
        world.ok(&world.manager, "PATCH", &format!("/chats/{}", due.chat), json!({"contactId": null}), 200).await;
        reply(&world, world.account, olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
    }

    async fn what_is_no_answer_does_not_stop_it(world: World) {
        let due = due(&world).await;
        let live = |news: Vec<Seen>| (Origin::Live, vec![olga(HERE)], news);
        let group = SeenChat { kind: ChatKind::Group, ..private(-50, "Fair") };
        let noise = [
            ("history", (Origin::History, vec![olga(HERE)], vec![Seen::Message(message(HERE, 3, "From last year"))])),
            ("a note of the service", live(vec![Seen::Message(SeenMessage { service: Some(json!({"kind": "call"})), ..message(HERE, 4, "") })])),
            ("a reaction", live(vec![Seen::Reactions { chat_id: HERE, id: 1, reactions: vec![Reaction { emoji: "👍".to_owned(), count: 1, ours: false }] }])),
            ("an automatic answer", live(vec![Seen::Message(SeenMessage { automatic: true, ..message(HERE, 5, "I am away") })])),
            ("ours from another device", live(vec![Seen::Message(ours(HERE, 6, "Hello"))])),
            ("an edit", live(vec![Seen::Edited(SeenMessage { edited_at: Some(world.clock.now()), ..message(HERE, 1, "Long, long ago") })])),
            ("that they have read", live(vec![Seen::ReadByThem { chat_id: HERE, until: 6 }])),
            ("somebody in a group", (Origin::Live, vec![group], vec![Seen::Message(message(-50, 1, "Hi all"))])),
            ("somebody else", (Origin::Live, vec![private(30, "Else")], vec![Seen::Message(message(30, 1, "Hi"))])),
        ];
        for (what, (origin, chats, news)) in noise {
            world.see(world.account, origin, &chats, news).await;
            assert_eq!(world.count("chats", "contact_id is not null and last_received_at > '2026-09-22'").await, 0, "{what}");
        }
        link(&world, -50, due.contact).await;
        let received: Vec<_> = world.told().await.into_iter().filter(|(kind, data)| kind == "message.received" && data["isAutomatic"] == true).collect();
        assert_eq!(received.len(), 1, "who listens knows that it was automatic");
        assert!(start(&world, &due).await, "it goes");
        world.check_events().await;
    }

    async fn what_was_answered_before_it_was_wanted_does_not_stop_it(world: World) {
        let due = due(&world).await;
        reply(&world, world.account, olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
        // Who was enrolled after that is written to.
        let next = again(&world, due.contact).await;
        assert!(start(&world, &next).await);
        // And what no answer stops is not looked at.
        world.service.end_errand(&world.system(), next.errand, Ended::Never { code: "refused" }).await.unwrap();
        world.pass(TimeDelta::minutes(1));
        let wanted = contracts::outreach::Outgoing { unless_answered_since: None, ..outgoing(&world, due.contact, world.account, "A bill") };
        queue(&world, &[wanted]).await;
        reply(&world, world.account, olga(HERE), 3).await;
        let bill = world.errands().await.remove(0).id;
        assert!(world.service.start_errand(&world.system(), bill).await.unwrap());
    }

    async fn what_is_tried_again_is_looked_at_again(world: World) {
        let due = due(&world).await;
        let system = world.system();
        assert!(start(&world, &due).await);
        let later = Ended::Later { not_before: world.clock.now() + TimeDelta::minutes(5), code: "flood_wait", counts: false };
        world.service.end_errand(&system, due.errand, later).await.unwrap();
        reply(&world, world.account, olga(HERE), 2).await;
        assert_eq!(world.count("errands", "status = 'waiting'").await, 1);
        world.pass(TimeDelta::minutes(5));
        assert_stopped(&world, &due).await;
    }

    async fn what_waited_while_it_was_tried_is_looked_at_again(world: World) {
        let due = due(&world).await;
        let system = world.system();
        let still = async |errand| world.service.is_still_wanted(&system, errand).await.unwrap();
        assert!(start(&world, &due).await);
        assert!(still(due.errand).await);
        assert_eq!(world.count("errands", "attempts = 1 and status = 'started'").await, 1, "that was no other try");
        reply(&world, world.account, olga(HERE), 2).await;
        assert!(!still(due.errand).await);
        assert_stopped(&world, &due).await;
        assert!(!still(due.errand).await);
        // What a person wrote goes in any case.
        world.send(&due.chat.to_string(), "Thank you!").await;
        let errand = world.errands().await.remove(0).id;
        assert!(world.service.start_errand(&system, errand).await.unwrap());
        assert!(still(errand).await);
    }

    async fn what_a_dead_process_started_is_looked_at_again(world: World) {
        let due = due(&world).await;
        assert!(start(&world, &due).await);
        // It died before it sent, or after: nobody knows.
        reply(&world, world.account, olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
        // It had sent it: the echo says so.
        let random = world.text(&format!("select cast(random_id as text) as text from sent_randoms where message_id = {}", literal(&world, due.key))).await;
        let echo = SeenMessage { random_id: Some(random.parse().unwrap()), ..ours(HERE, 3, "Any news?") };
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(echo)]).await;
        let message = world.get(&world.manager, &format!("/messages/{}", due.key)).await;
        assert_eq!((&message["status"], &message["error"]), (&json!("sent"), &Value::Null));
        assert_eq!(world.count("errands", "status = 'done' and code is null").await, 1);
        assert_eq!(world.count("events", "kind = 'message.sent'").await, 1, "who was told that it is canceled is told that it went");
    }

    async fn what_a_dead_process_sent_is_known_by_what_it_says(world: World) {
        let due = due(&world).await;
        assert!(start(&world, &due).await);
        // What an account missed is told without the numbers that were sent along; the answer with it.
        let now = world.clock.now();
        let at = |id: i64| now + TimeDelta::seconds(id);
        let other = SeenMessage { at: at(1), ..ours(HERE, 11, "Something else") };
        let older = SeenMessage { at: now - TimeDelta::days(1), ..ours(HERE, 12, "Any news?") };
        let echo = SeenMessage { at: at(3), ..ours(HERE, 13, "Any news?") };
        let again = SeenMessage { at: at(4), ..ours(HERE, 14, "Any news?") };
        let seen = [other, older, echo, again].map(Seen::Message).to_vec();
        world.see(world.account, Origin::Live, &[], seen).await;
        reply(&world, world.account, olga(HERE), 15).await;
        assert!(!start(&world, &due).await);
        let message = world.get(&world.manager, &format!("/messages/{}", due.key)).await;
        assert_eq!((&message["status"], &message["error"]), (&json!("sent"), &Value::Null));
        assert_eq!(world.count("messages", "direction = 'out' and external_id = 13").await, 1);
        assert_eq!(world.count("messages", "direction = 'out'").await, 4, "the others are others");
        assert_eq!(world.count("errands", "status = 'done' and code is null").await, 1);
        assert_eq!(world.count("events", "kind = 'message.sent'").await, 4, "those that somebody wrote elsewhere, and it");
        assert_eq!(world.count("events", "kind = 'message.canceled'").await, 0);
    }

    async fn a_first_message_that_a_dead_process_sent_is_known_by_whom_it_went_to(world: World) {
        let contact = world.contact("Olga", Some("olga_shop"), Some("+79125550011"));
        let due = again(&world, contact).await;
        assert!(start(&world, &due).await);
        let echo = SeenMessage { at: world.clock.now(), ..ours(HERE, 1, "Any news?") };
        world.pass(TimeDelta::minutes(1));
        let answer = SeenMessage { at: world.clock.now(), ..message(HERE, 2, "Yes!") };
        let seen = [echo, answer].map(Seen::Message).to_vec();
        world.see(world.account, Origin::CatchUp, &[olga(HERE)], seen).await;
        assert!(!start(&world, &due).await);
        let message = world.get(&world.manager, &format!("/messages/{}", due.key)).await;
        assert_eq!((&message["status"], &message["error"]), (&json!("sent"), &Value::Null));
        assert_eq!(message["chatId"], json!(world.chat_of(HERE).await));
        assert_eq!(world.count("chats", "true").await, 1, "the chat that waited is that with the contact");
        assert_eq!(world.count("messages", "true").await, 2);
        assert_eq!(world.count("errands", "status = 'done'").await, 1);
        assert_eq!(world.count("events", "kind = 'message.sent'").await, 1);
        assert_eq!(world.count("events", "kind = 'message.canceled'").await, 0);
    }

    async fn what_was_canceled_and_had_gone_is_known_by_what_it_says(world: World) {
        let due = due(&world).await;
        assert!(start(&world, &due).await);
        reply(&world, world.account, olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
        let echo = SeenMessage { at: world.clock.now(), ..ours(HERE, 3, "Any news?") };
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(echo.clone())]).await;
        let message = world.get(&world.manager, &format!("/messages/{}", due.key)).await;
        assert_eq!((&message["status"], &message["error"]), (&json!("sent"), &Value::Null));
        assert_eq!(world.count("events", "kind = 'message.sent'").await, 1);
        // The same is told once.
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(echo)]).await;
        assert_eq!(world.count("events", "kind = 'message.sent'").await, 1);
        assert_eq!(world.count("messages", "direction = 'out'").await, 1);
    }

    async fn what_a_dead_process_sent_is_told_of_when_an_answer_came_too(world: World) {
        let due = due(&world).await;
        assert!(start(&world, &due).await);
        let random = world.text(&format!("select cast(random_id as text) as text from sent_randoms where message_id = {}", literal(&world, due.key))).await;
        let echo = SeenMessage { random_id: Some(random.parse().unwrap()), ..ours(HERE, 2, "Any news?") };
        world.see(world.account, Origin::Live, &[], vec![Seen::Message(echo)]).await;
        reply(&world, world.account, olga(HERE), 3).await;
        assert!(!start(&world, &due).await);
        assert_eq!(world.count("errands", "status = 'done' and code is null").await, 1);
        assert_eq!(world.count("events", "kind = 'message.sent'").await, 1);
        assert_eq!(world.count("events", "kind = 'message.canceled'").await, 0);
        let message = world.get(&world.manager, &format!("/messages/{}", due.key)).await;
        assert_eq!((&message["status"], &message["error"]), (&json!("sent"), &Value::Null));
    }

    async fn what_failed_and_is_tried_by_hand_is_looked_at_too(world: World) {
        let due = due(&world).await;
        assert!(start(&world, &due).await);
        world.service.end_errand(&world.system(), due.errand, Ended::Never { code: "network" }).await.unwrap();
        reply(&world, world.account, olga(HERE), 2).await;
        world.ok(&world.manager, "POST", &format!("/messages/{}/retry", due.key), Value::Null, 200).await;
        assert_stopped(&world, &due).await;
    }

    async fn a_person_answers_whoever_has_written(world: World) {
        let due = due(&world).await;
        reply(&world, world.account, olga(HERE), 2).await;
        assert_stopped(&world, &due).await;
        world.send(&due.chat.to_string(), "Thank you!").await;
        let errand = world.errands().await.remove(0).id;
        assert!(world.service.start_errand(&world.system(), errand).await.unwrap());
    }
}

/// An id as the database writes it.
fn literal(world: &World, id: Uuid) -> String {
    match world.db().backend() {
        sea_orm::DbBackend::Postgres => format!("'{id}'"),
        _ => format!("x'{}'", id.simple()),
    }
}
